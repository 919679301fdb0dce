//! What is imported of each stream, day by day.

use ::api::connection::DayState;
use ::api::connection::{Connection, DayStretch, StreamProgress};
use leptos::prelude::*;

use crate::browser::now;
use crate::coverage::number_of;
use crate::csv::Cell;
use crate::format::locale::{moment, number};
use crate::format::{ago, until};
use crate::layout::list_file::DownloadList;
use crate::page::assets::cause::Cause;
use crate::page::assets::days::{Days, kind, which, whole_range};
use crate::ui::day_bar::{DayKind, DayLegend};

/// The streams as a table. Roles are spelled out, since the style sheet turns it into cards on a phone.
#[component]
pub fn Streams(
    /// The account.
    account: Memo<Connection>,
) -> impl IntoView {
    let streams = Memo::new(move |_| account.with(|account| account.streams.clone()));
    let range = move || {
        streams
            .with(|streams| streams.first().and_then(|stream| whole_range(&stream.days)))
            .unwrap_or_default()
    };
    let kinds = Memo::new(move |_| streams.with(|streams| kinds(streams)));
    // What is wrong with all of them is said once, above.
    let said = Memo::new(move |_| {
        account.with(|account| account.status.finding().map(|finding| finding.detail.clone()))
    });
    let rows = move || {
        said.with(|said| {
            streams.with(|streams| streams.iter().map(|stream| row(stream, said.as_deref())).collect_view())
        })
    };
    view! {
        <section class="card panel" aria-labelledby="account-streams">
            <div class="panel-head">
                <h2 id="account-streams">"Imported days"</h2>
                <span class="muted">{range} " (UTC)"</span>
            </div>
            <DayLegend kinds />
            <table class="accounts streams" role="table" aria-labelledby="account-streams">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Stream"</th>
                        <th role="columnheader" scope="col">"Days"</th>
                        <th role="columnheader" scope="col" class="number">"Imported"</th>
                        <th role="columnheader" scope="col" class="number">"Rows"</th>
                        <th role="columnheader" scope="col">"Last success"</th>
                        <th role="columnheader" scope="col">"Next run"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
            <DownloadList
                what="streams"
                header=&[
                    "Stream",
                    "Days planned",
                    "Days imported",
                    "First day",
                    "Last day",
                    "Rows",
                    "Days that failed",
                    "Last success (UTC)",
                    "Next run (UTC)",
                    "Cause",
                ]
                rows=Callback::new(move |()| streams.with_untracked(|streams| streams.iter().map(line).collect()))
            />
        </section>
    }
}

fn line(stream: &StreamProgress) -> Vec<Cell> {
    vec![
        Cell::text(stream.stream.name()),
        Cell::number(stream.days_planned),
        Cell::number(stream.days_imported),
        Cell::maybe(stream.from),
        Cell::maybe(stream.through),
        Cell::number(stream.rows),
        Cell::number(number_of(&stream.days, DayState::Failed)),
        Cell::maybe(stream.last_success),
        Cell::maybe(stream.next_run),
        Cell::maybe(stream.failure.as_ref().map(|failure| &failure.detail)),
    ]
}

/// The kinds of days that there are, in the order of the legend.
fn kinds(streams: &[StreamProgress]) -> Vec<DayKind> {
    let has = |wanted: DayKind| {
        streams.iter().flat_map(|stream| &stream.days).any(|stretch| kind(stretch.state) == wanted)
    };
    DayKind::ALL.into_iter().filter(|kind| has(*kind)).collect()
}

fn row(stream: &StreamProgress, said: Option<&str>) -> impl IntoView + use<> {
    let cause = stream.failure.clone().map(|finding| {
        let is_said = said == Some(finding.detail.as_str());
        view! { <Cause finding is_said /> }
    });
    let name = stream.stream.name();
    let imported =
        format!("{} of {}", number(stream.days_imported.into()), number(stream.days_planned.into()));
    let last = stream.last_success.map_or_else(
        || view! { <span class="muted">"None yet"</span> }.into_any(),
        |last| view! { <span title=moment(last)>{ago(last, now())}</span> }.into_any(),
    );
    let next = stream.next_run.map_or_else(
        || view! { <span class="muted">"Not planned"</span> }.into_any(),
        |next| view! { <span title=moment(next)>{until(next, now())}</span> }.into_any(),
    );
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="account-name">
                {name}
            </th>
            <td role="cell" data-label="Days" class="stream-bar">
                <Days of=name stretches=stream.days.clone() />
                {unread(&stream.days).map(|words| view! { <small>{words}</small> })}
                {cause}
            </td>
            <td role="cell" data-label="Imported" class="number">
                <span>{imported}</span>
            </td>
            <td role="cell" data-label="Rows" class="number">
                <span>{number(stream.rows)}</span>
            </td>
            <td role="cell" data-label="Last success">
                {last}
            </td>
            <td role="cell" data-label="Next run">
                {next}
            </td>
        </tr>
    }
}

/// Which days are not there, for whoever cannot tell from the bar. Today alone is no gap: it has just begun. Nor are all
/// days: the numbers beside the bar say that.
fn unread(days: &[DayStretch]) -> Option<String> {
    let failed = which(days, DayState::Failed).map(|which| format!("Failed: {which}"));
    let is_today_alone = number_of(days, DayState::Missing) == 1
        && days.last().is_some_and(|last| last.state == DayState::Missing);
    let is_nothing_there = days.iter().all(|stretch| stretch.state == DayState::Missing);
    let missing = which(days, DayState::Missing)
        .filter(|_| !is_today_alone && !is_nothing_there)
        .map(|which| format!("Not imported yet: {which}"));
    let said: Vec<_> = failed.into_iter().chain(missing).collect();
    (!said.is_empty()).then(|| said.join(". "))
}
