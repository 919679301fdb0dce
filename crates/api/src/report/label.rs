//! A label on the wire.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What figures are grouped and filtered by. On the wire it is the label's slug, such as `project` or
/// `openai/base_model`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub facts::Label);

impl Label {
    /// Reads a slug.
    pub fn parse(slug: &str) -> Option<Self> {
        facts::Label::parse(slug).map(Self)
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.slug())
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&slug).ok_or_else(|| D::Error::custom("there is no such label"))
    }
}

impl schemars::JsonSchema for Label {
    fn schema_name() -> Cow<'static, str> {
        "Label".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let slugs: Vec<&str> = facts::Label::ALL.iter().map(|label| label.slug()).collect();
        let names: Vec<String> =
            facts::Label::ALL.iter().map(|label| format!("{}: {}", label.slug(), label.name())).collect();
        schemars::json_schema!({
            "type": "string",
            "enum": slugs,
            "description": format!("What figures are grouped and filtered by. {}.", names.join("; ")),
        })
    }
}
