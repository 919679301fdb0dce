//! From stored sums to the answer: pure arithmetic, exact to the last unit.

use std::collections::{BTreeMap, HashMap};

use api::cost::{Coverage, CurrencyTotal, DailyCosts, DayCost, Project, ProjectCost, Series, SeriesOf};
use api::{Amount, ConnectionId, Currency, Day, Timestamp};

use crate::figures::main_currency;
use crate::freshness::Lives;
use crate::import::plan::{self, Window};
use crate::store::cost::DayCosts;

/// Projects that have a colour of their own.
const COLOURS: usize = 5;

/// What the store knows of the period.
pub(super) struct Facts {
    /// What the connections are billed on each day.
    pub(super) billed: Vec<DayCosts>,
    /// The projects that have a name: whose, which, and the name.
    pub(super) names: Vec<(ConnectionId, String, String)>,
    /// The connections that are asked for.
    pub(super) connections: Vec<ConnectionId>,
    /// Between which days they have anything to import.
    pub(super) lives: Lives,
    /// When each of their days was imported.
    pub(super) imported: Vec<(ConnectionId, Day, Timestamp)>,
    /// Through which day costs are billed, over all time.
    pub(super) billed_through: Option<Day>,
}

/// Who pays: a project of a connection, or none for what is billed to the organization.
type Payer<'a> = (&'a ConnectionId, Option<&'a str>);

/// The answer for a period.
pub(super) fn fold(period: Window, facts: &Facts) -> DailyCosts {
    let each = || {
        facts.billed.iter().flat_map(|of| {
            of.costs.iter().map(move |cost| ((&of.connection, cost.project.as_deref()), of.day, cost))
        })
    };
    let mut totals: BTreeMap<Currency, Amount> = BTreeMap::new();
    for (_, _, cost) in each() {
        add(totals.entry(cost.currency).or_default(), cost.amount);
    }
    let currency = main_currency(totals.iter().map(|(currency, total)| (*currency, *total != Amount::ZERO)));
    let total = totals.remove(&currency).unwrap_or_default();

    let days: Vec<Day> = (period.start.number()..period.end.number()).map(Day::from_number).collect();
    let mut by_day = vec![Amount::ZERO; days.len()];
    let mut by_payer: HashMap<Payer<'_>, Vec<Amount>> = HashMap::new();
    for (payer, day, cost) in each().filter(|(.., cost)| cost.currency == currency) {
        let at = usize::try_from(day.number() - period.start.number()).unwrap_or(usize::MAX);
        let of_payer = by_payer.entry(payer).or_insert_with(|| vec![Amount::ZERO; days.len()]);
        for sum in [by_day.get_mut(at), of_payer.get_mut(at)].into_iter().flatten() {
            add(sum, cost.amount);
        }
    }
    let names: HashMap<Payer<'_>, &str> = facts
        .names
        .iter()
        .map(|(connection, id, name)| ((connection, Some(id.as_str())), name.as_str()))
        .collect();
    let mut projects: Vec<(ProjectCost, Vec<Amount>)> = by_payer
        .into_iter()
        .map(|((connection, id), amounts)| {
            let name = names.get(&(connection, id)).map(ToString::to_string);
            let project = Project { connection: connection.clone(), id: id.map(str::to_owned), name };
            (ProjectCost { project, amount: amounts.iter().copied().sum() }, amounts)
        })
        .collect();
    projects.sort_by(|(one, _), (other, _)| {
        other.amount.cmp(&one.amount).then_with(|| one.project.cmp(&other.project))
    });

    let mut series: Vec<Series> = projects
        .iter()
        .take(COLOURS)
        .map(|(cost, amounts)| Series {
            of: SeriesOf::Project(cost.project.clone()),
            amounts: amounts.clone(),
        })
        .collect();
    if projects.len() > series.len() {
        let count = u32::try_from(projects.len() - series.len()).unwrap_or(u32::MAX);
        let mut rest = by_day.clone();
        for coloured in &series {
            rest.iter_mut().zip(&coloured.amounts).for_each(|(rest, of)| *rest = *rest - *of);
        }
        series.push(Series { of: SeriesOf::Other { projects: count }, amounts: rest });
    }

    let coverage = coverage(&facts.connections, &facts.lives, &facts.imported);
    DailyCosts {
        start: period.start,
        end: period.end,
        currency,
        total,
        days: days
            .iter()
            .zip(&by_day)
            .map(|(day, amount)| DayCost { day: *day, amount: *amount, coverage: coverage(*day) })
            .collect(),
        series,
        projects: projects.into_iter().map(|(cost, _)| cost).collect(),
        other_currencies: totals
            .into_iter()
            .map(|(currency, total)| CurrencyTotal { currency, total })
            .filter(|other| other.total != Amount::ZERO)
            .collect(),
        billed_through: facts.billed_through,
        imported_at: facts.imported.iter().map(|(_, _, at)| *at).max(),
    }
}

fn add(sum: &mut Amount, amount: Amount) {
    *sum = *sum + amount;
}

/// How much of a day is known: as much as of the account of which least is known.
fn coverage(
    connections: &[ConnectionId],
    lives: &Lives,
    imported: &[(ConnectionId, Day, Timestamp)],
) -> impl Fn(Day) -> Coverage {
    let imported: HashMap<(ConnectionId, Day), Timestamp> =
        imported.iter().map(|(connection, day, at)| ((connection.clone(), *day), *at)).collect();
    move |day| {
        let of = |connection: &ConnectionId| match imported.get(&(connection.clone(), day)) {
            // Nothing was billed before the first cost: that is known.
            None if lives.is_outside(connection, day) => Coverage::Settled,
            None => Coverage::Missing,
            Some(at) if *at < plan::settles_at(day) => Coverage::Provisional,
            Some(_) => Coverage::Settled,
        };
        let known: Vec<Coverage> = connections.iter().map(of).collect();
        if known.is_empty() || known.contains(&Coverage::Missing) {
            Coverage::Missing
        } else if known.contains(&Coverage::Provisional) {
            Coverage::Provisional
        } else {
            Coverage::Settled
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::cost::ProjectCost as Cost;

    fn connection(name: &str) -> ConnectionId {
        ConnectionId::parse(&format!("conn_{name}")).unwrap()
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn amount(text: &str) -> Amount {
        serde_json::from_value(text.into()).unwrap()
    }

    fn cost(on: &str, project: Option<&str>, currency: &str, billed: &str) -> DayCosts {
        let project = project.map(str::to_owned);
        let cost = Cost { project, currency: Currency::parse(currency).unwrap(), amount: amount(billed) };
        DayCosts { connection: connection("a"), day: day(on), costs: vec![cost] }
    }

    fn period(start: &str, end: &str) -> Window {
        Window { start: day(start), end: day(end) }
    }

    fn facts(billed: Vec<DayCosts>) -> Facts {
        Facts {
            billed,
            names: vec![(connection("a"), "proj_6".into(), "Search".into())],
            connections: vec![connection("a")],
            lives: Lives::default(),
            imported: Vec::new(),
            billed_through: None,
        }
    }

    #[test]
    fn five_projects_have_a_colour_and_the_rest_is_one() {
        let mut costs: Vec<_> = (1..=7)
            .map(|n| cost("2026-11-20", Some(&format!("proj_{n}")), "usd", &format!("{n}.000000000001")))
            .collect();
        costs.push(cost("2026-11-21", None, "usd", "-0.5"));
        let answer = fold(period("2026-11-20", "2026-11-23"), &facts(costs));
        assert_eq!(answer.total, amount("27.500000000007"));
        let labels: Vec<_> = answer.projects.iter().map(|project| project.project.label()).collect();
        assert_eq!(
            labels,
            [
                "proj_7",
                "Search",
                "proj_5",
                "proj_4",
                "proj_3",
                "proj_2",
                "proj_1",
                "Not assigned to a project"
            ]
        );
        assert_eq!(answer.series.len(), 6);
        assert_eq!(answer.series[5].of, SeriesOf::Other { projects: 3 });
        assert_eq!(answer.series[5].amounts, [amount("3.000000000002"), amount("-0.5"), Amount::ZERO]);
        let summed: Amount = answer.series.iter().flat_map(|series| series.amounts.iter().copied()).sum();
        let projects: Amount = answer.projects.iter().map(|project| project.amount).sum();
        let days: Amount = answer.days.iter().map(|day| day.amount).sum();
        assert_eq!([summed, projects, days], [answer.total; 3]);
    }

    #[test]
    fn other_currencies_are_in_no_figure_but_their_own() {
        let costs = vec![
            cost("2026-11-20", None, "eur", "3"),
            cost("2026-11-20", None, "usd", "2"),
            cost("2026-11-21", Some("p"), "eur", "1"),
        ];
        let answer = fold(period("2026-11-20", "2026-11-22"), &facts(costs.clone()));
        assert_eq!((answer.currency, answer.total), (Currency::USD, amount("2")));
        let euro = Currency::parse("EUR").unwrap();
        assert_eq!(answer.other_currencies, [CurrencyTotal { currency: euro, total: amount("4") }]);
        let without: Vec<_> = costs.into_iter().filter(|of| of.costs[0].currency == euro).collect();
        assert_eq!(fold(period("2026-11-20", "2026-11-22"), &facts(without.clone())).currency, euro);
        // A row of nothing in US dollars makes no bill in them.
        let mut with_nothing = without;
        with_nothing.push(cost("2026-11-20", None, "usd", "0"));
        let answer = fold(period("2026-11-20", "2026-11-22"), &facts(with_nothing));
        assert_eq!((answer.currency, answer.other_currencies), (euro, Vec::new()));
    }

    #[test]
    fn a_day_is_known_as_much_as_of_the_account_of_which_least_is_known() {
        let imported = |name: &str, on: &str, at: &str| (connection(name), day(on), day(at).start());
        let known = Facts {
            connections: vec![connection("a"), connection("b")],
            imported: vec![
                imported("a", "2026-11-18", "2026-11-22"),
                imported("b", "2026-11-18", "2026-11-22"),
                imported("a", "2026-11-19", "2026-11-23"),
                imported("b", "2026-11-19", "2026-11-22"),
                imported("a", "2026-11-20", "2026-11-23"),
            ],
            ..facts(Vec::new())
        };
        let answer = fold(period("2026-11-18", "2026-11-21"), &known);
        let coverages: Vec<_> = answer.days.iter().map(|day| day.coverage).collect();
        assert_eq!(coverages, [Coverage::Settled, Coverage::Provisional, Coverage::Missing]);
        assert_eq!(answer.imported_at, Some(day("2026-11-23").start()));
        let nothing = Facts { connections: vec![], ..facts(Vec::new()) };
        assert_eq!(fold(period("2026-11-20", "2026-11-21"), &nothing).days[0].coverage, Coverage::Missing);
    }
}
