//! Rows of `GET /organization/usage/code_interpreter_sessions`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::page::ResultRow;
use crate::usage::{UsageEndpoint, UsageGroup, UsageName};

/// Sessions of the code interpreter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.usage.code_interpreter_sessions.result")]
pub struct CodeInterpreterSessions {
    /// Sessions.
    #[serde(default, deserialize_with = "integer::count")]
    pub num_sessions: u64,
    /// The project, when grouped by it.
    #[serde(default)]
    pub project_id: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

impl ResultRow for CodeInterpreterSessions {
    const OBJECT: &'static str = "organization.usage.code_interpreter_sessions.result";
}

impl UsageEndpoint for CodeInterpreterSessions {
    const NAME: UsageName = UsageName::CodeInterpreterSessions;
    const GROUPS: &'static [UsageGroup] = &[UsageGroup::ProjectId];
}
