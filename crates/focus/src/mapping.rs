//! From facts to rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use facts::{Basis, Dictionary, Dimension, Fact, Names};
use money::{Amount, Currency};

use crate::sku::json;
use crate::{Category, Period, PeriodError, Quantity, Row, Sku};

/// Whose bill it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// OpenAI's organization id; while it is not known, the connection's own.
    pub id: &'a str,
    /// The organization's name, or what the user calls it.
    pub name: Option<&'a str>,
    /// The currency of all amounts.
    pub currency: Currency,
}

/// What a row is made of.
#[derive(Clone, Copy, Debug)]
pub struct Charge<'a> {
    /// What was billed. Its amount is the row's `BilledCost`, to the last unit.
    pub fact: &'a Fact,
    /// Whether its day was restated after its month had been closed.
    pub is_correction: bool,
    /// Virtual tags: keys, each at most once, and their values.
    pub tags: &'a [(&'a str, &'a str)],
}

/// Makes rows of the facts of an account, whose symbols are of one dictionary.
#[derive(Clone, Copy, Debug)]
pub struct Mapping<'a> {
    /// Whose bill it is.
    pub account: Account<'a>,
    /// The texts of the facts.
    pub dictionary: &'a Dictionary,
    /// Names of the texts that are ids.
    pub names: &'a Names,
}

impl<'a> Mapping<'a> {
    /// The row of a charge. A fact of an hour is charged to its UTC day, as OpenAI bills it. Refused is a fact of no
    /// calendar day.
    pub fn row(&self, charge: &Charge<'_>) -> Result<Row<'a>, PeriodError> {
        let fact = charge.fact;
        let text = |dimension| self.dictionary.text(fact.at(dimension)).filter(|text| !text.is_empty());
        let (project, api_key, user) =
            (text(Dimension::Project), text(Dimension::ApiKey), text(Dimension::User));
        let line_item = text(Dimension::LineItem);
        let category = Category::of(line_item, text(Dimension::Model), fact.amount);
        let (consumed, priced) = quantities(category, fact, text(Dimension::Unit));
        Ok(Row {
            billed_cost: fact.amount,
            effective_cost: category.effective(fact.amount),
            list_cost: fact.amount,
            contracted_cost: fact.amount,
            currency: self.account.currency,
            billing_account_id: self.account.id,
            billing_account_name: self.account.name,
            sub_account_id: project,
            // FOCUS wants a name wherever there is an id.
            sub_account_name: name(&self.names.projects, project).filter(|name| !name.is_empty()).or(project),
            billing_period: Period::month(fact.start)?,
            charge_period: Period::day(fact.start)?,
            category,
            is_correction: charge.is_correction,
            description: line_item.map(Cow::Borrowed).or_else(|| {
                described(text(Dimension::Model).or(text(Dimension::Service)), text(Dimension::Operation))
            }),
            consumed,
            priced,
            sku: category.is_priced().then(|| Sku::of(fact, self.dictionary)),
            tags: (!charge.tags.is_empty())
                .then(|| json(charge.tags.iter().map(|(key, value)| (*key, Some(*value))))),
            api_key_id: api_key,
            api_key_name: name(&self.names.api_keys, api_key),
            user_id: user,
            user_email: user.and_then(|id| self.names.users.get(id)?.email.as_deref()),
            service: text(Dimension::Service),
            service_tier: service_tier(text(Dimension::CostType), text(Dimension::ServiceTier)),
            line_item,
            // What is not attributed stays as it was billed; x_UnattributedReason says why.
            cost_basis: text(Dimension::Basis).map(|basis| match basis {
                basis if basis == Basis::Unattributed.as_str() => Basis::Billed.as_str(),
                basis => basis,
            }),
            unattributed_reason: text(Dimension::Reason),
            requests: fact.requests,
        })
    }
}

/// What was consumed and what is priced. FOCUS wants both of whatever is used, the second of whatever is bought as well,
/// and neither of anything else. An amount for which nothing was counted is one unit of its SKU.
fn quantities(category: Category, fact: &Fact, unit: Option<&str>) -> (Option<Quantity>, Option<Quantity>) {
    if !category.is_priced() {
        return (None, None);
    }
    let counts = fact.quantity != Amount::ZERO || fact.amount == Amount::ZERO;
    let (consumed, priced) = match unit.filter(|_| counts) {
        Some(unit) => (Quantity::consumed(fact.quantity, unit), Quantity::priced(fact.quantity, unit)),
        None => (Quantity::one_unit(), Quantity::one_unit()),
    };
    ((category == Category::Usage).then_some(consumed), Some(priced))
}

fn name<'a>(names: &'a BTreeMap<String, String>, id: Option<&str>) -> Option<&'a str> {
    names.get(id?).map(String::as_str)
}

/// What usage that is on no bill is called: `gpt-4.1-2025-04-14, input`, in OpenAI's way.
fn described<'a>(what: Option<&'a str>, operation: Option<&'a str>) -> Option<Cow<'a, str>> {
    match (what, operation) {
        (Some(what), Some(operation)) => Some(Cow::Owned(format!("{what}, {operation}"))),
        (what, operation) => what.or(operation).map(Cow::Borrowed),
    }
}

/// The cost type where it is a special one, since usage tells no tier of a batch; else the tier that usage tells.
fn service_tier<'a>(cost_type: Option<&'a str>, tier: Option<&'a str>) -> Option<&'a str> {
    cost_type.filter(|cost_type| *cost_type != "regular").or(tier).or(cost_type)
}
