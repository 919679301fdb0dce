//! The columns of the dataset Cost and Usage.

use money::Amount;

use crate::{Quantity, Row, Version};

/// OpenAI is whose models they are, who runs and bills them, and so every participant that FOCUS asks for.
const PROVIDER: &str = "OpenAI";

/// A column: what it is called, what it holds, and what a row has in it.
#[derive(Debug)]
pub struct Column {
    /// The column's id. Ours begin with `x_` (attribute ColumnHandling).
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    versions: &'static [Version],
    value: for<'r, 'a> fn(&'r Row<'a>) -> Value<'r>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text, or a JSON object as text.
    Text,
    /// A number with up to 12 digits after the point.
    Decimal,
    /// A whole number.
    Integer,
    /// An instant in UTC, to the second.
    Instant,
}

/// What a row has in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing. FOCUS allows no empty texts (attribute NullHandling).
    Null,
    /// Of a column of [`Kind::Text`].
    Text(&'a str),
    /// Of a column of [`Kind::Decimal`].
    Decimal(Amount),
    /// Of a column of [`Kind::Integer`].
    Integer(i64),
    /// Of a column of [`Kind::Instant`], in Unix seconds.
    Instant(i64),
}

impl Column {
    /// What a row has in it: of the column's kind, or null.
    pub fn value<'r>(&self, row: &'r Row<'_>) -> Value<'r> {
        match (self.value)(row) {
            Value::Text("") => Value::Null,
            value => value,
        }
    }

    /// Whether a version has it.
    pub fn is_in(&self, version: Version) -> bool {
        self.versions.contains(&version)
    }

    const fn new(name: &'static str, kind: Kind, value: for<'r, 'a> fn(&'r Row<'a>) -> Value<'r>) -> Self {
        Self { name, kind, versions: &Version::ALL, value }
    }

    /// A column that only these versions have.
    const fn only(mut self, versions: &'static [Version]) -> Self {
        self.versions = versions;
        self
    }

    /// A column of something that OpenAI does not have or does not tell.
    const fn null(name: &'static str, kind: Kind) -> Self {
        Self::new(name, kind, |_| Value::Null)
    }
}

/// Every column in the order they are written: FOCUS' own by name, then ours.
///
/// FOCUS asks for many columns only where a provider has what they describe, such as regions; they are written all the
/// same, without values, since programs recognise a version by its columns. The exception are the four unit prices: no
/// endpoint tells them, FOCUS wants a value for each SKU as soon as the column is there, price x quantity must be the cost
/// exactly, and a quotient of an amount and a quantity is not exact.
#[rustfmt::skip]
pub(crate) static ALL: &[Column] = &[
    Column::null("AllocatedMethodDetails", Kind::Text).only(&[Version::V1_4]),
    Column::null("AllocatedMethodId", Kind::Text).only(&[Version::V1_4]),
    Column::null("AllocatedResourceId", Kind::Text).only(&[Version::V1_4]),
    Column::null("AllocatedResourceName", Kind::Text).only(&[Version::V1_4]),
    Column::null("AllocatedTags", Kind::Text).only(&[Version::V1_4]),
    Column::null("AvailabilityZone", Kind::Text),
    Column::new("BilledCost", Kind::Decimal, |row| Value::Decimal(row.billed_cost)),
    Column::new("BillingAccountId", Kind::Text, |row| Value::Text(row.billing_account_id)),
    Column::new("BillingAccountName", Kind::Text, |row| text(row.billing_account_name)),
    Column::new("BillingAccountType", Kind::Text, |_| Value::Text("Organization")),
    Column::new("BillingCurrency", Kind::Text, |row| Value::Text(row.currency.as_str())),
    Column::new("BillingPeriodEnd", Kind::Instant, |row| Value::Instant(row.billing_period.end)),
    Column::new("BillingPeriodStart", Kind::Instant, |row| Value::Instant(row.billing_period.start)),
    Column::null("CapacityReservationId", Kind::Text),
    Column::null("CapacityReservationStatus", Kind::Text),
    Column::new("ChargeCategory", Kind::Text, |row| Value::Text(row.category.as_str())),
    Column::new("ChargeClass", Kind::Text, |row| text(row.is_correction.then_some("Correction"))),
    Column::new("ChargeDescription", Kind::Text, |row| text(row.description.as_deref())),
    Column::new("ChargeFrequency", Kind::Text, |row| Value::Text(row.category.frequency().as_str())),
    Column::new("ChargePeriodEnd", Kind::Instant, |row| Value::Instant(row.charge_period.end)),
    Column::new("ChargePeriodStart", Kind::Instant, |row| Value::Instant(row.charge_period.start)),
    Column::null("CommitmentDiscountCategory", Kind::Text),
    Column::null("CommitmentDiscountId", Kind::Text),
    Column::null("CommitmentDiscountName", Kind::Text),
    Column::null("CommitmentDiscountQuantity", Kind::Decimal),
    Column::null("CommitmentDiscountStatus", Kind::Text),
    Column::null("CommitmentDiscountType", Kind::Text),
    Column::null("CommitmentDiscountUnit", Kind::Text),
    Column::null("CommitmentProgramEligibilityDetails", Kind::Text).only(&[Version::V1_4]),
    Column::new("ConsumedQuantity", Kind::Decimal, |row| number(row.consumed.as_ref())),
    Column::new("ConsumedUnit", Kind::Text, |row| unit(row.consumed.as_ref())),
    Column::null("ContractApplied", Kind::Text).only(&[Version::V1_4]),
    Column::new("ContractedCost", Kind::Decimal, |row| Value::Decimal(row.contracted_cost)),
    Column::new("EffectiveCost", Kind::Decimal, |row| Value::Decimal(row.effective_cost)),
    Column::new("HostProviderName", Kind::Text, |_| Value::Text(PROVIDER)).only(&[Version::V1_4]),
    Column::null("InvoiceDetailId", Kind::Text).only(&[Version::V1_4]),
    Column::null("InvoiceId", Kind::Text),
    Column::new("InvoiceIssuerName", Kind::Text, |_| Value::Text(PROVIDER)),
    Column::new("ListCost", Kind::Decimal, |row| Value::Decimal(row.list_cost)),
    // OpenAI's prices are known beforehand; that batch, flex and priority have their own is said by the SKU price.
    Column::new("PricingCategory", Kind::Text, |row| text(row.category.is_priced().then_some("Standard"))),
    Column::new("PricingCurrency", Kind::Text, |row| Value::Text(row.currency.as_str())),
    Column::new("PricingCurrencyEffectiveCost", Kind::Decimal, |row| Value::Decimal(row.effective_cost)),
    Column::new("PricingQuantity", Kind::Decimal, |row| number(row.priced.as_ref())),
    Column::new("PricingUnit", Kind::Text, |row| unit(row.priced.as_ref())),
    Column::new("ProviderName", Kind::Text, |_| Value::Text(PROVIDER)).only(&[Version::V1_2]),
    Column::new("PublisherName", Kind::Text, |_| Value::Text(PROVIDER)).only(&[Version::V1_2]),
    Column::null("RegionId", Kind::Text),
    Column::null("RegionName", Kind::Text),
    Column::null("ResourceId", Kind::Text),
    Column::null("ResourceName", Kind::Text),
    Column::null("ResourceType", Kind::Text),
    Column::new("ServiceCategory", Kind::Text, |_| Value::Text("AI and Machine Learning")),
    Column::new("ServiceName", Kind::Text, |_| Value::Text("OpenAI API")),
    Column::new("ServiceProviderName", Kind::Text, |_| Value::Text(PROVIDER)).only(&[Version::V1_4]),
    Column::new("ServiceSubcategory", Kind::Text, |_| Value::Text("Generative AI")),
    Column::new("SkuId", Kind::Text, |row| text(row.sku.as_ref().map(|sku| sku.id.as_str()))),
    Column::new("SkuMeter", Kind::Text, |row| text(row.sku.as_ref().map(|sku| sku.meter.as_str()))),
    Column::new("SkuPriceDetails", Kind::Text, |row| text(row.sku.as_ref().map(|sku| sku.details.as_str()))),
    Column::new("SkuPriceId", Kind::Text, |row| text(row.sku.as_ref().map(|sku| sku.price_id.as_str()))),
    Column::new("SubAccountId", Kind::Text, |row| text(row.sub_account_id)),
    Column::new("SubAccountName", Kind::Text, |row| text(row.sub_account_name)),
    Column::new("SubAccountType", Kind::Text, |row| text(row.sub_account_id.map(|_| "Project"))),
    Column::new("Tags", Kind::Text, |row| text(row.tags.as_deref())),
    Column::new("x_ApiKeyId", Kind::Text, |row| text(row.api_key_id)),
    Column::new("x_ApiKeyName", Kind::Text, |row| text(row.api_key_name)),
    Column::new("x_UserId", Kind::Text, |row| text(row.user_id)),
    Column::new("x_UserEmail", Kind::Text, |row| text(row.user_email)),
    Column::new("x_Service", Kind::Text, |row| text(row.service)),
    Column::new("x_ServiceTier", Kind::Text, |row| text(row.service_tier)),
    Column::new("x_LineItem", Kind::Text, |row| text(row.line_item)),
    Column::new("x_CostBasis", Kind::Text, |row| text(row.cost_basis)),
    Column::new("x_UnattributedReason", Kind::Text, |row| text(row.unattributed_reason)),
    Column::new("x_Requests", Kind::Integer, |row| {
        Value::Integer(i64::try_from(row.requests).unwrap_or(i64::MAX))
    }),
];

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::Text)
}

fn number(quantity: Option<&Quantity>) -> Value<'_> {
    quantity.map_or(Value::Null, |quantity| Value::Decimal(quantity.number))
}

fn unit(quantity: Option<&Quantity>) -> Value<'_> {
    text(quantity.map(|quantity| quantity.unit.as_ref()))
}
