//! The log of calls to OpenAI: every use of an admin key, written in the transaction of what was read with it.
//!
//! [`collect`] hears of each attempt, [`record`] writes what was heard, [`verify`] goes through it again.

pub mod collect;
pub mod record;
pub mod verify;

use std::str::FromStr;

use api::connection::ListError;
use api::upstream_call::{List, UpstreamCall, Verification, Verify};
use api::{ConnectionId, Page, Timestamp};

use crate::audit::list::TURNS;
use crate::http::{Call, Cx, Failure, Outcome};
use crate::page;
use crate::store::upstream_call::{self as calls, Row, Wanted};

/// Lists the calls, newest first.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let user = cx.user()?;
    let part = page::part::<Place>(&call.query.page()).ok_or(Failure::Refused(ListError::UnknownPage))?;
    let before = part.after.as_ref().map(|place| (place.at, place.connection.clone(), place.seq));
    let query = call.query;
    let wanted =
        Wanted { connection: query.connection, failed: query.failed, from: query.from, to: query.to, before };
    let mut db = cx.app.store.read().await?;
    let found = calls::list(&mut db, &user.tenant, &wanted, u32::from(part.limit) + 1).await?;
    let (found, next) = part.cut(found, |row| Place::of(row).to_string());
    Ok(Page { items: found.into_iter().map(show).collect(), next }.into())
}

/// Goes through the calls and says whether they are as they were written.
pub async fn verify_log(cx: Cx, _: Call<Verify>) -> Outcome<Verify> {
    let _turn = TURNS.acquire().await.map_err(|error| Failure::Broken(error.into()))?;
    let mut db = cx.app.store.snapshot().await?;
    let found = verify::all(&cx.app.fingerprints, &mut db, &cx.user()?.tenant).await?;
    Ok(Verification::from(found).into())
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
struct Place {
    at: i64,
    seq: i64,
    connection: ConnectionId,
}

impl Place {
    fn of(row: &Row) -> Self {
        Self { at: row.at, seq: row.seq, connection: row.connection.clone() }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
