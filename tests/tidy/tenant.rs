//! Every statement on a table that belongs to tenants says which tenant, or is on the list of those that cannot.

use std::collections::BTreeSet;

use crate::file::{self, File, report};

/// Statements that name no tenant, by their file and how they begin, each with its reason.
const WITHOUT: &[(&str, &str, &str)] = &[
    ("store/api_token.rs", "SELECT api_token.id AS token_id", "the token is what tells the tenant"),
    (
        "store/connection_draft.rs",
        "SELECT {COLUMNS} FROM connection_draft WHERE expires_at",
        "the sweep of all tenants",
    ),
    (
        "store/health.rs",
        "SELECT (SELECT COUNT(*) FROM connection",
        "figures of the whole installation, for its operator",
    ),
    (
        "store/import_schedule.rs",
        "SELECT tenant_id, id FROM connection",
        "whose turn it is among all tenants",
    ),
    ("store/import_schedule.rs", "SELECT MIN(due_at) AS next", "when the next turn is among all tenants"),
    (
        "store/invitation.rs",
        "SELECT invitation.id, invitation.tenant_id",
        "the link is what tells the tenant",
    ),
    ("store/lease.rs", "INSERT INTO lease", "the row is found by its connection, and says the tenant"),
    ("store/lease.rs", "UPDATE lease SET expires_at = 0", "a server gives back what it holds of all tenants"),
    (
        "store/connection_transition.rs",
        "SELECT tenant_id, id FROM connection",
        "what is to be noted of all tenants",
    ),
    ("store/delivery/hold.rs", "", "whoever has time takes what is due, of all tenants"),
    (
        "store/connection/deletion.rs",
        "SELECT tenant_id, id FROM connection",
        "what is left to delete of all tenants",
    ),
    (
        "store/upstream_call.rs",
        "SELECT upstream_call.tenant_id, upstream_call.connection_id",
        "what is too old of all tenants",
    ),
    ("store/connection_watch.rs", "SELECT {COLUMNS}", "what is watched in all tenants"),
    ("store/notification.rs", "DELETE FROM", "what is too old goes in all tenants"),
    ("store/roll_up.rs", "SELECT 1 FROM roll_up", "joined with days of the same connection"),
    ("store/roll_up.rs", "SELECT tenant_id, connection_id, day, days", "what is to be merged of all tenants"),
    (
        "store/roll_up.rs",
        "SELECT tenant_id, connection_id, day FROM (SELECT DISTINCT",
        "what is to be computed of all tenants",
    ),
    ("store/session.rs", "SELECT session.last_seen_at", "the session is what tells the tenant"),
    (
        "store/sign_on.rs",
        "SELECT tenant_id, user_id FROM sign_on_identity",
        "signing on is what tells the tenant",
    ),
    (
        "store/user.rs",
        "SELECT tenant_id FROM app_user WHERE email",
        "an address is unique in the installation",
    ),
    ("store/user.rs", "SELECT {COLUMNS}, app_user.password_hash", "signing in is what tells the tenant"),
    (
        "store/user.rs",
        "SELECT COUNT(*) AS n FROM app_user",
        "whether there is anybody, before there is a tenant",
    ),
];

#[test]
fn every_statement_on_a_tenants_table_says_which_tenant() {
    let tables = tables();
    assert!(tables.len() > 20, "the migrations make tables with a tenant: {tables:?}");
    let store = file::matching("store module", |file| {
        file.is_product() && file.path.starts_with("crates/server/src/store")
    });
    let (mut findings, mut looked_at, mut excused) = (Vec::new(), 0, BTreeSet::new());
    for file in store {
        for statement in statements(file) {
            let named: Vec<&str> = named(&statement).filter(|table| tables.contains(*table)).collect();
            if named.is_empty() {
                continue;
            }
            looked_at += 1;
            if says_which(&statement) {
                continue;
            }
            let known = WITHOUT
                .iter()
                .position(|(path, start, _)| file.path.ends_with(path) && statement.starts_with(start));
            match known {
                Some(at) => drop(excused.insert(at)),
                None => findings.push(format!("{}: {statement}", file.path)),
            }
        }
    }
    assert!(looked_at > 100, "{looked_at} statements: is the notation still a string?");
    let unneeded = WITHOUT.iter().enumerate().filter(|(at, _)| !excused.contains(at));
    findings
        .extend(unneeded.map(|(_, (path, start, _))| format!("{path} needs its exception no more: {start}")));
    report(
        "A statement on a tenant's table has `tenant_id = …` in its condition, or `tenant_id` among what it inserts.",
        findings,
    );
}

/// The tables that have a column for the tenant.
fn tables() -> BTreeSet<&'static str> {
    let migrations = file::matching("migration", |file| file.path.starts_with("crates/server/migrations/"));
    let made =
        migrations.iter().flat_map(|file| file.text.split("CREATE TABLE ").skip(1)).filter_map(|text| {
            let (name, rest) = text.split_once(" (")?;
            let (columns, _) = rest.split_once("\n);")?;
            columns.contains("tenant_id ").then_some(name)
        });
    made.collect()
}

/// The strings of a file in which something is asked of a table, each in one line.
fn statements(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = file.product_text();
    while let Some((_, after)) = rest.split_once('"') {
        let mut text = String::new();
        let mut characters = after.char_indices();
        let mut end = after.len();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    end = at + 1;
                    break;
                }
                '\\' => drop(characters.next()),
                other => text.push(other),
            }
        }
        found.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
        rest = after.get(end..).unwrap_or_default();
    }
    found
}

/// The words that stand where a statement names a table.
fn named(statement: &str) -> impl Iterator<Item = &str> {
    let words: Vec<&str> = statement.split([' ', '(', ')', ',']).filter(|word| !word.is_empty()).collect();
    let pairs: Vec<(&str, &str)> = words.iter().copied().zip(words.iter().copied().skip(1)).collect();
    pairs
        .into_iter()
        .filter(|(before, _)| matches!(*before, "FROM" | "JOIN" | "UPDATE" | "INTO"))
        .map(|(_, table)| table)
}

fn says_which(statement: &str) -> bool {
    match statement.split_once(" WHERE ") {
        Some((_, condition)) => condition.contains("tenant_id = "),
        None => statement.starts_with("INSERT INTO ") && statement.contains("tenant_id"),
    }
}
