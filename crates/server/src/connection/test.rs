//! "Test again": the wizard's checks with the key in use, and what is noted of their outcome.

use api::audit_event::Event;
use api::connection::{ActError, ConnectionTest, Test, ViewError, ViewTest};
use api::connection_draft::{Check, CheckKind, Finding, Verdict};
use api::{CommonRefusal, ConnectionId, Email, TenantId};
use sqlx::AnyConnection;

use super::transition;
use crate::app::App;
use crate::audit::{self, Who};
use crate::connection_draft::check::Checklist;
use crate::connection_draft::examine::{self, Subject};
use crate::connection_draft::running::{self, Progress};
use crate::http::{Call, Cx, Failure, Fault, Outcome};
use crate::silence::unless_silent;
use crate::store::connection::{self as store, Connection, LifeState, Tested};
use crate::store::import_schedule;
use crate::upstream_call::record::record;
use crate::{finding, import, read_only, secret};

/// Tests the key in use, or joins the test that runs.
pub async fn test(cx: Cx, call: Call<Test>) -> Outcome<Test> {
    let (app, user, id) = (&cx.app, cx.user()?, call.path);
    let unknown = || Failure::Refused(ActError::UnknownConnection);
    let found = store::find(&mut *app.store.read().await?, &user.tenant, &id).await?.ok_or_else(unknown)?;
    if found.life.state == LifeState::Disconnected {
        return Err(Failure::Refused(ActError::Disconnected));
    }
    let begun = app.clock.now();
    let (task, who, by, of) = (app.clone(), cx.who()?, user.email.clone(), user.tenant.clone());
    let checks = app.tests.join(id.as_str(), Checklist::default().checks(), |progress| async move {
        if let Err(error) = unless_silent(&task, perform(&task, &found, (&who, by), &progress)).await {
            read_only::note(&task, &*error);
            tracing::error!(%error, connection = found.id.as_str(), "the connection test cannot use the database");
        }
    });
    running::finished(checks).await;
    match shown(app, &of, &id).await?.ok_or_else(unknown)? {
        ConnectionTest::Tested { checks, ready, by, at } if at >= begun => {
            Ok(ConnectionTest::Tested { checks, ready, by, at }.into())
        }
        // What came out and that it was tested are kept together or not at all: then the caller is not told of a success.
        _ => Err(CommonRefusal::Unavailable.into()),
    }
}

/// Shows the last test.
pub async fn view(cx: Cx, call: Call<ViewTest>) -> Outcome<ViewTest> {
    let found = shown(&cx.app, &cx.user()?.tenant, &call.path).await?;
    Ok(found.ok_or(Failure::Refused(ViewError::UnknownConnection))?.into())
}

async fn shown(app: &App, tenant: &TenantId, id: &ConnectionId) -> sqlx::Result<Option<ConnectionTest>> {
    let mut db = app.store.read().await?;
    if store::find(&mut db, tenant, id).await?.is_none() {
        return Ok(None);
    }
    if let Some(checks) = app.tests.checks(id.as_str()) {
        return Ok(Some(ConnectionTest::Testing { checks }));
    }
    let tested = store::last_test(&mut db, (tenant, id)).await?;
    Ok(Some(tested.map_or(ConnectionTest::Untested, |tested| {
        let Tested { checks, by, at } = tested;
        ConnectionTest::Tested { ready: is_ready(&checks), checks, by, at }
    })))
}

fn is_ready(checks: &[Check]) -> bool {
    !checks.iter().any(Check::blocks)
}

async fn perform(
    app: &App,
    connection: &Connection,
    (who, by): (&Who, Email),
    progress: &Progress,
) -> Result<(), Fault> {
    let of = (&connection.tenant, &connection.id);
    let version = connection.key_version;
    let opened = secret::open(&app.vault, &mut *app.store.read().await?, of, version).await;
    let list = examine::key(app, opened, Subject::Connection(connection), progress).await?;
    let expires_at = if list.management_readable() {
        // Bound first: what stands in the match would hold its connection to the database while OpenAI is asked.
        let opened = secret::open(&app.vault, &mut *app.store.read().await?, of, version).await;
        match opened {
            Ok(key) => import::key_expiry(app, connection, &key).await,
            Err(_) => None,
        }
    } else {
        None
    };
    let checks = list.checks();
    let ready = is_ready(&checks);
    let tested = Tested { checks, by, at: app.clock.now() };
    let mut db = app.store.write().await?;
    // When another key has come meanwhile, or none is left, the outcome is of no key that there is.
    if !store::note_test(&mut db, of, version, &tested).await? {
        return Ok(());
    }
    note(app, &mut db, connection, &list, &tested).await?;
    if let Some(at) = expires_at {
        store::note_expiry(&mut db, of, at).await?;
    }
    transition::note(&mut db, of, app.clock.now()).await?;
    let event = Event::ConnectionTested { connection: connection.id.clone(), ready };
    audit::record(app, &mut db, who, event).await?;
    let calls = record(app, &mut db, of).await?;
    db.commit().await?;
    calls.kept();
    app.importer.wake();
    Ok(())
}

/// Notes what the checks told: the scopes, the organization's name, and whether the key can be used.
async fn note(
    app: &App,
    db: &mut AnyConnection,
    connection: &Connection,
    list: &Checklist,
    tested: &Tested,
) -> sqlx::Result<()> {
    let of = (&connection.tenant, &connection.id);
    let verdict = |kind| tested.checks.iter().find(|check| check.kind == kind).map(|check| &check.verdict);
    match verdict(CheckKind::ManagementReadable) {
        Some(Verdict::Passed { .. }) => store::note_management(db, of, true).await?,
        Some(Verdict::Warned { finding }) if finding::lacks_scope(&finding.cause) => {
            store::note_management(db, of, false).await?;
        }
        _ => {}
    }
    match verdict(CheckKind::OrganizationIdentified) {
        Some(Verdict::Passed { .. }) => {
            if let Some(organization) = list.organization() {
                store::identify(db, of, organization).await?;
            }
        }
        // Nothing of another organization may be read into this one's data.
        Some(Verdict::Failed { finding }) => return refuse(app, db, connection, finding).await,
        _ => {}
    }
    match verdict(CheckKind::KeyAccepted) {
        Some(Verdict::Failed { finding }) if finding::condemns_key(&finding.cause) => {
            refuse(app, db, connection, finding).await
        }
        Some(Verdict::Passed { .. }) if connection.key_failure.is_some() && is_ready(&tested.checks) => {
            store::accept_key(db, of, connection.key_version).await?;
            import_schedule::hurry(db, of, tested.at).await
        }
        _ => Ok(()),
    }
}

async fn refuse(
    app: &App,
    db: &mut AnyConnection,
    connection: &Connection,
    finding: &Finding,
) -> sqlx::Result<()> {
    let of = (&connection.tenant, &connection.id);
    let failure = finding::with_expiry(finding.clone(), connection.key_expires_at, app.clock.now());
    transition::refuse_key(app, db, of, connection.key_version, &failure).await.map(drop)
}
