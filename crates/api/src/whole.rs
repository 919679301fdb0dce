//! Whole numbers in bodies. JSON has one kind of number, and to its schema `250.0` is the integer that it is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

/// From here on a float stands for several whole numbers: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a whole number that is not negative.
pub(crate) fn number<'de, D: Deserializer<'de>, T: TryFrom<u64>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Whole(PhantomData))
}

/// The same where none or null may be.
pub(crate) fn optional<'de, D: Deserializer<'de>, T: TryFrom<u64>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_option(Optional(PhantomData))
}

struct Whole<T>(PhantomData<T>);

impl<T: TryFrom<u64>> Visitor<'_> for Whole<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a whole number in the field's range")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::custom("the number is out of range"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        if value.fract() == 0.0 && (0.0..EXACT).contains(&value) {
            self.visit_u64(value as u64)
        } else {
            Err(E::custom("the number is not whole"))
        }
    }
}

struct Optional<T>(PhantomData<T>);

impl<'de, T: TryFrom<u64>> Visitor<'de> for Optional<T> {
    type Value = Option<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a whole number in the field's range, or null")
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        number(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Body {
        #[serde(deserialize_with = "super::number")]
        days: u16,
        #[serde(default, deserialize_with = "super::optional")]
        limit: Option<u32>,
    }

    #[test]
    fn an_integer_is_one_however_it_is_written() {
        for (text, limit) in [
            (r#"{"days":250}"#, None),
            (r#"{"days":250.0,"limit":null}"#, None),
            (r#"{"days":2.5e2,"limit":7}"#, Some(7)),
            (r#"{"days":250,"limit":7.0}"#, Some(7)),
        ] {
            assert_eq!(serde_json::from_str::<Body>(text).unwrap(), Body { days: 250, limit }, "{text}");
        }
    }

    #[test]
    fn what_is_none_or_out_of_range_is_refused() {
        for days in ["2.5", "-1", "-1.0", "65536", "65536.0", "1e300", "\"250\"", "null", "true"] {
            assert!(serde_json::from_str::<Body>(&format!("{{\"days\":{days}}}")).is_err(), "{days}");
        }
    }
}
