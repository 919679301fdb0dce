//! `openai-lens restore FILE`: puts a backup where there is nothing yet, with the master key that belongs to it; or, when
//! it is lost and the operator says so, with a new one (see [`lost`]).
//!
//! The file is only read. It is copied under another name, brought to this version, and takes its place at once: a
//! restore that is killed has not happened, and is begun again.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use api::audit_event::Event;
use vault::{MasterKeyError, MasterKeyFile, MasterKeyFiles, Vault, VaultError};

use crate::app::lock_folder;
use crate::audit::{self, Unrecorded};
use crate::backup::Part;
use crate::clock::Clock;
use crate::master_key::lost::{self, ReplaceError};
use crate::serve::{ServeError, only_one};
use crate::settings::Settings;
use crate::store::copy::{self, CopyError};
use crate::store::installation::{self, Installation};
use crate::store::migration::MigrationError;
use crate::store::{Place, Store, lease, session, snapshot};

/// Why nothing was restored. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The file is something else.
    #[error("{} is not a backup of openai-lens; nothing was restored", .0.display())]
    NoBackup(PathBuf),
    /// The file is damaged.
    #[error("{} is damaged: {damage}; nothing was restored: use another backup", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        damage: String,
    },
    /// The master key cannot be had.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The master key is another one.
    #[error("the master key file {} does not belong to the backup {}; put the one there that was used when it was made, or, if it is lost, move this file away and restore with --without-master-key: nothing was restored", .key.display(), .file.display())]
    ForeignMasterKey {
        /// The key's file.
        key: PathBuf,
        /// The backup.
        file: PathBuf,
    },
    /// There is a master key although it is said to be lost.
    #[error("there is a master key file {}: leave out --without-master-key if it is the backup's, and move it away if it is not; nothing was restored", .0.display())]
    KeyIsThere(PathBuf),
    /// The target has something.
    #[error(
        "{0} is not empty, and a restore overwrites nothing; choose an empty one with OPENAI_LENS_DATA or DATABASE_URL"
    )]
    NotEmpty(String),
    /// A server runs there.
    #[error(transparent)]
    Serving(#[from] ServeError),
    /// A folder cannot be used.
    #[error("the data folder {} cannot be used: {error}; nothing was restored", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// A database cannot be brought to this version.
    #[error("{0}; nothing was restored")]
    Version(#[from] MigrationError),
    /// A database fails.
    #[error("{0} cannot be used: {1}; nothing was restored")]
    Database(Place, sqlx::Error),
    /// What was copied is not what was there.
    #[error("{0}; nothing was restored: open a support request")]
    Different(CopyError),
    /// See [`Unrecorded`].
    #[error(transparent)]
    Unrecorded(#[from] Unrecorded),
    /// See [`VaultError`].
    #[error("the vault cannot be opened: {0}")]
    Vault(#[from] VaultError),
    /// The lost master key's place cannot be taken.
    #[error("another master key cannot take the place of the lost one: {0}; nothing was restored")]
    Lost(#[from] ReplaceError),
}

/// Restores a backup to where these settings say that the installation is. Without its master key a new one is made.
pub async fn run(settings: &Settings, file: &Path, without_master_key: bool) -> Result<(), RestoreError> {
    let folder = |error| RestoreError::Folder { folder: settings.data.clone(), error };
    let target = Place::of(settings);
    // All that can be said without changing anything comes first.
    let found = examine(file).await?;
    let key = &settings.master_key_file;
    let known = if without_master_key {
        if fs::symlink_metadata(key).is_ok() {
            return Err(RestoreError::KeyIsThere(key.clone()));
        }
        None
    } else {
        let foreign = || RestoreError::ForeignMasterKey { key: key.clone(), file: file.to_owned() };
        Some(MasterKeyFiles::at(key).open(&found.check_value)?.ok_or_else(foreign)?)
    };
    is_empty(&target).await?;

    let _opening = lock_folder(&settings.data).map_err(folder)?;
    let _serving = only_one(&settings.data)?;
    // Again, since a server may have begun there before the lock was had.
    is_empty(&target).await?;
    let path = settings.data.join("restoring.db");
    Part::remove(&path).map_err(folder)?;
    let part = Part::create(path).map_err(folder)?;
    let here = Place::File(part.0.clone());
    let at = |error| RestoreError::Database(here.clone(), error);
    snapshot::copy_file(file, &part.0).await.map_err(at)?;
    let store = here.open().await.map_err(at)?;
    store.migrate().await?;
    let mut db = store.write().await.map_err(at)?;
    // Whoever signed out since the backup was made stays out, and nobody waits for a server that is gone.
    session::end_all(&mut db).await.map_err(at)?;
    lease::end_all(&mut db).await.map_err(at)?;
    let fingerprints = match known {
        Some(vault) => vault.fingerprints(&found.fingerprint_key)?,
        None => {
            let vault = Vault::new(MasterKeyFile::at(key).open_or_create(true)?);
            lost::replace(&mut db, &vault).await?
        }
    };
    let event = Event::Restored { without_master_key };
    audit::record_for_all(&fingerprints, Clock::System.now(), &mut db, &event).await?;
    db.commit().await.map_err(at)?;
    match &target {
        Place::Server(_) => {
            copy_to_server(&store, &target).await?;
            store.close().await;
        }
        Place::File(database) => {
            store.close().await;
            snapshot::settle(&part.0).await.map_err(at)?;
            File::open(&part.0).and_then(|file| file.sync_all()).map_err(folder)?;
            fs::rename(&part.0, database).map_err(folder)?;
            File::open(&settings.data).and_then(|folder| folder.sync_all()).map_err(folder)?;
        }
    }
    Ok(())
}

/// The installation's row in a backup that is whole.
async fn examine(file: &Path) -> Result<Installation, RestoreError> {
    let no_backup = || RestoreError::NoBackup(file.to_owned());
    let damaged = |damage| RestoreError::Damaged { file: file.to_owned(), damage };
    let found = Place::File(file.to_owned()).peek().await.map_err(|_| no_backup())?.ok_or_else(no_backup)?;
    let mut db = Store::peek_sqlite(file).await.map_err(|_| no_backup())?;
    match snapshot::damage(&mut db).await {
        Ok(None) => Ok(found),
        Ok(Some(damage)) => Err(damaged(damage)),
        Err(error) => Err(damaged(error.to_string())),
    }
}

/// Refuses a target that has an installation, or a part of one.
async fn is_empty(target: &Place) -> Result<(), RestoreError> {
    let taken = |what: String| Err(RestoreError::NotEmpty(what));
    if let Place::File(database) = target {
        // A log of changes without its database would be put into the one that takes its place.
        for end in ["", "-wal", "-journal"] {
            let mut name = database.as_os_str().to_owned();
            name.push(end);
            let name = PathBuf::from(name);
            if fs::symlink_metadata(&name).is_ok_and(|metadata| metadata.len() > 0) {
                return taken(name.display().to_string());
            }
        }
        return Ok(());
    }
    let found = target.peek().await.map_err(|error| RestoreError::Database(target.clone(), error))?;
    if found.is_some() { taken(target.to_string()) } else { Ok(()) }
}

/// Copies everything into a PostgreSQL, or nothing.
async fn copy_to_server(from: &Store, target: &Place) -> Result<(), RestoreError> {
    let at = |error| RestoreError::Database(target.clone(), error);
    let to = target.open().await.map_err(at)?;
    to.migrate().await?;
    let mut writing = to.write().await.map_err(at)?;
    // Other servers may start on it, but from here on none can make an installation in it.
    if installation::find(&mut writing).await.map_err(at)?.is_some() {
        return Err(RestoreError::NotEmpty(target.to_string()));
    }
    let mut reading = from.snapshot().await.map_err(at)?;
    let tables = copy::tables(&mut reading).await.map_err(at)?;
    // Of what is there without an installation, all comes from the migrations.
    for table in tables.iter().rev() {
        copy::clear(&mut writing, table).await.map_err(at)?;
    }
    copy::everything(&mut reading, &mut writing, &tables).await.map_err(|error| match error {
        CopyError::Database(error) => at(error),
        different @ CopyError::Different(_) => RestoreError::Different(different),
    })?;
    writing.commit().await.map_err(at)?;
    to.close().await;
    Ok(())
}
