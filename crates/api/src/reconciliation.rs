//! Reconciliation: every cent that OpenAI billed, attributed to usage or named as unattributed, beside what usage counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cost::Coverage;
use crate::freshness::Freshness;
use crate::report::Figure;
use crate::span::{unfit_period, unknown_connection};
use crate::{
    Access, Amount, ConnectionId, Currency, Day, Description, Endpoint, Method, Nothing, Permission, Refusal,
    Span,
};

/// Most days of a reconciliation: a quarter.
pub const MOST_DAYS: u16 = 92;

/// What was billed, and how it is known, by day and line item.
pub struct Show;

/// Which days of which accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReconciliationQuery {
    /// The first day.
    pub start: Day,
    /// The day after the last one. At most 92 days after `start`.
    pub end: Day,
    /// One account; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
}

impl ReconciliationQuery {
    /// The days, where there are no more of them than can be answered for.
    pub fn span(&self) -> Result<Span, ReconciliationError> {
        let span = Span { start: self.start, end: self.end };
        if span.fits(MOST_DAYS) { Ok(span) } else { Err(ReconciliationError::UnfitPeriod) }
    }
}

/// What was billed, and how it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reconciliation {
    /// The days.
    pub span: Span,
    /// Whether it agrees with OpenAI's own totals.
    pub verdict: Verdict,
    /// The sums of all days, one for each currency.
    pub totals: Vec<Totals>,
    /// Each day of each account with anything in it, in order: one for each currency.
    pub days: Vec<ReconciledDay>,
    /// How fresh the figures are.
    pub freshness: Freshness,
}

/// Whether the lines of the bill agree with OpenAI's ungrouped totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every day does, or differs by no more than rounding to 10^-12 explains: by one for each figure that was rounded.
    Agrees,
    /// Some days, or some totals, are missing, or differ while OpenAI may still revise them.
    Incomplete,
    /// At least one settled day does not.
    Differs,
}

/// Sums of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// The currency of all amounts.
    pub currency: Currency,
    /// The sum of the lines of the bill.
    pub billed: Amount,
    /// What of it is known by what caused it: billed to it by OpenAI itself, or attributed by usage.
    pub attributed: Amount,
    /// What of it has no usage that caused it. Both sum to `billed`, exactly.
    pub unattributed: Amount,
    /// OpenAI's ungrouped total, of the days for which it is imported; absent when there is none of them.
    pub upstream_total: Option<Amount>,
    /// The lines less the total, over the days that have both; absent when there is none of them.
    pub difference: Option<Amount>,
}

/// A day of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReconciledDay {
    /// Which day.
    pub day: Day,
    /// Whose.
    pub connection: ConnectionId,
    /// How much is known of its costs.
    pub coverage: Coverage,
    /// How much is known of its usage.
    pub usage_coverage: Coverage,
    /// Its sums.
    pub totals: Totals,
    /// Its lines, largest first.
    pub lines: Vec<ReconciledLine>,
}

/// A line item of a day, over all projects and API keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReconciledLine {
    /// What it is about.
    pub subject: Subject,
    /// What was billed.
    pub billed: Amount,
    /// What of it is known by what caused it.
    pub attributed: Amount,
    /// What of it is not, by reason. With `attributed` it sums to `billed`.
    pub unattributed: Vec<Unattributed>,
    /// What quantities are counted in, such as `tokens`.
    pub unit: Option<String>,
    /// How much OpenAI billed, where it told.
    pub billed_quantity: Option<Figure>,
    /// How much usage counts for this line.
    pub counted_quantity: Option<Figure>,
    /// The price by which usage is computed; absent when nothing was counted.
    pub rate: Option<EffectiveRate>,
    /// What the counted usage costs at this price.
    pub computed: Option<Amount>,
    /// What was billed less what is computed.
    pub residual: Option<Amount>,
}

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Subject {
    /// A line item.
    LineItem {
        /// OpenAI's text.
        line_item: String,
    },
    /// What OpenAI billed without naming a line item.
    NoLineItem,
    /// Usage that nothing was billed for.
    NotBilled {
        /// What it is counted in.
        unit: String,
    },
}

/// An effective price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EffectiveRate {
    /// What 1,000,000 tokens, or one of any other unit, cost.
    pub price: Figure,
    /// Where it comes from.
    pub source: RateSource,
}

/// Where an effective price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateSource {
    /// The day's own bill: its amount by its quantity.
    Bill,
    /// All days of the question: their amounts by the usage that is counted, where the bill tells no quantity.
    Days,
}

/// Money without usage that caused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unattributed {
    /// Why.
    pub reason: String,
    /// How much.
    pub amount: Amount,
}

/// Why there is no reconciliation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ReconciliationError {
    /// `end` is not after `start`, or more than 92 days after it.
    UnfitPeriod,
    /// There is no such account that the user may see.
    UnknownConnection,
}

impl Refusal for ReconciliationError {
    fn describe(&self) -> Description {
        match self {
            Self::UnfitPeriod => unfit_period("end", MOST_DAYS),
            Self::UnknownConnection => unknown_connection(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnfitPeriod, Self::UnknownConnection]
    }
}

impl Endpoint for Show {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/reconciliation";
    const SUMMARY: &'static str =
        "Compare what OpenAI billed with what the usage comes to, by day and line item";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    type Path = ();
    type Query = ReconciliationQuery;
    type Body = Nothing;
    type Response = Reconciliation;
    type Error = ReconciliationError;
}
