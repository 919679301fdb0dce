//! The official specification's documented examples, read and written again: every field of theirs is either read or
//! named here as not needed. The same is asked of the specification itself where it lies beside the project.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use openai::admin_api_key::AdminApiKey;
use openai::cost::CostResult;
use openai::exact::{ExactNumber, Written};
use openai::list::List;
use openai::page::Page;
use openai::project::Project;
use openai::project_api_key::ProjectApiKey;
use openai::usage;
use openai::user::User;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Documented fields that we do not read: schema, field, why.
const NOT_NEEDED: [(&str, &str, &str); 11] = [
    ("Project", "external_key_id", "encryption at OpenAI: says nothing about cost or names"),
    ("Project", "residency", "where data is kept: says nothing about cost or names"),
    ("User", "is_default", "which member made the organization: nothing depends on it"),
    ("User", "created", "age of the person's account: `added_at` is the membership"),
    ("User", "user", "repeats id, name and email; a picture is not wanted"),
    ("User", "is_scale_tier_authorized_purchaser", "a right to buy: we buy nothing"),
    ("User", "is_scim_managed", "where members come from: nothing depends on it"),
    ("User", "api_key_last_used_at", "each key says when it was last used"),
    ("User", "technical_level", "profile of the person: none of our business"),
    ("User", "developer_persona", "profile of the person: none of our business"),
    ("User", "projects", "membership: usage says which project was used"),
];

/// Path of an operation, its recorded example, the schema of its items, and how it is read.
pub(crate) type Operation =
    (&'static str, &'static str, &'static str, fn(&str) -> Result<String, serde_json::Error>);

pub(crate) const OPERATIONS: [Operation; 15] = [
    ("costs", "costs", "CostsResult", rewritten::<Page<CostResult>>),
    (
        "usage/audio_speeches",
        "usage_audio_speeches",
        "UsageAudioSpeechesResult",
        rewritten::<Page<usage::AudioSpeeches>>,
    ),
    (
        "usage/audio_transcriptions",
        "usage_audio_transcriptions",
        "UsageAudioTranscriptionsResult",
        rewritten::<Page<usage::AudioTranscriptions>>,
    ),
    (
        "usage/code_interpreter_sessions",
        "usage_code_interpreter_sessions",
        "UsageCodeInterpreterSessionsResult",
        rewritten::<Page<usage::CodeInterpreterSessions>>,
    ),
    (
        "usage/completions",
        "usage_completions",
        "UsageCompletionsResult",
        rewritten::<Page<usage::Completions>>,
    ),
    ("usage/embeddings", "usage_embeddings", "UsageEmbeddingsResult", rewritten::<Page<usage::Embeddings>>),
    (
        "usage/file_search_calls",
        "usage_file_search_calls",
        "UsageFileSearchCallsResult",
        rewritten::<Page<usage::FileSearchCalls>>,
    ),
    ("usage/images", "usage_images", "UsageImagesResult", rewritten::<Page<usage::Images>>),
    (
        "usage/moderations",
        "usage_moderations",
        "UsageModerationsResult",
        rewritten::<Page<usage::Moderations>>,
    ),
    (
        "usage/vector_stores",
        "usage_vector_stores",
        "UsageVectorStoresResult",
        rewritten::<Page<usage::VectorStores>>,
    ),
    (
        "usage/web_search_calls",
        "usage_web_search_calls",
        "UsageWebSearchCallsResult",
        rewritten::<Page<usage::WebSearchCalls>>,
    ),
    ("projects", "projects", "Project", rewritten::<List<Project>>),
    ("projects/{project_id}/api_keys", "project_api_keys", "ProjectApiKey", rewritten::<List<ProjectApiKey>>),
    ("users", "users", "User", rewritten::<List<User>>),
    ("admin_api_keys", "admin_api_keys", "AdminApiKey", rewritten::<List<AdminApiKey>>),
];

/// Reads `json` as a `T` and writes it again: as text, since a number of a [`Value`] may change when it is read again.
fn rewritten<T: DeserializeOwned + Serialize>(json: &str) -> Result<String, serde_json::Error> {
    serde_json::to_string(&serde_json::from_str::<T>(json)?)
}

pub(crate) fn recorded(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/recorded/{name}.json"));
    std::fs::read_to_string(path).unwrap()
}

/// What lies beside the project in some work places.
fn beside(name: &str) -> Option<String> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared", name].iter().collect();
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: there is no {name} beside the project");
    }
    text
}

/// The paths in `original` that are missing or different in `rewritten`, such as `data[].owner.type`.
fn lost(path: &str, original: &Value, rewritten: &Value, lost_paths: &mut BTreeSet<String>) {
    match (original, rewritten) {
        (Value::Object(original), Value::Object(rewritten)) => {
            for (name, value) in original {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match rewritten.get(name) {
                    Some(again) => lost(&path, value, again, lost_paths),
                    None => drop(lost_paths.insert(path)),
                }
            }
        }
        (Value::Array(original), Value::Array(rewritten)) if original.len() == rewritten.len() => {
            for (value, again) in original.iter().zip(rewritten) {
                lost(&format!("{path}[]"), value, again, lost_paths);
            }
        }
        _ if original == rewritten => {}
        _ => drop(lost_paths.insert(path.to_owned())),
    }
}

fn lost_in(original: &str, read: fn(&str) -> Result<String, serde_json::Error>) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let value = |json: &str| serde_json::from_str::<Value>(json).unwrap();
    lost("", &value(original), &value(&read(original).unwrap()), &mut paths);
    paths
}

#[test]
fn every_field_of_the_recorded_examples_is_read() {
    for (_, name, _, read) in OPERATIONS {
        assert_eq!(lost_in(&recorded(name), read), BTreeSet::new(), "{name}");
    }
}

#[test]
fn every_documented_field_is_read_or_named_as_not_needed() {
    let Some(specification) = beside("openai-admin.openapi.yaml") else { return };
    let specification: Value = yaml_serde::from_str(&specification).unwrap();
    let mut not_needed = BTreeSet::new();
    for (_, _, schema, read) in OPERATIONS {
        let item = sample(&specification, &json!({ "$ref": format!("#/components/schemas/{schema}") }));
        let envelope = if schema.ends_with("Result") {
            json!({"object": "page", "has_more": false, "next_page": null,
                "data": [{"object": "bucket", "start_time": 0, "end_time": 86400, "results": [item]}]})
        } else {
            json!({"object": "list", "data": [item], "first_id": null, "last_id": null, "has_more": false})
        };
        for path in lost_in(&envelope.to_string(), read) {
            let field = path.trim_start_matches("data[].results[].").trim_start_matches("data[].");
            let entry = NOT_NEEDED.iter().find(|entry| (entry.0, entry.1) == (schema, field));
            let entry =
                entry.unwrap_or_else(|| panic!("{schema}.{field} is neither read nor named as not needed"));
            not_needed.insert((entry.0, entry.1));
        }
    }
    assert_eq!(not_needed, NOT_NEEDED.iter().map(|entry| (entry.0, entry.1)).collect(), "stale entries");
}

#[test]
fn the_recorded_examples_are_the_specifications() {
    let Some(specification) = beside("openai-admin.openapi.yaml") else { return };
    let specification: Value = yaml_serde::from_str(&specification).unwrap();
    for (path, name, _, _) in OPERATIONS {
        let operation = &specification["paths"][format!("/organization/{path}")]["get"];
        let example = &operation["responses"]["200"]["content"]["application/json"]["example"];
        assert_eq!(&serde_json::from_str::<Value>(&recorded(name)).unwrap(), example, "{path}");
    }
}

/// A value with every property that a schema has.
fn sample(specification: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return sample(specification, specification.pointer(pointer).unwrap());
    }
    if let Some(choice) = schema["anyOf"].get(0).or(schema["oneOf"].get(0)) {
        return sample(specification, choice);
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let properties = schema["properties"].as_object().unwrap();
            properties.iter().map(|(name, schema)| (name.clone(), sample(specification, schema))).collect()
        }
        Some("array") => json!([sample(specification, &schema["items"])]),
        Some("integer") => json!(1_711_471_533),
        Some("number") => json!(7.5),
        Some("boolean") => json!(true),
        // A currency is the one text that has a form.
        Some("string") if schema["description"].as_str().is_some_and(|text| text.contains("ISO-4217")) => {
            json!("usd")
        }
        Some("string") => json!("text"),
        other => panic!("no sample for {other:?}"),
    }
}

#[test]
fn amounts_seen_on_live_organizations_are_exact() {
    let row = |value: &str| {
        format!(
            r#"{{"object":"organization.costs.result","amount":{{"value":"{value}","currency":"usd"}},"line_item":"x"}}"#
        )
    };
    for (text, plain) in [
        ("0E-6176", "0"),
        ("0.003627500000000000000000000000000000", "0.0036275"),
        ("0.001589850000000000000000000000", "0.00158985"),
        ("12.50", "12.5"),
        ("-0.25", "-0.25"),
    ] {
        let cost: CostResult = serde_json::from_str(&row(text)).unwrap();
        assert_eq!(cost.billed().unwrap().0.amount.to_string(), plain);
    }
    let Some(seen) = beside("openai-fixtures/line_items.json") else { return };
    let seen: Value = serde_json::from_str(&seen).unwrap();
    for text in seen["live_amount_value_strings"].as_array().unwrap() {
        let cost: CostResult = serde_json::from_str(&row(text.as_str().unwrap())).unwrap();
        let (read, _) = cost.billed().unwrap();
        assert!(!read.rounded, "{text}");
        let again = serde_json::to_string(&ExactNumber::new(read.amount, Written::LongText)).unwrap();
        assert_eq!(serde_json::from_str::<ExactNumber>(&again).unwrap().decimal, read, "{text}");
    }
}
