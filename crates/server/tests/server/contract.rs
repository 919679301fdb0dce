//! The contract as it travels: every refusal, and the OpenAPI document. Both are committed; a change of either shows in
//! a review. `UPDATE=1 cargo test -p server` writes them anew.

use std::fmt::Write;
use std::path::Path;

use api::{CommonRefusal, Refusal};
use serde_json::{Value, json};

use crate::harness::House;

pub fn check_file(path: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let difference = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(
        found == expected,
        "{} differs from the contract: if that is meant, run UPDATE=1 cargo test -p server. First difference: {difference:?}",
        path.display()
    );
}

#[test]
fn every_refusal_as_it_travels() {
    let mut text = String::new();
    for refusal in CommonRefusal::samples() {
        write_line(&mut text, api::problem::body(&refusal, "0"));
    }
    for endpoint in api::ALL {
        let refusals = (endpoint.refusals)();
        if !refusals.is_empty() {
            writeln!(text, "\n{} {}", endpoint.method.as_str(), endpoint.path).unwrap();
        }
        for (description, own) in refusals {
            let code = own["code"].as_str().unwrap();
            let mut body = json!({
                "type": format!("/problems/{code}"),
                "title": description.title,
                "status": description.status,
                "detail": description.detail,
                "code": code,
                "request_id": "0",
                "retryable": description.retryable,
                "remedy": description.remedy,
                "errors": description.errors,
            });
            body.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
            write_line(&mut text, body);
        }
    }
    check_file("tests/server/contract/refusals.txt", &text);
}

fn write_line(text: &mut String, body: Value) {
    for member in ["title", "detail", "remedy"] {
        let words = body[member].as_str().unwrap();
        assert!(!words.is_empty() && !words.contains(';'), "{member} of {body}");
    }
    writeln!(text, "{} {body}", body["status"]).unwrap();
}

#[tokio::test]
async fn the_document_that_is_served_is_the_one_that_is_committed() {
    let house = House::new().await;
    let request = http::Request::get(api::openapi::PATH).body(axum::body::Body::empty()).unwrap();
    let answer = house.nobody().send(request).await;
    assert_eq!(answer.status, 200);
    check_file(
        "../../docs/openapi.json",
        &format!("{}\n", serde_json::to_string_pretty(&answer.json()).unwrap()),
    );
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = api::openapi::document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 30);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    assert_eq!(operations.count(), api::ALL.len());
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value {
            Value::String(reference) if name == "$ref" => references.push(reference.clone()),
            value => collect(value, references),
        }),
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
