//! Where an installation's database is.

use std::fmt;
use std::path::PathBuf;

use sqlx::migrate::MigrateError;
use sqlx::{AnyConnection, Connection};

use super::Store;
use super::installation::{self, Installation};
use super::migration::{self, MigrationError};
use crate::settings::{DatabaseUrl, Settings};

/// Where a database is. It is printed without passwords.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of SQLite's.
    File(PathBuf),
    /// A database of PostgreSQL's.
    Server(DatabaseUrl),
}

impl Place {
    /// Where these settings say it is.
    pub fn of(settings: &Settings) -> Self {
        match &settings.database_url {
            Some(url) => Self::Server(url.clone()),
            None => Self::File(settings.database_file()),
        }
    }

    /// The installation's row, read so that nothing changes; none when the database is new or was never finished.
    pub async fn peek(&self) -> sqlx::Result<Option<Installation>> {
        let mut db = match self {
            Self::File(file) if std::fs::metadata(file).map_or(0, |metadata| metadata.len()) == 0 => {
                return Ok(None);
            }
            _ => self.look().await?,
        };
        let found = find(&mut db).await?;
        db.close().await?;
        Ok(found)
    }

    /// Opens it, to look at it: of a file, not a byte can change. It must be there.
    pub async fn look(&self) -> sqlx::Result<AnyConnection> {
        match self {
            Self::File(file) => Store::peek_sqlite(file).await,
            Self::Server(url) => Store::peek_postgres(url.expose()).await,
        }
    }

    /// Whether it is of this very version, asked so that nothing changes. It must be there.
    pub async fn is_current(&self) -> Result<(), MigrationError> {
        let failed = |error| MigrationError::Failed(MigrateError::Execute(error));
        let mut db = self.look().await.map_err(failed)?;
        migration::is_current(&mut db).await?;
        db.close().await.map_err(failed)
    }

    /// Opens it. A file must be there already.
    pub async fn open(&self) -> sqlx::Result<Store> {
        match self {
            Self::File(file) => Store::open_sqlite(file).await,
            Self::Server(url) => Store::open_postgres(url.expose()).await,
        }
    }
}

async fn find(db: &mut AnyConnection) -> sqlx::Result<Option<Installation>> {
    if installation::table_exists(db).await? { installation::find(db).await } else { Ok(None) }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.display().fmt(f),
            Self::Server(url) => url.fmt(f),
        }
    }
}
