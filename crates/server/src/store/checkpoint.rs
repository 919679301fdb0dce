//! Emptying SQLite's log of changes, so that what was deleted is nowhere any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::{AnyConnection, Connection, Row};

use super::{Backend, Store};

/// Between two tries. Whoever wants to write has the turn meanwhile.
const PAUSE: Duration = Duration::from_millis(50);
/// How often it is tried before the caller goes on.
const TRIES: usize = 10;
/// How often it is tried after that: for a minute, when the next sweep comes by.
const LATER_TRIES: usize = 1_200;

impl Store {
    /// Writes the log of changes through to the file and empties it. Somebody who reads for long keeps it from being
    /// emptied: then it is tried on in the background, and nobody waits for that. Where PostgreSQL keeps what was deleted
    /// is its operator's to say: docs/security.md.
    pub async fn checkpoint(&self) -> sqlx::Result<()> {
        if self.backend == Backend::Postgres || self.empty_log(TRIES).await? {
            return Ok(());
        }
        let Some(turn) = Emptying::begin(&self.emptying) else { return Ok(()) };
        let store = self.clone();
        tokio::spawn(async move {
            let _turn = turn;
            match store.empty_log(LATER_TRIES).await {
                Ok(true) => {}
                Ok(false) => tracing::warn!("somebody reads for long: the log of changes is not emptied yet"),
                Err(error) => tracing::warn!(%error, "the log of changes was not emptied"),
            }
        });
        Ok(())
    }

    /// On a connection of its own, which is gone afterwards: whoever is cut off in between leaves nobody one on which
    /// nothing is waited for.
    async fn empty_log(&self, tries: usize) -> sqlx::Result<bool> {
        let mut db = self.read().await?.detach();
        sqlx::query("PRAGMA busy_timeout = 0").execute(&mut db).await?;
        for _ in 0..tries {
            if self.try_to_empty_log(&mut db).await? {
                db.close().await?;
                return Ok(true);
            }
            tokio::time::sleep(PAUSE).await;
        }
        db.close().await?;
        Ok(false)
    }

    /// Whether it is empty now. It is tried once and not waited for, since nobody can write meanwhile.
    async fn try_to_empty_log(&self, db: &mut AnyConnection) -> sqlx::Result<bool> {
        let _turn = self.turn.take(self.patience()).await;
        let tried = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(db).await?;
        Ok(tried.try_get::<i64, _>("busy")? == 0)
    }
}

/// Somebody tries in the background, until this is dropped: one does it for all.
struct Emptying(Arc<AtomicBool>);

impl Emptying {
    fn begin(of: &Arc<AtomicBool>) -> Option<Self> {
        let is_first = !of.swap(true, Ordering::SeqCst);
        is_first.then(|| Self(Arc::clone(of)))
    }
}

impl Drop for Emptying {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}
