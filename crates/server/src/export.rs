//! Exports: a month as FOCUS, the audit log, and the log of calls to OpenAI, written while they are sent.
//!
//! A month is read twice: once to say in the head of the answer how many rows there are and what they sum to, and once to
//! write them. Whoever has the whole file can therefore tell; a file that turns out otherwise, because a day was imported
//! in between, is broken off rather than ended.

mod call_file;
mod focus_file;
mod log_file;
mod pipe;
mod turns;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use api::audit_event::{self, ExportQuery};
use api::export::{BILLED_TOTAL, Focus, FocusError, FocusQuery, FocusVersion, ROW_COUNT};
use api::{Amount, ConnectionId, Currency, Month, upstream_call};

use self::focus_file::{FocusFile, Organization};
use self::turns::Turns;
use crate::audit::list::Log;
use crate::figures::{self, Enough};
use crate::http::{Call, Cx, Download, Failure, FileOutcome};
use crate::import::plan::{self, Window};
use crate::upstream_call::log::Log as CallLog;
use crate::{account, names, store};

/// Whose turn it is.
static TURNS: LazyLock<Turns> = LazyLock::new(Turns::new);

/// A month in FOCUS.
pub async fn focus(cx: Cx, call: Call<Focus>) -> FileOutcome<Focus> {
    let (app, tenant, query) = (&cx.app, &cx.user()?.tenant, call.query);
    if query.month > Month::of(app.clock.today()) {
        return Err(Failure::Refused(FocusError::FutureMonth));
    }
    let span = query.month.span();
    let window = Window { start: span.start, end: span.end };
    let mut db = app.store.read().await?;
    let connections = account::asked(&mut db, tenant, query.connection.as_slice()).await?;
    let connections = connections.map_err(|_| Failure::Refused(FocusError::UnknownConnection))?;
    let mut organizations = BTreeMap::new();
    for id in &connections {
        if let Some(found) = store::connection::find(&mut db, tenant, id).await? {
            organizations.insert(id.clone(), Organization::of(found));
        }
    }
    let names = names::plain(&mut db, tenant, &connections).await?;
    // A month is closed when its last day is settled: what changes from then on corrects it.
    let closed_at = plan::settles_at(span.end.plus(-1));
    let restated = store::export::restated_days(&mut db, tenant, &connections, window).await?;
    let corrected = restated.into_iter().filter(|(.., noticed_at)| *noticed_at >= closed_at);
    let corrected = corrected.map(|(connection, day, _)| (connection, day)).collect();
    drop(db);

    let turn = TURNS.take(&cx.user()?.id).await.map_err(|error| Failure::Broken(error.into()))?;
    let contents =
        figures::over(app, tenant, &connections, window).fold(Contents::default(), |sum, stretch| {
            stretch.cubes.iter().for_each(|cube| sum.add(cube.len(), cube.currency(), cube.total()));
            Enough::No
        });
    let contents = contents.await?;
    let (row_count, totals) = (contents.rows.to_string(), contents.text());
    let name = file_name(&query, &organizations);
    let media = query.format.media();
    let file = FocusFile {
        version: match query.version {
            FocusVersion::V1_2 => focus::Version::V1_2,
            FocusVersion::V1_4 => focus::Version::V1_4,
        },
        format: query.format,
        organizations,
        names,
        corrected,
        contents,
    };
    let facts = figures::over(app, tenant, &connections, window);
    let stream = pipe::stream(move |pipe| {
        let _turn = turn;
        file.write(facts, pipe)
    });
    let download = Download::stream(media, stream).named(&name);
    Ok(download.with_header(ROW_COUNT, &row_count).with_header(BILLED_TOTAL, &totals))
}

/// The audit log, newest first. Rows are only appended, so that a file that took long has what there was when it began.
pub async fn audit_events(cx: Cx, call: Call<audit_event::Export>) -> FileOutcome<audit_event::Export> {
    let (app, query): (_, ExportQuery) = (cx.app.clone(), call.query);
    let format = query.format;
    let log = Log::new(cx.user()?, &query.list(), None);
    let name = format!("audit-events-{}.{}", app.clock.today(), format.extension());
    let turn = TURNS.take(&cx.user()?.id).await.map_err(|error| Failure::Broken(error.into()))?;
    let stream = pipe::stream(move |pipe| {
        let _turn = turn;
        log_file::write(format, &app.store, log, pipe)
    });
    Ok(Download::stream(format.media(), stream).named(&name))
}

/// The calls to OpenAI, newest first.
pub async fn upstream_calls(cx: Cx, call: Call<upstream_call::Export>) -> FileOutcome<upstream_call::Export> {
    let app = cx.app.clone();
    let log = CallLog::new(cx.user()?.tenant.clone(), call.query.list(), None);
    let name = format!("calls-to-openai-{}.csv", app.clock.today());
    let turn = TURNS.take(&cx.user()?.id).await.map_err(|error| Failure::Broken(error.into()))?;
    let stream = pipe::stream(move |pipe| {
        let _turn = turn;
        call_file::write(&app.store, log, pipe)
    });
    Ok(Download::stream("text/csv", stream).named(&name))
}

/// What a file consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Contents {
    rows: usize,
    totals: BTreeMap<Currency, Amount>,
}

impl Contents {
    fn add(&mut self, rows: usize, currency: Currency, amount: Amount) {
        self.rows += rows;
        let total = self.totals.entry(currency).or_default();
        *total = *total + amount;
    }

    /// `USD 12.5`, and more after a comma.
    fn text(&self) -> String {
        let texts = self.totals.iter().map(|(currency, total)| format!("{} {total}", currency.as_str()));
        texts.collect::<Vec<_>>().join(", ")
    }
}

fn file_name(query: &FocusQuery, organizations: &BTreeMap<ConnectionId, Organization>) -> String {
    let account = query.connection.as_ref().and_then(|connection| organizations.get(connection));
    let account = account.map(|account| format!("-{}", account.account)).unwrap_or_default();
    let (version, month, extension) = (query.version.as_str(), query.month, query.format.extension());
    format!("openai-focus-{version}-{month}{account}.{extension}")
}
