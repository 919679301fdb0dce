//! A connection's turn: what is due for it is done, several things at once, until nothing is.

use std::pin::pin;
use std::sync::Arc;

use api::{ConnectionId, Day, TenantId, Timestamp};
use futures::stream::{FuturesUnordered, StreamExt};
use openai::Pause;
use tokio::sync::{Notify, Semaphore};

use super::leased::{self, Stopped};
use super::work::{self, Done, Job};
use super::{plan_history, plan_month, plan_refresh};
use crate::app::App;
use crate::connection::transition;
use crate::secret::{self, OpenError};
use crate::silence::unless_silent;
use crate::store;
use crate::store::connection::Connection;
use crate::store::import_schedule::{self, Due, History};
use crate::store::import_unit;
use crate::store::lease::Lease;

/// Jobs of one connection that run at once. OpenAI's limits are per organization and not published: few is polite.
const AT_ONCE: usize = 8;
/// Jobs of all connections together, except that each may have two.
const AT_ONCE_OF_ALL: usize = 64;

/// Long answers of one connection that are in memory at once, each of several megabytes.
const LONG_ANSWERS: usize = 3;

/// How many jobs may run at once: halved when OpenAI wants fewer, and one more after each round of successes.
struct Pace {
    allowed: usize,
    successes: usize,
}

impl Pace {
    fn note(&mut self, done: &Done) {
        match done {
            Done::SlowDown => (self.allowed, self.successes) = ((self.allowed / 2).max(1), 0),
            _ => self.successes += 1,
        }
        if self.successes >= self.allowed {
            (self.allowed, self.successes) = ((self.allowed + 1).min(AT_ONCE), 0);
        }
    }
}

/// What a job has to know beside itself.
#[derive(Clone)]
pub(super) struct Task {
    pub(super) connection: Connection,
    /// The first day for which OpenAI groups the connection's costs by API key, once it has refused to.
    pub(super) api_key_from: Option<Day>,
    /// Under which everything is written.
    pub(super) lease: Lease,
    /// A permit for each long answer that may be in memory at once.
    pub(super) long_answers: Arc<Semaphore>,
    /// Until when OpenAI wants no calls.
    pub(super) pause: Arc<Pause>,
}

/// Does what is due for a connection, until nothing is, somebody stops it, or another process has taken it.
pub(super) async fn take(app: &App, of: (&TenantId, &ConnectionId), stop: &Notify) -> Result<(), Stopped> {
    await_master_key(app, of).await?;
    let Some(lease) = leased::take(app, of).await? else { return Ok(()) };
    let result = tokio::select! {
        result = unless_silent(app, work_off(app, &lease)) => result,
        stopped = leased::hold_on(app, &lease) => Err(stopped),
        () = stop.notified() => Err(Stopped::Asked),
    };
    if !matches!(result, Err(Stopped::Taken | Stopped::Asked)) {
        leased::release(app, &lease).await?;
    }
    result
}

/// Whether the connection's key opens, asked before anything is written: a server that waits for the master key looks again
/// every second. That a key never opens is found by its first job, which says so.
async fn await_master_key(app: &App, of: (&TenantId, &ConnectionId)) -> Result<(), Stopped> {
    let mut db = app.store.read().await?;
    let Some(found) = store::connection::find(&mut db, of.0, of.1).await? else { return Ok(()) };
    match secret::open(&app.vault, &mut db, of, found.key_version).await {
        Ok(_) | Err(OpenError::Unreadable) => Ok(()),
        Err(OpenError::Unavailable(error)) => Err(Stopped::MasterKey(error)),
        Err(OpenError::Store(error)) => Err(error.into()),
    }
}

async fn work_off(app: &App, lease: &Lease) -> Result<(), Stopped> {
    let mut pace = Pace { allowed: AT_ONCE, successes: 0 };
    let mut running = FuturesUnordered::new();
    let mut in_flight: Vec<Job> = Vec::new();
    let mut noted = None;
    let mut ended = Vec::new();
    let long_answers = Arc::new(Semaphore::new(LONG_ANSWERS));
    let pause = Arc::new(Pause::default());
    loop {
        let share = (AT_ONCE_OF_ALL / app.importer.turns().max(1)).max(2);
        let free = pace.allowed.min(share).saturating_sub(in_flight.len());
        if free > 0 {
            let next = async {
                let found = due(app, lease, &in_flight, free).await?;
                if let Some((_, _, jobs)) = &found {
                    note_use(app, lease, &mut noted, jobs).await?;
                }
                Ok::<_, Stopped>(found)
            };
            if let Some((connection, api_key_from, jobs)) = meanwhile(&mut running, &mut ended, next).await? {
                let (long_answers, pause) = (Arc::clone(&long_answers), Arc::clone(&pause));
                let task = Task { connection, api_key_from, lease: lease.clone(), long_answers, pause };
                for job in jobs {
                    in_flight.push(job.clone());
                    let task = task.clone();
                    running.push(async move {
                        // It holds up the others when it has the turn to write, and all of them at the end.
                        let done = unless_silent(app, work::perform(app, &task, &job)).await;
                        (job, done)
                    });
                }
            }
        }
        let one = match ended.pop() {
            None => running.next().await,
            one => one,
        };
        let Some((job, done)) = one else { return Ok(()) };
        in_flight.retain(|other| *other != job);
        let done = done?;
        pace.note(&done);
        if let Done::KeyRefused { version, failure } = done {
            // The calls that are under way end here, and no other is made with this key.
            running.clear();
            ended.clear();
            in_flight.clear();
            let mut db = leased::write(app, lease).await?;
            let of = (&lease.tenant, &lease.connection);
            let is_refused = transition::refuse_key(app, &mut db, of, version, &failure).await?;
            transition::note(&mut db, of, app.clock.now()).await?;
            db.commit().await?;
            if is_refused {
                return Ok(());
            }
            // Another key has taken its place meanwhile, with which what was under way is read anew.
        }
    }
}

/// Does something while the jobs go on. One of them may have the turn to write, or a connection to the database, that the
/// work waits for, and gives it back only when it goes on itself.
async fn meanwhile<J: Future, T>(
    running: &mut FuturesUnordered<J>,
    ended: &mut Vec<J::Output>,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            result = &mut work => return result,
            Some(one) = running.next() => ended.push(one),
        }
    }
}

/// Notes that the key is used, once a minute.
async fn note_use(
    app: &App,
    lease: &Lease,
    noted: &mut Option<Timestamp>,
    jobs: &[Job],
) -> Result<(), Stopped> {
    let now = app.clock.now();
    if jobs.is_empty() || noted.is_some_and(|noted| now < noted.plus_seconds(60)) {
        return Ok(());
    }
    let mut db = leased::write(app, lease).await?;
    store::connection::note_use(&mut db, (&lease.tenant, &lease.connection), now).await?;
    *noted = Some(now);
    Ok(db.commit().await?)
}

/// A connection, the first day for which its costs are grouped by API key, and up to `free` jobs that are due for it; none
/// when there is no key to do them with.
async fn due(
    app: &App,
    lease: &Lease,
    in_flight: &[Job],
    free: usize,
) -> Result<Option<(Connection, Option<Day>, Vec<Job>)>, Stopped> {
    let now = app.clock.now();
    let of = (&lease.tenant, &lease.connection);
    let mut db = app.store.read().await?;
    let Some(found) = import_schedule::find(&mut db, of.0, of.1).await? else { return Ok(None) };
    if !found.connection.imports() {
        return Ok(None);
    }
    let unplanned = found.history == History::Unplanned;
    if unplanned || found.refresh_due_at <= now || found.month_due_at <= now {
        drop(db);
        let mut writing = leased::write(app, lease).await?;
        let start = found.connection.history_start;
        if unplanned {
            plan_history(&mut writing, of, app.limits.history_days, now).await?;
        }
        if found.refresh_due_at <= now {
            plan_refresh(&mut writing, of, start, now).await?;
            import_schedule::note_due(&mut writing, of, Due::Refresh, work::next_refresh(now)).await?;
        }
        if found.month_due_at <= now {
            plan_month(&mut writing, of, start, now).await?;
            import_schedule::note_due(&mut writing, of, Due::Month, work::next_month(now)).await?;
        }
        writing.commit().await?;
        db = app.store.read().await?;
    }
    let units = import_unit::due(&mut db, of, now, in_flight.len() + free).await?;
    let mut jobs: Vec<Job> = units.into_iter().map(Job::Unit).collect();
    if found.names_due_at <= now {
        // After the newest costs, which are what the user waits for.
        jobs.insert(jobs.len().min(1), Job::Names);
    } else if found.connection.management_readable && found.key_names_due_at <= now {
        // Later than what is on screen first, and not behind years of history.
        jobs.insert(jobs.len().min(free.saturating_sub(1)), Job::KeyNames);
    }
    jobs.retain(|job| !in_flight.contains(job));
    jobs.truncate(free);
    Ok(Some((found.connection, found.api_key_costs_from, jobs)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_halved_at_once_and_comes_back_slowly() {
        let mut pace = Pace { allowed: AT_ONCE, successes: 0 };
        let mut seen = Vec::new();
        for done in [Done::SlowDown, Done::SlowDown, Done::SlowDown, Done::SlowDown] {
            pace.note(&done);
            seen.push(pace.allowed);
        }
        for _ in 0..40 {
            pace.note(&Done::GoOn);
            seen.push(pace.allowed);
        }
        assert_eq!(seen[..7], [4, 2, 1, 1, 2, 2, 3]);
        assert_eq!(seen.last(), Some(&AT_ONCE));
    }
}
