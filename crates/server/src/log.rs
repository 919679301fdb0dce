//! The log: a JSON object a line, in UTC, on standard error. Never bodies, query values, cookies or keys.

use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;

/// Starts logging.
pub fn start(filter: EnvFilter) {
    // The formatter escapes control characters, as JSON does: a user's text cannot break a line or forge one.
    let started = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(std::io::stderr)
        .try_init();
    if started.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// A panic's own words may contain what a user entered, so that only the place is logged.
pub fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(location, "panicked");
}
