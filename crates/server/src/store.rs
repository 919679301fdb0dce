//! The store: one file per noun with its SQL, and here how the database is opened.
//!
//! The statements are those that SQLite and PostgreSQL have in common: `$1` for values, TEXT for ids and texts, BIGINT
//! for numbers, seconds, days and flags (0 or 1), hexadecimal or base64 TEXT for short bytes, BYTEA for long ones (SQLite
//! keeps bytes as bytes under any name of a type), JSON as TEXT. Functions take
//! `&mut AnyConnection`, so that a rule decides what stands in one transaction. Every statement on a table that has a
//! tenant says which tenant.

pub mod access_request;
pub mod api_key;
pub mod api_token;
pub mod audit_event;
mod checkpoint;
pub mod column;
pub mod connection;
pub mod connection_draft;
pub mod connection_transition;
pub mod connection_watch;
pub mod copy;
pub mod cost;
pub mod cost_restatement;
pub mod delivery;
pub mod export;
pub mod health;
pub mod import_block;
pub mod import_day;
pub mod import_schedule;
pub mod import_unit;
pub mod installation;
pub mod invitation;
pub mod lease;
pub mod master_key;
pub mod member;
pub mod migration;
pub mod notification;
mod open;
pub mod person;
mod place;
pub mod project;
pub mod read_only;
pub mod roll_up;
pub mod saved_report;
pub mod second_factor;
pub mod secret;
pub mod segment;
pub mod session;
pub mod setup_token;
pub mod sign_on;
pub mod snapshot;
pub mod support_request;
pub mod tenant;
pub mod total_difference;
mod turn;
pub mod upstream_call;
pub mod user;
pub mod webhook;

pub use place::Place;
use read_only::ReadOnlySince;
use turn::Turn;

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Transaction};
use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;

/// How long whoever hangs on a PostgreSQL that has vanished keeps the others of this process from writing: as long as its
/// lock does (`lock_timeout`).
const TURN: Duration = Duration::from_secs(30);
/// How long a connection that was at rest may take to say that it is still there.
const GREETING: Duration = Duration::from_secs(2);
/// How long a connection may take to say that it can be used again, and all of them to end.
const FAREWELL: Duration = Duration::from_secs(5);

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    backend: Backend,
    /// Whose turn it is to write. There is one writer at a time: those who wait here keep their order and take no
    /// connection from the readers.
    turn: Turn,
    /// Whose turn it is to wait for that turn among those who write in the background.
    background: Turn,
    /// Whether it takes no changes for the moment.
    read_only: Arc<ReadOnlySince>,
    /// Whether somebody empties the log of changes in the background.
    emptying: Arc<AtomicBool>,
}

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file.
    Sqlite,
    /// A server, which other processes may use as well.
    Postgres,
}

impl Backend {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// What a connection leads to.
    pub fn of(db: &AnyConnection) -> Self {
        if db.backend_name() == "PostgreSQL" { Self::Postgres } else { Self::Sqlite }
    }
}

/// A transaction for writing. It is rolled back unless it is committed.
#[derive(Debug)]
pub struct Write {
    transaction: Transaction<'static, Any>,
    _turns: (OwnedMutexGuard<()>, Option<OwnedMutexGuard<()>>),
}

impl Write {
    /// Keeps what was written.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.transaction.commit().await
    }

    /// Lets PostgreSQL wait for the next statement for as long as it takes. It holds up whoever wants to write.
    pub async fn take_time(&mut self) -> sqlx::Result<()> {
        snapshot::take_time(&mut self.transaction).await
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

/// Whether a connection answers in time: an error when it does not.
async fn answers(db: &mut AnyConnection, patience: Duration) -> sqlx::Result<()> {
    timeout(patience, db.ping()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

impl Store {
    /// Opens an SQLite file that is there already.
    pub async fn open_sqlite(file: &Path) -> sqlx::Result<Self> {
        Self::open(Backend::Sqlite, open::sqlite(file, "rw")?).await
    }

    /// Opens a PostgreSQL database by its address.
    pub async fn open_postgres(url: &str) -> sqlx::Result<Self> {
        Self::open(Backend::Postgres, open::postgres(url)?).await
    }

    async fn open(backend: Backend, options: AnyConnectOptions) -> sqlx::Result<Self> {
        let pool = AnyPoolOptions::new()
            .max_connections(6)
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(|db, _| Box::pin(open::configure(db)))
            // The pool's own test would wait for as long as a connection may be waited for, when the database has vanished
            // and come back.
            .test_before_acquire(false)
            .before_acquire(|db, _| {
                Box::pin(async move {
                    answers(db, GREETING).await?;
                    // On a full disk SQLite ends a transaction by itself. The client thinks that it goes on, and would
                    // refuse every later one: such a connection is closed.
                    Ok(!db.is_in_transaction())
                })
            })
            // One that does not answer is closed, so that whoever was cut off by a deadline keeps no room in the pool.
            .after_release(move |db, _| {
                Box::pin(async move {
                    if backend == Backend::Postgres {
                        answers(db, FAREWELL).await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        let (turn, background) = (Turn::default(), Turn::default());
        Ok(Self { pool, backend, turn, background, read_only: Arc::default(), emptying: Arc::default() })
    }

    /// Opens an SQLite file so that not a byte of it can change.
    pub(crate) async fn peek_sqlite(file: &Path) -> sqlx::Result<AnyConnection> {
        open::sqlite(file, "ro")?.connect().await
    }

    /// Opens a PostgreSQL database, to look at it.
    pub(crate) async fn peek_postgres(url: &str) -> sqlx::Result<AnyConnection> {
        open::postgres(url)?.connect().await
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// A connection for reading.
    pub async fn read(&self) -> sqlx::Result<PoolConnection<Any>> {
        self.pool.acquire().await
    }

    /// A transaction for writing, the only one there is. It takes its turn at once: SQLite refuses to turn a reading
    /// transaction into a writing one when another has written in between, and PostgreSQL would let two writers pass
    /// each other's checks. There the turn is a lock that ends with the transaction, so that it is lost with nobody. Do
    /// not ask for a second one while you hold one. While the database takes no changes, it is refused at once.
    pub async fn write(&self) -> sqlx::Result<Write> {
        self.writable()?;
        self.begin(None).await
    }

    /// The same for work that nobody waits for. However many want to write in the background, a user waits for one of them
    /// at most.
    pub async fn write_in_background(&self) -> sqlx::Result<Write> {
        self.writable()?;
        let background = self.background.take(self.patience()).await;
        self.begin(Some(background)).await
    }

    /// How long a turn is waited for. SQLite always answers, and has one writer at a time; in PostgreSQL the lock of the
    /// transaction is what counts.
    fn patience(&self) -> Option<Duration> {
        (self.backend == Backend::Postgres).then_some(TURN)
    }

    async fn begin(&self, background: Option<OwnedMutexGuard<()>>) -> sqlx::Result<Write> {
        let turn = self.turn.take(self.patience()).await;
        let transaction = match self.backend {
            Backend::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Backend::Postgres => {
                let mut transaction = self.pool.begin().await?;
                // The schema is part of the lock's name: two installations in one database do not wait for each other.
                let lock = "SELECT 1 AS locked FROM (SELECT pg_advisory_xact_lock(1870030195, hashtext(current_schema()))) AS turn";
                sqlx::query(lock).execute(&mut *transaction).await?;
                transaction
            }
        };
        Ok(Write { transaction, _turns: (turn, background) })
    }

    /// A transaction that reads one committed instant, however long it takes, while others write.
    pub async fn snapshot(&self) -> sqlx::Result<Transaction<'static, Any>> {
        let mut transaction = self.pool.begin_with(snapshot::begin(self.backend)).await?;
        // Whoever writes the copy may keep it waiting longer than a writer may wait. It holds nobody up.
        snapshot::take_time(&mut transaction).await?;
        Ok(transaction)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> sqlx::Result<()> {
        sqlx::query("SELECT 1").execute(&mut *self.read().await?).await.map(drop)
    }

    /// Closes all connections, without waiting for ever for a server that does not answer.
    pub async fn close(&self) {
        if timeout(FAREWELL, self.pool.close()).await.is_err() {
            tracing::warn!("connections to the database are left as they are: it does not answer");
        }
    }
}
