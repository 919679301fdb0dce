//! One page of a management list.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// A page of projects, keys or users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "list", bound(deserialize = "T: DeserializeOwned"))]
pub struct List<T> {
    /// The items that can be read. An odd one does not take the names of the others with it: what it names keeps its id.
    #[serde(deserialize_with = "readable")]
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
pub trait Listed: DeserializeOwned + Send + 'static {
    /// The id.
    fn id(&self) -> &str;
}

fn readable<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let items = Vec::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(items.iter().filter_map(|item| serde_json::from_str(item.get()).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn an_odd_item_is_left_out_and_the_others_are_read() {
        let json = r#"{"object":"list","data":[{"object":"organization.project","id":"proj_1","name":"One"},null,
            {"id":7},{"object":"organization.project","id":"proj_2","name":["x"]},{"id":"proj_3","new":{}}],
            "last_id":"proj_3","has_more":true}"#;
        let list: List<Project> = serde_json::from_str(json).unwrap();
        let ids: Vec<_> = list.data.iter().map(Listed::id).collect();
        assert_eq!((ids, list.has_more), (vec!["proj_1", "proj_3"], true));
        assert!(serde_json::from_str::<List<Project>>(r#"{"data":{},"has_more":false}"#).is_err());
    }
}
