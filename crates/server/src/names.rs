//! What ids are called: accounts as the user named them, projects, API keys and people as far as OpenAI told.

use api::{ConnectionId, TenantId};
use facts::{AccountName, Cube, Names, UserName};
use sqlx::AnyConnection;

use crate::store::{api_key, connection, member, project};

/// The names of everything that some accounts have.
pub(crate) async fn of(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<Names> {
    let asked = |connection: &ConnectionId| connections.contains(connection);
    let mut names = Names::default();
    for id in connections {
        if let Some(found) = connection::find(db, tenant, id).await? {
            let organization = found.organization.map(|organization| organization.id);
            let name = AccountName { name: found.name.to_string(), organization };
            names.accounts.insert(id.to_string(), name);
        }
    }
    for (connection, id, name) in project::named(db, tenant).await? {
        if asked(&connection) {
            names.projects.insert(id, name);
        }
    }
    for (connection, id, name) in api_key::named(db, tenant).await? {
        if asked(&connection) {
            names.api_keys.insert(id, name);
        }
    }
    for (connection, member) in member::list(db, tenant).await? {
        if asked(&connection) {
            names.users.insert(member.id, UserName { name: member.name, email: member.email });
        }
    }
    Ok(names)
}

/// Those names that stand for something in a cube.
pub(crate) fn used(mut names: Names, cube: &Cube) -> Names {
    let is_used = |id: &String| cube.dictionary().find(id).is_some();
    names.accounts.retain(|id, _| is_used(id));
    names.projects.retain(|id, _| is_used(id));
    names.api_keys.retain(|id, _| is_used(id));
    names.users.retain(|id, _| is_used(id));
    names
}
