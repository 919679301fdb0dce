//! Quantities in the units of FOCUS (attribute UnitFormat).

use std::borrow::Cow;

use money::Amount;

/// How much of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// How much, an exact decimal in units of 10^-12 of the unit.
    pub number: Amount,
    /// Of what: `Tokens`, `1000000 Tokens`, `GB-Days`.
    pub unit: Cow<'static, str>,
}

/// How FOCUS names what OpenAI counts, and how OpenAI prices it.
struct Measured {
    /// `ConsumedUnit`.
    consumed: Cow<'static, str>,
    /// How many of what is counted are one [`Measured::consumed`].
    per_consumed: i128,
    /// `PricingUnit`, that of OpenAI's price list.
    priced: Cow<'static, str>,
    /// How many of what is counted are one [`Measured::priced`].
    per_priced: i128,
}

impl Measured {
    const fn fixed(
        consumed: &'static str,
        per_consumed: i128,
        priced: &'static str,
        per_priced: i128,
    ) -> Self {
        Self { consumed: Cow::Borrowed(consumed), per_consumed, priced: Cow::Borrowed(priced), per_priced }
    }

    /// A unit of `facts::Dimension::Unit`, or a `quantity_unit` of the Costs API, which is an open list. Stored bytes
    /// are a level: a day of it is priced by the gigabyte and day.
    fn of(unit: &str) -> Self {
        match unit {
            "tokens" => Self::fixed("Tokens", 1, "1000000 Tokens", 1_000_000),
            "characters" => Self::fixed("Characters", 1, "1000000 Characters", 1_000_000),
            "bytes" => Self::fixed("GB", 1_000_000_000, "GB-Days", 1_000_000_000),
            "calls" => Self::fixed("Requests", 1, "1000 Requests", 1_000),
            "images" => Self::fixed("Images", 1, "Images", 1),
            "sessions" => Self::fixed("Sessions", 1, "Sessions", 1),
            "seconds" | "duration_seconds" => Self::fixed("Seconds", 1, "Seconds", 1),
            "duration_minutes" => Self::fixed("Minutes", 1, "Minutes", 1),
            "duration_hours" => Self::fixed("Hours", 1, "Hours", 1),
            "gibibyte_hours" => Self::fixed("GiB-Hours", 1, "GiB-Hours", 1),
            other => {
                let name = capitalised(&other.replace('_', " "));
                Self { consumed: name.clone().into(), per_consumed: 1, priced: name.into(), per_priced: 1 }
            }
        }
    }
}

impl Quantity {
    /// One of something that has no unit. FOCUS wants a quantity of whatever is used or bought; a charge for which
    /// OpenAI counts nothing is one charge.
    pub(crate) fn one_unit() -> Self {
        Self { number: Amount::from_parts(1_000_000, 0), unit: Cow::Borrowed("Units") }
    }

    /// `ConsumedQuantity` and `ConsumedUnit` of a quantity, which is in units of 10^-12 of `unit`.
    pub(crate) fn consumed(quantity: Amount, unit: &str) -> Self {
        let measured = Measured::of(unit);
        Self { number: divided(quantity, measured.per_consumed), unit: measured.consumed }
    }

    /// `PricingQuantity` and `PricingUnit` of the same.
    pub(crate) fn priced(quantity: Amount, unit: &str) -> Self {
        let measured = Measured::of(unit);
        Self { number: divided(quantity, measured.per_priced), unit: measured.priced }
    }
}

/// `ConsumedUnit` of a unit of ours.
pub(crate) fn noun(unit: &str) -> Cow<'static, str> {
    Measured::of(unit).consumed
}

/// Each word with a capital first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut capitalised = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !capitalised.is_empty() {
            capitalised.push(' ');
        }
        let mut characters = word.chars();
        capitalised.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        capitalised.push_str(characters.as_str());
    }
    capitalised
}

/// A quantity in a larger unit. Whole numbers of what OpenAI counts stay exact; finer digits than 10^-12 are rounded
/// half-even, which concerns a quantity alone and never money.
fn divided(quantity: Amount, by: i128) -> Amount {
    let (whole, rest) = (quantity.pico().div_euclid(by), quantity.pico().rem_euclid(by));
    let up = rest * 2 > by || rest * 2 == by && whole.rem_euclid(2) == 1;
    // Not larger than the amount it was made from, which an amount holds.
    Amount::from_pico(if up { whole + 1 } else { whole }).unwrap_or(quantity)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `count` of something counted in whole numbers.
    fn whole(count: i64) -> Amount {
        Amount::from_parts(count * 1_000_000, 0)
    }

    fn texts(count: i64, unit: &str) -> [String; 2] {
        [Quantity::consumed(whole(count), unit), Quantity::priced(whole(count), unit)]
            .map(|quantity| format!("{} {}", quantity.number, quantity.unit))
    }

    #[test]
    fn each_unit_has_a_name_and_a_unit_of_the_price_list() {
        for (unit, consumed, priced) in [
            ("tokens", "8400000 Tokens", "8.4 1000000 Tokens"),
            ("characters", "8400000 Characters", "8.4 1000000 Characters"),
            ("images", "8400000 Images", "8400000 Images"),
            ("seconds", "8400000 Seconds", "8400000 Seconds"),
            ("bytes", "0.0084 GB", "0.0084 GB-Days"),
            ("sessions", "8400000 Sessions", "8400000 Sessions"),
            ("calls", "8400000 Requests", "8400 1000 Requests"),
            ("gibibyte_hours", "8400000 GiB-Hours", "8400000 GiB-Hours"),
            ("video_frames", "8400000 Video Frames", "8400000 Video Frames"),
        ] {
            assert_eq!(texts(8_400_000, unit), [consumed, priced], "{unit}");
        }
    }

    #[test]
    fn one_token_and_one_byte_are_exact() {
        assert_eq!(texts(1, "tokens"), ["1 Tokens", "0.000001 1000000 Tokens"]);
        assert_eq!(texts(1, "bytes"), ["0.000000001 GB", "0.000000001 GB-Days"]);
    }

    #[test]
    fn finer_digits_round_half_even() {
        let pico = |pico| Amount::from_pico(pico).unwrap();
        for (quantity, by, result) in
            [(500, 1_000, 0), (1_500, 1_000, 2), (2_501, 1_000, 3), (-500, 1_000, 0), (-1_500, 1_000, -2)]
        {
            assert_eq!(divided(pico(quantity), by), pico(result), "{quantity}");
        }
    }
}
