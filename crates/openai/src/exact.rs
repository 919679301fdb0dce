//! A decimal number that upstream writes now as a JSON number, now as a string.

use std::borrow::Cow;

use money::{Amount, Decimal};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An exact decimal number, read from the JSON text itself so that no floating point number ever stands between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExactNumber {
    /// The value, and whether digits finer than 10^-12 were rounded away.
    pub decimal: Decimal,
    /// How the number is written. When read, it is [`Written::Number`] or [`Written::Text`].
    pub written: Written,
}

/// The forms seen in answers of the Costs API (2025: numbers; since 2026: strings as well).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Written {
    /// `0.0036275`, which is what the specification documents.
    #[default]
    Number,
    /// `"0.0036275"`.
    Text,
    /// `"0.003627500000000000000000000000000000"`: 36 decimals, and `"0E-6176"` for zero.
    LongText,
}

impl ExactNumber {
    /// The amount, to be written in that form.
    pub fn new(amount: Amount, written: Written) -> Self {
        Self { decimal: Decimal { amount, rounded: false }, written }
    }
}

impl<'de> Deserialize<'de> for ExactNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let (text, written) = match raw.get() {
            text if text.starts_with('"') => {
                (serde_json::from_str::<Cow<'_, str>>(text).map_err(D::Error::custom)?, Written::Text)
            }
            literal => (Cow::Borrowed(literal), Written::Number),
        };
        let decimal = Decimal::parse(&text).map_err(D::Error::custom)?;
        Ok(Self { decimal, written })
    }
}

/// A number that nothing depends on: none where it is no number, or one beyond every amount.
pub(crate) fn where_readable<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ExactNumber>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// A text that nothing depends on: none where it is no text.
pub(crate) fn text_where_readable<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

impl Serialize for ExactNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plain = self.decimal.amount.to_string();
        match self.written {
            Written::Number => RawValue::from_string(plain).map_err(S::Error::custom)?.serialize(serializer),
            Written::Text => serializer.serialize_str(&plain),
            Written::LongText if self.decimal.amount == Amount::ZERO => serializer.serialize_str("0E-6176"),
            Written::LongText => {
                let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
                serializer.collect_str(&format_args!("{whole}.{fraction:0<36}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, plain: &str, rounded: bool, written: Written) {
        let number: ExactNumber = serde_json::from_str(json).unwrap();
        assert_eq!(
            (number.decimal.amount.to_string().as_str(), number.decimal.rounded, number.written),
            (plain, rounded, written),
            "{json}"
        );
    }

    #[test]
    fn numbers_and_strings_are_read_from_their_text() {
        check("0.06", "0.06", false, Written::Number);
        check("1e-7", "0.0000001", false, Written::Number);
        check("0.13080438340307526", "0.130804383403", true, Written::Number);
        check(r#""0.003627500000000000000000000000000000""#, "0.0036275", false, Written::Text);
        check(r#""0E-6176""#, "0", false, Written::Text);
        check(r#""\u0031.5""#, "1.5", false, Written::Text);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for json in ["true", "{}", "[1]", r#""""#, r#""NaN""#, r#""1,5""#, "1e40"] {
            assert!(serde_json::from_str::<ExactNumber>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn every_form_is_written_and_read_back() {
        for (text, written, json) in [
            ("0.0036275", Written::Number, "0.0036275"),
            ("-3", Written::Text, r#""-3""#),
            ("0.0036275", Written::LongText, r#""0.003627500000000000000000000000000000""#),
            ("12", Written::LongText, r#""12.000000000000000000000000000000000000""#),
            ("0", Written::LongText, r#""0E-6176""#),
        ] {
            let number = ExactNumber::new(Decimal::parse(text).unwrap().amount, written);
            assert_eq!(serde_json::to_string(&number).unwrap(), json);
            let read: ExactNumber = serde_json::from_str(json).unwrap();
            assert_eq!(read.decimal, number.decimal);
        }
    }
}
