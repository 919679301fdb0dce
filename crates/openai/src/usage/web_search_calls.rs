//! Rows of `GET /organization/usage/web_search_calls`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::page::ResultRow;
use crate::usage::{UsageEndpoint, UsageGroup, UsageName};

/// Calls of the web search tool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.usage.web_searches.result")]
pub struct WebSearchCalls {
    /// Requests made to a model.
    #[serde(default, deserialize_with = "integer::count")]
    pub num_model_requests: u64,
    /// Calls of the tool.
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
    /// The model, when grouped by it.
    #[serde(default)]
    pub model: Option<String>,
    /// `low`, `medium` or `high`, when grouped by it.
    #[serde(default)]
    pub context_level: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

impl ResultRow for WebSearchCalls {
    const OBJECT: &'static str = "organization.usage.web_searches.result";
    const ALIAS: Option<&'static str> = Some("organization.usage.web_search_calls.result");
}

impl UsageEndpoint for WebSearchCalls {
    const NAME: UsageName = UsageName::WebSearchCalls;
    const GROUPS: &'static [UsageGroup] = &[
        UsageGroup::ProjectId,
        UsageGroup::UserId,
        UsageGroup::ApiKeyId,
        UsageGroup::Model,
        UsageGroup::ContextLevel,
    ];
}
