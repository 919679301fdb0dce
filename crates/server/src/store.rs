//! The store: one file per noun with its SQL, and here how the database is opened.
//!
//! The statements are those that SQLite and PostgreSQL have in common: `$1` for values, TEXT for ids and texts, BIGINT
//! for numbers, seconds, days and flags (0 or 1), hexadecimal or base64 TEXT for short bytes, BYTEA for long ones (SQLite
//! keeps bytes as bytes under any name of a type), JSON as TEXT. Functions take
//! `&mut AnyConnection`, so that a rule decides what stands in one transaction. Every statement on a table that has a
//! tenant says which tenant.

pub mod api_key;
pub mod column;
pub mod connection;
pub mod connection_draft;
pub mod cost;
pub mod cost_restatement;
pub mod export;
pub mod freshness;
pub mod import_day;
pub mod import_schedule;
pub mod import_unit;
pub mod installation;
pub mod member;
pub mod migration;
pub mod project;
pub mod roll_up;
pub mod saved_report;
pub mod secret;
pub mod segment;
pub mod session;
pub mod setup_token;
pub mod support_request;
pub mod tenant;
pub mod user;

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    /// Whose turn it is to write. SQLite has one writer at a time: those who wait here keep their order and take no
    /// connection from the readers.
    turn: Arc<Mutex<()>>,
}

/// A transaction for writing. It is rolled back unless it is committed.
#[derive(Debug)]
pub struct Write {
    transaction: Transaction<'static, Any>,
    _turn: OwnedMutexGuard<()>,
}

impl Write {
    /// Keeps what was written.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.transaction.commit().await
    }
}

impl Deref for Write {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}

impl Store {
    /// Opens an SQLite file that is there already.
    pub async fn open_sqlite(file: &Path) -> sqlx::Result<Self> {
        let pool = AnyPoolOptions::new()
            .max_connections(6)
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(|db, _| Box::pin(configure(db)))
            .connect_with(options(file, "rw")?)
            .await?;
        Ok(Self { pool, turn: Arc::default() })
    }

    /// Opens an SQLite file so that not a byte of it can change.
    pub(crate) async fn peek_sqlite(file: &Path) -> sqlx::Result<AnyConnection> {
        options(file, "ro")?.connect().await
    }

    /// A connection for reading.
    pub async fn read(&self) -> sqlx::Result<PoolConnection<Any>> {
        self.pool.acquire().await
    }

    /// A transaction for writing. It takes the write lock at once: SQLite refuses to turn a reading transaction into a
    /// writing one when another has written in between. Do not ask for a second one while you hold one.
    pub async fn write(&self) -> sqlx::Result<Write> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        Ok(Write { transaction: self.pool.begin_with("BEGIN IMMEDIATE").await?, _turn: turn })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> sqlx::Result<()> {
        sqlx::query("SELECT 1").execute(&mut *self.read().await?).await.map(drop)
    }

    /// Writes the log of changes through to the file and empties it, so that what was deleted is nowhere any more.
    pub async fn checkpoint(&self) -> sqlx::Result<()> {
        let _turn = self.turn.lock().await;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *self.read().await?).await.map(drop)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn options(file: &Path, mode: &str) -> sqlx::Result<AnyConnectOptions> {
    sqlx::any::install_default_drivers();
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
    Ok(AnyConnectOptions::from_str(&format!("sqlite://{path}?mode={mode}"))?.disable_statement_logging())
}

/// WAL lets readers go on beside a writer; FULL keeps a commit through a power cut; `secure_delete` overwrites what is
/// deleted, so that a destroyed key is gone from the file (security S14). A second process may write: wait for it.
async fn configure(db: &mut AnyConnection) -> sqlx::Result<()> {
    for pragma in [
        "PRAGMA busy_timeout = 5000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
        "PRAGMA temp_store = MEMORY",
    ] {
        sqlx::query(pragma).execute(&mut *db).await?;
    }
    Ok(())
}
