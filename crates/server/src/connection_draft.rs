//! Connections in the making: takes a key, tests it, and makes a connection of it exactly once.

mod check;
mod diagnosis;
mod probe;
mod running;
mod test;

pub use diagnosis::of as diagnosis_of;
pub use running::RunningTests;

use std::time::Duration;

use api::audit_event::Event;
use api::connection::Connection;
use api::connection_draft::{
    ConnectionDraft, Create, CreateError, Diagnose, Diagnosis, Discard, Finish, FinishError,
    LIFETIME_SECONDS, Progress, Test, TestError, View, ViewError,
};
use api::{AdminKey, CommonRefusal, ConnectionDraftId, ConnectionId, ConnectionName, Day, Nothing};
use sqlx::AnyConnection;

use crate::app::App;
use crate::audit::{self, Unrecorded, Who};
use crate::connection;
use crate::http::{Call, Cx, Failure, Fault, Outcome};
use crate::import::plan;
use crate::store::connection_draft::{self as drafts, ConnectionDraft as Draft};
use crate::store::user::User;
use crate::store::{self, column};
use crate::{import, random, secret};

/// How often ended drafts are swept away.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// What an account is called when OpenAI told nothing about it.
const UNNAMED: &str = "OpenAI";
/// Characters of a fingerprint that are recorded: enough to tell keys apart.
const FINGERPRINT: usize = 8;

/// Takes an admin key and keeps it sealed.
pub async fn create(cx: Cx, call: Call<Create>) -> Outcome<Create> {
    let (app, user) = (&cx.app, cx.user()?);
    let key =
        AdminKey::parse(call.body.admin_key.expose()).map_err(|unfit| Failure::Refused(unfit.into()))?;
    let fingerprint = column::to_base64(&app.fingerprints.of(key.expose().as_bytes()).0);
    let now = app.clock.now();
    let draft = Draft {
        id: ConnectionDraftId::from_random(random::bytes()?),
        tenant: user.tenant.clone(),
        user: user.id.clone(),
        connection: ConnectionId::from_random(random::bytes()?),
        key_tail: key.tail(),
        key_fingerprint: fingerprint,
        key_version: secret::FIRST_VERSION,
        created_at: now,
        expires_at: now.plus_seconds(LIFETIME_SECONDS),
        tested: None,
        finished_at: None,
    };
    let mut db = app.store.write().await?;
    if let Some(connection) =
        store::connection::with_key(&mut db, &draft.tenant, &draft.key_fingerprint).await?
    {
        return Err(Failure::Refused(CreateError::AlreadyConnected { connection }));
    }
    let replaced = match &call.body.replaces {
        Some(replaced) => drafts::find(&mut db, &user.tenant, &user.id, replaced, now).await?,
        None => None,
    };
    if let Some(replaced) = &replaced {
        destroy(&mut db, replaced).await?;
    }
    // The draft, its sealed key and the key that opens it are there together or not at all.
    drafts::insert(&mut db, &draft).await?;
    secret::keep(&app.vault, &mut db, (&draft.tenant, &draft.connection), &key, now)
        .await
        .map_err(|error| Failure::Broken(error.into()))?;
    let entered = Event::KeyEntered {
        draft: draft.id.clone(),
        connection: draft.connection.clone(),
        fingerprint: draft.key_fingerprint.chars().take(FINGERPRINT).collect(),
        replaces: replaced.as_ref().map(|replaced| replaced.id.clone()),
    };
    audit::record(app, &mut db, &cx.who()?, entered).await?;
    db.commit().await?;
    drop(key);
    if let Some(replaced) = &replaced {
        app.tests.abort(&replaced.id);
        app.store.checkpoint().await?;
    }
    Ok(show(app, draft).await?.into())
}

/// Shows how far a draft is.
pub async fn view(cx: Cx, call: Call<View>) -> Outcome<View> {
    let draft =
        find(&cx.app, cx.user()?, &call.path).await?.ok_or(Failure::Refused(ViewError::UnknownDraft))?;
    Ok(show(&cx.app, draft).await?.into())
}

/// Destroys a draft and its key.
pub async fn discard(cx: Cx, call: Call<Discard>) -> Outcome<Discard> {
    let (app, user) = (&cx.app, cx.user()?);
    let mut db = app.store.write().await?;
    if let Some(draft) = drafts::find(&mut db, &user.tenant, &user.id, &call.path, app.clock.now()).await? {
        destroy(&mut db, &draft).await?;
        if let Some(event) = destroyed(&draft) {
            audit::record(app, &mut db, &cx.who()?, event).await?;
        }
        db.commit().await?;
        // Only now: whoever waits for the test finds no draft any more.
        app.tests.abort(&draft.id);
        app.store.checkpoint().await?;
    }
    Ok(Nothing {}.into())
}

/// Tests the key, or joins the test that runs.
pub async fn test(cx: Cx, call: Call<Test>) -> Outcome<Test> {
    let (app, user) = (&cx.app, cx.user()?);
    let unknown = || Failure::Refused(TestError::UnknownDraft);
    let draft = find(app, user, &call.path).await?.ok_or_else(unknown)?;
    if let Some(connection) = finished_as(app, &draft).await? {
        return Err(Failure::Refused(TestError::AlreadyFinished { connection }));
    }
    test::run(app, draft, cx.who()?).await;
    let draft = find(app, user, &call.path).await?.ok_or_else(unknown)?;
    Ok(show(app, draft).await?.into())
}

/// Makes the connection and starts its import.
pub async fn finish(cx: Cx, call: Call<Finish>) -> Outcome<Finish> {
    let (app, user) = (&cx.app, cx.user()?);
    let name = ConnectionName::parse(&call.body.name)
        .map_err(|error| Failure::Refused(FinishError::UnfitName { cause: error.to_string() }))?;
    let made = match make_connection(&cx, user, &call.path, &name).await {
        // Another call has made a connection in the same moment: look again at what there is now.
        Err(Unmade::Store(error)) if is_unique_violation(&error) => {
            make_connection(&cx, user, &call.path, &name).await
        }
        made => made,
    };
    let made = made.map_err(|unmade| match unmade {
        Unmade::Refused(refusal) => Failure::Refused(refusal),
        Unmade::Common(refusal) => refusal.into(),
        Unmade::Store(error) => error.into(),
        Unmade::Unrecorded(error) => error.into(),
    })?;
    app.importer.wake();
    Ok(made.into())
}

/// Writes down what a support request should say.
pub async fn diagnose(cx: Cx, call: Call<Diagnose>) -> Outcome<Diagnose> {
    let draft =
        find(&cx.app, cx.user()?, &call.path).await?.ok_or(Failure::Refused(ViewError::UnknownDraft))?;
    Ok(Diagnosis { text: diagnosis_of(&cx.app, &draft) }.into())
}

/// Why no connection was made.
enum Unmade {
    Refused(FinishError),
    Common(CommonRefusal),
    Store(sqlx::Error),
    Unrecorded(Unrecorded),
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

/// A user's draft, unless it has ended.
pub async fn find(app: &App, user: &User, id: &ConnectionDraftId) -> sqlx::Result<Option<Draft>> {
    drafts::find(&mut *app.store.read().await?, &user.tenant, &user.id, id, app.clock.now()).await
}

/// Destroys the drafts that have ended, with their keys; a finished draft's key is its connection's by then.
pub async fn sweep(app: &App) -> Result<(), Fault> {
    let ended = drafts::ended(&mut *app.store.read().await?, app.clock.now()).await?;
    for draft in &ended {
        let mut db = app.store.write().await?;
        destroy(&mut db, draft).await?;
        if let Some(event) = destroyed(draft) {
            audit::record(app, &mut db, &Who::system(draft.tenant.clone()), event).await?;
        }
        db.commit().await?;
        app.tests.abort(&draft.id);
    }
    // Also when nothing has ended: the log of changes stays small, and holds no deleted key for long even where a
    // reader has kept it from being emptied before.
    Ok(app.store.checkpoint().await?)
}

/// Sweeps for as long as the process lives.
pub async fn sweep_forever(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "ended connection drafts cannot be swept away");
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

async fn make_connection(
    cx: &Cx,
    user: &User,
    id: &ConnectionDraftId,
    name: &ConnectionName,
) -> Result<Connection, Unmade> {
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
    let tested = match draft.tested {
        Some(tested) if tested.ready => tested,
        _ => return Err(Unmade::Refused(FinishError::NotReady)),
    };
    let mut connected = store::connection::with_key(&mut db, &draft.tenant, &draft.key_fingerprint).await?;
    if let (None, Some(organization)) = (&connected, &tested.organization) {
        connected = store::connection::with_organization(&mut db, &draft.tenant, &organization.id).await?;
    }
    if let Some(connection) = connected {
        return Err(Unmade::Refused(FinishError::AlreadyConnected { connection }));
    }
    let made = store::connection::Connection {
        tenant: draft.tenant,
        id: draft.connection,
        name: name.clone(),
        organization: tested.organization,
        key_tail: draft.key_tail,
        key_version: draft.key_version,
        key_expires_at: None,
        key_failure: None,
        management_readable: tested.management_readable,
        created_by: user.email.clone(),
        created_at: now,
        history_start: plan::first_day(Day::of(now)),
    };
    let new = store::connection::NewConnection {
        connection: &made,
        key_fingerprint: &draft.key_fingerprint,
        refresh_due_at: import::next_refresh(now),
        month_due_at: import::next_month(now),
    };
    store::connection::insert(&mut db, new).await?;
    import::plan_history(&mut db, (&made.tenant, &made.id), app.limits.history_days, now).await?;
    drafts::finish(&mut db, &made.tenant, &draft.id, now).await?;
    let event = Event::ConnectionMade {
        connection: made.id.clone(),
        draft: draft.id,
        name: made.name.clone(),
        organization: made.organization.as_ref().map(|organization| organization.id.clone()),
    };
    audit::record(app, &mut db, &cx.who()?, event).await?;
    let shown = connection::show(&mut db, user, made, now).await?;
    db.commit().await?;
    Ok(shown)
}

/// Removes a draft, and its key unless a connection has taken it over.
async fn destroy(db: &mut AnyConnection, draft: &Draft) -> sqlx::Result<()> {
    if draft.finished_at.is_none() {
        store::secret::shred(db, &draft.tenant, &draft.connection).await?;
    }
    drafts::delete(db, &draft.tenant, &draft.id).await.map(drop)
}

/// What is recorded of a draft's removal: nothing when a connection has its key.
fn destroyed(draft: &Draft) -> Option<Event> {
    let (id, connection) = (draft.id.clone(), draft.connection.clone());
    draft.finished_at.is_none().then_some(Event::KeyDestroyed { draft: id, connection })
}

async fn finished_as(app: &App, draft: &Draft) -> sqlx::Result<Option<api::connection::ConnectionRef>> {
    if draft.finished_at.is_none() {
        return Ok(None);
    }
    let made =
        store::connection::find(&mut *app.store.read().await?, &draft.tenant, &draft.connection).await?;
    Ok(made.map(|made| api::connection::ConnectionRef { id: made.id, name: made.name }))
}

async fn show(app: &App, draft: Draft) -> sqlx::Result<ConnectionDraft> {
    let progress = match (finished_as(app, &draft).await?, app.tests.checks(&draft.id), &draft.tested) {
        (Some(connection), _, _) => Progress::Finished { connection },
        (None, Some(checks), _) => Progress::Testing { checks },
        (None, None, Some(tested)) => Progress::Tested { checks: tested.checks.clone(), ready: tested.ready },
        (None, None, None) => Progress::Untested,
    };
    let organization = draft.tested.and_then(|tested| tested.organization);
    let suggested = organization.as_ref().map(|known| known.name.clone().unwrap_or_else(|| known.id.clone()));
    Ok(ConnectionDraft {
        id: draft.id,
        key_tail: draft.key_tail,
        expires_at: draft.expires_at,
        progress,
        organization,
        suggested_name: suggested
            .and_then(|name| ConnectionName::parse(&name).ok())
            .map_or_else(|| UNNAMED.to_owned(), |name| name.to_string()),
    })
}

fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}
