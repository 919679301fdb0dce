//! Carries out what the state machine asks for, and takes the answers back to it.

use std::time::Duration;

use ::api::connection_draft::{Discard, Finish, FinishDraft, FinishError, Test, TestError, View};
use ::api::{ConnectionDraftId, ConnectionId, Nothing};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state::{Answer, Attempt, Effect as Task, FinishFailure, FinishRefusal, Move, Reply, Wizard};
use crate::api::{self, CallError};
use crate::browser::sleep;
use crate::navigation::{Navigation, use_navigation};
use crate::route::{ConnectStep, LensView, Route};
use crate::ui::focus::focus;

/// How often a running test is looked at.
const WATCH: Duration = Duration::from_millis(300);

/// The wizard's state and its moves. A handle.
#[derive(Clone, Copy)]
pub struct Flow {
    state: RwSignal<Wizard>,
    navigation: Navigation,
    /// The account's name as the user has it, and the draft that it is for: going back must not undo an edit.
    name: RwSignal<String>,
    named: StoredValue<Option<ConnectionDraftId>>,
}

impl Flow {
    /// The wizard at the current address, following it from now on.
    pub fn start() -> Self {
        let navigation = use_navigation();
        let step = Memo::new(move |_| match navigation.route() {
            Route::Connect { step, .. } => Some(step),
            _ => None,
        });
        let first = step.get_untracked().unwrap_or(ConnectStep::CreateKey(None));
        let (state, effects) = Wizard::at(&first);
        let (name, named) = (RwSignal::new(String::new()), StoredValue::new(None));
        let flow = Self { state: RwSignal::new(state), navigation, name, named };
        flow.carry_out(effects);
        Effect::new(move |before: Option<Option<ConnectStep>>| {
            let step = step.get();
            if let (Some(before), Some(step)) = (before, &step)
                && before.as_ref() != Some(step)
            {
                flow.advance(|wizard| wizard.arrive(step));
                flow.name_draft(step);
            }
            step
        });
        flow
    }

    /// The state, tracked.
    pub fn state(self) -> Wizard {
        self.state.try_get().unwrap_or(Wizard::Gone)
    }

    /// The state, not tracked.
    pub fn state_untracked(self) -> Wizard {
        self.state.try_get_untracked().unwrap_or(Wizard::Gone)
    }

    /// The account's name: the suggested one, until the user changes it.
    pub fn name(self) -> RwSignal<String> {
        if let Wizard::Tested(tested) | Wizard::Finishing(tested, _) = self.state_untracked() {
            let draft = Some(tested.kept.draft);
            if self.named.try_get_value().is_some_and(|named| named != draft) {
                self.named.set_value(draft);
                self.name.set(tested.suggested_name);
            }
        }
        self.name
    }

    /// The page behind the wizard.
    pub fn from(self) -> Route {
        match self.navigation.route_untracked() {
            Route::Connect { from, .. } => *from,
            _ => Route::Home,
        }
    }

    /// Names the kept key's draft in the address of a step before its test: the browser's Back leads to one that was
    /// left before there was a key.
    fn name_draft(self, step: &ConnectStep) {
        let kept = self.state_untracked().draft().cloned();
        let named = match step {
            ConnectStep::CreateKey(named) if *named != kept => ConnectStep::CreateKey(kept.clone()),
            ConnectStep::AdminKey(named) if *named != kept => ConnectStep::AdminKey(kept.clone()),
            _ => return,
        };
        if kept.is_some() {
            self.navigation.replace(self.address(named));
        }
    }

    /// The account whose key is replaced, as the address says.
    pub fn renews(self) -> Option<ConnectionId> {
        match self.navigation.route_untracked() {
            Route::Connect { renews, .. } => renews,
            _ => None,
        }
    }

    /// The address of a step.
    pub fn address(self, step: ConnectStep) -> Route {
        Route::Connect { step, from: Box::new(self.from()), renews: self.renews() }
    }

    /// The address of a step before the test, with the key that is kept, tracked.
    pub fn before_test(self, step: fn(Option<ConnectionDraftId>) -> ConnectStep) -> Route {
        self.address(step(self.state().draft().cloned()))
    }

    /// Goes to a step before the test, with the key that is kept.
    pub fn back(self, step: fn(Option<ConnectionDraftId>) -> ConnectStep) {
        self.go(step(self.state_untracked().draft().cloned()));
    }

    /// Goes to a step.
    pub fn go(self, step: ConnectStep) {
        self.navigation.go(self.address(step));
    }

    /// Leaves the wizard for the page behind it.
    pub fn leave(self) {
        self.navigation.go(self.from());
    }

    /// Destroys the kept key, if there is one. The server destroys it anyway when the draft ends.
    pub fn discard(self) {
        if let Some(draft) = self.state_untracked().draft().cloned() {
            discard(draft);
        }
    }

    /// Destroys the kept key, if there is one, and leaves.
    pub fn discard_and_leave(self) {
        self.discard();
        self.leave();
    }

    /// Tests once more.
    pub fn test_again(self) {
        self.advance(Wizard::test_again);
    }

    /// Finishes under this name.
    pub fn finish(self, name: String) {
        self.advance(|wizard| wizard.finish(name));
    }

    fn advance(self, change: impl FnOnce(Wizard) -> Move) {
        let (next, effects) = change(self.state_untracked());
        if self.state.try_get_untracked().is_some_and(|state| state != next) {
            self.state.try_set(next);
        }
        self.carry_out(effects);
    }

    fn answer(self, attempt: Attempt, answer: Answer) {
        self.advance(|wizard| wizard.answer(attempt, answer));
    }

    fn carry_out(self, effects: Vec<Task>) {
        for effect in effects {
            match effect {
                Task::Open(draft, attempt) => spawn_local(async move {
                    self.answer(attempt, Answer::Opened(open(&draft).await));
                }),
                Task::Test(draft, attempt) => {
                    let watched = draft.clone();
                    spawn_local(async move { self.answer(attempt, Answer::Tested(test(&draft).await)) });
                    spawn_local(async move { self.watch(&watched, attempt).await });
                }
                Task::Finish(draft, name, attempt) => spawn_local(async move {
                    self.answer(attempt, Answer::Finished(finish(&draft, name).await));
                }),
                Task::ShowLens(_) => self.arrive(Route::Lens(LensView::default())),
                Task::ShowAccount(connection) => self.arrive(Route::Account(connection)),
            }
        }
    }

    /// Shows what was made, in place of the wizard's address.
    fn arrive(self, route: Route) {
        self.navigation.replace(route);
        // The page may have been behind the wizard all the time: then nobody else has it take the focus.
        request_animation_frame(|| {
            focus("main h1");
        });
    }

    /// Looks at a running test until it is over or no longer on screen.
    async fn watch(self, draft: &ConnectionDraftId, attempt: Attempt) {
        loop {
            sleep(WATCH).await;
            if !matches!(self.state.try_get_untracked(), Some(Wizard::Testing(_, current, _)) if current == attempt)
            {
                return;
            }
            if let Ok(draft) = api::get::<View>(draft).await {
                self.answer(attempt, Answer::Watched(draft));
            }
        }
    }
}

/// Destroys a draft's key, also when nobody waits for it.
pub fn discard(draft: ConnectionDraftId) {
    spawn_local(async move {
        let _ = api::get::<Discard>(&draft).await;
    });
}

async fn open(draft: &ConnectionDraftId) -> Reply {
    match api::get::<View>(draft).await {
        Ok(draft) => Reply::Draft(Box::new(draft)),
        Err(CallError::Refused(..)) => Reply::Gone,
        Err(error) => Reply::Failed(words(&error)),
    }
}

async fn test(draft: &ConnectionDraftId) -> Reply {
    match api::get::<Test>(draft).await {
        Ok(draft) => Reply::Draft(Box::new(draft)),
        Err(CallError::Refused(TestError::UnknownDraft, _)) => Reply::Gone,
        // Another tab has finished meanwhile: the draft itself says as which account.
        Err(CallError::Refused(TestError::AlreadyFinished { .. }, _)) => open(draft).await,
        Err(error) => Reply::Failed(words(&error)),
    }
}

async fn finish(draft: &ConnectionDraftId, name: String) -> Result<ConnectionId, FinishFailure> {
    let refused = |refusal| Err(FinishFailure::Refused(refusal));
    match api::call::<Finish>(draft, &Nothing {}, &FinishDraft { name }).await {
        Ok(connection) => Ok(connection.id),
        Err(CallError::Refused(FinishError::UnknownDraft, _)) => Err(FinishFailure::Gone),
        Err(CallError::Refused(FinishError::UnfitName { cause }, _)) => refused(FinishRefusal::Name(cause)),
        Err(CallError::Refused(FinishError::AlreadyConnected { connection }, _)) => {
            refused(FinishRefusal::AlreadyConnected(connection))
        }
        Err(error) => refused(FinishRefusal::Other(words(&error))),
    }
}

/// A failed call in a sentence or two.
pub fn words<E>(error: &CallError<E>) -> String {
    let trouble = error.trouble();
    format!("{} {}", trouble.detail, trouble.remedy)
}
