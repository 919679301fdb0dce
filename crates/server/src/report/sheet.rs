//! Sums: facts added up by group and interval.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use api::cost::CurrencyTotal;
use api::report::{Interval, ReportQuery};
use api::{Amount, Currency, Span};
use facts::group::{self, Grouping, Sum, Sums};
use facts::{Basis, Cube, Dimensions, Label, Names};

use crate::import::plan::Window;
use crate::roll_up::Stretch;

/// Most intervals that are added up at once, except for the hours of a day: each group has sums in all of them.
const AT_ONCE: usize = 5;

/// What says whether a cost is attributed.
const BASIS: Label = Label::CostBasis;

/// What a group is: a text for each label.
pub(super) type Texts = Vec<Arc<str>>;

/// What is added up, and how.
pub(super) struct Question {
    labels: Vec<Label>,
    filters: Vec<group::Filter>,
    /// Where the intervals begin, and last where the period ends.
    bounds: Vec<i64>,
    by_the_hour: bool,
    names: Arc<Names>,
    /// The groups that are added up by themselves; all of them when absent.
    chosen: Option<HashSet<Texts>>,
}

impl Question {
    /// What a query asks of some days.
    pub(super) fn new(
        query: &ReportQuery,
        span: Span,
        interval: Interval,
        names: Arc<Names>,
        chosen: Option<HashSet<Texts>>,
    ) -> Self {
        let filters = query.filters.iter().map(|filter| group::Filter {
            label: filter.label.0,
            texts: filter.values.clone(),
            exclude: filter.exclude,
        });
        Self {
            labels: query.group_by.iter().map(|label| label.0).collect(),
            filters: filters.collect(),
            bounds: interval.bounds(span).iter().map(|bound| bound.unix_seconds()).collect(),
            by_the_hour: interval == Interval::Hour,
            names,
            chosen,
        }
    }

    /// What of the facts is looked at.
    pub(super) fn dimensions(&self) -> Dimensions {
        self.grouping(&self.bounds).dimensions().with(BASIS.dimension())
    }

    fn grouping<'a>(&'a self, bounds: &'a [i64]) -> Grouping<'a> {
        let (labels, filters) = (self.labels.as_slice(), self.filters.as_slice());
        Grouping { labels, filters, bounds, order: Sum::Cost, limit: usize::MAX }
    }

    /// The number of the first interval that a window is in, and the bounds of all that it is in.
    fn bounds_of(&self, window: Window) -> (usize, &[i64]) {
        let (start, end) = (window.start.start().unix_seconds(), window.end.start().unix_seconds());
        let first = self.bounds.partition_point(|bound| *bound <= start).saturating_sub(1);
        let last = self.bounds.partition_point(|bound| *bound < end);
        (first, self.bounds.get(first..=last).unwrap_or_default())
    }
}

/// Sums by interval, in order; an interval without any is not there.
#[derive(Clone, Debug, Default)]
pub(super) struct Series(Vec<(u32, Sums)>);

impl Series {
    /// The sums over all intervals.
    pub(super) fn total(&self) -> Sums {
        let mut total = Sums::default();
        self.0.iter().for_each(|(_, sums)| total.add(sums));
        total
    }

    /// The sums of an interval.
    pub(super) fn at(&self, interval: usize) -> Sums {
        let found = self.0.binary_search_by_key(&interval, |(at, _)| *at as usize);
        found.ok().and_then(|at| self.0.get(at)).map(|(_, sums)| *sums).unwrap_or_default()
    }

    /// The same without what is in a currency.
    fn of_usage(self) -> Self {
        Self(self.0.into_iter().map(|(interval, sums)| (interval, sums.of_usage())).collect())
    }

    /// Adds sums to an interval. Says whether it is a new one.
    fn add(&mut self, interval: u32, sums: &Sums) -> bool {
        match self.0.binary_search_by_key(&interval, |(at, _)| *at) {
            Ok(at) => {
                self.0.get_mut(at).into_iter().for_each(|(_, kept)| kept.add(sums));
                false
            }
            Err(at) => {
                self.0.insert(at, (interval, *sums));
                true
            }
        }
    }

    /// Adds another series. Says how many intervals are new.
    pub(super) fn merge(&mut self, other: &Self) -> usize {
        other.0.iter().filter(|(interval, sums)| self.add(*interval, sums)).count()
    }
}

/// The sums of a currency.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    /// By group.
    pub(super) groups: HashMap<Texts, Series>,
    /// All groups that were not chosen.
    pub(super) rest: Series,
    /// What everything cost, whatever the filters.
    pub(super) bill: i128,
    /// What billed, attributed and unattributed facts cost that pass the filters.
    pub(super) basis: [i128; 3],
}

/// The sums of a table, whose costs are in one currency.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) book: Book,
    /// What was billed in others.
    pub(super) other_currencies: Vec<CurrencyTotal>,
}

/// Sums of many days, by currency.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    books: BTreeMap<Currency, Book>,
    cells: usize,
    room: usize,
}

impl Sheet {
    /// A sheet that is full when there are more sums than this.
    pub(super) fn with_room(room: usize) -> Self {
        Self { books: BTreeMap::new(), cells: 0, room }
    }

    /// Whether there was no room for all: what is in it is not all there is.
    pub(super) fn is_full(&self) -> bool {
        self.cells > self.room
    }

    /// The currencies of its amounts, and whether anything is billed in them.
    pub(super) fn currencies(&self) -> impl Iterator<Item = (Currency, bool)> {
        self.books.iter().map(|(currency, book)| (*currency, book.bill != 0))
    }

    /// The sums in one currency. What others cost is told apart; usage is everybody's.
    pub(super) fn settle(mut self, currency: Currency) -> Settled {
        let mut book = self.books.remove(&currency).unwrap_or_default();
        let mut other_currencies = Vec::new();
        for (currency, other) in self.books {
            if other.bill != 0 {
                other_currencies.push(CurrencyTotal { currency, total: Amount::saturating(other.bill) });
            }
            for (texts, series) in other.groups {
                book.groups.entry(texts).or_default().merge(&series.of_usage());
            }
            book.rest.merge(&other.rest.of_usage());
        }
        Settled { book, other_currencies }
    }

    /// Adds the facts of some days, unless it is full.
    pub(super) fn add(&mut self, question: &Question, stretch: &Stretch) {
        let (first, bounds) = question.bounds_of(stretch.window);
        for cube in &stretch.cubes {
            if self.is_full() {
                return;
            }
            self.add_bill(question, cube, bounds);
            if question.by_the_hour || bounds.len() <= AT_ONCE + 1 {
                self.add_groups(question, cube, first, bounds);
            } else {
                for (interval, bounds) in (first..).zip(bounds.windows(2)) {
                    self.add_groups(question, cube, interval, bounds);
                }
            }
        }
    }

    /// Adds the groups of a cube in some intervals, the first of which has this number.
    fn add_groups(&mut self, question: &Question, cube: &Cube, first: usize, bounds: &[i64]) {
        let book = self.books.entry(cube.currency()).or_default();
        let cells = &mut self.cells;
        question.grouping(bounds).each(cube, &question.names, |texts, intervals| {
            let is_chosen = question.chosen.as_ref().is_none_or(|chosen| chosen.contains(&texts));
            let series = if is_chosen { book.groups.entry(texts).or_default() } else { &mut book.rest };
            let is_nothing = intervals.iter().all(|sums| *sums == Sums::default());
            for (at, sums) in intervals.iter().enumerate() {
                // A group of usage that cost nothing is one; an interval in which nothing was is none.
                if *sums != Sums::default() || is_nothing && at == 0 {
                    let interval = u32::try_from(first + at).unwrap_or(u32::MAX);
                    *cells += usize::from(series.add(interval, sums));
                }
            }
        });
    }

    fn add_bill(&mut self, question: &Question, cube: &Cube, bounds: &[i64]) {
        let book = self.books.entry(cube.currency()).or_default();
        book.bill = book.bill.saturating_add(cube.total().pico());
        let whole: Vec<i64> = bounds.first().into_iter().chain(bounds.last()).copied().collect();
        for (text, cost) in question.grouping(&whole).costs_by(BASIS, cube, &question.names) {
            let is = |basis: &Basis| basis.as_str() == text.as_ref();
            let place = [Basis::Billed, Basis::Attributed, Basis::Unattributed].iter().position(is);
            if let Some(sum) = place.and_then(|place| book.basis.get_mut(place)) {
                *sum = sum.saturating_add(cost);
            }
        }
    }

    /// Adds another sheet.
    pub(super) fn merge(&mut self, other: Self) {
        // What was full cannot become whole again.
        if other.is_full() {
            self.cells = self.cells.max(other.cells);
        }
        for (currency, book) in other.books {
            let kept = self.books.entry(currency).or_default();
            for (texts, series) in book.groups {
                self.cells += kept.groups.entry(texts).or_default().merge(&series);
            }
            kept.rest.merge(&book.rest);
            kept.bill = kept.bill.saturating_add(book.bill);
            for (sum, more) in kept.basis.iter_mut().zip(book.basis) {
                *sum = sum.saturating_add(more);
            }
        }
    }
}
