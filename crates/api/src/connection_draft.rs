//! A connection in the making: what the wizard holds between its steps.
//!
//! The admin key travels once, in [`Create`]; from then on the draft's id stands for it. A draft belongs to the user
//! who made it and ends 30 minutes after it was made, when it is discarded, or when it is finished.

mod check;
mod finding;
mod operation;

pub use check::{Check, CheckKind, Verdict};
pub use finding::{Cause, Finding};
pub use operation::{
    Create, CreateDraft, CreateError, Diagnose, Diagnosis, Discard, Finish, FinishDraft, FinishError, Test,
    TestError, View, ViewError,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::{ConnectionRef, Organization};
use crate::{ConnectionDraftId, Timestamp};

/// How long a draft lives, in seconds, whatever happens to it.
pub const LIFETIME_SECONDS: i64 = 30 * 60;

/// A draft as the wizard sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectionDraft {
    /// Its id.
    pub id: ConnectionDraftId,
    /// The last four characters of the key.
    pub key_tail: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How far it is.
    pub progress: Progress,
    /// The connection whose key this one is to take the place of, where it was made for one.
    pub renews: Option<ConnectionRef>,
    /// The organization, once a test has identified it.
    pub organization: Option<Organization>,
    /// The name to offer for the account.
    pub suggested_name: String,
}

/// How far a draft is. The wizard's step follows from it, so nobody can skip ahead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Progress {
    /// The key is kept; it has not been tested, or the test was interrupted.
    Untested,
    /// A test runs.
    Testing {
        /// A check for each [`CheckKind`], in their order.
        checks: Vec<Check>,
    },
    /// The last test is over.
    Tested {
        /// A check for each [`CheckKind`], in their order.
        checks: Vec<Check>,
        /// Whether every required check passed.
        ready: bool,
    },
    /// It has become a connection.
    Finished {
        /// Which one.
        connection: ConnectionRef,
    },
}
