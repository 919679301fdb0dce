//! A day of an organization of the simulator as the import keeps it, without a network in between. The benchmarks use it
//! as well.

use api::Day;
use api::connection::Stream;
use facts::{Dictionary, UsageRow, segment};
use openai::cost::CostResult;
use openai::page::{Page, ResultRow};
use openai::usage::{
    AudioSpeeches, AudioTranscriptions, CodeInterpreterSessions, Completions, Embeddings, FileSearchCalls,
    Images, Moderations, VectorStores, WebSearchCalls,
};
use server::import::row::{Row, cost_line};
use server::store::segment::Read;
use simulator::key::Key;
use simulator::organization::Organization;

/// What OpenAI tells of a day.
pub struct Told {
    /// The day of each stream.
    pub read: Vec<(Stream, Read)>,
    /// The usage, hour by hour.
    pub usage: Vec<(Stream, Dictionary, Vec<UsageRow>)>,
    /// What the day costs, in 10^-12: what is told without any grouping.
    pub billed: i128,
}

impl Told {
    /// What an organization tells of a day at this second.
    pub fn of(organization: &Organization, key: &'static Key, day: Day, now: i64) -> Self {
        let start = day.start().unix_seconds();
        let end = day.plus(1).start().unix_seconds().min(now);
        let ask = |resource: &str, query: &str| {
            let query = format!("start_time={start}&end_time={end}&limit=24{query}");
            organization.tells(key, resource, &query, now)
        };
        let whole = rows::<CostResult>(&ask("costs", "").unwrap());
        let billed = whole.map(|(_, row)| row.billed().unwrap().0.amount.pico()).sum();
        let finest = "&group_by=project_id&group_by=line_item&group_by=api_key_id";
        let coarser = "&group_by=project_id&group_by=line_item";
        let text = ask("costs", finest).or_else(|| ask("costs", coarser)).unwrap();
        let mut texts = Dictionary::default();
        let lines: Vec<_> =
            rows::<CostResult>(&text).map(|(_, row)| cost_line(&row, &mut texts).unwrap()).collect();
        let usage = vec![
            usage::<Completions>(Stream::Completions, &ask),
            usage::<Embeddings>(Stream::Embeddings, &ask),
            usage::<Moderations>(Stream::Moderations, &ask),
            usage::<Images>(Stream::Images, &ask),
            usage::<AudioSpeeches>(Stream::AudioSpeeches, &ask),
            usage::<AudioTranscriptions>(Stream::AudioTranscriptions, &ask),
            usage::<VectorStores>(Stream::VectorStores, &ask),
            usage::<CodeInterpreterSessions>(Stream::CodeInterpreterSessions, &ask),
            usage::<FileSearchCalls>(Stream::FileSearchCalls, &ask),
            usage::<WebSearchCalls>(Stream::WebSearchCalls, &ask),
        ];
        let mut read = vec![(Stream::Costs, Read::of(lines.len(), segment::encode_costs(&lines, &texts)))];
        read.extend(usage.iter().map(|(stream, texts, rows)| {
            let kept = || Read::of(rows.len(), segment::encode_usage(rows, texts));
            (*stream, if rows.is_empty() { Read::default() } else { kept() })
        }));
        Self { read, usage, billed }
    }
}

/// The rows of a page, each with the start of its bucket.
fn rows<R: ResultRow>(text: &str) -> impl Iterator<Item = (i64, R)> + use<R> {
    let page: Page<R> = serde_json::from_str(text).unwrap();
    let buckets = page.data.into_iter();
    buckets.flat_map(|bucket| bucket.results.known.into_iter().map(move |row| (bucket.start_time, row)))
}

fn usage<R: Row>(
    stream: Stream,
    ask: &impl Fn(&str, &str) -> Option<String>,
) -> (Stream, Dictionary, Vec<UsageRow>) {
    let groups = R::GROUPS.iter().map(|group| format!("&group_by={}", group.as_str()));
    let query = format!("&bucket_width=1h{}", groups.collect::<String>());
    let text = ask(&format!("usage/{}", R::NAME.as_str()), &query).unwrap();
    let mut texts = Dictionary::default();
    let rows = rows::<R>(&text).map(|(start, row)| row.into_row(start, &mut texts)).collect();
    (stream, texts, rows)
}
