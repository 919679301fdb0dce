//! Webhooks: where programs are told of what happens.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::delivery::{Delivery, TestError, unknown_webhook};
use crate::notification::Kind;
use crate::problem::Never;
use crate::{
    Access, Description, Email, Endpoint, FieldError, Method, Nothing, Permission, Refusal, SecretText,
    Timestamp, WebhookId,
};

/// Most webhooks of a company: each is called for each event.
pub const MOST_WEBHOOKS: usize = 10;

/// A webhook, without its secret and without the path of its address, which may hold a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Scheme, host and port of its address.
    pub origin: String,
    /// What it is told of.
    pub kinds: Vec<Kind>,
    /// Whether it is told.
    pub active: bool,
    /// Who made it.
    pub created_by: Email,
    /// When.
    pub created_at: Timestamp,
}

/// The webhooks of a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Webhooks {
    /// Oldest first.
    pub items: Vec<Webhook>,
}

/// A webhook to make.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where it is: an https address on the internet. It is kept sealed.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub url: SecretText,
    /// What it is notified about: one at least.
    pub kinds: Vec<Kind>,
}

/// A new webhook with the secret that its messages are signed with, which no answer has again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssuedWebhook {
    /// What is known of it from now on.
    pub webhook: Webhook,
    /// The secret, `whsec_…`.
    pub secret: String,
}

/// What to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What it is notified about: one at least.
    pub kinds: Vec<Kind>,
    /// Whether it is told.
    pub active: bool,
}

/// Lists the webhooks.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/webhooks";
    const SUMMARY: &'static str = "List the webhooks";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_NOTIFICATIONS);
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = Webhooks;
    type Error = Never;
}

/// Makes a webhook.
pub struct Create;

/// Why there is no webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateError {
    /// Some fields do not fit.
    Unfit {
        /// All of them.
        issues: Vec<FieldError>,
    },
    /// The company has 10 webhooks already.
    TooMany,
}

fn unfit(issues: &[FieldError]) -> Description {
    Description::new(
        422,
        "Fields to correct",
        "Some fields need a different value.",
        "Correct the fields that are named.",
    )
    .with_errors(issues.to_vec())
}

fn sample() -> Vec<FieldError> {
    vec![FieldError { field: "kinds".into(), issue: "Choose at least one event.".into() }]
}

impl Refusal for CreateError {
    fn describe(&self) -> Description {
        match self {
            Self::Unfit { issues } => unfit(issues),
            Self::TooMany => Description::new(
                409,
                "Too many webhooks",
                format!("There are already {MOST_WEBHOOKS} webhooks."),
                "Remove one that is no longer needed.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::Unfit { issues: sample() }, Self::TooMany]
    }
}

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/webhooks";
    const SUMMARY: &'static str = "Create a webhook and get its secret, once";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_NOTIFICATIONS);
    const STATUS: u16 = 201;
    type Path = ();
    type Query = Nothing;
    type Body = NewWebhook;
    type Response = IssuedWebhook;
    type Error = CreateError;
}

/// Changes a webhook. Its address stays: for another one, make another webhook.
pub struct Update;

/// Why a webhook is not changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UpdateError {
    /// There is none with this id.
    UnknownWebhook,
    /// Some fields do not fit.
    Unfit {
        /// All of them.
        issues: Vec<FieldError>,
    },
}

impl Refusal for UpdateError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownWebhook => unknown_webhook(),
            Self::Unfit { issues } => unfit(issues),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownWebhook, Self::Unfit { issues: sample() }]
    }
}

impl Endpoint for Update {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/webhooks/{webhook}";
    const SUMMARY: &'static str = "Change what a webhook is notified about, or turn it off";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_NOTIFICATIONS);
    type Path = WebhookId;
    type Query = Nothing;
    type Body = Change;
    type Response = Webhook;
    type Error = UpdateError;
}

/// Removes a webhook and destroys its secret. A second time is as good as the first.
pub struct Delete;

impl Endpoint for Delete {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/webhooks/{webhook}";
    const SUMMARY: &'static str = "Remove a webhook";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_NOTIFICATIONS);
    const STATUS: u16 = 204;
    type Path = WebhookId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = Never;
}

/// Sends a message to try it, and waits for what becomes of it.
pub struct Test;

impl Endpoint for Test {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/webhooks/{webhook}/test";
    const SUMMARY: &'static str = "Send a test message to a webhook";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_NOTIFICATIONS);
    type Path = WebhookId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Delivery;
    type Error = TestError;
}
