//! The OpenAPI 3.1 document, made from [`crate::ALL`].

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{ALL, Access, CommonRefusal, Described, Method, Permission, Problem, Refusal};

/// What every address of the contract starts with.
pub const PREFIX: &str = "/api/";

/// The address of the document.
pub const PATH: &str = "/api/v1/openapi.json";

/// The document.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<Problem>();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in ALL {
        let operation = operation(endpoint, &mut generator, problem.as_value());
        let item = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            item.insert(endpoint.method.as_str().to_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "OpenAI Lens",
            "version": "1",
            "description": "Connect OpenAI organizations and read what they cost. Errors are problem+json (RFC 9457). \
                Amounts are decimal strings, days are UTC days.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-sid" },
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API token, which starts with lens_. People make them in their profile. A token that \
                        only reads is refused where something is changed.",
                },
            },
        },
    })
}

fn operation(endpoint: &Described, generator: &mut SchemaGenerator, problem: &Value) -> Value {
    let shapes = (endpoint.shapes)(generator);
    let mut operation = Map::new();
    operation.insert("operationId".into(), json!(operation_id(endpoint)));
    operation.insert("summary".into(), json!(endpoint.summary));
    if let Access::AnyOf(permissions) = endpoint.access {
        operation.insert(
            "description".into(),
            json!(format!("Needs the permission {}.", Permission::any_of(permissions))),
        );
    }
    if endpoint.access.takes_tokens() {
        operation.insert("security".into(), json!([{ "session": [] }, { "token": [] }]));
    } else if endpoint.access != Access::Anonymous {
        operation.insert("security".into(), json!([{ "session": [] }]));
    }
    let parameters: Vec<Value> =
        path_parameters(endpoint.path).chain(query_parameters(shapes.query.as_value())).collect();
    if !parameters.is_empty() {
        operation.insert("parameters".into(), Value::Array(parameters));
    }
    let has_body = shapes.body.is_some();
    if let Some(body) = shapes.body {
        operation.insert(
            "requestBody".into(),
            json!({ "required": true, "content": { "application/json": { "schema": body } } }),
        );
    }
    let mut responses = Map::new();
    let success = match shapes.response {
        Some(schema) => {
            let content: Map<String, Value> = endpoint
                .media
                .iter()
                .map(|media| ((*media).to_owned(), json!({ "schema": schema })))
                .collect();
            json!({ "description": "Done", "content": content })
        }
        None => json!({ "description": "Done" }),
    };
    responses.insert(endpoint.status.to_string(), success);
    for (description, _) in (endpoint.refusals)() {
        add_problem(&mut responses, description.status, description.title, problem);
    }
    for refusal in CommonRefusal::samples() {
        if applies(&refusal, endpoint, has_body) {
            let description = refusal.describe();
            add_problem(&mut responses, description.status, description.title, problem);
        }
    }
    operation.insert("responses".into(), Value::Object(responses));
    Value::Object(operation)
}

/// Which of the common refusals an endpoint can give.
fn applies(refusal: &CommonRefusal, endpoint: &Described, has_body: bool) -> bool {
    let signed_in = endpoint.access != Access::Anonymous;
    match refusal {
        CommonRefusal::SignedOut => signed_in,
        CommonRefusal::SecondFactorNeeded => signed_in && !endpoint.before_second_factor,
        CommonRefusal::BadToken | CommonRefusal::TokenForbidden => endpoint.access.takes_tokens(),
        CommonRefusal::Forbidden { .. } => matches!(endpoint.access, Access::AnyOf(_)),
        CommonRefusal::CrossSite => endpoint.method != Method::Get,
        CommonRefusal::UnsupportedMediaType | CommonRefusal::TooLarge => has_body,
        // What is no id of ours is no address of ours.
        CommonRefusal::NoSuchAddress => endpoint.path.contains('{'),
        CommonRefusal::MethodNotAllowed => false,
        CommonRefusal::TooManyRequests { .. }
        | CommonRefusal::Malformed { .. }
        | CommonRefusal::Internal
        | CommonRefusal::ReadOnly { .. }
        | CommonRefusal::Unavailable => true,
    }
}

fn add_problem(responses: &mut Map<String, Value>, status: u16, title: &str, problem: &Value) {
    let response = responses.entry(status.to_string()).or_insert_with(
        || json!({ "description": "", "content": { "application/problem+json": { "schema": problem } } }),
    );
    if let Some(Value::String(description)) = response.get_mut("description") {
        if !description.is_empty() {
            description.push_str(", or: ");
        }
        description.push_str(title);
    }
}

fn operation_id(endpoint: &Described) -> String {
    let name = endpoint.path.trim_start_matches("/api/v1/").replace(['/', '-'], "_").replace(['{', '}'], "");
    format!("{}_{name}", endpoint.method.as_str().to_lowercase())
}

fn path_parameters(path: &'static str) -> impl Iterator<Item = Value> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } })
    })
}

fn query_parameters(schema: &Value) -> impl Iterator<Item = Value> {
    let required: Vec<String> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    properties.into_iter().map(move |(name, schema)| {
        let required = required.contains(&name);
        json!({ "name": name, "in": "query", "required": required, "schema": schema })
    })
}
