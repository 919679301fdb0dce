//! Reading who did what.

use serde_json::Value;

use super::{Wire, member};
use crate::audit_event::{ActorKind, AuditEntry, ChainFault, Detail, FieldChange, Outcome, Verification};

fields! {
    AuditEntry {
        seq, at, actor, email, user, token, request_id, network, kind, object, result, details, changes,
    }
    Detail { field, value }
    FieldChange { field, before, after }
}

names! {
    ActorKind {
        "user" => User,
        "api_token" => ApiToken,
        "operator" => Operator,
        "system" => System,
        "unknown" => Unknown,
    }
    ChainFault { "missing" => Missing, "changed" => Changed, "end" => End }
    Outcome { "done" => Done, "refused" => Refused }
}

tagged! {
    Verification, "verdict" {
        "whole" => Whole { events },
        "broken" => Broken { seq, fault },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Page;
    use crate::audit_event::{AuditQuery, ExportQuery};
    use crate::wire::tests::{check, check_request};

    #[test]
    fn events() {
        for actor in ["user", "api_token", "operator", "system", "unknown"] {
            check::<ActorKind>(&json!(actor));
        }
        for result in ["done", "refused"] {
            let entry = json!({
                "seq": 7, "at": "2026-11-23T16:40:00Z", "actor": "api_token", "email": "ada@example.com",
                "user": "user_1", "token": "token_1", "request_id": "0123456789abcdef", "network": "192.0.2.0",
                "kind": "user_changed", "object": "user_2", "result": result,
                "details": [{ "field": "user", "value": "user_2" }],
                "changes": [{ "field": "active", "before": "true", "after": "false" }],
            });
            check::<Page<AuditEntry>>(&json!({ "items": [entry], "next": "7" }));
        }
    }

    #[test]
    fn verdicts() {
        check::<Verification>(&json!({ "verdict": "whole", "events": 12 }));
        for fault in ["missing", "changed", "end"] {
            check::<Verification>(&json!({ "verdict": "broken", "seq": 3, "fault": fault }));
        }
    }

    #[test]
    fn queries() {
        check_request::<AuditQuery>(json!({
            "text": "x", "actor": "ada", "kind": "key_entered", "object": "conn_1", "result": "refused",
            "from": "2026-11-23T16:40:00Z", "to": "2026-11-24T16:40:00Z", "after": "7", "limit": 10,
        }));
        check_request::<ExportQuery>(json!({ "kind": "key_entered", "format": "json_lines" }));
    }
}
