//! From the segments of a day to its facts.

use api::connection::Stream;
use api::{ConnectionId, Day};
use attribution::{DayUsage, attribute};
use facts::{CostLine, CubeBuilder, DecodeError, Dictionary, Fact, UsageRow, UsageStream};

use super::Stretch;
use crate::freshness::ImportedStreams;
use crate::import::plan::Window;
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
struct DayRows {
    /// The lines of the bill.
    costs: Vec<CostLine>,
    /// Their texts.
    cost_texts: Dictionary,
    /// Usage, by stream.
    usage: Vec<(UsageStream, Dictionary, Vec<UsageRow>)>,
}

/// Reads the segments of a day.
fn rows_of(segments: &[Segment]) -> Result<DayRows, DecodeError> {
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
            // OpenAI's ungrouped totals are no facts.
            None => {}
        }
    }
    Ok(rows)
}

/// The facts of an account's day: its bill, attributed to its usage. Days are hours added up, so that both have the same
/// sums, to the last unit and by whatever they are grouped.
pub fn facts_of(
    (connection, day): (&ConnectionId, Day),
    segments: &[Segment],
    imported: &ImportedStreams,
    grain: Grain,
) -> Result<Stretch, DecodeError> {
    let rows = rows_of(segments)?;
    let start = day.start().unix_seconds();
    let is_imported =
        |stream| imported.get(&(connection.clone(), day)).is_some_and(|streams| streams.contains(&stream));
    let no_texts = Dictionary::default();
    // A stream that was read and has no rows is said as well: its costs then have no usage, rather than none yet.
    let usage: Vec<DayUsage<'_>> = Stream::ALL
        .iter()
        .filter_map(|stream| Some((*stream, usage_stream(*stream)?)))
        .map(|(stream, of)| {
            let found = rows.usage.iter().find(|(stream, ..)| *stream == of);
            DayUsage {
                stream: of,
                rows: found.map_or(&[], |(.., rows)| rows.as_slice()),
                texts: found.map_or(&no_texts, |(_, texts, _)| texts),
                is_imported: is_imported(stream),
            }
        })
        .collect();
    let attributed = attribute(&attribution::Day {
        start,
        account: connection.as_str(),
        lines: &rows.costs,
        texts: &rows.cost_texts,
        usage: &usage,
    });
    let cubes = attributed.facts.into_iter().map(|(currency, facts)| {
        let mut builder = CubeBuilder::new(currency);
        let at_grain = facts.into_iter().map(|fact| match grain {
            Grain::Day => Fact { start, ..fact },
            Grain::Hour => fact,
        });
        builder.add(at_grain, &attributed.texts);
        builder.finish()
    });
    let window = Window { start: day, end: day.plus(1) };
    Ok(Stretch { connection: connection.clone(), window, cubes: cubes.collect() })
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
