//! The lines of the Test connection list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Finding;

/// What is checked, in the order in which it is shown. All run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// OpenAI knows the key.
    KeyAccepted,
    /// It is known which organization the key belongs to, and that it is not connected already.
    OrganizationIdentified,
    /// The Usage API can be read.
    UsageReadable,
    /// The Costs API can be read.
    CostsReadable,
    /// The Management API can be read: optional.
    ManagementReadable,
}

impl CheckKind {
    /// All of them, in order.
    pub const ALL: &'static [Self] = &[
        Self::KeyAccepted,
        Self::OrganizationIdentified,
        Self::UsageReadable,
        Self::CostsReadable,
        Self::ManagementReadable,
    ];

    /// The line's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeyAccepted => "Key accepted",
            Self::OrganizationIdentified => "Organization identified",
            Self::UsageReadable => "Usage readable",
            Self::CostsReadable => "Costs readable",
            Self::ManagementReadable => "Management readable",
        }
    }

    /// Whether Finish needs it to pass.
    pub const fn is_required(self) -> bool {
        !matches!(self, Self::ManagementReadable)
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What is checked.
    pub kind: CheckKind,
    /// What came out.
    pub verdict: Verdict,
    /// How long OpenAI took, in milliseconds, once known.
    pub took_ms: Option<u32>,
}

/// What came out of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// OpenAI has not answered yet.
    Running,
    /// Fine.
    Passed {
        /// What was learned, as a sentence.
        note: Option<String>,
    },
    /// Not fine, and Finish is still possible.
    Warned {
        /// What is missing.
        finding: Finding,
    },
    /// Not fine, and Finish is not possible.
    Failed {
        /// Why.
        finding: Finding,
    },
    /// Not asked, since another check's failure answers it too.
    Skipped,
}

impl Check {
    /// Whether it stands in the way of Finish.
    pub fn blocks(&self) -> bool {
        match self.verdict {
            Verdict::Passed { .. } | Verdict::Warned { .. } => false,
            Verdict::Running | Verdict::Failed { .. } | Verdict::Skipped => self.kind.is_required(),
        }
    }
}
