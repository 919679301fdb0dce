//! A currency.

use std::borrow::Cow;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency code of ISO 4217 in upper case, such as `USD`. OpenAI's Costs API writes `usd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The text is not three ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a currency is three letters, such as USD")]
pub struct CurrencyError;

impl Currency {
    /// US dollars, the only currency the Costs API has been seen to use.
    pub const USD: Self = Self(*b"USD");

    /// Reads a code in either case.
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| CurrencyError)?;
        if code.iter().all(u8::is_ascii_alphabetic) {
            Ok(Self(code.map(|byte| byte.to_ascii_uppercase())))
        } else {
            Err(CurrencyError)
        }
    }

    /// The code in upper case.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl schemars::JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "ISO 4217 code", "pattern": "^[A-Z]{3}$" })
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;

    use super::*;

    #[test]
    fn a_currency_is_its_code_in_upper_case() {
        let euro = Currency::parse("eur").unwrap();
        assert_eq!((euro.as_str(), euro.to_string().as_str()), ("EUR", "EUR"));
        assert_eq!(Currency::schema_name(), "Currency");
        let schema = Currency::json_schema(&mut schemars::SchemaGenerator::default()).to_value();
        assert_eq!((&schema["type"], &schema["pattern"]), (&"string".into(), &"^[A-Z]{3}$".into()));
    }
}
