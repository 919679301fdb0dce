//! A line of OpenAI's bill.

use money::{Amount, Currency};

use crate::Symbol;

/// A billed amount of one UTC day: a result of `GET /organization/costs` grouped by project, line item and, where the
/// API allows it, API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// `project_id`; none for what is billed to the organization.
    pub project: Symbol,
    /// `line_item`, as OpenAI writes it.
    pub line_item: Symbol,
    /// `api_key_id`; none where the API did not group by it, or where no key caused the cost.
    pub api_key: Symbol,
    /// `amount.currency`.
    pub currency: Currency,
    /// `amount.value`.
    pub amount: Amount,
    /// `quantity`, an exact decimal in units of 10^-12 of [`CostLine::unit`].
    pub quantity: Option<Amount>,
    /// `quantity_unit`, such as `tokens`.
    pub unit: Symbol,
    /// Whether digits finer than 10^-12 were rounded away.
    pub rounded: bool,
}
