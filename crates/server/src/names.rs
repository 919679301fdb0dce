//! What ids are called: accounts as the user named them, projects, API keys and people as far as OpenAI told.

use std::collections::{BTreeMap, HashMap, HashSet};

use api::{ConnectionId, TenantId};
use facts::{AccountName, Cube, Names, UserName};
use sqlx::AnyConnection;

use crate::store::{api_key, connection, member, project};

/// The names of everything that some accounts have. A name that several accounts, projects or API keys of the tenant have
/// is followed by the id, `Default project (proj_abc)`: reports group and filter by names, and what is called alike would
/// be taken for one. What an account is called does not depend on which others are asked for.
pub(crate) async fn of(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<Names> {
    let mut told = Told::read(db, tenant).await?;
    // What is left of an account that is deleted is called nothing any more.
    let own: HashSet<ConnectionId> = told.accounts.iter().map(|(connection, _)| connection.clone()).collect();
    for named in [&mut told.projects, &mut told.api_keys] {
        named.retain(|(connection, ..)| own.contains(connection));
    }
    tell_apart(told.accounts.iter_mut().map(|(connection, account)| {
        (account.organization.clone().unwrap_or_else(|| connection.to_string()), &mut account.name)
    }));
    for named in [&mut told.projects, &mut told.api_keys] {
        tell_apart(named.iter_mut().map(|(_, id, name)| (id.clone(), name)));
    }
    Ok(told.of(connections))
}

/// The names of the projects of all of a tenant's accounts, each with whose it is and its id, told apart in the same way.
pub(crate) async fn projects(
    db: &mut AnyConnection,
    tenant: &TenantId,
    own: &[ConnectionId],
) -> sqlx::Result<Vec<(ConnectionId, String, String)>> {
    let mut projects = project::named(db, tenant).await?;
    projects.retain(|(connection, ..)| own.contains(connection));
    tell_apart(projects.iter_mut().map(|(_, id, name)| (id.clone(), name)));
    Ok(projects)
}

/// The same as they are called, whoever else is called so: for what says the id beside the name.
pub(crate) async fn plain(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<Names> {
    Ok(Told::read(db, tenant).await?.of(connections))
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

/// What the store knows of a tenant's names, and whose they are.
struct Told {
    accounts: Vec<(ConnectionId, AccountName)>,
    projects: Vec<(ConnectionId, String, String)>,
    api_keys: Vec<(ConnectionId, String, String)>,
    users: Vec<(ConnectionId, String, UserName)>,
}

impl Told {
    async fn read(db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<Self> {
        let accounts = connection::named(db, tenant).await?.into_iter();
        let users = member::list(db, tenant).await?.into_iter();
        Ok(Self {
            accounts: accounts
                .map(|(id, name, organization)| (id, AccountName { name, organization }))
                .collect(),
            projects: project::named(db, tenant).await?,
            api_keys: api_key::named(db, tenant).await?,
            users: users
                .map(|(of, member)| (of, member.id, UserName { name: member.name, email: member.email }))
                .collect(),
        })
    }

    fn of(self, connections: &[ConnectionId]) -> Names {
        let asked: HashSet<&ConnectionId> = connections.iter().collect();
        Names {
            accounts: self
                .accounts
                .into_iter()
                .filter(|(connection, _)| asked.contains(connection))
                .map(|(connection, name)| (connection.to_string(), name))
                .collect(),
            projects: of_asked(&asked, self.projects),
            api_keys: of_asked(&asked, self.api_keys),
            users: of_asked(&asked, self.users),
        }
    }
}

fn of_asked<T>(asked: &HashSet<&ConnectionId>, named: Vec<(ConnectionId, String, T)>) -> BTreeMap<String, T> {
    let named = named.into_iter().filter(|(connection, ..)| asked.contains(connection));
    named.map(|(_, id, name)| (id, name)).collect()
}

/// Puts the ids behind names that more than one id has.
fn tell_apart<'a>(named: impl Iterator<Item = (String, &'a mut String)>) {
    let mut by_name: HashMap<String, Vec<(String, &'a mut String)>> = HashMap::new();
    for (id, name) in named.filter(|(_, name)| !name.is_empty()) {
        by_name.entry(name.clone()).or_default().push((id, name));
    }
    for named in by_name.into_values() {
        if named.iter().any(|(id, _)| named.first().is_some_and(|(first, _)| id != first)) {
            named.into_iter().for_each(|(id, name)| *name = format!("{name} ({id})"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_several_ids_have_are_followed_by_them() {
        let mut named = [
            ("p1", "Default"),
            ("p2", "Default"),
            ("p3", "Search"),
            ("p3", "Search"),
            ("p4", ""),
            ("p5", ""),
        ]
        .map(|(id, name)| (id.to_owned(), name.to_owned()));
        tell_apart(named.iter_mut().map(|(id, name)| (id.clone(), name)));
        let names = named.map(|(_, name)| name);
        assert_eq!(names, ["Default (p1)", "Default (p2)", "Search", "Search", "", ""]);
    }
}
