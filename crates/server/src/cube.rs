//! The cube: a window's daily facts as the app reads them.

mod fold;

use std::collections::BTreeMap;
use std::sync::Arc;

use api::cost::CurrencyTotal;
use api::cube::{CubeAnswer, CubeError, MOST_DAYS, MOST_FACTS, Show};
use api::{Amount, ConnectionId, Currency, Span, TenantId};
use facts::{Cube, CubeBuilder};

use self::fold::{Census, Folded, Kept};
use crate::app::App;
use crate::figures::{self, Enough, FiguresError};
use crate::http::{Call, Cx, Download, Failure, FileOutcome};
use crate::import::plan::Window;
use crate::{account, freshness, names};

/// Fewest facts that may be asked for.
const FEWEST_FACTS: u32 = 1_000;

/// The daily facts of a window.
pub async fn show(cx: Cx, call: Call<Show>) -> FileOutcome<Show> {
    let tenant = &cx.user()?.tenant;
    let query = call.query;
    let span = Span { start: query.start, end: query.end };
    if !span.fits(MOST_DAYS) {
        return Err(Failure::Refused(CubeError::UnfitPeriod));
    }
    let most = query.fold.unwrap_or(MOST_FACTS);
    if !(FEWEST_FACTS..=MOST_FACTS).contains(&most) {
        return Err(Failure::Refused(CubeError::UnfitFold));
    }
    let mut db = cx.app.store.read().await?;
    let connections = account::asked(&mut db, tenant, query.connection.as_slice()).await?;
    let connections = connections.map_err(|_| Failure::Refused(CubeError::UnknownConnection))?;
    let known = freshness::known(&cx.app, &mut db, tenant, &connections, span).await?;
    let names = names::of(&mut db, tenant, &connections).await?;
    drop(db);
    let window = Window { start: span.start, end: span.end };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let Folded { builders, folded } = merge(&cx.app, tenant, &connections, window, most).await?;
    let work = tokio::task::spawn_blocking(move || {
        let (currency, cube, other_currencies) = finish(builders);
        let answer = CubeAnswer {
            start: span.start,
            end: span.end,
            currency,
            other_currencies,
            names: names::used(names, &cube),
            days: known.days,
            freshness: known.freshness,
            folded: u32::try_from(folded).unwrap_or(u32::MAX),
        };
        answer.encode(&cube)
    });
    let bytes = work.await.map_err(FiguresError::from)?;
    Ok(Download::whole("application/octet-stream", bytes))
}

/// The facts of a window in one cube for each currency, folded to `most` facts. A window that fits is read once; another
/// one once more to be counted, and again to be folded, so that memory is bounded by the answer and not by the window.
async fn merge(
    app: &App,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Window,
    most: usize,
) -> Result<Folded, FiguresError> {
    let facts = || figures::over(app, tenant, connections, window);
    let whole = facts().fold(Folded::default(), move |folded, stretch| {
        stretch.cubes.iter().for_each(|cube| folded.add(cube, &Kept::All));
        if folded.len() > most { Enough::Yes } else { Enough::No }
    });
    let whole = whole.await?;
    if whole.len() <= most {
        return Ok(whole);
    }
    drop(whole);
    let census = facts().fold(Census::default(), |census, stretch| {
        stretch.cubes.iter().for_each(|cube| census.add(cube));
        Enough::No
    });
    let kept = Arc::new(census.await?.kept(most));
    let folded = facts().fold(Folded::default(), move |folded, stretch| {
        stretch.cubes.iter().for_each(|cube| folded.add(cube, &kept));
        Enough::No
    });
    folded.await
}

/// The cube of the main currency with the usage of all, and what was billed in others.
fn finish(mut builders: BTreeMap<Currency, CubeBuilder>) -> (Currency, Cube, Vec<CurrencyTotal>) {
    let is_billed = |builder: &CubeBuilder| builder.total() != Amount::ZERO;
    let currency =
        figures::main_currency(builders.iter().map(|(currency, builder)| (*currency, is_billed(builder))));
    let mut main = builders.remove(&currency).unwrap_or_else(|| CubeBuilder::new(currency));
    let mut others = Vec::new();
    for (currency, builder) in builders {
        let total = builder.total();
        if total != Amount::ZERO {
            others.push(CurrencyTotal { currency, total });
        }
        main.add_usage(&builder.finish());
    }
    (currency, main.finish(), others)
}
