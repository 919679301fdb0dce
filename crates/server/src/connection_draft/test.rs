//! Runs a test: asks all at once, says how far it is, and keeps what came out.

use api::audit_event::Event;
use api::connection_draft::{Cause, Finding};
use futures::stream::{FuturesUnordered, StreamExt};

use super::check::{Answered, Checklist, Connected, Probe};
use super::probe;
use super::running::{self, Progress};
use crate::app::App;
use crate::audit::{self, Who};
use crate::http::Fault;
use crate::secret::{self, OpenError};
use crate::store;
use crate::store::connection_draft::{self as drafts, ConnectionDraft as Draft, Tested};

/// Starts the draft's test, or joins the one that runs, and returns when it is over. It goes on when the caller leaves.
pub(super) async fn run(app: &App, draft: Draft, who: Who) {
    let id = draft.id.clone();
    let task = app.clone();
    let checks = app.tests.join(&id, Checklist::default().checks(), |progress| async move {
        if let Err(error) = perform(&task, &draft, &who, &progress).await {
            tracing::error!(%error, draft = draft.id.as_str(), "the connection test cannot use the database");
        }
    });
    running::finished(checks).await;
}

async fn perform(app: &App, draft: &Draft, who: &Who, progress: &Progress) -> Result<(), Fault> {
    let mut list = Checklist::default();
    let of = (&draft.tenant, &draft.connection);
    let opened = {
        let mut db = app.store.write().await?;
        drafts::forget_test(&mut db, &draft.tenant, &draft.id).await?;
        let opened = secret::open(&app.vault, &mut db, of, draft.key_version).await;
        db.commit().await?;
        opened
    };
    match opened {
        Ok(key) => {
            // After that, the user is told rather than kept waiting.
            let (now, longest) = (app.clock.now(), app.limits.connection_test);
            let ask = async |probe| (probe, probe::ask(&app.openai, &key, probe, now, longest).await);
            let mut answers: FuturesUnordered<_> =
                [Probe::Costs, Probe::Usage, Probe::Management].into_iter().map(ask).collect();
            let mut looked_up = false;
            while let Some((probe, answered)) = answers.next().await {
                list.answer(probe, answered);
                if let (Some(organization), false) = (list.organization(), looked_up) {
                    looked_up = true;
                    let mut db = app.store.read().await?;
                    if let Some(connection) =
                        store::connection::with_organization(&mut db, &draft.tenant, &organization.id).await?
                    {
                        let needs_key = connection.key_failure.is_some();
                        list.connected_already(Connected { connection: connection.reference(), needs_key });
                    }
                }
                progress.send_replace(list.checks());
                if list.is_over() {
                    break;
                }
            }
        }
        Err(OpenError::Unreadable) => {
            let unreadable = Finding::new(Cause::KeyUnreadable, None);
            list.answer(Probe::Costs, Answered { took_ms: 0, outcome: Err(unreadable) });
        }
        Err(OpenError::Store(error)) => return Err(error.into()),
    }
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
    Ok(db.commit().await?)
}
