//! A connected OpenAI organization.

mod disconnect;
mod import;
mod life;
mod status;
mod stream;
mod test;

pub use disconnect::{Disconnect, DisconnectConnection, Disconnected, ImportedData};
pub use import::{Import, ImportError};
pub use life::{ActError, Pause, Rename, RenameConnection, RenameError, Resume};
pub use status::ConnectionStatus;
pub use stream::{DayState, DayStretch, Stream, StreamProgress};
pub use test::{ConnectionTest, Test, ViewTest};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection_draft::Finding;
use crate::{
    Access, Amount, ConnectionId, ConnectionName, Currency, Day, Description, Email, Endpoint, Method,
    Nothing, Page, PageQuery, Permission, Refusal, Timestamp,
};

/// A connection as the console shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The name that the user gave it.
    pub name: ConnectionName,
    /// The organization, once upstream has told it.
    pub organization: Option<Organization>,
    /// How it is.
    pub status: ConnectionStatus,
    /// What will go wrong unless somebody does something: a key that expires soon, or has expired.
    pub warnings: Vec<Finding>,
    /// The key, for those who may connect; absent for everybody else, and when it is disconnected.
    pub key: Option<KeySummary>,
    /// Whether costs and usage can be read (the scope that every import needs).
    pub usage_readable: bool,
    /// Whether names of projects, keys and people can be read (the optional management scope).
    pub management_readable: bool,
    /// Who connected it.
    pub created_by: Email,
    /// When.
    pub created_at: Timestamp,
    /// The first day of its history, as far as that is known.
    pub history_start: Day,
    /// Whether all of its history is planned; until then its start is still looked for.
    pub history_known: bool,
    /// The import of each stream.
    pub streams: Vec<StreamProgress>,
    /// The latest days that OpenAI has billed anew after their end, newest change first; none for who sees no costs.
    pub restatements: Vec<Restatement>,
}

/// A day that OpenAI has billed otherwise after it had ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Restatement {
    /// Which day.
    pub day: Day,
    /// The currency of the amounts.
    pub currency: Currency,
    /// What it was billed before.
    pub old: Amount,
    /// What it is billed now; the same where it is only spread over projects otherwise.
    pub new: Amount,
    /// When the change was noticed.
    pub noticed_at: Timestamp,
}

/// An organization at OpenAI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Organization {
    /// OpenAI's id, `org-…`.
    pub id: String,
    /// OpenAI's name, where it told one.
    pub name: Option<String>,
}

/// What may be shown of an admin key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeySummary {
    /// The last four characters.
    pub tail: String,
    /// The start of its fingerprint: identical for identical keys of this installation. It reveals nothing about the key.
    pub fingerprint: String,
    /// When it was connected, or took the place of the one before.
    pub added_at: Timestamp,
    /// When it was last used, to the minute; absent when it was not used yet.
    pub last_used_at: Option<Timestamp>,
    /// When OpenAI lets it expire, where it says so.
    pub expires_at: Option<Timestamp>,
}

/// A connection as a link shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectionRef {
    /// Its id.
    pub id: ConnectionId,
    /// Its name.
    pub name: ConnectionName,
}

/// Lists the tenant's connections, oldest first.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/connections";
    const SUMMARY: &'static str = "List the connected accounts";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_CONNECTIONS);
    type Path = ();
    type Query = PageQuery;
    type Body = Nothing;
    type Response = Page<Connection>;
    type Error = ListError;
}

/// Why there is no list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ListError {
    /// `after` is not what an earlier answer gave as `next`, or `limit` is not 1 to 100.
    UnknownPage,
}

impl Refusal for ListError {
    fn describe(&self) -> Description {
        Description::new(
            404,
            "No such page of the list",
            "The list has no page there.",
            "Use an after from an earlier answer, and a limit from 1 to 100.",
        )
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownPage]
    }
}

/// Shows one connection.
pub struct View;

/// Why a connection is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ViewError {
    /// There is none with this id that the user may see.
    UnknownConnection,
}

impl Refusal for ViewError {
    fn describe(&self) -> Description {
        unknown()
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownConnection]
    }
}

impl Endpoint for View {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/connections/{connection}";
    const SUMMARY: &'static str = "Show a connected account";
    const ACCESS: Access = Access::AnyOf(Permission::SEES_CONNECTIONS);
    type Path = ConnectionId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Connection;
    type Error = ViewError;
}

fn unknown() -> Description {
    Description::new(
        404,
        "No such account",
        "There is no connected account with this id.",
        "Open Assets to see the connected accounts.",
    )
}

fn disconnected() -> Description {
    Description::new(
        409,
        "Disconnected",
        "The account is disconnected: its key is destroyed.",
        "Connect the organization again with a new admin key: the imported data is kept.",
    )
}
