//! The log of calls to OpenAI: every use of an admin key, written in the transaction of what was read with it.
//!
//! [`collect`] hears of each attempt, [`record`] writes what was heard, [`log`] searches it, [`verify`] goes through it again.

pub mod collect;
pub mod log;
pub mod record;
pub mod verify;

use api::Page;
use api::connection::ListError;
use api::upstream_call::{List, Verification, Verify};

use self::log::{Log, Looked, Place};
use crate::audit::list::{MOST_LOOKED_AT, TURNS};
use crate::http::{Call, Cx, Failure, Outcome};
use crate::page;

/// Lists the calls, newest first.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let part = page::part::<Place>(&call.query.page()).ok_or(Failure::Refused(ListError::UnknownPage))?;
    let mut log = Log::new(cx.user()?.tenant.clone(), call.query, part.after);
    let mut items = Vec::new();
    let (limit, mut looked_at) = (usize::from(part.limit), 0);
    while items.len() < limit && looked_at < MOST_LOOKED_AT {
        match log.next(&cx.app.store).await? {
            Some(Looked::Fits(call)) => items.push(call),
            Some(Looked::Passed) => {}
            None => break,
        }
        looked_at += 1;
    }
    let next = log.next_part(&cx.app.store).await?.map(|place| place.to_string());
    Ok(Page { items, next }.into())
}

/// Goes through the calls and says whether they are as they were written.
pub async fn verify_log(cx: Cx, _: Call<Verify>) -> Outcome<Verify> {
    let _turn = TURNS.acquire().await.map_err(|error| Failure::Broken(error.into()))?;
    let mut db = cx.app.store.snapshot().await?;
    let found = verify::all(&cx.app.fingerprints, &mut db, &cx.user()?.tenant).await?;
    Ok(Verification::from(found).into())
}
