//! When a connection becomes something else: noted in the transaction that changes it, and once a minute for what time alone
//! changes. Of what is noted here, only that usage has stopped is told.

use std::time::Duration;

use api::audit_event::Event;
use api::connection::ConnectionStatus;
use api::connection_draft::{Cause, Finding};
use api::{ConnectionId, TenantId, Timestamp};
use sqlx::AnyConnection;

use super::condition::{self, Condition};
use super::rule;
use super::story::Stories;
use crate::app::App;
use crate::audit::{self, Who};
use crate::silence::unless_silent;
use crate::store::connection_transition::{self as store, Kind, Noted};
use crate::{notification, read_only};

/// How often it is looked for what time alone has changed.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Notes what a connection has become, if it has. Call it in the transaction that changes it.
pub(crate) async fn note(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    now: Timestamp,
) -> sqlx::Result<()> {
    let Some(connection) = crate::store::connection::find(db, of.0, of.1).await? else { return Ok(()) };
    let Some(before) = store::noted(db, of).await? else { return Ok(()) };
    let ids = std::slice::from_ref(&connection.id);
    let story = Stories::of(db, of.0, ids).await?.take(&connection.id);
    let condition = condition::of(&connection, &story, now);
    let after = noted(&condition, before);
    if let Some(state) = after.state.filter(|_| after.state != before.state) {
        store::append(db, of, now, (state, before.state), condition.status.finding()).await?;
    }
    if let Some(expiry) = after.expiry.filter(|_| after.expiry != before.expiry) {
        store::append(db, of, now, (expiry, None), condition.warnings.first()).await?;
    }
    if after.imported && !before.imported {
        store::append(db, of, now, (Kind::Imported, None), None).await?;
    }
    if after == before { Ok(()) } else { store::note(db, of, after).await }
}

/// Notes that a connection's key of this version cannot be used, records and tells it: once, until a key works. False when
/// another key has taken its place meanwhile.
pub(crate) async fn refuse_key(
    app: &App,
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    version: i64,
    failure: &Finding,
) -> sqlx::Result<bool> {
    let before = crate::store::connection::find(db, of.0, of.1).await?;
    if !crate::store::connection::refuse_key(db, of, version, failure).await? {
        return Ok(false);
    }
    // Testing a refused key again is no news.
    if before.is_some_and(|before| before.key_failure.is_none()) {
        notification::note_refused_key(app, db, of, failure).await?;
        let connection = of.1.clone();
        let event = match failure.cause {
            Cause::KeyUnreadable => Event::KeyUnreadable { connection },
            _ => Event::KeyRefused { connection },
        };
        audit::record(app, db, &Who::system(of.0.clone()), event).await?;
    }
    Ok(true)
}

fn noted(condition: &Condition, before: Noted) -> Noted {
    let expiry = condition.warnings.iter().find_map(|warning| match warning.cause {
        Cause::KeyExpiring { .. } => Some(Kind::KeyExpiring),
        Cause::KeyExpired { .. } => Some(Kind::KeyExpired),
        _ => None,
    });
    Noted { state: Some(kind(&condition.status)), expiry, imported: before.imported || condition.is_imported }
}

fn kind(status: &ConnectionStatus) -> Kind {
    match status {
        ConnectionStatus::Connecting => Kind::Connecting,
        ConnectionStatus::Importing { .. } => Kind::Importing,
        ConnectionStatus::Healthy => Kind::Healthy,
        ConnectionStatus::Degraded { finding } => match finding.cause {
            Cause::Silent { .. } | Cause::UsageStopped { .. } => Kind::Silent,
            _ => Kind::Degraded,
        },
        ConnectionStatus::Paused { .. } => Kind::Paused,
        ConnectionStatus::NeedsKey { .. } => Kind::NeedsKey,
        ConnectionStatus::Disconnected { .. } => Kind::Disconnected,
    }
}

/// Notes what time alone has changed.
pub async fn watch(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let moments = (now, now.plus_seconds(-rule::OVERDUE), now.plus_seconds(rule::EXPIRY_WARNING));
    let suspects = store::suspects(&mut *app.store.read().await?, moments).await?;
    for (tenant, connection) in &suspects {
        let mut db = app.store.write().await?;
        note(&mut db, (tenant, connection), now).await?;
        db.commit().await?;
    }
    Ok(())
}

/// Watches for as long as the process lives.
pub async fn watch_forever(app: App) {
    loop {
        if let Err(error) = unless_silent(&app, watch(&app)).await {
            read_only::note(&app, &error);
            tracing::error!(%error, "changes of connections cannot be noted");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
