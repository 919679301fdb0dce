//! Rows of `GET /organization/usage/file_search_calls`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::page::ResultRow;
use crate::usage::{UsageEndpoint, UsageGroup, UsageName};

/// Calls of the file search tool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.usage.file_searches.result")]
pub struct FileSearchCalls {
    /// Calls.
    #[serde(default, deserialize_with = "integer::count")]
    pub num_requests: u64,
    /// The project, when grouped by it.
    #[serde(default)]
    pub project_id: Option<String>,
    /// Owner of the API key, when grouped by it.
    #[serde(default)]
    pub user_id: Option<String>,
    /// The API key, when grouped by it.
    #[serde(default)]
    pub api_key_id: Option<String>,
    /// The vector store, when grouped by it.
    #[serde(default)]
    pub vector_store_id: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

impl ResultRow for FileSearchCalls {
    const OBJECT: &'static str = "organization.usage.file_searches.result";
    const ALIAS: Option<&'static str> = Some("organization.usage.file_search_calls.result");
}

impl UsageEndpoint for FileSearchCalls {
    const NAME: UsageName = UsageName::FileSearchCalls;
    const GROUPS: &'static [UsageGroup] =
        &[UsageGroup::ProjectId, UsageGroup::UserId, UsageGroup::ApiKeyId, UsageGroup::VectorStoreId];
}
