//! The log of deliveries: what was sent to whom, and trying again what was not taken.

use api::audit_event::Event;
use api::connection::ListError;
use api::delivery::{List, Progress, Retry, RetryError};
use api::{DeliveryId, Page};

use crate::http::{Call, Cx, Failure, Outcome};
use crate::store::delivery as deliveries;
use crate::{audit, page};

/// Lists the tenant's, newest first.
pub async fn list(cx: Cx, call: Call<List>) -> Outcome<List> {
    let unknown = || Failure::Refused(ListError::UnknownPage);
    let part = page::part::<DeliveryId>(&call.query).ok_or_else(unknown)?;
    let mut db = cx.app.store.read().await?;
    let found = deliveries::list(&mut db, &cx.user()?.tenant, part.after.as_ref(), part.limit + 1).await?;
    let (items, next) = part.cut(found.ok_or_else(unknown)?, |delivery| delivery.id.to_string());
    Ok(Page { items, next }.into())
}

/// Tries one again, with all its attempts before it.
pub async fn retry(cx: Cx, call: Call<Retry>) -> Outcome<Retry> {
    let tenant = &cx.user()?.tenant;
    let (mut db, _) = cx.turn::<Retry>().await?;
    let found = deliveries::find(&mut db, tenant, &call.path).await?;
    let found = found.ok_or(Failure::Refused(RetryError::UnknownDelivery))?;
    if matches!(found.progress, Progress::Delivered { .. }) {
        return Err(Failure::Refused(RetryError::AlreadyDelivered));
    }
    let now = cx.app.clock.now();
    deliveries::retry(&mut db, tenant, &found.id, now).await?;
    let event = Event::DeliveryRetried { delivery: found.id.clone() };
    audit::record(&cx.app, &mut db, &cx.who()?, event).await?;
    db.commit().await?;
    cx.app.outbox.wake();
    let progress = Progress::Waiting { next_try_at: now };
    Ok(api::delivery::Delivery { progress, attempts: 0, ..found }.into())
}
