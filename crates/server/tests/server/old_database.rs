//! Databases as earlier programs left them: people, accounts with sealed keys, drafts, and what was imported.

use std::path::{Path, PathBuf};

use api::audit_event::Event;
use api::connection_draft::{Cause, Finding};
use api::{ConnectionId, TenantId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use server::audit;
use server::store::{Store, secret};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AssertSqlSafe};
use tempfile::TempDir;
use vault::{Binding, Kind, MasterKeyFile, Vault};

use crate::harness::START;
use crate::upstream::{World, key};

/// People in it.
pub const PEOPLE: i64 = 400;
/// The account's id, and that of a draft's account to be.
pub const ACCOUNTS: [&str; 2] = ["conn_old", "conn_drafted"];
/// The company.
pub const TENANT: &str = "tenant_1";
/// The name of the account's key, at the simulator.
pub const KEY: &str = "small";
/// The first schema with segments alone, with the audit log as it is, with the life of a connection, and with a day's sums in
/// one text.
const SEGMENTS: i64 = 22;
const AUDIT_LOG: i64 = 61;
const LIFE: i64 = 80;
const DAILY_TEXT: i64 = 97;

/// A day of a stream as it was read then: its segments are those of now.
type ReadDay = (String, i64, i64, String, Option<Vec<u8>>);

/// Where the migrations are.
pub fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")
}

/// The days that a world has imported.
pub async fn read_days(world: &World) -> Vec<ReadDay> {
    let sql = "SELECT import_day.stream, import_day.day, import_day.row_count, import_day.checksum, segment.body \
               FROM import_day LEFT JOIN segment ON segment.connection_id = import_day.connection_id \
               AND segment.stream = import_day.stream AND segment.day = import_day.day";
    sqlx::query_as(sql).fetch_all(&mut *world.house.app.store.read().await.unwrap()).await.unwrap()
}

/// A folder with a database as the program of that time left it: with these days, where they were kept as they are now.
pub async fn old(schema: i64, days: &[ReadDay]) -> TempDir {
    let (folder, chosen) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for entry in std::fs::read_dir(migrations()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.split('_').next().unwrap().parse::<i64>().unwrap() <= schema {
            std::fs::copy(migrations().join(&name), chosen.path().join(&name)).unwrap();
        }
    }
    let vault = Vault::new(MasterKeyFile::at(folder.path().join("master.key")).open_or_create(true).unwrap());
    let database = folder.path().join("openai-lens.db");
    std::fs::write(&database, "").unwrap();
    let store = Store::open_sqlite(&database).await.unwrap();
    let mut db = store.read().await.unwrap();
    Migrator::new(chosen.path()).await.unwrap().run(&mut *db).await.unwrap();
    people(&mut db, &vault, schema).await;
    accounts(&mut db, &vault, schema).await;
    if schema >= SEGMENTS {
        imported(&mut db, days).await;
    }
    drop(db);
    store.close().await;
    folder
}

async fn execute(db: &mut AnyConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql)).execute(db).await.unwrap();
}

async fn people(db: &mut AnyConnection, vault: &Vault, schema: i64) {
    let fingerprint_key = vault.new_fingerprint_key().unwrap();
    let installation = format!(
        "INSERT INTO installation (id, check_value, fingerprint_key, created_at) VALUES (1, '{}', '{}', 1)",
        STANDARD.encode(&vault.check_value().unwrap().0),
        STANDARD.encode(&fingerprint_key.0),
    );
    execute(db, installation).await;
    execute(db, format!("INSERT INTO tenant (id, name, created_at) VALUES ('{TENANT}', 'Engines', 1)")).await;
    for person in 0..PEOPLE {
        let sql = format!(
            "INSERT INTO app_user (id, tenant_id, email, password_hash, permissions, created_at) VALUES \
             ('user_{person}', '{TENANT}', 'user{person}@example.com', 'none', '[\"cloud_analytics_user\"]', {person})"
        );
        execute(db, sql).await;
    }
    if schema >= AUDIT_LOG {
        let fingerprints = vault.fingerprints(&fingerprint_key).unwrap();
        for data_keys in [false, true] {
            let event = Event::MasterKeyRotated { data_keys, unreadable: 0 };
            audit::record_for_all(&fingerprints, START, db, &event).await.unwrap();
        }
    }
}

/// An account whose key is refused, so that no server that upgrades it calls OpenAI; a draft; and what belongs to them.
async fn accounts(db: &mut AnyConnection, vault: &Vault, schema: i64) {
    let tenant = TenantId::parse(TENANT).unwrap();
    for account in ACCOUNTS {
        let binding = Binding { tenant: TENANT, connection: account, kind: Kind::AdminKey, version: 1 };
        let wrapped = vault.new_data_key(&binding).unwrap();
        let sealed = vault.seal(&binding, &wrapped, key(KEY).as_bytes()).unwrap();
        let id = ConnectionId::parse(account).unwrap();
        secret::insert(db, &tenant, &id, 1, (&wrapped, &sealed), START).await.unwrap();
    }
    let (key, today) = (key(KEY), START.unix_seconds() / 86_400);
    let tail = &key[key.len() - 4..];
    let refused = serde_json::to_string(&Finding::new(Cause::KeyRefused, None)).unwrap();
    let (account, drafted) = (ACCOUNTS[0], ACCOUNTS[1]);
    for sql in [
        format!(
            "INSERT INTO connection (id, tenant_id, name, key_tail, key_fingerprint, key_version, key_failure, \
             management_readable, created_by, created_at, history_start, refresh_due_at, names_due_at) VALUES \
             ('{account}', '{TENANT}', 'Robots', '{tail}', '0123456789abcdef', 1, '{refused}', 1, 'user1@example.com', 5, {}, 0, 0)",
            today - 9
        ),
        format!(
            "INSERT INTO connection_draft (id, tenant_id, user_id, connection_id, key_tail, key_fingerprint, key_version, \
             created_at, expires_at, ready, management_readable) VALUES ('draft_old', '{TENANT}', 'user_1', '{drafted}', \
             '{tail}', 'fedcba9876543210', 1, 7, 4102444800, 0, 0)"
        ),
        format!(
            "INSERT INTO support_request (id, tenant_id, subject, message, diagnostics, created_by, created_at) VALUES \
             ('support_1', '{TENANT}', 'Help', 'It fails; why?', '', 'user1@example.com', 9)"
        ),
        format!(
            "INSERT INTO project (tenant_id, connection_id, id, name, archived_at, seen_at) VALUES \
             ('{TENANT}', '{account}', 'proj_old', 'Of before', 3, 4)"
        ),
    ] {
        execute(db, sql).await;
    }
    if schema >= LIFE {
        let life =
            "UPDATE connection SET life_by = created_by, life_at = created_at, key_added_at = created_at";
        execute(db, life.to_owned()).await;
    }
    daily_costs(db, schema).await;
}

/// The sums of days of long ago: a row for each project, or as they are kept now.
async fn daily_costs(db: &mut AnyConnection, schema: i64) {
    let account = ACCOUNTS[0];
    if schema >= DAILY_TEXT {
        for day in COSTS_NOW.split('|') {
            let (day, costs) = day.split_once(' ').unwrap();
            let sql = format!(
                "INSERT INTO daily_cost (tenant_id, connection_id, day, costs) VALUES ('{TENANT}', '{account}', {day}, '{costs}')"
            );
            execute(db, sql).await;
        }
        return;
    }
    for (day, project, micros, rest) in COSTS {
        let project = project.map_or("NULL".to_owned(), |project| format!("'{project}'"));
        let sql = format!(
            "INSERT INTO daily_cost (tenant_id, connection_id, day, project_id, currency, amount_micros, amount_rest) \
             VALUES ('{TENANT}', '{account}', {day}, {project}, 'USD', {micros}, {rest})"
        );
        execute(db, sql).await;
    }
}

/// Sums of days of long ago: day, project, and the amount in 10^-6 and 10^-12.
const COSTS: [(i64, Option<&str>, i64, i64); 3] = [
    (19_000, Some("proj_old"), 1_234_567, 891_011),
    (19_001, None, -5, -999_999),
    (19_002, Some("proj_old"), i64::MAX, 1),
];

/// The same as this program keeps them.
pub const COSTS_NOW: &str =
    "19000 USD 1234567 891011 8 proj_old|19001 USD -5 -999999 - |19002 USD 9223372036854775807 1 8 proj_old";

/// What was read, and a search for the start of the history that is under way.
async fn imported(db: &mut AnyConnection, days: &[ReadDay]) {
    let account = ACCOUNTS[0];
    for (stream, day, row_count, checksum, body) in days {
        let sql = format!(
            "INSERT INTO import_day (tenant_id, connection_id, stream, day, imported_at, row_count, checksum) VALUES \
             ('{TENANT}', '{account}', '{stream}', {day}, {}, {row_count}, '{checksum}')",
            START.unix_seconds()
        );
        execute(db, sql).await;
        if let Some(body) = body {
            let sql = format!(
                "INSERT INTO segment (tenant_id, connection_id, stream, day, row_count, body) VALUES \
                 ('{TENANT}', '{account}', '{stream}', {day}, {row_count}, $1)"
            );
            sqlx::query(AssertSqlSafe(sql)).bind(body.clone()).execute(&mut *db).await.unwrap();
        }
    }
    execute(db, "UPDATE connection SET history_state = 'walked'".to_owned()).await;
    let today = START.unix_seconds() / 86_400;
    for (stream, start, end, purpose) in [
        ("cost_totals", today - 400, today - 220, "walk"),
        ("costs", today - 9, today - 4, "history"),
        ("completions", today - 3, today + 1, "refresh"),
    ] {
        let sql = format!(
            "INSERT INTO import_unit (tenant_id, connection_id, stream, start_day, end_day, purpose, attempts, due_at) \
             VALUES ('{TENANT}', '{account}', '{stream}', {start}, {end}, '{purpose}', 2, 11)"
        );
        execute(db, sql).await;
    }
}

/// What has to be the same after an upgrade: of each table whose columns have not changed a statement that tells all of it,
/// and the first schema that has it so.
pub const KEPT: [(i64, &str); 9] = [
    (
        0,
        "SELECT COUNT(*) || ' ' || SUM(created_at) || group_concat(id || email || password_hash) FROM (SELECT * FROM app_user ORDER BY id)",
    ),
    (
        0,
        "SELECT group_concat(id || name || key_tail || key_fingerprint || key_version || key_failure || created_by || created_at \
         || history_start) FROM connection",
    ),
    (
        0,
        "SELECT group_concat(id || user_id || connection_id || key_tail || key_fingerprint || created_at || expires_at) \
         FROM connection_draft",
    ),
    (
        0,
        "SELECT group_concat(connection_id || kind || version || sealed || created_at) FROM (SELECT * FROM secret ORDER BY connection_id)",
    ),
    (
        0,
        "SELECT group_concat(connection_id || wrapped || created_at) FROM (SELECT * FROM wrapped_key ORDER BY connection_id)",
    ),
    (0, "SELECT group_concat(id || name || archived_at || seen_at) FROM project"),
    (0, "SELECT group_concat(id || subject || message || created_by || created_at) FROM support_request"),
    (
        SEGMENTS,
        "SELECT COUNT(*) || ' ' || SUM(row_count) || group_concat(stream || day || row_count || imported_at || checksum) \
                FROM (SELECT * FROM import_day ORDER BY stream, day)",
    ),
    (
        SEGMENTS,
        "SELECT COUNT(*) || ' ' || SUM(row_count) || group_concat(stream || day || row_count || hex(body)) \
                FROM (SELECT * FROM segment ORDER BY stream, day)",
    ),
];
