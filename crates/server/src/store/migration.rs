//! The numbered migrations, compiled into the program.

use sqlx::migrate::{MigrateError, Migrator};

use super::Store;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Why the database was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database was used by a newer version.
    #[error(
        "the database was written by a newer version of openai-lens (migration {0}); install that version or a newer one"
    )]
    Newer(i64),
    /// A migration that was run is another one here.
    #[error(
        "the database was written by another build of openai-lens (migration {0} differs); use that build"
    )]
    Foreign(i64),
    /// The database refused.
    #[error("the database could not be migrated: {0}")]
    Failed(MigrateError),
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
