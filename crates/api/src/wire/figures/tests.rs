//! The wire's snapshots of answers that have figures in them: see `crate::wire::tests`.

use serde_json::{Value, json};

use super::*;
use crate::wire::tests::{check, check_refusals, check_request};

fn freshness() -> Value {
    json!({
        "billed_through": "2026-11-22", "imported_at": "2026-11-23T16:40:00Z",
        "streams": [
            { "stream": "costs", "imported_at": "2026-11-23T16:40:00Z", "data_through": "2026-11-23", "missing_days": 0 },
            { "stream": "completions", "imported_at": null, "data_through": null, "missing_days": 30 },
        ],
    })
}

fn span() -> Value {
    json!({ "start": "2026-11-01", "end": "2026-11-24" })
}

fn query() -> Value {
    json!({
        "metrics": ["cost", "cached_share"], "period": { "kind": "days", "start": "2026-11-01", "end": "2026-11-24" },
        "interval": "week", "accounts": ["conn_1"], "group_by": ["project", "openai/base_model"],
        "filters": [{ "label": "genai/user_email", "values": ["ada@example.com"], "exclude": true }],
        "sort": { "by": "metric", "metric": "cost", "ascending": true }, "limit": 20, "compare": true,
    })
}

#[test]
fn refusals() {
    check_refusals::<ChangeError>();
    check_refusals::<CubeError>();
    check_refusals::<FocusError>();
    check_refusals::<ReconciliationError>();
    check_refusals::<ReportError>();
    check_refusals::<saved_report::CreateError>();
    check_refusals::<saved_report::DeleteError>();
    check_refusals::<saved_report::UpdateError>();
    check_refusals::<saved_report::ViewError>();
}

#[test]
fn requests() {
    let report = json!({
        "name": "Week by week", "sharing": "tenant", "definition": { "query": query(), "view": "columns" },
    });
    check_request::<saved_report::Draft>(report.clone());
    check_request::<saved_report::Change>(json!({ "version": 3, "report": report }));
    check_request::<crate::change::ChangeQuery>(json!({
        "before": span(), "after": { "start": "2026-11-24", "end": "2026-11-25" }, "accounts": ["conn_1"],
        "filters": [{ "label": "project", "values": ["search"], "exclude": false }], "limit": 5,
    }));
    check_request::<crate::export::FocusQuery>(
        json!({ "month": "2026-11", "connection": "conn_1", "version": "1.4", "format": "parquet" }),
    );
    check_request::<crate::cube::CubeQuery>(
        json!({ "start": "2026-11-01", "end": "2026-11-24", "connection": "conn_1", "fold": 2000 }),
    );
}

#[test]
fn questions() {
    check::<ReportQuery>(&query());
    for preset in Preset::ALL {
        let period = json!({ "kind": "preset", "preset": preset.slug() });
        check::<Period>(&period);
    }
    for metric in Metric::ALL {
        check::<Metric>(&json!(metric.slug()));
    }
    for label in facts::Label::ALL {
        check::<Label>(&json!(label.slug()));
    }
    check::<Sort>(&json!({ "by": "labels", "ascending": true }));
}

#[test]
fn reports() {
    let figures = json!({
        "values": ["12.5", null], "previous": ["-0.000000000001", null], "intervals": [["12", null], ["0.5", "1"]],
    });
    check::<Report>(&json!({
        "span": span(), "previous": span(), "currency": "USD",
        "columns": [
            { "kind": "label", "label": "project", "name": "Project" },
            { "kind": "metric", "metric": "cost", "name": "Cost", "unit": "USD" },
            { "kind": "metric", "metric": "cached_share", "name": "Cached share", "unit": null },
        ],
        "intervals": ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"],
        "rows": [{ "labels": ["search"], "figures": figures }, { "labels": null, "figures": figures }],
        "total": figures, "folded": 7,
        "basis": { "billed": "1", "attributed": "2", "unattributed": "3.5" },
        "other_currencies": [{ "currency": "EUR", "total": "1" }], "freshness": freshness(),
    }));
}

#[test]
fn saved_reports() {
    for (sharing, view) in
        [("private", "table"), ("tenant", "columns"), ("tenant", "lines"), ("tenant", "bars")]
    {
        check::<SavedReport>(&json!({
            "id": "report_1", "name": "Week by week", "owner": "ada@example.com", "mine": true, "sharing": sharing,
            "definition": { "query": { "metrics": ["cost"], "period": { "kind": "preset", "preset": "today" },
                "interval": "none", "accounts": [], "group_by": [], "filters": [], "compare": false }, "view": view },
            "version": 2, "created_at": "2026-11-23T16:40:00Z", "updated_at": "2026-11-23T16:41:00Z",
        }));
    }
}

#[test]
fn reconciliations_and_changes() {
    let totals = json!({
        "currency": "USD", "billed": "3", "attributed": "2", "unattributed": "1", "upstream_total": "3", "difference": "0",
    });
    let subjects = [
        json!({ "kind": "line_item", "line_item": "gpt-5.4, input" }),
        json!({ "kind": "no_line_item" }),
        json!({ "kind": "not_billed", "unit": "images" }),
    ];
    for (verdict, subject) in ["agrees", "incomplete", "differs"].into_iter().zip(subjects) {
        check::<Reconciliation>(&json!({
            "span": span(), "verdict": verdict, "totals": [totals],
            "days": [{
                "day": "2026-11-01", "connection": "conn_1", "coverage": "settled", "usage_coverage": "missing",
                "totals": totals,
                "lines": [{
                    "subject": subject, "billed": "3", "attributed": "2",
                    "unattributed": [{ "reason": "no usage reported for this line", "amount": "1" }], "unit": "tokens",
                    "billed_quantity": "1000000", "counted_quantity": "900000",
                    "rate": { "price": "3", "source": "bill" }, "computed": "2.7", "residual": "0.3",
                }],
            }],
            "freshness": freshness(),
        }));
    }
    let effects: Vec<Value> = Effect::ALL
        .iter()
        .map(|effect| json!({ "effect": serde_json::to_value(effect).unwrap(), "amount": "-1" }))
        .collect();
    let difference = json!({ "before": "9", "after": "1", "effects": effects });
    check::<Change>(&json!({
        "before": span(), "after": span(), "currency": "USD", "total": difference,
        "rows": [{ "account": "Production", "project": "search", "model": "gpt-5.4", "difference": difference }],
        "rest": difference, "folded": 3, "other_currencies": [{ "currency": "EUR", "total": "-1" }],
        "freshness": freshness(),
    }));
}
