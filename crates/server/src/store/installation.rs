//! What an installation has once: the record that recognizes its master key, and the wrapped key of the fingerprints.

use api::Timestamp;
use sqlx::{AnyConnection, Row};
use vault::{Sealed, WrappedKey};

use super::{Backend, column};

/// The installation's row.
#[derive(Debug)]
pub struct Installation {
    /// Opens with the installation's master key and with no other.
    pub check_value: Sealed,
    /// The key of the fingerprints.
    pub fingerprint_key: WrappedKey,
}

/// The row; none in a database that is empty.
pub async fn find(db: &mut AnyConnection) -> sqlx::Result<Option<Installation>> {
    let row = sqlx::query("SELECT check_value, fingerprint_key FROM installation WHERE id = 1")
        .fetch_optional(db)
        .await?;
    row.map(|row| {
        Ok(Installation {
            check_value: Sealed(column::base64(&row, "check_value")?),
            fingerprint_key: WrappedKey(column::base64(&row, "fingerprint_key")?),
        })
    })
    .transpose()
}

/// Whether the database was ever set up, asked without a table needing to be there.
pub async fn table_exists(db: &mut AnyConnection) -> sqlx::Result<bool> {
    let row = sqlx::query(match Backend::of(db) {
        Backend::Sqlite => {
            "SELECT COUNT(*) AS n FROM sqlite_master WHERE type = 'table' AND name = 'installation'"
        }
        Backend::Postgres => {
            "SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = current_schema() \
             AND table_name = 'installation'"
        }
    })
    .fetch_one(&mut *db)
    .await?;
    Ok(row.try_get::<i64, _>("n")? > 0)
}

/// Keeps the row, unless there is one: of two processes that make an installation, the first one does.
pub async fn insert(
    db: &mut AnyConnection,
    installation: &Installation,
    created_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO installation (id, check_value, fingerprint_key, created_at) VALUES (1, $1, $2, $3) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(column::to_base64(&installation.check_value.0))
    .bind(column::to_base64(&installation.fingerprint_key.0))
    .bind(created_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Puts other records in the place of those that are there: the installation has another master key from here on.
pub async fn replace(db: &mut AnyConnection, installation: &Installation) -> sqlx::Result<()> {
    sqlx::query("UPDATE installation SET check_value = $1, fingerprint_key = $2 WHERE id = 1")
        .bind(column::to_base64(&installation.check_value.0))
        .bind(column::to_base64(&installation.fingerprint_key.0))
        .execute(db)
        .await
        .map(drop)
}
