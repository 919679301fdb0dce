//! A row of the dataset Cost and Usage.

use std::borrow::Cow;

use money::{Amount, Currency};

use crate::{Category, Column, Period, Quantity, Sku};

/// OpenAI is whose models they are, who runs and bills them, and so every participant that FOCUS asks for.
const PROVIDER: &str = "OpenAI";

/// A charge. Money is exact, in `currency`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// `BilledCost`.
    pub billed_cost: Amount,
    /// `EffectiveCost`.
    pub effective_cost: Amount,
    /// `ListCost`.
    pub list_cost: Amount,
    /// `ContractedCost`.
    pub contracted_cost: Amount,
    /// `BillingCurrency`.
    pub currency: Currency,
    /// `BillingAccountId`: OpenAI's organization.
    pub billing_account_id: &'a str,
    /// `BillingAccountName`.
    pub billing_account_name: Option<&'a str>,
    /// `SubAccountId`: OpenAI's project; none for what is billed to the organization.
    pub sub_account_id: Option<&'a str>,
    /// `SubAccountName`.
    pub sub_account_name: Option<&'a str>,
    /// `BillingPeriodStart` and `BillingPeriodEnd`: the UTC calendar month.
    pub billing_period: Period,
    /// `ChargePeriodStart` and `ChargePeriodEnd`: the UTC day.
    pub charge_period: Period,
    /// `ChargeCategory` and `ChargeFrequency`.
    pub category: Category,
    /// `ChargeClass`: whether it corrects a month that was closed.
    pub is_correction: bool,
    /// `ChargeDescription`.
    pub description: Option<Cow<'a, str>>,
    /// `ConsumedQuantity` and `ConsumedUnit`; none unless something is used.
    pub consumed: Option<Quantity>,
    /// `PricingQuantity` and `PricingUnit`; none unless it has a price.
    pub priced: Option<Quantity>,
    /// `SkuId`, `SkuPriceId`, `SkuMeter`, `SkuPriceDetails`; none unless it has a price.
    pub sku: Option<Sku>,
    /// `Tags`, a JSON object as text.
    pub tags: Option<String>,
    /// `x_ApiKeyId`.
    pub api_key_id: Option<&'a str>,
    /// `x_ApiKeyName`.
    pub api_key_name: Option<&'a str>,
    /// `x_UserId`.
    pub user_id: Option<&'a str>,
    /// `x_UserEmail`.
    pub user_email: Option<&'a str>,
    /// `x_Service`: which of OpenAI's services, `Completions`.
    pub service: Option<&'a str>,
    /// `x_ServiceTier`: `batch`, `flex`, `priority`, else what usage tells.
    pub service_tier: Option<&'a str>,
    /// `x_LineItem`, as it is on the bill; none for usage that nothing was billed for.
    pub line_item: Option<&'a str>,
    /// `x_CostBasis`: `billed`, `attributed` or `unattributed`.
    pub cost_basis: Option<&'a str>,
    /// `x_UnattributedReason`: why no usage was found for it.
    pub unattributed_reason: Option<&'a str>,
    /// `x_Requests`.
    pub requests: u64,
}

/// What a row has in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing. FOCUS allows no empty texts (attribute NullHandling).
    Null,
    /// Of a column of [`crate::Kind::Text`].
    Text(&'a str),
    /// Of a column of [`crate::Kind::Decimal`].
    Decimal(Amount),
    /// Of a column of [`crate::Kind::Integer`].
    Integer(i64),
    /// Of a column of [`crate::Kind::Instant`], in Unix seconds.
    Instant(i64),
}

impl Row<'_> {
    /// What it has in a column, of the column's kind or null.
    pub fn value(&self, column: Column) -> Value<'_> {
        match column {
            Column::BilledCost => Value::Decimal(self.billed_cost),
            Column::EffectiveCost => Value::Decimal(self.effective_cost),
            Column::ListCost => Value::Decimal(self.list_cost),
            Column::ContractedCost => Value::Decimal(self.contracted_cost),
            Column::BillingCurrency => Value::Text(self.currency.as_str()),
            Column::BillingAccountId => Value::Text(self.billing_account_id),
            Column::BillingAccountName => text(self.billing_account_name),
            Column::BillingAccountType => Value::Text("Organization"),
            Column::SubAccountId => text(self.sub_account_id),
            Column::SubAccountName => text(self.sub_account_name),
            Column::SubAccountType => text(self.sub_account_id.map(|_| "Project")),
            Column::BillingPeriodStart => Value::Instant(self.billing_period.start),
            Column::BillingPeriodEnd => Value::Instant(self.billing_period.end),
            Column::ChargePeriodStart => Value::Instant(self.charge_period.start),
            Column::ChargePeriodEnd => Value::Instant(self.charge_period.end),
            Column::ChargeCategory => Value::Text(self.category.as_str()),
            Column::ChargeClass => text(self.is_correction.then_some("Correction")),
            Column::ChargeDescription => text(self.description.as_deref()),
            Column::ChargeFrequency => Value::Text(self.category.frequency().as_str()),
            Column::ConsumedQuantity => number(self.consumed.as_ref()),
            Column::ConsumedUnit => text(self.consumed.as_ref().map(|quantity| quantity.unit.as_ref())),
            Column::PricingQuantity => number(self.priced.as_ref()),
            Column::PricingUnit => text(self.priced.as_ref().map(|quantity| quantity.unit.as_ref())),
            // OpenAI's prices are known beforehand; that batch, flex and priority have their own is said by the SKU price.
            Column::PricingCategory => text(self.category.is_priced().then_some("Standard")),
            Column::SkuId => text(self.sku.as_ref().map(|sku| sku.id.as_str())),
            Column::SkuPriceId => text(self.sku.as_ref().map(|sku| sku.price_id.as_str())),
            Column::SkuMeter => text(self.sku.as_ref().map(|sku| sku.meter.as_str())),
            Column::SkuPriceDetails => text(self.sku.as_ref().map(|sku| sku.details.as_str())),
            Column::HostProviderName
            | Column::InvoiceIssuerName
            | Column::ProviderName
            | Column::PublisherName
            | Column::ServiceProviderName => Value::Text(PROVIDER),
            Column::ServiceCategory => Value::Text("AI and Machine Learning"),
            Column::ServiceSubcategory => Value::Text("Generative AI"),
            Column::ServiceName => Value::Text("OpenAI API"),
            Column::Tags => text(self.tags.as_deref()),
            Column::ApiKeyId => text(self.api_key_id),
            Column::ApiKeyName => text(self.api_key_name),
            Column::UserId => text(self.user_id),
            Column::UserEmail => text(self.user_email),
            Column::Service => text(self.service),
            Column::ServiceTier => text(self.service_tier),
            Column::LineItem => text(self.line_item),
            Column::CostBasis => text(self.cost_basis),
            Column::UnattributedReason => text(self.unattributed_reason),
            Column::Requests => Value::Integer(i64::try_from(self.requests).unwrap_or(i64::MAX)),
        }
    }
}

fn text(text: Option<&str>) -> Value<'_> {
    match text {
        Some(text) if !text.is_empty() => Value::Text(text),
        _ => Value::Null,
    }
}

fn number(quantity: Option<&Quantity>) -> Value<'static> {
    quantity.map_or(Value::Null, |quantity| Value::Decimal(quantity.number))
}
