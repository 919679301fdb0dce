//! Why did it change? The facts of two periods, compared.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use api::change::{self, ChangeError, ChangedRow, Effect, EffectAmount, Query};
use api::cost::CurrencyTotal;
use api::freshness::Freshness;
use api::{Amount, ConnectionId, Currency, Span, TenantId};
use attribution::change::{Change, Difference, Effect as Cause, Place, Side};
use facts::Names;
use facts::group::{Filter, Grouping, Sum};

use crate::app::App;
use crate::figures::{self, Enough, FiguresError};
use crate::http::{Call, Cx, Failure, Outcome};
use crate::import::plan::Window;
use crate::roll_up::Stretch;
use crate::{account, freshness, names};

/// The costs of both periods, by currency.
type Changes = BTreeMap<Currency, Change>;

/// Explains a difference.
pub async fn query(cx: Cx, call: Call<Query>) -> Outcome<Query> {
    let tenant = &cx.user()?.tenant;
    let query = call.body;
    let limit = query.parse().map_err(Failure::Refused)?;
    let mut db = cx.app.store.read().await?;
    let connections = account::asked(&mut db, tenant, &query.accounts).await?;
    let unknown = |accounts| Failure::Refused(ChangeError::UnknownConnection { accounts });
    let connections = connections.map_err(unknown)?;
    let known = freshness::known(&cx.app, &mut db, tenant, &connections, query.after).await?;
    let names = names::of(&mut db, tenant, &connections).await?;
    drop(db);
    let filters = query.filters.iter().map(|filter| Filter {
        label: filter.label.0,
        texts: filter.values.clone(),
        exclude: filter.exclude,
    });
    let question = Arc::new(Question { names, filters: filters.collect() });
    let mut changes = Changes::new();
    for (side, span) in [(Side::Before, query.before), (Side::After, query.after)] {
        merge(&mut changes, read(&cx.app, tenant, &connections, &question, (side, span)).await?);
    }
    let work = tokio::task::spawn_blocking(move || {
        answer((query.before, query.after), &changes, limit, known.freshness)
    });
    Ok(work.await.map_err(FiguresError::from)?.into())
}

/// What facts are read for.
struct Question {
    names: Names,
    filters: Vec<Filter>,
}

/// The costs of a period.
async fn read(
    app: &App,
    tenant: &TenantId,
    connections: &[ConnectionId],
    question: &Arc<Question>,
    (side, span): (Side, Span),
) -> Result<Changes, FiguresError> {
    let window = Window { start: span.start, end: span.end };
    let question = Arc::clone(question);
    let add = move |changes: &mut Changes, stretch: &Stretch| question.add(changes, stretch, (side, span));
    let merge = |all: &mut Changes, part| {
        merge(all, part);
        Enough::No
    };
    figures::over(app, tenant, connections, window).reduce(Changes::new(), add, merge).await
}

impl Question {
    fn add(&self, changes: &mut Changes, stretch: &Stretch, (side, span): (Side, Span)) {
        let grouping = Grouping {
            labels: &Change::LABELS,
            filters: &self.filters,
            bounds: &[span.start.start().unix_seconds(), span.end.start().unix_seconds()],
            order: Sum::Cost,
            limit: usize::MAX,
        };
        for cube in &stretch.cubes {
            let change = changes.entry(cube.currency()).or_default();
            grouping.of(cube, &self.names).groups.iter().for_each(|group| change.add(side, group));
        }
    }
}

fn merge(all: &mut Changes, part: Changes) {
    for (currency, change) in part {
        all.entry(currency).or_default().merge(change);
    }
}

/// The answer: the places that changed most have a row each, the others are one.
fn answer(
    (before, after): (Span, Span),
    changes: &Changes,
    limit: usize,
    freshness: Freshness,
) -> change::Change {
    let mut explained: BTreeMap<Currency, BTreeMap<Place, Difference>> =
        changes.iter().map(|(currency, change)| (*currency, change.explain())).collect();
    let is_billed = |places: &BTreeMap<Place, Difference>| {
        places.values().any(|difference| (difference.before, difference.after) != (0, 0))
    };
    let currency =
        figures::main_currency(explained.iter().map(|(currency, places)| (*currency, is_billed(places))));
    let mut rows: Vec<(Place, Difference)> =
        explained.remove(&currency).unwrap_or_default().into_iter().collect();
    let size = |difference: &Difference| difference.after.saturating_sub(difference.before).unsigned_abs();
    // A stable sort: what changed as much stays in the order of the texts.
    rows.sort_by_key(|(_, difference)| Reverse(size(difference)));
    let rest = rows.split_off(limit.min(rows.len()));
    let [shown, folded] = [&rows, &rest].map(|rows| total(rows.iter().map(|(_, difference)| difference)));
    change::Change {
        before,
        after,
        currency,
        total: said(&total([&shown, &folded].into_iter())),
        rows: rows.into_iter().map(|(place, difference)| row(&place, &difference)).collect(),
        rest: (!rest.is_empty()).then(|| said(&folded)),
        folded: u32::try_from(rest.len()).unwrap_or(u32::MAX),
        other_currencies: explained
            .iter()
            .map(|(currency, places)| {
                let sum = total(places.values());
                CurrencyTotal {
                    currency: *currency,
                    total: Amount::saturating(sum.after.saturating_sub(sum.before)),
                }
            })
            .filter(|other| other.total != Amount::ZERO)
            .collect(),
        freshness,
    }
}

fn total<'a>(differences: impl Iterator<Item = &'a Difference>) -> Difference {
    let mut total = Difference::default();
    differences.for_each(|difference| total.add(difference));
    total
}

fn row(place: &Place, difference: &Difference) -> ChangedRow {
    ChangedRow {
        account: place.account.to_string(),
        project: place.project.to_string(),
        model: place.model.to_string(),
        difference: said(difference),
    }
}

fn said(difference: &Difference) -> change::Difference {
    let effects = Effect::ALL
        .into_iter()
        .map(|effect| EffectAmount { effect, amount: Amount::saturating(difference.effect(cause(effect))) });
    change::Difference {
        before: Amount::saturating(difference.before),
        after: Amount::saturating(difference.after),
        effects: effects.filter(|effect| effect.amount != Amount::ZERO).collect(),
    }
}

const fn cause(effect: Effect) -> Cause {
    match effect {
        Effect::Volume => Cause::Volume,
        Effect::ModelMix => Cause::ModelMix,
        Effect::Tier => Cause::Tier,
        Effect::Cache => Cause::Cache,
        Effect::Price => Cause::Price,
        Effect::New => Cause::New,
        Effect::Gone => Cause::Gone,
        Effect::WithoutUsage => Cause::WithoutUsage,
    }
}
