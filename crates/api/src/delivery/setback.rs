//! Why a message was not delivered: a closed list of causes, each with its words and its remedy. The other side's own
//! words are never in it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why an attempt brought nothing, in our words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Setback {
    /// What it is.
    pub cause: SetbackCause,
    /// The sentence that names the cause.
    pub detail: String,
    /// What to do, as an imperative sentence.
    pub remedy: String,
}

impl Setback {
    /// The setback of a cause, in words.
    pub fn new(cause: SetbackCause) -> Self {
        let (detail, remedy) = cause.words();
        Self { cause, detail, remedy: remedy.to_owned() }
    }
}

/// Why an attempt brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SetbackCause {
    /// The webhook's name leads into a network that is not the internet.
    AddressNotPublic,
    /// There is no such host, or nobody answers there.
    Unreachable,
    /// The connection could not be secured.
    Insecure,
    /// No answer came in time.
    TimedOut,
    /// The receiver's answer leads elsewhere.
    Redirected {
        /// The status of HTTP.
        status: u16,
    },
    /// The receiver answered with another status than success.
    Answered {
        /// The status of HTTP.
        status: u16,
    },
    /// The mail server refuses the message for good.
    MailRefused {
        /// The reply code of SMTP.
        code: u16,
    },
    /// The mail server does not take the message at the moment.
    MailDelayed {
        /// The reply code of SMTP.
        code: u16,
    },
    /// The mail server refuses the login.
    LoginRefused,
    /// The answer is none of its protocol.
    NotUnderstood,
    /// The server has no mail server any more.
    NoMailServer,
    /// The person may not be told any more, or the webhook is gone or off.
    RecipientGone,
    /// The webhook's signing secret cannot be decrypted.
    SecretUnreadable,
}

impl SetbackCause {
    fn words(self) -> (String, &'static str) {
        match self {
            Self::AddressNotPublic => (
                "The webhook's address leads into a private network: nothing was sent.".into(),
                "Create a webhook with an address on the internet.",
            ),
            Self::Unreachable => (
                "Nothing answers at the address.".into(),
                "Check that the receiver is running and that its name is right.",
            ),
            Self::Insecure => (
                "The connection could not be secured with TLS.".into(),
                "Check the receiver's certificate. A mail server must offer STARTTLS.",
            ),
            Self::TimedOut => ("No answer came in time.".into(), "Check whether the receiver is overloaded."),
            Self::Redirected { status } => (
                format!("The receiver answered with a redirect (status {status}), which is not followed."),
                "Create a webhook with the address it leads to.",
            ),
            Self::Answered { status } => (
                format!("The receiver answered with status {status}."),
                "Check the receiver's log to see why. Any status from 200 to 299 accepts the message.",
            ),
            Self::MailRefused { code } => (
                format!("The mail server refused the message (reply {code})."),
                "Check that the address exists, and that the mail server accepts the sender.",
            ),
            Self::MailDelayed { code } => (
                format!("The mail server could not accept the message at that moment (reply {code})."),
                "Wait: it will be sent again.",
            ),
            Self::LoginRefused => (
                "The mail server refused the login.".into(),
                "Ask the operator to check OPENAI_LENS_SMTP_URL and the password file.",
            ),
            Self::NotUnderstood => {
                ("The answer was not understood.".into(), "Check that the address is the receiver's own.")
            }
            Self::NoMailServer => (
                "This server has no mail server to send with.".into(),
                "Ask the operator to set OPENAI_LENS_SMTP_URL.",
            ),
            Self::RecipientGone => (
                "The recipient is gone, or may no longer be notified.".into(),
                "Choose other recipients for future messages.",
            ),
            Self::SecretUnreadable => (
                "The webhook's signing secret cannot be decrypted.".into(),
                "Remove the webhook and create it again.",
            ),
        }
    }
}
