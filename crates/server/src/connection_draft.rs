//! Connections in the making: takes a key, tests it, and makes a connection of it exactly once.

pub(crate) mod check;
mod diagnosis;
pub(crate) mod examine;
mod make;
mod place;
mod probe;
pub(crate) mod running;
mod test;

pub use diagnosis::{of as diagnosis_of, without_key as diagnosis_without_key};
pub use running::RunningTests;

use place::Place;

use std::time::Duration;

use api::audit_event::Event;
use api::connection_draft::{
    ConnectionDraft, Create, CreateError, Diagnose, Diagnosis, Discard, Finish, FinishError,
    LIFETIME_SECONDS, Progress, Test, TestError, View, ViewError,
};
use api::{AdminKey, CommonRefusal, ConnectionDraftId, ConnectionId, ConnectionName, Nothing};
use sqlx::AnyConnection;

use crate::app::App;
use crate::audit::{self, Who};
use crate::connection::shown_fingerprint;
use crate::http::{Call, Cx, Failure, Fault, Outcome};
use crate::silence::unless_silent;
use crate::store::connection_draft::{self as drafts, ConnectionDraft as Draft};
use crate::store::user::User;
use crate::store::{self, column};
use crate::{random, read_only, secret};

/// How often ended drafts are swept away.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// What an account is called when OpenAI told nothing about it.
const UNNAMED: &str = "OpenAI";

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
        renews: call.body.connection.clone(),
        key_tail: key.tail(),
        key_fingerprint: fingerprint,
        key_version: secret::FIRST_VERSION,
        created_at: now,
        expires_at: now.plus_seconds(LIFETIME_SECONDS),
        tested: None,
        finished_at: None,
    };
    let (mut db, user) = cx.turn::<Create>().await?;
    if let Some(refusal) = unwanted(&mut db, &draft).await? {
        return Err(Failure::Refused(refusal));
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
    secret::keep(&app.vault, &mut db, (&draft.tenant, &draft.connection), draft.key_version, &key, now)
        .await
        .map_err(|error| Failure::Broken(error.into()))?;
    let entered = Event::KeyEntered {
        draft: draft.id.clone(),
        connection: draft.connection.clone(),
        fingerprint: shown_fingerprint(&draft.key_fingerprint),
        replaces: replaced.as_ref().map(|replaced| replaced.id.clone()),
        renews: draft.renews.clone(),
    };
    audit::record(app, &mut db, &cx.who()?, entered).await?;
    db.commit().await?;
    drop(key);
    if let Some(replaced) = &replaced {
        app.tests.abort(replaced.id.as_str());
        app.store.checkpoint().await?;
    }
    Ok(show(app, draft).await?.into())
}

/// Why a key is not taken, though it is one: it is in use already, or there is nothing that it could replace.
async fn unwanted(db: &mut AnyConnection, draft: &Draft) -> sqlx::Result<Option<CreateError>> {
    if let Some(renews) = &draft.renews
        && store::connection::find(db, &draft.tenant, renews).await?.is_none()
    {
        return Ok(Some(CreateError::UnknownConnection));
    }
    let same = store::connection::with_key(db, &draft.tenant, &draft.key_fingerprint).await?;
    Ok(same.filter(|same| !same.lacks_key()).map(|same| {
        let connection = same.reference();
        if draft.renews.as_ref() == Some(&same.id) {
            CreateError::SameKey { connection }
        } else {
            CreateError::AlreadyConnected { connection }
        }
    }))
}

/// Shows how far a draft is.
pub async fn view(cx: Cx, call: Call<View>) -> Outcome<View> {
    let draft =
        find(&cx.app, cx.user()?, &call.path).await?.ok_or(Failure::Refused(ViewError::UnknownDraft))?;
    Ok(show(&cx.app, draft).await?.into())
}

/// Destroys a draft and its key, with every copy of the key that its user has entered.
pub async fn discard(cx: Cx, call: Call<Discard>) -> Outcome<Discard> {
    let app = &cx.app;
    let (mut db, user) = cx.turn::<Discard>().await?;
    if let Some(draft) = drafts::find(&mut db, &user.tenant, &user.id, &call.path, app.clock.now()).await? {
        let mut discarded = copies(&mut db, &draft).await?;
        discarded.push(draft);
        for draft in &discarded {
            destroy(&mut db, draft).await?;
            if let Some(event) = destroyed(draft) {
                audit::record(app, &mut db, &cx.who()?, event).await?;
            }
        }
        db.commit().await?;
        // Only now: whoever waits for the test finds no draft any more.
        for draft in &discarded {
            app.tests.abort(draft.id.as_str());
        }
        app.store.checkpoint().await?;
    }
    Ok(Nothing {}.into())
}

/// The other drafts of a draft's user with the same key: where the answer to the first was lost on its way, the wizard
/// knows of the second alone. None of a finished one, whose key is in use.
async fn copies(db: &mut AnyConnection, draft: &Draft) -> sqlx::Result<Vec<Draft>> {
    if draft.finished_at.is_some() {
        return Ok(Vec::new());
    }
    let mut copies = drafts::unfinished(db, (&draft.tenant, &draft.user)).await?;
    copies.retain(|copy| copy.id != draft.id && copy.key_fingerprint == draft.key_fingerprint);
    Ok(copies)
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
    let draft = show(app, find(app, user, &call.path).await?.ok_or_else(unknown)?).await?;
    // What came out and that it was tested are kept together or not at all: then the caller is not told of a success.
    if draft.progress == Progress::Untested {
        return Err(CommonRefusal::Unavailable.into());
    }
    Ok(draft.into())
}

/// Makes the connection and starts its import.
pub async fn finish(cx: Cx, call: Call<Finish>) -> Outcome<Finish> {
    let app = &cx.app;
    let name = ConnectionName::parse(&call.body.name)
        .map_err(|error| Failure::Refused(FinishError::UnfitName { cause: error.to_string() }))?;
    let made = make::connection(&cx, &call.path, &name).await?;
    app.importer.wake();
    Ok(made.into())
}

/// Writes down what a support request should say.
pub async fn diagnose(cx: Cx, call: Call<Diagnose>) -> Outcome<Diagnose> {
    let draft =
        find(&cx.app, cx.user()?, &call.path).await?.ok_or(Failure::Refused(ViewError::UnknownDraft))?;
    Ok(Diagnosis { text: diagnosis_of(&cx.app, &draft) }.into())
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
        app.tests.abort(draft.id.as_str());
    }
    // Also when nothing has ended: the log of changes stays small, and holds no deleted key for long even where a
    // reader has kept it from being emptied before.
    Ok(app.store.checkpoint().await?)
}

/// Sweeps for as long as the process lives.
pub async fn sweep_forever(app: App) {
    loop {
        if let Err(error) = unless_silent(&app, sweep(&app)).await {
            read_only::note(&app, &*error);
            tracing::error!(%error, "ended connection drafts cannot be swept away");
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// Removes a draft, and its key unless a connection has taken it over.
pub(crate) async fn destroy(db: &mut AnyConnection, draft: &Draft) -> sqlx::Result<()> {
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
    Ok(made.map(|made| made.reference()))
}

async fn show(app: &App, draft: Draft) -> sqlx::Result<ConnectionDraft> {
    let checks = app.tests.checks(draft.id.as_str());
    let progress = match (finished_as(app, &draft).await?, checks, &draft.tested) {
        (Some(connection), _, _) => Progress::Finished { connection },
        (None, Some(checks), _) => Progress::Testing { checks },
        (None, None, Some(tested)) => Progress::Tested { checks: tested.checks.clone(), ready: tested.ready },
        (None, None, None) => Progress::Untested,
    };
    let mut db = app.store.read().await?;
    let renews = match &draft.renews {
        Some(renews) => store::connection::find(&mut db, &draft.tenant, renews).await?,
        None => None,
    };
    let organization = draft.tested.as_ref().and_then(|tested| tested.organization.clone());
    let takes_place_of = match (&renews, &draft.tested) {
        (Some(renews), _) => Some(renews.name.clone()),
        (None, Some(_)) => match place::of(&mut db, &draft, organization.as_ref()).await? {
            Place::Renewed(known) | Place::Taken(known) => Some(known.name),
            Place::New | Place::Other { .. } | Place::Gone => None,
        },
        (None, None) => None,
    };
    let suggested = match (takes_place_of, &organization) {
        (Some(name), _) => Some(name.to_string()),
        (None, Some(known)) => Some(known.name.clone().unwrap_or_else(|| known.id.clone())),
        (None, None) => None,
    };
    Ok(ConnectionDraft {
        id: draft.id,
        key_tail: draft.key_tail,
        expires_at: draft.expires_at,
        progress,
        renews: renews.map(|renews| renews.reference()),
        organization,
        suggested_name: suggested
            .and_then(|name| ConnectionName::parse(&name).ok())
            .map_or_else(|| UNNAMED.to_owned(), |name| name.to_string()),
    })
}
