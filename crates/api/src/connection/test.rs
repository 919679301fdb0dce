//! "Test again": the wizard's five checks with the key that is in use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ActError, ViewError};
use crate::connection_draft::Check;
use crate::{Access, ConnectionId, Email, Endpoint, Method, Nothing, Permission, Timestamp};

/// The last test of the key in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConnectionTest {
    /// This key was not tested since it was connected.
    Untested,
    /// A test runs.
    Testing {
        /// A check for each [`crate::connection_draft::CheckKind`], in their order.
        checks: Vec<Check>,
    },
    /// The last test is over.
    Tested {
        /// A check for each [`crate::connection_draft::CheckKind`], in their order.
        checks: Vec<Check>,
        /// Whether every required check passed.
        ready: bool,
        /// Who asked for it.
        by: Email,
        /// When it was over.
        at: Timestamp,
    },
}

/// Tests the key in use, also while the account is paused: answers when every check has its verdict. A call while a test
/// runs joins it. What it tells of scopes, expiry and organization is noted, and a key that was refused and passes is used
/// again.
pub struct Test;

impl Endpoint for Test {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/connections/{connection}/test";
    const SUMMARY: &'static str = "Test the key of a connected account again";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    type Path = ConnectionId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = ConnectionTest;
    type Error = ActError;
}

/// Shows the last test, also while it runs.
pub struct ViewTest;

impl Endpoint for ViewTest {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/connections/{connection}/test";
    const SUMMARY: &'static str = "Show the last test of a connected account";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    type Path = ConnectionId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = ConnectionTest;
    type Error = ViewError;
}
