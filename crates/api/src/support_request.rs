//! Support requests: written in the console, kept by it, and carried on by mail or by copy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::ListError;
use crate::{
    Access, ConnectionDraftId, Description, Email, Endpoint, FieldError, Method, Nothing, Page, PageQuery,
    Refusal, SupportRequestId, Timestamp,
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
    /// The diagnostics that the server added: never a key.
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
    const ACCESS: Access = Access::SignedIn;
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
    const ACCESS: Access = Access::SignedIn;
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
                "Some fields need another value.",
                "Correct the fields that are named.",
            )
            .with_errors(issues.clone()),
            Self::ContainsKey { field } => {
                let issue = "This text contains a secret key. It was not sent on.";
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
    const ACCESS: Access = Access::SignedIn;
    const STATUS: u16 = 201;
    type Path = ();
    type Query = Nothing;
    type Body = CreateSupportRequest;
    type Response = SupportRequest;
    type Error = CreateError;
}
