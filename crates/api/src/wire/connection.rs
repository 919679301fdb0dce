//! Reading connected accounts.

use serde_json::Value;

use super::{Wire, member};
use crate::connection::{
    Connection, ConnectionStatus, DayState, DayStretch, ImportError, KeySummary, ListError, Restatement,
    Stream, StreamProgress, ViewError,
};

fields! {
    Connection {
        id, name, organization, status, key, management_readable, created_by, created_at, history_start, history_known,
        streams, restatements,
    }
    DayStretch { from, through, state }
    KeySummary { tail, expires_at }
    Restatement { day, currency, old, new, noticed_at }
    StreamProgress {
        stream, days_planned, days_imported, rows, from, through, days, last_success, next_run, failure,
    }
}

names! {
    DayState { "imported" => Imported, "provisional" => Provisional, "missing" => Missing, "failed" => Failed }
    Stream {
        "costs" => Costs, "cost_totals" => CostTotals,
        "completions" => Completions, "embeddings" => Embeddings, "moderations" => Moderations,
        "images" => Images, "audio_speeches" => AudioSpeeches, "audio_transcriptions" => AudioTranscriptions,
        "vector_stores" => VectorStores, "code_interpreter_sessions" => CodeInterpreterSessions,
        "file_search_calls" => FileSearchCalls, "web_search_calls" => WebSearchCalls,
    }
}

tagged! {
    ConnectionStatus, "state" {
        "importing" => Importing { percent },
        "healthy" => Healthy,
        "degraded" => Degraded { finding },
        "needs_key" => NeedsKey { finding },
    }
    ImportError, "code" {
        "unknown_connection" => UnknownConnection,
        "needs_key" => NeedsKey,
        "asked_to_wait" => AskedToWait { until },
    }
    ListError, "code" { "unknown_page" => UnknownPage }
    ViewError, "code" { "unknown_connection" => UnknownConnection }
}
