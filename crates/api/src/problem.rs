//! What is answered when something is refused: `application/problem+json` (RFC 9457).
//!
//! A refusal is a closed enum per endpoint; on the wire its fields stand beside those of the [`Problem`], and `code`
//! names the variant. The user's sentence is `detail` and `remedy`; the log's text never travels.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Permission, ReadOnly, Wire};

/// A closed set of refusals. Implementors are enums with `#[serde(tag = "code", rename_all = "snake_case")]`.
pub trait Refusal: Serialize + DeserializeOwned + Wire + JsonSchema + Clone + 'static {
    /// The refusal in words.
    fn describe(&self) -> Description;
    /// One of each, for the OpenAPI document and the wire snapshots.
    fn samples() -> Vec<Self>;
}

/// A refusal in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The status of HTTP.
    pub status: u16,
    /// The cause in a few words, the same for every occurrence.
    pub title: &'static str,
    /// What happened, for the user: a sentence without secrets.
    pub detail: String,
    /// What to do about it, as an imperative sentence.
    pub remedy: String,
    /// Whether the same request can succeed later.
    pub retryable: bool,
    /// The fields that are at fault, all at once.
    pub errors: Vec<FieldError>,
}

impl Description {
    /// A refusal that trying again does not change.
    pub fn new(
        status: u16,
        title: &'static str,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            status,
            title,
            detail: detail.into(),
            remedy: remedy.into(),
            retryable: false,
            errors: Vec::new(),
        }
    }

    /// The same, worth trying again.
    pub fn retryable(self) -> Self {
        Self { retryable: true, ..self }
    }

    /// The same, about a field.
    pub fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }
}

/// A field at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldError {
    /// The field's name in the body or the query.
    pub field: String,
    /// What is wrong with it, as a sentence.
    pub issue: String,
}

/// The members that every problem has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// A URI reference for the kind of problem: `/problems/` and the code.
    pub r#type: String,
    /// See [`Description::title`].
    pub title: String,
    /// See [`Description::status`].
    pub status: u16,
    /// See [`Description::detail`].
    pub detail: String,
    /// The refusal's variant in snake case.
    pub code: String,
    /// The id under which the server logged the request; also in the header `x-request-id`.
    pub request_id: String,
    /// See [`Description::retryable`].
    pub retryable: bool,
    /// See [`Description::remedy`].
    pub remedy: String,
    /// See [`Description::errors`].
    pub errors: Vec<FieldError>,
}

/// The body of a problem: the common members and the refusal's own.
pub fn body<R: Refusal>(refusal: &R, request_id: &str) -> serde_json::Value {
    let Description { status, title, detail, remedy, retryable, errors } = refusal.describe();
    let mut members = match serde_json::to_value(refusal) {
        Ok(serde_json::Value::Object(members)) => members,
        _ => serde_json::Map::new(),
    };
    let code = members.get("code").and_then(serde_json::Value::as_str).unwrap_or("internal").to_owned();
    let problem = Problem {
        r#type: format!("/problems/{code}"),
        title: title.to_owned(),
        status,
        detail,
        code,
        request_id: request_id.to_owned(),
        retryable,
        remedy,
        errors,
    };
    if let Ok(serde_json::Value::Object(common)) = serde_json::to_value(problem) {
        members.extend(common);
    }
    serde_json::Value::Object(members)
}

/// A problem as a client reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused<E> {
    /// One that this endpoint names.
    Specific(E, Problem),
    /// One that every endpoint can answer with.
    Common(CommonRefusal, Problem),
}

impl<E: Refusal> Refused<E> {
    /// Reads a problem's body; `None` when it is none that this contract names.
    pub fn parse(body: &str) -> Option<Self> {
        let body = serde_json::from_str(body).ok()?;
        let problem = Problem::read(&body)?;
        match E::read(&body) {
            Some(refusal) => Some(Self::Specific(refusal, problem)),
            None => CommonRefusal::read(&body).map(|refusal| Self::Common(refusal, problem)),
        }
    }

    /// The members that every problem has.
    pub fn problem(&self) -> &Problem {
        match self {
            Self::Specific(_, problem) | Self::Common(_, problem) => problem,
        }
    }
}

/// What any endpoint can be refused for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CommonRefusal {
    /// No session, or one that has ended.
    SignedOut,
    /// None of the permissions that the endpoint needs.
    Forbidden {
        /// One of these would do.
        needs: Vec<Permission>,
    },
    /// The company asks the caller for a second factor, and there is none yet.
    SecondFactorNeeded,
    /// The body or the query is not what the endpoint takes.
    Malformed {
        /// What is wrong with which field.
        issues: Vec<FieldError>,
    },
    /// The request came from another site's page.
    CrossSite,
    /// Nothing is at this address.
    NoSuchAddress,
    /// The address takes other verbs.
    MethodNotAllowed,
    /// The body is no JSON by its content type.
    UnsupportedMediaType,
    /// The body is larger than is read.
    TooLarge,
    /// Too many requests of this kind.
    TooManyRequests {
        /// Seconds until the next one is taken.
        retry_after_seconds: u32,
    },
    /// The API token of the request is none, or no longer.
    BadToken,
    /// An API token may not do this, whatever its permissions.
    TokenForbidden,
    /// The server cannot answer now: it is starting, stopping or cannot reach its database.
    Unavailable,
    /// What is here can be read, and nothing can be changed: the disk is full or takes no writes.
    ReadOnly {
        /// Which of the two.
        cause: ReadOnly,
    },
    /// A fault of the server.
    Internal,
}

impl Refusal for CommonRefusal {
    fn describe(&self) -> Description {
        match self {
            Self::SignedOut => Description::new(
                401,
                "Signed out",
                "Your session has ended.",
                "Sign in again. Nothing you entered is lost.",
            ),
            Self::Forbidden { needs } => Description::new(
                403,
                "Permission missing",
                format!("This needs the permission {}.", Permission::any_of(needs)),
                "Ask a Users Manager of your company to grant it to you.",
            ),
            Self::SecondFactorNeeded => Description::new(
                403,
                "Second factor needed",
                "Your company requires you to have a second factor, and you have none yet.",
                "Sign in to the console and set one up. You can use everything else afterwards.",
            ),
            Self::Malformed { issues } => Description::new(
                400,
                "Request not understood",
                "The request does not match what this address accepts.",
                "Correct the fields that are named.",
            )
            .with_errors(issues.clone()),
            Self::CrossSite => Description::new(
                403,
                "Cross-site request",
                "The request came from another site.",
                "Use the console's own pages.",
            ),
            Self::NoSuchAddress => {
                Description::new(404, "Nothing here", "This address does not exist.", "Check the address.")
            }
            Self::MethodNotAllowed => Description::new(
                405,
                "Method not allowed",
                "This address does not support that method.",
                "The Allow header lists the methods it supports.",
            ),
            Self::UnsupportedMediaType => Description::new(
                415,
                "Unsupported media type",
                "The body must be JSON.",
                "Send the header Content-Type: application/json.",
            ),
            Self::TooLarge => {
                Description::new(413, "Too large", "The body is larger than 64 KiB.", "Send less.")
            }
            Self::TooManyRequests { retry_after_seconds } => Description::new(
                429,
                "Too many requests",
                "There were too many requests of this kind.",
                format!("Wait {retry_after_seconds} seconds and try again."),
            )
            .retryable(),
            Self::BadToken => Description::new(
                401,
                "API token not valid",
                "This API token is unknown, revoked or expired.",
                "Create a new one in your profile.",
            ),
            Self::TokenForbidden => Description::new(
                403,
                "Not with this API token",
                "This token is read-only, or this cannot be done with a token.",
                "Use a token that is not read-only, or sign in.",
            ),
            Self::Unavailable => Description::new(
                503,
                "Not available now",
                "The server cannot answer right now.",
                "Try again in a moment.",
            )
            .retryable(),
            Self::ReadOnly { cause } => {
                Description::new(503, "Read-only now", cause.detail(), cause.remedy()).retryable()
            }
            Self::Internal => Description::new(
                500,
                "Server error",
                "The server had an error. It is in the log under this request id.",
                "Try again. If the problem persists, open a support request with the request id.",
            )
            .retryable(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::Malformed {
                issues: vec![FieldError { field: "name".into(), issue: "A name is needed.".into() }],
            },
            Self::SignedOut,
            Self::Forbidden { needs: vec![Permission::BillingProfilesAdmin] },
            Self::SecondFactorNeeded,
            Self::CrossSite,
            Self::NoSuchAddress,
            Self::MethodNotAllowed,
            Self::TooLarge,
            Self::UnsupportedMediaType,
            Self::TooManyRequests { retry_after_seconds: 30 },
            Self::BadToken,
            Self::TokenForbidden,
            Self::Internal,
            Self::Unavailable,
            Self::ReadOnly { cause: ReadOnly::DiskFull },
        ]
    }
}

/// For endpoints that refuse nothing of their own. There is no value of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Never {}

impl Serialize for Never {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}

impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("this endpoint has no refusal of its own"))
    }
}

impl JsonSchema for Never {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Never".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!(false)
    }
}

impl Refusal for Never {
    fn describe(&self) -> Description {
        match *self {}
    }

    fn samples() -> Vec<Self> {
        Vec::new()
    }
}
