//! OpenAI's contract: the part of the organization Admin API that we read, as types.
//!
//! The types are what travels: they read OpenAI's answers with nulls, missing and unknown fields tolerated, and write
//! them again as the official specification documents them, for whoever plays OpenAI in tests and demos. Every noun
//! is one file.

pub mod admin_api_key;
pub mod cost;
pub mod error_body;
pub mod exact;
mod integer;
pub mod list;
pub mod page;
pub mod project;
pub mod project_api_key;
pub mod usage;
pub mod user;
