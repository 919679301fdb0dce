//! What a report measures.

use facts::group::{Sum, Sums};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Figure;

/// What is measured. Ratios are rounded to 12 digits after the point, half to even, and absent where nothing is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// What OpenAI billed, in the report's currency.
    Cost,
    /// What was used, in the unit of the service: tokens, images, characters, seconds, bytes, sessions, calls. It needs
    /// the label `unit` in `group_by`, or a filter that keeps one unit. Stored bytes are a level: over several days they
    /// are its mean.
    Usage,
    /// Requests to models.
    Requests,
    /// Tokens of all directions.
    Tokens,
    /// Input tokens that did not come from a cache.
    InputTokens,
    /// Input tokens from a cache.
    CachedTokens,
    /// Input tokens that went into a cache.
    CacheWriteTokens,
    /// Output tokens.
    OutputTokens,
    /// Tokens of batches.
    BatchTokens,
    /// What tokens cost, by the number of those that are billed in millions: usage that is not billed yet has no price.
    CostPerMillionTokens,
    /// Cost by the number of requests that are billed.
    CostPerRequest,
    /// Cached tokens by all input tokens, from 0 to 1.
    CachedShare,
    /// Tokens of batches by all tokens, from 0 to 1.
    BatchShare,
}

/// One, in 10^-12.
const ONE: i128 = 1_000_000_000_000;

impl Metric {
    /// All of them, in the order of the menus.
    pub const ALL: [Self; 13] = [
        Self::Cost,
        Self::Usage,
        Self::Requests,
        Self::Tokens,
        Self::InputTokens,
        Self::CachedTokens,
        Self::CacheWriteTokens,
        Self::OutputTokens,
        Self::BatchTokens,
        Self::CostPerMillionTokens,
        Self::CostPerRequest,
        Self::CachedShare,
        Self::BatchShare,
    ];

    /// The name on the wire and in addresses.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Usage => "usage",
            Self::Requests => "requests",
            Self::Tokens => "tokens",
            Self::InputTokens => "input_tokens",
            Self::CachedTokens => "cached_tokens",
            Self::CacheWriteTokens => "cache_write_tokens",
            Self::OutputTokens => "output_tokens",
            Self::BatchTokens => "batch_tokens",
            Self::CostPerMillionTokens => "cost_per_million_tokens",
            Self::CostPerRequest => "cost_per_request",
            Self::CachedShare => "cached_share",
            Self::BatchShare => "batch_share",
        }
    }

    /// The name that people see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cost => "Cost",
            Self::Usage => "Usage",
            Self::Requests => "Requests",
            Self::Tokens => "Tokens",
            Self::InputTokens => "Input tokens",
            Self::CachedTokens => "Cached input tokens",
            Self::CacheWriteTokens => "Cache write tokens",
            Self::OutputTokens => "Output tokens",
            Self::BatchTokens => "Batch tokens",
            Self::CostPerMillionTokens => "Cost per 1M tokens",
            Self::CostPerRequest => "Cost per request",
            Self::CachedShare => "Cached share",
            Self::BatchShare => "Batch share",
        }
    }

    /// Reads a slug.
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.slug() == slug)
    }

    /// Whether it is counted in the report's currency.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Cost | Self::CostPerMillionTokens | Self::CostPerRequest)
    }

    /// Whether it is a ratio, which does not add up.
    pub const fn is_ratio(self) -> bool {
        matches!(
            self,
            Self::CostPerMillionTokens | Self::CostPerRequest | Self::CachedShare | Self::BatchShare
        )
    }

    /// The metric of sums over so many days, or hours where facts are by the hour; none when it is a ratio to nothing.
    pub fn of(self, sums: &Sums, steps: u32) -> Option<Figure> {
        let input = sums
            .get(Sum::InputTokens)
            .saturating_add(sums.get(Sum::CachedTokens))
            .saturating_add(sums.get(Sum::CacheWriteTokens));
        let pico = match self {
            Self::Cost => sums.get(Sum::Cost),
            Self::Usage => {
                let (level, steps) = (sums.get(Sum::Level), i128::from(steps.max(1)));
                let used = sums.get(Sum::Quantity).saturating_sub(sums.get(Sum::Unattributed));
                used.saturating_sub(level).saturating_add(ratio(level, steps)?)
            }
            Self::Requests => whole(sums.get(Sum::Requests)),
            Self::Tokens => whole(sums.get(Sum::Tokens)),
            Self::InputTokens => whole(sums.get(Sum::InputTokens)),
            Self::CachedTokens => whole(sums.get(Sum::CachedTokens)),
            Self::CacheWriteTokens => whole(sums.get(Sum::CacheWriteTokens)),
            Self::OutputTokens => whole(sums.get(Sum::OutputTokens)),
            Self::BatchTokens => whole(sums.get(Sum::BatchTokens)),
            Self::CostPerMillionTokens => {
                ratio(sums.get(Sum::TokenCost).saturating_mul(1_000_000), sums.get(Sum::BilledTokens))?
            }
            Self::CostPerRequest => ratio(sums.get(Sum::Cost), sums.get(Sum::BilledRequests))?,
            Self::CachedShare => ratio(whole(sums.get(Sum::CachedTokens)), input)?,
            Self::BatchShare => ratio(whole(sums.get(Sum::BatchTokens)), sums.get(Sum::Tokens))?,
        };
        Some(Figure::from_pico(pico))
    }
}

fn whole(number: i128) -> i128 {
    number.saturating_mul(ONE)
}

/// A quotient of whole numbers, rounded half to even; none when there is nothing to divide by.
fn ratio(number: i128, by: i128) -> Option<i128> {
    let (quotient, rest) = (number.checked_div_euclid(by)?, number.checked_rem_euclid(by)?);
    let twice = rest.unsigned_abs().saturating_mul(2);
    let up = match twice.cmp(&by.unsigned_abs()) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    Some(quotient.saturating_add(i128::from(up) * by.signum()))
}

#[cfg(test)]
mod tests {
    use facts::group::Grouping;
    use facts::{Basis, CubeBuilder, Dictionary, Dimension, Fact, Names, Symbol};
    use money::{Amount, Currency};

    use super::*;

    #[test]
    fn slugs_read_back_and_are_those_of_the_wire() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.slug()), Some(metric));
            assert_eq!(serde_json::to_value(metric).unwrap(), metric.slug());
        }
    }

    #[test]
    fn ratios_are_rounded_half_to_even_and_absent_by_nothing() {
        for (number, by, expected) in [
            (10, 4, Some(2)),
            (14, 4, Some(4)),
            (11, 4, Some(3)),
            (9, 4, Some(2)),
            (-10, 4, Some(-2)),
            (-14, 4, Some(-4)),
            (-11, 4, Some(-3)),
            (0, 4, Some(0)),
            (7, 0, None),
        ] {
            assert_eq!(ratio(number, by), expected, "{number} / {by}");
        }
    }

    #[test]
    fn nothing_costs_nothing_and_has_no_price() {
        assert_eq!(Metric::Cost.of(&Sums::default(), 0), Some(Figure::ZERO));
        assert_eq!(Metric::CostPerRequest.of(&Sums::default(), 1), None);
        assert_eq!(Metric::CachedShare.of(&Sums::default(), 1), None);
    }

    /// The sums of facts, each with its dollars, its quantity, the unit of that, and its basis.
    fn sums(facts: &[(i128, i128, &str, Option<Basis>)]) -> Sums {
        let mut texts = Dictionary::default();
        let fact = |(dollars, quantity, unit, basis): &(i128, i128, &str, Option<Basis>)| {
            let mut fact = Fact {
                start: 0,
                dimensions: [Symbol::NONE; Dimension::COUNT],
                amount: Amount::from_pico(dollars * ONE).unwrap(),
                quantity: Amount::from_pico(quantity * ONE).unwrap(),
                requests: 2,
            };
            fact.put(Dimension::Unit, texts.intern(unit));
            fact.put(Dimension::Basis, texts.intern_optional(basis.map(Basis::as_str)));
            fact
        };
        let facts: Vec<Fact> = facts.iter().map(fact).collect();
        let mut builder = CubeBuilder::new(Currency::USD);
        builder.add(facts.into_iter(), &texts);
        let cube = builder.finish();
        let grouping = Grouping { labels: &[], filters: &[], bounds: &[0, 1], order: Sum::Cost, limit: 1 };
        grouping.of(&cube, &Names::default()).total
    }

    #[test]
    fn what_is_billed_without_usage_is_no_usage_a_second_time() {
        let sums = sums(&[
            (6, 2_000_000, "tokens", Some(Basis::Attributed)),
            (9, 5_000_000, "tokens", Some(Basis::Unattributed)),
            (0, 5_000_000, "tokens", None),
        ]);
        let of = |metric: Metric| metric.of(&sums, 1).unwrap().to_string();
        assert_eq!([of(Metric::Tokens), of(Metric::Usage)], ["7000000", "7000000"]);
        assert_eq!((of(Metric::Cost), of(Metric::CostPerMillionTokens)), ("15".into(), "3".into()));
    }

    #[test]
    fn stored_bytes_are_the_mean_of_their_days_and_nothing_else_is() {
        let sums = sums(&[
            (1, 5_000, "bytes", Some(Basis::Attributed)),
            (1, 4_000, "bytes", None),
            (1, 30, "sessions", Some(Basis::Attributed)),
        ]);
        let of = |steps| Metric::Usage.of(&sums, steps).unwrap().to_string();
        assert_eq!([of(1), of(3), of(0)], ["9030", "3030", "9030"]);
    }

    #[test]
    fn usage_that_is_not_billed_yet_has_no_price() {
        // What is billed at nothing has a price, what is not billed has none.
        let sums = sums(&[
            (6, 2_000_000, "tokens", Some(Basis::Attributed)),
            (0, 1_000_000, "tokens", Some(Basis::Attributed)),
            (0, 9_000_000, "tokens", None),
        ]);
        let of = |metric: Metric| metric.of(&sums, 1).unwrap().to_string();
        assert_eq!(
            (of(Metric::CostPerMillionTokens), of(Metric::CostPerRequest)),
            ("2".into(), "1.5".into())
        );
        assert_eq!((of(Metric::Tokens), of(Metric::Requests)), ("12000000".into(), "6".into()));
    }
}
