//! The audit log: who did what, written in the transaction of what was done. What cannot be recorded is not done.

pub mod chain;
pub mod denials;
pub mod entry;
pub mod list;
pub mod verify;

use std::net::IpAddr;

use api::audit_event::{Actor, Event};
use api::{TenantId, Timestamp};
use sqlx::AnyConnection;
use vault::Fingerprints;

use crate::app::App;
use crate::http::peer;
use crate::session::{By, Signed};
use crate::store::audit_event::{self as events, AuditEvent};
use crate::store::tenant;
use crate::store::user::User;

/// Who does something, and by which request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Whose log it is.
    pub tenant: TenantId,
    /// Who does it.
    pub actor: Actor,
    /// The request, where it is done by one.
    pub request: Option<Request>,
}

/// A request, as far as the log tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The id that its answer carries.
    pub id: String,
    /// The network that it came from.
    pub network: IpAddr,
}

impl Request {
    /// A request with this id from this address.
    pub fn new(id: &str, peer: IpAddr) -> Self {
        Self { id: id.to_owned(), network: peer::network(peer) }
    }
}

impl Who {
    /// The caller of a request.
    pub fn signed(signed: &Signed, request: Request) -> Self {
        let (user, email) = (signed.user.id.clone(), signed.user.email.clone());
        let actor = match &signed.by {
            By::Session => Actor::User { user, email },
            By::Token { token, .. } => Actor::ApiToken { token: token.clone(), user, email },
        };
        Self { tenant: signed.user.tenant.clone(), actor, request: Some(request) }
    }

    /// A person whose request has no session yet.
    pub fn user(user: &User, request: Request) -> Self {
        let actor = Actor::User { user: user.id.clone(), email: user.email.clone() };
        Self { tenant: user.tenant.clone(), actor, request: Some(request) }
    }

    /// Somebody who is not known, whose request concerns a tenant.
    pub fn stranger(tenant: TenantId, request: Request) -> Self {
        Self { tenant, actor: Actor::System, request: Some(request) }
    }

    /// The operator on the command line.
    pub fn operator(tenant: TenantId) -> Self {
        Self { tenant, actor: Actor::Operator, request: None }
    }

    /// The server by itself.
    pub fn system(tenant: TenantId) -> Self {
        Self { tenant, actor: Actor::System, request: None }
    }
}

/// The audit log cannot be written, so that nothing may be done. The request is answered with 503.
#[derive(Debug, thiserror::Error)]
#[error("the audit log cannot be written, so that nothing was done: {0}")]
pub struct Unrecorded(#[from] sqlx::Error);

impl From<Unrecorded> for sqlx::Error {
    fn from(unrecorded: Unrecorded) -> Self {
        unrecorded.0
    }
}

impl Unrecorded {
    /// What the store says.
    pub(crate) fn store_error(&self) -> &sqlx::Error {
        &self.0
    }
}

/// Records an event. Call it in the write transaction of what it tells of, which is what keeps the rows in order, and
/// commit none of it when this fails.
pub async fn record(app: &App, db: &mut AnyConnection, who: &Who, event: Event) -> Result<(), Unrecorded> {
    append(&app.fingerprints, app.clock.now(), db, who, event).await
}

/// Records the same event in the logs of all tenants, in a database that nothing serves yet: see [`record`].
pub async fn record_for_all(
    fingerprints: &Fingerprints,
    now: Timestamp,
    db: &mut AnyConnection,
    event: &Event,
) -> Result<(), Unrecorded> {
    for tenant in tenant::ids(db).await? {
        append(fingerprints, now, db, &Who::operator(tenant), event.clone()).await?;
    }
    Ok(())
}

async fn append(
    fingerprints: &Fingerprints,
    now: Timestamp,
    db: &mut AnyConnection,
    who: &Who,
    event: Event,
) -> Result<(), Unrecorded> {
    let before = events::head(db, &who.tenant).await?;
    let (seq, hash) = before.map_or((0, String::new()), |head| (head.seq, head.hash));
    let row = AuditEvent {
        seq: seq.saturating_add(1),
        at: now,
        actor: who.actor.clone(),
        request_id: who.request.as_ref().map(|request| request.id.clone()),
        network: who.request.as_ref().map(|request| request.network.to_string()),
        event,
    };
    let row = row.into_row()?;
    let head = chain::head(fingerprints, &who.tenant, &hash, &row);
    events::append(db, &who.tenant, &row, &head).await?;
    Ok(())
}
