//! The four figures at the top.

use ::api::cost::{Coverage, DailyCosts};
use ::api::report::Figure;
use ::api::{Amount, Day};
use leptos::prelude::*;

use super::before::{Compared, Earlier, against, compare};
use super::dashboard::Shown;
use super::figure_card::FigureCard;
use crate::format::count;
use crate::format::locale::{change, day, day_short, money};
use crate::period::month_progress;

/// Cost, month to date, average and highest day. Those that are billed say so.
#[component]
pub fn Figures(
    /// The costs.
    shown: Memo<Shown>,
    /// The range before, once it is here.
    earlier: Earlier,
) -> impl IntoView {
    let before =
        Memo::new(move |_| earlier.with(|earlier| compare(earlier, |facts| Some(facts.cube.total().pico()))));
    move || shown.with(|shown| before.with(|before| figures(shown, before)))
}

fn figures(shown: &Shown, before: &Compared) -> impl IntoView + use<> {
    let Shown { period, month, month_before } = shown;
    let currency = period.currency;
    let missing = period.days.iter().filter(|day| day.coverage == Coverage::Missing).count();
    let cost_note = match missing {
        0 => "all days imported".to_owned(),
        1 => "1 day is not imported yet".to_owned(),
        _ => format!("{missing} days are not imported yet"),
    };
    let billed = billed_days(period);
    let average = per_day(period.total, billed);
    let highest = period.days.iter().filter(|day| day.amount > Amount::ZERO).max_by_key(|day| day.amount);
    let highest_note = highest
        .map_or_else(|| "no costs in these days".to_owned(), |highest| format!("{} (UTC)", day(highest.day)));
    view! {
        <div class="figures">
            <FigureCard
                label="Cost"
                chip="billed"
                value=money(period.total, currency)
                note=cost_note
                change=against(
                    Some(period.total.pico()),
                    before,
                    |pico| money(Amount::saturating(pico), currency),
                )
            />
            <FigureCard
                label="Month to date"
                chip="billed"
                value=money(month.total, month.currency)
                note=month_note(month)
                change=month_change(month, month_before)
            />
            <FigureCard
                label="Average per day"
                chip="billed"
                value=money(average, currency)
                note=format!("over {}", count(u64::try_from(billed).unwrap_or_default(), "billed day", "billed days"))
            />
            <FigureCard
                label="Highest day"
                chip="billed"
                value=money(highest.map_or(Amount::ZERO, |highest| highest.amount), currency)
                note=highest_note
            />
        </div>
    }
}

/// The month so far against as many days of the month before.
fn month_change(month: &DailyCosts, before: &DailyCosts) -> String {
    let pico = |costs: &DailyCosts| Some(Figure::from_pico(costs.total.pico()));
    let last = before.end.plus(-1);
    let range = format!("{} – {}", day_short(before.start), day_short(last));
    let note = if before.days.iter().any(|day| day.coverage == Coverage::Missing) {
        ", not fully imported"
    } else {
        ""
    };
    format!(
        "{} vs {} on {range}{note}",
        change(pico(month), pico(before)),
        money(before.total, before.currency)
    )
}

/// How far the month is billed, and what it comes to at this pace.
fn month_note(month: &DailyCosts) -> String {
    let Some(through) = month.billed_through else { return "nothing billed yet".into() };
    let (days, passed) = month_progress(through);
    let in_month = through >= month.start;
    let pace = Amount::saturating(month.total.pico() / i128::from(passed.max(1)) * i128::from(days));
    if in_month {
        format!("to {} (UTC) · on pace for {}, estimated", day_short(through), money(pace, month.currency))
    } else {
        "nothing billed this month yet".into()
    }
}

/// Days from the first one with costs to the last billed one.
fn billed_days(costs: &DailyCosts) -> i64 {
    let first = costs.days.iter().find(|day| day.amount != Amount::ZERO).map(|day| day.day);
    let last = costs.billed_through.map(|through| through.min(costs.end.plus(-1)));
    let span = |first: Day, last: Day| (last.number() - first.number() + 1).max(0);
    first.zip(last).map_or(0, |(first, last)| span(first, last))
}

fn per_day(total: Amount, days: i64) -> Amount {
    if days <= 0 { Amount::ZERO } else { Amount::saturating(total.pico() / i128::from(days)) }
}
