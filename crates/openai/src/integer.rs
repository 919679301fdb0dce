//! Whole numbers as upstream writes them: `5`, but `5.0` and `1e3` are JSON's whole numbers too, and amounts have shown
//! that numbers may become strings. Of a count that is no whole number, such as seconds that were transcribed, the nearest
//! one is taken: a day without its other rows would be the greater loss.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

/// Doubles below are exact: from 2^53 on a literal with a point or an exponent may already have been rounded.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A measure that the contract requires. Null is nothing, as a missing one is by `#[serde(default)]`: of what is not
/// counted there is none.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    optional_count(deserializer).map(Option::unwrap_or_default)
}

/// A measure that may be null; missing ones are `#[serde(default)]`.
pub(crate) fn optional_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let wide = Option::<Nearest>::deserialize(deserializer)?;
    wide.map(|Nearest(wide)| u64::try_from(wide))
        .transpose()
        .map_err(|_| D::Error::custom("a count is below 0 or beyond 2^64"))
}

/// A time in Unix seconds.
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let wide = deserializer.deserialize_any(Whole { is_rounded: false })?;
    i64::try_from(wide).map_err(|_| D::Error::custom("a time is beyond 64 bits"))
}

/// A time in Unix seconds that may be null; missing ones are `#[serde(default)]`.
pub(crate) fn optional_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let wide = Option::<Wide>::deserialize(deserializer)?;
    wide.map(|Wide(wide)| i64::try_from(wide))
        .transpose()
        .map_err(|_| D::Error::custom("a time is beyond 64 bits"))
}

struct Wide(i128);

impl<'de> Deserialize<'de> for Wide {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whole { is_rounded: false }).map(Self)
    }
}

struct Nearest(i128);

impl<'de> Deserialize<'de> for Nearest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whole { is_rounded: true }).map(Self)
    }
}

struct Whole {
    /// Whether the nearest whole number is taken of what is none.
    is_rounded: bool,
}

impl Visitor<'_> for Whole {
    type Value = i128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i128, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i128, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<i128, E> {
        if let Ok(whole) = value.parse() {
            return Ok(whole);
        }
        match value.parse() {
            Ok(float) => self.visit_f64(float),
            Err(_) => Err(E::invalid_type(Unexpected::Str(value), &self)),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<i128, E> {
        if (self.is_rounded || value.fract() == 0.0) && value.abs() < EXACT {
            Ok(value.round_ties_even() as i128)
        } else {
            Err(E::invalid_type(Unexpected::Float(value), &self))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Probe {
        #[serde(default, deserialize_with = "count")]
        count: u64,
        #[serde(default, deserialize_with = "optional_time")]
        time: Option<i64>,
    }

    #[test]
    fn whole_numbers_in_every_spelling_are_read_exactly() {
        for (json, count, time) in [
            (r#"{"count":18446744073709551615}"#, u64::MAX, None),
            (r#"{"count":9007199254740993,"time":-1}"#, 9_007_199_254_740_993, Some(-1)),
            (r#"{"count":1.0,"time":null}"#, 1, None),
            (r#"{"count":1e3,"time":1.5e1}"#, 1_000, Some(15)),
            (r#"{"count":"18446744073709551615","time":"-1"}"#, u64::MAX, Some(-1)),
            (r#"{"count":"5.0","time":"1e3"}"#, 5, Some(1_000)),
            (r#"{"count":12.5}"#, 12, None),
            (r#"{"count":"13.51"}"#, 14, None),
            (r#"{"count":null}"#, 0, None),
            (r"{}", 0, None),
        ] {
            let probe: Probe = serde_json::from_str(json).unwrap();
            assert_eq!((probe.count, probe.time), (count, time), "{json}");
        }
    }

    #[test]
    fn what_is_no_whole_number_is_refused() {
        for json in [
            r#"{"count":-1}"#,
            r#"{"count":1,"time":1.5}"#,
            r#"{"count":1e300}"#,
            r#"{"count":9007199254740993.0e1}"#,
            r#"{"count":-0.6}"#,
            r#"{"count":"9007199254740993.0"}"#,
            r#"{"count":"NaN"}"#,
            r#"{"count":"inf"}"#,
            r#"{"count":"many"}"#,
            r#"{"count":""}"#,
            r#"{"count":1,"time":99999999999999999999}"#,
        ] {
            assert!(serde_json::from_str::<Probe>(json).is_err(), "{json}");
        }
    }
}
