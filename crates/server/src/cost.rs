//! Billed cost per day.

mod daily;

use api::connection::Stream;
use api::cost::{Daily, DailyError};

use crate::http::{Call, Cx, Failure, Outcome};
use crate::import::plan::Window;
use crate::store::{self, import_day};
use crate::{freshness, names};

/// Most days in an answer.
const MOST_DAYS: i64 = 366;

/// Cost per day, in total and by project.
pub async fn daily(cx: Cx, call: Call<Daily>) -> Outcome<Daily> {
    let tenant = &cx.user()?.tenant;
    let period = Window { start: call.query.start, end: call.query.end };
    if !(1..=MOST_DAYS).contains(&period.days()) {
        return Err(Failure::Refused(DailyError::UnfitPeriod));
    }
    let asked = call.query.connection.as_ref();
    let mut db = cx.app.store.read().await?;
    let mut connections = store::connection::ids(&mut db, tenant).await?;
    let names = names::projects(&mut db, tenant, &connections).await?;
    if let Some(asked) = asked {
        connections.retain(|connection| connection == asked);
        if connections.is_empty() {
            return Err(Failure::Refused(DailyError::UnknownConnection));
        }
    }
    let lives = freshness::lives(&cx.app, &mut db, tenant, &connections).await?;
    let awaited = lives.awaited(&connections);
    let facts = daily::Facts {
        billed: store::cost::between(&mut db, tenant, &connections, period).await?,
        names,
        billed_through: store::cost::billed_through(&mut db, tenant, &awaited).await?,
        imported: import_day::imported(&mut db, tenant, asked, (Stream::Costs, period)).await?,
        connections,
        lives,
    };
    Ok(daily::fold(period, &facts).into())
}
