//! What is shared by all requests and jobs, and how it is opened.

use std::borrow::Cow;
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::net::SocketAddr;
use std::ops::Deref;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;
use vault::{Fingerprints, MasterKeyError, MasterKeyFile, MasterKeyFiles, Vault, VaultError};

use crate::attempts::Attempts;
use crate::attempts::codes::WrongCodes;
use crate::audit::denials::Denials;
use crate::background::Background;
use crate::clock::Clock;
use crate::connection_draft::RunningTests;
use crate::http::Limits;
use crate::import::Importer;
use crate::master_key::Keyring;
use crate::metrics::Metrics;
use crate::notification::Outbox;
use crate::notification::outbox::OutboxError;
use crate::noting::Noting;
use crate::password::Passwords;
use crate::random::NoRandomness;
use crate::settings::Settings;
use crate::store::installation::{self, Installation};
use crate::store::migration::MigrationError;
use crate::store::{Place, Store};
use crate::upstream_call::collect::Unwritten;

/// The application. A clone is another handle on the same one.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the application is made of.
pub struct Parts {
    /// The operator's settings.
    pub settings: Settings,
    /// What this process listens on, once it does: the port of the settings may be 0, for any that is free.
    pub listening: OnceLock<SocketAddr>,
    /// How long requests may take.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub store: Store,
    /// Seals and opens admin keys.
    pub vault: Keyring,
    /// Recognises an admin key again.
    pub fingerprints: Fingerprints,
    /// Reads OpenAI.
    pub openai: openai::Client,
    /// The company's provider that signs people on.
    pub sign_on: Option<oidc::Provider>,
    /// Hashes passwords, a few at a time.
    pub passwords: Passwords,
    /// Attempts to sign in.
    pub attempts: Attempts,
    /// Wrong codes of second factors.
    pub wrong_codes: WrongCodes,
    /// Refusals that were recorded a moment ago.
    pub denials: Denials,
    /// Reports of faults in the app, which are counted like attempts.
    pub client_reports: Attempts,
    /// The connection tests that run now.
    pub tests: RunningTests,
    /// Calls to OpenAI that are not in their log yet.
    pub upstream_calls: Unwritten,
    /// The import's turns.
    pub importer: Importer,
    /// The ways out of the house for notifications.
    pub outbox: Outbox,
    /// Which sessions and tokens are being noted as used.
    pub noting: Noting,
    /// Threads for work that nobody waits for.
    pub background: Background,
    /// Says that the data of a connection is to be removed.
    pub removal: Notify,
    /// Figures for the operator's monitoring.
    pub metrics: Metrics,
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
        "the master key file {} does not belong to the database {database}; put the right file back from its backup: nothing was changed",
        .file.display()
    )]
    ForeignMasterKey {
        /// The key's file.
        file: PathBuf,
        /// The database, as the operator knows it.
        database: String,
    },
    /// There is nothing to look at or to change.
    #[error("there is no installation in {0}; check OPENAI_LENS_DATA and DATABASE_URL")]
    Nothing(Place),
    /// The vault fails.
    #[error("the vault cannot be opened: {0}")]
    Vault(#[from] VaultError),
    /// The migrations fail.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The database fails.
    #[error("the database {database} cannot be used: {error}; if it is damaged, put it back from its backup")]
    Database {
        /// The database, as the operator knows it.
        database: String,
        /// What the database says.
        error: sqlx::Error,
    },
    /// The client of OpenAI's API cannot be made.
    #[error("the client of OpenAI's API cannot be set up: {0}")]
    OpenAi(#[from] openai::SetupError),
    /// Notifications cannot be sent.
    #[error("notifications cannot be sent: {0}")]
    Outbox(#[from] OutboxError),
    /// The client of the company's provider cannot be made.
    #[error("signing on cannot be set up: {0}")]
    SignOn(#[from] oidc::SetupError),
    /// There are no random bytes.
    #[error("the server cannot be set up: {0}")]
    Random(#[from] NoRandomness),
    /// There is no room for threads.
    #[error("threads cannot be set up: {0}; allow this user more of them")]
    Threads(std::io::Error),
}

impl App {
    /// Opens an installation that is there and of this very version, for a command beside a server that may be running: it
    /// makes none, and upgrades none under a server of another version.
    pub async fn open_beside(settings: Settings) -> Result<Self, OpenError> {
        let place = Place::of(&settings);
        match place.peek().await {
            Ok(None) => return Err(OpenError::Nothing(place)),
            Err(error) => return Err(OpenError::Database { database: place.to_string(), error }),
            Ok(Some(_)) => place.is_current().await?,
        }
        Self::open(settings, Limits::default(), Clock::System).await
    }

    /// Opens the installation: the folder, the master key, the check of the key against the database, and only then
    /// anything that writes.
    pub async fn open(settings: Settings, limits: Limits, clock: Clock) -> Result<Self, OpenError> {
        let place = Place::of(&settings);
        let data = settings.data.clone();
        let folder = |error| OpenError::Folder { folder: data.clone(), error };
        let database = |error| OpenError::Database { database: place.to_string(), error };
        let foreign = || OpenError::ForeignMasterKey {
            file: settings.master_key_file.clone(),
            database: place.to_string(),
        };

        // Held until everything is open: a second process waits here.
        let _lock = lock_folder(&data).map_err(folder)?;
        let found = place.peek().await.map_err(database)?;
        let files = MasterKeyFiles::at(&settings.master_key_file);
        let vault = match &found {
            Some(found) => files.open(&found.check_value)?.ok_or_else(foreign)?,
            None => Vault::new(MasterKeyFile::at(&settings.master_key_file).open_or_create(true)?),
        };

        if let Place::File(file) = &place {
            create_private(file).map_err(folder)?;
        }
        let store = place.open().await.map_err(database)?;
        store.migrate().await?;
        let installation = match found {
            Some(found) => found,
            None => {
                let made = make(&store, &vault, &clock).await?.map_err(database)?;
                // Another process may have made it first, with a master key of its own.
                vault.verify(&made.check_value).map_err(|_| foreign())?;
                made
            }
        };
        // What a rotation that was killed has left to do. Without it the key is found as well.
        if let Err(error) = files.promote(&installation.check_value) {
            tracing::warn!(%error, "the files of the master key could not be renamed");
        }
        let fingerprints = vault.fingerprints(&installation.fingerprint_key)?;
        let openai = openai::Client::new(openai::Settings::new(settings.openai_base_url.clone()))?;
        let sign_on = settings.sign_on.as_ref().map(|sign_on| sign_on.registration.clone());
        let sign_on = sign_on.map(oidc::Provider::new).transpose()?;
        let passwords = Passwords::new();
        let (attempts, client_reports) = (Attempts::new(clock.clone()), Attempts::new(clock.clone()));
        let (wrong_codes, denials) = (WrongCodes::new(clock.clone()), Denials::new(clock.clone()));
        let (tests, importer) = (RunningTests::default(), Importer::new()?);
        let outbox = Outbox::new(&settings)?;
        let background = Background::new().map_err(OpenError::Threads)?;
        let parts = Parts {
            settings,
            listening: OnceLock::new(),
            limits,
            clock,
            store,
            vault: Keyring::new(files, vault),
            fingerprints,
            openai,
            sign_on,
            passwords,
            attempts,
            wrong_codes,
            denials,
            client_reports,
            tests,
            upstream_calls: Unwritten::default(),
            importer,
            outbox,
            noting: Noting::default(),
            background,
            removal: Notify::new(),
            metrics: Metrics::default(),
        };
        Ok(Self(Arc::new(parts)))
    }

    /// The console's address, for links: what the operator says of it, else what is listened on.
    pub fn console(&self) -> Cow<'_, str> {
        match &self.settings.public_url {
            Some(url) => Cow::Borrowed(url),
            None => {
                let address = self.listening.get().unwrap_or(&self.settings.listen);
                Cow::Owned(format!("http://{address}"))
            }
        }
    }
}

/// Makes the data folder, where there is none.
pub(crate) fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.exists() { Ok(()) } else { DirBuilder::new().recursive(true).mode(0o700).create(folder) }
}

/// Makes the folder, and holds it against another process that opens it in this moment.
pub(crate) fn lock_folder(folder: &Path) -> std::io::Result<File> {
    make_folder(folder)?;
    let mut options = OpenOptions::new();
    let lock = options.write(true).create(true).truncate(false).mode(0o600).open(folder.join("lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// Makes the file if it is not there; in any case nobody else can read it.
pub(crate) fn create_private(file: &Path) -> std::io::Result<()> {
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
        let kept = installation::find(&mut db).await?;
        db.commit().await?;
        Ok(kept.unwrap_or(made))
    };
    Ok(insert.await)
}
