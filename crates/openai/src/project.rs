//! Projects: `GET /organization/projects`.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::list::Listed;

/// A project of the organization.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.project")]
pub struct Project {
    /// Such as `proj_abc`.
    pub id: String,
    /// Its name in reports.
    #[serde(default)]
    pub name: Option<String>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub created_at: Option<i64>,
    /// Unix seconds; null while the project is active.
    #[serde(default, deserialize_with = "integer::optional_time")]
    pub archived_at: Option<i64>,
    /// `active` or `archived`.
    #[serde(default)]
    pub status: Option<String>,
}

impl Listed for Project {
    fn id(&self) -> &str {
        &self.id
    }
}
