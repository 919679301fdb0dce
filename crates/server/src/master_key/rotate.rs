//! `openai-lens keys rotate`: another master key takes the place of the one in use, while the servers go on.
//!
//! The database goes over to the next key in one transaction; from then on nothing is sealed under the one before. Then
//! the files are renamed, and what is wrapped is wrapped again in small transactions. A rotation that is killed, at
//! whatever moment, goes on where it was when it is run again.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use api::audit_event::Event;
use vault::{MasterKeyError, Vault, VaultError};

use super::KeyringError;
use crate::app::{App, OpenError, lock_folder};
use crate::audit::{self, Unrecorded};
use crate::settings::Settings;
use crate::store::installation::{self, Installation};
use crate::store::master_key::{self as kept, Held, Holder, Rotation};
use crate::store::{Place, Write};

/// Wrapped keys that are wrapped again in one transaction, and the time that is left to others behind it.
const BATCH: i64 = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// What a rotation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// How many keys were wrapped again in this run.
    pub wrapped: u64,
    /// How many no key opened. They were not to be opened before either.
    pub unreadable: u64,
    /// Whether secrets got new data keys.
    pub data_keys: bool,
    /// Whether this run ended a rotation that an earlier one had begun.
    pub resumed: bool,
}

/// Why the rotation has not ended. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// See [`OpenError`].
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The files cannot be used.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// What is not wrapped again yet needs the key of before.
    #[error(
        "{} is missing, and keys are still wrapped by it; put it back and run keys rotate again",
        .0.display()
    )]
    OldKeyMissing(PathBuf),
    /// The data folder cannot be used.
    #[error("the data folder cannot be used: {0}; run keys rotate again when it can")]
    Folder(#[from] io::Error),
    /// See [`KeyringError`].
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The vault fails.
    #[error("the vault fails: {0}; run keys rotate again")]
    Vault(#[from] VaultError),
    /// The database fails.
    #[error("the database fails: {0}; nothing is lost, run keys rotate again")]
    Store(#[from] sqlx::Error),
    /// See [`Unrecorded`].
    #[error(transparent)]
    Unrecorded(#[from] Unrecorded),
}

/// Rotates the master key, or ends the rotation that has begun. With `data_keys`, secrets get new data keys as well.
pub async fn run(settings: Settings, data_keys: bool) -> Result<Rotated, RotateError> {
    let place = Place::of(&settings);
    let app = App::open_beside(settings).await?;
    let (rotation, resumed) = begin(&app, data_keys).await?;
    let database = place.peek().await?.ok_or(OpenError::Nothing(place))?;
    {
        let _lock = lock_folder(&app.settings.data)?;
        app.vault.files().promote(&database.check_value)?;
    }
    let mut wrapped = 0;
    let unreadable = loop {
        let mut pass = Pass::default();
        for holder in Holder::ALL {
            work_off(&app, holder, rotation, &mut pass).await?;
        }
        wrapped += pass.wrapped;
        // Until a look at all of them finds nothing to do.
        if pass.wrapped == 0 {
            break pass.unreadable;
        }
    };
    let mut db = app.store.write().await?;
    if kept::rotation(&mut db).await?.is_some() {
        kept::end_rotation(&mut db).await?;
        let event = Event::MasterKeyRotated { data_keys: rotation.data_keys, unreadable };
        audit::record_for_all(&app.fingerprints, app.clock.now(), &mut db, &event).await?;
        db.commit().await?;
    }
    // What was wrapped before is in the log of changes no longer.
    app.store.checkpoint().await?;
    app.store.close().await;
    Ok(Rotated { wrapped, unreadable, data_keys: rotation.data_keys, resumed })
}

/// The rotation that is under way, or a new one; and whether it was under way.
async fn begin(app: &App, data_keys: bool) -> Result<(Rotation, bool), RotateError> {
    let mut db = app.store.write().await?;
    if let Some(rotation) = kept::rotation(&mut db).await? {
        return Ok((rotation, true));
    }
    let files = app.vault.files();
    let found = installation::find(&mut db).await?.ok_or(sqlx::Error::RowNotFound)?;
    // A start that could not rename the files has left that to whoever can.
    files.promote(&found.check_value)?;
    if files.has_old() {
        return Err(MasterKeyError::OldKey(files.old_path()).into());
    }
    let before = app.vault.to_seal(&mut db).await?;
    let next = files.open_next()?;
    let (from, to) = (before.key_id(), next.key_id());
    let gone_over = Installation {
        check_value: next.check_value()?,
        fingerprint_key: next.wrap_fingerprint_key_again(&found.fingerprint_key)?,
    };
    installation::replace(&mut db, &gone_over).await?;
    let rotation = Rotation { data_keys, began_at: app.clock.now() };
    kept::begin_rotation(&mut db, rotation).await?;
    let event = Event::MasterKeyRotationBegun { data_keys, from, to };
    audit::record_for_all(&app.fingerprints, rotation.began_at, &mut db, &event).await?;
    db.commit().await?;
    Ok((rotation, false))
}

/// What was done in one look at all that is wrapped.
#[derive(Default)]
struct Pass {
    wrapped: u64,
    unreadable: u64,
}

async fn work_off(app: &App, holder: Holder, rotation: Rotation, pass: &mut Pass) -> Result<(), RotateError> {
    let mut after = String::new();
    loop {
        let mut db = app.store.write().await?;
        let vault = app.vault.to_seal(&mut db).await?;
        let start = vault.start_of_records();
        let batch = kept::held(&mut db, holder, Some(start), &after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(()) };
        after = last.owner().to_owned();
        for held in &batch {
            match again(&vault, &mut db, held, rotation).await {
                Ok(()) => pass.wrapped += 1,
                Err(KeyringError::Vault(VaultError::UnknownKey)) if !vault.has_another() => {
                    return Err(RotateError::OldKeyMissing(app.vault.files().old_path()));
                }
                Err(KeyringError::Vault(_)) => pass.unreadable += 1,
                Err(error) => return Err(error.into()),
            }
        }
        db.commit().await?;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Wraps a data key again, or seals its secrets under a new one. Nothing is changed when they do not open.
async fn again(vault: &Vault, db: &mut Write, held: &Held, rotation: Rotation) -> Result<(), KeyringError> {
    let damaged = || KeyringError::Vault(VaultError::CannotDecrypt);
    let wrapped = held.wrapped.as_ref().ok_or_else(damaged)?;
    let any = held.binding(1);
    if !rotation.data_keys {
        return Ok(kept::wrap_again(db, held, &vault.wrap_again(&any, wrapped)?).await?);
    }
    let renewed = vault.new_data_key(&any)?;
    let mut sealed = Vec::new();
    for (version, secret) in kept::sealed(db, held).await?.ok_or_else(damaged)? {
        let binding = held.binding(version);
        let secret = vault.open(&binding, wrapped, &secret)?;
        sealed.push((version, vault.seal(&binding, &renewed, secret.expose())?));
    }
    kept::wrap_again(db, held, &renewed).await?;
    for (version, sealed) in &sealed {
        kept::seal_again(db, held, (*version, sealed)).await?;
    }
    Ok(())
}
