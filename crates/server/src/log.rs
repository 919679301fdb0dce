//! The log: a JSON object a line, in UTC, on standard error. Never bodies, query values, cookies or keys.

use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::sync::OnceLock;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{Format, Json, JsonFields};
use tracing_subscriber::fmt::{MakeWriter, SubscriberBuilder};
use tracing_subscriber::registry::LookupSpan;

/// Puts another filter in the place of the log's.
type Change = Box<dyn Fn(EnvFilter) -> bool + Send + Sync>;

/// How the filter of the process' log is changed, once there is one.
static CHANGE: OnceLock<Change> = OnceLock::new();

/// Starts logging.
pub fn start(filter: EnvFilter) {
    let log = lines(filter, io::stderr).with_filter_reloading();
    let handle = log.reload_handle();
    if tracing::subscriber::set_global_default(log.finish()).is_ok() {
        let _ = CHANGE.set(Box::new(move |filter| handle.reload(filter).is_ok()));
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// Logs by another filter from here on. False when the process has no log.
pub fn change(filter: EnvFilter) -> bool {
    CHANGE.get().is_some_and(|change| change(filter))
}

/// What writes the log to another place, and never by another filter.
pub fn subscriber<W>(filter: EnvFilter, writer: W) -> impl Subscriber + for<'a> LookupSpan<'a> + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    lines(filter, writer).finish()
}

/// How the log is written. Control characters are escaped: a user's text can neither break a line nor forge one, and commands
/// no terminal.
fn lines<W>(
    filter: EnvFilter,
    writer: W,
) -> SubscriberBuilder<JsonFields, Format<Json>, EnvFilter, Escaped<W>>
where
    W: for<'a> MakeWriter<'a> + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(Escaped(writer))
        .with_env_filter(filter)
}

/// Escapes the control characters that JSON leaves as they are: DEL, and those of which some terminals take one for the
/// beginning of a command, as they do ESC.
struct Escaped<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Escaped<W> {
    type Writer = Escaped<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Escaped(self.0.make_writer())
    }

    fn make_writer_for(&'a self, meta: &tracing::Metadata<'_>) -> Self::Writer {
        Escaped(self.0.make_writer_for(meta))
    }
}

impl<W: Write> Write for Escaped<W> {
    /// A line comes whole, so that no character is cut in two, and goes on whole, so that none of another thread comes between.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let is_escaped = |letter: char| letter.is_control() && letter != '\n';
        match str::from_utf8(line) {
            Ok(text) if text.contains(is_escaped) => {
                let escape = |mut escaped: String, letter: char| {
                    if is_escaped(letter) {
                        escaped.push_str(&format!("\\u{:04x}", u32::from(letter)));
                    } else {
                        escaped.push(letter);
                    }
                    escaped
                };
                self.0.write_all(text.chars().fold(String::new(), escape).as_bytes())?;
            }
            _ => self.0.write_all(line)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A panic's own words may contain what a user entered, so that only the place is logged.
pub fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(location, "panicked");
}
