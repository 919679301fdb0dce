//! What a draft's key is for: a connection of its own, or the place of another key. The test says so, and Finish looks again.

use api::connection::Organization;
use api::connection_draft::Cause;
use sqlx::AnyConnection;

use crate::store;
use crate::store::connection::Connection;
use crate::store::connection_draft::ConnectionDraft as Draft;

/// What a draft's key is for.
#[derive(Debug)]
pub(super) enum Place {
    /// Its organization is not connected.
    New,
    /// It takes the place of this connection's key: it was made for that, or that connection has none that can be used.
    Renewed(Connection),
    /// Its organization is connected, as another connection than the one it was made for, with a key that works.
    Taken(Connection),
    /// It was made for the key of this connection, and is not known to be of the same organization.
    Other {
        /// The connection's organization.
        expected: Organization,
        /// The key's, where that was told.
        found: Option<Organization>,
    },
    /// It was made for the key of a connection that is no more.
    Gone,
}

/// What a draft's key is for, whose organization was told or not.
pub(super) async fn of(
    db: &mut AnyConnection,
    draft: &Draft,
    organization: Option<&Organization>,
) -> sqlx::Result<Place> {
    let connected = connected(db, draft, organization).await?;
    let Some(renews) = &draft.renews else {
        return Ok(match connected {
            None => Place::New,
            Some(known) if known.lacks_key() => Place::Renewed(known),
            Some(known) => Place::Taken(known),
        });
    };
    let Some(renews) = store::connection::find(db, &draft.tenant, renews).await? else {
        return Ok(Place::Gone);
    };
    if let Some(other) = connected.filter(|connected| connected.id != renews.id) {
        return Ok(Place::Taken(other));
    }
    Ok(match (renews.organization.clone(), organization) {
        // Nothing is known of either, or nothing that says otherwise.
        (None, _) => Place::Renewed(renews),
        (Some(expected), Some(found)) if expected.id == found.id => Place::Renewed(renews),
        (Some(expected), found) => Place::Other { expected, found: found.cloned().filter(is_told) },
    })
}

/// Whether OpenAI told an id, and not the slug of a header, which may be of any organization.
fn is_told(organization: &Organization) -> bool {
    organization.id.starts_with("org-")
}

/// Whether OpenAI told two organizations, and not one twice.
pub(crate) fn differ(one: &Organization, other: &Organization) -> bool {
    one.id != other.id && is_told(one) && is_told(other)
}

/// The tenant's connection that has the draft's key, or else its organization.
async fn connected(
    db: &mut AnyConnection,
    draft: &Draft,
    organization: Option<&Organization>,
) -> sqlx::Result<Option<Connection>> {
    let found = store::connection::with_key(db, &draft.tenant, &draft.key_fingerprint).await?;
    match (found, organization) {
        (None, Some(organization)) => {
            store::connection::with_organization(db, &draft.tenant, &organization.id).await
        }
        (found, _) => Ok(found),
    }
}

/// An organization as people are told of it.
pub(super) fn words(organization: &Organization) -> String {
    match &organization.name {
        Some(name) => format!("{name} ({})", organization.id),
        None => organization.id.clone(),
    }
}

/// The finding of a key that is of another organization than it should be, or may be.
pub(crate) fn other(expected: &Organization, found: Option<&Organization>) -> Cause {
    Cause::OtherOrganization {
        expected: words(expected).into(),
        found: found.map(|found| words(found).into()),
    }
}
