//! Reconciliation: the bill as it was imported, beside its facts and beside OpenAI's own totals.
//!
//! The bill is read from what was imported and not from the facts, so that a fault of the attribution would be seen.

pub(crate) mod alarm;
mod total;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use api::connection::Stream;
use api::cost::Coverage;
use api::freshness::DayCoverage;
use api::reconciliation::{
    EffectiveRate, RateSource, ReconciledDay, ReconciledLine, Reconciliation, ReconciliationError, Show,
    Subject, Unattributed,
};
use api::report::Figure;
use api::{Amount, ConnectionId, Currency, Day, Span};
use attribution::reconcile::{self, Line, Rates, reconcile};
use facts::{CostLine, Cube, DecodeError, Dictionary};

use self::total::{Sums, verdict};
use crate::figures::{self, Enough, FiguresError};
use crate::freshness::Known;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::import::plan::Window;
use crate::roll_up::Stretch;
use crate::store::segment::{self, Segment};
use crate::{account, freshness};

/// What one price of a unit is for: a million tokens, one of anything else. In 10^-12.
const MILLION: i128 = 1_000_000_000_000_000_000;
const ONE: i128 = 1_000_000_000_000;

/// A day of an account.
type Place = (Day, ConnectionId);
/// The lines of a day of an account.
type Lines = BTreeMap<(Currency, reconcile::Subject), Line>;

/// Compares the bill with usage.
pub async fn show(cx: Cx, call: Call<Show>) -> Outcome<Show> {
    let tenant = &cx.user()?.tenant;
    let span = call.query.span().map_err(Failure::Refused)?;
    let mut db = cx.app.store.read().await?;
    let connections = account::asked(&mut db, tenant, call.query.connection.as_slice()).await?;
    let connections = connections.map_err(|_| Failure::Refused(ReconciliationError::UnknownConnection))?;
    let window = Window { start: span.start, end: span.end };
    let known = freshness::known(&cx.app, &mut db, tenant, &connections, span).await?;
    let imported = freshness::imported_streams(&mut db, tenant, &connections, window).await?;
    let streams = [Stream::Costs, Stream::CostTotals];
    let bill = segment::read(&mut db, tenant, &connections, &streams, window).await?;
    drop(db);
    let has_totals = imported.into_iter().filter(|(_, streams)| streams.contains(&Stream::CostTotals));
    let has_totals = has_totals.map(|((connection, day), _)| (day, connection)).collect();
    let work = tokio::task::spawn_blocking(move || Bill::decode(&bill, has_totals));
    let bill = work.await.map_err(FiguresError::from)?.map_err(FiguresError::from)?;
    let facts = figures::over(&cx.app, tenant, &connections, window);
    let (bill, days) = facts
        .fold((bill, BTreeMap::new()), |(bill, days), stretch| {
            days.extend(bill.reconcile(stretch));
            Enough::No
        })
        .await?;
    let today = cx.app.clock.today();
    let work = tokio::task::spawn_blocking(move || answer(span, today, &bill, &bill.completed(days), known));
    Ok(work.await.map_err(FiguresError::from)?.into())
}

/// The lines of a bill, and their texts.
type BillLines = (Dictionary, Vec<CostLine>);

/// What OpenAI billed.
struct Bill {
    lines: BTreeMap<Place, BillLines>,
    /// Its ungrouped totals, by currency.
    totals: BTreeMap<Place, BTreeMap<Currency, i128>>,
    /// The days of which they are imported, also where they are nothing.
    has_totals: BTreeSet<Place>,
    /// How many lines and totals were rounded to 10^-12, each by less than that.
    rounded: BTreeMap<(Place, Currency), i128>,
}

impl Bill {
    fn decode(segments: &[Segment], has_totals: BTreeSet<Place>) -> Result<Self, DecodeError> {
        let (lines, totals, rounded) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut bill = Self { lines, totals, has_totals, rounded };
        for segment in segments {
            let place = (segment.day, segment.connection.clone());
            let (texts, lines) = facts::segment::decode_costs(&segment.body)?;
            for line in lines.iter().filter(|line| line.rounded) {
                *bill.rounded.entry((place.clone(), line.currency)).or_default() += 1;
            }
            if segment.stream == Stream::Costs {
                bill.lines.insert(place, (texts, lines));
                continue;
            }
            let totals = bill.totals.entry(place).or_default();
            for line in lines {
                let total: &mut i128 = totals.entry(line.currency).or_default();
                *total = total.saturating_add(line.amount.pico());
            }
        }
        Ok(bill)
    }

    /// The lines of each day of a stretch.
    fn reconcile(&self, stretch: &Stretch) -> Vec<(Place, Lines)> {
        let days = (stretch.window.start.number()..stretch.window.end.number()).map(Day::from_number);
        let of_day = |day: Day| {
            let bounds = day.start().unix_seconds()..day.plus(1).start().unix_seconds();
            let cubes: Vec<Cube> = stretch.cubes.iter().map(|cube| cube.within(&bounds)).collect();
            let place = (day, stretch.connection.clone());
            let lines = self.lines(&place, &cubes);
            (place, lines)
        };
        days.map(of_day).collect()
    }

    fn lines(&self, place: &Place, facts: &[Cube]) -> Lines {
        let nothing = BillLines::default();
        let (texts, lines) = self.lines.get(place).unwrap_or(&nothing);
        reconcile(lines, texts, facts)
    }

    /// The days, and those that have a bill or a total without any fact.
    fn completed(&self, mut days: BTreeMap<Place, Lines>) -> BTreeMap<Place, Lines> {
        for place in self.lines.keys().chain(self.totals.keys()) {
            if !days.contains_key(place) {
                days.insert(place.clone(), self.lines(place, &[]));
            }
        }
        days
    }

    /// OpenAI's total of a day; none where it is not imported.
    fn total(&self, place: &Place, currency: Currency) -> Option<i128> {
        let total = || self.totals.get(place).and_then(|totals| totals.get(&currency)).copied();
        self.has_totals.contains(place).then(|| total().unwrap_or_default())
    }
}

fn answer(
    span: Span,
    today: Day,
    bill: &Bill,
    days: &BTreeMap<Place, Lines>,
    known: Known,
) -> Reconciliation {
    let mut rates = Rates::default();
    for (key, line) in days.values().flatten() {
        rates.add(key, line);
    }
    let (mut shown, mut differences) = (Vec::new(), Vec::new());
    let of_accounts: HashMap<_, _> = known.of_accounts().collect();
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    for (place, lines) in days {
        let billed = bill.totals.get(place).into_iter().flat_map(BTreeMap::keys);
        let currencies: BTreeSet<Currency> =
            lines.keys().map(|(currency, _)| *currency).chain(billed.copied()).collect();
        for currency in currencies {
            let of_currency = || lines.iter().filter(move |((of, _), _)| *of == currency);
            let day = Sums::of(of_currency().map(|(_, line)| line), bill.total(place, currency));
            sums.entry(currency).or_default().add(&day);
            let rounding = bill.rounded.get(&(place.clone(), currency)).copied().unwrap_or_default();
            differences.push(day.difference(rounding));
            let mut lines: Vec<ReconciledLine> =
                of_currency().map(|(key, line)| said(key, line, &rates)).collect();
            lines.sort_by_key(|line| std::cmp::Reverse(line.billed.pico().unsigned_abs()));
            let unknown = DayCoverage { cost: Coverage::Missing, usage: Coverage::Missing };
            let coverage = of_accounts.get(&(place.0, &place.1)).copied().unwrap_or(unknown);
            shown.push(ReconciledDay {
                day: place.0,
                connection: place.1.clone(),
                coverage: coverage.cost,
                usage_coverage: coverage.usage,
                totals: day.said(currency),
                lines,
            });
        }
    }
    let past = span.each().take_while(|day| *day <= today);
    let is_known = |(_, known): (Day, &DayCoverage)| known.cost != Coverage::Missing;
    let is_complete = past.zip(&known.days).all(is_known);
    Reconciliation {
        span,
        verdict: verdict(shown.iter().zip(differences), is_complete),
        totals: sums.into_iter().map(|(currency, sums)| sums.said(currency)).collect(),
        days: shown,
        freshness: known.freshness,
    }
}

fn said(key: &(Currency, reconcile::Subject), line: &Line, rates: &Rates) -> ReconciledLine {
    let rate = line.counted_quantity.and_then(|counted| Some((counted, rates.of(key, line)?)));
    let computed = rate.map(|(counted, rate)| rate.of(counted));
    let scale = if line.unit.as_deref() == Some("tokens") { MILLION } else { ONE };
    ReconciledLine {
        subject: match &key.1 {
            reconcile::Subject::LineItem(line_item) => Subject::LineItem { line_item: line_item.clone() },
            reconcile::Subject::NoLineItem => Subject::NoLineItem,
            reconcile::Subject::NotBilled(unit) => Subject::NotBilled { unit: unit.clone() },
        },
        billed: Amount::saturating(line.billed),
        attributed: Amount::saturating(line.attributed),
        unattributed: line
            .unattributed
            .iter()
            .map(|(reason, pico)| Unattributed { reason: reason.clone(), amount: Amount::saturating(*pico) })
            .collect(),
        unit: line.unit.clone(),
        billed_quantity: line.billed_quantity.map(Figure::from_pico),
        counted_quantity: line.counted_quantity.map(Figure::from_pico),
        rate: rate.map(|(_, rate)| EffectiveRate {
            price: Figure::from_pico(rate.of(scale)),
            source: match rate.source {
                reconcile::RateSource::Bill => RateSource::Bill,
                reconcile::RateSource::Days => RateSource::Days,
            },
        }),
        computed: computed.map(Amount::saturating),
        residual: computed.map(|computed| Amount::saturating(line.billed.saturating_sub(computed))),
    }
}
