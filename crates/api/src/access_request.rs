//! Asking for a permission that is missing: whoever lacks one asks, and Users Managers grant or decline.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::ListError;
use crate::{
    Access, AccessRequestId, Description, Email, Endpoint, FieldError, Method, Nothing, Page, PageQuery,
    Permission, Refusal, Timestamp, UserId,
};

/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 500;

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Nobody has decided yet.
    Open,
    /// The permission was given.
    Granted,
    /// It was not.
    Declined,
}

impl RequestState {
    /// The name in the store.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Granted => "granted",
            Self::Declined => "declined",
        }
    }

    /// Reads the name in the store.
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::Open, Self::Granted, Self::Declined].into_iter().find(|state| state.slug() == slug)
    }
}

/// Somebody requests a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessRequest {
    /// The request's id.
    pub id: AccessRequestId,
    /// Who asks.
    pub user: UserId,
    /// The address of whoever asks.
    pub email: Email,
    /// What is requested.
    pub permission: Permission,
    /// What for, in the words of whoever asks; it may be empty.
    pub note: String,
    /// How far it has come.
    pub state: RequestState,
    /// Since when it is requested.
    pub created_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// What somebody requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The permission.
    pub permission: Permission,
    /// What for; at most 500 characters, and it may be empty.
    pub note: String,
}

/// The caller's own requests, the latest of each permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnRequests {
    /// The newest first.
    pub items: Vec<AccessRequest>,
    /// Nothing follows: there is one for each permission at most.
    pub next: Option<String>,
}

/// Why nothing is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateError {
    /// The note does not fit.
    Unfit {
        /// What is wrong.
        issues: Vec<FieldError>,
    },
    /// The caller has the permission.
    HasPermission,
    /// The caller has asked for it already, and nobody has decided.
    AskedAlready,
}

/// Why a request is not decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DecideError {
    /// There is no such request in the tenant.
    UnknownAccessRequest,
    /// Somebody has decided otherwise.
    DecidedOtherwise,
    /// What the person may do follows the groups that the company's provider tells.
    FollowsGroups,
}

impl Refusal for CreateError {
    fn describe(&self) -> Description {
        match self {
            Self::Unfit { issues } => Description::new(
                422,
                "Fields to correct",
                "Some fields need a different value.",
                "Correct the fields that are named.",
            )
            .with_errors(issues.clone()),
            Self::HasPermission => Description::new(
                409,
                "You have this permission",
                "You already have this permission.",
                "Reload the page to see what it opens.",
            ),
            Self::AskedAlready => Description::new(
                409,
                "Already requested",
                "You have requested this permission, and nobody has decided yet.",
                "Wait, or speak to a Users Manager of your company.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        let issues = vec![FieldError { field: "note".into(), issue: "Use at most 500 characters.".into() }];
        vec![Self::Unfit { issues }, Self::HasPermission, Self::AskedAlready]
    }
}

impl Refusal for DecideError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownAccessRequest => Description::new(
                404,
                "No such request",
                "There is no request with this id in your company.",
                "Open People to see all that are open.",
            ),
            Self::DecidedOtherwise => Description::new(
                409,
                "Already decided",
                "Somebody has already decided this request differently.",
                "Under People, change what the person may do.",
            ),
            Self::FollowsGroups => crate::user::follows_groups(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownAccessRequest, Self::DecidedOtherwise, Self::FollowsGroups]
    }
}

/// Lists the open requests of the tenant, the oldest first.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/access-requests";
    const SUMMARY: &'static str = "List who requests which permission, oldest first";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    type Path = ();
    type Query = PageQuery;
    type Body = Nothing;
    type Response = Page<AccessRequest>;
    type Error = ListError;
}

/// Asks for a permission. There is one open request for each person and permission.
pub struct Create;

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/access-requests";
    const SUMMARY: &'static str = "Request a permission";
    const ACCESS: Access = Access::SignedIn;
    type Path = ();
    type Query = Nothing;
    type Body = Ask;
    type Response = AccessRequest;
    type Error = CreateError;
}

/// Lists what the caller has asked for.
pub struct Own;

impl Endpoint for Own {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/access-requests/own";
    const SUMMARY: &'static str = "List what you have requested";
    const ACCESS: Access = Access::SignedIn;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = OwnRequests;
    type Error = crate::problem::Never;
}

/// Gives the permission. A second time is as good as the first.
pub struct Grant;

impl Endpoint for Grant {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/access-requests/{access_request}/grant";
    const SUMMARY: &'static str = "Grant a requested permission";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    type Path = AccessRequestId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = AccessRequest;
    type Error = DecideError;
}

/// Does not give the permission. A second time is as good as the first.
pub struct Decline;

impl Endpoint for Decline {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/access-requests/{access_request}/decline";
    const SUMMARY: &'static str = "Decline a requested permission";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    type Path = AccessRequestId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = AccessRequest;
    type Error = DecideError;
}
