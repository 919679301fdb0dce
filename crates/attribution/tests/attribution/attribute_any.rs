//! What holds for any day at all.

use std::collections::BTreeMap;

use attribution::{Attributed, Reason};
use facts::{Basis, Dictionary, Dimension, Fact, Measure, UsageRow, UsageStream};
use money::{Amount, Currency};
use proptest::prelude::*;

use crate::day::{DayOf, STREAMS, tell};

const LINE_ITEMS: [&str; 26] = [
    "gpt-5.4-2026-03-05, input",
    "gpt-5.4-2026-03-05, input, long context",
    "gpt-5.4-2026-03-05, cached input",
    "gpt-5.4-2026-03-05, cache writes",
    "gpt-5.4-2026-03-05, output",
    "gpt-5.4, input",
    "priority | gpt-5.4-2026-03-05, input",
    "batch | gpt-5.4, input",
    "evals | gpt-5.4, output",
    "gpt-image-1 image, input",
    "gpt-image-1 text, input",
    "gpt-image-1 image, output",
    "gpt-4o-transcribe, input",
    "text-embedding-3-large",
    "whisper",
    "tts hd",
    "tts",
    "dall-e-3",
    "web search tool calls",
    "assistants api | file search",
    "assistants api | code interpreter",
    "Vector storage",
    "batch api",
    "scale tier",
    "promotional credit",
    "quantum | gpt-9 thought, dream",
];
const MODELS: [&str; 12] = [
    "-",
    "",
    "gpt-5.4-2026-03-05",
    "gpt-5.4",
    "gpt-5.4-2026-09-09",
    "gpt-image-1-2025-04-23",
    "gpt-4o-transcribe",
    "text-embedding-3-large",
    "whisper-1",
    "tts-1-hd",
    "tts-1-1106",
    "dall-e-3",
];
const PLACES: [&str; 7] = ["-", "-/a", "p", "p/a", "p/b", "q/c", "q"];
const UNITS: [&str; 4] = ["tokens", "1000_tokens", "duration_minutes", "gibibyte_hours"];

/// A line as numbers of the lists above.
#[derive(Clone, Debug)]
struct AnyLine {
    place: usize,
    item: usize,
    amount: i128,
    quantity: Option<(i64, usize)>,
    is_eur: bool,
}

/// A row likewise.
#[derive(Clone, Debug)]
struct AnyRow {
    stream: usize,
    place: usize,
    model: usize,
    hour: i64,
    batch: Option<bool>,
    tier: Option<&'static str>,
    measures: Vec<(usize, u64)>,
}

fn any_line() -> impl Strategy<Value = AnyLine> {
    let amount = prop_oneof![
        Just(0_i128),
        -9_i128..9,
        0_i128..50_000_000_000_000,
        Just(1_000_000_000_000_000_000_000),
        Just(-7_250_000_000_001),
    ];
    let quantity = proptest::option::of((0_i64..5_000, 0..UNITS.len()));
    (0..PLACES.len(), 0..LINE_ITEMS.len(), amount, quantity, proptest::bool::weighted(0.1))
        .prop_map(|(place, item, amount, quantity, is_eur)| AnyLine { place, item, amount, quantity, is_eur })
}

fn any_row(most: u64) -> impl Strategy<Value = AnyRow> {
    let tier =
        proptest::option::of(prop_oneof![Just("default"), Just("priority"), Just("flex"), Just("auto")]);
    let number = prop_oneof![Just(0), 1_u64..2_000, Just(most)];
    let measures = proptest::collection::vec((0..Measure::COUNT, number), 0..6);
    let place = (0..STREAMS.len(), 0..PLACES.len(), 0..MODELS.len(), 0_i64..24);
    (place, proptest::option::of(any::<bool>()), tier, measures).prop_map(
        |((stream, place, model, hour), batch, tier, measures)| AnyRow {
            // Half of all rows are completions.
            stream: stream.saturating_sub(5),
            place,
            model,
            hour,
            batch,
            tier,
            measures,
        },
    )
}

fn day_of(lines: &[AnyLine], rows: &[AnyRow]) -> DayOf {
    let mut day = DayOf::default();
    for line in lines {
        let quantity = line.quantity.map(|(count, unit)| (count, UNITS[unit]));
        day = day.line(PLACES[line.place], LINE_ITEMS[line.item], "0", quantity);
        let last = day.lines.last_mut().expect("a line");
        last.amount = Amount::from_pico(line.amount).expect("an amount");
        if line.is_eur {
            last.currency = Currency::parse("eur").expect("a currency");
        }
    }
    for row in rows {
        let measures: Vec<(Measure, u64)> =
            row.measures.iter().map(|(measure, number)| (Measure::ALL[*measure], *number)).collect();
        let more = |written: &mut UsageRow, texts: &mut Dictionary| {
            written.batch = row.batch;
            written.service_tier = texts.intern_optional(row.tier);
        };
        day = day.row_with(
            STREAMS[row.stream],
            PLACES[row.place],
            MODELS[row.model],
            row.hour,
            &measures,
            more,
        );
    }
    day
}

fn facts(attributed: &Attributed) -> impl Iterator<Item = (Currency, &Fact)> {
    attributed.facts.iter().flat_map(|(currency, facts)| facts.iter().map(|fact| (*currency, fact)))
}

/// Everything that each fact says, in order.
fn all_told(attributed: &Attributed) -> Vec<String> {
    let mut told: Vec<String> = facts(attributed)
        .map(|(currency, fact)| {
            format!("{currency} {} {}", fact.start, tell(fact, &attributed.texts, &Dimension::ALL))
        })
        .collect();
    told.sort();
    told
}

/// The tokens, and what else is counted, that a day's usage has by stream, where all of it counts.
fn counted(rows: &BTreeMap<UsageStream, Vec<UsageRow>>) -> i128 {
    let of_row = |stream: &UsageStream, row: &UsageRow| {
        let measures: &[Measure] = match stream {
            UsageStream::Completions => &[Measure::InputTokens, Measure::OutputTokens],
            UsageStream::Embeddings | UsageStream::Moderations => &[Measure::InputTokens],
            UsageStream::Images => &[Measure::Images],
            UsageStream::AudioSpeeches => &[Measure::Characters],
            UsageStream::AudioTranscriptions => &[Measure::Seconds],
            UsageStream::CodeInterpreterSessions => &[Measure::Sessions],
            UsageStream::FileSearchCalls | UsageStream::WebSearchCalls => &[Measure::Calls],
            // A level: not all of it counts.
            UsageStream::VectorStores => &[],
        };
        measures.iter().map(|measure| i128::from(row.measures.or_zero(*measure))).sum::<i128>()
    };
    rows.iter().flat_map(|(stream, rows)| rows.iter().map(move |row| of_row(stream, row))).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn facts_sum_to_the_bill_to_the_last_unit(
        lines in proptest::collection::vec(any_line(), 0..24),
        rows in proptest::collection::vec(any_row(1_000_000), 0..40),
    ) {
        let day = day_of(&lines, &rows);
        let attributed = day.attributed();
        let mut billed: BTreeMap<_, i128> = BTreeMap::new();
        for line in &day.lines {
            let texts = [line.project, line.line_item].map(|symbol| day.texts.text(symbol));
            *billed.entry((line.currency, texts)).or_default() += line.amount.pico();
        }
        let mut told: BTreeMap<_, i128> = BTreeMap::new();
        for (currency, fact) in facts(&attributed) {
            let texts = [Dimension::Project, Dimension::LineItem].map(|dimension| attributed.texts.text(fact.at(dimension)));
            *told.entry((currency, texts)).or_default() += fact.amount.pico();
        }
        billed.retain(|_, amount| *amount != 0);
        told.retain(|_, amount| *amount != 0);
        prop_assert_eq!(told, billed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn usage_is_counted_once(
        lines in proptest::collection::vec(any_line(), 0..24),
        rows in proptest::collection::vec(any_row(1_000_000), 0..40),
    ) {
        let day = day_of(&lines, &rows);
        let attributed = day.attributed();
        let is_of_usage = |fact: &Fact| {
            let text = |dimension| attributed.texts.text(fact.at(dimension));
            let has_no_usage = matches!(text(Dimension::Basis), Some("billed" | "unattributed"));
            !has_no_usage && text(Dimension::Unit) != Some("bytes")
        };
        let quantity: i128 = facts(&attributed).filter(|(_, fact)| is_of_usage(fact)).map(|(_, fact)| fact.quantity.pico()).sum();
        prop_assert_eq!(quantity, counted(&day.rows) * 1_000_000_000_000);
        prop_assert!(facts(&attributed).all(|(_, fact)| fact.quantity >= Amount::ZERO));
        // With images that completions count too and searches aside.
        let requests: u64 = day.rows.iter().filter(|(stream, _)| !matches!(stream, UsageStream::Images | UsageStream::WebSearchCalls)).flat_map(|(_, rows)| rows).map(|row| row.measures.or_zero(Measure::Requests)).sum();
        let of_images = |fact: &Fact| attributed.texts.text(fact.at(Dimension::Unit)) == Some("images");
        prop_assert_eq!(facts(&attributed).filter(|(_, fact)| !of_images(fact)).map(|(_, fact)| fact.requests).sum::<u64>(), requests);
    }

    #[test]
    fn the_order_of_lines_rows_and_texts_changes_nothing(
        (lines, turned_lines) in proptest::collection::vec(any_line(), 0..16).prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        (rows, turned_rows) in proptest::collection::vec(any_row(1_000_000), 0..24).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        prop_assert_eq!(all_told(&day_of(&turned_lines, &turned_rows).attributed()), all_told(&day_of(&lines, &rows).attributed()));
    }

    #[test]
    fn each_fact_says_how_it_is_known(
        lines in proptest::collection::vec(any_line(), 0..24),
        rows in proptest::collection::vec(any_row(u64::MAX), 0..40),
    ) {
        let attributed = day_of(&lines, &rows).attributed();
        for (_, fact) in facts(&attributed) {
            let text = |dimension| attributed.texts.text(fact.at(dimension));
            prop_assert_eq!(text(Dimension::Account), Some("conn_1"));
            match text(Dimension::Basis) {
                None => prop_assert!(fact.amount == Amount::ZERO && text(Dimension::LineItem).is_none()),
                Some(basis) => {
                    prop_assert!(text(Dimension::LineItem).is_some());
                    let is_unattributed = basis == Basis::Unattributed.as_str();
                    prop_assert_eq!(text(Dimension::Reason).and_then(Reason::parse).is_some(), is_unattributed);
                }
            }
        }
    }

    #[test]
    fn hours_add_up_to_the_day(
        lines in proptest::collection::vec(any_line(), 0..16),
        rows in proptest::collection::vec(any_row(5_000), 0..40),
    ) {
        // What is told by medium must not exceed the whole in an hour, since it is then cut short.
        let sane = |row: &AnyRow| AnyRow { measures: row.measures.iter().copied().filter(|(measure, _)| [0, 1, 2, 15, 16, 17, 19, 20].contains(measure)).collect(), ..row.clone() };
        let rows: Vec<AnyRow> = rows.iter().map(sane).collect();
        let hourly = day_of(&lines, &rows);
        let mut daily = hourly.clone();
        for rows in daily.rows.values_mut() {
            let mut sums: Vec<UsageRow> = Vec::new();
            for row in rows.iter() {
                let same = |sum: &&mut UsageRow| UsageRow { start: 0, measures: row.measures, ..**sum } == UsageRow { start: 0, ..*row };
                match sums.iter_mut().find(same) {
                    Some(sum) => sum.measures.add(&row.measures),
                    None => sums.push(UsageRow { start: crate::day::START, ..*row }),
                }
            }
            *rows = sums;
        }
        let sums = |day: &DayOf| {
            let attributed = day.attributed();
            let mut sums: BTreeMap<_, (i128, i128, u64)> = BTreeMap::new();
            for (currency, fact) in facts(&attributed) {
                let texts: Vec<Option<String>> = Dimension::ALL.iter().map(|dimension| attributed.texts.text(fact.at(*dimension)).map(str::to_owned)).collect();
                let sum = sums.entry((currency, texts)).or_default();
                *sum = (sum.0 + fact.amount.pico(), sum.1 + fact.quantity.pico(), sum.2 + fact.requests);
            }
            sums.retain(|_, sum| *sum != (0, 0, 0));
            sums
        };
        prop_assert_eq!(sums(&hourly), sums(&daily));
    }
}
