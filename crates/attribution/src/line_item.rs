//! What OpenAI's line items mean.
//!
//! A line item is display text: `priority | gpt-5.6-sol, output, long context`, `gpt-image-1 image, input`,
//! `web search tool calls`. Most follow `[surface | ]model[ medium], direction[, long context]`; the others are names. No
//! list of them is published, so what is not understood is kept as it is and named as such.

mod cost_type;
mod operation;
mod service;

pub use cost_type::CostType;
pub use operation::{Medium, Operation};
pub use service::Service;

/// A line item, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineItem<'a> {
    /// The kind of service.
    pub service: Service,
    /// The model as the line writes it, dated where it is; none where the line names none.
    pub model: Option<&'a str>,
    /// The resource: the line without what other fields say, `gpt-5.6-sol, output`. A line that was not understood stays as
    /// it is.
    pub sku: String,
    /// What is billed.
    pub operation: Operation,
    /// What the tokens stand for, where the line says it.
    pub medium: Option<Medium>,
    /// At which urgency.
    pub cost_type: CostType,
    /// Whether the tokens are of prompts that are longer than the usual price covers.
    pub is_long_context: bool,
}

impl<'a> LineItem<'a> {
    /// Reads a line item. Every text has a meaning, if only that of [`Operation::Unknown`].
    pub fn parse(text: &'a str) -> Self {
        let (surfaces, rest) = match text.rsplit_once('|') {
            Some((surfaces, rest)) => (surfaces, rest.trim()),
            None => ("", text.trim()),
        };
        let mut cost_type = None;
        let mut kept = String::new();
        let mut is_training = false;
        for surface in surfaces.split('|').map(str::trim).filter(|surface| !surface.is_empty()) {
            let words = lower(surface);
            is_training |= is_about_training(&words);
            match CostType::parse(&words) {
                Some(found) => cost_type = Some(found),
                None => kept = format!("{kept}{surface} | "),
            }
        }
        let body = Body::parse(rest);
        let cost_type = cost_type.or(body.cost_type).unwrap_or_default();
        let is_long_context = body.is_long_context;
        let bought =
            || (cost_type == CostType::ScaleTier).then_some(Meaning::plain(Operation::Subscription, None));
        let mut found = body.metered().or_else(|| named(rest)).or_else(bought).unwrap_or(Meaning::UNKNOWN);
        if is_training && !matches!(found.operation, Operation::Credit | Operation::Tax) {
            let model = found.model.or(Some(body.subject)).filter(|model| !model.contains(' '));
            found = Meaning { operation: Operation::Training, model, ..found };
        }
        let sku = match (found.operation, found.direction) {
            (Operation::Unknown, _) => text.to_owned(),
            (_, Some(direction)) => {
                let others: String = body.others.iter().map(|other| format!(", {other}")).collect();
                format!("{kept}{}, {direction}{others}", body.subject)
            }
            (_, None) => format!("{kept}{rest}"),
        };
        Self {
            service: Service::of(found.operation, found.model),
            model: found.model,
            sku,
            operation: found.operation,
            medium: found.medium,
            cost_type: match found.operation {
                Operation::Batch => CostType::Batch,
                Operation::Subscription => CostType::ScaleTier,
                _ => cost_type,
            },
            is_long_context,
        }
    }
}

/// What a line is about.
#[derive(Clone, Copy)]
struct Meaning<'a> {
    operation: Operation,
    model: Option<&'a str>,
    medium: Option<Medium>,
    /// How the SKU says the direction.
    direction: Option<&'static str>,
}

impl<'a> Meaning<'a> {
    const UNKNOWN: Self = Self::plain(Operation::Unknown, None);

    const fn plain(operation: Operation, model: Option<&'a str>) -> Self {
        Self { operation, model, medium: None, direction: None }
    }
}

/// A line behind its surface: a subject, and what follows it after commas.
struct Body<'a> {
    subject: &'a str,
    direction: Option<(Operation, Option<Medium>)>,
    cost_type: Option<CostType>,
    is_long_context: bool,
    others: Vec<&'a str>,
}

impl<'a> Body<'a> {
    fn parse(rest: &'a str) -> Self {
        let mut parts = rest.split(',').map(str::trim);
        let mut body = Self {
            subject: parts.next().unwrap_or_default(),
            direction: None,
            cost_type: None,
            is_long_context: false,
            others: Vec::new(),
        };
        for part in parts {
            let words = lower(part);
            if words == "long context" {
                body.is_long_context = true;
            } else if let Some(found) = CostType::parse(&words) {
                body.cost_type = Some(found);
            } else if let Some(found) = direction(&words).filter(|_| body.direction.is_none()) {
                body.direction = Some(found);
            } else {
                body.others.push(part);
            }
        }
        body
    }

    /// The meaning of `model[ medium], direction`.
    fn metered(&self) -> Option<Meaning<'a>> {
        let (operation, medium) = self.direction?;
        let (model, suffix) = match self.subject.rsplit_once(' ') {
            Some((model, word)) => match Medium::parse(&word.to_ascii_lowercase()) {
                Some(medium) => (model.trim_end(), Some(medium)),
                None => (self.subject, None),
            },
            None => (self.subject, None),
        };
        let direction = operation.text(medium);
        let medium = suffix.or(medium);
        (!model.is_empty()).then_some(Meaning { operation, model: Some(model), medium, direction })
    }
}

/// `cached input`, `input_tokens`, `audio output`. Both words of `cached input` are read before either decides.
fn direction(words: &str) -> Option<(Operation, Option<Medium>)> {
    let mut medium = None;
    let mut rest = Vec::new();
    for word in words.split_whitespace().filter(|word| !matches!(*word, "tokens" | "token")) {
        match Medium::parse(word) {
            Some(found) => medium = Some(found),
            None => rest.push(word),
        }
    }
    let operation = match *rest.as_slice() {
        ["input"] | ["uncached", "input"] | ["input", "uncached"] => Operation::Input,
        ["cached", "input"] | ["input", "cached"] | ["cache", "reads" | "read"] => Operation::CachedInput,
        ["cache", "writes" | "write"] | ["input", "cache", "write" | "writes"] => Operation::CacheWrites,
        ["output"] => Operation::Output,
        ["training"] => Operation::Training,
        _ => return None,
    };
    Some((operation, medium))
}

/// Lines that are names.
fn named(rest: &str) -> Option<Meaning<'_>> {
    let words = lower(rest);
    let has = |text: &str| words.contains(text);
    let has_word =
        |some: &[&str]| words.split(|c: char| !c.is_alphanumeric()).any(|word| some.contains(&word));
    let subject = rest.split(',').next().unwrap_or(rest).trim();
    let of_model = |operation| Some(Meaning::plain(operation, Some(subject)));
    let plain = |operation| Some(Meaning::plain(operation, None));
    if has_word(&["tax", "taxes", "vat", "gst"]) {
        plain(Operation::Tax)
    } else if has_word(&["rounding", "adjustment", "adjustments", "correction"]) {
        plain(Operation::Adjustment)
    } else if has_word(&["credit", "credits", "grant", "grants", "promotion", "promotional"])
        || has("free tier")
    {
        plain(Operation::Credit)
    } else if words == "batch api" || words == "batch" {
        plain(Operation::Batch)
    } else if has("scale tier") {
        plain(Operation::Subscription)
    } else if has("web search") {
        plain(Operation::WebSearch)
    } else if has("storage") || has("vector store") {
        plain(Operation::Storage)
    } else if has("file search") {
        plain(Operation::FileSearch)
    } else if has("code interpreter") {
        plain(Operation::CodeInterpreter)
    } else if is_about_training(&words) {
        plain(Operation::Training)
    } else if words.starts_with("whisper") || has("-transcribe") {
        of_model(Operation::Transcription)
    } else if has_word(&["tts"]) {
        of_model(Operation::Speech)
    } else if words.starts_with("dall-e") || words.starts_with("gpt-image") {
        of_model(Operation::Image)
    } else if has("embedding") || has("moderation") {
        of_model(Operation::Input)
    } else if words.starts_with("sora") {
        of_model(Operation::Video)
    } else {
        None
    }
}

fn is_about_training(words: &str) -> bool {
    ["training", "fine-tuning", "fine tuning", "finetuning"].iter().any(|name| words.contains(name))
}

fn lower(text: &str) -> String {
    text.to_lowercase().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_words_of_cached_input_are_read() {
        assert_eq!(direction("cached input"), Some((Operation::CachedInput, None)));
        assert_eq!(direction("cached audio input"), Some((Operation::CachedInput, Some(Medium::Audio))));
        assert_eq!(direction("input tokens"), Some((Operation::Input, None)));
        assert_eq!(direction("output dream"), None);
        assert_eq!(direction(""), None);
    }

    #[test]
    fn a_line_that_is_not_understood_stays_as_it_is() {
        for text in ["quantum | gpt-9 thought, dream", "", " | ", ", input", "gpt-4o", "ünïcode ☃"] {
            let item = LineItem::parse(text);
            assert_eq!((item.operation, item.service), (Operation::Unknown, Service::Other), "{text}");
            assert_eq!((item.sku.as_str(), item.model), (text, None), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,60}") {
            let item = LineItem::parse(&text);
            proptest::prop_assert!(item.operation != Operation::Unknown || item.sku == text);
        }
    }
}
