//! Connected accounts: how they are and what is imported of them.

mod progress;
mod story;

use api::audit_event::Event;
use api::connection::{
    Connection, ConnectionStatus, Import, ImportError, KeySummary, List, ListError, Restatement, Stream,
    StreamProgress, View, ViewError,
};
use api::connection_draft::Finding;
use api::{ConnectionId, Day, Page, Permission, Timestamp};
use sqlx::AnyConnection;

use self::story::{Stories, Story};
use crate::audit;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::page;
use crate::store::cost_restatement::CostRestatement;
use crate::store::import_schedule::History;
use crate::store::import_unit::Purpose;
use crate::store::user::User;
use crate::store::{self, import_schedule, import_unit};

/// Lists the tenant's connections, oldest first.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let user = cx.user()?;
    let unknown = || Failure::Refused(ListError::UnknownPage);
    let part = page::part::<ConnectionId>(&call.query).ok_or_else(unknown)?;
    let mut db = cx.app.store.read().await?;
    let found = store::connection::list(&mut db, &user.tenant, part.after.as_ref(), part.limit + 1).await?;
    let (found, next) = part.cut(found.ok_or_else(unknown)?, |connection| connection.id.to_string());
    let now = cx.app.clock.now();
    let ids: Vec<ConnectionId> = found.iter().map(|connection| connection.id.clone()).collect();
    let mut stories = Stories::of(&mut db, &user.tenant, &ids).await?;
    let items = found.into_iter().map(|connection| {
        let story = stories.take(&connection.id);
        describe(user, connection, story, now)
    });
    Ok(Page { items: items.collect(), next }.into())
}

/// Shows one connection.
pub async fn view(cx: Cx, call: Call<View>) -> Outcome<View> {
    let user = cx.user()?;
    let mut db = cx.app.store.read().await?;
    let found = store::connection::find(&mut db, &user.tenant, &call.path).await?;
    let found = found.ok_or(Failure::Refused(ViewError::UnknownConnection))?;
    Ok(show(&mut db, user, found, cx.app.clock.now()).await?.into())
}

/// Reads recent days, names and whatever has failed again, without waiting for their turn.
pub async fn import(cx: Cx, call: Call<Import>) -> Outcome<Import> {
    let user = cx.user()?;
    let now = cx.app.clock.now();
    let of = (&user.tenant, &call.path);
    let mut db = cx.app.store.write().await?;
    let found = store::connection::find(&mut db, of.0, of.1).await?;
    let found = found.ok_or(Failure::Refused(ImportError::UnknownConnection))?;
    if found.key_failure.is_some() {
        return Err(Failure::Refused(ImportError::NeedsKey));
    }
    let mut pending = import_unit::pending(&mut db, of.0, std::slice::from_ref(of.1)).await?;
    if let Some(until) = progress::asked_to_wait(&pending.remove(of.1).unwrap_or_default(), now) {
        return Err(Failure::Refused(ImportError::AskedToWait { until }));
    }
    import_schedule::hurry(&mut db, of, now).await?;
    let event = Event::ImportStarted { connection: call.path.clone() };
    audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
    let shown = show(&mut db, user, found, now).await?;
    db.commit().await?;
    cx.app.importer.wake();
    Ok(shown.into())
}

/// A connection as this user may see it.
pub async fn show(
    db: &mut AnyConnection,
    user: &User,
    connection: store::connection::Connection,
    now: Timestamp,
) -> sqlx::Result<Connection> {
    let mut stories = Stories::of(db, &connection.tenant, std::slice::from_ref(&connection.id)).await?;
    let story = stories.take(&connection.id);
    Ok(describe(user, connection, story, now))
}

fn describe(
    user: &User,
    connection: store::connection::Connection,
    story: Story,
    now: Timestamp,
) -> Connection {
    let Story { schedule, pending, islands, restatements } = story;
    let planned = progress::Planned {
        // Whoever shows it has just read it: it is there, and what it says is what was planned last.
        start: schedule.as_ref().map_or(connection.history_start, |found| found.connection.history_start),
        today: Day::of(now),
        refresh_due_at: schedule
            .as_ref()
            .filter(|_| connection.key_failure.is_none())
            .map(|found| found.refresh_due_at),
    };
    let history_known = schedule.is_some_and(|found| found.history == History::Known);
    let streams: Vec<StreamProgress> =
        Stream::ALL.iter().map(|stream| progress::of(*stream, planned, &pending, &islands)).collect();
    let importing = !history_known || pending.iter().any(|pending| pending.purpose != Purpose::Refresh);
    let sees_key = user.has_any(Permission::CONNECTS);
    Connection {
        status: status(connection.key_failure, importing, &streams),
        id: connection.id,
        name: connection.name,
        organization: connection.organization,
        key: sees_key
            .then_some(KeySummary { tail: connection.key_tail, expires_at: connection.key_expires_at }),
        management_readable: connection.management_readable,
        created_by: connection.created_by,
        created_at: connection.created_at,
        history_start: planned.start,
        history_known,
        streams,
        restatements: restatements.into_iter().map(restatement).collect(),
    }
}

fn restatement(kept: CostRestatement) -> Restatement {
    let CostRestatement { day, currency, old, new, noticed_at } = kept;
    Restatement { day, currency, old, new, noticed_at }
}

fn status(key_failure: Option<Finding>, importing: bool, streams: &[StreamProgress]) -> ConnectionStatus {
    if let Some(finding) = key_failure {
        return ConnectionStatus::NeedsKey { finding };
    }
    if let Some(finding) = streams.iter().find_map(|stream| stream.failure.clone()) {
        return ConnectionStatus::Degraded { finding };
    }
    if importing {
        let sum = |days: fn(&StreamProgress) -> u32| {
            streams.iter().map(|stream| u64::from(days(stream))).sum::<u64>()
        };
        let (imported, planned) = (sum(|stream| stream.days_imported), sum(|stream| stream.days_planned));
        let percent = imported.saturating_mul(100) / planned.max(1);
        return ConnectionStatus::Importing { percent: u8::try_from(percent.min(100)).unwrap_or(100) };
    }
    ConnectionStatus::Healthy
}
