//! Signing in and out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Never;
use crate::{
    Access, Description, Email, Endpoint, FieldError, Method, Nothing, Permission, Refusal, SecretText,
    Timestamp, UserId,
};

/// Who the browser is to the server. Signed out is an answer, not an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Session {
    /// There is no user yet: the set-up is open to whoever holds the one-time token.
    SetupNeeded,
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is.
    SignedIn(SignedIn),
}

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedIn {
    /// The user's id.
    pub user: UserId,
    /// The user's e-mail address.
    pub email: Email,
    /// The tenant's name, as shown on Home.
    pub tenant_name: String,
    /// What the user may do.
    pub permissions: Vec<Permission>,
    /// When the session ends, whatever happens.
    pub ends_at: Timestamp,
    /// How long the session lives without being used, in seconds.
    pub idle_seconds: u32,
    /// Where support requests can be mailed; the operator sets it.
    pub support_email: Option<String>,
    /// Whether the upstream is the bundled simulator: the pages then say that all figures are made up.
    pub simulated: bool,
    /// Whether the user signs in with a password of this console; false where the company's provider signs them on.
    pub has_password: bool,
    /// Whether the company asks the user for a second factor that there is not yet: nothing else is open before.
    pub second_factor_due: bool,
}

impl SignedIn {
    /// Whether the user may open the wizard and finish it.
    pub fn can_connect(&self) -> bool {
        self.has_any(Permission::CONNECTS)
    }

    /// Whether the user may see cost and usage.
    pub fn can_see_costs(&self) -> bool {
        self.has_any(Permission::SEES_COSTS)
    }

    /// Whether the user has one of these permissions.
    pub fn has_any(&self, permissions: &[Permission]) -> bool {
        permissions.iter().any(|permission| self.permissions.contains(permission))
    }
}

/// Says who is signed in.
pub struct View;

impl Endpoint for View {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/session";
    const SUMMARY: &'static str = "Show who is signed in";
    const ACCESS: Access = Access::Anonymous;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = Session;
    type Error = Never;
}

/// Signs in.
pub struct Create;

/// The name and the password.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The e-mail address.
    pub email: String,
    /// The password.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub password: SecretText,
    /// A code of the authenticator app or a recovery code, once the server has asked for one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "SecretText::serialize_exposed_option"
    )]
    pub code: Option<SecretText>,
}

/// Why nobody was signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateError {
    /// No user has this address and this password. Which of the two is wrong is not said.
    WrongCredentials,
    /// Both are right, and a code of the second factor is needed too.
    CodeNeeded,
    /// The code is wrong, old or used.
    WrongCode,
    /// Passwords are off: people sign on with the company's provider.
    PasswordsOff,
    /// Too many failed tries for this address or from this network address.
    TooManyAttempts {
        /// Seconds until the next try is taken.
        retry_after_seconds: u32,
    },
}

/// Passwords are off, wherever one is given or made.
pub(crate) fn passwords_off() -> Description {
    Description::new(
        403,
        "Passwords are off",
        "People sign in to this console with their company's sign-in service.",
        "Sign in with that service.",
    )
}

impl Refusal for CreateError {
    fn describe(&self) -> Description {
        match self {
            Self::WrongCredentials => Description::new(
                401,
                "Wrong e-mail or password",
                "The e-mail address or the password is wrong.",
                "Check both and try again.",
            )
            .with_errors(vec![FieldError {
                field: "password".into(),
                issue: "The e-mail address or the password is wrong.".into(),
            }]),
            Self::CodeNeeded => Description::new(
                401,
                "Code needed",
                "This account has a second factor.",
                "Enter the code that your authenticator app shows, or a recovery code.",
            ),
            Self::WrongCode => Description::new(
                401,
                "Wrong code",
                "The code is wrong, expired or already used.",
                "Enter the code that the app shows now.",
            )
            .with_errors(vec![FieldError {
                field: "code".into(),
                issue: "The code is wrong, expired or already used.".into(),
            }]),
            Self::PasswordsOff => passwords_off(),
            Self::TooManyAttempts { retry_after_seconds } => Description::new(
                429,
                "Too many attempts",
                "There were too many failed sign-in attempts.",
                format!("Wait {retry_after_seconds} seconds and try again."),
            )
            .retryable(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::WrongCredentials,
            Self::CodeNeeded,
            Self::WrongCode,
            Self::PasswordsOff,
            Self::TooManyAttempts { retry_after_seconds: 30 },
        ]
    }
}

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/session";
    const SUMMARY: &'static str = "Sign in";
    const ACCESS: Access = Access::Anonymous;
    type Path = ();
    type Query = Nothing;
    type Body = Credentials;
    type Response = Session;
    type Error = CreateError;
}

/// Signs out.
pub struct Delete;

impl Endpoint for Delete {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/session";
    const SUMMARY: &'static str = "Sign out";
    const ACCESS: Access = Access::Anonymous;
    const STATUS: u16 = 204;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = Never;
}
