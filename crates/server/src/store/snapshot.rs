//! Copies of a whole database in one SQLite file, and whether such a file is whole.

use std::path::Path;

use sqlx::{Any, AnyConnection, ConnectOptions, Connection, Row, Transaction};

use super::{Backend, Store, open};

/// How a transaction is begun that reads one committed instant.
pub(super) fn begin(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "BEGIN",
        Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    }
}

/// Begins such a transaction on a connection of one's own.
pub async fn of(db: &mut AnyConnection) -> sqlx::Result<Transaction<'_, Any>> {
    let begin = begin(Backend::of(db));
    db.begin_with(begin).await
}

/// Lets PostgreSQL wait in this transaction for the next statement for as long as it takes.
pub(super) async fn take_time(db: &mut AnyConnection) -> sqlx::Result<()> {
    match Backend::of(db) {
        Backend::Sqlite => Ok(()),
        Backend::Postgres => {
            sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(db).await.map(drop)
        }
    }
}

/// Writes what an SQLite database is at this instant into a file that is new or empty. It goes on being written to
/// meanwhile. What was deleted is not in the copy.
pub async fn write(db: &mut AnyConnection, file: &Path) -> sqlx::Result<()> {
    let Some(path) = file.to_str() else {
        return Err(sqlx::Error::Configuration("the path is not in UTF-8".into()));
    };
    sqlx::query("VACUUM INTO $1").bind(path).execute(db).await.map(drop)
}

/// Writes what an SQLite file is into another one. Not a byte of the first changes.
pub async fn copy_file(from: &Path, to: &Path) -> sqlx::Result<()> {
    let mut db = Store::peek_sqlite(from).await?;
    write(&mut db, to).await?;
    db.close().await
}

/// Makes one file of an SQLite database that nobody has open, so that it can be read where nothing can be written.
pub async fn settle(file: &Path) -> sqlx::Result<()> {
    let mut db = open::sqlite(file, "rw")?.connect().await?;
    sqlx::query("PRAGMA journal_mode = DELETE").execute(&mut db).await?;
    db.close().await
}

/// What is wrong with an SQLite database; none when all its pages and references hold.
pub async fn damage(db: &mut AnyConnection) -> sqlx::Result<Option<String>> {
    let row = sqlx::query("PRAGMA integrity_check(1)").fetch_one(&mut *db).await?;
    let said: String = row.try_get(0)?;
    if said != "ok" {
        return Ok(Some(said));
    }
    let row = sqlx::query("SELECT \"table\" AS name FROM pragma_foreign_key_check LIMIT 1")
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok(format!("the table {} refers to what is not there", row.try_get::<String, _>("name")?)))
        .transpose()
}
