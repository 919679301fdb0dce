//! Days of which one can say what their usage cost.

use facts::{Dimension, Measure, UsageStream};

use crate::day::{DayOf, tokens};

use Dimension::{
    ApiKey, Basis, Context, CostType, LineItem, MediaFormat, Model, Operation, Reason, Service, Sku, Unit,
};

const COMPLETIONS: UsageStream = UsageStream::Completions;

fn some(count: i64) -> Option<(i64, &'static str)> {
    Some((count, "tokens"))
}

#[test]
fn a_line_goes_to_those_who_used_what_it_bills() {
    let day = DayOf::default()
        .line("p", "gpt-5.4-2026-03-05, input", "9", some(900))
        .line("p", "gpt-5.4-2026-03-05, cached input", "1", some(100))
        .line("p", "gpt-5.4-2026-03-05, output", "5", some(10))
        .tokens("p/a", "gpt-5.4-2026-03-05", 1, [700, 100, 10])
        .tokens("p/b", "gpt-5.4-2026-03-05", 2, [300, 0, 0])
        .tokens("q/c", "gpt-5.4-2026-03-05", 2, [999, 0, 0]);
    assert_eq!(
        day.told(&[ApiKey, Operation, Basis]),
        [
            "a | cached input | attributed: 1 for 100 in 0",
            "a | input | attributed: 6 for 600 in 1",
            "a | output | attributed: 5 for 10 in 0",
            "b | input | attributed: 3 for 300 in 1",
            "c | input | -: 0 for 999 in 1",
        ]
    );
}

#[test]
fn thirds_of_a_unit_go_to_the_largest_remainder() {
    let day = DayOf::default()
        .line("p", "gpt-5.4, input", "0.00000000001", None)
        .tokens("p/a", "gpt-5.4", 0, [1, 0, 0])
        .tokens("p/b", "gpt-5.4", 0, [1, 0, 0])
        .tokens("p/c", "gpt-5.4", 0, [1, 0, 0]);
    assert_eq!(
        day.told(&[ApiKey]),
        ["a: 0.000000000004 for 1 in 1", "b: 0.000000000003 for 1 in 1", "c: 0.000000000003 for 1 in 1"]
    );
}

#[test]
fn usage_and_bill_may_date_models_differently() {
    let day = DayOf::default()
        .line("p", "gpt-image-1 image, output", "4", some(40))
        .line("p", "gpt-image-2-2026-04-21 text, input", "1", some(10))
        .line("p", "gpt-4o-2024-08-06, output", "3", some(5))
        .line("p", "gpt-4o-2024-11-20, output", "2", some(5))
        .line("p", "ft-gpt-4o-2024-08-06, output", "8", some(1))
        .row(
            COMPLETIONS,
            "p/a",
            "gpt-image-1-2025-04-23",
            0,
            &[(Measure::OutputTokens, 40), (Measure::OutputImageTokens, 40)],
        )
        .tokens("p/b", "gpt-image-2", 0, [10, 0, 0])
        .tokens("p/c", "gpt-4o-2024-08-06", 0, [0, 0, 5])
        .tokens("p/d", "ft:gpt-4o-2024-08-06:acme::x", 0, [0, 0, 1]);
    assert_eq!(
        day.told(&[ApiKey, Model, Service, Reason]),
        [
            "- | gpt-4o-2024-11-20 | Completions | no usage reported for this line: 2 for 5 in 0",
            "a | gpt-image-1 | Images | -: 4 for 40 in 0",
            "b | gpt-image-2-2026-04-21 | Images | -: 1 for 10 in 1",
            "c | gpt-4o-2024-08-06 | Completions | -: 3 for 5 in 1",
            "d | ft-gpt-4o-2024-08-06 | Completions | -: 8 for 1 in 1",
        ]
    );
}

#[test]
fn lines_of_media_take_tokens_of_their_medium() {
    let measures = [
        (Measure::InputTokens, 100),
        (Measure::InputAudioTokens, 60),
        (Measure::OutputTokens, 50),
        (Measure::OutputAudioTokens, 40),
        (Measure::Requests, 2),
    ];
    let day = DayOf::default()
        .line("p", "gpt-audio audio, input", "6", some(60))
        .line("p", "gpt-audio text, input", "1", some(40))
        .line("p", "gpt-audio, output", "5", some(50))
        .row(COMPLETIONS, "p", "gpt-audio", 0, &measures);
    assert_eq!(
        day.told(&[Operation, MediaFormat]),
        [
            "audio input | audio: 6 for 60 in 0",
            "output | audio: 4 for 40 in 0",
            "output | text: 1 for 10 in 0",
            "text input | text: 1 for 40 in 2",
        ]
    );
}

#[test]
fn long_prompts_share_usage_by_the_billed_quantities() {
    let day = DayOf::default()
        .line("p", "gpt-5.4, input", "3", some(30))
        .line("p", "gpt-5.4, input, long context", "2", some(10))
        .tokens("p/a", "gpt-5.4", 0, [10, 0, 0])
        .tokens("p/b", "gpt-5.4", 1, [30, 0, 0]);
    assert_eq!(
        day.told(&[ApiKey, Context, Sku]),
        [
            "a | - | gpt-5.4, input: 0.75 for 7 in 1",
            "a | long | gpt-5.4, input: 0.5 for 3 in 0",
            "b | - | gpt-5.4, input: 2.25 for 23 in 1",
            "b | long | gpt-5.4, input: 1.5 for 7 in 0",
        ]
    );
}

#[test]
fn without_billed_quantities_the_first_line_has_all_usage() {
    let day = DayOf::default()
        .line("p", "gpt-5.4, input", "3", None)
        .line("p", "evals | gpt-5.4, input", "2", None)
        .tokens("p", "gpt-5.4", 0, [10, 0, 0]);
    assert_eq!(
        day.told(&[LineItem]),
        ["evals | gpt-5.4, input: 2 for 10 in 1", "gpt-5.4, input: 3 for 0 in 0"]
    );
}

#[test]
fn urgency_is_told_apart_where_usage_tells_it() {
    let tier = |text: &'static str| {
        move |row: &mut facts::UsageRow, texts: &mut facts::Dictionary| row.service_tier = texts.intern(text)
    };
    let day = DayOf::default()
        .line("p", "gpt-5.4, output", "3", None)
        .line("p", "priority | gpt-5.4, output", "2", None)
        .row_with(COMPLETIONS, "p/a", "gpt-5.4", 0, &tokens(0, 0, 7), tier("priority"))
        .row_with(COMPLETIONS, "p/b", "gpt-5.4", 0, &tokens(0, 0, 5), tier("default"))
        .row_with(COMPLETIONS, "p/c", "gpt-5.4", 0, &tokens(0, 0, 5), tier("flex"));
    // Usage of a kind that has no line of its own is billed by the regular line, and stays what it is.
    assert_eq!(
        day.told(&[ApiKey, CostType]),
        ["a | priority: 2 for 7 in 1", "b | regular: 1.5 for 5 in 1", "c | flex: 1.5 for 5 in 1"]
    );
    let untold = DayOf::default()
        .line("p", "gpt-5.4, output", "3", some(6))
        .line("p", "priority | gpt-5.4, output", "2", some(2))
        .tokens("p", "gpt-5.4", 0, [0, 0, 8]);
    assert_eq!(untold.told(&[CostType]), ["priority: 2 for 2 in 0", "regular: 3 for 6 in 1"]);
}

#[test]
fn batches_that_a_regular_line_bills_are_batches() {
    let batch = |row: &mut facts::UsageRow, _: &mut facts::Dictionary| row.batch = Some(true);
    let day = DayOf::default()
        .line("p", "gpt-5.4, input", "3", some(30))
        .tokens("p/a", "gpt-5.4", 0, [10, 0, 0])
        .row_with(COMPLETIONS, "p/b", "gpt-5.4", 0, &tokens(20, 0, 0), batch);
    assert_eq!(
        day.told(&[ApiKey, LineItem, CostType]),
        ["a | gpt-5.4, input | regular: 1 for 10 in 1", "b | gpt-5.4, input | batch: 2 for 20 in 1"]
    );
}

#[test]
fn batches_are_weighed_by_the_prices_on_the_bill() {
    let batch = |row: &mut facts::UsageRow, _: &mut facts::Dictionary| row.batch = Some(true);
    let day = DayOf::default()
        // A token received costs ten times one sent, and the large model costs twice the small one.
        .line("p", "large, input", "0.2", some(10))
        .line("p", "large, output", "2", some(10))
        .line("p", "small, input", "0.1", some(10))
        .line("p", "batch api", "0.62", some(14))
        .tokens("p/a", "large", 0, [10, 0, 10])
        .tokens("p/b", "small", 0, [10, 0, 0])
        .row_with(COMPLETIONS, "p/c", "large", 0, &tokens(5, 0, 5), batch)
        .row_with(COMPLETIONS, "p/d", "small", 0, &tokens(14, 0, 0), batch);
    let told = day.told(&[ApiKey, LineItem, Model, Operation, CostType]);
    assert_eq!(
        told[3..],
        [
            "c | batch api | large | input | batch: 0.05 for 5 in 1",
            "c | batch api | large | output | batch: 0.5 for 5 in 0",
            "d | batch api | small | input | batch: 0.07 for 14 in 1",
        ]
    );
}

#[test]
fn a_line_of_an_api_key_takes_usage_of_that_key() {
    let day = DayOf::default()
        .line("p/a", "gpt-5.4, input", "3", some(10))
        .line("p/b", "gpt-5.4, input", "9", some(90))
        .line("p/z", "gpt-5.4, input", "1", some(1))
        .line("p/a", "assistants api | code interpreter", "4", None)
        .line("p/b", "assistants api | code interpreter", "2", None)
        .tokens("p/a", "gpt-5.4", 0, [10, 0, 0])
        .tokens("p/b", "gpt-5.4", 0, [90, 0, 0])
        .row(UsageStream::CodeInterpreterSessions, "p", "-", 0, &[(Measure::Sessions, 6)]);
    assert_eq!(
        day.told(&[ApiKey, Operation, Unit, Reason]),
        [
            "a | code interpreter | sessions | -: 4 for 4 in 0",
            "a | input | tokens | -: 3 for 10 in 1",
            "b | code interpreter | sessions | -: 2 for 2 in 0",
            "b | input | tokens | -: 9 for 90 in 1",
            "z | input | tokens | usage reported for other API keys only: 1 for 1 in 0",
        ]
    );
}

#[test]
fn tools_and_media_meet_their_own_usage() {
    let day = DayOf::default()
        .line("p", "web search tool calls", "1", None)
        .line("p", "assistants api | file search", "2", None)
        .line("p", "whisper", "3", Some((2, "duration_minutes")))
        .line("p", "tts hd", "4", Some((40, "characters")))
        .line("p", "dall-e-3", "5", None)
        .line("p", "text-embedding-3-large", "6", some(60))
        .row_with(
            UsageStream::WebSearchCalls,
            "p/a",
            "gpt-5.4",
            0,
            &[(Measure::Calls, 5), (Measure::Requests, 9)],
            |row, texts| {
                row.context_level = texts.intern("low");
            },
        )
        .row(UsageStream::FileSearchCalls, "p/a", "-", 0, &[(Measure::Calls, 7)])
        .row(
            UsageStream::AudioTranscriptions,
            "p/a",
            "whisper-1",
            0,
            &[(Measure::Seconds, 120), (Measure::Requests, 1)],
        )
        .row(
            UsageStream::AudioSpeeches,
            "p/a",
            "tts-1-hd",
            0,
            &[(Measure::Characters, 40), (Measure::Requests, 1)],
        )
        .row(UsageStream::Images, "p/a", "dall-e-3", 0, &[(Measure::Images, 2), (Measure::Requests, 1)])
        .row(
            UsageStream::Embeddings,
            "p/a",
            "text-embedding-3-large",
            0,
            &[(Measure::InputTokens, 60), (Measure::Requests, 1)],
        )
        .row(
            UsageStream::Moderations,
            "p/a",
            "omni-moderation-latest",
            0,
            &[(Measure::InputTokens, 8), (Measure::Requests, 1)],
        );
    assert_eq!(
        day.told(&[Service, Unit, Sku]),
        [
            "Audio Speeches | characters | tts hd: 4 for 40 in 1",
            "Audio Transcriptions | seconds | whisper: 3 for 120 in 1",
            "Embeddings | tokens | text-embedding-3-large: 6 for 60 in 1",
            "File Search | calls | assistants api | file search: 2 for 7 in 0",
            "Images | images | dall-e-3: 5 for 2 in 1",
            "Moderations | tokens | omni-moderation-latest, input: 0 for 8 in 1",
            "Web Search | calls | web search tool calls: 1 for 5 in 0",
        ]
    );
}

#[test]
fn usage_of_the_family_stands_in_for_media_and_never_for_text() {
    let day = DayOf::default()
        .line("p", "tts", "4", None)
        .line("p", "gpt-5.4, input", "1", None)
        .row(UsageStream::AudioSpeeches, "p", "tts-1-1106", 0, &[(Measure::Characters, 40)])
        .tokens("p", "gpt-5.4-mini", 0, [5, 0, 0]);
    assert_eq!(
        day.told(&[LineItem, Reason]),
        [
            "- | -: 0 for 5 in 1",
            "gpt-5.4, input | no usage reported for this line: 1 for 0 in 0",
            "tts | -: 4 for 40 in 0",
        ]
    );
}

#[test]
fn usage_without_a_model_or_without_cached_tokens_is_shared() {
    let day = DayOf::default()
        .line("p", "gpt-5.4, input", "3", some(30))
        .line("p", "gpt-5.5, input", "2", some(10))
        .tokens("p", "-", 0, [40, 0, 0]);
    assert_eq!(day.told(&[Model]), ["gpt-5.4: 3 for 30 in 1", "gpt-5.5: 2 for 10 in 0"]);
    let day = DayOf::default()
        .line("p", "gpt-5.4, cached input", "3", some(30))
        .line("p", "gpt-5.4, input", "2", some(10))
        .row(COMPLETIONS, "p", "gpt-5.4", 0, &[(Measure::InputTokens, 40)]);
    assert_eq!(
        day.told(&[Operation, Dimension::Cached]),
        ["cached input | cached: 3 for 30 in 0", "input | not cached: 2 for 10 in 0"]
    );
}

#[test]
fn a_level_counts_once_a_day_and_costs_all_day() {
    let bytes = |bytes| [(Measure::Bytes, bytes)];
    let day = DayOf::default()
        .line("p", "Vector storage", "6", Some((2, "gibibyte_hours")))
        .row(UsageStream::VectorStores, "p", "-", 0, &bytes(100))
        .row(UsageStream::VectorStores, "p", "-", 5, &bytes(200));
    assert_eq!(day.told(&[Unit]), ["bytes: 2 for 0 in 0", "bytes: 4 for 200 in 0"]);
}

#[test]
fn every_cent_without_usage_has_its_reason() {
    let mut day = DayOf::default()
        .line("p", "gpt-5.4, input", "1", some(7))
        .line("p", "text-embedding-3-large", "2", Some((3, "1000_tokens")))
        .line("-", "scale tier", "3", None)
        .line("-", "gpt-5.4, output", "4", None)
        .line("p", "quantum | gpt-9 thought, dream", "5", Some((1, "dreams")))
        .line("p", "gpt-4o-2024-08-06, training", "6", some(9))
        .line("p", "promotional credit", "-7.250000000001", None)
        .line("p", "gpt-5.4, cached input", "0", None);
    day.missing.push(UsageStream::Embeddings);
    assert_eq!(
        day.told(&[Sku, Unit, Basis, Reason]),
        [
            "gpt-4o-2024-08-06, training | tokens | billed | -: 6 for 9 in 0",
            "gpt-5.4, input | tokens | unattributed | no usage reported for this line: 1 for 7 in 0",
            "gpt-5.4, output | tokens | unattributed | billed to the organization: 4 for 0 in 0",
            "promotional credit | - | billed | -: -7.250000000001 for 0 in 0",
            "quantum | gpt-9 thought, dream | dreams | unattributed | line item not understood: 5 for 1 in 0",
            "scale tier | - | unattributed | billed to the organization: 3 for 0 in 0",
            "text-embedding-3-large | tokens | unattributed | usage not imported yet: 2 for 3000 in 0",
        ]
    );
}
