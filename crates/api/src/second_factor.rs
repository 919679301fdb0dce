//! The second factor: codes of an authenticator app beside the password (RFC 6238), and recovery codes for its loss.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Never;
use crate::{Access, Description, Endpoint, FieldError, Method, Nothing, Refusal, SecretText};

/// Whether the caller has a second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecondFactor {
    /// Whether signing in asks for a code.
    pub enabled: bool,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
}

/// The password, which stands before every change of the second factor.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PresentPassword {
    /// The caller's password.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub password: SecretText,
}

/// What an authenticator app needs. No answer has it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Enrolment {
    /// The secret in base 32, to type.
    pub secret: String,
    /// The address that apps read, `otpauth://…`.
    pub uri: String,
    /// The same as a QR code, an SVG document.
    pub qr_svg: String,
}

/// A code of the authenticator app.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Six digits.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub code: SecretText,
}

/// Codes that stand in for the app, each once. No answer has them again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryCodes {
    /// Ten of them.
    pub codes: Vec<String>,
}

/// Why no second factor is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum EnrolError {
    /// There is one already.
    AlreadyEnabled,
    /// The password is another one.
    WrongPassword,
    /// Too many failed tries.
    TooManyAttempts {
        /// Seconds until the next try is taken.
        retry_after_seconds: u32,
    },
}

/// Why a second factor does not count yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ConfirmError {
    /// None was begun.
    NothingToConfirm,
    /// The code is wrong, old or used.
    WrongCode,
    /// Too many failed tries.
    TooManyAttempts {
        /// Seconds until the next try is taken.
        retry_after_seconds: u32,
    },
}

/// Why the second factor stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RemoveError {
    /// The company asks for one.
    Required,
    /// The password is another one.
    WrongPassword,
    /// Too many failed tries.
    TooManyAttempts {
        /// Seconds until the next try is taken.
        retry_after_seconds: u32,
    },
}

fn wrong_password() -> Description {
    Description::new(
        422,
        "Wrong password",
        "The current password is wrong.",
        "Enter the password that you sign in with.",
    )
    .with_errors(vec![FieldError {
        field: "password".into(),
        issue: "The current password is wrong.".into(),
    }])
}

fn too_many_attempts(retry_after_seconds: u32) -> Description {
    Description::new(
        429,
        "Too many attempts",
        "There were too many failed attempts.",
        format!("Wait {retry_after_seconds} seconds and try again."),
    )
    .retryable()
}

impl Refusal for EnrolError {
    fn describe(&self) -> Description {
        match self {
            Self::AlreadyEnabled => Description::new(
                409,
                "Second factor is on",
                "You already have a second factor.",
                "Remove it before you set up another one.",
            ),
            Self::WrongPassword => wrong_password(),
            Self::TooManyAttempts { retry_after_seconds } => too_many_attempts(*retry_after_seconds),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::AlreadyEnabled, Self::WrongPassword, Self::TooManyAttempts { retry_after_seconds: 30 }]
    }
}

impl Refusal for ConfirmError {
    fn describe(&self) -> Description {
        match self {
            Self::NothingToConfirm => Description::new(
                409,
                "Nothing to confirm",
                "No second factor is being set up, or it is already in effect.",
                "Start setting one up.",
            ),
            Self::WrongCode => Description::new(
                422,
                "Wrong code",
                "The code is wrong, expired or already used.",
                "Enter the code that the app shows now.",
            )
            .with_errors(vec![FieldError {
                field: "code".into(),
                issue: "The code is wrong, expired or already used.".into(),
            }]),
            Self::TooManyAttempts { retry_after_seconds } => too_many_attempts(*retry_after_seconds),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::NothingToConfirm, Self::WrongCode, Self::TooManyAttempts { retry_after_seconds: 30 }]
    }
}

impl Refusal for RemoveError {
    fn describe(&self) -> Description {
        match self {
            Self::Required => Description::new(
                409,
                "Second factor required",
                "Your company requires you to have a second factor.",
                "Ask a Users Manager of your company to change that rule first.",
            ),
            Self::WrongPassword => wrong_password(),
            Self::TooManyAttempts { retry_after_seconds } => too_many_attempts(*retry_after_seconds),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::Required, Self::WrongPassword, Self::TooManyAttempts { retry_after_seconds: 30 }]
    }
}

/// Says whether the caller has a second factor.
pub struct View;

impl Endpoint for View {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/second-factor";
    const SUMMARY: &'static str = "Show whether you have a second factor";
    const ACCESS: Access = Access::SignedIn;
    const BEFORE_SECOND_FACTOR: bool = true;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = SecondFactor;
    type Error = Never;
}

/// Begins to set up a second factor, in place of one that was begun before.
pub struct Enrol;

impl Endpoint for Enrol {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/second-factor/enrolment";
    const SUMMARY: &'static str = "Start setting up a second factor";
    const ACCESS: Access = Access::SignedIn;
    const BEFORE_SECOND_FACTOR: bool = true;
    type Path = ();
    type Query = Nothing;
    type Body = PresentPassword;
    type Response = Enrolment;
    type Error = EnrolError;
}

/// Makes the second factor count, by a code of it. The caller's other sessions end.
pub struct Confirm;

impl Endpoint for Confirm {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/second-factor/confirmation";
    const SUMMARY: &'static str = "Confirm the second factor and get recovery codes, once";
    const ACCESS: Access = Access::SignedIn;
    const BEFORE_SECOND_FACTOR: bool = true;
    type Path = ();
    type Query = Nothing;
    type Body = Code;
    type Response = RecoveryCodes;
    type Error = ConfirmError;
}

/// Removes the second factor. A second time is as good as the first.
pub struct Remove;

impl Endpoint for Remove {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/second-factor/removal";
    const SUMMARY: &'static str = "Remove the second factor";
    const ACCESS: Access = Access::SignedIn;
    const STATUS: u16 = 204;
    type Path = ();
    type Query = Nothing;
    type Body = PresentPassword;
    type Response = Nothing;
    type Error = RemoveError;
}
