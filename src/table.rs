//! Tables of typed cells: from one list of columns come the words on screen, the order of the rows, and the file.

pub mod panel;

use std::cmp::Ordering;
use std::sync::Arc;

use ::api::report::{Figure, Metric};
use ::api::{Amount, Currency, Day};

use crate::csv;
use crate::format::locale::{self, day, money, money_exact};
use crate::sort::Sort;
use crate::ui::virtual_table::{Order, TableColumn, TableData};

/// What stands in a row and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing: there is no such figure.
    None,
    /// A text.
    Text(String),
    /// A UTC day.
    Day(Day),
    /// An amount.
    Money(Amount, Currency),
    /// An amount that was added or taken away.
    Change(Amount, Currency),
    /// The price of something, in a currency.
    Price(Figure, Currency),
    /// A number of something.
    Count(Figure),
}

/// How amounts are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Digits {
    /// As the currency is paid: `$1.23`.
    #[default]
    Usual,
    /// To the last digit that is known: `$1.2345678`.
    All,
}

impl Digits {
    /// All of them, or the usual ones.
    pub const fn all(all: bool) -> Self {
        if all { Self::All } else { Self::Usual }
    }

    /// An amount in words.
    pub fn money(self, amount: Amount, currency: Currency) -> String {
        match self {
            Self::Usual => money(amount, currency),
            Self::All => money_exact(amount, currency),
        }
    }

    /// What was added or taken away, in words: with its sign.
    pub fn change(self, amount: Amount, currency: Currency) -> String {
        let words = self.money(amount, currency);
        // What rounds to nothing has a sign of its own: `< $0.01`.
        let sign = if amount > Amount::ZERO && !words.starts_with('<') { "+" } else { "" };
        format!("{sign}{words}")
    }
}

impl Cell {
    /// An amount that may be absent.
    pub fn money(amount: Option<Amount>, currency: Currency) -> Self {
        amount.map_or(Self::None, |amount| Self::Money(amount, currency))
    }

    fn words(&self, digits: Digits) -> String {
        match self {
            Self::None => "–".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Day(of) => day(*of),
            Self::Money(amount, currency) => digits.money(*amount, *currency),
            Self::Change(amount, currency) => digits.change(*amount, *currency),
            Self::Price(price, currency) => {
                locale::figure(Some(*price), Metric::CostPerMillionTokens, *currency)
            }
            Self::Count(count) => locale::figure(Some(*count), Metric::Requests, Currency::USD),
        }
    }

    fn written(&self) -> csv::Cell {
        match self {
            Self::None => csv::Cell::Text(String::new()),
            Self::Text(text) => csv::Cell::Text(text.clone()),
            Self::Day(day) => csv::Cell::Text(day.to_string()),
            Self::Money(amount, _) | Self::Change(amount, _) => csv::Cell::Number(amount.to_string()),
            Self::Price(number, _) | Self::Count(number) => csv::Cell::Number(number.to_string()),
        }
    }

    /// What it is in the order of its column; nothing comes last, whatever the direction.
    fn in_order(&self, other: &Self, ascending: bool) -> Ordering {
        let by_size = match (self, other) {
            (Self::None, Self::None) => return Ordering::Equal,
            (Self::None, _) => return Ordering::Greater,
            (_, Self::None) => return Ordering::Less,
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Day(one), Self::Day(other)) => one.cmp(other),
            (Self::Money(one, _), Self::Money(other, _)) | (Self::Change(one, _), Self::Change(other, _)) => {
                one.cmp(other)
            }
            (Self::Price(one, _), Self::Price(other, _)) | (Self::Count(one), Self::Count(other)) => {
                one.cmp(other)
            }
            // A column has cells of one kind.
            _ => Ordering::Equal,
        };
        if ascending { by_size } else { by_size.reverse() }
    }
}

/// A column.
pub struct Column<Row> {
    /// What addresses call it.
    pub slug: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Whether it is on screen; the file has every column.
    pub is_shown: bool,
    /// What stands in it.
    pub cell: CellOf<Row>,
}

/// Says what stands in a row.
pub type CellOf<Row> = Arc<dyn Fn(&Row) -> Cell + Send + Sync>;

impl<Row> Column<Row> {
    /// A column that is on screen.
    pub fn new(
        slug: &'static str,
        name: &'static str,
        cell: impl Fn(&Row) -> Cell + Send + Sync + 'static,
    ) -> Self {
        Self { slug, name, is_shown: true, cell: Arc::new(cell) }
    }

    /// The same, on screen only where that says something.
    pub fn shown_if(self, is_shown: bool) -> Self {
        Self { is_shown, ..self }
    }
}

/// A table: its columns, and its rows in their order.
pub struct Table<Row> {
    columns: Vec<Column<Row>>,
    rows: Arc<Vec<Row>>,
    sort: Sort,
}

impl<Row: Send + Sync + 'static> Table<Row> {
    /// Puts rows in the order of a column. Rows that are equal in it stay as they came.
    pub fn new(columns: Vec<Column<Row>>, mut rows: Vec<Row>, sort: Sort) -> Self {
        if let Some(column) = columns.iter().find(|column| column.slug == sort.slug) {
            rows.sort_by(|one, other| (column.cell)(one).in_order(&(column.cell)(other), sort.ascending));
        }
        Self { columns, rows: Arc::new(rows), sort }
    }

    /// The order after the head of a column on screen was pressed: texts and days from the smallest, figures from the
    /// largest, and a second time the other way.
    pub fn next_sort(&self, at: usize) -> Option<Sort> {
        let column = self.shown().nth(at)?;
        let ascending =
            if column.slug == self.sort.slug { !self.sort.ascending } else { self.is_text(column) };
        Some(Sort { slug: column.slug.to_owned(), ascending })
    }

    /// What is on screen, with a row of sums below it where there is one, and where the first cells lead.
    pub fn data(
        &self,
        digits: Digits,
        foot: &[(&'static str, String)],
        link: impl Fn(&Row) -> Option<String> + Send + Sync + 'static,
    ) -> TableData {
        let head = |column: &Column<Row>| TableColumn {
            name: column.name.to_owned(),
            is_text: self.is_text(column),
            order: match column.slug == self.sort.slug {
                true if self.sort.ascending => Order::Ascending,
                true => Order::Descending,
                false => Order::Free,
            },
        };
        let sum = |column: &Column<Row>| {
            let sum = foot.iter().find(|(slug, _)| *slug == column.slug);
            sum.map(|(_, words)| words.clone()).unwrap_or_default()
        };
        let foot = if foot.is_empty() { Vec::new() } else { self.shown().map(sum).collect() };
        let cells: Vec<CellOf<Row>> = self.shown().map(|column| Arc::clone(&column.cell)).collect();
        let (rows, linked) = (Arc::clone(&self.rows), Arc::clone(&self.rows));
        let cell = move |row: usize, column: usize| match (rows.get(row), cells.get(column)) {
            (Some(row), Some(cell)) => cell(row).words(digits),
            _ => String::new(),
        };
        TableData::new(self.shown().map(head).collect(), self.rows.len(), foot, cell)
            .with_links(move |row| linked.get(row).and_then(&link))
    }

    /// The file: every column, amounts to the last digit.
    pub fn csv(&self) -> String {
        let header: Vec<String> = self.columns.iter().map(|column| column.name.to_owned()).collect();
        let row = |row: &Row| self.columns.iter().map(|column| (column.cell)(row).written()).collect();
        csv::file(&header, &self.rows.iter().map(row).collect::<Vec<_>>())
    }

    fn shown(&self) -> impl Iterator<Item = &Column<Row>> {
        self.columns.iter().filter(|column| column.is_shown)
    }

    /// Whether a column holds texts or days; one without anything holds figures.
    fn is_text(&self, column: &Column<Row>) -> bool {
        let first = self.rows.iter().map(|row| (column.cell)(row)).find(|cell| *cell != Cell::None);
        matches!(first, Some(Cell::Text(_) | Cell::Day(_)))
    }
}
