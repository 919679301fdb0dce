//! Finish: a tested draft becomes a connection, or its key takes the place of one that cannot be used any more.

use api::audit_event::{Event, KeyState};
use api::connection_draft::{Finish, FinishError};
use api::{CommonRefusal, ConnectionDraftId, ConnectionName, Day, Timestamp};
use sqlx::AnyConnection;

use super::place::{self, Place};
use crate::app::App;
use crate::audit::{self, Unrecorded};
use crate::http::{Cx, Failure, Fault};
use crate::import::plan;
use crate::secret::{KeepError, OpenError};
use crate::store::connection::{Connection, Life, LifeState, NewConnection};
use crate::store::connection_draft::{self as drafts, ConnectionDraft as Draft, Tested};
use crate::store::import_schedule::{self, Due};
use crate::store::user::User;
use crate::store::{self};
use crate::{connection, import, secret};

/// Makes a connection of a draft, or gives it the draft's key; the one that was made before when it is finished.
pub(super) async fn connection(
    cx: &Cx,
    id: &ConnectionDraftId,
    name: &ConnectionName,
) -> Result<api::connection::Connection, Failure<FinishError>> {
    let made = match finish(cx, id, name).await {
        // Another call has made a connection in the same moment: look again at what there is now.
        Err(Unmade::Store(error)) if is_unique_violation(&error) => finish(cx, id, name).await,
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

/// Why no connection was made.
enum Unmade {
    Refused(FinishError),
    Common(CommonRefusal),
    Store(sqlx::Error),
    Unrecorded(Unrecorded),
    Broken(Fault),
}

impl From<Failure<FinishError>> for Unmade {
    fn from(failure: Failure<FinishError>) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Common(refusal) => Self::Common(refusal),
            Failure::Broken(fault) => Self::Broken(fault),
        }
    }
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
            error @ (KeepError::Vault(_) | KeepError::Keyring(_)) => Self::Broken(error.into()),
        }
    }
}

async fn finish(
    cx: &Cx,
    id: &ConnectionDraftId,
    name: &ConnectionName,
) -> Result<api::connection::Connection, Unmade> {
    let app = &cx.app;
    let (mut db, user) = cx.turn::<Finish>().await?;
    let (user, now) = (&user, app.clock.now());
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
    let (made, event) = match place::of(&mut db, &draft, tested.organization.as_ref()).await? {
        Place::New => insert(app, &mut db, (&draft, tested), (user, name), now).await?,
        Place::Renewed(known) => renew(app, &mut db, known, (&draft, tested), (user, name), now).await?,
        Place::Taken(known) => {
            return Err(Unmade::Refused(FinishError::AlreadyConnected { connection: known.reference() }));
        }
        Place::Other { expected, found } => {
            return Err(Unmade::Refused(FinishError::OtherOrganization {
                expected: place::words(&expected),
                found: found.as_ref().map(place::words),
            }));
        }
        Place::Gone => return Err(Unmade::Refused(FinishError::UnknownDraft)),
    };
    connection::transition::note(&mut db, (&made.tenant, &made.id), now).await?;
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
        life: Life { state: LifeState::Active, by: user.email.clone(), at: now },
        key_tail: draft.key_tail.clone(),
        key_fingerprint: draft.key_fingerprint.clone(),
        key_version: draft.key_version,
        key_added_at: now,
        key_used_at: None,
        key_expires_at: None,
        key_failure: None,
        management_readable: tested.management_readable,
        created_by: user.email.clone(),
        created_at: now,
        history_start: plan::first_day(Day::of(now)),
    };
    let new = NewConnection {
        connection: &made,
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
/// lets everything go on that has waited for a key. What is under way with the old key ends as it ends: what it reads is
/// kept, and when OpenAI refuses it, that says nothing of the new one. A disconnected connection is active again; a paused
/// one stays paused.
async fn renew(
    app: &App,
    db: &mut AnyConnection,
    known: Connection,
    (draft, tested): (&Draft, &Tested),
    (user, name): (&User, &ConnectionName),
    now: Timestamp,
) -> Result<(Connection, Event), Unmade> {
    let key = secret::open(&app.vault, db, (&draft.tenant, &draft.connection), draft.key_version).await;
    let key = key.map_err(|error| match error {
        // Another test says so, and what helps.
        OpenError::Unreadable => Unmade::Refused(FinishError::NotReady),
        OpenError::Unavailable(error) => Unmade::Broken(error.into()),
        OpenError::Store(error) => error.into(),
    })?;
    let before = KeyState { version: known.key_version, tail: known.key_tail.clone() };
    let waited = known.lacks_key();
    let life = match known.life.state {
        LifeState::Disconnected => Life { state: LifeState::Active, by: user.email.clone(), at: now },
        LifeState::Active | LifeState::Paused => known.life.clone(),
    };
    let renewed = Connection {
        name: name.clone(),
        life,
        key_tail: draft.key_tail.clone(),
        key_fingerprint: draft.key_fingerprint.clone(),
        key_version: known.key_version.saturating_add(1),
        key_added_at: now,
        key_used_at: None,
        key_expires_at: None,
        key_failure: None,
        management_readable: tested.management_readable,
        ..known
    };
    let of = (&renewed.tenant, &renewed.id);
    store::secret::shred(db, of.0, &draft.connection).await?;
    store::secret::shred(db, of.0, of.1).await?;
    secret::keep(&app.vault, db, of, renewed.key_version, &key, now).await?;
    store::connection::renew_key(db, &renewed).await?;
    if let Some(organization) = &tested.organization {
        store::connection::identify(db, of, organization).await?;
    }
    if waited {
        import_schedule::hurry(db, of, now).await?;
    } else {
        // They tell when the new key expires. Everything else is due when it would have been with the old one.
        import_schedule::note_due(db, of, Due::Names, now).await?;
    }
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
