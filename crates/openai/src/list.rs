//! One page of a management list.

use serde::{Deserialize, Serialize};

/// A page of projects, keys or users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "list")]
pub struct List<T> {
    /// The items.
    pub data: Vec<T>,
    /// Id of the first item.
    #[serde(default)]
    pub first_id: Option<String>,
    /// Id of the last item, which is the cursor to the next page.
    #[serde(default)]
    pub last_id: Option<String>,
    /// Whether there are more items.
    pub has_more: bool,
}

/// Something with an id, so that a list of it can be continued.
pub trait Listed: serde::de::DeserializeOwned + Send + 'static {
    /// The id.
    fn id(&self) -> &str;
}
