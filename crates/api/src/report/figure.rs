//! A figure of a report.

use std::borrow::Cow;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const DIGITS: usize = 12;
const ONE: u128 = 1_000_000_000_000;

/// An exact decimal number with at most 12 digits after the point. Unlike an [`crate::Amount`] it is not held to what is
/// billed in a day: tokens of years add up in it. On the wire it is a text, such as `"12.5"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure(i128);

/// The text is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a figure is a decimal number such as -12.5, with at most 12 digits after the point")]
pub struct FigureError;

impl Figure {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A number of 10^-12.
    pub const fn from_pico(pico: i128) -> Self {
        Self(pico)
    }

    /// The number in 10^-12.
    pub const fn pico(self) -> i128 {
        self.0
    }

    /// Reads `-12.5`.
    pub fn parse(text: &str) -> Result<Self, FigureError> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || fraction.len() > DIGITS {
            return Err(FigureError);
        }
        let pico = format!("{whole}{fraction:0<DIGITS$}").parse::<i128>().map_err(|_| FigureError)?;
        Ok(Self(if negative { -pico } else { pico }))
    }
}

impl From<crate::Amount> for Figure {
    fn from(amount: crate::Amount) -> Self {
        Self(amount.pico())
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let (whole, fraction) = (magnitude / ONE, magnitude % ONE);
        let sign = if self.0 < 0 { "-" } else { "" };
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        write!(f, "{sign}{whole}.{}", format!("{fraction:0DIGITS$}").trim_end_matches('0'))
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl schemars::JsonSchema for Figure {
    fn schema_name() -> Cow<'static, str> {
        "Figure".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "An exact decimal number with at most 12 digits after the point.",
            "pattern": "^-?[0-9]+(\\.[0-9]{1,12})?$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_plain_decimals_both_ways() {
        for (pico, text) in [
            (0, "0"),
            (1, "0.000000000001"),
            (-12_500_000_000_000, "-12.5"),
            (9_300_000_000_000_000_000_000_000_000, "9300000000000000"),
        ] {
            assert_eq!(Figure(pico).to_string(), text);
            assert_eq!(Figure::parse(text), Ok(Figure(pico)));
        }
        for text in
            ["", "-", ".5", "5.", "+1", "1e3", "0.0000000000001", "1,5", "99999999999999999999999999999999"]
        {
            assert_eq!(Figure::parse(text), Err(FigureError), "{text}");
        }
    }
}
