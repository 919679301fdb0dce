//! The server in process, without a socket unless the socket is what is tested. One file per noun.
#![expect(unreachable_pub, reason = "a test program exports nothing")]

mod harness;
mod upstream;

mod access;
mod asset;
mod body;
mod client_report;
mod connection;
mod connection_draft;
mod contract;
mod cost;
mod cross_site;
mod fault;
mod headers;
mod import;
mod program;
mod session;
mod setup;
mod socket;
mod support_request;
