//! A password or a token on its way through one request.

use std::fmt;

use serde::{Deserialize, Deserializer, Serializer};
use zeroize::Zeroizing;

/// A text that cannot be printed and is wiped when dropped. It has no `Serialize`: the one field that carries it says
/// `#[serde(serialize_with = "SecretText::serialize_exposed")]`.
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Wraps a text.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text in clear.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Writes the text into the request body that carries it.
    pub fn serialize_exposed<S: Serializer>(text: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text.expose())
    }

    /// The same for a field that may be absent.
    pub fn serialize_exposed_option<S: Serializer>(
        text: &Option<Self>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match text {
            Some(text) => Self::serialize_exposed(text, serializer),
            None => serializer.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(redacted)")
    }
}

impl schemars::JsonSchema for SecretText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretText".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "password", "writeOnly": true })
    }
}
