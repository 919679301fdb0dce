//! A restore without the master key: the figures are there again, and nothing that was sealed is.
//!
//! The database goes over to a new master key. Admin keys and webhooks' secrets stay as they are and open no more: their
//! accounts show “Needs a new key”, and should the old key be found, it opens them again as `master.key.old`. Second
//! factors are removed, since nobody could enter a code that counts.

use api::TenantId;
use sqlx::AnyConnection;
use vault::{Fingerprints, Vault, VaultError};

use crate::audit::chain;
use crate::store::installation::{self, Installation};
use crate::store::{audit_event, master_key as kept, second_factor, tenant};
use crate::upstream_call;

/// How many rows are hashed between two looks.
const BATCH: u32 = 500;

/// Why the database is what it was.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The vault fails.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

/// Makes the database one of this vault, whose master key has sealed nothing of it. Call it in one transaction.
pub async fn replace(db: &mut AnyConnection, vault: &Vault) -> Result<Fingerprints, ReplaceError> {
    let fingerprint_key = vault.new_fingerprint_key()?;
    let fingerprints = vault.fingerprints(&fingerprint_key)?;
    installation::replace(db, &Installation { check_value: vault.check_value()?, fingerprint_key }).await?;
    kept::end_rotation(db).await?;
    second_factor::remove_all(db).await?;
    for tenant in tenant::ids(db).await? {
        chain_again(&fingerprints, db, &tenant).await?;
        upstream_call::record::chain_again(&fingerprints, db, &tenant).await?;
    }
    Ok(fingerprints)
}

/// Chains the rows of an audit log again. Whether they were changed before cannot be told without the key that chained
/// them; a row that is missing stays missing.
async fn chain_again(key: &Fingerprints, db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<()> {
    let Some(mut head) = audit_event::head(db, tenant).await? else { return Ok(()) };
    let (mut seq, mut hash) = (0, String::new());
    loop {
        let rows = audit_event::after(db, tenant, seq, BATCH).await?;
        if rows.is_empty() {
            break;
        }
        for (row, _) in rows {
            hash = chain::hash(key, tenant, &hash, &row);
            audit_event::hash_again(db, tenant, row.seq, &hash).await?;
            seq = row.seq;
        }
    }
    head.seal = chain::seal(key, tenant, head.seq, &hash);
    head.hash = hash;
    audit_event::keep_head(db, tenant, &head).await
}
