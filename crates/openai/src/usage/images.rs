//! Rows of `GET /organization/usage/images`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::page::ResultRow;
use crate::usage::{UsageEndpoint, UsageGroup, UsageName};

/// Images made by the older image models; GPT images are among the completions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.usage.images.result")]
pub struct Images {
    /// Images made.
    #[serde(default, deserialize_with = "integer::count")]
    pub images: u64,
    /// Requests made to a model.
    #[serde(default, deserialize_with = "integer::count")]
    pub num_model_requests: u64,
    /// `image.generation`, `image.edit` or `image.variation`, when grouped by it.
    #[serde(default)]
    pub source: Option<String>,
    /// Such as `1024x1024`, when grouped by it.
    #[serde(default)]
    pub size: Option<String>,
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

impl ResultRow for Images {
    const OBJECT: &'static str = "organization.usage.images.result";
}

impl UsageEndpoint for Images {
    const NAME: UsageName = UsageName::Images;
    const GROUPS: &'static [UsageGroup] = &[
        UsageGroup::ProjectId,
        UsageGroup::UserId,
        UsageGroup::ApiKeyId,
        UsageGroup::Model,
        UsageGroup::Size,
        UsageGroup::Source,
    ];
}
