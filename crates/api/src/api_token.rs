//! API tokens: for programs, with a part of what their owner may do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Never;
use crate::{
    Access, ApiTokenId, Description, Endpoint, FieldError, Method, Nothing, Permission, Refusal, Timestamp,
    TokenName,
};

/// What every token starts with, so that scanners for leaked secrets know it.
pub const PREFIX: &str = "lens_";

/// Longest life of a token, in days.
pub const LONGEST_DAYS: u16 = 365;

/// Most tokens of a user: more than anybody runs programs, few enough to list.
pub const MOST_TOKENS: usize = 50;

/// A token as its owner sees it: without the token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// What it is called.
    pub name: TokenName,
    /// How it begins, to recognize it by.
    pub start: String,
    /// What it may do, as far as its owner still may.
    pub permissions: Vec<Permission>,
    /// Whether it only reads.
    pub read_only: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is valid.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// The tokens of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiTokens {
    /// Newest first, those that have expired too.
    pub items: Vec<ApiToken>,
}

/// A token to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is called: 1 to 80 characters.
    pub name: String,
    /// What it may do: permissions of the caller, all but Users Manager.
    pub permissions: Vec<Permission>,
    /// Whether it only reads, which is usual.
    #[serde(default = "yes")]
    pub read_only: bool,
    /// How many days it is valid: 1 to 365.
    #[serde(deserialize_with = "crate::whole::number")]
    #[schemars(range(min = 1, max = 365))]
    pub days: u16,
}

const fn yes() -> bool {
    true
}

impl NewToken {
    /// Reads the name; every field that does not fit is named. `own` is what the caller may do.
    pub fn parse(&self, own: &[Permission]) -> Result<TokenName, Vec<FieldError>> {
        let mut issues = Vec::new();
        let mut issue = |field: &str, issue: String| issues.push(FieldError { field: field.into(), issue });
        let name = TokenName::parse(&self.name).map_err(|error| issue("name", error.to_string())).ok();
        if self.permissions.is_empty() {
            issue("permissions", "Choose at least one permission.".into());
        } else if self.permissions.contains(&Permission::UsersManager) {
            issue("permissions", "A token cannot manage users. Leave out Users Manager.".into());
        } else if !self.permissions.iter().all(|permission| own.contains(permission)) {
            issue("permissions", "Choose from the permissions that you have yourself.".into());
        }
        if !(1..=LONGEST_DAYS).contains(&self.days) {
            issue("days", format!("Choose 1 to {LONGEST_DAYS} days."));
        }
        name.filter(|_| issues.is_empty()).ok_or(issues)
    }
}

/// A new token, which no answer has again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssuedToken {
    /// What is known of it from now on.
    pub token: ApiToken,
    /// The token itself, for the header `Authorization: Bearer`.
    pub secret: String,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateError {
    /// Some fields do not fit.
    Unfit {
        /// All of them.
        issues: Vec<FieldError>,
    },
    /// The user has 50 tokens already.
    TooMany,
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
            Self::TooMany => Description::new(
                409,
                "Too many tokens",
                format!("You already have {MOST_TOKENS} API tokens."),
                "Revoke one that you no longer need.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        let issues = vec![FieldError { field: "name".into(), issue: "Enter a name.".into() }];
        vec![Self::Unfit { issues }, Self::TooMany]
    }
}

/// The caller's tokens.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/api-tokens";
    const SUMMARY: &'static str = "List your API tokens, newest first";
    const ACCESS: Access = Access::SignedIn;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = ApiTokens;
    type Error = Never;
}

/// Makes a token.
pub struct Create;

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/api-tokens";
    const SUMMARY: &'static str = "Create an API token and get it, once";
    const ACCESS: Access = Access::SignedIn;
    const STATUS: u16 = 201;
    type Path = ();
    type Query = Nothing;
    type Body = NewToken;
    type Response = IssuedToken;
    type Error = CreateError;
}

/// Revokes a token at once. A second time is as good as the first.
pub struct Delete;

impl Endpoint for Delete {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/api-tokens/{api_token}";
    const SUMMARY: &'static str = "Revoke one of your API tokens";
    const ACCESS: Access = Access::SignedIn;
    const STATUS: u16 = 204;
    type Path = ApiTokenId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = Never;
}
