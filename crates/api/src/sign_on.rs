//! Signing on with the company's own provider (OpenID Connect): the browser departs to it and returns with a code, for
//! which the server alone gets tokens.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::problem::Never;
use crate::session::Session;
use crate::{Access, Description, Endpoint, Method, Nothing, Refusal, SecretText};

/// How people come in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignOn {
    /// What the company's provider is called; absent when there is none.
    pub provider: Option<String>,
    /// Whether everybody may sign in with a password. Where it is false one account may, for the day on which the provider
    /// is down.
    pub passwords: bool,
}

/// Where somebody goes on after signing on: a path of this console with its query, never an address of somewhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPath(String);

/// The text is no path of this console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Enter a path of this console, such as /lens, with at most 2000 characters.")]
pub struct ReturnPathError;

impl ReturnPath {
    /// Reads a path. Browsers read `//host` and `/\host` as addresses of another host.
    pub fn parse(text: &str) -> Result<Self, ReturnPathError> {
        let is_here = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
        let plain = !text.chars().any(|c| c.is_control() || c.is_whitespace());
        if is_here && plain && text.len() <= 2000 { Ok(Self(text.to_owned())) } else { Err(ReturnPathError) }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ReturnPath {
    type Err = ReturnPathError;
    fn from_str(text: &str) -> Result<Self, ReturnPathError> {
        Self::parse(text)
    }
}

impl Serialize for ReturnPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ReturnPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for ReturnPath {
    fn schema_name() -> Cow<'static, str> {
        "ReturnPath".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^/([^/\\\\\\s\\x00-\\x1f\\x7f-\\x9f][^\\\\\\s\\x00-\\x1f\\x7f-\\x9f]*)?$", "maxLength": 2000 })
    }
}

/// What is to be remembered while the browser is away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Depart {
    /// Where to go on afterwards.
    pub back: ReturnPath,
}

/// Where the provider is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Departure {
    /// The address to send the browser to.
    pub location: String,
}

/// What the browser came back with: the query of its address.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// Which departure it belongs to.
    pub state: String,
    /// What the server gets tokens for.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "SecretText::serialize_exposed_option"
    )]
    pub code: Option<SecretText>,
    /// Which provider says so (RFC 9207).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Why there is no code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Somebody has signed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Arrival {
    /// Who.
    pub session: Session,
    /// Where they wanted to go.
    pub back: ReturnPath,
}

/// Why nobody is sent to the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DepartError {
    /// There is no provider.
    NoProvider,
    /// The provider does not answer.
    ProviderUnavailable,
    /// Too many departures from one network.
    TooManyAttempts {
        /// Seconds until the next one is taken.
        retry_after_seconds: u32,
    },
}

/// Why nobody is signed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ArriveError {
    /// There is no provider.
    NoProvider,
    /// No such departure of this browser: another one's, used, or older than ten minutes.
    UnknownDeparture,
    /// The provider does not answer.
    ProviderUnavailable,
    /// The provider, or the person, said no.
    Denied,
    /// What the provider, or somebody in its name, answered does not hold.
    NotBelieved,
    /// The provider tells no e-mail address, or one that is not verified.
    NoAddress,
    /// Somebody else has this address here.
    AddressTaken,
    /// The person was deactivated.
    Deactivated,
    /// Too many returns from one network that came to nothing.
    TooManyAttempts {
        /// Seconds until the next one is taken.
        retry_after_seconds: u32,
    },
}

fn no_provider() -> Description {
    Description::new(
        404,
        "No sign-in service",
        "This console is not connected to a company's sign-in service.",
        "Sign in with your password.",
    )
}

fn unavailable() -> Description {
    Description::new(
        503,
        "Sign-in service not available",
        "Your company's sign-in service is not answering as it should.",
        "Try again in a moment. If the problem persists, tell whoever runs this console.",
    )
    .retryable()
}

impl Refusal for DepartError {
    fn describe(&self) -> Description {
        match self {
            Self::NoProvider => no_provider(),
            Self::ProviderUnavailable => unavailable(),
            Self::TooManyAttempts { retry_after_seconds } => Description::new(
                429,
                "Too many attempts",
                "Too many sign-ins were started from your network and not finished.",
                format!("Wait {retry_after_seconds} seconds and try again."),
            )
            .retryable(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::NoProvider, Self::ProviderUnavailable, Self::TooManyAttempts { retry_after_seconds: 30 }]
    }
}

impl Refusal for ArriveError {
    fn describe(&self) -> Description {
        match self {
            Self::NoProvider => no_provider(),
            Self::ProviderUnavailable => unavailable(),
            Self::UnknownDeparture => Description::new(
                409,
                "Sign-in not started here",
                "This sign-in was started in another browser, is already finished, or took more than ten minutes.",
                "Start again.",
            ),
            Self::Denied => Description::new(
                403,
                "Not signed in",
                "Your company's sign-in service did not sign you in.",
                "Start again. If the problem persists, ask whoever runs that service whether you may use this console.",
            ),
            Self::NotBelieved => Description::new(
                403,
                "Sign-in not accepted",
                "The response from your company's sign-in service could not be verified, so it was not accepted.",
                "Start again. If the problem persists, give the request id to whoever runs this console. The audit log says why.",
            ),
            Self::NoAddress => Description::new(
                403,
                "No e-mail address",
                "Your company's sign-in service provides no verified e-mail address for you.",
                "Ask whoever runs that service to add it.",
            ),
            Self::AddressTaken => Description::new(
                409,
                "Address taken",
                "Somebody already signs in here with a password and the same e-mail address. It may be you, but the console cannot tell.",
                "Ask a Users Manager of your company to remove that account, then start again.",
            ),
            Self::Deactivated => Description::new(
                403,
                "Deactivated",
                "Your access to this console is deactivated.",
                "Ask a Users Manager of your company.",
            ),
            Self::TooManyAttempts { retry_after_seconds } => Description::new(
                429,
                "Too many attempts",
                "Too many sign-ins from your network did not finish properly.",
                format!("Wait {retry_after_seconds} seconds and start again."),
            )
            .retryable(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::NoProvider,
            Self::UnknownDeparture,
            Self::ProviderUnavailable,
            Self::Denied,
            Self::NotBelieved,
            Self::NoAddress,
            Self::AddressTaken,
            Self::Deactivated,
            Self::TooManyAttempts { retry_after_seconds: 30 },
        ]
    }
}

/// Says how people come in.
pub struct View;

impl Endpoint for View {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/sign-on";
    const SUMMARY: &'static str = "Show how people sign in";
    const ACCESS: Access = Access::Anonymous;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = SignOn;
    type Error = Never;
}

/// Begins to sign on. The answer carries a cookie, without which no return is taken.
pub struct Begin;

impl Endpoint for Begin {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/sign-on/departure";
    const SUMMARY: &'static str = "Start signing on with the company's provider";
    const ACCESS: Access = Access::Anonymous;
    type Path = ();
    type Query = Nothing;
    type Body = Depart;
    type Response = Departure;
    type Error = DepartError;
}

/// Takes a browser's return, and signs in.
pub struct Finish;

impl Endpoint for Finish {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/sign-on/arrival";
    const SUMMARY: &'static str = "Finish signing on";
    const ACCESS: Access = Access::Anonymous;
    type Path = ();
    type Query = Nothing;
    type Body = Return;
    type Response = Arrival;
    type Error = ArriveError;
}

/// Where browsers come back to: a page of the app, which calls [`Finish`]. The provider has the same address.
pub const RETURN_PATH: &str = "/login/return";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_path_leads_nowhere_else() {
        for text in ["/", "/lens?period=last_30_days&filter=a%20b", "/reports/report_1"] {
            assert_eq!(ReturnPath::parse(text).unwrap().as_str(), text);
        }
        let long = format!("/{}", "x".repeat(2000));
        for text in [
            "",
            "lens",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\nb",
            "/lens?x=\\",
            " /lens",
            long.as_str(),
        ] {
            assert_eq!(ReturnPath::parse(text), Err(ReturnPathError), "{text}");
        }
    }
}
