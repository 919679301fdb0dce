//! Costs: what the usage of a day is billed at, and `GET /organization/costs`.

use std::collections::BTreeMap;

use money::{Amount, Currency};
use openai::cost::{CostAmount, CostResult};
use openai::exact::{ExactNumber, Written};
use openai::page::{Bucket, Page};

use crate::clock::{DAY, HOUR};
use crate::cursor;
use crate::failure::Failure;
use crate::key::{Behaviour, Key};
use crate::model;
use crate::organization::Organization;
use crate::query::Query;
use crate::workload::{Kind, Used, Workload};

/// The first second for which costs can be grouped by API key (seen on live organizations).
const API_KEY_FLOOR: i64 = 1_764_979_200;
/// How many days a page of costs can have (OpenAI's limit).
const MOST_DAYS: i64 = 180;
/// How many days after it a day is what it stays, for [`Behaviour::LateMondays`] and [`Behaviour::RestatedCredit`].
const REVISED_FOR: i64 = 5;
/// A credit, in 10^-12 USD.
const CREDIT: i128 = -7_250_000_000_001;

/// One, where quantities are counted in 10^-12.
const ONE: i128 = 1_000_000_000_000;

/// A row's project, line item, API key and user; `None` unless grouped by.
type Place = (Option<String>, Option<String>, Option<String>, Option<String>);

/// A line of a day's bill.
#[derive(Clone, Debug)]
pub(crate) struct CostRow {
    pub(crate) project: Option<usize>,
    pub(crate) key: Option<usize>,
    pub(crate) line_item: String,
    pub(crate) amount: Amount,
    /// In [`CostRow::unit`].
    pub(crate) quantity: Amount,
    pub(crate) unit: &'static str,
}

/// The lines of a day, as far as it has passed at `now`: whole hours are billed.
pub(crate) fn day(organization: &Organization, day: i64, now: i64) -> Vec<CostRow> {
    let end = (day + DAY).min(now - now.rem_euclid(HOUR));
    if day < organization.first_day || end <= day {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for workload in &organization.workloads {
        let hours = u64::try_from((end - day) / HOUR).unwrap_or_default();
        lines(workload, &workload.used(organization, day, end), hours, &mut rows);
    }
    if organization.scale_tier {
        rows.push(CostRow {
            project: None,
            key: None,
            line_item: "scale tier".into(),
            amount: pico(model::SCALE_TIER_DAY),
            quantity: pico(ONE),
            unit: "",
        });
    }
    rows
}

fn lines(workload: &Workload, used: &Used, hours: u64, rows: &mut Vec<CostRow>) {
    let mut push = |line_item: String, quantity: i128, unit: &'static str, amount: i128| {
        if quantity > 0 {
            rows.push(CostRow {
                project: Some(workload.project),
                key: Some(workload.key),
                line_item,
                amount: pico(amount),
                quantity: pico(quantity),
                unit,
            });
        }
    };
    let mut line = |line_item: String, quantity: u64, unit: &'static str, price: i128| {
        let quantity = i128::from(quantity);
        push(line_item, quantity * ONE, unit, quantity * price);
    };
    match workload.kind {
        Kind::Text => {
            let Some(text) = model::TEXT_MODELS.get(workload.model) else { return };
            if workload.batch {
                let full = i128::from(used.input()) * text.input + i128::from(used.output) * text.output;
                let quantity = i128::from(used.input() + used.output);
                push("batch api".into(), quantity * ONE, "tokens", full / 2);
                return;
            }
            let (surface, factor) = if workload.priority { ("priority | ", 2) } else { ("", 1) };
            let name = |direction: &str| format!("{surface}{}, {direction}", text.name);
            let long = |tokens: u64| tokens * text.long_percent / 100;
            for (direction, tokens, price, long_price) in [
                ("input", used.uncached, text.input, text.input * 2),
                ("cached input", used.cached, text.cached, text.cached * 2),
                ("cache writes", used.cache_write, text.input * 5 / 4, text.input * 5 / 2),
                ("output", used.output, text.output, text.output * 3 / 2),
            ] {
                line(name(direction), tokens - long(tokens), "tokens", price * factor);
                let name = format!("{}, long context", name(direction));
                line(name, long(tokens), "tokens", long_price * factor);
            }
        }
        Kind::Image => {
            line(
                format!("{} text, input", model::IMAGE_MODEL_BILLED),
                used.uncached,
                "tokens",
                model::IMAGE_PROMPT,
            );
            line(
                format!("{} image, output", model::IMAGE_MODEL_BILLED),
                used.image_output,
                "tokens",
                model::IMAGE_OUTPUT,
            );
        }
        Kind::Embedding => line(model::EMBEDDING_MODEL.into(), used.uncached, "tokens", model::EMBEDDING),
        Kind::Moderation => {}
        Kind::Speech => line("tts hd".into(), used.units, "characters", model::SPEECH_CHARACTER),
        Kind::Transcription => {
            line("whisper".into(), used.units, "duration_seconds", model::TRANSCRIPTION_SECOND)
        }
        Kind::VectorStore => {
            let steps = i128::from(used.units / model::STORED_STEP * hours);
            push(
                "Vector storage".into(),
                steps * ONE / 64,
                "gibibyte_hours",
                steps * model::STORED_STEP_HOUR,
            );
        }
        Kind::CodeInterpreter => {
            line("assistants api | code interpreter".into(), used.units, "", model::CODE_INTERPRETER_SESSION);
        }
        Kind::FileSearch => {
            line("assistants api | file search".into(), used.units, "", model::FILE_SEARCH_CALL)
        }
        Kind::WebSearch => {
            line("web search tool calls".into(), used.units, "", model::WEB_SEARCH_CALL);
            let Some(text) = model::TEXT_MODELS.get(workload.model) else { return };
            line(format!("{}, input", text.name), used.uncached, "tokens", text.input);
            line(format!("{}, output", text.name), used.output, "tokens", text.output);
        }
    }
}

/// Answers `GET /organization/costs`. `restated` counts the readings of the restated day, this one included.
pub(crate) fn answer(
    organization: &Organization,
    key: &Key,
    query: &Query,
    now: i64,
    restated: impl Fn() -> u64,
) -> Result<Page<CostResult>, Failure> {
    if let Some(width) = query.text("bucket_width").filter(|width| *width != "1d") {
        return Err(Failure::invalid_value("bucket_width", width, "'1d'"));
    }
    let start = query.required_time("start_time")?;
    let groups = query.groups(&["project_id", "line_item", "api_key_id", "user_id"])?;
    if groups.contains(&"api_key_id".to_owned()) {
        if key.behaviour == Behaviour::NoKeyGrouping {
            return Err(Failure::invalid_value("group_by", "api_key_id", "'project_id', 'line_item'"));
        }
        if start < API_KEY_FLOOR {
            return Err(Failure::api_key_floor(API_KEY_FLOOR));
        }
    }
    if key.behaviour == Behaviour::NoOldCosts && start < now - 200 * DAY {
        return Err(Failure::invalid_value("start_time", &start.to_string(), "a later one"));
    }
    let limit = query.limit(7, MOST_DAYS)?;
    let first = start - start.rem_euclid(DAY);
    let today = now - now.rem_euclid(DAY);
    let end = query.time("end_time")?.unwrap_or(today + DAY).min(today + DAY);
    let from = cursor::resume(query, first)?;
    let mut buckets = Vec::new();
    let mut at = from;
    let end = if key.behaviour == Behaviour::AbsentCosts { end.min(today - 2 * DAY) } else { end };
    while at < end && i64::try_from(buckets.len()).unwrap_or(i64::MAX) < limit {
        let read = if at == restated_day(now) { restated() } else { 1 };
        let mut rows = billed(organization, key, at, now, read);
        if key.behaviour == Behaviour::LostLine && at == today - 5 * DAY && !groups.is_empty() {
            rows.pop();
        }
        let results = group(organization, key, query, &groups, rows);
        buckets.push(Bucket { start_time: at, end_time: Some(at + DAY), results: results.into() });
        at += DAY;
    }
    let has_more = at < end;
    Ok(Page { data: buckets, has_more, next_page: has_more.then(|| cursor::write(query, at)) })
}

/// The day that is restated for [`Behaviour::RestatedDay`] and [`Behaviour::VanishingDay`]: three days ago.
fn restated_day(now: i64) -> i64 {
    now - now.rem_euclid(DAY) - 3 * DAY
}

/// Whether a day is a Monday, as 1970-01-05 was.
fn is_monday(at: i64) -> bool {
    at.div_euclid(DAY).rem_euclid(7) == 4
}

/// A day's lines as this key is told them, for the `read`th time.
fn billed(organization: &Organization, key: &Key, at: i64, now: i64, read: u64) -> Vec<CostRow> {
    let today = now - now.rem_euclid(DAY);
    let mut rows = day(organization, at, now);
    let extra = |line_item: &str, amount: i128| CostRow {
        project: Some(0),
        key: Some(0),
        line_item: line_item.into(),
        amount: pico(amount),
        quantity: pico(ONE),
        unit: "",
    };
    let has_rows = !rows.is_empty();
    let age = (today - at) / DAY;
    match key.behaviour {
        Behaviour::LateCosts if at >= today - DAY => rows.clear(),
        Behaviour::RestatedDay if at == restated_day(now) && read > 1 => {
            for row in &mut rows {
                row.amount = pico(row.amount.pico() / 10 * 11);
            }
        }
        Behaviour::VanishingDay if at == restated_day(now) && read > 1 => rows.clear(),
        Behaviour::LateMondays if is_monday(at) && age < REVISED_FOR => rows.clear(),
        Behaviour::Credit if has_rows => rows.push(extra("promotional credit", CREDIT)),
        Behaviour::RestatedCredit if has_rows => {
            rows.push(extra("promotional credit", CREDIT * i128::from(1 + age.clamp(0, REVISED_FOR))))
        }
        Behaviour::Huge if has_rows => {
            rows.push(extra("gpt-6-astra, input_tokens", 1_000_000_000_000_000_000_000))
        }
        Behaviour::UnknownRows if has_rows => {
            rows.push(extra("quantum | gpt-9 thought, dream", 1_230_000_000_000))
        }
        _ => {}
    }
    rows
}

fn group(
    organization: &Organization,
    key: &Key,
    query: &Query,
    groups: &[String],
    rows: Vec<CostRow>,
) -> Vec<CostResult> {
    let project_of = |row: &CostRow| {
        row.project.and_then(|index| organization.projects.get(index)).map(|project| project.id.clone())
    };
    let key_of =
        |row: &CostRow| row.key.and_then(|index| organization.api_keys.get(index)).map(|key| key.id.clone());
    let (projects, keys, items) =
        (query.all("project_ids"), query.all("api_key_ids"), query.all("line_items"));
    let wanted = |list: &[String], value: &Option<String>| {
        list.is_empty() || value.as_ref().is_some_and(|value| list.contains(value))
    };
    let by = |name: &str| groups.iter().any(|group| group == name);
    let mut sums: BTreeMap<Place, (Amount, Amount, &'static str)> = BTreeMap::new();
    for row in rows {
        let (project, api_key, item) = (project_of(&row), key_of(&row), Some(row.line_item.clone()));
        if !(wanted(&projects, &project) && wanted(&keys, &api_key) && wanted(&items, &item)) {
            continue;
        }
        let owner = row
            .key
            .and_then(|index| organization.api_keys.get(index))
            .and_then(|key| organization.users.get(key.owner));
        let user = owner.map(|user| user.id.clone());
        let place = (
            project.filter(|_| by("project_id")),
            item.filter(|_| by("line_item")),
            api_key.filter(|_| by("api_key_id")),
            user.filter(|_| by("user_id")),
        );
        let sum = sums.entry(place).or_insert((Amount::ZERO, Amount::ZERO, row.unit));
        *sum = (sum.0 + row.amount, sum.1 + row.quantity, row.unit);
    }
    let written = match key.behaviour {
        Behaviour::TextAmounts => Written::LongText,
        _ => Written::Number,
    };
    let result = |((project_id, line_item, api_key_id, user_id), (amount, quantity, unit)): (
        _,
        (Amount, Amount, &str),
    )| {
        let itemised = Option::is_some(&line_item) && !unit.is_empty();
        CostResult {
            amount: Some(CostAmount::new(ExactNumber::new(amount, written), Currency::USD)),
            quantity: itemised.then(|| ExactNumber::new(quantity, Written::Number)),
            quantity_unit: itemised.then(|| unit.to_owned()),
            organization_id: key.tells_organization().then(|| organization.id.clone()),
            organization_name: key.tells_organization().then(|| organization.name.clone()),
            line_item,
            project_id,
            api_key_id,
            user_id,
            ..CostResult::default()
        }
    };
    let mut results: Vec<CostResult> = sums.into_iter().map(result).collect();
    if key.behaviour == Behaviour::TextAmounts && !results.is_empty() {
        let zero = Some(CostAmount::new(ExactNumber::new(Amount::ZERO, Written::LongText), Currency::USD));
        results.push(CostResult {
            amount: zero,
            line_item: by("line_item").then(|| "free tier".into()),
            ..CostResult::default()
        });
    }
    results
}

fn pico(pico: i128) -> Amount {
    Amount::saturating(pico)
}
