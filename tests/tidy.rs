//! Holds what no compiler holds: which crate may know which, which module stays pure, and that the documents name only
//! what exists. A check that finds nothing to look at fails, so that none of them can fall asleep.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a check that cannot be made fails, helpers included"
)]

#[path = "tidy/arrow.rs"]
mod arrow;
#[path = "tidy/document.rs"]
mod document;
#[path = "tidy/file.rs"]
mod file;
#[path = "tidy/library.rs"]
mod library;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/tenant.rs"]
mod tenant;
#[path = "tidy/tracked.rs"]
mod tracked;
