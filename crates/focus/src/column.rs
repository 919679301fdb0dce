//! The columns of the dataset Cost and Usage that OpenAI's data can fill.
//!
//! Left out are columns of things that OpenAI does not have or does not tell: regions, resources, capacity, commitment
//! discounts, other pricing currencies, invoices' ids and split allocation. Left out as well are the unit prices: no
//! endpoint tells them, FOCUS wants unit price x quantity to be the cost exactly, and a quotient of an amount and a
//! quantity is not exact. FOCUS asks for each of them on a condition that is not met without them.

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "they are named and described by FOCUS; ours are described where a row holds them"
)]
pub enum Column {
    BilledCost,
    BillingAccountId,
    BillingAccountName,
    BillingAccountType,
    BillingCurrency,
    BillingPeriodEnd,
    BillingPeriodStart,
    ChargeCategory,
    ChargeClass,
    ChargeDescription,
    ChargeFrequency,
    ChargePeriodEnd,
    ChargePeriodStart,
    ConsumedQuantity,
    ConsumedUnit,
    ContractedCost,
    EffectiveCost,
    HostProviderName,
    InvoiceIssuerName,
    ListCost,
    PricingCategory,
    PricingQuantity,
    PricingUnit,
    ProviderName,
    PublisherName,
    ServiceCategory,
    ServiceName,
    ServiceProviderName,
    ServiceSubcategory,
    SkuId,
    SkuMeter,
    SkuPriceDetails,
    SkuPriceId,
    SubAccountId,
    SubAccountName,
    SubAccountType,
    Tags,
    ApiKeyId,
    ApiKeyName,
    UserId,
    UserEmail,
    Service,
    ServiceTier,
    LineItem,
    CostBasis,
    UnattributedReason,
    Requests,
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

impl Column {
    /// All of them in the order they are written; a [`crate::Version`] has most of them.
    pub const ALL: [Self; 47] = [
        Self::BilledCost,
        Self::BillingAccountId,
        Self::BillingAccountName,
        Self::BillingAccountType,
        Self::BillingCurrency,
        Self::BillingPeriodEnd,
        Self::BillingPeriodStart,
        Self::ChargeCategory,
        Self::ChargeClass,
        Self::ChargeDescription,
        Self::ChargeFrequency,
        Self::ChargePeriodEnd,
        Self::ChargePeriodStart,
        Self::ConsumedQuantity,
        Self::ConsumedUnit,
        Self::ContractedCost,
        Self::EffectiveCost,
        Self::HostProviderName,
        Self::InvoiceIssuerName,
        Self::ListCost,
        Self::PricingCategory,
        Self::PricingQuantity,
        Self::PricingUnit,
        Self::ProviderName,
        Self::PublisherName,
        Self::ServiceCategory,
        Self::ServiceName,
        Self::ServiceProviderName,
        Self::ServiceSubcategory,
        Self::SkuId,
        Self::SkuMeter,
        Self::SkuPriceDetails,
        Self::SkuPriceId,
        Self::SubAccountId,
        Self::SubAccountName,
        Self::SubAccountType,
        Self::Tags,
        Self::ApiKeyId,
        Self::ApiKeyName,
        Self::UserId,
        Self::UserEmail,
        Self::Service,
        Self::ServiceTier,
        Self::LineItem,
        Self::CostBasis,
        Self::UnattributedReason,
        Self::Requests,
    ];

    /// The column's id. Ours begin with `x_` (attribute ColumnHandling).
    pub const fn name(self) -> &'static str {
        match self {
            Self::BilledCost => "BilledCost",
            Self::BillingAccountId => "BillingAccountId",
            Self::BillingAccountName => "BillingAccountName",
            Self::BillingAccountType => "BillingAccountType",
            Self::BillingCurrency => "BillingCurrency",
            Self::BillingPeriodEnd => "BillingPeriodEnd",
            Self::BillingPeriodStart => "BillingPeriodStart",
            Self::ChargeCategory => "ChargeCategory",
            Self::ChargeClass => "ChargeClass",
            Self::ChargeDescription => "ChargeDescription",
            Self::ChargeFrequency => "ChargeFrequency",
            Self::ChargePeriodEnd => "ChargePeriodEnd",
            Self::ChargePeriodStart => "ChargePeriodStart",
            Self::ConsumedQuantity => "ConsumedQuantity",
            Self::ConsumedUnit => "ConsumedUnit",
            Self::ContractedCost => "ContractedCost",
            Self::EffectiveCost => "EffectiveCost",
            Self::HostProviderName => "HostProviderName",
            Self::InvoiceIssuerName => "InvoiceIssuerName",
            Self::ListCost => "ListCost",
            Self::PricingCategory => "PricingCategory",
            Self::PricingQuantity => "PricingQuantity",
            Self::PricingUnit => "PricingUnit",
            Self::ProviderName => "ProviderName",
            Self::PublisherName => "PublisherName",
            Self::ServiceCategory => "ServiceCategory",
            Self::ServiceName => "ServiceName",
            Self::ServiceProviderName => "ServiceProviderName",
            Self::ServiceSubcategory => "ServiceSubcategory",
            Self::SkuId => "SkuId",
            Self::SkuMeter => "SkuMeter",
            Self::SkuPriceDetails => "SkuPriceDetails",
            Self::SkuPriceId => "SkuPriceId",
            Self::SubAccountId => "SubAccountId",
            Self::SubAccountName => "SubAccountName",
            Self::SubAccountType => "SubAccountType",
            Self::Tags => "Tags",
            Self::ApiKeyId => "x_ApiKeyId",
            Self::ApiKeyName => "x_ApiKeyName",
            Self::UserId => "x_UserId",
            Self::UserEmail => "x_UserEmail",
            Self::Service => "x_Service",
            Self::ServiceTier => "x_ServiceTier",
            Self::LineItem => "x_LineItem",
            Self::CostBasis => "x_CostBasis",
            Self::UnattributedReason => "x_UnattributedReason",
            Self::Requests => "x_Requests",
        }
    }

    /// What it holds.
    pub const fn kind(self) -> Kind {
        match self {
            Self::BilledCost
            | Self::EffectiveCost
            | Self::ListCost
            | Self::ContractedCost
            | Self::ConsumedQuantity
            | Self::PricingQuantity => Kind::Decimal,
            Self::BillingPeriodStart
            | Self::BillingPeriodEnd
            | Self::ChargePeriodStart
            | Self::ChargePeriodEnd => Kind::Instant,
            Self::Requests => Kind::Integer,
            _ => Kind::Text,
        }
    }
}
