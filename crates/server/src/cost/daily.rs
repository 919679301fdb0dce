//! From stored sums to the answer: pure arithmetic, exact to the last unit.

use std::collections::{BTreeMap, HashMap};

use api::cost::{Coverage, CurrencyTotal, DailyCosts, DayCost, Project, ProjectCost, Series, SeriesOf};
use api::{Amount, ConnectionId, Currency, Day, Timestamp};

use crate::import::plan::{self, Window};
use crate::store::cost::DailyCost;

/// Projects that have a colour of their own.
const COLOURS: usize = 5;

/// What the store knows of the period.
pub(super) struct Facts {
    /// Sums by day, connection, project and currency.
    pub(super) costs: Vec<DailyCost>,
    /// The connections that are asked for.
    pub(super) connections: Vec<ConnectionId>,
    /// When each of their days was imported.
    pub(super) imported: Vec<(ConnectionId, Day, Timestamp)>,
    /// The newest day with costs, over all time.
    pub(super) billed_through: Option<Day>,
}

/// The answer for a period.
pub(super) fn fold(period: Window, facts: Facts) -> DailyCosts {
    let currency = main_currency(&facts.costs);
    let (costs, others): (Vec<_>, Vec<_>) =
        facts.costs.into_iter().partition(|cost| cost.currency == currency);
    let days: Vec<Day> = (period.start.number()..period.end.number()).map(Day::from_number).collect();
    let by_project = by_project(costs);
    let amounts = |costs: &BTreeMap<Day, Amount>| -> Vec<Amount> {
        days.iter().map(|day| costs.get(day).copied().unwrap_or_default()).collect()
    };

    let mut series: Vec<Series> = by_project
        .iter()
        .take(COLOURS)
        .map(|(project, costs, _)| Series { of: SeriesOf::Project(project.clone()), amounts: amounts(costs) })
        .collect();
    let rest = by_project.get(COLOURS..).unwrap_or_default();
    if !rest.is_empty() {
        let projects = u32::try_from(rest.len()).unwrap_or(u32::MAX);
        let sums = added_up(rest.iter().flat_map(|(_, costs, _)| costs.iter()));
        series.push(Series { of: SeriesOf::Other { projects }, amounts: amounts(&sums) });
    }

    let coverage = coverage(&facts.connections, &facts.imported);
    let by_day = added_up(by_project.iter().flat_map(|(_, costs, _)| costs.iter()));
    DailyCosts {
        start: period.start,
        end: period.end,
        currency,
        total: by_project.iter().map(|(_, _, amount)| *amount).sum(),
        days: days
            .iter()
            .map(|day| DayCost {
                day: *day,
                amount: by_day.get(day).copied().unwrap_or_default(),
                coverage: coverage(*day),
            })
            .collect(),
        series,
        projects: by_project
            .into_iter()
            .map(|(project, _, amount)| ProjectCost { project, amount })
            .collect(),
        other_currencies: totals(&others),
        billed_through: facts.billed_through,
        imported_at: facts.imported.iter().map(|(_, _, at)| *at).max(),
    }
}

/// US dollars where there are any, as everywhere at OpenAI so far.
fn main_currency(costs: &[DailyCost]) -> Currency {
    let currencies = || costs.iter().map(|cost| cost.currency);
    if currencies().any(|currency| currency == Currency::USD) {
        return Currency::USD;
    }
    currencies().min().unwrap_or(Currency::USD)
}

type ProjectDays = (Project, BTreeMap<Day, Amount>, Amount);

/// Each project with its days and its total, most expensive first.
fn by_project(costs: Vec<DailyCost>) -> Vec<ProjectDays> {
    let mut projects: BTreeMap<Project, BTreeMap<Day, Amount>> = BTreeMap::new();
    for cost in costs {
        let project = Project { connection: cost.connection, id: cost.project, name: cost.project_name };
        let amount = projects.entry(project).or_default().entry(cost.day).or_default();
        *amount = *amount + cost.amount;
    }
    let mut projects: Vec<ProjectDays> = projects
        .into_iter()
        .map(|(project, days)| {
            let total = days.values().copied().sum();
            (project, days, total)
        })
        .collect();
    projects
        .sort_by(|(project, _, amount), (other, _, more)| more.cmp(amount).then_with(|| project.cmp(other)));
    projects
}

fn added_up<'a>(costs: impl Iterator<Item = (&'a Day, &'a Amount)>) -> BTreeMap<Day, Amount> {
    let mut sums = BTreeMap::new();
    for (day, amount) in costs {
        let sum: &mut Amount = sums.entry(*day).or_default();
        *sum = *sum + *amount;
    }
    sums
}

fn totals(costs: &[DailyCost]) -> Vec<CurrencyTotal> {
    let mut totals: BTreeMap<Currency, Amount> = BTreeMap::new();
    for cost in costs {
        let total = totals.entry(cost.currency).or_default();
        *total = *total + cost.amount;
    }
    totals.into_iter().map(|(currency, total)| CurrencyTotal { currency, total }).collect()
}

/// How much of a day is known: as much as of the account of which least is known.
fn coverage(
    connections: &[ConnectionId],
    imported: &[(ConnectionId, Day, Timestamp)],
) -> impl Fn(Day) -> Coverage {
    let imported: HashMap<(ConnectionId, Day), Timestamp> =
        imported.iter().map(|(connection, day, at)| ((connection.clone(), *day), *at)).collect();
    let connections = connections.to_vec();
    move |day| {
        let of = |connection: &ConnectionId| match imported.get(&(connection.clone(), day)) {
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

    fn connection(name: &str) -> ConnectionId {
        ConnectionId::parse(&format!("conn_{name}")).unwrap()
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn amount(text: &str) -> Amount {
        serde_json::from_value(text.into()).unwrap()
    }

    fn cost(on: &str, project: Option<&str>, currency: &str, billed: &str) -> DailyCost {
        DailyCost {
            day: day(on),
            connection: connection("a"),
            project: project.map(str::to_owned),
            project_name: None,
            currency: Currency::parse(currency).unwrap(),
            amount: amount(billed),
        }
    }

    fn period(start: &str, end: &str) -> Window {
        Window { start: day(start), end: day(end) }
    }

    fn facts(costs: Vec<DailyCost>) -> Facts {
        Facts { costs, connections: vec![connection("a")], imported: Vec::new(), billed_through: None }
    }

    #[test]
    fn five_projects_have_a_colour_and_the_rest_is_one() {
        let mut costs: Vec<_> = (1..=7)
            .map(|n| cost("2026-11-20", Some(&format!("proj_{n}")), "usd", &format!("{n}.000000000001")))
            .collect();
        costs.push(cost("2026-11-21", None, "usd", "-0.5"));
        let answer = fold(period("2026-11-20", "2026-11-23"), facts(costs));
        assert_eq!(answer.total, amount("27.500000000007"));
        let labels: Vec<_> = answer.projects.iter().map(|project| project.project.label()).collect();
        assert_eq!(
            labels,
            [
                "proj_7",
                "proj_6",
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
        let answer = fold(period("2026-11-20", "2026-11-22"), facts(costs.clone()));
        assert_eq!((answer.currency, answer.total), (Currency::USD, amount("2")));
        let euro = Currency::parse("EUR").unwrap();
        assert_eq!(answer.other_currencies, [CurrencyTotal { currency: euro, total: amount("4") }]);
        let without: Vec<_> = costs.into_iter().filter(|cost| cost.currency == euro).collect();
        assert_eq!(fold(period("2026-11-20", "2026-11-22"), facts(without)).currency, euro);
    }

    #[test]
    fn a_day_is_known_as_much_as_of_the_account_of_which_least_is_known() {
        let imported = |name: &str, on: &str, at: &str| (connection(name), day(on), day(at).start());
        let facts = Facts {
            costs: Vec::new(),
            connections: vec![connection("a"), connection("b")],
            imported: vec![
                imported("a", "2026-11-18", "2026-11-22"),
                imported("b", "2026-11-18", "2026-11-22"),
                imported("a", "2026-11-19", "2026-11-23"),
                imported("b", "2026-11-19", "2026-11-22"),
                imported("a", "2026-11-20", "2026-11-23"),
            ],
            billed_through: None,
        };
        let answer = fold(period("2026-11-18", "2026-11-21"), facts);
        let coverages: Vec<_> = answer.days.iter().map(|day| day.coverage).collect();
        assert_eq!(coverages, [Coverage::Settled, Coverage::Provisional, Coverage::Missing]);
        assert_eq!(answer.imported_at, Some(day("2026-11-23").start()));
        let nothing = Facts { costs: vec![], connections: vec![], imported: vec![], billed_through: None };
        assert_eq!(fold(period("2026-11-20", "2026-11-21"), nothing).days[0].coverage, Coverage::Missing);
    }
}
