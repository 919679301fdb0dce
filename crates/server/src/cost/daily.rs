//! From stored sums to the answer: pure arithmetic, exact to the last unit.

use std::collections::{BTreeMap, HashMap};

use api::cost::{Coverage, CurrencyTotal, DailyCosts, DayCost, Project, ProjectCost, Series, SeriesOf};
use api::{Amount, ConnectionId, Currency, Day, Timestamp};

use crate::figures::main_currency;
use crate::import::plan::{self, Window};
use crate::store::cost::{self as store, Payer};

/// Projects that have a colour of their own.
const COLOURS: usize = 5;

/// What projects cost in a period.
pub(super) struct Projects {
    /// US dollars where there are any, as everywhere at OpenAI so far.
    pub(super) currency: Currency,
    /// In that currency, most expensive first.
    costs: Vec<ProjectCost>,
    /// What is billed in others.
    others: Vec<CurrencyTotal>,
}

impl Projects {
    /// Puts projects in their order.
    pub(super) fn new(costs: Vec<store::ProjectCost>) -> Self {
        let currency = main_currency(costs.iter().map(|cost| cost.currency));
        let (costs, others): (Vec<_>, Vec<_>) = costs.into_iter().partition(|cost| cost.currency == currency);
        let project = |cost: store::ProjectCost| {
            let Payer { connection, project } = cost.payer;
            ProjectCost { project: Project { connection, id: project, name: cost.name }, amount: cost.amount }
        };
        let mut costs: Vec<ProjectCost> = costs.into_iter().map(project).collect();
        costs.sort_by(|one, other| {
            other.amount.cmp(&one.amount).then_with(|| one.project.cmp(&other.project))
        });
        Self { currency, costs, others: totals(&others) }
    }

    /// Those that have a colour of their own.
    pub(super) fn coloured(&self) -> impl Iterator<Item = Payer> {
        self.costs.iter().take(COLOURS).map(|cost| Payer {
            connection: cost.project.connection.clone(),
            project: cost.project.id.clone(),
        })
    }
}

/// What the store knows of the period.
pub(super) struct Facts {
    /// What projects cost.
    pub(super) projects: Projects,
    /// What each of those with a colour costs on each day.
    pub(super) coloured: Vec<BTreeMap<Day, Amount>>,
    /// What each day costs.
    pub(super) days: BTreeMap<(Day, Currency), Amount>,
    /// The connections that are asked for.
    pub(super) connections: Vec<ConnectionId>,
    /// The first day of those whose history is known.
    pub(super) began: BTreeMap<ConnectionId, Day>,
    /// When each of their days was imported.
    pub(super) imported: Vec<(ConnectionId, Day, Timestamp)>,
    /// The newest day with costs, over all time.
    pub(super) billed_through: Option<Day>,
}

/// The answer for a period.
pub(super) fn fold(period: Window, facts: Facts) -> DailyCosts {
    let Projects { currency, costs, others } = facts.projects;
    let days: Vec<Day> = (period.start.number()..period.end.number()).map(Day::from_number).collect();
    let amount = |day: &Day| facts.days.get(&(*day, currency)).copied().unwrap_or_default();
    let of_day = |costs: &BTreeMap<Day, Amount>, day: &Day| costs.get(day).copied().unwrap_or_default();

    let mut series: Vec<Series> = costs
        .iter()
        .zip(&facts.coloured)
        .map(|(cost, of)| Series {
            of: SeriesOf::Project(cost.project.clone()),
            amounts: days.iter().map(|day| of_day(of, day)).collect(),
        })
        .collect();
    if costs.len() > facts.coloured.len() {
        let projects = u32::try_from(costs.len() - facts.coloured.len()).unwrap_or(u32::MAX);
        let rest = |day: &Day| facts.coloured.iter().fold(amount(day), |rest, of| rest - of_day(of, day));
        series.push(Series { of: SeriesOf::Other { projects }, amounts: days.iter().map(rest).collect() });
    }

    let coverage = coverage(&facts.connections, &facts.began, &facts.imported);
    DailyCosts {
        start: period.start,
        end: period.end,
        currency,
        total: costs.iter().map(|cost| cost.amount).sum(),
        days: days
            .iter()
            .map(|day| DayCost { day: *day, amount: amount(day), coverage: coverage(*day) })
            .collect(),
        series,
        projects: costs,
        other_currencies: others,
        billed_through: facts.billed_through,
        imported_at: facts.imported.iter().map(|(_, _, at)| *at).max(),
    }
}

fn totals(costs: &[store::ProjectCost]) -> Vec<CurrencyTotal> {
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
    began: &BTreeMap<ConnectionId, Day>,
    imported: &[(ConnectionId, Day, Timestamp)],
) -> impl Fn(Day) -> Coverage {
    let imported: HashMap<(ConnectionId, Day), Timestamp> =
        imported.iter().map(|(connection, day, at)| ((connection.clone(), *day), *at)).collect();
    let (connections, began) = (connections.to_vec(), began.clone());
    move |day| {
        let of = |connection: &ConnectionId| match imported.get(&(connection.clone(), day)) {
            // Nothing was billed before the first cost: that is known.
            None if began.get(connection).is_some_and(|began| day < *began) => Coverage::Settled,
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

    /// A day's costs of a project.
    type DailyCost = (Day, Payer, Currency, Amount);

    fn cost(on: &str, project: Option<&str>, currency: &str, billed: &str) -> DailyCost {
        let payer = Payer { connection: connection("a"), project: project.map(str::to_owned) };
        (day(on), payer, Currency::parse(currency).unwrap(), amount(billed))
    }

    fn period(start: &str, end: &str) -> Window {
        Window { start: day(start), end: day(end) }
    }

    fn facts(costs: Vec<DailyCost>) -> Facts {
        let mut by_project: BTreeMap<(Payer, Currency), Amount> = BTreeMap::new();
        let mut days: BTreeMap<(Day, Currency), Amount> = BTreeMap::new();
        for (day, payer, currency, amount) in &costs {
            let sums = [
                by_project.entry((payer.clone(), *currency)).or_default(),
                days.entry((*day, *currency)).or_default(),
            ];
            sums.into_iter().for_each(|sum| *sum = *sum + *amount);
        }
        let of_project =
            |((payer, currency), amount)| store::ProjectCost { payer, name: None, currency, amount };
        let projects = Projects::new(by_project.into_iter().map(of_project).collect());
        let of_payer = |payer: Payer| {
            let of =
                costs.iter().filter(|(_, of, currency, _)| *of == payer && *currency == projects.currency);
            of.map(|(day, _, _, amount)| (*day, *amount)).collect()
        };
        let coloured = projects.coloured().map(of_payer).collect();
        let connections = vec![connection("a")];
        let (began, imported) = (BTreeMap::new(), Vec::new());
        Facts { projects, coloured, days, connections, began, imported, billed_through: None }
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
        let without: Vec<_> = costs.into_iter().filter(|(_, _, currency, _)| *currency == euro).collect();
        assert_eq!(fold(period("2026-11-20", "2026-11-22"), facts(without)).currency, euro);
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
        let answer = fold(period("2026-11-18", "2026-11-21"), known);
        let coverages: Vec<_> = answer.days.iter().map(|day| day.coverage).collect();
        assert_eq!(coverages, [Coverage::Settled, Coverage::Provisional, Coverage::Missing]);
        assert_eq!(answer.imported_at, Some(day("2026-11-23").start()));
        let nothing = Facts { connections: vec![], ..facts(Vec::new()) };
        assert_eq!(fold(period("2026-11-20", "2026-11-21"), nothing).days[0].coverage, Coverage::Missing);
    }
}
