//! "Import now".

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Connection;
use crate::{Access, ConnectionId, Description, Endpoint, Method, Nothing, Permission, Refusal, Timestamp};

/// Reads recent days, names and whatever has failed again, without waiting for their turn.
pub struct Import;

impl Endpoint for Import {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/connections/{connection}/import";
    const SUMMARY: &'static str = "Import a connected account now";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_IMPORTS);
    type Path = ConnectionId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Connection;
    type Error = ImportError;
}

/// Why nothing is imported now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ImportError {
    /// There is none with this id that the user may see.
    UnknownConnection,
    /// It has no key any more.
    Disconnected,
    /// Somebody has paused it.
    Paused,
    /// The key cannot be used.
    NeedsKey,
    /// OpenAI has asked to wait.
    AskedToWait {
        /// Until when.
        until: Timestamp,
    },
}

impl Refusal for ImportError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownConnection => super::unknown(),
            Self::Disconnected => super::disconnected(),
            Self::Paused => Description::new(
                409,
                "Paused",
                "The account is paused, so nothing is imported.",
                "Resume the account.",
            ),
            Self::NeedsKey => Description::new(
                409,
                "The key cannot be used",
                "OpenAI refuses the account's key, so nothing can be imported.",
                "Open Assets, choose Replace the key, and paste a new admin key of the organization: data already imported is kept.",
            ),
            Self::AskedToWait { until } => Description::new(
                409,
                "OpenAI asks us to wait",
                format!("OpenAI limits the rate of requests of this organization until {until}."),
                "Wait until then: the import continues by itself.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        let until = Timestamp::from_unix_seconds(1_795_392_030);
        vec![
            Self::UnknownConnection,
            Self::Disconnected,
            Self::Paused,
            Self::NeedsKey,
            Self::AskedToWait { until },
        ]
    }
}
