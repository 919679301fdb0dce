//! The caller's own password.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Access, Description, Endpoint, FieldError, Method, Nothing, Refusal, SecretText};

/// A new password.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The password until now.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub old: SecretText,
    /// The password from now on.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub new: SecretText,
}

/// Why the password stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChangeError {
    /// The password until now is another one.
    WrongPassword,
    /// The new password does not fit.
    Unfit {
        /// What is wrong.
        issues: Vec<FieldError>,
    },
    /// Too many failed tries.
    TooManyAttempts {
        /// Seconds until the next try is taken.
        retry_after_seconds: u32,
    },
}

impl Refusal for ChangeError {
    fn describe(&self) -> Description {
        match self {
            Self::WrongPassword => Description::new(
                422,
                "Wrong password",
                "The current password is wrong.",
                "Enter the password that you sign in with.",
            )
            .with_errors(vec![FieldError {
                field: "old".into(),
                issue: "The current password is wrong.".into(),
            }]),
            Self::Unfit { issues } => Description::new(
                422,
                "Fields to correct",
                "The new password cannot be used.",
                "Correct the fields that are named.",
            )
            .with_errors(issues.clone()),
            Self::TooManyAttempts { retry_after_seconds } => Description::new(
                429,
                "Too many attempts",
                "There were too many wrong passwords.",
                format!("Wait {retry_after_seconds} seconds and try again."),
            )
            .retryable(),
        }
    }

    fn samples() -> Vec<Self> {
        let issues = vec![FieldError { field: "new".into(), issue: "Use at least 8 characters.".into() }];
        vec![Self::WrongPassword, Self::Unfit { issues }, Self::TooManyAttempts { retry_after_seconds: 30 }]
    }
}

/// Changes the password. Every other session of the caller ends.
pub struct Change;

impl Endpoint for Change {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/password";
    const SUMMARY: &'static str = "Change your password, which ends your other sessions";
    const ACCESS: Access = Access::SignedIn;
    const STATUS: u16 = 204;
    type Path = ();
    type Query = Nothing;
    type Body = NewPassword;
    type Response = Nothing;
    type Error = ChangeError;
}
