//! Connected accounts: how they are and what is imported of them.

mod condition;
pub mod disconnect;
pub mod life;
mod progress;
mod rule;
mod story;
pub mod test;
pub mod transition;

use api::audit_event::Event;
use api::connection::{
    Connection, Import, ImportError, KeySummary, List, ListError, Restatement, View, ViewError,
};
use api::{ConnectionId, Page, Permission, Timestamp};
use sqlx::AnyConnection;

use self::story::{Stories, Story};
use crate::audit;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::page;
use crate::store::connection::LifeState;
use crate::store::cost_restatement::CostRestatement;
use crate::store::user::User;
use crate::store::{self, import_schedule};

/// Characters of a fingerprint that are shown and recorded: enough to tell keys apart.
const FINGERPRINT: usize = 8;

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
    let (mut db, user) = cx.turn::<Import>().await?;
    let now = cx.app.clock.now();
    let of = (&user.tenant, &call.path);
    let found = store::connection::find(&mut db, of.0, of.1).await?;
    let found = found.ok_or(Failure::Refused(ImportError::UnknownConnection))?;
    match found.life.state {
        LifeState::Active => {}
        LifeState::Paused => return Err(Failure::Refused(ImportError::Paused)),
        LifeState::Disconnected => return Err(Failure::Refused(ImportError::Disconnected)),
    }
    if found.key_failure.is_some() {
        return Err(Failure::Refused(ImportError::NeedsKey));
    }
    let schedule = import_schedule::find(&mut db, of.0, of.1).await?;
    if let Some(until) = schedule.and_then(|schedule| schedule.asked_to_wait(now)) {
        return Err(Failure::Refused(ImportError::AskedToWait { until }));
    }
    import_schedule::hurry(&mut db, of, now).await?;
    let event = Event::ImportStarted { connection: call.path.clone() };
    audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
    let shown = show(&mut db, &user, found, now).await?;
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
    let ids = std::slice::from_ref(&connection.id);
    let mut stories = Stories::of(db, &connection.tenant, ids).await?;
    let story = stories.take(&connection.id);
    Ok(describe(user, connection, story, now))
}

fn describe(
    user: &User,
    connection: store::connection::Connection,
    story: Story,
    now: Timestamp,
) -> Connection {
    let condition = condition::of(&connection, &story, now);
    let has_key = connection.life.state != LifeState::Disconnected;
    let key = KeySummary {
        tail: connection.key_tail,
        fingerprint: shown_fingerprint(&connection.key_fingerprint),
        added_at: connection.key_added_at,
        last_used_at: connection.key_used_at,
        expires_at: connection.key_expires_at,
    };
    let sees_costs = user.has_any(Permission::SEES_COSTS);
    Connection {
        usage_readable: condition.usage_readable(),
        status: condition.status,
        warnings: condition.warnings,
        id: connection.id,
        name: connection.name,
        organization: connection.organization,
        key: (has_key && user.has_any(Permission::CONNECTS)).then_some(key),
        management_readable: connection.management_readable,
        created_by: connection.created_by,
        created_at: connection.created_at,
        history_start: condition.history_start,
        history_known: condition.history_known,
        streams: condition.streams,
        restatements: story.restatements.into_iter().filter(|_| sees_costs).map(restatement).collect(),
    }
}

/// What is shown and recorded of a fingerprint.
pub(crate) fn shown_fingerprint(fingerprint: &str) -> String {
    fingerprint.chars().take(FINGERPRINT).collect()
}

fn restatement(kept: CostRestatement) -> Restatement {
    let CostRestatement { day, currency, old, new, noticed_at } = kept;
    Restatement { day, currency, old, new, noticed_at }
}
