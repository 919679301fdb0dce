//! The server: read [`router`] first, it lists every handler on one screen, then [`app`], which says what is shared.
//!
//! A noun is one file here and one file in `store/`. A handler takes a call apart, calls its rule and wraps what comes
//! out. SQL is in `store/` alone, HTTP in `http/` alone.

pub mod access_request;
mod account;
pub mod api_token;
pub mod app;
pub mod arenas;
pub mod attempts;
pub mod audit;
pub mod background;
pub mod backup;
pub mod change;
pub mod cli;
pub mod client_report;
pub mod clock;
pub mod connection;
pub mod connection_draft;
pub mod cost;
pub mod cube;
pub mod delivery;
mod device;
pub mod export;
pub mod figures;
mod finding;
pub mod freshness;
pub mod http;
pub mod import;
pub mod invitation;
pub mod log;
pub mod migrate_store;
mod names;
pub mod notification;
pub mod noting;
pub mod own_session;
mod page;
pub mod password;
pub mod random;
pub mod reconciliation;
pub mod report;
pub mod restore;
pub mod roll_up;
pub mod router;
pub mod saved_report;
pub mod second_factor;
pub mod secret;
pub mod serve;
pub mod session;
pub mod settings;
pub mod setup;
pub mod sign_in_rule;
pub mod sign_on;
pub mod store;
pub mod support_request;
pub mod upstream_call;
pub mod user;
pub mod webhook;
