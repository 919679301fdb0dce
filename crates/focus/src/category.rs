//! What kind of charge a fact is.

use money::Amount;

/// `ChargeCategory`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// What was used.
    Usage,
    /// Bought in advance, to be used up by charges that follow: prepaid credit.
    Prepayment,
    /// Bought for the day it is billed on, whether it is used or not: Scale Tier.
    Subscription,
    /// Granted, or given back.
    Credit,
    /// Levied for a state.
    Tax,
    /// Neither of these, such as a difference of rounding.
    Adjustment,
}

/// `ChargeFrequency`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Whenever the service is used.
    UsageBased,
    /// On a schedule, used or not.
    Recurring,
    /// Once.
    OneTime,
}

impl Category {
    /// The category of an amount. OpenAI names none, so the line item's words decide, in this order:
    ///
    /// 1. `tax`, `vat`, `gst`: tax
    /// 2. `rounding`, `adjustment`, `correction`: an adjustment
    /// 3. `prepaid`, `prepayment`; `purchase` or `top` `up` of credit: a prepayment
    /// 4. `scale tier`: a subscription
    /// 5. `credit`, `grant`, `promotion`, `promotional`, `free tier`, and every amount below zero: a credit
    /// 6. usage
    ///
    /// A line item that names a model is usage or, below zero, a credit, whatever words the model's name has: customers
    /// choose the names of fine-tuned models.
    pub fn of(line_item: Option<&str>, model: Option<&str>, amount: Amount) -> Self {
        let text = line_item.unwrap_or_default().to_lowercase();
        let words: Vec<&str> = match model {
            Some(_) => Vec::new(),
            None => text.split(|character: char| !character.is_alphanumeric()).collect(),
        };
        let has = |some: &[&str]| words.iter().any(|word| some.contains(word));
        let pair = |first: &str, second: &str| words.windows(2).any(|pair| *pair == [first, second]);
        let is_credit = has(&["credit", "credits"]);
        if has(&["tax", "taxes", "vat", "gst"]) {
            Self::Tax
        } else if has(&["rounding", "adjustment", "adjustments", "correction"]) {
            Self::Adjustment
        } else if has(&["prepaid", "prepayment"])
            || is_credit && (has(&["purchase", "topup"]) || pair("top", "up"))
        {
            Self::Prepayment
        } else if pair("scale", "tier") {
            Self::Subscription
        } else if amount < Amount::ZERO
            || is_credit
            || has(&["grant", "grants", "promotion", "promotional"])
            || pair("free", "tier")
        {
            Self::Credit
        } else {
            Self::Usage
        }
    }

    /// The value of `ChargeCategory`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "Usage",
            Self::Prepayment | Self::Subscription => "Purchase",
            Self::Credit => "Credit",
            Self::Tax => "Tax",
            Self::Adjustment => "Adjustment",
        }
    }

    /// Whether it has a price: FOCUS then wants a SKU and a pricing quantity, and otherwise neither.
    pub const fn is_priced(self) -> bool {
        matches!(self, Self::Usage | Self::Prepayment | Self::Subscription)
    }

    /// The value of `ChargeFrequency`. FOCUS allows no usage-based purchase.
    pub const fn frequency(self) -> Frequency {
        match self {
            Self::Usage => Frequency::UsageBased,
            Self::Subscription => Frequency::Recurring,
            Self::Prepayment | Self::Credit | Self::Tax | Self::Adjustment => Frequency::OneTime,
        }
    }

    /// `EffectiveCost` of a billed amount: zero for what covers charges that follow, since those bear its cost.
    pub const fn effective(self, billed: Amount) -> Amount {
        match self {
            Self::Prepayment => Amount::ZERO,
            _ => billed,
        }
    }
}

impl Frequency {
    /// The value of `ChargeFrequency`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UsageBased => "Usage-Based",
            Self::Recurring => "Recurring",
            Self::OneTime => "One-Time",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line_item: &str, pico: i128) -> Category {
        Category::of(Some(line_item), None, Amount::from_pico(pico).unwrap())
    }

    #[test]
    fn words_of_the_line_item_decide() {
        for (line_item, category) in [
            ("web search tool calls", Category::Usage),
            ("Vector storage", Category::Usage),
            ("whisper", Category::Usage),
            ("Prepaid credit", Category::Prepayment),
            ("Credit purchase", Category::Prepayment),
            ("credits, top-up", Category::Prepayment),
            ("Scale Tier | gpt-4o units", Category::Subscription),
            ("Promotional credit", Category::Credit),
            ("research grant", Category::Credit),
            ("VAT 19%", Category::Tax),
            ("Sales tax", Category::Tax),
            ("Rounding", Category::Adjustment),
            ("Billing correction", Category::Adjustment),
            ("Free tier", Category::Credit),
            ("syntax highlighting", Category::Usage),
        ] {
            assert_eq!(of(line_item, 1), category, "{line_item}");
        }
    }

    #[test]
    fn an_amount_below_zero_is_a_credit_unless_it_is_named_otherwise() {
        assert_eq!(of("web search tool calls", -1), Category::Credit);
        assert_eq!(of("Sales tax", -1), Category::Tax);
        assert_eq!(of("Rounding", -1), Category::Adjustment);
        let model = Some("gpt-4.1-2025-04-14");
        let amount = Amount::from_pico(-1).unwrap();
        assert_eq!(Category::of(Some("gpt-4.1-2025-04-14, input"), model, amount), Category::Credit);
    }

    #[test]
    fn the_name_of_a_model_decides_nothing() {
        let model = "ft:gpt-4o:acme:tax-credit";
        let line_item = format!("{model}, input");
        let amount = Amount::from_pico(1).unwrap();
        assert_eq!(Category::of(Some(&line_item), Some(model), amount), Category::Usage);
        assert_eq!(Category::of(None, None, Amount::ZERO), Category::Usage);
    }
}
