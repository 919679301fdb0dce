//! What the server logs meanwhile, and which statements it gives the database.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::io::Write;
use std::sync::Mutex;

use tracing::field::{Field, Visit};
use tracing::{Event, Instrument, Subscriber, info_span};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// The span around a call whose statements are noted.
const NOTED: &str = "noted";

thread_local! {
    /// What is logged on this thread, which is the test's own.
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Statements by the span in which they ran.
static STATEMENTS: Mutex<Option<HashMap<u64, Vec<String>>>> = Mutex::new(None);

/// Starts logging, for the whole process: a subscriber of one thread misses what another thread has met first.
pub fn start() {
    let filter = EnvFilter::new("info,server=trace,sqlx::query=debug");
    let _ =
        tracing::subscriber::set_global_default(server::log::subscriber(filter, || Lines).with(Statements));
}

/// What was logged on this thread since the last time.
pub fn take() -> String {
    String::from_utf8(LINES.take()).unwrap()
}

/// Waits for a call, and gives every statement that the database got from it. Work that it leaves to other tasks is not
/// noted.
pub async fn statements<T>(call: impl Future<Output = T>) -> (T, Vec<String>) {
    start();
    let span = info_span!(NOTED);
    let id = span.id().unwrap().into_u64();
    let result = call.instrument(span.clone()).await;
    let noted = STATEMENTS.lock().unwrap().get_or_insert_default().remove(&id);
    (result, noted.unwrap_or_default())
}

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Notes statements, on whichever thread they run.
struct Statements;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let noted = context.event_scope(event).into_iter().flatten().find(|span| span.name() == NOTED);
        if let Some(span) = noted {
            let mut statement = Statement::default();
            event.record(&mut statement);
            let id = span.id().into_u64();
            STATEMENTS.lock().unwrap().get_or_insert_default().entry(id).or_default().push(statement.0);
        }
    }
}

/// The text of a statement: a short one is its own summary.
#[derive(Default)]
struct Statement(String);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        let is_whole = field.name() == "db.statement" && !value.is_empty();
        if is_whole || field.name() == "summary" && self.0.is_empty() {
            self.0 = value.trim().to_owned();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
