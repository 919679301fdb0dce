//! How windows are read: with which key, how much at a time, and where what comes is worked on.

use api::Timestamp;
use api::connection_draft::{Cause, Finding};
use openai::Account;

use crate::background::Background;

/// How windows are read.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    /// What is asked.
    pub(super) account: Account<'a>,
    /// Where pages become rows and bytes.
    pub(super) background: &'a Background,
    /// When.
    pub(super) now: Timestamp,
    /// Buckets of a page, at most.
    pub(super) per_page: u32,
}

impl Reading<'_> {
    /// Works on what has come, away from the tasks that serve others: a page of thousands of rows takes milliseconds.
    pub(super) async fn digest<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T, Finding> + Send + 'static,
    ) -> Result<T, super::failure::Failure> {
        // It is lost when the process ends, or in a panic: no answer either way.
        let lost = |_| Finding::new(Cause::NotUnderstood, None);
        Ok(self.background.run(work).await.map_err(lost)??)
    }
}
