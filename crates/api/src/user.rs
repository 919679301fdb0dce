//! The people of a tenant: who signs in and what each may do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::ListError;
use crate::{
    Access, Description, Email, Endpoint, Method, Nothing, Page, PageQuery, Permission, Refusal, Timestamp,
    UserId,
};

/// A person of the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The address to sign in with.
    pub email: Email,
    /// What the user may do.
    pub permissions: Vec<Permission>,
    /// Whether the user can sign in.
    pub active: bool,
    /// Whether that is the caller.
    pub you: bool,
    /// Whether the company's provider signs the user on, without a password of this console.
    pub signs_on: bool,
    /// Since when the user is here.
    pub created_at: Timestamp,
}

/// What a person may do from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What the user may do.
    pub permissions: Vec<Permission>,
    /// Whether the user can sign in.
    pub active: bool,
}

/// Why a person is not changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateError {
    /// There is no such person in the tenant.
    UnknownUser,
    /// Nobody would be left who can manage users.
    LastUsersManager,
    /// What the person may do follows the groups that the company's provider tells.
    FollowsGroups,
}

/// Why a person is not removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DeleteError {
    /// Nobody would be left who can manage users.
    LastUsersManager,
}

/// Why a person's sessions are not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum EndSessionsError {
    /// There is no such person in the tenant.
    UnknownUser,
}

fn unknown_user() -> Description {
    Description::new(
        404,
        "No such person",
        "There is nobody with this id in your company.",
        "Open People to see everybody.",
    )
}

fn last_users_manager() -> Description {
    Description::new(
        409,
        "Last Users Manager",
        "Nobody would be left who can manage users.",
        "Give somebody else the permission Users Manager first.",
    )
}

/// Permissions are given elsewhere, wherever somebody wants to give one.
pub(crate) fn follows_groups() -> Description {
    Description::new(
        409,
        "Permissions follow groups",
        "This person's permissions follow the groups of your company's sign-in service.",
        "Change the person's groups there. The change takes effect at the next sign-in.",
    )
}

impl Refusal for UpdateError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownUser => unknown_user(),
            Self::LastUsersManager => last_users_manager(),
            Self::FollowsGroups => follows_groups(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownUser, Self::LastUsersManager, Self::FollowsGroups]
    }
}

impl Refusal for DeleteError {
    fn describe(&self) -> Description {
        last_users_manager()
    }

    fn samples() -> Vec<Self> {
        vec![Self::LastUsersManager]
    }
}

impl Refusal for EndSessionsError {
    fn describe(&self) -> Description {
        unknown_user()
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownUser]
    }
}

/// The people of the tenant, by address.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/users";
    const SUMMARY: &'static str = "List the people of your company, by e-mail address";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    type Path = ();
    type Query = PageQuery;
    type Body = Nothing;
    type Response = Page<User>;
    type Error = ListError;
}

/// Says what a person may do, and whether they can sign in.
pub struct Update;

impl Endpoint for Update {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/users/{user}";
    const SUMMARY: &'static str = "Change what a person may do, or whether they can sign in";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    type Path = UserId;
    type Query = Nothing;
    type Body = Change;
    type Response = User;
    type Error = UpdateError;
}

/// Removes a person. A second time is as good as the first.
pub struct Delete;

impl Endpoint for Delete {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/users/{user}";
    const SUMMARY: &'static str = "Remove a person";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    const STATUS: u16 = 204;
    type Path = UserId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = DeleteError;
}

/// Ends every session of a person, who has to sign in again.
pub struct EndSessions;

impl Endpoint for EndSessions {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/users/{user}/sessions";
    const SUMMARY: &'static str = "End every session of a person";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    const STATUS: u16 = 204;
    type Path = UserId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = EndSessionsError;
}
