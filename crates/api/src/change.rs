//! Why did it change? The difference of two periods, taken apart into effects that sum to it exactly.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cost::CurrencyTotal;
use crate::freshness::Freshness;
use crate::report::Filter;
use crate::span::unknown_connections;
use crate::{
    Access, Amount, ConnectionId, Currency, Description, Endpoint, FieldError, Method, Nothing, Permission,
    Refusal, Span,
};

/// Most days of each period.
pub const MOST_DAYS: u16 = 366;
/// Rows of their own when the query does not say, and at most.
pub const LIMITS: (u32, u32) = (100, 10_000);

/// Why the cost of a period differs from that of another.
pub struct Query;

/// Which periods of which accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeQuery {
    /// The earlier days. At most 366.
    pub before: Span,
    /// The later days. At most 366.
    pub after: Span,
    /// Which accounts; all of them when empty.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub accounts: Vec<ConnectionId>,
    /// Which figures: those that pass all filters.
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub filters: Vec<Filter>,
    /// How many projects and models have a row of their own, 1 to 10,000; 100 when absent. The others are added up in one.
    #[serde(default, deserialize_with = "crate::whole::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub limit: Option<u32>,
}

impl ChangeQuery {
    /// How many rows there are at most. Refused is what cannot be answered, every field at once.
    pub fn parse(&self) -> Result<usize, ChangeError> {
        let mut issues = Vec::new();
        let mut refuse = |field: &str, issue: String| issues.push(FieldError { field: field.into(), issue });
        for (field, span) in [("before", self.before), ("after", self.after)] {
            if !span.fits(MOST_DAYS) {
                refuse(field, format!("It must have between 1 and {MOST_DAYS} days."));
            }
        }
        if self.before.fits(MOST_DAYS) && self.after.fits(MOST_DAYS) && self.before.end > self.after.start {
            refuse("after", "It must begin after the earlier days have ended.".into());
        }
        if self.accounts.len() > crate::report::query::MOST_ACCOUNTS {
            let most = crate::report::query::MOST_ACCOUNTS;
            refuse("accounts", format!("Name at most {most} accounts, or none for all."));
        }
        let (filters, values) = crate::report::query::MOST_FILTERS;
        let fits = |filter: &Filter| (1..=values).contains(&filter.values.len());
        if self.filters.len() > filters || !self.filters.iter().all(fits) {
            refuse("filters", format!("Use at most {filters} filters with 1 to {values} values each."));
        }
        let limit = self.limit.unwrap_or(LIMITS.0);
        if !(1..=LIMITS.1).contains(&limit) {
            refuse("limit", format!("It must be 1 to {}.", LIMITS.1));
        }
        if !issues.is_empty() {
            return Err(ChangeError::UnfitQuery { issues });
        }
        Ok(usize::try_from(limit).unwrap_or(usize::MAX))
    }
}

/// The difference of two periods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The earlier days.
    pub before: Span,
    /// The later days.
    pub after: Span,
    /// The currency of all amounts.
    pub currency: Currency,
    /// What all projects and models cost, and why it changed.
    pub total: Difference,
    /// Each project and model whose cost changed or stayed, largest change first.
    pub rows: Vec<ChangedRow>,
    /// The others, added up; absent when every one has its row.
    pub rest: Option<Difference>,
    /// How many the rest is made of.
    pub folded: u32,
    /// The differences of totals in other currencies, which are in no figure here, over everything in both periods.
    pub other_currencies: Vec<CurrencyTotal>,
    /// How fresh the figures of the later days are.
    pub freshness: Freshness,
}

/// A project and a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedRow {
    /// The account, as reports say it.
    pub account: String,
    /// The project, as reports say it.
    pub project: String,
    /// The model, as reports say it.
    pub model: String,
    /// What it cost, and why it changed.
    pub difference: Difference,
}

/// Two costs, and the effects that lead from one to the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The cost of the earlier days.
    pub before: Amount,
    /// The cost of the later days.
    pub after: Amount,
    /// The effects. They sum to `after` less `before`, exactly; one that does nothing is left out.
    pub effects: Vec<EffectAmount>,
}

impl Difference {
    /// The cost of the later days less that of the earlier ones.
    pub fn change(&self) -> Amount {
        self.after - self.before
    }

    /// What one effect did; nothing where it is left out.
    pub fn effect(&self, effect: Effect) -> Amount {
        let found = self.effects.iter().find(|found| found.effect == effect);
        found.map_or(Amount::ZERO, |found| found.amount)
    }
}

/// What an effect did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EffectAmount {
    /// Which.
    pub effect: Effect,
    /// How much it added; negative when it saved.
    pub amount: Amount,
}

/// Why cost changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A project used more or less.
    Volume,
    /// Its usage moved between models.
    ModelMix,
    /// It moved between regular, batch, flex and priority.
    Tier,
    /// It moved between cached and uncached input, output and other operations.
    Cache,
    /// The same cost more or less.
    Price,
    /// A project used nothing of the kind before.
    New,
    /// A project no longer uses anything of the kind.
    Gone,
    /// Costs that have no usage: credits, taxes, and lines without a quantity.
    WithoutUsage,
}

impl Effect {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Volume,
        Self::ModelMix,
        Self::Tier,
        Self::Cache,
        Self::Price,
        Self::New,
        Self::Gone,
        Self::WithoutUsage,
    ];

    /// The name on the wire and in addresses.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::ModelMix => "model_mix",
            Self::Tier => "tier",
            Self::Cache => "cache",
            Self::Price => "price",
            Self::New => "new",
            Self::Gone => "gone",
            Self::WithoutUsage => "without_usage",
        }
    }

    /// The name that people see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Volume => "Volume",
            Self::ModelMix => "Model mix",
            Self::Tier => "Batch and tier",
            Self::Cache => "Cache and direction",
            Self::Price => "Price",
            Self::New => "New",
            Self::Gone => "Gone",
            Self::WithoutUsage => "Without usage",
        }
    }

    /// What it means, in a sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Volume => "Projects were used more or less.",
            Self::ModelMix => "Usage moved between models.",
            Self::Tier => "Usage moved between regular, batch, flex and priority.",
            Self::Cache => "Usage moved between cached and uncached input, output and other operations.",
            Self::Price => "The same usage cost more or less.",
            Self::New => "Projects use models, tools or tiers that they did not use before.",
            Self::Gone => "Projects no longer use models, tools or tiers that they used before.",
            Self::WithoutUsage => "Credits, taxes and other costs that have no usage.",
        }
    }
}

/// Why there is no explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChangeError {
    /// The question cannot be answered as it is.
    UnfitQuery {
        /// What is wrong with which field.
        issues: Vec<FieldError>,
    },
    /// Accounts are not there, or the user may not see them.
    UnknownConnection {
        /// Which.
        accounts: Vec<ConnectionId>,
    },
}

impl Refusal for ChangeError {
    fn describe(&self) -> Description {
        match self {
            Self::UnfitQuery { issues } => Description::new(
                422,
                "Periods to correct",
                "These periods cannot be compared as they are.",
                "Correct the fields that are named.",
            )
            .with_errors(issues.clone()),
            Self::UnknownConnection { accounts } => unknown_connections(accounts),
        }
    }

    fn samples() -> Vec<Self> {
        let issue = format!("It must have between 1 and {MOST_DAYS} days.");
        let issues = vec![FieldError { field: "after".into(), issue }];
        vec![
            Self::UnfitQuery { issues },
            Self::UnknownConnection { accounts: vec![ConnectionId::from_random([7; 16])] },
        ]
    }
}

impl Endpoint for Query {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/changes/query";
    const SUMMARY: &'static str = "Explain why the cost of a period differs from that of an earlier one";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_COSTS);
    const READS: bool = true;
    type Path = ();
    type Query = Nothing;
    type Body = ChangeQuery;
    type Response = Change;
    type Error = ChangeError;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_is_called_in_addresses_as_on_the_wire() {
        for effect in Effect::ALL {
            assert_eq!(serde_json::to_string(&effect).unwrap(), format!("\"{}\"", effect.slug()));
        }
    }
}
