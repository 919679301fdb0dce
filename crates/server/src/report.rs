//! Reports: the facts of a period, grouped and filtered by what the user calls things.
//!
//! [`sheet`] adds up facts, [`table`] makes the answer of sums, [`csv`] writes it for a spreadsheet.

mod csv;
mod sheet;
mod table;

use std::collections::HashSet;
use std::sync::Arc;

use api::report::{Interval, Plan, Query, QueryCsv, Report, ReportError, ReportQuery};
use api::{ConnectionId, Currency, Span};
use facts::Names;

use self::sheet::{Question, Settled, Sheet, Texts};
use self::table::Sums;
use crate::app::App;
use crate::figures::{self, Enough, FiguresError};
use crate::http::{Call, Cx, Download, Failure, FileOutcome, Outcome};
use crate::import::plan::Window;
use crate::store::user::User;
use crate::{account, freshness, names};

/// Most groups of the whole period that are added up at once. Each has sums of its own, 192 bytes and its texts.
const MOST_GROUPS: usize = 300_000;
/// The same for groups in intervals. Above it, the period is read once more, for the rows of the answer alone.
const MOST_CELLS: usize = 200_000;

type Refused = Failure<ReportError>;

/// A table of figures.
pub async fn query(cx: Cx, call: Call<Query>) -> Outcome<Query> {
    Ok(answer(&cx.app, cx.user()?, call.body).await?.into())
}

/// The same as CSV.
pub async fn query_csv(cx: Cx, call: Call<QueryCsv>) -> FileOutcome<QueryCsv> {
    let report = answer(&cx.app, cx.user()?, call.body).await?;
    let name = format!("report-{}-{}.csv", report.span.start, report.span.end.plus(-1));
    let rows = csv::line_count(&report);
    let others = csv::other_currencies(&report);
    let work = tokio::task::spawn_blocking(move || csv::write(&report));
    let bytes = work.await.map_err(FiguresError::from)?.map_err(|error| Failure::Broken(error.into()))?;
    let file = Download::whole("text/csv", bytes).named(&name);
    let file = file.with_header(api::export::ROW_COUNT, &rows.to_string());
    Ok(if others.is_empty() { file } else { file.with_header(api::export::OTHER_CURRENCIES, &others) })
}

/// Answers a question as this user may ask it.
pub async fn answer(app: &App, user: &User, query: ReportQuery) -> Result<Report, Refused> {
    let plan = query.plan(app.clock.today()).map_err(Failure::Refused)?;
    let mut db = app.store.read().await?;
    let connections = account::asked(&mut db, &user.tenant, &query.accounts).await?;
    let unknown = |accounts| Failure::Refused(ReportError::UnknownConnection { accounts });
    let connections = connections.map_err(unknown)?;
    let known = freshness::known(app, &mut db, &user.tenant, &connections, plan.span).await?;
    let names = Arc::new(names::of(&mut db, &user.tenant, &connections).await?);
    drop(db);
    let reader = Reader { app, user, connections: &connections, query: &query, names };
    let sums = reader.read(&plan).await?;
    let work = tokio::task::spawn_blocking(move || table::table(&query, &plan, &sums, known.freshness));
    work.await.map_err(FiguresError::from)?.map_err(Failure::Refused)
}

/// Reads what a question is about.
struct Reader<'a> {
    app: &'a App,
    user: &'a User,
    connections: &'a [ConnectionId],
    query: &'a ReportQuery,
    names: Arc<Names>,
}

impl Reader<'_> {
    /// The sums of the period, and of the one to compare with.
    async fn read(&self, plan: &Plan) -> Result<Sums, Refused> {
        let before = match plan.previous {
            Some(span) => Some(self.sheet(span, Interval::None, None).await?.ok_or_else(too_many_groups)?),
            None => None,
        };
        let rows =
            |now: &Settled, before: &Option<Settled>| table::rows(self.query, plan, now, before.as_ref());
        if let Some(now) = self.sheet(plan.span, self.query.interval, None).await? {
            let currency = main_currency(&now, before.as_ref());
            let (now, before) = (now.settle(currency), before.map(|before| before.settle(currency)));
            return Ok(Sums { currency, order: rows(&now, &before), now, before });
        }
        // So many groups in so many intervals: first those that are in the answer, then their intervals.
        let whole = self.sheet(plan.span, Interval::None, None).await?.ok_or_else(too_many_groups)?;
        let currency = main_currency(&whole, before.as_ref());
        let (whole, before) = (whole.settle(currency), before.map(|before| before.settle(currency)));
        let order = rows(&whole, &before);
        drop(whole);
        let chosen: HashSet<Texts> = order.iter().take(plan.limit).cloned().collect();
        table::check_size(self.query, plan, chosen.len()).map_err(Failure::Refused)?;
        let now =
            self.sheet(plan.span, self.query.interval, Some(chosen)).await?.ok_or_else(too_many_groups)?;
        Ok(Sums { currency, order, now: now.settle(currency), before })
    }

    /// The sums of some days; none when there are too many. Where groups are chosen, all others are one.
    async fn sheet(
        &self,
        span: Span,
        interval: Interval,
        chosen: Option<HashSet<Texts>>,
    ) -> Result<Option<Sheet>, FiguresError> {
        let most = match (interval, &chosen) {
            (_, Some(_)) => usize::MAX,
            (Interval::None, None) => MOST_GROUPS,
            (_, None) => MOST_CELLS,
        };
        let question = Arc::new(Question::new(self.query, span, interval, self.names.clone(), chosen));
        let window = Window { start: span.start, end: span.end };
        let facts = figures::over(self.app, &self.user.tenant, self.connections, window);
        let facts = facts.only(question.dimensions());
        let facts = if interval == Interval::Hour { facts.by_the_hour() } else { facts };
        let sheet = facts.reduce(
            Sheet::with_room(most),
            move |sheet, stretch| sheet.add(&question, stretch),
            |whole, part| {
                whole.merge(part);
                if whole.is_full() { Enough::Yes } else { Enough::No }
            },
        );
        let sheet = sheet.await?;
        Ok((!sheet.is_full()).then_some(sheet))
    }
}

/// The currency of a report.
fn main_currency(now: &Sheet, before: Option<&Sheet>) -> Currency {
    figures::main_currency(now.currencies().chain(before.into_iter().flat_map(Sheet::currencies)))
}

fn too_many_groups() -> Refused {
    Failure::Refused(ReportError::TooManyGroups)
}
