//! A row of the dataset Cost and Usage.

use std::borrow::Cow;

use money::{Amount, Currency};

use crate::{Category, Period, Quantity, Sku};

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
