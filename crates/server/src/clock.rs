//! What time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use api::{Day, Timestamp};

/// The clock that every rule asks, so that a test can wind it forward instead of sleeping.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// A test's: it stands still until it is set.
    Settable(SettableClock),
}

/// A clock that stands still until it is set.
#[derive(Clone, Debug)]
pub struct SettableClock(Arc<AtomicI64>);

impl Clock {
    /// The present second.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)),
            Self::Settable(clock) => clock.0.load(Ordering::SeqCst),
        })
    }

    /// The present UTC day.
    pub fn today(&self) -> Day {
        Day::of(self.now())
    }
}

impl SettableClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.unix_seconds())))
    }

    /// Winds it forward.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sets it.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.unix_seconds(), Ordering::SeqCst);
    }
}
