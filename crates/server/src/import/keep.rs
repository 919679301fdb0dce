//! Puts a window that was read into the store, in one transaction: a restart in between changes nothing, and reading
//! again doubles nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use api::connection::Stream;
use api::connection_draft::{Cause, Finding};
use api::{Amount, Currency, Day, Timestamp};
use sqlx::AnyConnection;

use super::costs::Costs;
use super::days::Whole;
use super::history;
use super::leased::{self, Stopped};
use super::plan::{self, Window};
use super::work::wait;
use crate::app::App;
use crate::notification;
use crate::reconciliation::alarm;
use crate::store::cost_restatement::CostRestatement;
use crate::store::import_unit::{Purpose, Unit};
use crate::store::lease::Lease;
use crate::store::project::Project;
use crate::store::{
    self, column, cost, cost_restatement, import_day, import_schedule, import_unit, project, segment,
};

/// A window as it was read.
pub(super) enum Read {
    Costs(Costs),
    Usage(Whole),
}

impl Read {
    fn whole(&self) -> &Whole {
        match self {
            Self::Costs(costs) => &costs.days,
            Self::Usage(whole) => whole,
        }
    }
}

/// Keeps the days that came whole, in place of the unit. Days that did not are units of their own, tried again later.
/// Nothing is kept, and the unit stays, where they are of an organization that another connection has.
pub(super) async fn keep(
    app: &App,
    lease: &Lease,
    unit: &Unit,
    read: &Read,
    now: Timestamp,
) -> Result<Result<(), Finding>, Stopped> {
    let whole = read.whole();
    let of = (&unit.tenant, &unit.connection);
    let mut db = leased::write(app, lease).await?;
    if !import_unit::complete(&mut db, unit).await? {
        return Ok(Ok(()));
    }
    if let Read::Costs(Costs { organization: Some(organization), .. }) = read
        && let Some(connection) = store::connection::identify(&mut db, of, organization).await?
    {
        return Ok(Err(Finding::new(Cause::AlreadyConnected { connection }, None)));
    }
    if let (Stream::Costs, Read::Costs(costs)) = (unit.stream, read) {
        keep_costs(&mut db, unit, costs, now).await?;
    }
    let changed = segment::replace(&mut db, of, unit.stream, &whole.read, now).await?;
    if unit.stream.is_money() {
        alarm::compare(app, &mut db, of, unit.window).await?;
    }
    if let (Stream::CostTotals, Read::Costs(totals)) = (unit.stream, read) {
        history::go_on(&mut db, unit, totals, app.limits.history_days, now).await?;
    }
    for window in plan::runs(history::missing(unit, whole)) {
        plan_rest(&mut db, unit, window, now).await?;
    }
    if unit.purpose != Purpose::Refresh {
        notification::note_progress(app, &mut db, of).await?;
    }
    db.commit().await?;
    app.importer.note_kept();
    tracing::info!(
        connection = unit.connection.as_str(),
        stream = unit.stream.slug(),
        start = %unit.window.start,
        end = %unit.window.end,
        days = whole.read.len(),
        changed = changed.len(),
        rows = whole.read.values().map(|read| read.row_count).sum::<usize>(),
        missing = whole.missing.len(),
        "imported a window"
    );
    Ok(Ok(()))
}

/// Plans a stretch of days that the answer lacked.
async fn plan_rest(db: &mut AnyConnection, unit: &Unit, window: Window, now: Timestamp) -> sqlx::Result<()> {
    let purpose = if unit.purpose == Purpose::Walk { Purpose::History } else { unit.purpose };
    let rest = Unit { window, purpose, ..unit.clone() };
    let failure = Finding::new(Cause::DaysMissing { days: window.each().collect() }, None);
    let due_at = now.plus_seconds(wait(unit.attempts, &failure.cause));
    import_unit::insert(db, (&unit.tenant, &unit.connection), (unit.stream, window, purpose), now).await?;
    import_unit::postpone(db, &rest, &failure, (unit.attempts.saturating_add(1), due_at), now).await
}

/// Keeps what beside the segments follows from costs: their daily sums, and what was told of names on the way.
async fn keep_costs(db: &mut AnyConnection, unit: &Unit, costs: &Costs, now: Timestamp) -> sqlx::Result<()> {
    let of = (&unit.tenant, &unit.connection);
    note_restatements(db, unit, costs, now).await?;
    let days: Vec<Day> = costs.days.read.keys().copied().collect();
    let sums: Vec<_> = costs.sums().collect();
    cost::replace(db, of, &days, &sums).await?;
    for (id, name) in &costs.projects {
        let named = Project { id: id.clone(), name: Some(name.clone()), archived_at: None };
        project::upsert(db, of, &named, now).await?;
    }
    if let Some(from) = costs.api_key_from {
        import_schedule::note_api_key_costs(db, of, from).await?;
    }
    Ok(())
}

/// Notes which days were imported after their end and are billed otherwise now, if only to other projects.
async fn note_restatements(
    db: &mut AnyConnection,
    unit: &Unit,
    costs: &Costs,
    now: Timestamp,
) -> sqlx::Result<()> {
    let of = (&unit.tenant, &unit.connection);
    let imported = import_day::imported_at(db, of, (Stream::Costs, unit.window)).await?;
    let ended = |day: &Day| imported.get(day).is_some_and(|at| *at >= day.plus(1).start());
    let kept = cost::between(db, of.0, std::slice::from_ref(of.1), unit.window).await?;
    let kept = kept.iter().flat_map(|of| of.costs.iter().map(move |cost| (of.day, cost)));
    let old = by_day(kept.map(|(day, cost)| (day, cost.project.as_deref(), cost.currency, cost.amount)));
    let new = by_day(costs.sums());
    let places: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let nothing = BTreeMap::new();
    for (day, currency) in places {
        let [old, new] = [&old, &new].map(|bill| bill.get(&(day, currency)).unwrap_or(&nothing));
        if old != new && ended(&day) && costs.days.read.contains_key(&day) {
            let [old, new] = [old, new].map(|bill| bill.values().copied().sum());
            let change = CostRestatement { day, currency, old, new, noticed_at: now };
            cost_restatement::insert(db, of, &change).await?;
        }
    }
    Ok(())
}

/// What each project is billed, none for the organization; those that are billed nothing are not there.
type Bill<'a> = BTreeMap<Option<Cow<'a, str>>, Amount>;

/// The bill of each day in each currency. What moves from a project to another is billed anew as well.
fn by_day<'a>(
    costs: impl Iterator<Item = (Day, Option<&'a str>, Currency, Amount)>,
) -> BTreeMap<(Day, Currency), Bill<'a>> {
    let mut bills: BTreeMap<(Day, Currency), Bill<'a>> = BTreeMap::new();
    for (day, project, currency, amount) in costs {
        // As they are kept, or an id with a nul would be another one with every reading.
        let project = project.map(column::without_nul);
        let sum = bills.entry((day, currency)).or_default().entry(project).or_default();
        *sum = *sum + amount;
    }
    bills.values_mut().for_each(|bill| bill.retain(|_, amount| *amount != Amount::ZERO));
    bills
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_that_moves_to_another_project_is_another_bill() {
        let day = Day::from_number(20_000);
        let amount = |pico| Amount::from_pico(pico).unwrap();
        let of = |costs: &[(Option<&'static str>, i128)]| {
            by_day(costs.iter().map(|(project, pico)| (day, *project, Currency::USD, amount(*pico))))
        };
        let bill = of(&[(Some("p1"), 3), (Some("p2"), 4), (None, 0)]);
        assert_ne!(bill, of(&[(Some("p1"), 4), (Some("p2"), 3)]));
        assert_eq!(
            bill,
            of(&[(Some("p2"), 4), (Some("p1\0"), 3)]),
            "in another order, with a nul and no zero"
        );
    }
}
