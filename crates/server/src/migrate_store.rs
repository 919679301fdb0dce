//! `openai-lens migrate-store`: moves an installation from its file into a PostgreSQL, or back.
//!
//! Everything is copied in one transaction and compared before it is kept: a move that is killed has not happened, and is
//! begun again. What it comes from is left as it is. The copy's audit log tells of it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use api::TenantId;
use api::audit_event::Event;
use sqlx::AnyConnection;
use vault::{MasterKeyError, MasterKeyFiles, VaultError};

use crate::app::{create_private, lock_folder};
use crate::audit::{self, Unrecorded};
use crate::clock::Clock;
use crate::serve::{ServeError, only_one};
use crate::settings::{DatabaseUrl, DatabaseUrlError, Settings};
use crate::store::copy::{self, CopyError};
use crate::store::migration::MigrationError;
use crate::store::{Backend, Place, audit_event, tenant};

/// How the audit log names a move.
const MOVED: &str = "store_moved";

/// One end of the move: a data folder, or the address of a PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// A data folder.
    Folder(PathBuf),
    /// A PostgreSQL.
    Server(DatabaseUrl),
}

impl FromStr for End {
    type Err = DatabaseUrlError;
    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        if text.contains("://") {
            DatabaseUrl::parse(text).map(Self::Server)
        } else {
            Ok(Self::Folder(text.into()))
        }
    }
}

impl End {
    fn place(&self) -> Place {
        match self {
            Self::Folder(folder) => Place::File(Settings::in_folder(folder).database_file()),
            Self::Server(url) => Place::Server(url.clone()),
        }
    }
}

/// What was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many tables.
    pub tables: usize,
    /// How many rows.
    pub rows: u64,
}

/// Why nothing was moved. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// Both ends are of the same kind.
    #[error("one end must be a data folder, and the other the address of a PostgreSQL")]
    SameKind,
    /// There is nothing to move.
    #[error("there is no installation in {0}; check --from")]
    Nothing(Place),
    /// The target belongs to another installation.
    #[error("{0} holds another installation, which is left alone; choose an empty database with --to")]
    Foreign(Place),
    /// Something was done in the target that the source does not have.
    #[error(
        "{target} has something that {from} does not have: its audit log of {tenant} has a row {row} of its own; swap --from and --to, or give --replace to lose that"
    )]
    Newer {
        /// What was to be replaced.
        target: Place,
        /// What was to be moved.
        from: Place,
        /// The tenant that is ahead there.
        tenant: TenantId,
        /// The number of a row that the source does not have.
        row: i64,
    },
    /// A folder cannot be used.
    #[error("the folder {} cannot be used: {error}", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// A server runs on a folder.
    #[error(transparent)]
    Serving(ServeError),
    /// A database cannot be brought to this version.
    #[error("{place}: {error}")]
    Migration {
        /// Which one.
        place: Place,
        /// Why.
        error: MigrationError,
    },
    /// A database fails.
    #[error("{place} cannot be used: {error}; nothing was moved")]
    Database {
        /// Which one.
        place: Place,
        /// What it says.
        error: sqlx::Error,
    },
    /// What was copied is not what was there.
    #[error("the table {0} came out different; nothing was moved: open a support request")]
    Different(String),
    /// Without the master key nothing can be recorded.
    #[error(
        "{0}; a move is recorded in the audit log, which needs the key: name its file with OPENAI_LENS_MASTER_KEY_FILE"
    )]
    MasterKey(#[from] MasterKeyError),
    /// The master key is another one.
    #[error("the master key file {} does not belong to {place}; name its own with OPENAI_LENS_MASTER_KEY_FILE", .file.display())]
    ForeignMasterKey {
        /// The key's file.
        file: PathBuf,
        /// What is to be moved.
        place: Place,
    },
    /// See [`VaultError`].
    #[error("the vault cannot be opened: {0}; nothing was moved")]
    Vault(#[from] VaultError),
    /// See [`Unrecorded`].
    #[error(transparent)]
    Unrecorded(#[from] Unrecorded),
}

/// Moves everything from one end to the other. The master key is at neither of them necessarily: its file is given.
///
/// A target of the same installation in which something was done since is replaced only when `replace` says so.
pub async fn run((from, to): (&End, &End), master_key: &Path, replace: bool) -> Result<Moved, MoveError> {
    if matches!((from, to), (End::Folder(_), End::Folder(_)) | (End::Server(_), End::Server(_))) {
        return Err(MoveError::SameKind);
    }
    let (source, target) = (from.place(), to.place());
    let at = |place: &Place| {
        let place = place.clone();
        move |error| MoveError::Database { place, error }
    };
    let found =
        source.peek().await.map_err(at(&source))?.ok_or_else(|| MoveError::Nothing(source.clone()))?;
    let there = target.peek().await.map_err(at(&target))?;
    if there.is_some_and(|there| there.check_value != found.check_value) {
        return Err(MoveError::Foreign(target));
    }
    let vault = MasterKeyFiles::at(master_key).open(&found.check_value)?;
    let vault = vault
        .ok_or_else(|| MoveError::ForeignMasterKey { file: master_key.to_owned(), place: source.clone() })?;
    let fingerprints = vault.fingerprints(&found.fingerprint_key)?;
    let _alone = match (from, to) {
        (End::Folder(folder), _) | (_, End::Folder(folder)) => hold(folder)?,
        (End::Server(_), End::Server(_)) => return Err(MoveError::SameKind),
    };
    let mut stores = Vec::new();
    for place in [&source, &target] {
        let store = place.open().await.map_err(at(place))?;
        store.migrate().await.map_err(|error| MoveError::Migration { place: place.clone(), error })?;
        stores.push(store);
    }
    let [old, new] = stores.as_slice() else { return Err(MoveError::SameKind) };
    // Nobody writes to either of them meanwhile.
    let mut reading = old.write().await.map_err(at(&source))?;
    let mut writing = new.write().await.map_err(at(&target))?;
    // Either of them waits while the other one's table is read through.
    reading.take_time().await.map_err(at(&source))?;
    writing.take_time().await.map_err(at(&target))?;
    if !replace && let Some((tenant, row)) = ahead(&mut reading, &mut writing).await.map_err(at(&target))? {
        return Err(MoveError::Newer { target, from: source, tenant, row });
    }
    let tables = match old.backend() {
        Backend::Sqlite => copy::tables(&mut reading).await.map_err(at(&source))?,
        Backend::Postgres => copy::tables(&mut writing).await.map_err(at(&target))?,
    };
    for table in tables.iter().rev() {
        copy::clear(&mut writing, table).await.map_err(at(&target))?;
    }
    let copied = copy::everything(&mut reading, &mut writing, &tables).await;
    let rows = copied.map_err(|error| match error {
        CopyError::Database(error) => at(&target)(error),
        CopyError::Different(table) => MoveError::Different(table),
    })?;
    let moved = Moved { tables: tables.len(), rows };
    let event = Event::StoreMoved { to: new.backend().name().to_owned() };
    audit::record_for_all(&fingerprints, Clock::System.now(), &mut writing, &event).await?;
    writing.commit().await.map_err(at(&target))?;
    drop(reading);
    old.close().await;
    new.close().await;
    Ok(moved)
}

/// The first tenant of the target of whose audit log the source has less than all but the move itself, and the number of a
/// row that it does not have. Whatever somebody does is in that log.
async fn ahead(
    source: &mut AnyConnection,
    target: &mut AnyConnection,
) -> sqlx::Result<Option<(TenantId, i64)>> {
    for tenant in tenant::ids(target).await? {
        let Some(head) = audit_event::head(target, &tenant).await? else { continue };
        let mut seq = head.seq;
        while audit_event::end(target, &tenant, seq).await?.is_some_and(|end| end.kind == MOVED) {
            seq = seq.saturating_sub(1);
        }
        let (there, here) =
            (audit_event::end(target, &tenant, seq).await?, audit_event::end(source, &tenant, seq).await?);
        if there.is_some() && there != here {
            return Ok(Some((tenant, seq)));
        }
    }
    Ok(None)
}

/// Holds a data folder, which is made where there is none, so that no server runs on it meanwhile.
fn hold(folder: &Path) -> Result<(File, File), MoveError> {
    let failed = |error| MoveError::Folder { folder: folder.to_owned(), error };
    let opening = lock_folder(folder).map_err(failed)?;
    create_private(&Settings::in_folder(folder).database_file()).map_err(failed)?;
    let serving = only_one(folder).map_err(MoveError::Serving)?;
    Ok((opening, serving))
}
