//! Finish: a tested draft becomes a connection, or its key takes the place of one that cannot be used any more.

use api::audit_event::{Event, KeyState};
use api::connection_draft::FinishError;
use api::{CommonRefusal, ConnectionDraftId, ConnectionName, Day, Timestamp};
use sqlx::AnyConnection;

use crate::app::App;
use crate::audit::{self, Unrecorded};
use crate::http::{Cx, Failure, Fault};
use crate::import::plan;
use crate::secret::{KeepError, OpenError};
use crate::store::connection::{Connection, NewConnection};
use crate::store::connection_draft::{self as drafts, ConnectionDraft as Draft, Tested};
use crate::store::user::User;
use crate::store::{self, import_schedule};
use crate::{connection, import, secret};

/// Makes a connection of a draft, or gives it the draft's key; the one that was made before when it is finished.
pub(super) async fn connection(
    cx: &Cx,
    user: &User,
    id: &ConnectionDraftId,
    name: &ConnectionName,
) -> Result<api::connection::Connection, Failure<FinishError>> {
    let made = match finish(cx, user, id, name).await {
        // Another call has made a connection in the same moment: look again at what there is now.
        Err(Unmade::Store(error)) if is_unique_violation(&error) => finish(cx, user, id, name).await,
        made => made,
    };
    made.map_err(|unmade| match unmade {
        Unmade::Refused(refusal) => Failure::Refused(refusal),
        Unmade::Common(refusal) => refusal.into(),
        Unmade::Store(error) => error.into(),
        Unmade::Unrecorded(error) => error.into(),
        Unmade::Broken(fault) => Failure::Broken(fault),
    })
}

/// The tenant's connection that has the draft's key, or else its organization.
pub(super) async fn connected(
    db: &mut AnyConnection,
    draft: &Draft,
    tested: &Tested,
) -> sqlx::Result<Option<Connection>> {
    let found = store::connection::with_key(db, &draft.tenant, &draft.key_fingerprint).await?;
    match (found, &tested.organization) {
        (None, Some(organization)) => {
            store::connection::with_organization(db, &draft.tenant, &organization.id).await
        }
        (found, _) => Ok(found),
    }
}

/// Why no connection was made.
enum Unmade {
    Refused(FinishError),
    Common(CommonRefusal),
    Store(sqlx::Error),
    Unrecorded(Unrecorded),
    Broken(Fault),
}

impl From<CommonRefusal> for Unmade {
    fn from(refusal: CommonRefusal) -> Self {
        Self::Common(refusal)
    }
}

impl From<Unrecorded> for Unmade {
    fn from(error: Unrecorded) -> Self {
        Self::Unrecorded(error)
    }
}

impl From<sqlx::Error> for Unmade {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

impl From<KeepError> for Unmade {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Store(error) => Self::Store(error),
            KeepError::Vault(error) => Self::Broken(KeepError::Vault(error).into()),
        }
    }
}

async fn finish(
    cx: &Cx,
    user: &User,
    id: &ConnectionDraftId,
    name: &ConnectionName,
) -> Result<api::connection::Connection, Unmade> {
    let app = &cx.app;
    let now = app.clock.now();
    let mut db = app.store.write().await?;
    let draft = drafts::find(&mut db, &user.tenant, &user.id, id, now).await?;
    let draft = draft.ok_or(Unmade::Refused(FinishError::UnknownDraft))?;
    if draft.finished_at.is_some() {
        let made = store::connection::find(&mut db, &draft.tenant, &draft.connection).await?;
        let made = made.ok_or(Unmade::Refused(FinishError::UnknownDraft))?;
        return Ok(connection::show(&mut db, user, made, now).await?);
    }
    let tested = match &draft.tested {
        Some(tested) if tested.ready => tested,
        _ => return Err(Unmade::Refused(FinishError::NotReady)),
    };
    let (made, event) = match connected(&mut db, &draft, tested).await? {
        None => insert(app, &mut db, (&draft, tested), (user, name), now).await?,
        Some(known) if known.key_failure.is_some() => {
            renew(app, &mut db, known, (&draft, tested), name, now).await?
        }
        Some(known) => {
            return Err(Unmade::Refused(FinishError::AlreadyConnected { connection: known.reference() }));
        }
    };
    drafts::finish(&mut db, &made.tenant, &draft.id, &made.id, now).await?;
    let renewed = matches!(event, Event::KeyRenewed { .. });
    audit::record(app, &mut db, &cx.who()?, event).await?;
    let shown = connection::show(&mut db, user, made, now).await?;
    db.commit().await?;
    if renewed {
        // Both old copies are gone from the log of changes as well.
        app.store.checkpoint().await?;
    }
    Ok(shown)
}

async fn insert(
    app: &App,
    db: &mut AnyConnection,
    (draft, tested): (&Draft, &Tested),
    (user, name): (&User, &ConnectionName),
    now: Timestamp,
) -> Result<(Connection, Event), Unmade> {
    let made = Connection {
        tenant: draft.tenant.clone(),
        id: draft.connection.clone(),
        name: name.clone(),
        organization: tested.organization.clone(),
        key_tail: draft.key_tail.clone(),
        key_version: draft.key_version,
        key_expires_at: None,
        key_failure: None,
        management_readable: tested.management_readable,
        created_by: user.email.clone(),
        created_at: now,
        history_start: plan::first_day(Day::of(now)),
    };
    let new = NewConnection {
        connection: &made,
        key_fingerprint: &draft.key_fingerprint,
        refresh_due_at: import::next_refresh(now),
        month_due_at: import::next_month(now),
    };
    store::connection::insert(db, new).await?;
    import::plan_history(db, (&made.tenant, &made.id), app.limits.history_days, now).await?;
    let event = Event::ConnectionMade {
        connection: made.id.clone(),
        draft: draft.id.clone(),
        name: made.name.clone(),
        organization: made.organization.as_ref().map(|organization| organization.id.clone()),
    };
    Ok((made, event))
}

/// Seals the draft's key anew, since a sealed key is bound to its connection and version, destroys both old copies, and
/// lets everything go on that has waited for a key. Nothing is asked with a refused key, so no answer to it comes later.
async fn renew(
    app: &App,
    db: &mut AnyConnection,
    known: Connection,
    (draft, tested): (&Draft, &Tested),
    name: &ConnectionName,
    now: Timestamp,
) -> Result<(Connection, Event), Unmade> {
    let key = secret::open(&app.vault, db, (&draft.tenant, &draft.connection), draft.key_version).await;
    let key = key.map_err(|error| match error {
        // Another test says so, and what helps.
        OpenError::Unreadable => Unmade::Refused(FinishError::NotReady),
        OpenError::Store(error) => error.into(),
    })?;
    let before = KeyState { version: known.key_version, tail: known.key_tail.clone() };
    let renewed = Connection {
        name: name.clone(),
        key_tail: draft.key_tail.clone(),
        key_version: known.key_version.saturating_add(1),
        key_expires_at: None,
        key_failure: None,
        management_readable: tested.management_readable,
        ..known
    };
    let of = (&renewed.tenant, &renewed.id);
    store::secret::shred(db, of.0, &draft.connection).await?;
    store::secret::shred(db, of.0, of.1).await?;
    secret::keep(&app.vault, db, of, renewed.key_version, &key, now).await?;
    store::connection::renew_key(db, &renewed, &draft.key_fingerprint).await?;
    import_schedule::hurry(db, of, now).await?;
    let event = Event::KeyRenewed {
        connection: renewed.id.clone(),
        draft: draft.id.clone(),
        name: renewed.name.clone(),
        before,
        after: KeyState { version: renewed.key_version, tail: renewed.key_tail.clone() },
    };
    Ok((renewed, event))
}

fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}
