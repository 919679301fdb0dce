//! What is sold, and at which price it is.

use std::borrow::Cow;

use facts::{Basis, Dictionary, Dimension, Fact, model_family};
use serde_json::Value;

use crate::unit;

/// The tier of a price that says nothing else.
const REGULAR: &str = "regular";

/// The columns about the SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sku {
    /// `SkuId`: the model and what is metered, `gpt-4.1-2025-04-14/input-tokens`.
    pub id: String,
    /// `SkuPriceId`: the same with everything that changes its price, `gpt-4.1-2025-04-14/input-tokens/batch`.
    pub price_id: String,
    /// `SkuMeter`: what is metered, `Cached Input Tokens`.
    pub meter: String,
    /// `SkuPriceDetails`, a JSON object as text. All keys are ours: FOCUS defines properties of machines and disks.
    pub details: String,
}

impl Sku {
    /// The SKU of a fact. What is billed without a model is named by its resource, and else by its line item or service.
    pub(crate) fn of(fact: &Fact, dictionary: &Dictionary) -> Self {
        let text = |dimension| dictionary.text(fact.at(dimension)).filter(|text| !text.is_empty());
        let model = text(Dimension::Model);
        let sold = [Dimension::Sku, Dimension::LineItem, Dimension::Service].into_iter().find_map(text);
        let meter = meter(text(Dimension::Operation), text(Dimension::Unit));
        let id =
            format!("{}/{}", model.or(sold).unwrap_or("OpenAI API"), meter.to_lowercase().replace(' ', "-"));
        let tier = text(Dimension::CostType).filter(|tier| is_priced_so(tier, text)).unwrap_or(REGULAR);
        let mut price_id = format!("{id}/{tier}");
        // Text is what tokens are unless something else is said.
        let medium = text(Dimension::MediaFormat).filter(|medium| *medium != "text");
        let context =
            [Dimension::Context, Dimension::ImageSize, Dimension::ContextLevel].into_iter().filter_map(text);
        for text in context.chain(medium) {
            price_id.push('/');
            price_id.push_str(text);
        }
        let operation = text(Dimension::Operation).unwrap_or_default();
        let is_tokens = text(Dimension::Unit) == Some("tokens");
        let details = [
            ("x_CacheAction", cache_action(operation)),
            ("x_ContextLength", text(Dimension::Context)),
            ("x_ImageSize", text(Dimension::ImageSize)),
            ("x_MediaFormat", medium),
            ("x_ModelDeveloper", model.map(|_| "OpenAI")),
            ("x_ModelFamily", model.map(model_family)),
            ("x_ModelId", model),
            ("x_SearchContextLevel", text(Dimension::ContextLevel)),
            ("x_ServiceTier", Some(tier)),
            ("x_TokenDirection", is_tokens.then(|| direction(operation)).flatten()),
        ];
        Self { id, price_id, meter, details: json(details) }
    }
}

/// Whether the price is that of a tier: batches that a line bills which says nothing of them are billed at its price.
fn is_priced_so<'a>(tier: &str, text: impl Fn(Dimension) -> Option<&'a str>) -> bool {
    let is_attributed = text(Dimension::Basis) == Some(Basis::Attributed.as_str());
    let is_said =
        |line: &str| line.split(['|', ',']).any(|part| part.trim().to_lowercase().starts_with(tier));
    !is_attributed || tier == REGULAR || text(Dimension::LineItem).is_none_or(is_said)
}

/// A JSON object of texts, without those that are not there.
pub(crate) fn json<'a>(pairs: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let present = pairs.into_iter().filter_map(|(key, text)| Some((key.to_owned(), Value::from(text?))));
    Value::Object(present.collect()).to_string()
}

/// `SkuMeter` of an operation and its unit: `Cached Input Tokens`, `Images`, `Web Search Requests`. The unit is not said
/// twice.
fn meter(operation: Option<&str>, unit: Option<&str>) -> String {
    let noun = unit.map_or(Cow::Borrowed("Units"), unit::noun);
    let Some(operation) = operation else { return noun.into_owned() };
    let counted = unit.unwrap_or_default();
    let (before, last) = operation.rsplit_once(' ').unwrap_or(("", operation));
    let is_unit = last == counted || counted.strip_suffix('s') == Some(last);
    // `cache writes` are `Cache Write Tokens`.
    let named = if is_unit { before } else { operation.strip_suffix('s').unwrap_or(operation) };
    let separator = if named.is_empty() { "" } else { " " };
    format!("{}{separator}{noun}", unit::capitalised(named))
}

/// Whether a token was read from the cache or written to it.
fn cache_action(operation: &str) -> Option<&'static str> {
    let words = || operation.split(' ');
    if words().any(|word| word == "cached") {
        Some("Read")
    } else {
        words().any(|word| word == "cache").then_some("Write")
    }
}

/// Whether a token was sent to the model or came from it.
fn direction(operation: &str) -> Option<&'static str> {
    let words = || operation.split(' ');
    if words().any(|word| word == "output") {
        Some("Output")
    } else {
        words().any(|word| word == "input" || word == "cache").then_some("Input")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_says_its_unit_once() {
        for (operation, unit, expected) in [
            (Some("input"), Some("tokens"), "Input Tokens"),
            (Some("cached input"), Some("tokens"), "Cached Input Tokens"),
            (Some("cache writes"), Some("tokens"), "Cache Write Tokens"),
            (Some("audio output"), Some("tokens"), "Audio Output Tokens"),
            (Some("image"), Some("images"), "Images"),
            (Some("web search"), Some("calls"), "Web Search Requests"),
            (Some("file search tool calls"), Some("calls"), "File Search Tool Requests"),
            (Some("storage"), Some("bytes"), "Storage GB"),
            (None, Some("seconds"), "Seconds"),
            (None, None, "Units"),
        ] {
            assert_eq!(meter(operation, unit), expected);
        }
    }

    #[test]
    fn details_are_escaped_and_say_what_is_known() {
        let details = json([("x_ModelId", Some("a \"b\"\n")), ("x_ImageSize", None)]);
        assert_eq!(details, r#"{"x_ModelId":"a \"b\"\n"}"#);
    }
}
