//! A row of OpenAI's usage.

use crate::{Measures, Symbol};

/// Usage of one hour (or of a day, where rows are added up), by everything that the endpoint can be grouped by. A
/// dimension that the endpoint does not have, or sent as null, is [`Symbol::NONE`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsageRow {
    /// The start of the hour, in Unix seconds.
    pub start: i64,
    /// `project_id`
    pub project: Symbol,
    /// `user_id`
    pub user: Symbol,
    /// `api_key_id`
    pub api_key: Symbol,
    /// `model`
    pub model: Symbol,
    /// `batch`
    pub batch: Option<bool>,
    /// `service_tier`
    pub service_tier: Symbol,
    /// `size` of images
    pub size: Symbol,
    /// `source` of images
    pub source: Symbol,
    /// `vector_store_id`
    pub vector_store: Symbol,
    /// `context_level` of web searches
    pub context_level: Symbol,
    /// How much.
    pub measures: Measures,
}
