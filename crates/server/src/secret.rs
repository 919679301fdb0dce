//! Admin keys at rest: sealed by the vault, bound to their tenant, connection and version, opened for one use.

use admin_key::AdminKey;
use api::{ConnectionId, TenantId, Timestamp};
use sqlx::AnyConnection;
use vault::{Binding, Kind, VaultError};

use crate::master_key::{Keyring, KeyringError};
use crate::store;

/// The version of a connection's first key.
pub const FIRST_VERSION: i64 = 1;

/// Why a key could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The vault could not seal it.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// See [`KeyringError`].
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The store could not keep it.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

/// Why a key could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is missing, damaged, belongs elsewhere or was sealed under another master key. Only a new key helps.
    #[error("the stored key cannot be decrypted")]
    Unreadable,
    /// The master key is on its way: nothing is wrong with the key, and it opens later.
    #[error(transparent)]
    Unavailable(KeyringError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

impl From<KeyringError> for OpenError {
    fn from(error: KeyringError) -> Self {
        match error {
            KeyringError::Vault(_) => Self::Unreadable,
            KeyringError::Store(error) => Self::Store(error),
            KeyringError::Unavailable => Self::Unavailable(error),
        }
    }
}

/// Seals a connection's key under a data key of its own and keeps both; earlier versions have to be shredded before.
/// Call it in the transaction that writes whatever refers to the key.
pub async fn keep(
    keyring: &Keyring,
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    version: i64,
    key: &AdminKey,
    now: Timestamp,
) -> Result<(), KeepError> {
    let binding = binding(tenant, connection, version).ok_or(VaultError::CannotDecrypt)?;
    let vault = keyring.to_seal(db).await?;
    let wrapped = vault.new_data_key(&binding)?;
    let sealed = vault.seal(&binding, &wrapped, key.expose().as_bytes())?;
    store::secret::insert(db, tenant, connection, version, (&wrapped, &sealed), now).await?;
    Ok(())
}

/// Opens a connection's key. Drop it as soon as the calls that need it are made.
pub async fn open(
    keyring: &Keyring,
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    version: i64,
) -> Result<AdminKey, OpenError> {
    let binding = binding(tenant, connection, version).ok_or(OpenError::Unreadable)?;
    let (wrapped, sealed) = found(store::secret::find(db, tenant, connection, version).await)?;
    let opened = keyring.open(db, |vault| vault.open(&binding, &wrapped, &sealed)).await?;
    let text = std::str::from_utf8(opened.expose()).map_err(|_| OpenError::Unreadable)?;
    AdminKey::parse(text).map_err(|_| OpenError::Unreadable)
}

/// A sealed record as it was looked for. One that is not even base64 any more is as lost as one that does not open.
pub(crate) fn found<T>(record: sqlx::Result<Option<T>>) -> Result<T, OpenError> {
    match record {
        Ok(record) => record.ok_or(OpenError::Unreadable),
        Err(sqlx::Error::ColumnDecode { .. }) => Err(OpenError::Unreadable),
        Err(error) => Err(error.into()),
    }
}

fn binding<'a>(tenant: &'a TenantId, connection: &'a ConnectionId, version: i64) -> Option<Binding<'a>> {
    let version = u32::try_from(version).ok()?;
    Some(Binding { tenant: tenant.as_str(), connection: connection.as_str(), kind: Kind::AdminKey, version })
}
