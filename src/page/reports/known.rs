//! The values that a label has in the days of a report, to choose from.

use ::api::Nothing;
use ::api::report::{Label, Metric, Query, ReportQuery};
use leptos::prelude::*;

use crate::api;
use crate::load::{Loader, load_once};

/// Most values that are offered, the dearest first. Others can be typed.
const MOST: u32 = 1_000;

/// The values of a label. Another label or other days ask anew; the filters that are there do not matter.
pub fn load_values(label: Memo<Label>, query: Memo<ReportQuery>) -> Loader<Vec<String>> {
    let asked = Memo::new(move |_| {
        query.with(|query| ReportQuery {
            accounts: query.accounts.clone(),
            group_by: vec![label.get()],
            limit: Some(MOST),
            ..ReportQuery::new(vec![Metric::Cost], query.period)
        })
    });
    let values = load_once(move || {
        let asked = asked.try_get_untracked();
        async move {
            let Some(asked) = asked else { return Ok(Vec::new()) };
            let report =
                api::call::<Query>(&(), &Nothing {}, &asked).await.map_err(|error| error.trouble())?;
            let texts = report.rows.into_iter().filter_map(|row| row.labels?.into_iter().next());
            Ok(texts.collect())
        }
    });
    let again = values.clone();
    Effect::new(move |before: Option<ReportQuery>| {
        let now = asked.get();
        if before.is_some_and(|before| before != now) {
            again.restart();
        }
        now
    });
    values
}
