//! How a connection is: a closed list of states. The server computes it in one place, from what is kept and the time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection_draft::Finding;
use crate::{Email, Timestamp};

/// How a connection is. What of it needs somebody has a finding, with the cause and the remedy in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConnectionStatus {
    /// The first call to OpenAI has not been answered yet.
    Connecting,
    /// What was never read is being read.
    Importing {
        /// Days imported of all streams, out of a hundred.
        percent: u8,
    },
    /// Everything planned is imported, no day of usage before today and no day of costs before the day before yesterday is
    /// missing, and new usage comes as it did.
    Healthy,
    /// Something could not be imported, days are missing, or nothing new comes.
    Degraded {
        /// Why, and what to do.
        finding: Finding,
    },
    /// Somebody has paused it: nothing is imported until it is resumed.
    Paused {
        /// Who.
        by: Email,
        /// When.
        at: Timestamp,
    },
    /// The key cannot be used: nothing is imported until it is replaced.
    NeedsKey {
        /// Why, and what to do.
        finding: Finding,
    },
    /// Somebody has disconnected it: its key is destroyed, and what was imported is kept.
    Disconnected {
        /// Who.
        by: Email,
        /// When.
        at: Timestamp,
    },
}

impl ConnectionStatus {
    /// The name in the store and on the wire.
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Importing { .. } => "importing",
            Self::Healthy => "healthy",
            Self::Degraded { .. } => "degraded",
            Self::Paused { .. } => "paused",
            Self::NeedsKey { .. } => "needs_key",
            Self::Disconnected { .. } => "disconnected",
        }
    }

    /// Why it is so, where something is wrong.
    pub const fn finding(&self) -> Option<&Finding> {
        match self {
            Self::Degraded { finding } | Self::NeedsKey { finding } => Some(finding),
            _ => None,
        }
    }

    /// Why it is so, as a sentence.
    pub fn detail(&self) -> String {
        match self {
            Self::Connecting => "OpenAI is being asked for the first time.".into(),
            Self::Importing { percent } => format!("{percent}% of the days are imported, newest first."),
            Self::Healthy => "Everything is imported, and new days are read every hour.".into(),
            Self::Degraded { finding } | Self::NeedsKey { finding } => finding.detail.clone(),
            Self::Paused { by, at } => {
                format!("{by} paused it at {at}: nothing is imported, and data already imported is kept.")
            }
            Self::Disconnected { by, at } => {
                format!("{by} disconnected it at {at}: its key is destroyed, and the imported data is kept.")
            }
        }
    }

    /// What to do, as an imperative sentence; none when there is nothing to do.
    pub fn remedy(&self) -> Option<&str> {
        match self {
            Self::Connecting | Self::Importing { .. } | Self::Healthy => None,
            Self::Degraded { finding } | Self::NeedsKey { finding } => Some(&finding.remedy),
            Self::Paused { .. } => Some("Resume it: the missed days are then imported."),
            Self::Disconnected { .. } => {
                Some("To continue, connect the organization again with an admin key.")
            }
        }
    }
}
