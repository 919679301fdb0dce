//! How a connection to the database is opened, and how it is configured.

use std::path::Path;
use std::str::FromStr;

use sqlx::AnyConnection;
use sqlx::any::AnyConnectOptions;

use super::Backend;

/// An SQLite file, to be opened in this mode.
pub(super) fn sqlite(file: &Path, mode: &str) -> sqlx::Result<AnyConnectOptions> {
    let path = std::path::absolute(file).map_err(sqlx::Error::Io)?;
    let path: String = path
        .to_string_lossy()
        .bytes()
        .map(|byte| match byte {
            b'/' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    options(&format!("sqlite://{path}?mode={mode}"))
}

/// A PostgreSQL database.
pub(super) fn postgres(url: &str) -> sqlx::Result<AnyConnectOptions> {
    options(url)
}

fn options(url: &str) -> sqlx::Result<AnyConnectOptions> {
    sqlx::any::install_default_drivers();
    // Statements are logged without their values: each for whoever asks for `sqlx::query=debug`, and those that take longer
    // than a second as warnings.
    AnyConnectOptions::from_str(url)
}

/// For SQLite: WAL lets readers go on beside a writer; FULL keeps a commit through a power cut; `secure_delete`
/// overwrites what is deleted, so that a destroyed key is gone from the file. A second process may write: wait for it.
const SQLITE: &[&str] = &[
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
];

/// For PostgreSQL: a process that stops in the middle of a transaction holds the turn to write; its transaction is ended,
/// so that the others go on, and it is refused when it comes back.
const POSTGRES: &[&str] = &[
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET lock_timeout = '30s'",
    "SET client_min_messages = 'warning'",
];

/// Configures a new connection.
pub(super) async fn configure(db: &mut AnyConnection) -> sqlx::Result<()> {
    let settings = match Backend::of(db) {
        Backend::Sqlite => SQLITE,
        Backend::Postgres => POSTGRES,
    };
    for setting in settings {
        sqlx::query(*setting).execute(&mut *db).await?;
    }
    Ok(())
}
