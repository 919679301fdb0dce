//! The wire's snapshots: every answer, refusal and request as JSON that is written here by hand. What is read from it is
//! written as the same JSON again, and the two ways of reading agree on it, whole and damaged.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, json};

use super::*;
use crate::connection::{self, Connection, Stream};
use crate::{CommonRefusal, Refusal, connection_draft, cost, session, setup, support_request};

/// Compares both ways on a value, and on the value with every single member removed, nulled or replaced.
pub(super) fn check<T: Wire + Serialize + DeserializeOwned + PartialEq + Debug>(example: &Value) {
    let read = T::read(example);
    assert!(read.is_some(), "the example itself: {example}");
    assert_eq!(without_nulls(&serde_json::to_value(read).unwrap()), without_nulls(example));
    for json in damaged(example).chain([example.clone()]) {
        assert_eq!(T::read(&json), serde_json::from_value::<T>(json.clone()).ok(), "{json}");
    }
}

/// A request's body, which only the server reads.
pub(super) fn check_request<T: Serialize + DeserializeOwned>(example: Value) {
    let read: T = serde_json::from_value(example.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), example);
}

/// What is absent and what is null mean the same.
fn without_nulls(json: &Value) -> Value {
    match json {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(without_nulls).collect::<Vec<_>>().into(),
        _ => json.clone(),
    }
}

/// The refusals' own snapshot is the server's `tests/server/contract/refusals.txt`.
pub(super) fn check_refusals<E: Refusal + Wire + PartialEq + Debug>() {
    for refusal in E::samples() {
        let body = crate::problem::body(&refusal, "req_1");
        for json in damaged(&body).chain([body.clone()]) {
            assert_eq!(E::read(&json), serde_json::from_value::<E>(json.clone()).ok(), "{json}");
            assert_eq!(Problem::read(&json), serde_json::from_value::<Problem>(json.clone()).ok(), "{json}");
        }
    }
}

/// The value, each time with one thing in it changed.
fn damaged(json: &Value) -> impl Iterator<Item = Value> {
    let mut variants = vec![json!(null), json!(-1), json!(300), json!("x"), json!({}), json!([]), json!(1.5)];
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                let mut without = members.clone();
                without.remove(name);
                variants.push(Value::Object(without));
                for value in damaged(value) {
                    let mut changed = members.clone();
                    changed.insert(name.clone(), value);
                    variants.push(Value::Object(changed));
                }
            }
            let mut more = members.clone();
            more.insert("news".into(), json!(1));
            variants.push(Value::Object(more));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                for value in damaged(item) {
                    let mut changed = items.clone();
                    changed[index] = value;
                    variants.push(Value::Array(changed));
                }
            }
        }
        _ => {}
    }
    variants.into_iter()
}

fn finding(cause: Value) -> Value {
    json!({ "cause": cause, "detail": "It fails.", "remedy": "Mend it.", "upstream_request_id": "req_2" })
}

fn causes() -> Vec<Value> {
    let account = json!({ "id": "conn_1", "name": "Production" });
    let mut causes = vec![
        json!({ "kind": "missing_scope", "scope": "api.usage.read" }),
        json!({ "kind": "rate_limited", "retry_after_seconds": 3 }),
        json!({ "kind": "upstream_down", "status": 503 }),
        json!({ "kind": "already_connected", "connection": account }),
        json!({ "kind": "days_missing", "days": ["2026-11-03", "2026-11-05"] }),
        json!({ "kind": "other_organization", "expected": "Acme (org-1)", "found": "org-2" }),
        json!({ "kind": "silent", "since": "2026-11-23T16:40:00Z" }),
        json!({ "kind": "usage_stopped", "last_day": "2026-11-20" }),
        json!({ "kind": "totals_differ", "days": ["2026-11-03"] }),
        json!({ "kind": "key_expiring", "at": "2026-11-23T16:40:00Z" }),
        json!({ "kind": "key_expired", "at": "2026-11-23T16:40:00Z" }),
    ];
    causes.extend(
        [
            "key_refused",
            "wrong_kind_of_key",
            "ip_not_allowed",
            "quota_exceeded",
            "unreachable",
            "timed_out",
            "not_understood",
            "request_refused",
            "not_offered",
            "organization_unknown",
            "key_unreadable",
        ]
        .map(|kind| json!({ "kind": kind })),
    );
    causes
}

fn connection(status: Value) -> Value {
    json!({
        "id": "conn_1", "name": "Production", "organization": { "id": "org-1", "name": "Acme" }, "status": status,
        "warnings": [finding(json!({ "kind": "key_expiring", "at": "2026-11-23T16:40:00Z" }))],
        "key": {
            "tail": "VuSa", "fingerprint": "q83vEjRW", "added_at": "2026-11-23T16:40:00Z",
            "last_used_at": "2026-11-23T16:40:00Z", "expires_at": "2026-11-23T16:40:00Z",
        },
        "usage_readable": true, "management_readable": true,
        "created_by": "ada@example.com", "created_at": "2026-11-23T16:40:00Z",
        "streams": [{
            "stream": "costs", "days_planned": 30, "days_imported": 12, "rows": 70_000_000_000_u64,
            "from": "2026-11-01", "through": "2026-11-12", "last_success": "2026-11-23T16:40:00Z",
            "next_run": "2026-11-23T17:40:00Z", "failure": finding(json!({ "kind": "timed_out" })),
            "days": [
                { "from": "2026-11-01", "through": "2026-11-02", "state": "imported" },
                { "from": "2026-11-03", "through": "2026-11-03", "state": "provisional" },
                { "from": "2026-11-04", "through": "2026-11-04", "state": "missing" },
                { "from": "2026-11-05", "through": "2026-11-05", "state": "failed" },
            ],
        }],
        "history_start": "2024-11-24", "history_known": true,
        "restatements": [{
            "day": "2026-11-20", "currency": "USD", "old": "1.5", "new": "-2", "noticed_at": "2026-11-23T16:40:00Z",
        }],
    })
}

#[test]
fn refusals() {
    check_refusals::<CommonRefusal>();
    check_refusals::<connection::ListError>();
    check_refusals::<connection::ViewError>();
    check_refusals::<connection::ImportError>();
    check_refusals::<connection::RenameError>();
    check_refusals::<connection::ActError>();
    check_refusals::<connection_draft::CreateError>();
    check_refusals::<connection_draft::FinishError>();
    check_refusals::<connection_draft::TestError>();
    check_refusals::<connection_draft::ViewError>();
    check_refusals::<cost::DailyError>();
    check_refusals::<session::CreateError>();
    check_refusals::<setup::CreateError>();
    check_refusals::<support_request::CreateError>();
    check_refusals::<support_request::ViewError>();
}

#[test]
fn requests() {
    check_request::<session::Credentials>(
        json!({ "email": "ada@example.com", "password": "four words made up" }),
    );
    check_request::<session::Credentials>(
        json!({ "email": "ada@example.com", "password": "four words made up", "code": "287082" }),
    );
    check_request::<setup::Setup>(json!({
        "token": "one-time", "tenant_name": "Acme", "email": "ada@example.com", "password": "four words made up",
    }));
    check_request::<connection_draft::CreateDraft>(
        json!({ "admin_key": "sk-admin-1", "replaces": "draft_1", "connection": "conn_1" }),
    );
    check_request::<connection::RenameConnection>(json!({ "name": "Production" }));
    check_request::<connection::DisconnectConnection>(json!({ "data": "keep" }));
    check_request::<connection::DisconnectConnection>(json!({ "data": "delete" }));
    check_request::<connection_draft::CreateDraft>(json!({ "admin_key": "sk-admin-1" }));
    check_request::<connection_draft::FinishDraft>(json!({ "name": "Production" }));
    check_request::<support_request::CreateSupportRequest>(
        json!({ "subject": "Help", "message": "It fails.", "draft": "draft_1" }),
    );
    check_request::<crate::client_report::ClientReport>(
        json!({ "kind": "panic", "location": "src/page/lens.rs:10:4", "build": "0123456789abcdef" }),
    );
}

#[test]
fn causes_and_connections() {
    for cause in causes() {
        check::<Finding>(&finding(cause));
    }
    let refused = finding(json!({ "kind": "key_refused" }));
    for status in [
        json!({ "state": "connecting" }),
        json!({ "state": "importing", "percent": 40 }),
        json!({ "state": "paused", "by": "ada@example.com", "at": "2026-11-23T16:40:00Z" }),
        json!({ "state": "disconnected", "by": "ada@example.com", "at": "2026-11-23T16:40:00Z" }),
        json!({ "state": "healthy" }),
        json!({ "state": "degraded", "finding": refused }),
        json!({ "state": "needs_key", "finding": refused }),
    ] {
        check::<Page<Connection>>(&json!({ "items": [connection(status)], "next": "conn_1" }));
    }
    for stream in Stream::ALL {
        check::<Stream>(&json!(stream.slug()));
        assert_eq!(Stream::from_slug(stream.slug()), Some(*stream));
    }
}

#[test]
fn drafts() {
    let warned = finding(json!({ "kind": "missing_scope", "scope": "api.management.read" }));
    let checks = json!([
        { "kind": "key_accepted", "verdict": { "verdict": "passed", "note": "3 projects." }, "took_ms": 12 },
        { "kind": "organization_identified", "verdict": { "verdict": "running" }, "took_ms": null },
        { "kind": "usage_readable", "verdict": { "verdict": "failed", "finding": warned }, "took_ms": 1 },
        { "kind": "costs_readable", "verdict": { "verdict": "skipped" } },
        { "kind": "management_readable", "verdict": { "verdict": "warned", "finding": warned }, "took_ms": 2 },
    ]);
    for progress in [
        json!({ "state": "untested" }),
        json!({ "state": "testing", "checks": checks }),
        json!({ "state": "tested", "checks": checks, "ready": false }),
        json!({ "state": "finished", "connection": { "id": "conn_1", "name": "Production" } }),
    ] {
        check::<ConnectionDraft>(&json!({
            "id": "draft_1", "key_tail": "VuSa", "expires_at": "2026-11-23T16:40:00Z", "progress": progress,
            "renews": { "id": "conn_1", "name": "Production" },
            "organization": { "id": "org-1", "name": null }, "suggested_name": "Acme",
        }));
    }
    for test in [
        json!({ "state": "untested" }),
        json!({ "state": "testing", "checks": checks }),
        json!({
            "state": "tested", "checks": checks, "ready": true, "by": "ada@example.com", "at": "2026-11-23T16:40:00Z",
        }),
    ] {
        check::<connection::ConnectionTest>(&test);
    }
    for connection in [json!(null), connection(json!({ "state": "healthy" }))] {
        check::<connection::Disconnected>(
            &json!({ "key_tail": "VuSa", "remedy": "Revoke it.", "connection": connection }),
        );
    }
    check::<Diagnosis>(&json!({ "text": "product: OpenAI Lens" }));
}

#[test]
fn costs() {
    let project = json!({ "connection": "conn_1", "id": "proj_1", "name": null });
    let mut of = json!({ "kind": "project" });
    of.as_object_mut().unwrap().extend(project.as_object().unwrap().clone());
    check::<DailyCosts>(&json!({
        "start": "2026-11-01", "end": "2026-11-04", "currency": "USD", "total": "12.000000000001",
        "days": [
            { "day": "2026-11-01", "amount": "-0.5", "coverage": "settled" },
            { "day": "2026-11-02", "amount": "0", "coverage": "provisional" },
            { "day": "2026-11-03", "amount": "12.5", "coverage": "missing" },
        ],
        "series": [{ "of": of, "amounts": ["1", "2"] }, { "of": { "kind": "other", "projects": 2 }, "amounts": [] }],
        "projects": [{ "project": project, "amount": "12" }],
        "other_currencies": [{ "currency": "EUR", "total": "1" }],
        "billed_through": "2026-11-03", "imported_at": "2026-11-23T16:40:00Z",
    }));
}

#[test]
fn sessions_support_requests_and_nothing() {
    check::<Session>(&json!({ "state": "setup_needed" }));
    check::<Session>(&json!({ "state": "signed_out" }));
    check::<Session>(&json!({
        "state": "signed_in", "user": "user_1", "email": "ada@example.com", "tenant_name": "Acme",
        "permissions": Permission::ALL,
        "ends_at": "2026-11-23T16:40:00Z", "idle_seconds": 1800, "support_email": "help@example.com", "simulated": true,
        "has_password": true, "second_factor_due": false,
    }));
    check::<Page<SupportRequest>>(&json!({ "items": [{
        "id": "support_1", "subject": "Help", "message": "It fails.", "diagnostics": "", "created_by": "ada@example.com",
        "created_at": "2026-11-23T16:40:00Z",
    }] }));
    // serde also takes an empty array for it; nobody sends one.
    assert_eq!(
        [json!({}), json!([]), json!({ "a": 1 })].map(|json| Nothing::read(&json)),
        [Some(Nothing {}), None, None]
    );
    for fault in ["panic", "not_started", "garbled_answer"] {
        check::<ClientFault>(&json!(fault));
    }
}
