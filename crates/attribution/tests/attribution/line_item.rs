//! Line items as OpenAI writes them, and what they mean.

use attribution::{CostType, LineItem, Medium, Operation, Service};

use CostType::{Batch, Flex, Priority, Regular, ScaleTier};
use Operation::{CacheWrites, CachedInput, Input, Output};

/// A line item, its model, what it bills, and its SKU where that is not the line itself.
type Case = (&'static str, Option<&'static str>, Operation, Option<Medium>, CostType, Option<&'static str>);

const METERED: &[Case] = &[
    ("gpt-4.1-2025-04-14, input", Some("gpt-4.1-2025-04-14"), Input, None, Regular, None),
    ("gpt-5.4-2026-03-05, output", Some("gpt-5.4-2026-03-05"), Output, None, Regular, None),
    (
        "gpt-4o-mini-2024-07-18, cached input",
        Some("gpt-4o-mini-2024-07-18"),
        CachedInput,
        None,
        Regular,
        None,
    ),
    ("gpt-5.6-terra, cache writes", Some("gpt-5.6-terra"), CacheWrites, None, Regular, None),
    ("gpt-6-astra, input_tokens", Some("gpt-6-astra"), Input, None, Regular, Some("gpt-6-astra, input")),
    (
        "gpt-6-astra, cached_input_tokens",
        Some("gpt-6-astra"),
        CachedInput,
        None,
        Regular,
        Some("gpt-6-astra, cached input"),
    ),
    ("ft-gpt-4o-2024-08-06, input", Some("ft-gpt-4o-2024-08-06"), Input, None, Regular, None),
    ("evals | gpt-4o-mini-2024-07-18, input", Some("gpt-4o-mini-2024-07-18"), Input, None, Regular, None),
    ("gpt-image-1 image, cached input", Some("gpt-image-1"), CachedInput, Some(Medium::Image), Regular, None),
    (
        "gpt-image-2-2026-04-21 text, output",
        Some("gpt-image-2-2026-04-21"),
        Output,
        Some(Medium::Text),
        Regular,
        None,
    ),
    (
        "gpt-audio-mini-2025-12-15 audio, input",
        Some("gpt-audio-mini-2025-12-15"),
        Input,
        Some(Medium::Audio),
        Regular,
        None,
    ),
    ("gpt-audio, audio output", Some("gpt-audio"), Output, Some(Medium::Audio), Regular, None),
    ("flex | gpt-5.4, input", Some("gpt-5.4"), Input, None, Flex, Some("gpt-5.4, input")),
    ("batch | gpt-5.4, input", Some("gpt-5.4"), Input, None, Batch, Some("gpt-5.4, input")),
    ("gpt-5.4, input, batch", Some("gpt-5.4"), Input, None, Batch, Some("gpt-5.4, input")),
    (
        "Priority | evals | gpt-5.4, input",
        Some("gpt-5.4"),
        Input,
        None,
        Priority,
        Some("evals | gpt-5.4, input"),
    ),
    ("gpt-5.4, output, data residency", Some("gpt-5.4"), Output, None, Regular, None),
    ("text-embedding-3-large", Some("text-embedding-3-large"), Input, None, Regular, None),
    ("omni-moderation-latest", Some("omni-moderation-latest"), Input, None, Regular, None),
];

const NAMED: &[Case] = &[
    ("whisper", Some("whisper"), Operation::Transcription, None, Regular, None),
    ("tts hd", Some("tts hd"), Operation::Speech, None, Regular, None),
    ("dall-e-3, standard, 1024x1024", Some("dall-e-3"), Operation::Image, None, Regular, None),
    ("sora-2", Some("sora-2"), Operation::Video, None, Regular, None),
    ("web search tool calls", None, Operation::WebSearch, None, Regular, None),
    ("assistants api | file search", None, Operation::FileSearch, None, Regular, None),
    ("assistants api | code interpreter", None, Operation::CodeInterpreter, None, Regular, None),
    ("Vector storage", None, Operation::Storage, None, Regular, None),
    ("file search storage", None, Operation::Storage, None, Regular, None),
    ("batch api", None, Operation::Batch, None, Batch, None),
    ("scale tier", None, Operation::Subscription, None, ScaleTier, None),
    ("fine-tuning | gpt-4o-2024-08-06", Some("gpt-4o-2024-08-06"), Operation::Training, None, Regular, None),
    ("gpt-4o-2024-08-06, training", Some("gpt-4o-2024-08-06"), Operation::Training, None, Regular, None),
    ("promotional credit", None, Operation::Credit, None, Regular, None),
    ("free tier", None, Operation::Credit, None, Regular, None),
    ("Sales tax", None, Operation::Tax, None, Regular, None),
    ("Rounding", None, Operation::Adjustment, None, Regular, None),
];

#[test]
fn each_part_is_read() {
    for (text, model, operation, medium, cost_type, sku) in METERED.iter().chain(NAMED) {
        let item = LineItem::parse(text);
        assert_eq!((item.model, item.operation, item.medium), (*model, *operation, *medium), "{text}");
        assert_eq!(item.cost_type, *cost_type, "{text}");
        assert_eq!(item.sku, sku.unwrap_or(text), "{text}");
        assert!(!item.is_long_context, "{text}");
    }
}

#[test]
fn long_prompts_are_told_beside_the_resource() {
    let item = LineItem::parse("priority | gpt-5.6-sol, output, long context");
    assert_eq!((item.sku.as_str(), item.operation), ("gpt-5.6-sol, output", Output));
    assert_eq!((item.cost_type, item.is_long_context), (Priority, true));
}

#[test]
fn services_follow_from_what_is_billed() {
    for (text, service) in [
        ("gpt-5.4, input", Service::Completions),
        ("gpt-5-search-api-2025-10-14, cached input", Service::Completions),
        ("gpt-audio-mini-2025-12-15 audio, input", Service::Completions),
        ("gpt-image-1 text, input", Service::Images),
        ("text-embedding-3-large", Service::Embeddings),
        ("gpt-4o-transcribe, input", Service::AudioTranscriptions),
        ("gpt-4o-mini-tts audio, output", Service::AudioSpeeches),
        ("whisper", Service::AudioTranscriptions),
        ("tts hd", Service::AudioSpeeches),
        ("Vector storage", Service::VectorStores),
        ("web search tool calls", Service::WebSearch),
        ("assistants api | file search", Service::FileSearch),
        ("ft-gpt-4o-2024-08-06, output", Service::Completions),
        ("gpt-4o-2024-08-06, training", Service::Training),
        ("scale tier", Service::Completions),
        ("promotional credit", Service::Other),
    ] {
        assert_eq!(LineItem::parse(text).service, service, "{text}");
    }
}

#[test]
fn every_operation_of_tokens_is_told_apart_by_its_text() {
    let media = [None, Some(Medium::Text), Some(Medium::Audio), Some(Medium::Image), Some(Medium::Video)];
    for operation in [Input, CachedInput, CacheWrites, Output] {
        for medium in media {
            let text = operation.text(medium).expect("tokens have a text");
            assert_eq!(text.contains("cached"), operation == CachedInput, "{text}");
            assert_eq!(text.ends_with("output"), operation == Output, "{text}");
            assert_eq!(text.starts_with("cache write"), operation == CacheWrites, "{text}");
        }
    }
}

/// A collection of line items seen elsewhere, a JSON object of lists, can be named by `LINE_ITEMS`: all of it must be
/// understood.
#[test]
fn a_collection_is_understood() {
    let Ok(path) = std::env::var("LINE_ITEMS") else {
        println!("skipped: LINE_ITEMS names no file");
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the file can be read");
    let lists: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let lists = lists.as_object().expect("an object").iter();
    // Amounts are a list of their own, and no line items.
    let lists = lists.filter(|(name, _)| !name.contains("amount")).filter_map(|(_, list)| list.as_array());
    let items: Vec<&str> = lists.flatten().filter_map(serde_json::Value::as_str).collect();
    assert!(!items.is_empty(), "{path} has line items");
    for item in items {
        assert_ne!(LineItem::parse(item).operation, Operation::Unknown, "{item}");
    }
}
