//! `openai-lens keys status`: under which master key everything is, and whether all of it opens.

use sqlx::AnyConnection;
use vault::{Vault, VaultError};

use super::KeyringError;
use crate::app::App;
use crate::store::master_key::{self as kept, Held, Holder, Rotation};

/// Rows that are read at once.
const BATCH: i64 = 500;

/// What is sealed, counted by secrets' data keys. Each was opened to say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The id of the master key in use.
    pub key_id: String,
    /// The rotation that is under way.
    pub rotation: Option<Rotation>,
    /// Whether the key of before the last rotation is still beside it.
    pub has_old: bool,
    /// Data keys that the master key in use wraps, and whose secrets open.
    pub current: u64,
    /// Those that the one of before wraps.
    pub older: u64,
    /// Those that do not open, and secrets without one. Only a new key helps.
    pub unreadable: u64,
}

impl Status {
    /// How much of what opens is under the master key in use, in whole percent, rounded down.
    pub fn percent(&self) -> u64 {
        (self.current * 100).checked_div(self.current + self.older).unwrap_or(100)
    }
}

/// Opens everything that is sealed. Nothing of it is kept.
pub async fn status(app: &App) -> Result<Status, KeyringError> {
    // One instant, so that a key that is replaced meanwhile is not seen half.
    let mut db = app.store.snapshot().await?;
    let vault = app.vault.to_seal(&mut db).await?;
    let has_old = app.vault.files().has_old();
    Ok(Status { has_old, ..of(&vault, &mut db).await? })
}

/// The same of a database that is looked at with its vault.
pub(crate) async fn of(vault: &Vault, db: &mut AnyConnection) -> sqlx::Result<Status> {
    let mut status = Status {
        key_id: vault.key_id(),
        rotation: kept::rotation(db).await?,
        unreadable: kept::without_wrapped_key(db).await?,
        ..Status::default()
    };
    for holder in Holder::ALL {
        let mut after = String::new();
        loop {
            let batch = kept::held(&mut *db, holder, None, &after, BATCH).await?;
            let Some(last) = batch.last() else { break };
            after = last.owner().to_owned();
            for held in &batch {
                *match look(vault, &mut *db, held).await? {
                    Found::Current => &mut status.current,
                    Found::Older => &mut status.older,
                    Found::Unreadable => &mut status.unreadable,
                } += 1;
            }
        }
    }
    Ok(status)
}

enum Found {
    Current,
    Older,
    Unreadable,
}

async fn look(vault: &Vault, db: &mut AnyConnection, held: &Held) -> sqlx::Result<Found> {
    let Some(secrets) = kept::sealed(db, held).await?.filter(|secrets| !secrets.is_empty()) else {
        return Ok(Found::Unreadable);
    };
    let Some(wrapped) = &held.wrapped else { return Ok(Found::Unreadable) };
    let open = |(version, sealed)| vault.open(&held.binding(version), wrapped, &sealed).map(drop);
    Ok(match secrets.into_iter().try_for_each(open) {
        Err(VaultError::CannotDecrypt | VaultError::UnknownKey | VaultError::NoRandomness) => {
            Found::Unreadable
        }
        Ok(()) if wrapped.0.starts_with(&vault.start_of_records()) => Found::Current,
        Ok(()) => Found::Older,
    })
}
