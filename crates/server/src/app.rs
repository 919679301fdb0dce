//! What is shared by all requests and jobs, and how it is opened.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::ops::Deref;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vault::{Fingerprints, MasterKeyError, MasterKeyFile, Vault, VaultError};

use crate::attempts::Attempts;
use crate::clock::Clock;
use crate::connection_draft::RunningTests;
use crate::http::Limits;
use crate::import::Importer;
use crate::password::Passwords;
use crate::settings::Settings;
use crate::store::Store;
use crate::store::installation::{self, Installation};
use crate::store::migration::MigrationError;

/// The application. A clone is another handle on the same one.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the application is made of.
pub struct Parts {
    /// The operator's settings.
    pub settings: Settings,
    /// How long requests may take.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub store: Store,
    /// Seals and opens admin keys.
    pub vault: Vault,
    /// Recognises an admin key again.
    pub fingerprints: Fingerprints,
    /// Reads OpenAI.
    pub openai: openai::Client,
    /// Hashes passwords, a few at a time.
    pub passwords: Passwords,
    /// Attempts to sign in.
    pub attempts: Attempts,
    /// Reports of faults, which are counted like attempts.
    pub reports: Attempts,
    /// The connection tests that run now.
    pub tests: RunningTests,
    /// The import's turns.
    pub importer: Importer,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Why the server does not start. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder cannot be used.
    #[error(
        "the data folder {} cannot be used: {error}; make it writable for this user, or choose another one with OPENAI_LENS_DATA",
        .folder.display()
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// The master key cannot be had.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The master key is another one.
    #[error(
        "the master key file {} does not belong to the database in {}; put the right file back from its backup: nothing was changed",
        .file.display(), .folder.display()
    )]
    ForeignMasterKey {
        /// The key's file.
        file: PathBuf,
        /// The data folder.
        folder: PathBuf,
    },
    /// The vault fails.
    #[error("the vault cannot be opened: {0}")]
    Vault(#[from] VaultError),
    /// The migrations fail.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The database fails.
    #[error("the database in {} cannot be used: {error}; if it is damaged, put it back from its backup", .folder.display())]
    Database {
        /// The data folder.
        folder: PathBuf,
        /// What the database says.
        error: sqlx::Error,
    },
    /// The client of OpenAI's API cannot be made.
    #[error("the client of OpenAI's API cannot be set up: {0}")]
    OpenAi(#[from] openai::SetupError),
}

impl App {
    /// Opens the installation: the folder, the master key, the check of the key against the database, and only then
    /// anything that writes (security S5).
    pub async fn open(settings: Settings, limits: Limits, clock: Clock) -> Result<Self, OpenError> {
        let (data, database_file) = (settings.data.clone(), settings.database_file());
        let folder = |error| OpenError::Folder { folder: data.clone(), error };
        let database = |error| OpenError::Database { folder: data.clone(), error };

        // Held until everything is open: a second process waits here.
        let _lock = lock_folder(&data).map_err(folder)?;
        let found = peek(&database_file).await.map_err(database)?;
        let vault = Vault::new(MasterKeyFile::at(&settings.master_key_file).open_or_create(found.is_none())?);
        if let Some(found) = &found {
            vault.verify(&found.check_value).map_err(|_| OpenError::ForeignMasterKey {
                file: settings.master_key_file.clone(),
                folder: data.clone(),
            })?;
        }

        create_private(&database_file).map_err(folder)?;
        let store = Store::open_sqlite(&database_file).await.map_err(database)?;
        store.migrate().await?;
        let installation = match found {
            Some(found) => found,
            None => make(&store, &vault, &clock).await?.map_err(database)?,
        };
        let fingerprints = vault.fingerprints(&installation.fingerprint_key)?;
        let openai = openai::Client::new(openai::Settings::new(settings.openai_base_url.clone()))?;
        let passwords = Passwords::new();
        let (attempts, reports) = (Attempts::new(clock.clone()), Attempts::new(clock.clone()));
        let (tests, importer) = (RunningTests::default(), Importer::default());
        let parts = Parts {
            settings,
            limits,
            clock,
            store,
            vault,
            fingerprints,
            openai,
            passwords,
            attempts,
            reports,
            tests,
            importer,
        };
        Ok(Self(Arc::new(parts)))
    }
}

/// Makes the folder, and holds it against another process that opens it in this moment.
fn lock_folder(folder: &Path) -> std::io::Result<File> {
    if !folder.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut options = OpenOptions::new();
    let lock = options.write(true).create(true).truncate(false).mode(0o600).open(folder.join("lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// The installation's row, read so that nothing changes; none when the database is new or was never finished.
async fn peek(file: &Path) -> sqlx::Result<Option<Installation>> {
    if std::fs::metadata(file).map_or(0, |metadata| metadata.len()) == 0 {
        return Ok(None);
    }
    let mut db = Store::peek_sqlite(file).await?;
    let found =
        if installation::table_exists(&mut db).await? { installation::find(&mut db).await? } else { None };
    sqlx::Connection::close(db).await?;
    Ok(found)
}

/// Makes the file if it is not there; in any case nobody else can read it.
fn create_private(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(0o600).open(file)?;
    file.set_permissions(Permissions::from_mode(0o600))
}

/// The installation's row on the first run.
async fn make(store: &Store, vault: &Vault, clock: &Clock) -> Result<sqlx::Result<Installation>, VaultError> {
    let (check_value, fingerprint_key) = (vault.check_value()?, vault.new_fingerprint_key()?);
    let made = Installation { check_value, fingerprint_key };
    let insert = async {
        let mut db = store.write().await?;
        installation::insert(&mut db, &made, clock.now()).await?;
        db.commit().await
    };
    let done = insert.await;
    Ok(done.map(|()| made))
}
