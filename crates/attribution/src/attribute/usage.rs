//! The usage of a day: places, and what was used there.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use facts::{Measure, Measures, Symbol, UsageRow, UsageStream};

use super::Day;
use super::texts::{Name, Texts};
use crate::{CostType, Medium, Operation};

/// Everything by which a row can be told from others of its hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) stream: UsageStream,
    pub(crate) project: Symbol,
    pub(crate) api_key: Symbol,
    pub(crate) model: Symbol,
    pub(crate) user: Symbol,
    pub(crate) batch: Option<bool>,
    pub(crate) service_tier: Symbol,
    pub(crate) size: Symbol,
    pub(crate) source: Symbol,
    pub(crate) vector_store: Symbol,
    pub(crate) context_level: Symbol,
}

/// What one operation used in a place over the day.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) place: Place,
    pub(crate) operation: Operation,
    pub(crate) medium: Option<Medium>,
    /// What usage says about the urgency; none where it says nothing.
    pub(crate) cost_type: Option<CostType>,
    /// The name by which lines find it; none where lines of its operation name no model.
    pub(crate) name: Name,
    /// Its part of [`Usage::entries`], in the order of time.
    pub(crate) entries: Range<usize>,
    /// The sum of [`Entry::used`].
    pub(crate) used: u128,
}

/// What one operation used in a place in an hour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) start: i64,
    /// How much was used: its weight.
    pub(crate) used: u64,
    /// How much of it counts as quantity.
    pub(crate) counted: u64,
    pub(crate) requests: u64,
}

/// The usage of a day, in the order of its places.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    pub(crate) cells: Vec<Cell>,
    pub(crate) entries: Vec<Entry>,
}

/// Most operations that a row counts.
const MOST: usize = 10;
type Kind = (Operation, Option<Medium>);
/// What a row counts, by the number of its kind.
type Counts = [u64; MOST];

const TEXT: Option<Medium> = Some(Medium::Text);
const AUDIO: Option<Medium> = Some(Medium::Audio);
const IMAGE: Option<Medium> = Some(Medium::Image);

const OF_COMPLETIONS: [Kind; MOST] = [
    (Operation::Input, TEXT),
    (Operation::Input, AUDIO),
    (Operation::Input, IMAGE),
    (Operation::CachedInput, TEXT),
    (Operation::CachedInput, AUDIO),
    (Operation::CachedInput, IMAGE),
    (Operation::CacheWrites, TEXT),
    (Operation::Output, TEXT),
    (Operation::Output, AUDIO),
    (Operation::Output, IMAGE),
];

impl Usage {
    pub(crate) fn new(day: &Day<'_>, texts: &mut Texts) -> Self {
        let mut rows: HashMap<Place, Vec<&UsageRow>> = HashMap::new();
        for usage in day.usage {
            let moved = texts.moved(usage.texts);
            for row in usage.rows {
                let place = Place {
                    stream: usage.stream,
                    project: moved.get(row.project),
                    api_key: moved.get(row.api_key),
                    model: moved.get(row.model),
                    user: moved.get(row.user),
                    batch: row.batch,
                    service_tier: moved.get(row.service_tier),
                    size: moved.get(row.size),
                    source: moved.get(row.source),
                    vector_store: moved.get(row.vector_store),
                    context_level: moved.get(row.context_level),
                };
                rows.entry(place).or_default().push(row);
            }
        }
        let mut places: Vec<(Place, Vec<&UsageRow>)> = rows.into_iter().collect();
        places.sort_unstable_by_key(|(place, _)| *place);
        let counted_as_completions: HashSet<(Symbol, Symbol)> = places
            .iter()
            .filter(|(place, _)| place.stream == UsageStream::Completions)
            .map(|(place, _)| (place.project, texts.name(place.model).base))
            .collect();
        let mut usage = Self::default();
        for (place, mut rows) in places {
            rows.sort_unstable_by(|a, b| {
                a.start.cmp(&b.start).then_with(|| ordered(&a.measures, &b.measures))
            });
            let name = texts.name(place.model);
            let has_requests = match place.stream {
                UsageStream::WebSearchCalls => false,
                UsageStream::Images => !counted_as_completions.contains(&(place.project, name.base)),
                _ => true,
            };
            usage.add(place, name, tier(place, texts), &rows, has_requests);
        }
        usage
    }

    /// The entries of a cell.
    pub(crate) fn of(&self, cell: &Cell) -> &[Entry] {
        self.entries.get(cell.entries.clone()).unwrap_or_default()
    }

    fn add(
        &mut self,
        place: Place,
        name: Name,
        cost_type: Option<CostType>,
        rows: &[&UsageRow],
        has_requests: bool,
    ) {
        let kinds = kinds(place.stream);
        let counts: Vec<Counts> = rows.iter().map(|row| counts(place.stream, &row.measures)).collect();
        let is_counted =
            |number: &usize| counts.iter().any(|row| row.get(*number).is_some_and(|count| *count > 0));
        // The same for all hours, so that they add up to the day. Where nothing else is counted the first kind has them.
        let first = (0..kinds.len()).find(is_counted).unwrap_or_default();
        for (number, (operation, medium)) in kinds.iter().enumerate() {
            let from = self.entries.len();
            for (row, counts) in rows.iter().zip(&counts) {
                let used = counts.get(number).copied().unwrap_or_default();
                let has_requests = has_requests && number == first;
                let requests = if has_requests { row.measures.or_zero(Measure::Requests) } else { 0 };
                if used > 0 || requests > 0 {
                    self.entries.push(Entry { start: row.start, used, counted: used, requests });
                }
            }
            let added = self.entries.get_mut(from..).unwrap_or_default();
            if *operation == Operation::Storage {
                let last = added.len().saturating_sub(1);
                added.iter_mut().take(last).for_each(|entry| entry.counted = 0);
            }
            if added.is_empty() {
                continue;
            }
            let used = added.iter().map(|entry| u128::from(entry.used)).sum();
            let name = if operation.has_model() { name } else { Name::NONE };
            let entries = from..self.entries.len();
            self.cells.push(Cell {
                place,
                operation: *operation,
                medium: *medium,
                cost_type,
                name,
                entries,
                used,
            });
        }
    }
}

/// What usage says about the urgency. OpenAI's batches have no tier of their own.
fn tier(place: Place, texts: &Texts) -> Option<CostType> {
    if place.batch == Some(true) {
        return Some(CostType::Batch);
    }
    texts.all.text(place.service_tier).and_then(CostType::parse)
}

/// What a stream counts.
fn kinds(stream: UsageStream) -> &'static [Kind] {
    match stream {
        UsageStream::Completions => &OF_COMPLETIONS,
        UsageStream::Embeddings | UsageStream::Moderations => &[(Operation::Input, TEXT)],
        UsageStream::Images => &[(Operation::Image, IMAGE)],
        UsageStream::AudioSpeeches => &[(Operation::Speech, AUDIO)],
        UsageStream::AudioTranscriptions => &[(Operation::Transcription, AUDIO)],
        UsageStream::VectorStores => &[(Operation::Storage, None)],
        UsageStream::CodeInterpreterSessions => &[(Operation::CodeInterpreter, None)],
        UsageStream::FileSearchCalls => &[(Operation::FileSearch, None)],
        UsageStream::WebSearchCalls => &[(Operation::WebSearch, None)],
    }
}

/// What a row counts of each kind.
fn counts(stream: UsageStream, measures: &Measures) -> Counts {
    let measure = match stream {
        UsageStream::Completions => return counts_of_completions(measures),
        UsageStream::Embeddings | UsageStream::Moderations => Measure::InputTokens,
        UsageStream::Images => Measure::Images,
        UsageStream::AudioSpeeches => Measure::Characters,
        UsageStream::AudioTranscriptions => Measure::Seconds,
        UsageStream::VectorStores => Measure::Bytes,
        UsageStream::CodeInterpreterSessions => Measure::Sessions,
        UsageStream::FileSearchCalls | UsageStream::WebSearchCalls => Measure::Calls,
    };
    let mut counts = Counts::default();
    if let Some(first) = counts.first_mut() {
        *first = measures.or_zero(measure);
    }
    counts
}

/// Cuts all input tokens, and all output tokens, into parts that sum to them. `input_tokens` has the tokens of the cache in
/// it, and what is told by medium is a part of each: what no part claims is text. Parts that claim more than there is are
/// cut short.
fn counts_of_completions(measures: &Measures) -> Counts {
    let told = |measure| measures.or_zero(measure);
    let media = |whole: u64, audio, image| {
        let audio = told(audio).min(whole);
        let image = told(image).min(whole - audio);
        [whole - audio - image, audio, image]
    };
    let input = told(Measure::InputTokens);
    let cached = told(Measure::CachedTokens).min(input);
    let written = told(Measure::CacheWriteTokens).min(input - cached);
    let [text, audio, image] =
        media(input - cached - written, Measure::InputAudioTokens, Measure::InputImageTokens);
    let [cached_text, cached_audio, cached_image] =
        media(cached, Measure::CachedAudioTokens, Measure::CachedImageTokens);
    let [output_text, output_audio, output_image] =
        media(told(Measure::OutputTokens), Measure::OutputAudioTokens, Measure::OutputImageTokens);
    [
        text,
        audio,
        image,
        cached_text,
        cached_audio,
        cached_image,
        written,
        output_text,
        output_audio,
        output_image,
    ]
}

/// An order of rows that differ in nothing but how much they count.
fn ordered(a: &Measures, b: &Measures) -> std::cmp::Ordering {
    let numbers = |measures: &Measures| Measure::ALL.map(|measure| measures.get(measure));
    numbers(a).cmp(&numbers(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_sum_to_all_tokens() {
        let measures = Measures::default()
            .with(Measure::InputTokens, Some(100))
            .with(Measure::CachedTokens, Some(30))
            .with(Measure::CacheWriteTokens, Some(5))
            .with(Measure::InputAudioTokens, Some(20))
            .with(Measure::CachedImageTokens, Some(10))
            .with(Measure::OutputTokens, Some(50))
            .with(Measure::OutputImageTokens, Some(50));
        assert_eq!(counts_of_completions(&measures), [45, 20, 0, 20, 0, 10, 5, 0, 0, 50]);
    }

    #[test]
    fn parts_that_claim_more_than_there_is_are_cut_short() {
        let measures = Measures::default()
            .with(Measure::InputTokens, Some(10))
            .with(Measure::CachedTokens, Some(u64::MAX))
            .with(Measure::CacheWriteTokens, Some(7))
            .with(Measure::CachedAudioTokens, Some(8))
            .with(Measure::CachedImageTokens, Some(8))
            .with(Measure::OutputAudioTokens, Some(1));
        assert_eq!(counts_of_completions(&measures), [0, 0, 0, 0, 8, 2, 0, 0, 0, 0]);
    }
}
