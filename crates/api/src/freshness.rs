//! How fresh figures are: each stream is read at its own pace, and costs are billed a day at a time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::Stream;
use crate::cost::Coverage;
use crate::{Day, Timestamp};

/// How fresh the figures of an answer are. Of several accounts, the one of which least is known counts; those that are
/// disconnected do not, unless all are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Freshness {
    /// The day through which every account that still imports is billed: its newest day with costs, or its newest settled
    /// one. Accounts that never cost anything do not count.
    pub billed_through: Option<Day>,
    /// When the newest part of any stream was imported.
    pub imported_at: Option<Timestamp>,
    /// Each stream that is imported.
    pub streams: Vec<StreamFreshness>,
}

/// How fresh the figures of a stream are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StreamFreshness {
    /// Which stream.
    pub stream: Stream,
    /// When it was last imported, for the account for which that is longest ago; absent while one has nothing of it.
    pub imported_at: Option<Timestamp>,
    /// The newest day that is imported for every account; absent while one has nothing of it.
    pub data_through: Option<Day>,
    /// Days of the period, up to today, that are not imported for every account.
    pub missing_days: u32,
}

/// How much of a day is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DayCoverage {
    /// What OpenAI billed.
    pub cost: Coverage,
    /// Usage, of every stream.
    pub usage: Coverage,
}
