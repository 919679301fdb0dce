//! Support requests: written in the console, kept by it, and carried on by mail or by copy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::ListError;
use crate::{
    Access, ConnectionDraftId, Description, Email, Endpoint, FieldError, Method, Nothing, Page, PageQuery,
    Permission, Refusal, SupportRequestId, Timestamp,
};

/// A support request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SupportRequest {
    /// Its id, which is also its reference.
    pub id: SupportRequestId,
    /// What it is about.
    pub subject: String,
    /// The user's words.
    pub message: String,
    /// The diagnostics that the server added: never a key, and its last characters only for those who may connect accounts.
    pub diagnostics: String,
    /// Who wrote it.
    pub created_by: Email,
    /// When.
    pub created_at: Timestamp,
}

/// Lists the support requests of the tenant, newest first.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/support-requests";
    const SUMMARY: &'static str = "List the support requests";
    const ACCESS: Access = Access::AnyOf(Permission::REQUESTS_SUPPORT);
    type Path = ();
    type Query = PageQuery;
    type Body = Nothing;
    type Response = Page<SupportRequest>;
    type Error = ListError;
}

/// Shows one.
pub struct View;

/// Why it is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ViewError {
    /// There is none with this id that the user may see.
    UnknownSupportRequest,
}

impl Refusal for ViewError {
    fn describe(&self) -> Description {
        Description::new(
            404,
            "No such support request",
            "There is no support request with this id.",
            "Open Support to see all of them.",
        )
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownSupportRequest]
    }
}

impl Endpoint for View {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/support-requests/{support_request}";
    const SUMMARY: &'static str = "Show a support request";
    const ACCESS: Access = Access::AnyOf(Permission::REQUESTS_SUPPORT);
    type Path = SupportRequestId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = SupportRequest;
    type Error = ViewError;
}

/// Keeps a new one.
pub struct Create;

/// What the user wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSupportRequest {
    /// What it is about: 1 to 200 characters.
    pub subject: String,
    /// The user's words: 1 to 10,000 characters.
    pub message: String,
    /// The draft whose diagnostics the server adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<ConnectionDraftId>,
}

impl CreateSupportRequest {
    /// Most characters of a subject.
    pub const LONGEST_SUBJECT: usize = 200;
    /// Most characters of a message.
    pub const LONGEST_MESSAGE: usize = 10_000;

    /// The request as it is kept: without blanks around the texts, both of which fit and hold no secret key. The form
    /// reads with this before anything is sent, and the server reads with it again.
    pub fn parse(self) -> Result<Self, CreateError> {
        let (subject, message) = (self.subject.trim().to_owned(), self.message.trim().to_owned());
        for (field, text) in [("subject", &subject), ("message", &message)] {
            if contains_key(text) {
                return Err(CreateError::ContainsKey { field: field.into() });
            }
        }
        let mut issues = Vec::new();
        let mut add = |field: &str, issue: String| issues.push(FieldError { field: field.into(), issue });
        if subject.is_empty() {
            add("subject", "Enter a subject.".into());
        } else if subject.chars().count() > Self::LONGEST_SUBJECT {
            add("subject", format!("Use at most {} characters.", Self::LONGEST_SUBJECT));
        } else if subject.chars().any(char::is_control) {
            add("subject", "Use no line breaks.".into());
        }
        if message.is_empty() {
            add("message", "Enter a message.".into());
        } else if message.chars().count() > Self::LONGEST_MESSAGE {
            add("message", format!("Use at most {} characters.", Self::LONGEST_MESSAGE));
        }
        if issues.is_empty() {
            Ok(Self { subject, message, draft: self.draft })
        } else {
            Err(CreateError::Unfit { issues })
        }
    }
}

/// Characters, `sk-` included, from which on a word may be a secret key. OpenAI's have more than forty.
const SHORTEST_KEY: usize = 20;

/// Whether a text contains what looks like a secret key of OpenAI's, of any kind.
pub fn contains_key(text: &str) -> bool {
    text.match_indices("sk-").any(|(start, _)| {
        let rest = text.get(start..).unwrap_or_default();
        let word = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(byte));
        word.count() >= SHORTEST_KEY
    })
}

/// Why it was not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateError {
    /// Some fields do not fit.
    Unfit {
        /// All of them.
        issues: Vec<FieldError>,
    },
    /// A text contains what looks like a secret key. It is not kept.
    ContainsKey {
        /// In which field.
        field: String,
    },
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
            Self::ContainsKey { field } => {
                let issue = "This text contains a secret key. It was not saved.";
                Description::new(
                    422,
                    "Secret key in the text",
                    issue,
                    "Remove the key. Revoke it at OpenAI if somebody else may have seen it.",
                )
                .with_errors(vec![FieldError { field: field.clone(), issue: issue.into() }])
            }
        }
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::Unfit {
                issues: vec![FieldError { field: "subject".into(), issue: "Enter a subject.".into() }],
            },
            Self::ContainsKey { field: "message".into() },
        ]
    }
}

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/support-requests";
    const SUMMARY: &'static str = "Open a support request";
    const ACCESS: Access = Access::AnyOf(Permission::REQUESTS_SUPPORT);
    const STATUS: u16 = 201;
    type Path = ();
    type Query = Nothing;
    type Body = CreateSupportRequest;
    type Response = SupportRequest;
    type Error = CreateError;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(subject: &str, message: &str) -> Result<(String, String), CreateError> {
        let request = CreateSupportRequest { subject: subject.into(), message: message.into(), draft: None };
        request.parse().map(|request| (request.subject, request.message))
    }

    #[test]
    fn texts_that_contain_a_key_are_refused() {
        for text in [
            "sk-admin-abcdefghijklmnop",
            "it is \"sk-proj-abcdefghijklmnop\", see",
            "key=sk-abcdefghijklmnopqrstuvwxyz",
        ] {
            assert_eq!(
                parse("Help", text),
                Err(CreateError::ContainsKey { field: "message".into() }),
                "{text}"
            );
            assert_eq!(
                parse(text, "Help"),
                Err(CreateError::ContainsKey { field: "subject".into() }),
                "{text}"
            );
        }
        for text in ["the key sk-admin-...VuSa fails", "sk-admin-", "ask-me-anything"] {
            assert_eq!(parse("Help", text), Ok(("Help".into(), text.into())));
        }
    }

    #[test]
    fn every_field_at_fault_is_named_at_once() {
        let fields = |subject: &str, message: &str| match parse(subject, message) {
            Err(CreateError::Unfit { issues }) => issues.into_iter().map(|issue| issue.field).collect(),
            _ => Vec::new(),
        };
        assert_eq!(fields(" ", ""), ["subject", "message"]);
        assert_eq!(fields(&"x".repeat(201), &"x".repeat(10_001)), ["subject", "message"]);
        assert_eq!(fields("a\nb", "c"), ["subject"]);
        assert_eq!(parse(" Help ", "It fails.\nTwice. "), Ok(("Help".into(), "It fails.\nTwice.".into())));
    }
}
