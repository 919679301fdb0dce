//! Connected accounts: how they are and what is imported of them.

use api::connection::{
    Connection, ConnectionStatus, KeySummary, List, ListError, Stream, StreamProgress, View, ViewError,
};
use api::connection_draft::Finding;
use api::{ConnectionId, Day, Page, Permission, Timestamp};
use sqlx::AnyConnection;

use crate::http::{Call, Cx, Failure, Outcome};
use crate::page;
use crate::store::import_unit::Pending;
use crate::store::user::User;
use crate::store::{self, import_day, import_unit};

/// Lists the tenant's connections, oldest first.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let user = cx.user()?;
    let unknown = || Failure::Refused(ListError::UnknownPage);
    let part = page::part::<ConnectionId>(&call.query).ok_or_else(unknown)?;
    let mut db = cx.app.store.read().await?;
    let found = store::connection::list(&mut db, &user.tenant, part.after.as_ref(), part.limit + 1).await?;
    let (found, next) = part.cut(found.ok_or_else(unknown)?, |connection| connection.id.to_string());
    let now = cx.app.clock.now();
    let mut items = Vec::with_capacity(found.len());
    for connection in found {
        items.push(show(&mut db, user, connection, now).await?);
    }
    Ok(Page { items, next }.into())
}

/// Shows one connection.
pub async fn view(cx: Cx, call: Call<View>) -> Outcome<View> {
    let user = cx.user()?;
    let mut db = cx.app.store.read().await?;
    let found = store::connection::find(&mut db, &user.tenant, &call.path).await?;
    let found = found.ok_or(Failure::Refused(ViewError::UnknownConnection))?;
    Ok(show(&mut db, user, found, cx.app.clock.now()).await?.into())
}

/// A connection as this user may see it.
pub async fn show(
    db: &mut AnyConnection,
    user: &User,
    connection: store::connection::Connection,
    now: Timestamp,
) -> sqlx::Result<Connection> {
    let of = (&connection.tenant, &connection.id);
    let planned = Day::of(now).number() + 1 - connection.history_start.number();
    let mut streams = Vec::with_capacity(Stream::ALL.len());
    let mut importing = false;
    for stream in Stream::ALL {
        let pending = import_unit::pending(db, of, *stream).await?;
        let summary = import_day::summary(db, of, *stream).await?;
        importing |= pending.history;
        streams.push(progress(*stream, planned, pending, summary));
    }
    let sees_key = user.has_any(Permission::CONNECTS);
    Ok(Connection {
        status: status(connection.key_failure, importing, &streams),
        id: connection.id,
        name: connection.name,
        organization: connection.organization,
        key: sees_key
            .then_some(KeySummary { tail: connection.key_tail, expires_at: connection.key_expires_at }),
        management_readable: connection.management_readable,
        created_by: connection.created_by,
        created_at: connection.created_at,
        streams,
    })
}

fn progress(stream: Stream, planned: i64, pending: Pending, summary: import_day::Summary) -> StreamProgress {
    StreamProgress {
        stream,
        days_planned: u32::try_from(planned).unwrap_or_default(),
        days_imported: summary.days,
        rows: summary.rows,
        from: summary.from,
        through: summary.through,
        last_success: summary.imported_at,
        failure: pending.failure,
    }
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
