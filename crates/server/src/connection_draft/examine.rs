//! The five checks of a key: asks OpenAI all at once, and says how far it is. The wizard and "Test again" share it.

use admin_key::AdminKey;
use api::connection::Organization;
use api::connection_draft::{Cause, Finding};
use api::{ConnectionId, TenantId};
use futures::stream::{FuturesUnordered, StreamExt};

use super::check::{Answered, Checklist, Known, Probe};
use super::place::{self, Place};
use super::probe;
use super::running::Progress;
use crate::app::App;
use crate::http::Fault;
use crate::secret::OpenError;
use crate::store::connection::Connection;
use crate::store::connection_draft::ConnectionDraft as Draft;
use crate::upstream_call::collect::observer;

/// Whose key is examined.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// That of a draft, which is to be a connection's.
    Draft(&'a Draft),
    /// The one that a connection has.
    Connection(&'a Connection),
}

impl<'a> Subject<'a> {
    /// The connection, which a draft has an id of before there is one.
    fn connection(self) -> (&'a TenantId, &'a ConnectionId) {
        match self {
            Self::Draft(draft) => (&draft.tenant, &draft.connection),
            Self::Connection(connection) => (&connection.tenant, &connection.id),
        }
    }

    /// What it means that the key is of this organization, or that OpenAI does not tell.
    async fn known(self, app: &App, organization: Option<&Organization>) -> sqlx::Result<Option<Known>> {
        let draft = match self {
            Self::Draft(draft) => draft,
            Self::Connection(connection) => {
                return Ok(match (&connection.organization, organization) {
                    (Some(expected), Some(found)) if place::differ(expected, found) => {
                        Some(Known::Refused(place::other(expected, Some(found))))
                    }
                    _ => None,
                });
            }
        };
        Ok(match place::of(&mut *app.store.read().await?, draft, organization).await? {
            Place::Renewed(known) => Some(Known::Renewed(known.reference())),
            Place::Taken(known) => {
                Some(Known::Refused(Cause::AlreadyConnected { connection: known.reference() }))
            }
            Place::Other { expected, found } => Some(Known::Refused(place::other(&expected, found.as_ref()))),
            // When the connection goes, the draft and its key go with it: nobody reads the outcome.
            Place::New | Place::Gone => None,
        })
    }
}

/// Examines a key that was opened, or could not be. Whoever keeps the outcome records the calls in the same transaction.
pub(crate) async fn key(
    app: &App,
    opened: Result<AdminKey, OpenError>,
    subject: Subject<'_>,
    progress: &Progress,
) -> Result<Checklist, Fault> {
    let mut list = Checklist::default();
    let key = match opened {
        Ok(key) => key,
        Err(OpenError::Unreadable) => {
            let unreadable = Finding::new(Cause::KeyUnreadable, None);
            list.answer(Probe::Costs, Answered { took_ms: 0, outcome: Err(unreadable) });
            return Ok(list);
        }
        Err(OpenError::Unavailable(error)) => return Err(error.into()),
        Err(OpenError::Store(error)) => return Err(error.into()),
    };
    // After that, the user is told rather than kept waiting.
    let (now, longest) = (app.clock.now(), app.limits.connection_test);
    let observer = observer(app, subject.connection());
    let account = app.openai.as_account(&key).with_observer(&observer);
    let ask = async |probe| (probe, probe::ask(account, probe, now, longest).await);
    let mut answers: FuturesUnordered<_> =
        [Probe::Costs, Probe::Usage, Probe::Management].into_iter().map(ask).collect();
    let mut looked_up = false;
    while let Some((probe, answered)) = answers.next().await {
        list.answer(probe, answered);
        if !looked_up && (list.organization().is_some() || list.is_over()) {
            looked_up = true;
            if let Some(known) = subject.known(app, list.organization()).await? {
                list.know(known);
            }
        }
        progress.send_replace(list.checks());
        if list.is_over() {
            break;
        }
    }
    Ok(list)
}
