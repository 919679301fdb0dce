//! Rename, pause and resume.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Connection;
use crate::{Access, ConnectionId, Description, Endpoint, FieldError, Method, Nothing, Permission, Refusal};

/// Gives a connection another name.
pub struct Rename;

/// The new name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameConnection {
    /// The account's name: [`crate::ConnectionName::parse`] reads it.
    pub name: String,
}

/// Why a connection keeps its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RenameError {
    /// There is none with this id that the user may see.
    UnknownConnection,
    /// The name does not fit.
    UnfitName {
        /// Why, as a sentence.
        cause: String,
    },
}

impl Refusal for RenameError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownConnection => super::unknown(),
            Self::UnfitName { cause } => Description::new(422, "Name to correct", cause, "Correct the name.")
                .with_errors(vec![FieldError { field: "name".into(), issue: cause.clone() }]),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownConnection, Self::UnfitName { cause: "Enter a name.".into() }]
    }
}

impl Endpoint for Rename {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/connections/{connection}";
    const SUMMARY: &'static str = "Rename a connected account";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    type Path = ConnectionId;
    type Query = Nothing;
    type Body = RenameConnection;
    type Response = Connection;
    type Error = RenameError;
}

/// Why a connection is not paused, resumed or tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ActError {
    /// There is none with this id that the user may see.
    UnknownConnection,
    /// It has no key any more.
    Disconnected,
}

impl Refusal for ActError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownConnection => super::unknown(),
            Self::Disconnected => super::disconnected(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownConnection, Self::Disconnected]
    }
}

/// Stops the import until [`Resume`]: calls that are under way end, and what was imported stays. A second time is as good
/// as the first.
pub struct Pause;

impl Endpoint for Pause {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/connections/{connection}/pause";
    const SUMMARY: &'static str = "Pause a connected account: nothing is imported";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_IMPORTS);
    type Path = ConnectionId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Connection;
    type Error = ActError;
}

/// Goes on importing, beginning with the days that are missing. A second time is as good as the first.
pub struct Resume;

impl Endpoint for Resume {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/connections/{connection}/resume";
    const SUMMARY: &'static str = "Resume a paused account";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_IMPORTS);
    type Path = ConnectionId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Connection;
    type Error = ActError;
}
