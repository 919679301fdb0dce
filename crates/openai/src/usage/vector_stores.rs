//! Rows of `GET /organization/usage/vector_stores`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::page::ResultRow;
use crate::usage::{UsageEndpoint, UsageGroup, UsageName};

/// Bytes kept in vector stores: a level, which must not be summed over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.usage.vector_stores.result")]
pub struct VectorStores {
    /// Bytes kept.
    #[serde(default, deserialize_with = "integer::count")]
    pub usage_bytes: u64,
    /// The project, when grouped by it.
    #[serde(default)]
    pub project_id: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

impl ResultRow for VectorStores {
    const OBJECT: &'static str = "organization.usage.vector_stores.result";
}

impl UsageEndpoint for VectorStores {
    const NAME: UsageName = UsageName::VectorStores;
    const GROUPS: &'static [UsageGroup] = &[UsageGroup::ProjectId];
}
