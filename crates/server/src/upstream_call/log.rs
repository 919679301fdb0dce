//! A tenant's calls as they are read: searched, from one place on to earlier ones.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;

use api::upstream_call::{UpstreamCall, UpstreamCallQuery};
use api::{ConnectionId, TenantId, Timestamp};

use crate::store::Store;
use crate::store::upstream_call::{self as calls, Row, Wanted};

/// Rows that are read at once.
const BATCH: u32 = 500;

/// The calls that somebody looks for.
pub struct Log {
    tenant: TenantId,
    wanted: Wanted,
    /// What is looked for in what is shown, in lower case.
    text: Option<String>,
    ahead: VecDeque<Row>,
}

/// A call that was looked at.
pub enum Looked {
    /// One of those that are looked for.
    Fits(UpstreamCall),
    /// Another one.
    Passed,
}

impl Log {
    /// What a query asks for, behind a place of the list. Blanks around a text and an empty one are nothing.
    pub fn new(tenant: TenantId, query: UpstreamCallQuery, after: Option<Place>) -> Self {
        let UpstreamCallQuery { text, connection, failed, from, to, after: _, limit: _ } = query;
        let text = text.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
        let wanted = Wanted { connection, failed, from, to, before: after.map(Place::into_parts) };
        Self { tenant, wanted, text, ahead: VecDeque::new() }
    }

    /// The next call; none at the end.
    pub async fn next(&mut self, store: &Store) -> sqlx::Result<Option<Looked>> {
        if !self.more(store).await? {
            return Ok(None);
        }
        let Some(row) = self.ahead.pop_front() else { return Ok(None) };
        self.wanted.before = Some(Place::of(&row).into_parts());
        let call = show(row);
        let fits = self.text.as_deref().is_none_or(|text| contains(&call, text));
        Ok(Some(if fits { Looked::Fits(call) } else { Looked::Passed }))
    }

    /// Where the part after what was looked at begins; none at the end.
    pub async fn next_part(&mut self, store: &Store) -> sqlx::Result<Option<Place>> {
        let more = self.more(store).await?;
        let before = self.wanted.before.clone().filter(|_| more);
        Ok(before.map(|(at, connection, seq)| Place { at, seq, connection }))
    }

    async fn more(&mut self, store: &Store) -> sqlx::Result<bool> {
        if self.ahead.is_empty() {
            let mut db = store.read().await?;
            self.ahead = calls::list(&mut db, &self.tenant, &self.wanted, BATCH).await?.into();
        }
        Ok(!self.ahead.is_empty())
    }
}

/// Whether a text in lower case is in a value of a call.
fn contains(call: &UpstreamCall, text: &str) -> bool {
    let status = call.status.map(|status| status.to_string()).unwrap_or_default();
    let request_id = call.request_id.as_deref().unwrap_or_default();
    [call.method.as_str(), &call.path, &status, &call.outcome, request_id]
        .iter()
        .any(|value| value.to_lowercase().contains(text))
}

fn show(row: Row) -> UpstreamCall {
    UpstreamCall {
        connection: row.connection,
        seq: u64::try_from(row.seq).unwrap_or_default(),
        at: Timestamp::from_unix_seconds(row.at),
        method: row.method,
        path: row.path,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        outcome: row.outcome,
        request_id: row.request_id,
        duration_ms: u32::try_from(row.duration_ms).unwrap_or(u32::MAX),
    }
}

/// A place in the list: calls of several connections begin in the same second.
pub struct Place {
    at: i64,
    seq: i64,
    connection: ConnectionId,
}

impl Place {
    fn of(row: &Row) -> Self {
        Self { at: row.at, seq: row.seq, connection: row.connection.clone() }
    }

    fn into_parts(self) -> (i64, ConnectionId, i64) {
        (self.at, self.connection, self.seq)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at, self.seq, self.connection)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or(());
        let (at, seq) = (number()?, number()?);
        let connection = parts.next().and_then(|part| ConnectionId::parse(part).ok()).ok_or(())?;
        Ok(Self { at, seq, connection })
    }
}
