//! Rows of `GET /organization/usage/completions`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::page::ResultRow;
use crate::usage::{UsageEndpoint, UsageGroup, UsageName};

/// Tokens and requests of text generation, GPT images and audio models.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.usage.completions.result")]
pub struct Completions {
    /// Input tokens, with cached and cache-write tokens included.
    #[serde(default, deserialize_with = "integer::count")]
    pub input_tokens: u64,
    /// Output tokens.
    #[serde(default, deserialize_with = "integer::count")]
    pub output_tokens: u64,
    /// Requests made to a model.
    #[serde(default, deserialize_with = "integer::count")]
    pub num_model_requests: u64,
    /// Input tokens that came from the cache.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub input_cached_tokens: Option<u64>,
    /// Input tokens that were written to the cache.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub input_cache_write_tokens: Option<u64>,
    /// Input tokens less cached and cache-write tokens.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub input_uncached_tokens: Option<u64>,
    /// Text part of the uncached input.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub input_text_tokens: Option<u64>,
    /// Text part of the output.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub output_text_tokens: Option<u64>,
    /// Text part of the cached input.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub input_cached_text_tokens: Option<u64>,
    /// Audio part of the uncached input.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub input_audio_tokens: Option<u64>,
    /// Audio part of the cached input.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub input_cached_audio_tokens: Option<u64>,
    /// Audio part of the output.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub output_audio_tokens: Option<u64>,
    /// Image part of the uncached input.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub input_image_tokens: Option<u64>,
    /// Image part of the cached input.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub input_cached_image_tokens: Option<u64>,
    /// Image part of the output.
    #[serde(default, deserialize_with = "integer::optional_count", skip_serializing_if = "Option::is_none")]
    pub output_image_tokens: Option<u64>,
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
    /// Whether it ran as a batch, when grouped by it.
    #[serde(default)]
    pub batch: Option<bool>,
    /// The service tier, when grouped by it.
    #[serde(default)]
    pub service_tier: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

impl ResultRow for Completions {
    const OBJECT: &'static str = "organization.usage.completions.result";
}

impl UsageEndpoint for Completions {
    const NAME: UsageName = UsageName::Completions;
    const GROUPS: &'static [UsageGroup] = &[
        UsageGroup::ProjectId,
        UsageGroup::UserId,
        UsageGroup::ApiKeyId,
        UsageGroup::Model,
        UsageGroup::Batch,
        UsageGroup::ServiceTier,
    ];
}
