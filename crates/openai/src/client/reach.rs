//! Whether OpenAI can be reached at all: an address, a connection, TLS and some answer. No key is sent.

use std::time::{Duration, SystemTime};

use reqwest::header::DATE;

use super::Client;
use super::call::no_answer;
use crate::error::ErrorKind;

/// What came from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The status of HTTP. Without a key a refusal is what is to be expected.
    pub status: u16,
    /// Its clock, to the second, when it told.
    pub date: Option<SystemTime>,
    /// How long the answer took.
    pub took: Duration,
}

impl Client {
    /// Asks for nothing in particular, without a key, to see whether anybody answers.
    pub async fn reach(&self, patience: Duration) -> Result<Reached, ErrorKind> {
        let begun = std::time::Instant::now();
        let asked = self.http.get(self.base_url.join("")).timeout(patience).send().await;
        let answer = asked.map_err(|error| no_answer(&error))?;
        let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
        Ok(Reached {
            status: answer.status().as_u16(),
            date: date.and_then(|date| httpdate::parse_http_date(date).ok()),
            took: begun.elapsed(),
        })
    }
}
