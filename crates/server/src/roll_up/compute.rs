//! From the segments of a day to its facts.

use std::collections::BTreeMap;

use api::connection::Stream;
use api::{ConnectionId, Currency, Day};
use facts::{
    Basis, CostLine, CubeBuilder, DecodeError, Dictionary, Dimension, Fact, Symbol, UsageRow, UsageStream,
};

use super::DayFacts;
use crate::freshness::ImportedStreams;
use crate::store::segment::Segment;

/// How fine facts are in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// By the UTC day, as OpenAI bills.
    Day,
    /// By the hour, as OpenAI counts.
    Hour,
}

/// The rows of an account's day.
#[derive(Default)]
pub struct DayRows {
    /// The lines of the bill.
    pub costs: Vec<CostLine>,
    /// Their texts.
    pub cost_texts: Dictionary,
    /// OpenAI's ungrouped totals.
    pub totals: Vec<CostLine>,
    /// Usage, by stream.
    pub usage: Vec<(UsageStream, Dictionary, Vec<UsageRow>)>,
}

/// Reads the segments of a day.
pub fn rows_of(segments: &[Segment]) -> Result<DayRows, DecodeError> {
    let mut rows = DayRows::default();
    for segment in segments {
        match usage_stream(segment.stream) {
            Some(stream) => {
                let (texts, usage) = facts::segment::decode_usage(&segment.body)?;
                // Stored bytes are a level: the day has that of its last hour, whatever the grain.
                let usage = match stream {
                    UsageStream::VectorStores => facts::segment::daily(&usage),
                    _ => usage,
                };
                rows.usage.push((stream, texts, usage));
            }
            None if segment.stream == Stream::Costs => {
                (rows.cost_texts, rows.costs) = facts::segment::decode_costs(&segment.body)?;
            }
            None => (_, rows.totals) = facts::segment::decode_costs(&segment.body)?,
        }
    }
    Ok(rows)
}

/// The facts of an account's day. Days are hours added up, so that both have the same sums, to the last unit and by
/// whatever they are grouped.
pub fn facts_of(
    (connection, day): (&ConnectionId, Day),
    segments: &[Segment],
    _imported: &ImportedStreams,
    grain: Grain,
) -> Result<DayFacts, DecodeError> {
    let rows = rows_of(segments)?;
    let start = day.start().unix_seconds();
    let mut texts = rows.cost_texts;
    let account = texts.intern(connection.as_str());
    let billed = texts.intern(Basis::Billed.as_str());
    let mut builders: BTreeMap<Currency, CubeBuilder> = BTreeMap::new();
    for line in &rows.costs {
        let mut fact = Fact {
            start,
            dimensions: [Symbol::NONE; Dimension::COUNT],
            amount: line.amount,
            quantity: line.quantity.unwrap_or_default(),
            requests: 0,
        };
        fact.put(Dimension::Account, account);
        fact.put(Dimension::Project, line.project);
        fact.put(Dimension::ApiKey, line.api_key);
        fact.put(Dimension::LineItem, line.line_item);
        fact.put(Dimension::Unit, line.unit);
        fact.put(Dimension::Basis, billed);
        if grain == Grain::Day {
            fact.start = start;
        }
        let builder = builders.entry(line.currency).or_insert_with(|| CubeBuilder::new(line.currency));
        builder.add(std::iter::once(fact), &texts);
    }
    let cubes = builders.into_values().map(CubeBuilder::finish).collect();
    Ok(DayFacts { connection: connection.clone(), day, cubes })
}

/// The stream of usage; none for money.
fn usage_stream(stream: Stream) -> Option<UsageStream> {
    Some(match stream {
        Stream::Costs | Stream::CostTotals => return None,
        Stream::Completions => UsageStream::Completions,
        Stream::Embeddings => UsageStream::Embeddings,
        Stream::Moderations => UsageStream::Moderations,
        Stream::Images => UsageStream::Images,
        Stream::AudioSpeeches => UsageStream::AudioSpeeches,
        Stream::AudioTranscriptions => UsageStream::AudioTranscriptions,
        Stream::VectorStores => UsageStream::VectorStores,
        Stream::CodeInterpreterSessions => UsageStream::CodeInterpreterSessions,
        Stream::FileSearchCalls => UsageStream::FileSearchCalls,
        Stream::WebSearchCalls => UsageStream::WebSearchCalls,
    })
}
