//! Reading what was asked of OpenAI.

use serde_json::Value;

use super::{Wire, member};
use crate::upstream_call::{UpstreamCall, Verification};

fields! {
    UpstreamCall { connection, seq, at, method, path, status, outcome, request_id, duration_ms }
}

tagged! {
    Verification, "verdict" {
        "whole" => Whole { calls },
        "broken" => Broken { connection, seq, fault },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Page;
    use crate::upstream_call::{ExportQuery, UpstreamCallQuery};
    use crate::wire::tests::{check, check_request};

    #[test]
    fn calls() {
        let answered = json!({
            "connection": "conn_1", "seq": 7, "at": "2026-11-23T16:40:00Z", "method": "GET",
            "path": "/v1/organization/costs", "status": 200, "outcome": "ok", "request_id": "req_1", "duration_ms": 120,
        });
        check::<Page<UpstreamCall>>(&json!({ "items": [answered], "next": "1.2.conn_1" }));
        check::<UpstreamCall>(&json!({
            "connection": "conn_1", "seq": 8, "at": "2026-11-23T16:40:00Z", "method": "GET",
            "path": "/v1/organization/costs", "outcome": "timed_out", "duration_ms": 60000,
        }));
    }

    #[test]
    fn verdicts() {
        check::<Verification>(&json!({ "verdict": "whole", "calls": 12 }));
        let broken = json!({ "verdict": "broken", "connection": "conn_1", "seq": 3, "fault": "missing" });
        check::<Verification>(&broken);
    }

    #[test]
    fn queries() {
        check_request::<ExportQuery>(json!({ "text": "req_1", "connection": "conn_1", "failed": true }));
        check_request::<UpstreamCallQuery>(json!({
            "text": "costs", "connection": "conn_1", "failed": true, "from": "2026-11-23T16:40:00Z", "to": "2026-11-24T16:40:00Z",
            "after": "1.2.conn_1", "limit": 10,
        }));
    }
}
