//! Rows of `GET /organization/usage/audio_speeches`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::page::ResultRow;
use crate::usage::{UsageEndpoint, UsageGroup, UsageName};

/// Characters spoken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.usage.audio_speeches.result")]
pub struct AudioSpeeches {
    /// Characters spoken.
    #[serde(default, deserialize_with = "integer::count")]
    pub characters: u64,
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

impl ResultRow for AudioSpeeches {
    const OBJECT: &'static str = "organization.usage.audio_speeches.result";
}

impl UsageEndpoint for AudioSpeeches {
    const NAME: UsageName = UsageName::AudioSpeeches;
    const GROUPS: &'static [UsageGroup] =
        &[UsageGroup::ProjectId, UsageGroup::UserId, UsageGroup::ApiKeyId, UsageGroup::Model];
}
