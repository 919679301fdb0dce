//! API keys of one project: `GET /organization/projects/{project_id}/api_keys`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::list::Listed;

/// An API key of a project. Its secret is not in any answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.project.api_key")]
pub struct ProjectApiKey {
    /// Such as `key_abc`.
    pub id: String,
    /// The name its maker gave it.
    #[serde(default)]
    pub name: Option<String>,
    /// Such as `sk-abc...def` or `sk-proj-****s1MA`: shown as given.
    #[serde(default)]
    pub redacted_value: Option<String>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub created_at: Option<i64>,
    /// Unix seconds; null when it was never used.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub last_used_at: Option<i64>,
    /// `active` or `inactive`: whether the owner still has access to the project.
    #[serde(default)]
    pub owner_project_access: Option<String>,
    /// Whose key it is.
    #[serde(default)]
    pub owner: Option<KeyOwner>,
}

/// Whose key it is: a user or a service account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeyOwner {
    /// `user` or `service_account`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// The user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<OwnerDetails>,
    /// The service account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account: Option<OwnerDetails>,
}

/// The user or the service account itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnerDetails {
    /// Such as `user_abc` or `svc_acct_abc`.
    #[serde(default)]
    pub id: Option<String>,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// The email address, which service accounts have not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub created_at: Option<i64>,
    /// The role in the project.
    #[serde(default)]
    pub role: Option<String>,
}

impl Listed for ProjectApiKey {
    fn id(&self) -> &str {
        &self.id
    }
}
