//! What ids are called: accounts as the user named them, projects, API keys and people as far as OpenAI told.

use std::collections::HashSet;

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
    let asked: HashSet<&ConnectionId> = connections.iter().collect();
    let asked = |connection: &ConnectionId| asked.contains(connection);
    let mut names = Names::default();
    for (connection, name, organization) in connection::named(db, tenant).await? {
        if asked(&connection) {
            names.accounts.insert(connection.to_string(), AccountName { name, organization });
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
