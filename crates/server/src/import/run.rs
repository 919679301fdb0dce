//! Decides whose turn it is. Every connection has a task of its own, so a slow one delays no other.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api::ConnectionId;
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinSet};

use super::leased::Stopped;
use super::turn;
use crate::app::App;
use crate::random::NoRandomness;
use crate::silence::unless_silent;
use crate::store::{import_schedule, lease};

/// Shortest and longest time between two looks at what is due.
const LOOK_EVERY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// The running import of this process.
#[derive(Debug)]
pub struct Importer {
    /// What leases name this process.
    owner: String,
    wake: Notify,
    /// What was read was put into the store since somebody waited for it.
    kept: Notify,
    /// Connections that have their turn now, each with what ends it.
    busy: Mutex<HashMap<ConnectionId, Arc<Notify>>>,
}

impl Importer {
    /// One that has nothing to do yet. Fails when the operating system has no random bytes.
    pub fn new() -> Result<Self, NoRandomness> {
        let owner = crate::random::bytes::<16>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { owner, wake: Notify::new(), kept: Notify::new(), busy: Mutex::default() })
    }

    /// What leases name this process.
    pub(super) fn owner(&self) -> &str {
        &self.owner
    }

    /// Says that something became due just now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Says that what was read is in the store.
    pub(super) fn note_kept(&self) {
        self.kept.notify_one();
    }

    /// Waits until this process has put something into the store since the last time that somebody waited, but no longer
    /// than `longest`.
    pub(crate) async fn kept(&self, longest: Duration) {
        tokio::select! {
            () = self.kept.notified() => {}
            () = tokio::time::sleep(longest) => {}
        }
    }

    /// How many connections have their turn now.
    pub(crate) fn turns(&self) -> usize {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Ends a connection's turn: what is under way is given up. Whoever calls it has said in the store why none begins.
    pub fn stop(&self, connection: &ConnectionId) {
        if let Some(stop) = self.busy.lock().unwrap_or_else(PoisonError::into_inner).get(connection) {
            stop.notify_one();
        }
    }

    /// What ends the turn that begins; none when there is one already.
    fn claim(&self, connection: &ConnectionId) -> Option<Arc<Notify>> {
        match self.busy.lock().unwrap_or_else(PoisonError::into_inner).entry(connection.clone()) {
            Entry::Occupied(_) => None,
            Entry::Vacant(free) => Some(free.insert(Arc::default()).clone()),
        }
    }
}

/// Imports for as long as the process lives.
pub async fn forever(app: App) {
    let mut tasks = JoinSet::new();
    loop {
        let pause = match unless_silent(&app, start_due(&app, &mut tasks)).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "the import cannot read the database");
                LOOK_EVERY.1
            }
        };
        tokio::select! {
            () = app.importer.wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
        while tasks.try_join_next().is_some() {}
    }
}

/// Does everything that is due now, and returns when it is done. A turn that panics is the caller's panic.
pub async fn everything_due(app: &App) -> sqlx::Result<()> {
    let mut tasks = JoinSet::new();
    start_due(app, &mut tasks).await?;
    while let Some(ended) = tasks.join_next().await {
        if let Err(Ok(panic)) = ended.map_err(JoinError::try_into_panic) {
            std::panic::resume_unwind(panic);
        }
    }
    Ok(())
}

/// Gives back whatever leases this process has, so that another one need not wait for their end. Call it when nothing is
/// imported any more.
pub async fn give_back(app: &App) -> sqlx::Result<()> {
    let mut db = app.store.write().await?;
    lease::release_all(&mut db, app.importer.owner()).await?;
    db.commit().await
}

/// Starts a task for each connection that has something due and no task, and says how long to wait for the next one.
async fn start_due(app: &App, tasks: &mut JoinSet<()>) -> sqlx::Result<Duration> {
    // What would be read could not be kept. Whoever finds that it can be again wakes the importer.
    if app.store.read_only().is_some() {
        return Ok(LOOK_EVERY.1);
    }
    let now = app.clock.now();
    let mut db = app.store.read().await?;
    let ahead = import_schedule::ahead(&mut db, now).await?;
    if !ahead.is_empty() {
        drop(db);
        let mut writing = app.store.write_in_background().await?;
        for (tenant, connection) in &ahead {
            tracing::warn!(
                connection = connection.as_str(),
                "the clock was ahead: what was planned by it is due now"
            );
            import_schedule::set_right(&mut writing, (tenant, connection), now).await?;
        }
        writing.commit().await?;
        db = app.store.read().await?;
    }
    for (tenant, connection) in import_schedule::due(&mut db, now).await? {
        if let Some(stop) = app.importer.claim(&connection) {
            let turn = Turn { app: app.clone(), connection };
            tasks.spawn(async move {
                let taken = turn::take(&turn.app, (&tenant, &turn.connection), &stop);
                match unless_silent(&turn.app, taken).await {
                    Ok(()) => {}
                    Err(Stopped::Asked) => {
                        tracing::info!(connection = turn.connection.as_str(), "the import was stopped");
                    }
                    Err(Stopped::Taken) => {
                        tracing::warn!(connection = turn.connection.as_str(), "another process imports the connection, or it was paused");
                    }
                    Err(Stopped::MasterKey(error)) => {
                        tracing::error!(%error, connection = turn.connection.as_str(), "the import waits for the master key");
                    }
                    Err(Stopped::Store(error)) => {
                        turn.app.store.note(&error, turn.app.clock.now());
                        tracing::error!(%error, connection = turn.connection.as_str(), "the import cannot use the database");
                    }
                }
            });
        }
    }
    let next = import_schedule::next_due(&mut db).await?;
    let seconds = next.map_or(i64::MAX, |next| next.unix_seconds().saturating_sub(now.unix_seconds()));
    Ok(Duration::from_secs(u64::try_from(seconds).unwrap_or_default()).clamp(LOOK_EVERY.0, LOOK_EVERY.1))
}

/// A connection's turn. It ends with the task, however the task ends.
struct Turn {
    app: App,
    connection: ConnectionId,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.app.importer.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.connection);
    }
}
