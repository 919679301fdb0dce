//! An amount of money.

use std::borrow::Cow;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Decimal;

/// 10^-12 units in one currency unit.
const UNIT: i128 = 1_000_000_000_000;
/// 10^-12 units in a millionth: the border between the two stored integers.
const MICRO: i128 = 1_000_000;

/// An exact amount, an integer of 10^-12 currency units. Which currency is said beside it by a [`crate::Currency`].
///
/// On the wire it is a string with a plain decimal number, such as `"12.5"`: a JSON number would pass through
/// floating point in most clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i128);

/// The amount is beyond what the store can hold: 9.2 x 10^12 currency units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the amount is beyond 9.2 x 10^12 currency units")]
pub struct OutOfRange;

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The least that the store can hold: its millionths, rounded down, fit into 64 bits.
    pub const LEAST: Self = Self(i64::MIN as i128 * MICRO);
    /// The most.
    pub const MOST: Self = Self((i64::MAX as i128 + 1) * MICRO - 1);

    /// An amount of `pico` x 10^-12 currency units.
    pub fn from_pico(pico: i128) -> Result<Self, OutOfRange> {
        if (Self::LEAST.0..=Self::MOST.0).contains(&pico) { Ok(Self(pico)) } else { Err(OutOfRange) }
    }

    /// The amount of a sum, or of a share of one: what is beyond any amount is the largest there is, never nothing.
    pub fn saturating(pico: i128) -> Self {
        Self(pico.clamp(Self::LEAST.0, Self::MOST.0))
    }

    /// The amount in 10^-12 currency units.
    pub const fn pico(self) -> i128 {
        self.0
    }

    /// The two integers that the store keeps: millionths (rounded down) and the rest in 10^-12 units (0 to 999,999).
    /// Databases sum both columns in 64 bits without overflow, and [`Amount::from_parts`] adds the sums up exactly.
    pub fn parts(self) -> (i64, i64) {
        // Nothing lies beyond what the store can hold: see [`Amount::MOST`].
        let micros = i64::try_from(self.0.div_euclid(MICRO)).unwrap_or(i64::MAX);
        (micros, i64::try_from(self.0.rem_euclid(MICRO)).unwrap_or_default())
    }

    /// The amount whose stored integers, or whose rows' summed integers, these are.
    pub fn from_parts(micros: i64, rest: i64) -> Self {
        Self(i128::from(micros) * MICRO + i128::from(rest))
    }
}

impl fmt::Display for Amount {
    /// A plain decimal number without trailing zeros: `12.5`, `-0.000000000001`, `0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let (whole, fraction) = (magnitude / UNIT.unsigned_abs(), magnitude % UNIT.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:012}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Decimal::parse(&text).map(|decimal| decimal.amount).map_err(D::Error::custom)
    }
}

impl schemars::JsonSchema for Amount {
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "An exact decimal number in units of the currency, with at most 12 digits after the point.",
            "pattern": "^-?[0-9]+(\\.[0-9]{1,12})?$",
        })
    }
}

impl Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_plain_decimals() {
        for (pico, text) in [
            (0, "0"),
            (1, "0.000000000001"),
            (-1, "-0.000000000001"),
            (12 * UNIT + UNIT / 2, "12.5"),
            (-3 * UNIT, "-3"),
        ] {
            assert_eq!(Amount(pico).to_string(), text);
        }
    }

    #[test]
    fn what_no_amount_can_hold_is_the_largest() {
        for (pico, nearest) in [(i128::MAX, Amount::MOST), (i128::MIN, Amount::LEAST), (-7, Amount(-7))] {
            assert_eq!(Amount::saturating(pico), nearest);
        }
        for (amount, beyond) in [(Amount::MOST, 1), (Amount::LEAST, -1)] {
            assert_eq!(Amount::from_pico(amount.pico()), Ok(amount));
            assert_eq!(Amount::from_pico(amount.pico() + beyond), Err(OutOfRange));
            let (micros, rest) = amount.parts();
            assert_eq!(Amount::from_parts(micros, rest), amount);
        }
    }

    #[test]
    fn amounts_are_subtracted_and_negated() {
        let (five, two) = (Amount(5), Amount(2));
        assert_eq!((five - two, two - five, -five), (Amount(3), Amount(-3), Amount(-5)));
    }

    #[test]
    fn a_contract_names_amounts_and_says_how_they_are_written() {
        use schemars::JsonSchema;
        assert_eq!(Amount::schema_name(), "Amount");
        let schema = Amount::json_schema(&mut schemars::SchemaGenerator::default()).to_value();
        assert_eq!(
            (&schema["type"], &schema["pattern"]),
            (&"string".into(), &r"^-?[0-9]+(\.[0-9]{1,12})?$".into())
        );
    }

    #[test]
    fn stored_parts_of_negative_amounts_add_up() {
        let amounts = [Amount(-1), Amount(-MICRO - 7), Amount(3 * UNIT + 11)];
        let (micros, rest) =
            amounts.iter().map(|amount| amount.parts()).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        assert_eq!(Amount::from_parts(micros, rest), amounts.into_iter().sum());
    }

    #[test]
    fn what_the_store_can_hold_ends_where_its_integers_do() {
        let [least, most] = [i64::MIN, i64::MAX].map(|micros| i128::from(micros) * MICRO);
        for pico in [least, most + MICRO - 1] {
            let amount = Amount::from_pico(pico).unwrap();
            let (micros, rest) = amount.parts();
            assert_eq!(Amount::from_parts(micros, rest).pico(), pico);
        }
        assert_eq!([least - 1, most + MICRO].map(Amount::from_pico), [Err(OutOfRange); 2]);
    }

    #[test]
    fn a_billion_dollars_a_day_for_a_century_does_not_overflow() {
        let row = Amount::from_pico(1_000_000_000 * UNIT).unwrap();
        let total: Amount = std::iter::repeat_n(row, 36_525).sum();
        assert_eq!(total.to_string(), "36525000000000");
    }

    #[test]
    fn the_wire_form_is_a_string() {
        let amount = Amount(12 * UNIT + 1);
        assert_eq!(serde_json::to_string(&amount).unwrap(), r#""12.000000000001""#);
        assert_eq!(serde_json::from_str::<Amount>(r#""12.000000000001""#).unwrap(), amount);
        assert!(serde_json::from_str::<Amount>("12.5").is_err());
    }
}
