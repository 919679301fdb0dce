//! Facts of many days and accounts: the one way in which cubes, reports and exports read them.
//!
//! A window is read in parts of a few days, so that memory does not grow with it. What is kept is decoded, what is not is
//! computed; both take time and are done on threads of their own.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;

use api::connection::Stream;
use api::{ConnectionId, Currency, Day, Month, TenantId};
use facts::{DecodeError, Dimensions};
use tokio::task::{JoinError, JoinHandle};

use crate::app::App;
use crate::freshness::{self, ImportedStreams};
use crate::import::plan::Window;
use crate::roll_up::{self, Grain, RULE, Stretch};
use crate::store;
use crate::store::roll_up::RollUp;
use crate::store::segment::{self, Segment};

/// Days of accounts in a part, at most: a month of one, or fewer days of several.
const PART: i64 = 32;
/// Parts that are decoded at once, on as many threads.
const AT_ONCE: usize = 2;

/// Why facts cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum FiguresError {
    /// The database fails.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// What is kept cannot be read: another version of this program, or another hand, has written it.
    #[error("what is kept of a day cannot be read: {0}")]
    Damaged(#[from] DecodeError),
    /// The thread has panicked. Of a panic's own words nothing is kept: they may contain what a user entered.
    #[error("the thread that computes facts has panicked, or the process ends")]
    Thread,
}

impl From<JoinError> for FiguresError {
    fn from(_: JoinError) -> Self {
        Self::Thread
    }
}

/// Facts that are being read, part by part, month after month. A roll-up is in one month and so in one part.
pub struct Facts {
    app: App,
    tenant: TenantId,
    connections: Arc<[ConnectionId]>,
    grain: Grain,
    /// What is read of what is kept.
    dimensions: Dimensions,
    rest: Window,
    /// How many accounts of the first month of the rest have been read.
    done: usize,
}

/// Whether a sum needs no further days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enough {
    /// It needs none.
    Yes,
    /// It goes on.
    No,
}

/// A part as it is kept, before any work is done on it.
pub struct Part {
    window: Window,
    kept: Vec<RollUp>,
    segments: BTreeMap<(Day, ConnectionId), Vec<Segment>>,
    imported: ImportedStreams,
    grain: Grain,
    dimensions: Dimensions,
}

/// The facts of some accounts of a tenant in a window, by the day.
pub fn over(app: &App, tenant: &TenantId, connections: &[ConnectionId], window: Window) -> Facts {
    let (tenant, connections) = (tenant.clone(), connections.into());
    let (grain, dimensions) = (Grain::Day, Dimensions::ALL);
    Facts { app: app.clone(), tenant, connections, grain, dimensions, rest: window, done: 0 }
}

impl Facts {
    /// The same by the hour. Hours are kept nowhere: they are computed anew each time.
    pub fn by_the_hour(self) -> Self {
        Self { grain: Grain::Hour, ..self }
    }

    /// The same with some dimensions alone: others may be missing.
    pub fn only(self, dimensions: Dimensions) -> Self {
        Self { dimensions, ..self }
    }

    /// The next part; none after the last one.
    pub async fn next(&mut self) -> Result<Option<Part>, FiguresError> {
        if self.rest.days() <= 0 || self.connections.is_empty() {
            return Ok(None);
        }
        let end = Month::of(self.rest.start).span().end.min(self.rest.end);
        let window = Window { start: self.rest.start, end };
        let accounts = usize::try_from(PART / window.days().max(1)).unwrap_or_default().max(1);
        let connections: Vec<ConnectionId> =
            self.connections.iter().skip(self.done).take(accounts).cloned().collect();
        self.done += accounts;
        if self.done >= self.connections.len() {
            (self.rest.start, self.done) = (end, 0);
        }
        let mut db = self.app.store.read().await?;
        let kept = match self.grain {
            Grain::Day => store::roll_up::read(&mut db, &self.tenant, &connections, window, RULE).await?,
            Grain::Hour => Vec::new(),
        };
        let of_kept =
            |kept: &'_ RollUp| (kept.window.start.number()..kept.window.end.number()).map(Day::from_number);
        let is_kept: HashSet<(&ConnectionId, Day)> =
            kept.iter().flat_map(|kept| of_kept(kept).map(|day| (&kept.connection, day))).collect();
        // Accounts mostly lack the same days, or none: those are asked for together.
        let mut lacking: BTreeMap<(Day, Day), Vec<ConnectionId>> = BTreeMap::new();
        for connection in &connections {
            for gap in gaps(window, |day| is_kept.contains(&(connection, day))) {
                lacking.entry((gap.start, gap.end)).or_default().push(connection.clone());
            }
        }
        let mut segments: BTreeMap<(Day, ConnectionId), Vec<Segment>> = BTreeMap::new();
        for ((start, end), of) in lacking {
            let gap = Window { start, end };
            for segment in segment::read(&mut db, &self.tenant, &of, Stream::ALL, gap).await? {
                let place = (segment.day, segment.connection.clone());
                segments.entry(place).or_default().push(segment);
            }
        }
        let imported = if segments.is_empty() {
            ImportedStreams::new()
        } else {
            freshness::imported_streams(&mut db, &self.tenant, &connections, window).await?
        };
        let (grain, dimensions) = (self.grain, self.dimensions);
        Ok(Some(Part { window, kept, segments, imported, grain, dimensions }))
    }

    /// Adds everything to a sum, part after part, on a thread of its own. It ends early when there is enough.
    pub async fn fold<S: Send + 'static>(
        mut self,
        mut sum: S,
        add: impl Fn(&mut S, &Stretch) -> Enough + Clone + Send + 'static,
    ) -> Result<S, FiguresError> {
        let mut next = self.next().await?;
        while let Some(part) = next {
            let add = add.clone();
            let task = tokio::task::spawn_blocking(move || {
                for stretch in part.stretches() {
                    if add(&mut sum, &stretch?) == Enough::Yes {
                        return Ok((sum, Enough::Yes));
                    }
                }
                Ok::<_, DecodeError>((sum, Enough::No))
            });
            // The next part is read while this one is added.
            let (added, read) = futures::future::join(task, self.next()).await;
            let (so_far, enough) = added??;
            sum = so_far;
            if enough == Enough::Yes {
                return Ok(sum);
            }
            next = read?;
        }
        Ok(sum)
    }

    /// Adds every part to a sum of its own, which begins as this one does, on several threads, and merges the sums in
    /// the order of the parts. It ends early when there is enough.
    pub async fn reduce<T: Clone + Send + 'static>(
        mut self,
        mut sum: T,
        add: impl Fn(&mut T, &Stretch) + Clone + Send + 'static,
        merge: fn(&mut T, T) -> Enough,
    ) -> Result<T, FiguresError> {
        let empty = sum.clone();
        let mut running: VecDeque<JoinHandle<Result<T, DecodeError>>> = VecDeque::new();
        let mut is_read = false;
        loop {
            while !is_read && running.len() < AT_ONCE {
                match self.next().await? {
                    Some(part) => {
                        let (add, mut of_part) = (add.clone(), empty.clone());
                        running.push_back(tokio::task::spawn_blocking(move || {
                            for stretch in part.stretches() {
                                add(&mut of_part, &stretch?);
                            }
                            Ok(of_part)
                        }));
                    }
                    None => is_read = true,
                }
            }
            let Some(first) = running.pop_front() else { return Ok(sum) };
            let more = first.await??;
            let task = tokio::task::spawn_blocking(move || {
                let enough = merge(&mut sum, more);
                (sum, enough)
            });
            let (merged, enough) = task.await?;
            if enough == Enough::Yes {
                return Ok(merged);
            }
            sum = merged;
        }
    }
}

impl Part {
    /// The facts, one stretch of days after the other, each made when it is asked for: as columns they take many times
    /// what they take here. It takes its time: not for a thread that serves others.
    pub fn stretches(self) -> impl Iterator<Item = Result<Stretch, DecodeError>> {
        let Self { window, kept, segments, imported, grain, dimensions } = self;
        let kept = kept.into_iter().map(move |kept| Ok(roll_up::decode(&kept, dimensions)?.within(window)));
        let computed = segments.into_iter().map(move |((day, connection), segments)| {
            roll_up::facts_of((&connection, day), &segments, &imported, grain)
        });
        kept.chain(computed)
    }
}

/// The stretches of a window in which no day is kept.
fn gaps(window: Window, is_kept: impl Fn(Day) -> bool) -> Vec<Window> {
    let mut gaps: Vec<Window> = Vec::new();
    for day in (window.start.number()..window.end.number()).map(Day::from_number) {
        if is_kept(day) {
            continue;
        }
        match gaps.last_mut() {
            Some(gap) if gap.end == day => gap.end = day.plus(1),
            _ => gaps.push(Window { start: day, end: day.plus(1) }),
        }
    }
    gaps
}

/// The currency to speak of, of those that there are and whether anything is billed in them: one in which something is,
/// US dollars before others, as everywhere at OpenAI so far, then by name. Usage that is not billed yet has no currency,
/// and is kept as if it were in US dollars.
pub fn main_currency(currencies: impl Iterator<Item = (Currency, bool)>) -> Currency {
    let first =
        currencies.min_by_key(|(currency, is_billed)| (!is_billed, *currency != Currency::USD, *currency));
    first.map_or(Currency::USD, |(currency, _)| currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_the_days_that_are_not_kept() {
        let day = |number| Day::from_number(number);
        let window = Window { start: day(10), end: day(16) };
        let cut = |kept: &[i64]| -> Vec<(i64, i64)> {
            let gaps = gaps(window, |day| kept.contains(&day.number()));
            gaps.iter().map(|gap| (gap.start.number(), gap.end.number())).collect()
        };
        assert_eq!(cut(&[]), [(10, 16)]);
        assert_eq!(cut(&[10, 12, 13]), [(11, 12), (14, 16)]);
        assert!(cut(&[10, 11, 12, 13, 14, 15]).is_empty());
    }

    #[test]
    fn dollars_come_first_where_anything_is_billed_in_them() {
        let [euro, pound] = ["EUR", "GBP"].map(|text| Currency::parse(text).unwrap());
        let dollar = Currency::USD;
        assert_eq!(main_currency([(euro, true), (dollar, true)].into_iter()), dollar);
        assert_eq!(main_currency([(pound, true), (euro, true)].into_iter()), euro);
        assert_eq!(main_currency([(pound, true), (euro, false), (dollar, false)].into_iter()), pound);
        assert_eq!(main_currency([(euro, false), (dollar, false)].into_iter()), dollar);
        assert_eq!(main_currency(std::iter::empty()), dollar);
    }
}
