//! The wizard's moves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cause, ConnectionDraft, Finding};
use crate::connection::{Connection, ConnectionRef};
use crate::{
    Access, ConnectionDraftId, ConnectionId, Description, Endpoint, FieldError, Method, Nothing, Permission,
    Refusal, SecretText, Unfit,
};

/// Takes an admin key and keeps it sealed.
pub struct Create;

/// The one body that carries an admin key.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDraft {
    /// The pasted text: [`crate::AdminKey::parse`] reads it.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub admin_key: SecretText,
    /// The user's draft that this key replaces; it is discarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<ConnectionDraftId>,
    /// The connection whose key this one is to take the place of, also while that one works. It has to be a key of the
    /// same organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
}

/// Why the key was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateError {
    /// The text is no admin key.
    UnfitKey {
        /// What it is instead: a code of [`Unfit::code`].
        unfit: String,
        /// The cause, as a sentence.
        cause: String,
        /// The remedy, as a sentence.
        fix: String,
    },
    /// This very key belongs to a connected account.
    AlreadyConnected {
        /// Which one.
        connection: ConnectionRef,
    },
    /// It is the very key that the connection has, and works.
    SameKey {
        /// Which one.
        connection: ConnectionRef,
    },
    /// There is no connection with this id whose key could be replaced.
    UnknownConnection,
}

impl From<Unfit> for CreateError {
    fn from(unfit: Unfit) -> Self {
        Self::UnfitKey { unfit: unfit.code().into(), cause: unfit.to_string(), fix: unfit.remedy().into() }
    }
}

impl Refusal for CreateError {
    fn describe(&self) -> Description {
        match self {
            Self::UnfitKey { cause, fix, .. } => Description::new(422, "Not an admin key", cause, fix)
                .with_errors(vec![FieldError { field: "admin_key".into(), issue: cause.clone() }]),
            Self::AlreadyConnected { connection } => already_connected(connection),
            Self::SameKey { connection } => Description::new(
                409,
                "The same key",
                format!("This is the admin key that “{}” already has.", connection.name),
                "Create a new admin key in OpenAI, and paste that one.",
            ),
            Self::UnknownConnection => Description::new(
                404,
                "No such account",
                "There is no connected account with this id.",
                "Open Assets to see the connected accounts.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        let mut samples = vec![Self::from(Unfit::CutOff), Self::UnknownConnection];
        samples.extend(sample_connection().into_iter().flat_map(|connection| {
            [Self::AlreadyConnected { connection: connection.clone() }, Self::SameKey { connection }]
        }));
        samples
    }
}

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/connection-drafts";
    const SUMMARY: &'static str = "Accept an admin key and keep it sealed for 30 minutes";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    const STATUS: u16 = 201;
    type Path = ();
    type Query = Nothing;
    type Body = CreateDraft;
    type Response = ConnectionDraft;
    type Error = CreateError;
}

/// Shows how far a draft is, also while its test runs.
pub struct View;

/// Why a draft is not shown, not discarded and not diagnosed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ViewError {
    /// There is none with this id: it has expired, was discarded, or is another user's.
    UnknownDraft,
}

impl Refusal for ViewError {
    fn describe(&self) -> Description {
        unknown_draft()
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownDraft]
    }
}

impl Endpoint for View {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/connection-drafts/{draft}";
    const SUMMARY: &'static str = "Show the progress of a connection draft";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    type Path = ConnectionDraftId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = ConnectionDraft;
    type Error = ViewError;
}

/// Destroys a draft and its key. A second time is as good as the first.
pub struct Discard;

impl Endpoint for Discard {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/connection-drafts/{draft}";
    const SUMMARY: &'static str = "Discard a connection draft and its key";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    const STATUS: u16 = 204;
    type Path = ConnectionDraftId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = ViewError;
}

/// Tests the key: answers when every check has its verdict. A call while a test runs joins it.
pub struct Test;

/// Why nothing was tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum TestError {
    /// See [`ViewError::UnknownDraft`].
    UnknownDraft,
    /// It is a connection already.
    AlreadyFinished {
        /// Which one.
        connection: ConnectionRef,
    },
}

impl Refusal for TestError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownDraft => unknown_draft(),
            Self::AlreadyFinished { connection } => Description::new(
                409,
                "Already finished",
                format!("This draft has become the account “{}”.", connection.name),
                "Open the account.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        let mut samples = vec![Self::UnknownDraft];
        samples.extend(sample_connection().map(|connection| Self::AlreadyFinished { connection }));
        samples
    }
}

impl Endpoint for Test {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/connection-drafts/{draft}/test";
    const SUMMARY: &'static str = "Test the connection";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    type Path = ConnectionDraftId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = ConnectionDraft;
    type Error = TestError;
}

/// Makes the connection and starts its import. A second call answers with the same connection.
pub struct Finish;

/// What the user decides last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishDraft {
    /// The account's name: [`crate::ConnectionName::parse`] reads it.
    pub name: String,
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FinishError {
    /// See [`ViewError::UnknownDraft`].
    UnknownDraft,
    /// The test has not passed every required check.
    NotReady,
    /// The name does not fit.
    UnfitName {
        /// Why, as a sentence.
        cause: String,
    },
    /// The organization was connected in the meantime.
    AlreadyConnected {
        /// As which account.
        connection: ConnectionRef,
    },
    /// The key is not one of the organization whose key it was to replace.
    OtherOrganization {
        /// The connection's organization, by name and id.
        expected: String,
        /// The key's organization; none when OpenAI did not tell.
        found: Option<String>,
    },
}

impl Refusal for FinishError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownDraft => unknown_draft(),
            Self::NotReady => Description::new(
                409,
                "Not tested",
                "The connection has not passed its test.",
                "Select Test connection first.",
            ),
            Self::UnfitName { cause } => Description::new(422, "Name to correct", cause, "Correct the name.")
                .with_errors(vec![FieldError { field: "name".into(), issue: cause.clone() }]),
            Self::AlreadyConnected { connection } => already_connected(connection),
            Self::OtherOrganization { expected, found } => {
                let (expected, found) = (expected.as_str().into(), found.as_deref().map(Into::into));
                let Finding { detail, remedy, .. } =
                    Finding::new(Cause::OtherOrganization { expected, found }, None);
                Description::new(409, "Another organization", detail, remedy)
            }
        }
    }

    fn samples() -> Vec<Self> {
        let mut samples =
            vec![Self::UnknownDraft, Self::NotReady, Self::UnfitName { cause: "Enter a name.".into() }];
        samples.extend(sample_connection().map(|connection| Self::AlreadyConnected { connection }));
        let (expected, found) = ("Acme (org-1)".to_owned(), Some("Globex (org-2)".to_owned()));
        samples.push(Self::OtherOrganization { expected, found });
        samples
    }
}

impl Endpoint for Finish {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/connection-drafts/{draft}/finish";
    const SUMMARY: &'static str = "Create the connection and start its import";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    type Path = ConnectionDraftId;
    type Query = Nothing;
    type Body = FinishDraft;
    type Response = Connection;
    type Error = FinishError;
}

/// Writes down what a support request about a draft should say.
pub struct Diagnose;

/// Diagnostics: never the key, never upstream's own text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnosis {
    /// Lines of `name: value` for people to read and to copy.
    pub text: String,
}

impl Endpoint for Diagnose {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/connection-drafts/{draft}/diagnosis";
    const SUMMARY: &'static str = "Show the diagnostics of a connection draft";
    const ACCESS: Access = Access::AnyOf(Permission::CONNECTS);
    type Path = ConnectionDraftId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Diagnosis;
    type Error = ViewError;
}

fn unknown_draft() -> Description {
    Description::new(
        404,
        "No such draft",
        "This connection draft has expired or was discarded. Its key is destroyed.",
        "Start again and paste the key once more. Create a new one if you no longer have it.",
    )
}

fn already_connected(connection: &ConnectionRef) -> Description {
    Description::new(
        409,
        "Already connected",
        format!("This organization is already connected, as “{}”.", connection.name),
        "Open that account instead, or use a key of another organization.",
    )
}

fn sample_connection() -> Option<ConnectionRef> {
    Some(ConnectionRef {
        id: ConnectionId::parse("conn_1").ok()?,
        name: crate::ConnectionName::parse("Production").ok()?,
    })
}
