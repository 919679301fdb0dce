//! How fresh figures are, and how much of each day is known.

mod lives;

pub use lives::{Lives, lives};

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use api::connection::Stream;
use api::cost::Coverage;
use api::freshness::{DayCoverage, Freshness, StreamFreshness};
use api::{ConnectionId, Day, Span, TenantId};
use sqlx::AnyConnection;

use crate::app::App;
use crate::import::plan::Window;
use crate::store::cost;
use crate::store::import_block::{self, ImportedDays, Newest};

/// The streams of which a day is imported.
pub type ImportedStreams = HashMap<(ConnectionId, Day), BTreeSet<Stream>>;

/// Which streams of which days are imported.
pub async fn imported_streams(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Window,
) -> sqlx::Result<ImportedStreams> {
    let mut streams = ImportedStreams::new();
    for (connection, imported) in import_block::imported(db, tenant, connections, Some(window)).await? {
        for of in imported {
            let days = of.islands.iter().flat_map(|island| island.each()).filter(|day| window.contains(*day));
            for day in days {
                streams.entry((connection.clone(), day)).or_default().insert(of.stream);
            }
        }
    }
    Ok(streams)
}

/// What is known of a window.
pub struct Known {
    /// How fresh it is.
    pub freshness: Freshness,
    /// How much is known of each day, in order.
    pub days: Vec<DayCoverage>,
    span: Span,
    grid: Grid,
}

impl Known {
    /// How much is known of each account's day.
    pub fn of_accounts(&self) -> impl Iterator<Item = ((Day, &ConnectionId), DayCoverage)> {
        let accounts = self.grid.accounts.iter().enumerate();
        accounts.flat_map(move |(at, account)| {
            self.span.each().enumerate().map(move |(day, of)| ((of, account), self.grid.of_account(at, day)))
        })
    }
}

/// What is known of some accounts in a window.
pub async fn known(
    app: &App,
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    span: Span,
) -> sqlx::Result<Known> {
    let window = Window { start: span.start, end: span.end };
    let imported = import_block::imported(db, tenant, connections, Some(window)).await?;
    let newest = import_block::newest(db, tenant, connections).await?;
    let lives = lives(app, db, tenant, connections).await?;
    let billed_through = cost::billed_through(db, tenant, &lives.awaited(connections)).await?;
    let facts = Facts { imported: &imported, newest: &newest, lives: &lives, billed_through };
    Ok(fold(connections, span, app.clock.today(), &facts))
}

/// What the store knows.
struct Facts<'a> {
    /// What is imported of the window, as far as anything is.
    imported: &'a BTreeMap<ConnectionId, Vec<ImportedDays>>,
    /// How far each stream reaches.
    newest: &'a [Newest],
    /// Between which days accounts have anything to import.
    lives: &'a Lives,
    /// Through which day costs are billed.
    billed_through: Option<Day>,
}

fn fold(connections: &[ConnectionId], span: Span, today: Day, facts: &Facts<'_>) -> Known {
    let Facts { imported, newest, lives, billed_through } = *facts;
    let grid = Grid::new(connections, span, imported, lives);
    let awaited: BTreeSet<ConnectionId> = lives.awaited(connections).into_iter().collect();
    let is_awaited = |account: &usize| connections.get(*account).is_some_and(|id| awaited.contains(id));
    let accounts = || 0..connections.len();
    let days = span.each().enumerate().map(|(day, _)| {
        let known = || accounts().map(|account| grid.of_account(account, day));
        DayCoverage {
            cost: least(known().map(|known| known.cost)),
            usage: least(known().map(|known| known.usage)),
        }
    });
    let days = days.collect();
    let past = span.each().take_while(|day| *day <= today).count();
    let stream = |(at, stream): (usize, &Stream)| {
        let is_wanted = |newest: &&Newest| newest.stream == *stream && awaited.contains(&newest.connection);
        let of_stream: Vec<&Newest> = newest.iter().filter(is_wanted).collect();
        // One account that has nothing of it holds all back.
        let all = !awaited.is_empty() && of_stream.len() >= awaited.len();
        let is_missing = |day: &usize| {
            accounts().filter(is_awaited).any(|account| grid.at(account, at, *day) == Coverage::Missing)
        };
        StreamFreshness {
            stream: *stream,
            imported_at: of_stream.iter().map(|newest| newest.at).min().filter(|_| all),
            data_through: of_stream.iter().map(|newest| newest.day).min().filter(|_| all),
            missing_days: u32::try_from((0..past).filter(is_missing).count()).unwrap_or(u32::MAX),
        }
    };
    let freshness = Freshness {
        billed_through,
        imported_at: newest.iter().map(|newest| newest.at).max(),
        streams: Stream::ALL.iter().enumerate().map(stream).collect(),
    };
    Known { freshness, days, span, grid }
}

/// How much is known of each day of each stream of each account: a hundred accounts have half a million in a year.
struct Grid {
    accounts: Vec<ConnectionId>,
    days: usize,
    /// By account, stream and day.
    cells: Vec<Coverage>,
}

impl Grid {
    fn new(
        accounts: &[ConnectionId],
        span: Span,
        imported: &BTreeMap<ConnectionId, Vec<ImportedDays>>,
        lives: &Lives,
    ) -> Self {
        let days = span.each().count();
        let cells = vec![Coverage::Missing; accounts.len() * Stream::ALL.len() * days];
        let mut grid = Self { accounts: accounts.to_vec(), days, cells };
        let place =
            |day: Day| usize::try_from(day.number() - span.start.number()).unwrap_or_default().min(days);
        for (account, connection) in accounts.iter().enumerate() {
            for at in 0..Stream::ALL.len() {
                let before = lives.began.get(connection).map_or(0, |began| place(*began));
                let after = lives.ended.get(connection).map_or(days, |ended| place(ended.plus(1)));
                grid.put(account, at, 0..before, Coverage::Settled);
                grid.put(account, at, after..days, Coverage::Settled);
            }
            for imported in imported.get(connection).into_iter().flatten() {
                let Some(at) = Stream::ALL.iter().position(|stream| *stream == imported.stream) else {
                    continue;
                };
                for island in &imported.islands {
                    let coverage = if island.settled { Coverage::Settled } else { Coverage::Provisional };
                    grid.put(account, at, place(island.from)..place(island.through.plus(1)), coverage);
                }
            }
        }
        grid
    }

    fn put(&mut self, account: usize, stream: usize, days: Range<usize>, coverage: Coverage) {
        let first = (account * Stream::ALL.len() + stream) * self.days;
        let cells = self.cells.get_mut(first + days.start..first + days.end);
        cells.into_iter().flatten().for_each(|cell| *cell = coverage);
    }

    /// How much is known of a day of a stream, the number of which in [`Stream::ALL`] is told.
    fn at(&self, account: usize, stream: usize, day: usize) -> Coverage {
        let place = (account * Stream::ALL.len() + stream) * self.days + day;
        self.cells.get(place).copied().unwrap_or(Coverage::Missing)
    }

    fn of_account(&self, account: usize, day: usize) -> DayCoverage {
        let of = |is_wanted: fn(&Stream) -> bool| {
            let streams = Stream::ALL.iter().enumerate().filter(move |(_, stream)| is_wanted(stream));
            least(streams.map(|(at, _)| self.at(account, at, day)))
        };
        DayCoverage { cost: of(|stream| *stream == Stream::Costs), usage: of(|stream| !stream.is_money()) }
    }
}

/// As much as of the one of which least is known; nothing is known of none.
fn least(coverages: impl Iterator<Item = Coverage>) -> Coverage {
    let rank = |coverage: &Coverage| match coverage {
        Coverage::Missing => 0,
        Coverage::Provisional => 1,
        Coverage::Settled => 2,
    };
    coverages.min_by_key(rank).unwrap_or(Coverage::Missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::import_block::Island;

    fn connection(name: &str) -> ConnectionId {
        ConnectionId::parse(&format!("conn_{name}")).unwrap()
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn imported(name: &str, stream: Stream, on: &str, at: &str) -> Newest {
        Newest { connection: connection(name), stream, day: day(on), at: day(at).start() }
    }

    fn island(from: &str, through: &str, settled: bool) -> Island {
        Island { from: day(from), through: day(through), settled }
    }

    fn costs(islands: &[Island]) -> Vec<ImportedDays> {
        let (stream, imported_at) = (Stream::Costs, day("2026-11-23").start());
        vec![ImportedDays { stream, islands: islands.to_vec(), used: Vec::new(), rows: 1, imported_at }]
    }

    #[test]
    fn an_account_of_which_less_is_known_holds_all_back() {
        let accounts = [connection("a"), connection("b")];
        let span = Span { start: day("2026-11-18"), end: day("2026-11-25") };
        // The first of them begins before the days that are asked for.
        let imported_days = BTreeMap::from([
            (
                connection("a"),
                costs(&[island("2026-11-16", "2026-11-19", true), island("2026-11-20", "2026-11-20", false)]),
            ),
            (
                connection("b"),
                costs(&[island("2026-11-18", "2026-11-18", true), island("2026-11-19", "2026-11-19", false)]),
            ),
        ]);
        let newest = [
            imported("a", Stream::Costs, "2026-11-20", "2026-11-23"),
            imported("b", Stream::Costs, "2026-11-19", "2026-11-22"),
            imported("a", Stream::Completions, "2026-11-20", "2026-11-23"),
        ];
        let facts = Facts {
            imported: &imported_days,
            newest: &newest,
            lives: &Lives::default(),
            billed_through: Some(day("2026-11-20")),
        };
        let known = fold(&accounts, span, day("2026-11-23"), &facts);
        let costs: Vec<_> = known.days.iter().take(3).map(|day| day.cost).collect();
        assert_eq!(costs, [Coverage::Settled, Coverage::Provisional, Coverage::Missing]);
        assert_eq!(known.days[0].usage, Coverage::Missing);
        let of_accounts: BTreeMap<_, _> = known.of_accounts().collect();
        assert_eq!(of_accounts[&(day("2026-11-20"), &accounts[0])].cost, Coverage::Provisional);
        assert_eq!(of_accounts.len(), 14);
        let of = |stream| known.freshness.streams.iter().find(|of| of.stream == stream).unwrap();
        let costs = of(Stream::Costs);
        assert_eq!(costs.data_through, Some(day("2026-11-19")));
        assert_eq!(costs.imported_at, Some(day("2026-11-22").start()));
        assert_eq!(
            costs.missing_days, 4,
            "the 20th for one account, and the 21st to the 23rd, but not tomorrow"
        );
        let usage = of(Stream::Completions);
        assert_eq!((usage.data_through, usage.imported_at, usage.missing_days), (None, None, 6));
        assert_eq!(known.freshness.imported_at, Some(day("2026-11-23").start()));
    }

    #[test]
    fn nothing_is_known_of_no_account() {
        let span = Span { start: day("2026-11-18"), end: day("2026-11-19") };
        let lives = Lives::default();
        let facts = Facts { imported: &BTreeMap::new(), newest: &[], lives: &lives, billed_through: None };
        let known = fold(&[], span, day("2026-11-23"), &facts);
        assert_eq!(known.days[0].cost, Coverage::Missing);
        assert_eq!(known.freshness.streams[0].imported_at, None);
    }

    #[test]
    fn before_its_first_cost_an_account_has_none() {
        let account = connection("a");
        let span = Span { start: day("2026-11-18"), end: day("2026-11-20") };
        let began = BTreeMap::from([(account.clone(), day("2026-11-19"))]);
        let lives = Lives { began, ..Lives::default() };
        let facts = Facts { imported: &BTreeMap::new(), newest: &[], lives: &lives, billed_through: None };
        let known = fold(std::slice::from_ref(&account), span, day("2026-11-23"), &facts);
        let nothing = DayCoverage { cost: Coverage::Settled, usage: Coverage::Settled };
        let unknown = DayCoverage { cost: Coverage::Missing, usage: Coverage::Missing };
        assert_eq!(known.days, [nothing, unknown]);
    }

    #[test]
    fn an_account_that_is_disconnected_holds_nothing_back_from_then_on() {
        let accounts = [connection("a"), connection("b")];
        let span = Span { start: day("2026-11-18"), end: day("2026-11-21") };
        let newest = [
            imported("a", Stream::Costs, "2026-11-20", "2026-11-23"),
            imported("b", Stream::Costs, "2026-11-18", "2026-11-18"),
        ];
        let imported = BTreeMap::from([
            (connection("a"), costs(&[island("2026-11-18", "2026-11-20", true)])),
            (connection("b"), costs(&[island("2026-11-18", "2026-11-18", false)])),
        ]);
        let ended = BTreeMap::from([(connection("b"), day("2026-11-18"))]);
        let lives = Lives { ended, ..Lives::default() };
        let facts = Facts { imported: &imported, newest: &newest, lives: &lives, billed_through: None };
        let known = fold(&accounts, span, day("2026-11-23"), &facts);
        let costs: Vec<_> = known.days.iter().map(|day| day.cost).collect();
        assert_eq!(costs, [Coverage::Provisional, Coverage::Settled, Coverage::Settled]);
        let told =
            |known: &Known| known.freshness.streams.iter().find(|of| of.stream == Stream::Costs).cloned();
        let costs = told(&known).unwrap();
        assert_eq!((costs.data_through, costs.missing_days), (Some(day("2026-11-20")), 0));
        assert_eq!(costs.imported_at, Some(day("2026-11-23").start()));
        // Where nothing else is asked for, what is known of it is told.
        let alone = told(&fold(&accounts[1..], span, day("2026-11-23"), &facts)).unwrap();
        assert_eq!((alone.data_through, alone.missing_days), (Some(day("2026-11-18")), 0));
    }
}
