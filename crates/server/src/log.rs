//! The log: a JSON object a line, in UTC, on standard error. Never bodies, query values, cookies or keys.

use std::panic::PanicHookInfo;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::registry::LookupSpan;

/// Starts logging.
pub fn start(filter: EnvFilter) {
    if tracing::subscriber::set_global_default(subscriber(filter, std::io::stderr)).is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// What writes the log. JSON escapes control characters: a user's text can neither break a line nor forge one.
pub fn subscriber<W>(filter: EnvFilter, writer: W) -> impl Subscriber + for<'a> LookupSpan<'a> + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(writer)
        .finish()
}

/// A panic's own words may contain what a user entered, so that only the place is logged.
pub fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(location, "panicked");
}
