//! The master key while the server runs. The database says which one is its own, in the transaction of whoever asks: so
//! it is rotated without a restart, and nothing is ever sealed under a key that is on its way out.

pub mod lost;
pub mod rotate;
pub mod status;

use std::sync::{Arc, PoisonError, RwLock};

use sqlx::AnyConnection;
use vault::{MasterKeyFiles, Vault, VaultError};

use crate::store::{installation, master_key as kept};

/// The vault of the moment, and where a later one comes from.
pub struct Keyring {
    files: MasterKeyFiles,
    vault: RwLock<Arc<Vault>>,
}

/// Why nothing could be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The record is damaged or in another's place.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database has gone over to a master key that this server cannot read. Nothing is wrong with the record.
    #[error(
        "the master key was rotated, and the file of this server does not have the new one: put it there, from the server on which keys rotate was run"
    )]
    Unavailable,
    /// The store fails.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

impl Keyring {
    /// The vault that belongs to the database at this moment, and the files that it came from.
    pub fn new(files: MasterKeyFiles, vault: Vault) -> Self {
        Self { files, vault: RwLock::new(Arc::new(vault)) }
    }

    /// The master key's files.
    pub(crate) fn files(&self) -> &MasterKeyFiles {
        &self.files
    }

    /// What seals for this database. Call it in the transaction that writes what is sealed, so that no rotation comes
    /// in between.
    pub async fn to_seal(&self, db: &mut AnyConnection) -> Result<Arc<Vault>, KeyringError> {
        let found = installation::find(db).await?.ok_or(sqlx::Error::RowNotFound)?;
        let vault = self.current();
        if vault.verify(&found.check_value).is_ok() { Ok(vault) } else { self.renew(&found) }
    }

    /// Opens something, with a master key that was put there since if need be.
    pub async fn open<T>(
        &self,
        db: &mut AnyConnection,
        open: impl Fn(&Vault) -> Result<T, VaultError> + Send,
    ) -> Result<T, KeyringError> {
        match open(&self.current()) {
            Err(VaultError::UnknownKey) => {}
            opened => return Ok(opened?),
        }
        let found = installation::find(db).await?.ok_or(sqlx::Error::RowNotFound)?;
        match open(&*self.renew(&found)?) {
            // Perhaps under the key of before, which is not here.
            Err(VaultError::UnknownKey) if kept::rotation(db).await?.is_some() => {
                Err(KeyringError::Unavailable)
            }
            opened => Ok(opened?),
        }
    }

    fn current(&self) -> Arc<Vault> {
        Arc::clone(&self.vault.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the files again.
    fn renew(&self, found: &installation::Installation) -> Result<Arc<Vault>, KeyringError> {
        let vault = match self.files.open(&found.check_value) {
            Ok(vault) => vault.ok_or(KeyringError::Unavailable)?,
            Err(error) => {
                tracing::error!(%error, "the database has gone over to another master key, which cannot be read");
                return Err(KeyringError::Unavailable);
            }
        };
        let vault = Arc::new(vault);
        let before = self.current().key_id();
        if before != vault.key_id() {
            tracing::info!(before, after = vault.key_id(), "the master key was rotated");
        }
        *self.vault.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&vault);
        Ok(vault)
    }
}
