//! The body of a refusal.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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

/// What a refusal says, in whatever form it comes: the documented one, a bare string, both with other fields or types
/// than documented, an object without `error` around it, or text that is no JSON.
pub(crate) fn details(body: &[u8]) -> Details {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        // A page of HTML is some proxy's word and not OpenAI's.
        let text = String::from_utf8_lossy(body);
        let is_text = !text.trim_start().starts_with('<');
        return Details { message: is_text.then(|| text.into_owned()), ..Details::default() };
    };
    let reason = body.get("error").filter(|reason| !reason.is_null()).unwrap_or(&body);
    if let Value::String(text) = reason {
        return Details { message: Some(text.clone()), ..Details::default() };
    }
    let said = |field: &str| match reason.get(field).or_else(|| body.get(field))? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Details { message: said("message"), kind: said("type"), param: said("param"), code: said("code") }
}
