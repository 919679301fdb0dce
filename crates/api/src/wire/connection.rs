//! Reading connected accounts.

use serde_json::Value;

use super::{Wire, member};
use crate::connection::{
    ActError, Connection, ConnectionStatus, ConnectionTest, DayState, DayStretch, Disconnected, ImportError,
    KeySummary, ListError, RenameError, Restatement, Stream, StreamProgress, ViewError,
};

fields! {
    Connection {
        id, name, organization, status, warnings, key, usage_readable, management_readable, created_by, created_at,
        history_start, history_known, streams, restatements,
    }
    DayStretch { from, through, state }
    Disconnected { key_tail, remedy, connection }
    KeySummary { tail, fingerprint, added_at, last_used_at, expires_at }
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
    ActError, "code" { "unknown_connection" => UnknownConnection, "disconnected" => Disconnected }
    ConnectionStatus, "state" {
        "connecting" => Connecting,
        "importing" => Importing { percent },
        "healthy" => Healthy,
        "degraded" => Degraded { finding },
        "paused" => Paused { by, at },
        "needs_key" => NeedsKey { finding },
        "disconnected" => Disconnected { by, at },
    }
    ConnectionTest, "state" {
        "untested" => Untested,
        "testing" => Testing { checks },
        "tested" => Tested { checks, ready, by, at },
    }
    ImportError, "code" {
        "unknown_connection" => UnknownConnection,
        "disconnected" => Disconnected,
        "paused" => Paused,
        "needs_key" => NeedsKey,
        "asked_to_wait" => AskedToWait { until },
    }
    ListError, "code" { "unknown_page" => UnknownPage }
    RenameError, "code" { "unknown_connection" => UnknownConnection, "unfit_name" => UnfitName { cause } }
    ViewError, "code" { "unknown_connection" => UnknownConnection }
}
