//! Refusals that were recorded a moment ago: a program that asks again and again for what it may not fills no log.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use api::Timestamp;
use api::audit_event::{Actor, Event};

use crate::clock::Clock;

/// Seconds in which the same refusal of the same caller is recorded once.
const ONCE_IN: i64 = 60;

/// What was recorded a moment ago.
pub struct Denials {
    clock: Clock,
    recorded: Mutex<HashMap<String, Timestamp>>,
}

impl Denials {
    /// Nothing yet.
    pub fn new(clock: Clock) -> Self {
        Self { clock, recorded: Mutex::default() }
    }

    /// Whether this was not recorded in the last minute. It counts as recorded from here on.
    pub fn is_news(&self, actor: &Actor, event: &Event) -> bool {
        let now = self.clock.now();
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back does not keep anything from being recorded.
        recorded.retain(|_, at| *at <= now && at.plus_seconds(ONCE_IN) > now);
        match recorded.entry(format!("{actor:?} {event:?}")) {
            Entry::Occupied(_) => false,
            Entry::Vacant(vacant) => {
                vacant.insert(now);
                true
            }
        }
    }
}
