//! Data on its way: loading, ready, failed, and asked for again while something changes.

pub mod arrived;
pub mod parts;
pub mod question;
pub mod refresh;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ::api::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{now, sleep, visible};
use crate::ui::notice::Trouble;

/// How old an answer may be when somebody looks at it again, in seconds.
const OLD: i64 = 300;

thread_local! {
    static SEEN: ArcRwSignal<Timestamp> = ArcRwSignal::new(now());
}

/// Notes when the tab is looked at again. Called once, by the app.
pub fn watch() {
    window_event_listener_untyped("visibilitychange", |_| {
        if !document().hidden() {
            SEEN.with(|seen| seen.set(now()));
        }
    });
}

/// What is known of some data.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    /// Not here yet.
    Loading,
    /// Here.
    Ready(T),
    /// Not here, and why.
    Failed(Trouble),
    /// An older state is here; a newer one could not be had, and why.
    Stale(T, Trouble),
}

impl<T> Load<T> {
    /// The data, also when it is stale.
    pub fn data(&self) -> Option<&T> {
        match self {
            Self::Ready(data) | Self::Stale(data, _) => Some(data),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// Why there is no fresh data.
    pub fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Failed(trouble) | Self::Stale(_, trouble) => Some(trouble),
            Self::Loading | Self::Ready(_) => None,
        }
    }

    fn update(self, outcome: Result<T, Trouble>) -> Self {
        match (outcome, self) {
            (Ok(data), _) => Self::Ready(data),
            (Err(trouble), Self::Ready(data) | Self::Stale(data, _)) => Self::Stale(data, trouble),
            (Err(trouble), Self::Loading | Self::Failed(_)) => Self::Failed(trouble),
        }
    }
}

/// Data that a component loads. A handle: clones are the same data. It belongs to the component that made it; when that
/// is gone, nothing more is asked for.
pub struct Loader<T: 'static> {
    state: ArcRwSignal<Load<T>>,
    /// Rises when the running loop must stop: another one has begun, or the component is gone.
    generation: Arc<AtomicU32>,
    start: Callback<()>,
}

impl<T> Clone for Loader<T> {
    fn clone(&self) -> Self {
        let (state, generation) = (self.state.clone(), Arc::clone(&self.generation));
        Self { state, generation, start: self.start }
    }
}

impl<T: Clone + Send + Sync + 'static> Loader<T> {
    /// The state, tracked.
    pub fn get(&self) -> Load<T> {
        self.state.get()
    }

    /// The state as a signal.
    pub fn signal(&self) -> ArcReadSignal<Load<T>> {
        self.state.read_only()
    }

    /// Asks anew at once. What is on screen stays until the answer is here; after a failure it says that it is loading.
    pub fn reload(&self) {
        // Whoever waited for something may have left the page of this data.
        let _ = self.start.try_run(());
    }

    /// Forgets what is here and asks anew: for other data than before.
    pub fn restart(&self) {
        self.state.set(Load::Loading);
        let _ = self.start.try_run(());
    }
}

/// Loads data now, again as long as `again` says when, and when a tab that was hidden shows what is old. Nothing is asked
/// for while the tab is hidden. The pauses double up to eightfold while nothing changes, and up to a minute while it fails.
pub fn load<T, Asked>(
    ask: impl Fn() -> Asked + Send + Sync + 'static,
    again: impl Fn(&T) -> Option<Duration> + Send + Sync + 'static,
) -> Loader<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    Asked: Future<Output = Result<T, Trouble>> + 'static,
{
    let ask = Box::new(move || -> Asking<T> { Box::pin(ask()) });
    let loader = load_boxed(ask, Box::new(again));
    start_when_seen(loader.start);
    loader
}

fn start_when_seen(start: Callback<()>) {
    Effect::new(move |asked: Option<Timestamp>| {
        let seen = SEEN.with(Get::get);
        let Some(asked) = asked else { return now() };
        if seen.unix_seconds() - asked.unix_seconds() <= OLD {
            return asked;
        }
        start.run(());
        seen
    });
}

type Asking<T> = Pin<Box<dyn Future<Output = Result<T, Trouble>>>>;
type Again<T> = Box<dyn Fn(&T) -> Option<Duration> + Send + Sync>;

fn load_boxed<T: Clone + PartialEq + Send + Sync + 'static>(
    ask: Box<dyn Fn() -> Asking<T> + Send + Sync>,
    again: Again<T>,
) -> Loader<T> {
    let state = ArcRwSignal::new(Load::Loading);
    let generation = Arc::new(AtomicU32::new(0));
    let (ask, again) = (Arc::new(ask), Arc::new(again));
    let start = Callback::new({
        let (state, generation) = (state.clone(), Arc::clone(&generation));
        move |()| {
            let mine = generation.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            if matches!(state.get_untracked(), Load::Failed(_)) {
                state.set(Load::Loading);
            }
            let is_current = {
                let generation = Arc::clone(&generation);
                move || generation.load(Ordering::Relaxed) == mine
            };
            let (state, ask, again) = (state.clone(), Arc::clone(&ask), Arc::clone(&again));
            let is_wanted = is_current.clone();
            let step = move || -> Pin<Box<dyn Future<Output = Step>>> {
                let (state, again) = (state.clone(), Arc::clone(&again));
                let (asked, is_wanted) = (ask(), is_wanted.clone());
                Box::pin(async move {
                    let outcome = asked.await;
                    if !is_wanted() {
                        return Step { failed: false, changed: false, pause: None };
                    }
                    let before = state.get_untracked();
                    let next = before.clone().update(outcome);
                    let (failed, changed) = (next.trouble().is_some(), before != next);
                    let pause = next.data().and_then(|data| again(data));
                    if changed {
                        state.set(next);
                    }
                    Step { failed, changed, pause }
                })
            };
            spawn_local(repeat(Box::new(step), Box::new(is_current)));
        }
    });
    on_cleanup({
        let generation = Arc::clone(&generation);
        move || {
            generation.fetch_add(1, Ordering::Relaxed);
        }
    });
    start.run(());
    Loader { state, generation, start }
}

/// What came of asking once.
struct Step {
    failed: bool,
    changed: bool,
    pause: Option<Duration>,
}

/// Asks until there is no more to ask for. Not generic: every kind of data shares it.
async fn repeat(
    step: Box<dyn Fn() -> Pin<Box<dyn Future<Output = Step>>>>,
    is_current: Box<dyn Fn() -> bool>,
) {
    let (mut failures, mut unchanged) = (0_u32, 0_u32);
    while is_current() {
        let Step { failed, changed, pause } = step().await;
        let Some(pause) = pause else { break };
        failures = if failed { failures.saturating_add(1) } else { 0 };
        unchanged = if changed { 0 } else { unchanged.saturating_add(1) };
        let doublings = if failed { failures.min(5) } else { unchanged.min(3) };
        sleep((pause * 2_u32.pow(doublings)).min(Duration::from_secs(60))).await;
        visible().await;
    }
}

/// Loads data now, again after each pause while something changes it, and once more when that begins or ends: the last of
/// it may arrive between the last question and the end.
pub fn load_while<T, Asked>(
    changes: Memo<bool>,
    pause: Duration,
    ask: impl Fn() -> Asked + Send + Sync + 'static,
) -> Loader<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    Asked: Future<Output = Result<T, Trouble>> + 'static,
{
    let loader = load(ask, move |_| changes.try_get_untracked().unwrap_or(false).then_some(pause));
    start_on_turn(changes, loader.start);
    loader
}

fn start_on_turn(changes: Memo<bool>, start: Callback<()>) {
    Effect::new(move |before: Option<bool>| {
        let now = changes.get();
        if before.is_some_and(|before| before != now) {
            start.run(());
        }
        now
    });
}

/// Loads data once: what somebody works on does not change under their hands.
pub fn load_once<T, Asked>(ask: impl Fn() -> Asked + Send + Sync + 'static) -> Loader<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    Asked: Future<Output = Result<T, Trouble>> + 'static,
{
    load_boxed(Box::new(move || -> Asking<T> { Box::pin(ask()) }), Box::new(|_| None))
}
