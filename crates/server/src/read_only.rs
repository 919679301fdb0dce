//! Read-only for the moment: figures are shown, changes are refused with cause and remedy, imports rest, and all of it goes
//! on by itself when the disk takes changes again.

use std::error::Error;

use api::ReadOnly;

use crate::app::App;
use crate::audit::Unrecorded;
use crate::figures::FiguresError;
use crate::master_key::KeyringError;
use crate::secret::KeepError;
use crate::silence::unless_silent;
use crate::store::read_only::{self, ProbeError};

/// The store's error in a fault, if it is one.
pub(crate) fn store_error<'a>(fault: &'a (dyn Error + Send + Sync + 'static)) -> Option<&'a sqlx::Error> {
    let keyring = |error: &'a KeyringError| match error {
        KeyringError::Store(error) => Some(error),
        KeyringError::Vault(_) | KeyringError::Unavailable => None,
    };
    if let Some(error) = fault.downcast_ref::<sqlx::Error>() {
        Some(error)
    } else if let Some(error) = fault.downcast_ref::<Unrecorded>() {
        Some(error.store_error())
    } else if let Some(FiguresError::Store(error)) = fault.downcast_ref::<FiguresError>() {
        Some(error)
    } else if let Some(error) = fault.downcast_ref::<KeyringError>() {
        keyring(error)
    } else {
        match fault.downcast_ref::<KeepError>()? {
            KeepError::Store(error) => Some(error),
            KeepError::Keyring(error) => keyring(error),
            KeepError::Vault(_) => None,
        }
    }
}

/// Why a fault is none of the program, if the disk is all that is at fault.
pub(crate) fn cause(fault: &(dyn Error + Send + Sync + 'static)) -> Option<ReadOnly> {
    store_error(fault).and_then(read_only::cause)
}

/// Notes what a fault says of the disk. Every place that catches faults calls it.
pub(crate) fn note(app: &App, fault: &(dyn Error + Send + Sync + 'static)) {
    if let Some(error) = store_error(fault) {
        app.store.note(error, app.clock.now());
    }
}

/// Passes over a note that only helps whoever reads it later, such as when a session was used: reading goes on without it.
pub(crate) fn tolerate(app: &App, noted: sqlx::Result<()>) -> sqlx::Result<()> {
    match noted {
        Err(error) if app.store.note(&error, app.clock.now()) => Ok(()),
        noted => noted,
    }
}

/// Looks for as long as the process lives whether the disk takes changes again.
pub async fn watch_forever(app: App) {
    loop {
        tokio::time::sleep(app.limits.probe).await;
        look(&app).await;
    }
}

/// Looks whether changes are taken again, when they were not.
pub async fn look(app: &App) {
    let Some(cause) = app.store.read_only() else { return };
    match unless_silent(app, app.store.probe()).await {
        Ok(()) => {
            tracing::info!("changes are taken again");
            app.importer.wake();
        }
        Err(ProbeError::Store(error)) if read_only::cause(&error).is_some() => {
            tracing::warn!(%error, cause = cause.slug(), "still read-only");
        }
        Err(error) => tracing::error!(%error, "whether changes are taken again cannot be found out"),
    }
}
