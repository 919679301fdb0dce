//! OpenAI's contract: the part of the organization Admin API that we read.
//!
//! The types of the wire read OpenAI's answers with nulls, missing and unknown fields tolerated, and write them again as
//! the official specification documents them, for whoever plays OpenAI in tests and demos. Every noun is one file.
//!
//! [`Client`] is made once for the process; [`Client::as_account`] lends it a key; an [`Account`] gives costs, usage
//! and the management lists as streams of pages. Only GET and a closed list of paths can be said at all. Everything
//! that goes wrong is an [`Error`] of a closed list, without a word of upstream's in it.

mod account;
pub mod admin_api_key;
mod answer;
mod base_url;
mod called;
mod client;
pub mod cost;
pub mod error;
pub mod error_body;
pub mod exact;
mod integer;
pub mod list;
mod operation;
pub mod page;
mod paging;
mod pause;
pub mod project;
pub mod project_api_key;
pub mod query;
mod retry;
pub mod usage;
pub mod user;

pub use account::Account;
pub use answer::{Answer, Meta};
pub use base_url::{BaseUrl, BaseUrlError};
pub use called::{Called, Observer};
pub use client::{Client, Reached, Settings, SetupError};
pub use error::{Error, ErrorKind};
pub use operation::{ResourceId, ResourceIdError};
pub use pause::Pause;
pub use retry::{Jitter, Retry};
