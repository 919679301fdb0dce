//! `openai-lens serve`: from the settings to the last answer.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::app::{App, OpenError, make_folder};
use crate::clock::Clock;
use crate::http::{Fault, Limits, accept};
use crate::notification::{outbox, watch};
use crate::router::router;
use crate::settings::{SettingProblem, Settings};
use crate::store::Place;
use crate::{
    connection, connection_draft, import, log, metrics, open_files, read_only, roll_up, setup, upstream_call,
};

/// How long messages that are being sent have after the last request, and then what is given back.
const LAST_WORK: Duration = Duration::from_secs(10);

/// Why the server does not serve. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// See [`OpenError`].
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Another process serves the same folder.
    #[error("another openai-lens serves the data folder {}; stop it, or choose another folder with OPENAI_LENS_DATA", .0.display())]
    Taken(PathBuf),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {error}; choose another address with {setting}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The setting that names it.
        setting: &'static str,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// The set-up cannot be prepared.
    #[error("the set-up cannot be prepared: {0}")]
    Setup(Fault),
    /// Signals or standard output cannot be used.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Serves until SIGTERM or ctrl-c. `read_again` reads the settings anew when SIGHUP asks for it.
pub async fn run(
    settings: Settings,
    read_again: impl Fn() -> Result<Settings, Vec<SettingProblem>> + Send + 'static,
) -> Result<(), ServeError> {
    open_files::raise();
    // Before anything is opened, which migrates: never under a server of an older version. Several servers may share a
    // PostgreSQL: there, a lease says which one imports.
    let _only = match Place::of(&settings) {
        Place::File(_) => Some(only_one(&settings.data)?),
        Place::Server(_) => None,
    };
    let app = App::open(settings, Limits::default(), Clock::System).await?;
    let listener = bind(app.settings.listen, "OPENAI_LENS_LISTEN").await?;
    let metrics = match app.settings.metrics_listen {
        Some(address) => Some(bind(address, "OPENAI_LENS_METRICS_LISTEN").await?),
        None => None,
    };
    let _ = app.listening.set(listener.local_addr()?);
    // Before the ready line, so that a signal that follows it at once is not missed.
    let stop = stop()?;
    announce(&app).await?;
    let mut jobs = vec![
        tokio::spawn(import::run::forever(app.clone())),
        tokio::spawn(connection_draft::sweep_forever(app.clone())),
        tokio::spawn(roll_up::forever(app.clone())),
        tokio::spawn(watch::forever(app.clone())),
        tokio::spawn(connection::disconnect::remove_forever(app.clone())),
        tokio::spawn(connection::transition::watch_forever(app.clone())),
        tokio::spawn(upstream_call::record::sweep_forever(app.clone())),
        tokio::spawn(read_only::watch_forever(app.clone())),
        tokio::spawn(change_log_on(signal(SignalKind::hangup())?, read_again)),
    ];
    let mut sending = tokio::spawn(outbox::forever(app.clone()));
    if let Some(listener) = metrics {
        let service = metrics::listen::router(app.clone());
        // It ends with the process: whoever asks in that moment asks again.
        jobs.push(tokio::spawn(accept::serve(listener, service, app.limits, std::future::pending())));
    }
    // All clients have the networks of the proxies then.
    let connections_of_network = match app.settings.trusted_proxies {
        0 => app.limits.connections_of_network,
        _ => app.limits.connections,
    };
    let limits = Limits { connections_of_network, ..app.limits };
    let stop = async {
        stop.await;
        app.outbox.stop();
    };
    accept::serve(listener, router(app.clone()), limits, stop).await;
    // A message that is cut off while it is taken would be sent again.
    if tokio::time::timeout(LAST_WORK, &mut sending).await.is_err() {
        tracing::warn!("messages are cut off: they are sent again under the same id");
        jobs.push(sending);
    }
    // What an import has not committed is not there; the next start goes on from what is.
    for job in jobs {
        job.abort();
        let _ = job.await;
    }
    // A database that has vanished answers none of it.
    if tokio::time::timeout(LAST_WORK, give_back(&app)).await.is_err() {
        tracing::warn!("nothing could be given back: the database does not answer");
    }
    app.store.close().await;
    Ok(())
}

/// Gives back what this process holds in the database, and writes what was not written yet.
async fn give_back(app: &App) {
    if let Err(error) = import::run::give_back(app).await {
        tracing::warn!(%error, "leases could not be given back: another server takes them when they have ended");
    }
    if let Err(error) = outbox::give_back(app).await {
        tracing::warn!(%error, "messages could not be given back: another server sends them in some minutes");
    }
    if let Err(error) = upstream_call::record::sweep(app).await {
        tracing::error!(%error, "the last calls to OpenAI could not be recorded");
    }
}

async fn bind(address: SocketAddr, setting: &'static str) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|error| ServeError::Listen { address, setting, error })
}

/// Held for as long as the process lives: two servers would import the same data twice.
pub(crate) fn only_one(folder: &Path) -> Result<File, ServeError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let failed = |error| OpenError::Folder { folder: folder.to_owned(), error };
    let file = make_folder(folder).and_then(|()| options.open(folder.join("serving"))).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServeError::Taken(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// To the operator's terminal and not to the log, which others may read: the token is a secret for an hour.
async fn announce(app: &App) -> Result<(), ServeError> {
    let url = app.console();
    let token = setup::new_token(app).await.map_err(ServeError::Setup)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "OpenAI Lens is ready at {url}")?;
    if let Some(token) = token {
        writeln!(
            out,
            "There is no user yet. Within 60 minutes, open {url}/setup#token={} to create the first one.",
            token.as_str()
        )?;
    }
    out.flush()?;
    Ok(())
}

/// Changes the log's level to that of the settings whenever the signal comes. The other settings take a restart.
async fn change_log_on(
    mut hangup: Signal,
    read_again: impl Fn() -> Result<Settings, Vec<SettingProblem>> + Send,
) {
    while hangup.recv().await.is_some() {
        match read_again() {
            Ok(settings) => {
                let is_changed = log::change(EnvFilter::new(&settings.log));
                tracing::info!(level = settings.log.as_str(), is_changed, "the log's level was read again");
            }
            Err(problems) => {
                for problem in problems {
                    tracing::error!(%problem, "the log's level stays as it is");
                }
            }
        }
    }
}

fn stop() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}
