//! How fresh figures are, and how much of each day is known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use api::connection::Stream;
use api::cost::Coverage;
use api::freshness::{DayCoverage, Freshness, StreamFreshness};
use api::{ConnectionId, Day, Span, TenantId, Timestamp};
use sqlx::AnyConnection;

use crate::app::App;
use crate::import::plan::{self, Window};
use crate::store::freshness::Imported;
use crate::store::import_schedule::{self, History};
use crate::store::{cost, freshness};

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
    for imported in freshness::imported(db, tenant, connections, window).await? {
        streams.entry((imported.connection, imported.day)).or_default().insert(imported.stream);
    }
    Ok(streams)
}

/// What is known of a window.
pub struct Known {
    /// How fresh it is.
    pub freshness: Freshness,
    /// How much is known of each day, in order.
    pub days: Vec<DayCoverage>,
    /// How much is known of each account's day.
    pub of_accounts: BTreeMap<(Day, ConnectionId), DayCoverage>,
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
    let imported = freshness::imported(db, tenant, connections, window).await?;
    let newest = freshness::newest(db, tenant, connections).await?;
    let mut billed_through = None;
    let mut began = BTreeMap::new();
    for connection in connections {
        billed_through = billed_through.max(cost::newest_day(db, tenant, Some(connection)).await?);
        // Before its first cost an organization has none, once all of its history was looked through.
        if let Some(schedule) = import_schedule::find(db, tenant, connection).await?
            && schedule.history == History::Known
            && app.limits.history_days == i64::MAX
        {
            began.insert(connection, schedule.connection.history_start);
        }
    }
    let facts = Facts { imported: &imported, newest: &newest, began: &began, billed_through };
    Ok(fold(connections, span, app.clock.today(), &facts))
}

/// What the store knows.
struct Facts<'a> {
    /// What is imported of the window.
    imported: &'a [Imported],
    /// How far each stream reaches.
    newest: &'a [Imported],
    /// The first day of the accounts whose history is known.
    began: &'a BTreeMap<&'a ConnectionId, Day>,
    /// The newest day with costs.
    billed_through: Option<Day>,
}

fn fold(connections: &[ConnectionId], span: Span, today: Day, facts: &Facts<'_>) -> Known {
    let Facts { imported, newest, began, billed_through } = *facts;
    let at: HashMap<(&ConnectionId, Stream, Day), Timestamp> = imported
        .iter()
        .map(|imported| ((&imported.connection, imported.stream, imported.day), imported.at))
        .collect();
    let of = |connection: &ConnectionId, stream: Stream, day: Day| match at.get(&(connection, stream, day)) {
        None if began.get(connection).is_some_and(|began| day < *began) => Coverage::Settled,
        None => Coverage::Missing,
        Some(at) if *at < plan::settles_at(day) => Coverage::Provisional,
        Some(_) => Coverage::Settled,
    };
    let of_account = |connection: &ConnectionId, day: Day| {
        let usage = Stream::ALL.iter().filter(|stream| !stream.is_money());
        DayCoverage {
            cost: of(connection, Stream::Costs, day),
            usage: least(usage.map(|stream| of(connection, *stream, day))),
        }
    };
    let mut of_accounts = BTreeMap::new();
    let mut days = Vec::new();
    for day in span.each() {
        let known: Vec<DayCoverage> =
            connections.iter().map(|connection| of_account(connection, day)).collect();
        days.push(DayCoverage {
            cost: least(known.iter().map(|known| known.cost)),
            usage: least(known.iter().map(|known| known.usage)),
        });
        of_accounts.extend(connections.iter().map(|connection| (day, connection.clone())).zip(known));
    }
    let past = || span.each().take_while(|day| *day <= today);
    let stream = |stream: &Stream| {
        let of_stream: Vec<&Imported> = newest.iter().filter(|newest| newest.stream == *stream).collect();
        // One account that has nothing of it holds all back.
        let all = !connections.is_empty() && of_stream.len() >= connections.len();
        let is_missing = |day: &Day| {
            connections.iter().any(|connection| of(connection, *stream, *day) == Coverage::Missing)
        };
        StreamFreshness {
            stream: *stream,
            imported_at: of_stream.iter().map(|newest| newest.at).min().filter(|_| all),
            data_through: of_stream.iter().map(|newest| newest.day).min().filter(|_| all),
            missing_days: u32::try_from(past().filter(is_missing).count()).unwrap_or(u32::MAX),
        }
    };
    let freshness = Freshness {
        billed_through,
        imported_at: newest.iter().map(|newest| newest.at).max(),
        streams: Stream::ALL.iter().map(stream).collect(),
    };
    Known { freshness, days, of_accounts }
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

    fn connection(name: &str) -> ConnectionId {
        ConnectionId::parse(&format!("conn_{name}")).unwrap()
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn imported(name: &str, stream: Stream, on: &str, at: &str) -> Imported {
        Imported { connection: connection(name), stream, day: day(on), at: day(at).start() }
    }

    #[test]
    fn an_account_of_which_less_is_known_holds_all_back() {
        let accounts = [connection("a"), connection("b")];
        let span = Span { start: day("2026-11-18"), end: day("2026-11-25") };
        let rows = [
            imported("a", Stream::Costs, "2026-11-18", "2026-11-22"),
            imported("b", Stream::Costs, "2026-11-18", "2026-11-22"),
            imported("a", Stream::Costs, "2026-11-19", "2026-11-22"),
            imported("b", Stream::Costs, "2026-11-19", "2026-11-23"),
            imported("a", Stream::Costs, "2026-11-20", "2026-11-23"),
        ];
        let newest = [
            imported("a", Stream::Costs, "2026-11-20", "2026-11-23"),
            imported("b", Stream::Costs, "2026-11-19", "2026-11-22"),
            imported("a", Stream::Completions, "2026-11-20", "2026-11-23"),
        ];
        let facts = Facts {
            imported: &rows,
            newest: &newest,
            began: &BTreeMap::new(),
            billed_through: Some(day("2026-11-20")),
        };
        let known = fold(&accounts, span, day("2026-11-23"), &facts);
        let costs: Vec<_> = known.days.iter().take(3).map(|day| day.cost).collect();
        assert_eq!(costs, [Coverage::Settled, Coverage::Provisional, Coverage::Missing]);
        assert_eq!(known.days[0].usage, Coverage::Missing);
        assert_eq!(known.of_accounts[&(day("2026-11-20"), connection("a"))].cost, Coverage::Provisional);
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
        let began = BTreeMap::new();
        let facts = Facts { imported: &[], newest: &[], began: &began, billed_through: None };
        let known = fold(&[], span, day("2026-11-23"), &facts);
        assert_eq!(known.days[0].cost, Coverage::Missing);
        assert_eq!(known.freshness.streams[0].imported_at, None);
    }

    #[test]
    fn before_its_first_cost_an_account_has_none() {
        let account = connection("a");
        let span = Span { start: day("2026-11-18"), end: day("2026-11-20") };
        let began = BTreeMap::from([(&account, day("2026-11-19"))]);
        let facts = Facts { imported: &[], newest: &[], began: &began, billed_through: None };
        let known = fold(std::slice::from_ref(&account), span, day("2026-11-23"), &facts);
        let nothing = DayCoverage { cost: Coverage::Settled, usage: Coverage::Settled };
        let unknown = DayCoverage { cost: Coverage::Missing, usage: Coverage::Missing };
        assert_eq!(known.days, [nothing, unknown]);
    }
}
