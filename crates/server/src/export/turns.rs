//! Whose turn it is to have a file written: each has a thread and some megabytes. Nobody has all turns, however slowly they
//! read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use api::UserId;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Files that are written at once.
const AT_ONCE: usize = 6;
/// Files that are written at once for one person.
const OF_PERSON: usize = 2;

/// The turns.
pub(super) struct Turns {
    all: Arc<Semaphore>,
    of: Mutex<HashMap<UserId, Arc<Semaphore>>>,
}

/// A turn, until it is dropped.
pub(super) struct Turn {
    _of_person: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Turns {
    /// Nobody has one.
    pub(super) fn new() -> Self {
        Self { all: Arc::new(Semaphore::new(AT_ONCE)), of: Mutex::default() }
    }

    /// Waits for a person's turn: for one of their own first, so that whoever waits for that takes none of the others'.
    pub(super) async fn take(&self, person: &UserId) -> Result<Turn, AcquireError> {
        let own = self.own(person);
        let of_person = own.acquire_owned().await?;
        let of_all = Arc::clone(&self.all).acquire_owned().await?;
        Ok(Turn { _of_person: of_person, _of_all: of_all })
    }

    fn own(&self, person: &UserId) -> Arc<Semaphore> {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        // Of those who neither have a turn nor wait for one nothing is kept.
        of.retain(|_, turns| Arc::strong_count(turns) > 1);
        Arc::clone(of.entry(person.clone()).or_insert_with(|| Arc::new(Semaphore::new(OF_PERSON))))
    }
}
