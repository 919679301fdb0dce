//! The end of a connection.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Connection, ViewError};
use crate::{Access, ConnectionId, Endpoint, Method, Nothing, Permission};

/// Destroys a connection's key for good, and what was imported if that is asked for. One that is disconnected with its data
/// can be asked to delete it later.
pub struct Disconnect;

/// What becomes of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisconnectConnection {
    /// Whether what was imported stays.
    pub data: ImportedData,
}

/// What becomes of what was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportedData {
    /// It stays in every figure, and the account in the list. Connecting the organization again goes on with it.
    Keep,
    /// It is in no figure any more from this moment on, and the account is gone. It is not brought back.
    Delete,
}

/// What is left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Disconnected {
    /// The last four characters of the key that was destroyed here. At OpenAI it still opens everything.
    pub key_tail: String,
    /// What to do there, as an imperative sentence.
    pub remedy: String,
    /// The account, where its data is kept.
    pub connection: Option<Connection>,
}

impl Disconnected {
    /// What there is to do about the key.
    pub fn new(key_tail: String, connection: Option<Connection>) -> Self {
        let remedy = format!(
            "In OpenAI, open Organization Settings, Admin keys, and revoke the key that ends with {key_tail}: only there can it be made useless."
        );
        Self { key_tail, remedy, connection }
    }
}

impl Endpoint for Disconnect {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/connections/{connection}/disconnect";
    const SUMMARY: &'static str = "Disconnect an account: destroy its key, and its data if asked to";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    type Path = ConnectionId;
    type Query = Nothing;
    type Body = DisconnectConnection;
    type Response = Disconnected;
    type Error = ViewError;
}
