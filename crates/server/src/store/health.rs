//! What an operator wants to know of a database: its clock, its size, and how far the imports are, of all tenants.

use api::Timestamp;
use sqlx::{AnyConnection, Row};

use super::connection::IMPORTS;
use super::{Backend, import_schedule};

/// Seconds after which it is too long that something is due: it is read within a minute.
const OVERDUE: i64 = 2 * 3600;

/// How the imports of all tenants are doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imports {
    /// Connections whose key is used.
    pub working: u64,
    /// Connections whose key is refused or unreadable.
    pub needing_key: u64,
    /// Connections that somebody has paused.
    pub paused: u64,
    /// Windows of the connections whose key is used that are to be read now.
    pub due: u64,
    /// Windows that are to be read later.
    pub waiting: u64,
    /// Of both, those whose last attempt failed.
    pub failing: u64,
    /// Connections whose recent days were to be read more than two hours ago.
    pub overdue: u64,
    /// Connections whose recent days are read later than they are ever put off.
    pub ahead: u64,
    /// Leases that have ended and that nobody has given back: whoever had them was killed.
    pub stale_leases: u64,
}

/// How the imports are doing.
pub async fn imports(db: &mut AnyConnection, now: Timestamp) -> sqlx::Result<Imports> {
    let clock = clock(db).await?;
    let sql = format!(
        "SELECT (SELECT COUNT(*) FROM connection WHERE key_failure IS NULL AND life_state = 'active') AS working, \
         (SELECT COUNT(*) FROM connection WHERE key_failure IS NOT NULL AND life_state = 'active') AS needing_key, \
         (SELECT COUNT(*) FROM connection WHERE life_state = 'paused') AS paused, \
         (SELECT COUNT(*) FROM import_unit JOIN connection ON connection.id = connection_id \
         WHERE {IMPORTS} AND due_at <= $1) AS due, \
         (SELECT COUNT(*) FROM import_unit JOIN connection ON connection.id = connection_id \
         WHERE {IMPORTS} AND due_at > $1) AS waiting, \
         (SELECT COUNT(*) FROM import_unit JOIN connection ON connection.id = connection_id \
         WHERE {IMPORTS} AND attempts > 0) AS failing, \
         (SELECT COUNT(*) FROM connection WHERE {IMPORTS} AND refresh_due_at < $3) AS overdue, \
         (SELECT COUNT(*) FROM connection WHERE {IMPORTS} AND refresh_due_at > $4 \
         AND (held_at > $1 OR refresh_due_at > held_until)) AS ahead, \
         (SELECT COUNT(*) FROM lease WHERE expires_at > 0 AND expires_at <= $2) AS stale_leases"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(now.unix_seconds())
        .bind(clock.unix_seconds())
        .bind(now.plus_seconds(-OVERDUE).unix_seconds())
        .bind(now.plus_seconds(import_schedule::LONGEST).unix_seconds())
        .fetch_one(db)
        .await?;
    let number = |name| row.try_get::<i64, _>(name).map(|number| u64::try_from(number).unwrap_or_default());
    Ok(Imports {
        working: number("working")?,
        needing_key: number("needing_key")?,
        paused: number("paused")?,
        due: number("due")?,
        waiting: number("waiting")?,
        failing: number("failing")?,
        overdue: number("overdue")?,
        ahead: number("ahead")?,
        stale_leases: number("stale_leases")?,
    })
}

/// The database's own clock. Of SQLite it is this machine's.
pub async fn clock(db: &mut AnyConnection) -> sqlx::Result<Timestamp> {
    let row = sqlx::query(match Backend::of(db) {
        Backend::Sqlite => "SELECT unixepoch() AS now",
        Backend::Postgres => "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT) AS now",
    })
    .fetch_one(db)
    .await?;
    row.try_get("now").map(Timestamp::from_unix_seconds)
}

/// How many bytes the database has.
pub async fn bytes(db: &mut AnyConnection) -> sqlx::Result<u64> {
    let row = sqlx::query(match Backend::of(db) {
        Backend::Sqlite => {
            "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()"
        }
        Backend::Postgres => "SELECT pg_database_size(current_database()) AS bytes",
    })
    .fetch_one(db)
    .await?;
    Ok(u64::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or_default())
}

/// PostgreSQL's version as it numbers them, such as 150004; none for SQLite, which is a part of the program.
pub async fn server_version(db: &mut AnyConnection) -> sqlx::Result<Option<i64>> {
    if Backend::of(db) == Backend::Sqlite {
        return Ok(None);
    }
    let sql = "SELECT CAST(current_setting('server_version_num') AS BIGINT) AS version";
    sqlx::query(sql).fetch_one(db).await?.try_get("version").map(Some)
}
