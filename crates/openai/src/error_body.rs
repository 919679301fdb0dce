//! The body of a refusal.

use serde::{Deserialize, Serialize};

/// What OpenAI sends with a status of 400 and above.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The reason.
    pub error: Reason,
}

/// The reason, in the documented form and in the one that missing scopes come in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Reason {
    /// `{"message", "type", "param", "code"}`.
    Object(Details),
    /// A bare string: live organizations answer so when a scope is missing.
    Text(String),
}

/// The documented form. The texts may repeat a part of the key: they are for deciding, never for showing or logging.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Sentences for a person.
    pub message: Option<String>,
    /// Such as `invalid_request_error`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The parameter that is to blame.
    pub param: Option<String>,
    /// Such as `invalid_api_key`.
    pub code: Option<String>,
}

impl Reason {
    /// The sentences, in either form.
    pub fn message(&self) -> &str {
        match self {
            Self::Object(details) => details.message.as_deref().unwrap_or_default(),
            Self::Text(text) => text,
        }
    }

    /// The details, which the bare string has not.
    pub fn details(&self) -> Option<&Details> {
        match self {
            Self::Object(details) => Some(details),
            Self::Text(_) => None,
        }
    }
}
