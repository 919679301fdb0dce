//! Days to be attributed, written down in words.

use std::collections::BTreeMap;

use attribution::{Attributed, Day, DayUsage, attribute};
use facts::{CostLine, Dictionary, Dimension, Fact, Measure, Symbol, UsageRow, UsageStream};
use money::{Amount, Currency, Decimal};

/// The start of the days, 2026-01-01.
pub(crate) const START: i64 = 1_767_225_600;

pub(crate) const STREAMS: [UsageStream; 10] = [
    UsageStream::Completions,
    UsageStream::Embeddings,
    UsageStream::Moderations,
    UsageStream::Images,
    UsageStream::AudioSpeeches,
    UsageStream::AudioTranscriptions,
    UsageStream::VectorStores,
    UsageStream::CodeInterpreterSessions,
    UsageStream::FileSearchCalls,
    UsageStream::WebSearchCalls,
];

/// A day while it is put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct DayOf {
    pub(crate) texts: Dictionary,
    pub(crate) lines: Vec<CostLine>,
    pub(crate) rows: BTreeMap<UsageStream, Vec<UsageRow>>,
    pub(crate) missing: Vec<UsageStream>,
}

/// Where something is billed or used: `project/key`; `-` for none.
fn place(texts: &mut Dictionary, place: &str) -> [Symbol; 2] {
    let (project, key) = place.split_once('/').unwrap_or((place, "-"));
    [project, key].map(|text| texts.intern_optional(Some(text).filter(|text| *text != "-")))
}

impl DayOf {
    /// A line with an amount in decimals and a quantity in whole units, where it has one.
    pub(crate) fn line(
        mut self,
        at: &str,
        line_item: &str,
        amount: &str,
        quantity: Option<(i64, &str)>,
    ) -> Self {
        let [project, api_key] = place(&mut self.texts, at);
        self.lines.push(CostLine {
            project,
            line_item: self.texts.intern(line_item),
            api_key,
            currency: Currency::USD,
            amount: Decimal::parse(amount).expect("an amount").amount,
            quantity: quantity.map(|(count, _)| Amount::from_parts(count * 1_000_000, 0)),
            unit: self.texts.intern_optional(quantity.map(|(_, unit)| unit)),
            rounded: false,
        });
        self
    }

    /// A row of an hour, with measures.
    pub(crate) fn row(
        self,
        stream: UsageStream,
        at: &str,
        model: &str,
        hour: i64,
        measures: &[(Measure, u64)],
    ) -> Self {
        self.row_with(stream, at, model, hour, measures, |_, _| {})
    }

    /// The same with more dimensions.
    pub(crate) fn row_with(
        mut self,
        stream: UsageStream,
        at: &str,
        model: &str,
        hour: i64,
        measures: &[(Measure, u64)],
        more: impl FnOnce(&mut UsageRow, &mut Dictionary),
    ) -> Self {
        let [project, api_key] = place(&mut self.texts, at);
        let mut row = UsageRow {
            start: START + hour * 3600,
            project,
            api_key,
            model: self.texts.intern_optional(Some(model).filter(|text| *text != "-")),
            ..UsageRow::default()
        };
        for (measure, number) in measures {
            row.measures.set(*measure, Some(*number));
        }
        more(&mut row, &mut self.texts);
        self.rows.entry(stream).or_default().push(row);
        self
    }

    /// A row of completions with input, cached and output tokens and one request.
    pub(crate) fn tokens(self, at: &str, model: &str, hour: i64, [input, cached, output]: [u64; 3]) -> Self {
        self.row(UsageStream::Completions, at, model, hour, &tokens(input, cached, output))
    }

    pub(crate) fn attributed(&self) -> Attributed {
        let empty = Vec::new();
        let usage: Vec<DayUsage<'_>> = STREAMS
            .iter()
            .map(|stream| DayUsage {
                stream: *stream,
                rows: self.rows.get(stream).unwrap_or(&empty),
                texts: &self.texts,
                is_imported: !self.missing.contains(stream),
            })
            .collect();
        attribute(&Day {
            start: START,
            account: "conn_1",
            lines: &self.lines,
            texts: &self.texts,
            usage: &usage,
        })
    }

    /// The facts in US dollars, each as the texts of these dimensions, amount, quantity and requests, in order.
    pub(crate) fn told(&self, dimensions: &[Dimension]) -> Vec<String> {
        let attributed = self.attributed();
        let facts = attributed.facts.get(&Currency::USD).map(Vec::as_slice).unwrap_or_default();
        let mut told: Vec<String> =
            facts.iter().map(|fact| tell(fact, &attributed.texts, dimensions)).collect();
        told.sort();
        told
    }
}

pub(crate) fn tokens(input: u64, cached: u64, output: u64) -> [(Measure, u64); 4] {
    [
        (Measure::InputTokens, input),
        (Measure::CachedTokens, cached),
        (Measure::OutputTokens, output),
        (Measure::Requests, 1),
    ]
}

/// `text, text: amount for quantity in requests`.
pub(crate) fn tell(fact: &Fact, texts: &Dictionary, dimensions: &[Dimension]) -> String {
    let said: Vec<&str> =
        dimensions.iter().map(|dimension| texts.text(fact.at(*dimension)).unwrap_or("-")).collect();
    format!("{}: {} for {} in {}", said.join(" | "), fact.amount, fact.quantity, fact.requests)
}
