//! Usage: `GET /organization/usage/…`.

use std::collections::BTreeMap;

use openai::page::{Bucket, Page};
use openai::usage::{
    AudioSpeeches, AudioTranscriptions, CodeInterpreterSessions, Completions, Embeddings, FileSearchCalls,
    Images, Moderations, UsageEndpoint, VectorStores, WebSearchCalls,
};

use crate::clock::{DAY, HOUR};
use crate::cursor;
use crate::failure::Failure;
use crate::key::{Behaviour, Key};
use crate::model;
use crate::organization::Organization;
use crate::query::Query;
use crate::workload::{Kind, Used, Workload};

/// A row's dimensions; `None` unless grouped by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dimensions {
    project: Option<String>,
    user: Option<String>,
    key: Option<String>,
    model: Option<String>,
    batch: Option<bool>,
    tier: Option<String>,
    size: Option<String>,
    source: Option<String>,
    store: Option<String>,
    level: Option<String>,
}

/// An endpoint of usage, as it is answered.
pub(crate) trait Answered: UsageEndpoint {
    /// What of an organization's use it tells.
    const KINDS: &'static [Kind];
    /// A row.
    fn row(at: Dimensions, used: Used, organization: Option<String>) -> Self;
}

/// Answers an endpoint of usage.
pub(crate) fn answer<R: Answered>(
    organization: &Organization,
    key: &Key,
    query: &Query,
    now: i64,
) -> Result<Page<R>, Failure> {
    let (width, default, cap) = match query.text("bucket_width") {
        None | Some("1d") => (DAY, 7, 31),
        Some("1h") => (HOUR, 24, 168),
        Some("1m") => (60, 60, 1_440),
        Some(width) => return Err(Failure::invalid_value("bucket_width", width, "'1m', '1h', and '1d'")),
    };
    let start = query.required_time("start_time")?;
    let known: Vec<&str> = R::GROUPS.iter().map(|group| group.as_str()).collect();
    let groups = query.groups(&known)?;
    if key.behaviour == Behaviour::NoTierGrouping && groups.contains(&"service_tier".to_owned()) {
        return Err(Failure::invalid_value("group_by", "service_tier", "'project_id', 'model'"));
    }
    if key.behaviour == Behaviour::NoOldHours && width == HOUR && start < now - 10 * DAY {
        return Err(Failure::invalid_value("bucket_width", "1h", "'1d'"));
    }
    let limit = query.limit(default, cap)?;
    let width = if key.behaviour == Behaviour::DaysForHours { DAY } else { width };
    let end = query.time("end_time")?.unwrap_or(now).min(now);
    let mut at = cursor::resume(query, start)?;
    let groups = workloads_by_group(organization, query, &groups, R::KINDS);
    let organization_id = key.tells_organization().then(|| organization.id.clone());
    let mut buckets = Vec::new();
    while at < end && i64::try_from(buckets.len()).unwrap_or(i64::MAX) < limit {
        // Buckets lie on the clock and are clipped to what was asked for.
        let next = (at - at.rem_euclid(width) + width).min(end);
        let row = |(at_group, used): (Dimensions, Used)| R::row(at_group, used, organization_id.clone());
        let results: Vec<R> =
            used(organization, &groups, (at, next.min(now - now.rem_euclid(60)))).map(row).collect();
        buckets.push(Bucket { start_time: at, end_time: Some(next), results: results.into() });
        at = next;
    }
    let has_more = at < end;
    Ok(Page { data: buckets, has_more, next_page: has_more.then(|| cursor::write(query, at)) })
}

/// Which workloads make up which row, as asked for: the same for every bucket.
fn workloads_by_group<'a>(
    organization: &'a Organization,
    query: &Query,
    groups: &[String],
    kinds: &[Kind],
) -> BTreeMap<Dimensions, Vec<&'a Workload>> {
    let mut found: BTreeMap<Dimensions, Vec<&Workload>> = BTreeMap::new();
    for workload in organization.workloads.iter().filter(|workload| kinds.contains(&workload.kind)) {
        let all = dimensions(organization, workload);
        if is_wanted(query, &all) {
            found.entry(grouped(all, groups)).or_default().push(workload);
        }
    }
    found
}

/// What each group used between two moments; those that used nothing are left out.
fn used<'a>(
    organization: &'a Organization,
    groups: &'a BTreeMap<Dimensions, Vec<&Workload>>,
    (start, end): (i64, i64),
) -> impl Iterator<Item = (Dimensions, Used)> + 'a {
    groups.iter().filter(move |_| start < end).filter_map(move |(at, workloads)| {
        let sum = workloads
            .iter()
            .map(|workload| workload.used(organization, start, end))
            .fold(Used::default(), Used::sum);
        (!sum.is_nothing()).then(|| (at.clone(), sum))
    })
}

fn dimensions(organization: &Organization, workload: &Workload) -> Dimensions {
    let model = match workload.kind {
        Kind::Text | Kind::WebSearch => model::TEXT_MODELS.get(workload.model).map_or("", |model| model.name),
        Kind::Image => model::IMAGE_MODEL,
        Kind::Embedding => model::EMBEDDING_MODEL,
        Kind::Moderation => model::MODERATION_MODEL,
        Kind::Speech => model::SPEECH_MODEL,
        Kind::Transcription => model::TRANSCRIPTION_MODEL,
        Kind::VectorStore | Kind::CodeInterpreter | Kind::FileSearch => "",
    };
    Dimensions {
        project: organization.projects.get(workload.project).map(|project| project.id.clone()),
        user: organization.users.get(workload.user).map(|user| user.id.clone()),
        key: organization.api_keys.get(workload.key).map(|key| key.id.clone()),
        model: Some(model.to_owned()),
        batch: Some(workload.batch),
        tier: Some(if workload.priority { "priority" } else { "default" }.into()),
        size: pick(&["1024x1024", "1792x1792", "1024x1792"], workload.key),
        source: pick(&["image.generation", "image.edit"], workload.key),
        store: Some(format!("vs_{}", workload.key)),
        level: pick(&["medium", "low", "high"], workload.key),
    }
}

fn pick(values: &[&str], index: usize) -> Option<String> {
    values.get(index % values.len().max(1)).map(|value| (*value).to_owned())
}

fn is_wanted(query: &Query, all: &Dimensions) -> bool {
    let wanted = |name: &str, value: &Option<String>| {
        let list = query.all(name);
        list.is_empty() || value.as_ref().is_some_and(|value| list.contains(value))
    };
    let batch = query.text("batch").is_none_or(|text| Some(text == "true") == all.batch);
    batch
        && wanted("project_ids", &all.project)
        && wanted("user_ids", &all.user)
        && wanted("api_key_ids", &all.key)
        && wanted("models", &all.model)
        && wanted("sizes", &all.size)
        && wanted("sources", &all.source)
        && wanted("vector_store_ids", &all.store)
        && wanted("context_levels", &all.level)
}

fn grouped(all: Dimensions, groups: &[String]) -> Dimensions {
    let by = |name: &str| groups.iter().any(|group| group == name);
    Dimensions {
        project: all.project.filter(|_| by("project_id")),
        user: all.user.filter(|_| by("user_id")),
        key: all.key.filter(|_| by("api_key_id")),
        model: all.model.filter(|_| by("model")),
        batch: all.batch.filter(|_| by("batch")),
        tier: all.tier.filter(|_| by("service_tier")),
        size: all.size.filter(|_| by("size")),
        source: all.source.filter(|_| by("source")),
        store: all.store.filter(|_| by("vector_store_id")),
        level: all.level.filter(|_| by("context_level")),
    }
}

impl Answered for Completions {
    const KINDS: &'static [Kind] = &[Kind::Text, Kind::Image, Kind::WebSearch];
    fn row(at: Dimensions, used: Used, organization_id: Option<String>) -> Self {
        Self {
            input_tokens: used.input(),
            output_tokens: used.output + used.image_output,
            num_model_requests: used.requests,
            input_cached_tokens: Some(used.cached),
            input_cache_write_tokens: Some(used.cache_write),
            input_uncached_tokens: Some(used.uncached),
            input_text_tokens: Some(used.uncached),
            output_text_tokens: Some(used.output),
            output_image_tokens: Some(used.image_output),
            project_id: at.project,
            user_id: at.user,
            api_key_id: at.key,
            model: at.model,
            batch: at.batch,
            service_tier: at.tier,
            organization_id,
            ..Self::default()
        }
    }
}

impl Answered for Images {
    const KINDS: &'static [Kind] = &[Kind::Image];
    fn row(at: Dimensions, used: Used, organization_id: Option<String>) -> Self {
        Self {
            images: used.units,
            num_model_requests: used.requests,
            source: at.source,
            size: at.size,
            project_id: at.project,
            user_id: at.user,
            api_key_id: at.key,
            model: at.model,
            organization_id,
        }
    }
}

impl Answered for FileSearchCalls {
    const KINDS: &'static [Kind] = &[Kind::FileSearch];
    fn row(at: Dimensions, used: Used, organization_id: Option<String>) -> Self {
        Self {
            num_requests: used.units,
            project_id: at.project,
            user_id: at.user,
            api_key_id: at.key,
            vector_store_id: at.store,
            organization_id,
        }
    }
}

impl Answered for WebSearchCalls {
    const KINDS: &'static [Kind] = &[Kind::WebSearch];
    fn row(at: Dimensions, used: Used, organization_id: Option<String>) -> Self {
        Self {
            num_model_requests: used.requests,
            num_requests: used.units,
            project_id: at.project,
            user_id: at.user,
            api_key_id: at.key,
            model: at.model,
            context_level: at.level,
            organization_id,
        }
    }
}

impl Answered for VectorStores {
    const KINDS: &'static [Kind] = &[Kind::VectorStore];
    fn row(at: Dimensions, used: Used, organization_id: Option<String>) -> Self {
        Self { usage_bytes: used.units, project_id: at.project, organization_id }
    }
}

impl Answered for CodeInterpreterSessions {
    const KINDS: &'static [Kind] = &[Kind::CodeInterpreter];
    fn row(at: Dimensions, used: Used, organization_id: Option<String>) -> Self {
        Self { num_sessions: used.units, project_id: at.project, organization_id }
    }
}

/// Endpoints that tell one measure by project, user, key and model.
macro_rules! simple {
    ($type:ty, $kind:ident, $measure:ident, $source:ident) => {
        impl Answered for $type {
            const KINDS: &'static [Kind] = &[Kind::$kind];
            fn row(at: Dimensions, used: Used, organization_id: Option<String>) -> Self {
                Self {
                    $measure: used.$source,
                    num_model_requests: used.requests,
                    project_id: at.project,
                    user_id: at.user,
                    api_key_id: at.key,
                    model: at.model,
                    organization_id,
                }
            }
        }
    };
}

simple!(Embeddings, Embedding, input_tokens, uncached);
simple!(Moderations, Moderation, input_tokens, uncached);
simple!(AudioSpeeches, Speech, characters, units);
simple!(AudioTranscriptions, Transcription, seconds, units);
