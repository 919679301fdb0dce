//! Rows of `GET /organization/usage/embeddings`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::page::ResultRow;
use crate::usage::{UsageEndpoint, UsageGroup, UsageName};

/// Tokens and requests of embeddings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.usage.embeddings.result")]
pub struct Embeddings {
    /// Input tokens.
    #[serde(default, deserialize_with = "integer::count")]
    pub input_tokens: u64,
    /// Requests made to a model.
    #[serde(default, deserialize_with = "integer::count")]
    pub num_model_requests: u64,
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
    /// Undocumented, seen on live organizations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

impl ResultRow for Embeddings {
    const OBJECT: &'static str = "organization.usage.embeddings.result";
}

impl UsageEndpoint for Embeddings {
    const NAME: UsageName = UsageName::Embeddings;
    const GROUPS: &'static [UsageGroup] =
        &[UsageGroup::ProjectId, UsageGroup::UserId, UsageGroup::ApiKeyId, UsageGroup::Model];
}
