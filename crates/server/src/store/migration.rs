//! The numbered migrations, compiled into the program.

use std::cmp::Ordering;
use std::sync::LazyLock;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, Row, SqlSafeStr};

use super::Store;

/// The number, name and statements of each file in `migrations/`, which the build script lists.
const FILES: &[(i64, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let migration = |&(number, name, statements): &(i64, &'static str, &'static str)| {
        Migration::new(number, name.into(), MigrationType::Simple, statements.into_sql_str(), false)
    };
    Migrator::with_migrations(FILES.iter().map(migration).collect())
});

/// Why the database was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database was used by a newer version.
    #[error(
        "the database was written by a newer version of openai-lens (migration {0}); install that version or a newer one"
    )]
    Newer(i64),
    /// The database was used by an older version, and whoever asks may not change it.
    #[error(
        "the database was written by an older version of openai-lens (migration {0}); use that version, or start this one first, which migrates it"
    )]
    Older(i64),
    /// A migration that was run is another one here.
    #[error(
        "the database was written by another build of openai-lens (migration {0} differs); use that build"
    )]
    Foreign(i64),
    /// The database refused.
    #[error("the database could not be migrated: {0}")]
    Failed(MigrateError),
}

/// Whether a database is of this very version, asked so that nothing changes.
pub(super) async fn is_current(db: &mut AnyConnection) -> Result<(), MigrationError> {
    let row = sqlx::query("SELECT MAX(version) AS version FROM _sqlx_migrations").fetch_one(db).await;
    let found: i64 = row
        .and_then(|row| row.try_get("version"))
        .map_err(|error| MigrationError::Failed(MigrateError::Execute(error)))?;
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    match found.cmp(&newest) {
        Ordering::Less => Err(MigrationError::Older(found)),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(MigrationError::Newer(found)),
    }
}

impl Store {
    /// Runs the migrations that have not run. A database of a newer version is refused before anything is written.
    pub async fn migrate(&self) -> Result<(), MigrationError> {
        MIGRATIONS.run(&self.pool).await.map_err(|error| match error {
            MigrateError::VersionMissing(version) => MigrationError::Newer(version),
            MigrateError::VersionMismatch(version) => MigrationError::Foreign(version),
            error => MigrationError::Failed(error),
        })
    }
}
