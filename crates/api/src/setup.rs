//! The first run: the holder of the one-time token makes the first user.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::session::Session;
use crate::{Access, Description, Endpoint, FieldError, Method, Nothing, Refusal, SecretText};

/// Makes the tenant and its first user, who gets every permission, and signs in.
pub struct Create;

/// The first user.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The one-time token that the server printed when it started.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub token: SecretText,
    /// The company's name, as shown on Home.
    pub tenant_name: String,
    /// The e-mail address to sign in with.
    pub email: String,
    /// The password.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub password: SecretText,
}

/// Why there is no first user yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateError {
    /// There is a user already. The set-up never opens again.
    SetupClosed,
    /// The token is wrong, used or older than 60 minutes.
    WrongToken,
    /// Some fields do not fit.
    Unfit {
        /// All of them.
        issues: Vec<FieldError>,
    },
    /// Too many wrong tokens.
    TooManyAttempts {
        /// Seconds until the next try is taken.
        retry_after_seconds: u32,
    },
}

impl Refusal for CreateError {
    fn describe(&self) -> Description {
        match self {
            Self::SetupClosed => Description::new(
                404,
                "Set-up is closed",
                "This console is already set up.",
                "Sign in, or ask the operator for an account.",
            ),
            Self::WrongToken => Description::new(
                403,
                "Wrong set-up token",
                "The set-up token is wrong, used or older than 60 minutes.",
                "Restart the server and paste the token that it prints.",
            )
            .with_errors(vec![FieldError {
                field: "token".into(),
                issue: "The set-up token is wrong, used or older than 60 minutes.".into(),
            }]),
            Self::Unfit { issues } => Description::new(
                422,
                "Fields to correct",
                "Some fields need a different value.",
                "Correct the fields that are named.",
            )
            .with_errors(issues.clone()),
            Self::TooManyAttempts { retry_after_seconds } => Description::new(
                429,
                "Too many attempts",
                "There were too many wrong tokens.",
                format!("Wait {retry_after_seconds} seconds and try again."),
            )
            .retryable(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::SetupClosed,
            Self::WrongToken,
            Self::Unfit {
                issues: vec![FieldError {
                    field: "password".into(),
                    issue: "Use at least 8 characters.".into(),
                }],
            },
            Self::TooManyAttempts { retry_after_seconds: 30 },
        ]
    }
}

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/setup";
    const SUMMARY: &'static str = "Create the first user";
    const ACCESS: Access = Access::Anonymous;
    type Path = ();
    type Query = Nothing;
    type Body = Setup;
    type Response = Session;
    type Error = CreateError;
}
