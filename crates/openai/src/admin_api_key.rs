//! Admin API keys of the organization: `GET /organization/admin_api_keys`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::list::Listed;

/// An admin key as OpenAI lists it. Its secret is not in any answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.admin_api_key")]
pub struct AdminApiKey {
    /// Such as `key_abc`.
    pub id: String,
    /// The name its maker gave it.
    #[serde(default)]
    pub name: Option<String>,
    /// Such as `sk-admin...def`; live organizations show `sk-admin****…****s1MA`.
    #[serde(default)]
    pub redacted_value: Option<String>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub created_at: Option<i64>,
    /// Unix seconds; null when it does not expire.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub expires_at: Option<i64>,
    /// Unix seconds; null when it was never used.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub last_used_at: Option<i64>,
    /// Who made it.
    #[serde(default)]
    pub owner: Option<AdminKeyOwner>,
}

/// Who made an admin key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AdminKeyOwner {
    /// `user` or `service_account`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// `organization.user` or `organization.service_account`.
    #[serde(default)]
    pub object: Option<String>,
    /// Such as `user-abc` or `sa_456`.
    #[serde(default)]
    pub id: Option<String>,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub created_at: Option<i64>,
    /// The role in the organization.
    #[serde(default)]
    pub role: Option<String>,
}

impl Listed for AdminApiKey {
    fn id(&self) -> &str {
        &self.id
    }
}
