//! Carries messages out of the house: e-mail by the operator's SMTP server, webhooks to addresses that people choose.
//!
//! It stands apart so that the one place that calls an address of a user's choosing is small: it knows no database, no
//! tenant and no admin key. [`Target`] says which addresses there are, [`public`] which networks are reached.

mod failure;
mod mail;
mod mail_server;
mod public;
mod resolver;
mod signature;
mod target;
mod webhook;

pub use failure::Failure;
pub use mail::{Letter, Mailer, Sender, SenderError, WHOLE as LONGEST};
pub use mail_server::{MailServer, MailServerError};
pub use public::is_public;
pub use resolver::{Addresses, Lookup, SystemLookup};
pub use signature::{Secret, SecretError};
pub use target::{Reach, Target, TargetError};
pub use webhook::{Call, SetupError, Webhooks};
