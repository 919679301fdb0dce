//! Deliveries: each message on its way to one recipient, and what became of it.

mod setback;

pub use setback::{Setback, SetbackCause};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::ListError;
use crate::notification::Kind;
use crate::{
    Access, DeliveryId, Description, Endpoint, Method, Nothing, Page, PageQuery, Permission, Refusal,
    Timestamp,
};

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// To a person.
    Email,
    /// To a program.
    Webhook,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Progress {
    /// It is tried, or tried again.
    Waiting {
        /// Not before.
        next_try_at: Timestamp,
    },
    /// The other side has taken it.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// It is not tried again, unless somebody asks for it.
    Failed {
        /// Since when.
        at: Timestamp,
    },
}

/// A message on its way to one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    /// Its id, which the message carries: it is the same for every attempt.
    pub id: DeliveryId,
    /// What it tells of; absent for a message that was sent to try it.
    pub kind: Option<Kind>,
    /// Its first line.
    pub title: String,
    /// How it travels.
    pub channel: Channel,
    /// To whom: an e-mail address, or the origin of a webhook's address.
    pub recipient: String,
    /// What became of it.
    pub progress: Progress,
    /// How often it was tried, since somebody last asked for it.
    pub attempts: u32,
    /// Why the last attempt brought nothing.
    pub setback: Option<Setback>,
    /// When what it tells of was noticed.
    pub created_at: Timestamp,
}

/// Lists deliveries, newest first.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/deliveries";
    const SUMMARY: &'static str = "List the messages that were sent or are to be sent, newest first";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_NOTIFICATIONS);
    type Path = ();
    type Query = PageQuery;
    type Body = Nothing;
    type Response = Page<Delivery>;
    type Error = ListError;
}

/// Tries a message again now.
pub struct Retry;

/// Why a message is not tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RetryError {
    /// There is none with this id.
    UnknownDelivery,
    /// The other side has it.
    AlreadyDelivered,
}

impl Refusal for RetryError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownDelivery => Description::new(
                404,
                "No such delivery",
                "There is no delivery with this id.",
                "Open Notifications to see the deliveries.",
            ),
            Self::AlreadyDelivered => Description::new(
                409,
                "Already delivered",
                "The message was delivered in the meantime.",
                "Reload the list.",
            ),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownDelivery, Self::AlreadyDelivered]
    }
}

impl Endpoint for Retry {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/deliveries/{delivery}/retry";
    const SUMMARY: &'static str = "Send a message again now";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_NOTIFICATIONS);
    type Path = DeliveryId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Delivery;
    type Error = RetryError;
}

/// Why no message is sent to try it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum TestError {
    /// The server has no mail server.
    NoMailServer,
    /// There is no webhook with this id.
    UnknownWebhook,
    /// There were several in the last minutes.
    TooManyTests,
}

impl Refusal for TestError {
    fn describe(&self) -> Description {
        match self {
            Self::NoMailServer => Description::new(
                409,
                "No mail server",
                "This server has no mail server to send with.",
                "Ask the operator to set OPENAI_LENS_SMTP_URL.",
            ),
            Self::UnknownWebhook => unknown_webhook(),
            Self::TooManyTests => Description::new(
                429,
                "Too many test messages",
                "There were 5 test messages in the last 10 minutes.",
                "Wait a few minutes and try again.",
            )
            .retryable(),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::NoMailServer, Self::UnknownWebhook, Self::TooManyTests]
    }
}

/// The words for a webhook that nobody has.
pub(crate) fn unknown_webhook() -> Description {
    Description::new(
        404,
        "No such webhook",
        "There is no webhook with this id.",
        "Open Notifications to see the webhooks.",
    )
}
