//! HTTP: everything between a socket and a rule. No other module knows of headers, bodies and statuses.

pub mod accept;
mod admission;
pub mod asset;
pub mod call;
pub mod download;
pub mod endpoint;
pub mod exchange;
pub mod failure;
pub mod headers;
pub mod json;
pub mod limits;
pub mod peer;
mod places;
pub mod problem;
mod progress;

pub use call::{Call, Cx, FileOutcome, Outcome, Reply};
pub use download::Download;
pub use endpoint::Endpoints;
pub use exchange::RequestId;
pub use failure::{Failure, Fault};
pub use limits::Limits;
