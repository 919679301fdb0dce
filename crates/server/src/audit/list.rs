//! Reading the log: in parts, newest first, and whether it is as it was written.

use std::collections::VecDeque;

use api::audit_event::{AuditEntry, AuditQuery, List, Verification, Verify};
use api::connection::ListError;
use api::{Page, Permission, TenantId};
use tokio::sync::Semaphore;

use super::entry::{self, Wanted};
use super::verify::{self as chain, Verified};
use crate::http::{Call, Cx, Failure, Outcome};
use crate::page;
use crate::store::Store;
use crate::store::audit_event::{self as events, Columns};
use crate::store::user::User;

/// Rows that are read at once.
const BATCH: u32 = 500;

/// Rows that a part of a list is looked for in, at most: a search for what is not there ends as well, and says where the
/// next one begins.
pub(crate) const MOST_LOOKED_AT: u32 = 10_000;

/// Logs that are gone through at once, of calls to OpenAI too: each is read whole.
pub(crate) static TURNS: Semaphore = Semaphore::const_new(1);

/// Lists what is recorded, newest first.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let unknown = || Failure::Refused(ListError::UnknownPage);
    let part = page::part::<i64>(&call.query.page()).ok_or_else(unknown)?;
    let mut log = Log::new(cx.user()?, &call.query, part.after);
    let mut items = Vec::new();
    let limit = usize::from(part.limit);
    while items.len() < limit && log.looked_at < MOST_LOOKED_AT {
        match log.next(&cx.app.store).await? {
            Some(Looked::Fits(entry)) => items.push(*entry),
            Some(Looked::Passed) => {}
            None => break,
        }
    }
    let next = log.more(&cx.app.store).await?.then(|| log.before.to_string());
    Ok(Page { items, next }.into())
}

/// Goes through the log and says whether it is as it was written.
pub async fn verify(cx: Cx, _: Call<Verify>) -> Outcome<Verify> {
    let _turn = TURNS.acquire().await.map_err(|error| Failure::Broken(error.into()))?;
    let mut db = cx.app.store.read().await?;
    let verified = chain::verify(&cx.app.fingerprints, &mut db, &cx.user()?.tenant).await?;
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(match verified {
        Verified::Whole { rows } => Verification::Whole { events: number(rows) },
        Verified::Broken { seq, how } => Verification::Broken { seq: number(seq), fault: how.into() },
    }
    .into())
}

/// A tenant's log as one of its readers sees it, from one row on to earlier ones.
pub struct Log {
    tenant: TenantId,
    sees_keys: bool,
    columns: Columns,
    wanted: Wanted,
    /// The number of the last row that was looked at.
    before: i64,
    ahead: VecDeque<events::Row>,
    /// How many rows were looked at.
    looked_at: u32,
}

/// A row that was looked at.
pub enum Looked {
    /// One of those that are looked for.
    Fits(Box<AuditEntry>),
    /// Another one.
    Passed,
}

impl Log {
    /// What a reader asks for, with lower numbers than `after`.
    pub fn new(reader: &User, query: &AuditQuery, after: Option<i64>) -> Self {
        let columns = Columns {
            kind: query.kind.clone(),
            object: query.object.clone(),
            result: query.result,
            from: query.from,
            to: query.to,
        };
        let before = after.unwrap_or(i64::MAX);
        Self {
            tenant: reader.tenant.clone(),
            sees_keys: reader.has_any(Permission::CONNECTS),
            columns,
            wanted: Wanted::of(query),
            before,
            ahead: VecDeque::new(),
            looked_at: 0,
        }
    }

    /// The next row; none at the end.
    pub async fn next(&mut self, store: &Store) -> sqlx::Result<Option<Looked>> {
        if !self.more(store).await? {
            return Ok(None);
        }
        let Some(row) = self.ahead.pop_front() else { return Ok(None) };
        self.before = row.seq;
        self.looked_at = self.looked_at.saturating_add(1);
        let entry = entry::of(row, self.sees_keys);
        let fits = self.wanted.fits(&entry);
        Ok(Some(if fits { Looked::Fits(Box::new(entry)) } else { Looked::Passed }))
    }

    /// Whether there is a next row. Rows are only appended, so that parts that are read one by one are of one log.
    async fn more(&mut self, store: &Store) -> sqlx::Result<bool> {
        if self.ahead.is_empty() {
            let mut db = store.read().await?;
            self.ahead =
                events::before(&mut db, &self.tenant, &self.columns, self.before, BATCH).await?.into();
        }
        Ok(!self.ahead.is_empty())
    }
}
