//! People and service accounts of the organization: `GET /organization/users`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::list::Listed;

/// A member of the organization.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.user")]
pub struct User {
    /// Such as `user-abc`.
    pub id: String,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// The email address.
    #[serde(default)]
    pub email: Option<String>,
    /// `owner` or `reader`.
    #[serde(default)]
    pub role: Option<String>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub added_at: Option<i64>,
    /// Whether this is a service account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_service_account: Option<bool>,
}

impl Listed for User {
    fn id(&self) -> &str {
        &self.id
    }
}
