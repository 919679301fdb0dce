//! What the simulator remembers: its organizations, the time, and what was asked.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::{Clock, DAY};
use crate::hostile;
use crate::key::{KEYS, Key, Whose};
use crate::organization::{Organization, Size};
use crate::request_log::RequestLog;

const SMALL: Size = Size { projects: 3, keys: 6, users: 4, days: 30 };
const LARGE: Size = Size { projects: 200, keys: 1_000, users: 120, days: 730 };

/// What comes in the place of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// A page of HTML.
    Html,
    /// The first half of the answer.
    Half,
    /// 500.
    Error,
}

/// What the simulator remembers.
pub(crate) struct State {
    pub(crate) log: RequestLog,
    clock: Mutex<Clock>,
    /// How long every answer takes at least.
    pub(crate) latency: Duration,
    organizations: BTreeMap<(Whose, &'static str), Organization>,
    /// Requests so far, by key and by what was asked.
    counts: Mutex<HashMap<(&'static str, String), u64>>,
    answers: AtomicU64,
    /// How many requests there are until the disturbed one, that one included.
    disturbance: Mutex<Option<(u64, Disturbance)>>,
    stopped: watch::Receiver<()>,
}

impl State {
    pub(crate) fn new(
        clock: Clock,
        latency: Duration,
        log: RequestLog,
        seed: u64,
        stopped: watch::Receiver<()>,
    ) -> Self {
        let now = clock.now();
        let today = now - now.rem_euclid(DAY);
        let organizations = KEYS.iter().map(|key| (key.place(), organization(key, today, seed))).collect();
        let clock = Mutex::new(clock);
        Self {
            log,
            clock,
            latency,
            organizations,
            counts: Mutex::default(),
            answers: AtomicU64::new(0),
            disturbance: Mutex::default(),
            stopped,
        }
    }

    /// Waits until the simulator ends.
    pub(crate) async fn stopped(&self) {
        // Nothing is ever sent, so this is the sender's end.
        let _ = self.stopped.clone().changed().await;
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).now()
    }

    /// A number that no other answer has.
    pub(crate) fn next_answer(&self) -> u64 {
        self.answers.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn disturb(&self, n: u64, disturbance: Disturbance) {
        *self.disturbance.lock().unwrap_or_else(PoisonError::into_inner) = Some((n, disturbance));
    }

    /// What comes in the place of this answer, if anything does.
    pub(crate) fn next_disturbance(&self) -> Option<Disturbance> {
        let mut planned = self.disturbance.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *planned {
            Some((1, disturbance)) => {
                let disturbance = *disturbance;
                *planned = None;
                Some(disturbance)
            }
            Some((n, _)) => {
                *n = n.saturating_sub(1);
                None
            }
            None => None,
        }
    }

    /// Makes the clock stand at this second, or go with the machine's own.
    pub(crate) fn set_clock(&self, seconds: Option<i64>) {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*clock, seconds) {
            // Whoever shares the clock sees the change.
            (Clock::Set(shared), Some(seconds)) => shared.store(seconds, Ordering::SeqCst),
            (_, Some(seconds)) => *clock = Clock::set_to(seconds),
            (_, None) => *clock = Clock::System,
        }
    }

    pub(crate) fn organization(&self, key: &Key) -> Option<&Organization> {
        self.organizations.get(&key.place())
    }

    /// Counts a request of a key, and says the how many-th it is.
    pub(crate) fn count(&self, key: &Key, what: &str) -> u64 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry((key.name, what.to_owned())).or_insert(0);
        *count += 1;
        *count
    }
}

fn organization(key: &Key, today: i64, seed: u64) -> Organization {
    let new = |name: &str, size| Organization::new(name, size, today, seed);
    let (whose, name) = key.place();
    match whose {
        Whose::Small => new("Acme Robotics", SMALL),
        Whose::Second => new("Acme Labs", SMALL),
        Whose::Large => new("Globex", LARGE),
        Whose::Empty => new("Initech", Size { projects: 0, keys: 0, users: 1, days: 1 }),
        Whose::Hostile => hostile::organization(today, seed),
        Whose::Own | Whose::OwnOf(_) => new(&format!("Acme {name}"), SMALL),
        Whose::Archive => {
            let mut archive = new("Acme Archive", SMALL);
            if let Some(project) = archive.projects.last_mut() {
                project.archived_at = Some(today - 5 * DAY);
            }
            if let Some(key) = archive.api_keys.last_mut() {
                key.deleted = true;
            }
            archive
        }
    }
}
