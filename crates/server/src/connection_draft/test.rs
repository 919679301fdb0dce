//! Runs a test: asks all at once, says how far it is, and keeps what came out.

use api::audit_event::Event;

use super::check::Checklist;
use super::examine::{self, Subject};
use super::running::{self, Progress};
use crate::app::App;
use crate::audit::{self, Who};
use crate::http::Fault;
use crate::silence::unless_silent;
use crate::store::connection_draft::{self as drafts, ConnectionDraft as Draft, Tested};
use crate::upstream_call::record::record;
use crate::{read_only, secret};

/// Starts the draft's test, or joins the one that runs, and returns when it is over. It goes on when the caller leaves.
pub(super) async fn run(app: &App, draft: Draft, who: Who) {
    let id = draft.id.clone();
    let task = app.clone();
    let checks = app.tests.join(id.as_str(), Checklist::default().checks(), |progress| async move {
        if let Err(error) = unless_silent(&task, perform(&task, &draft, &who, &progress)).await {
            read_only::note(&task, &*error);
            tracing::error!(%error, draft = draft.id.as_str(), "the connection test cannot use the database");
        }
    });
    running::finished(checks).await;
}

async fn perform(app: &App, draft: &Draft, who: &Who, progress: &Progress) -> Result<(), Fault> {
    let of = (&draft.tenant, &draft.connection);
    let opened = {
        let mut db = app.store.write().await?;
        drafts::forget_test(&mut db, &draft.tenant, &draft.id).await?;
        let opened = secret::open(&app.vault, &mut db, of, draft.key_version).await;
        db.commit().await?;
        opened
    };
    let list = examine::key(app, opened, Subject::Draft(draft), progress).await?;
    let checks = list.checks();
    let tested = Tested {
        ready: !checks.iter().any(|check| check.blocks()),
        checks,
        organization: list.organization().cloned(),
        management_readable: list.management_readable(),
    };
    let mut db = app.store.write().await?;
    drafts::note_test(&mut db, &draft.tenant, &draft.id, &tested).await?;
    let (id, connection) = (draft.id.clone(), draft.connection.clone());
    let event = Event::KeyTested { draft: id, connection, ready: tested.ready };
    audit::record(app, &mut db, who, event).await?;
    let calls = record(app, &mut db, of).await?;
    db.commit().await?;
    calls.kept();
    Ok(())
}
