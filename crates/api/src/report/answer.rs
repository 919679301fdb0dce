//! The table that answers a question.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Figure, Label, Metric};
use crate::cost::CurrencyTotal;
use crate::freshness::Freshness;
use crate::{Amount, Currency, Span, Timestamp};

/// A table of figures. The rows' sums are the total, exactly; ratios are made from sums and do not add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The days that were asked for.
    pub span: Span,
    /// The days that they are compared with, where a comparison was asked for.
    pub previous: Option<Span>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The columns: first the labels, then the metrics.
    pub columns: Vec<Column>,
    /// Where the intervals begin; empty when the period is one.
    pub intervals: Vec<Timestamp>,
    /// The rows in the order that was asked for, and last the rest if there is one.
    pub rows: Vec<Row>,
    /// The figures of all rows.
    pub total: Figures,
    /// How many rows the rest is made of.
    pub folded: u32,
    /// How the cost of the period is known.
    pub basis: BasisTotals,
    /// Totals in other currencies, which are in no figure here, over everything in the period.
    pub other_currencies: Vec<CurrencyTotal>,
    /// How fresh the figures are.
    pub freshness: Freshness,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Column {
    /// The texts of a label.
    Label {
        /// Which.
        label: Label,
        /// What people call it.
        name: String,
    },
    /// The figures of a metric.
    Metric {
        /// Which.
        metric: Metric,
        /// What people call it.
        name: String,
        /// What it is counted in, such as `USD` or `tokens`; absent for shares, and where each row has its own.
        unit: Option<String>,
    },
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// A text for each label; absent for the rest that was folded into one row.
    pub labels: Option<Vec<String>>,
    /// Its figures.
    pub figures: Figures,
}

/// Figures, one for each metric, in the order of the columns. Absent is a ratio to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figures {
    /// Over the whole period.
    pub values: Vec<Option<Figure>>,
    /// Over the whole period before; absent when no comparison was asked for.
    pub previous: Option<Vec<Option<Figure>>>,
    /// In each interval; empty when the period is one.
    pub intervals: Vec<Vec<Option<Figure>>>,
}

/// How cost is known: the three sum to the cost of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BasisTotals {
    /// Billed by OpenAI to exactly what it is shown for.
    pub billed: Amount,
    /// Shares of billed lines, by the usage that caused them.
    pub attributed: Amount,
    /// Billed, with no usage found for it.
    pub unattributed: Amount,
}
