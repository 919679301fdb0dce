//! What ids are called: accounts as the user named them, projects, API keys and people as far as OpenAI told.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use api::{ConnectionId, TenantId};
use facts::{AccountName, Cube, Names, UserName};
use sqlx::AnyConnection;

use crate::store::{api_key, connection, member, project};

/// The names of everything that some accounts have. A name that several projects or API keys of the tenant have is followed by
/// the account's, `Default project (Research)`, or by the id where one account has several; that of several accounts by the
/// id. Reports group and filter by names, and what is called alike would be taken for one. What is called how does not
/// depend on which accounts are asked for.
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
    tell_accounts_apart(&mut told.accounts);
    for named in [&mut told.projects, &mut told.api_keys] {
        tell_apart(named, &told.accounts);
    }
    Ok(told.of(connections))
}

/// The names of the projects of all of a tenant's accounts, each with whose it is and its id, told apart in the same way.
pub(crate) async fn projects(
    db: &mut AnyConnection,
    tenant: &TenantId,
    own: &[ConnectionId],
) -> sqlx::Result<Vec<(ConnectionId, String, String)>> {
    let mut accounts = accounts(db, tenant).await?;
    let mut projects = project::named(db, tenant).await?;
    projects.retain(|(connection, ..)| own.contains(connection));
    tell_accounts_apart(&mut accounts);
    tell_apart(&mut projects, &accounts);
    Ok(projects)
}

async fn accounts(
    db: &mut AnyConnection,
    tenant: &TenantId,
) -> sqlx::Result<Vec<(ConnectionId, AccountName)>> {
    let named = connection::named(db, tenant).await?.into_iter();
    Ok(named.map(|(id, name, organization)| (id, AccountName { name, organization })).collect())
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
        let users = member::list(db, tenant).await?.into_iter();
        Ok(Self {
            accounts: accounts(db, tenant).await?,
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

/// Puts the organizations' ids behind names that more than one account has.
fn tell_accounts_apart(accounts: &mut [(ConnectionId, AccountName)]) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for (_, account) in accounts.iter() {
        *count.entry(account.name.clone()).or_default() += 1;
    }
    for (connection, account) in accounts {
        if count.get(&account.name).is_some_and(|count| *count > 1) {
            let id = account.organization.clone().unwrap_or_else(|| connection.to_string());
            account.name = format!("{} ({id})", account.name);
        }
    }
}

/// Puts the accounts' names, or ids where one account has several, behind names that more than one id has.
fn tell_apart(named: &mut [(ConnectionId, String, String)], accounts: &[(ConnectionId, AccountName)]) {
    let accounts: HashMap<&ConnectionId, &str> =
        accounts.iter().map(|(connection, account)| (connection, account.name.as_str())).collect();
    // Whose ids have a name, each of them once.
    let mut holders: HashMap<String, BTreeSet<(ConnectionId, String)>> = HashMap::new();
    for (connection, id, name) in named.iter().filter(|(.., name)| !name.is_empty()) {
        holders.entry(name.clone()).or_default().insert((connection.clone(), id.clone()));
    }
    for (connection, id, name) in named {
        let Some(holders) = holders.get(name.as_str()).filter(|holders| holders.len() > 1) else { continue };
        let is_only_one = holders.iter().filter(|(of, _)| of == connection).count() == 1;
        let behind = accounts.get(connection).filter(|_| is_only_one).copied().unwrap_or(id.as_str());
        *name = format!("{name} ({behind})");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_several_ids_have_say_which_is_meant() {
        let connection = |name: &str| ConnectionId::parse(&format!("conn_{name}")).unwrap();
        let account = |id: &str, name: &str, organization: Option<&str>| {
            (connection(id), AccountName { name: name.into(), organization: organization.map(str::to_owned) })
        };
        let mut accounts = [
            account("a", "Main", Some("org-a")),
            account("b", "Research", Some("org-b")),
            account("c", "Main", None),
        ];
        tell_accounts_apart(&mut accounts);
        let names = accounts.each_ref().map(|(_, account)| account.name.as_str());
        assert_eq!(names, ["Main (org-a)", "Research", "Main (conn_c)"]);
        let mut named = [
            ("a", "p1", "Default"),
            ("b", "p2", "Default"),
            ("a", "p3", "Search"),
            ("a", "p3", "Search"),
            ("a", "p4", "Twice"),
            ("a", "p5", "Twice"),
            ("b", "p6", "Twice"),
            ("b", "p7", ""),
            ("a", "p8", ""),
        ]
        .map(|(of, id, name)| (connection(of), id.to_owned(), name.to_owned()));
        tell_apart(&mut named, &accounts);
        let names = named.each_ref().map(|(.., name)| name.as_str());
        assert_eq!(
            names,
            [
                "Default (Main (org-a))",
                "Default (Research)",
                "Search",
                "Search",
                "Twice (p4)",
                "Twice (p5)",
                "Twice (Research)",
                "",
                ""
            ]
        );
    }
}
