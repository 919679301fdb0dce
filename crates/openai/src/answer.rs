//! An answer of OpenAI's.

use std::time::Duration;

/// What was read, with what the call itself tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<T> {
    /// What was read.
    pub value: T,
    /// What the call tells.
    pub meta: Meta,
}

/// What the call itself tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// Upstream's `x-request-id`.
    pub request_id: Option<String>,
    /// Upstream's `openai-organization` header: whose key it is, where upstream says it.
    pub organization: Option<String>,
    /// How long the answered call took, without earlier attempts and waits.
    pub elapsed: Duration,
    /// How many calls were made.
    pub attempts: u32,
}
