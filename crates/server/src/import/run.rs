//! Decides whose turn it is. Every connection has a task of its own, so a slow one delays no other.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use api::{ConnectionId, TenantId};
use futures::stream::{self, StreamExt};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::plan_refresh;
use super::work::{self, Done, Job};
use crate::app::App;
use crate::store;
use crate::store::connection::Connection;
use crate::store::import_unit;

/// Jobs of one connection that run at once. OpenAI's limits are per organization and not published: few is polite.
const AT_ONCE: usize = 4;
/// Shortest and longest time between two looks at what is due.
const LOOK_EVERY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// The running import of this process.
#[derive(Debug, Default)]
pub struct Importer {
    wake: Notify,
    /// Connections that have their turn now.
    busy: Mutex<HashSet<ConnectionId>>,
}

impl Importer {
    /// Says that something became due just now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    fn claim(&self, connection: &ConnectionId) -> bool {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(connection.clone())
    }
}

/// Imports for as long as the process lives.
pub async fn forever(app: App) {
    let mut tasks = JoinSet::new();
    loop {
        let pause = match start_due(&app, &mut tasks).await {
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

/// Does everything that is due now, and returns when it is done.
pub async fn everything_due(app: &App) -> sqlx::Result<()> {
    let mut tasks = JoinSet::new();
    start_due(app, &mut tasks).await?;
    while tasks.join_next().await.is_some() {}
    Ok(())
}

/// Starts a task for each connection that has something due and no task, and says how long to wait for the next one.
async fn start_due(app: &App, tasks: &mut JoinSet<()>) -> sqlx::Result<Duration> {
    let now = app.clock.now();
    let mut db = app.store.read().await?;
    for (tenant, connection) in store::connection::due(&mut db, now).await? {
        if app.importer.claim(&connection) {
            let turn = Turn { app: app.clone(), connection };
            tasks.spawn(async move {
                if let Err(error) = import(&turn.app, &tenant, &turn.connection).await {
                    tracing::error!(%error, connection = turn.connection.as_str(), "the import cannot use the database");
                }
            });
        }
    }
    let next = store::connection::next_due(&mut db).await?;
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

/// Does what is due for a connection, until nothing is.
async fn import(app: &App, tenant: &TenantId, id: &ConnectionId) -> sqlx::Result<()> {
    while let Some((connection, jobs)) = due(app, tenant, id).await? {
        let mut results =
            stream::iter(jobs).map(|job| work::perform(app, &connection, job)).buffer_unordered(AT_ONCE);
        while let Some(done) = results.next().await {
            if let Done::KeyRefused(failure) = done? {
                // The calls that are under way end here, and no other is made.
                drop(results);
                let mut db = app.store.write().await?;
                store::connection::refuse_key(&mut db, (tenant, id), &failure).await?;
                return db.commit().await;
            }
        }
    }
    Ok(())
}

/// A connection and what is due for it; none when there is nothing to do or no key to do it with.
async fn due(
    app: &App,
    tenant: &TenantId,
    id: &ConnectionId,
) -> sqlx::Result<Option<(Connection, Vec<Job>)>> {
    let now = app.clock.now();
    let mut db = app.store.write().await?;
    let Some(found) = store::connection::find_with_dues(&mut db, tenant, id).await? else { return Ok(None) };
    let connection = found.connection;
    if connection.key_failure.is_some() {
        return Ok(None);
    }
    if found.refresh_due_at <= now {
        plan_refresh(&mut db, (tenant, id), connection.history_start, now).await?;
        store::connection::note_refresh(&mut db, (tenant, id), work::next_refresh(now)).await?;
    }
    let units = import_unit::due(&mut db, (tenant, id), now).await?;
    db.commit().await?;
    let mut jobs: Vec<Job> = units.into_iter().map(Job::Unit).collect();
    if found.names_due_at <= now {
        // After the newest costs, which are what the user waits for.
        jobs.insert(jobs.len().min(1), Job::Names);
    }
    Ok((!jobs.is_empty()).then_some((connection, jobs)))
}
