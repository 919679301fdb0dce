//! `openai-lens backup FILE`: everything but the master key in one file, while the server goes on.
//!
//! The file is an SQLite database whichever database it comes from, and holds one committed instant. It is written beside
//! its place under another name, checked, brought to the disk and only then given its name: what has the name is whole.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use api::audit_event::Event;

use crate::app::{App, OpenError};
use crate::audit;
use crate::random::{self, NoRandomness};
use crate::settings::Settings;
use crate::store::copy::{self, CopyError};
use crate::store::migration::MigrationError;
use crate::store::{Place, Store, snapshot};

/// Why there is no backup. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The name is taken.
    #[error("{} is there already, and a backup overwrites nothing; choose another name", .0.display())]
    Taken(PathBuf),
    /// The path names no file.
    #[error("{} names no file; give the backup a name", .0.display())]
    NoName(PathBuf),
    /// The file cannot be written.
    #[error("{} cannot be written: {error}; choose a folder that is there, with room and writable for this user", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// See [`OpenError`].
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database is not of this version.
    #[error(transparent)]
    Version(#[from] MigrationError),
    /// A database fails.
    #[error("{0} could not be copied: {1}; there is no backup")]
    Database(Place, sqlx::Error),
    /// What was copied is not what was there.
    #[error("{0} was not copied as it is: {1}; there is no backup: open a support request")]
    Different(Place, String),
    /// The database takes no changes.
    #[error(
        "{0} takes no changes, and a backup is recorded in its audit log: {1}; make room, or back it up without a record with --unrecorded"
    )]
    Unrecorded(Place, sqlx::Error),
    /// See [`NoRandomness`].
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

/// Writes a backup, and returns how many bytes it has. `unrecorded` ones change nothing, so that a database that takes no
/// changes can be backed up, and need no master key.
pub async fn run(settings: Settings, file: &Path, unrecorded: bool) -> Result<u64, BackupError> {
    let failed = |error| BackupError::File { file: file.to_owned(), error };
    let file = &std::path::absolute(file).map_err(failed)?;
    let place = Place::of(&settings);
    let database = |error| BackupError::Database(place.clone(), error);
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
        return Err(BackupError::NoName(file.clone()));
    };
    if fs::symlink_metadata(file).is_ok() {
        return Err(BackupError::Taken(file.clone()));
    }
    let random = u64::from_be_bytes(random::bytes()?);
    let part = Part::create(folder.join(format!(".{}.{random:016x}.part", name.to_string_lossy())));
    let part = part.map_err(failed)?;
    if unrecorded {
        if place.peek().await.map_err(database)?.is_none() {
            return Err(OpenError::Nothing(place).into());
        }
        place.is_current().await?;
    } else {
        record(settings, &place).await?;
    }
    match &place {
        Place::File(from) => snapshot::copy_file(from, &part.0).await.map_err(database)?,
        Place::Server(_) => copy_server(&part.0, &place).await?,
    }
    let mut copied = Store::peek_sqlite(&part.0).await.map_err(database)?;
    if let Some(damage) = snapshot::damage(&mut copied).await.map_err(database)? {
        return Err(BackupError::Different(place, damage));
    }
    drop(copied);

    let written = File::open(&part.0).and_then(|file| file.sync_all().and_then(|()| file.metadata()));
    let bytes = written.map_err(failed)?.len();
    // Unlike a renaming, a link never takes the place of a file that has come there meanwhile.
    fs::hard_link(&part.0, file).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Taken(file.clone()),
        _ => failed(error),
    })?;
    drop(part);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(bytes)
}

/// Records the backup before it is begun: one that nobody knows of is worse than a row too many, and a database that takes
/// no row says so before it is copied.
async fn record(settings: Settings, place: &Place) -> Result<(), BackupError> {
    let app = App::open_beside(settings).await?;
    let recorded = async {
        let mut db = app.store.write().await?;
        audit::record_for_all(&app.fingerprints, app.clock.now(), &mut db, &Event::BackedUp).await?;
        db.commit().await
    };
    recorded.await.map_err(|error| BackupError::Unrecorded(place.clone(), error))?;
    app.store.close().await;
    Ok(())
}

/// Copies one instant of a PostgreSQL into an empty file.
async fn copy_server(file: &Path, place: &Place) -> Result<(), BackupError> {
    let database = |error| BackupError::Database(place.clone(), error);
    let from = place.open().await.map_err(database)?;
    let to = Store::open_sqlite(file).await.map_err(database)?;
    to.migrate().await?;
    let mut reading = from.snapshot().await.map_err(database)?;
    let mut writing = to.write().await.map_err(database)?;
    let tables = copy::tables(&mut writing).await.map_err(database)?;
    for table in tables.iter().rev() {
        copy::clear(&mut writing, table).await.map_err(database)?;
    }
    copy::everything(&mut reading, &mut writing, &tables).await.map_err(|error| match error {
        CopyError::Database(error) => database(error),
        CopyError::Different(_) => BackupError::Different(place.clone(), error.to_string()),
    })?;
    writing.commit().await.map_err(database)?;
    drop(reading);
    from.close().await;
    to.close().await;
    snapshot::settle(file).await.map_err(database)
}

/// A private file that is written, with those that SQLite puts beside it. They are gone when it is dropped.
pub(crate) struct Part(pub(crate) PathBuf);

impl Part {
    /// Makes it. One that is there is somebody else's.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self(path))
    }

    /// Removes it with all that a killed process may have left beside it.
    pub(crate) fn remove(path: &Path) -> io::Result<()> {
        for end in ["", "-journal", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            match fs::remove_file(&name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Err(error) = Self::remove(&self.0) {
            tracing::warn!(%error, "an unfinished copy is left beside the place of the backup: remove it");
        }
    }
}
