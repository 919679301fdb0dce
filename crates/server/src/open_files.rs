//! How many files and sockets the process may have open, and how long a file may become.

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

/// Enough for every connection that is taken, the databases' and those to OpenAI.
const WANTED: u64 = 4096;

/// Asks for as many as are wanted, or as many as this user may have: a common limit is 1024. Where there are fewer,
/// connections wait to be accepted.
pub(crate) fn raise() {
    let limit = getrlimit(Resource::Nofile);
    // Without a current limit there is none.
    let Some(current) = limit.current.filter(|current| *current < WANTED) else { return };
    let raised = limit.maximum.map_or(WANTED, |most| most.min(WANTED));
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum })
    {
        tracing::warn!(%error, current, "the limit of open files could not be raised");
    }
}

/// Lets a file that has become as long as this user's may be (`ulimit -f`) be an error of whoever writes: by itself the
/// signal ends the process. Fails outside of a runtime, and when the operating system refuses.
pub(crate) fn outlive_limit_of_length() -> std::io::Result<()> {
    // Once it is caught it stays so, whoever listens.
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}
