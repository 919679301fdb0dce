//! The four figures at the top.

use ::api::Amount;
use ::api::cost::{Coverage, DailyCosts, DayCost};
use ::api::report::Figure;
use leptos::prelude::*;

use super::before::{Change, Compared, Earlier, against, compare};
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
    let billed = billed_days(period);
    let average = (billed > 0).then(|| Amount::saturating(period.total.pico() / billed));
    let highest = period.days.iter().filter(|day| day.amount > Amount::ZERO).max_by_key(|day| day.amount);
    let highest_note = highest
        .map_or_else(|| "no costs in these days".to_owned(), |highest| format!("{} (UTC)", day(highest.day)));
    let shown =
        |amount: Option<Amount>| amount.map_or_else(|| "–".to_owned(), |amount| money(amount, currency));
    view! {
        <div class="figures">
            <FigureCard
                label="Cost"
                chip="billed"
                value=shown(total(period))
                note=cost_note(period)
                change=against(
                    total(period).map(|total| total.pico()),
                    before,
                    |pico| money(Amount::saturating(pico), currency),
                )
                is_cost=true
            />
            <FigureCard
                label="Month to date"
                chip="billed"
                value=total(month).map_or_else(|| "–".to_owned(), |total| money(total, month.currency))
                note=month_note(month)
                change=month_change(month, month_before)
                is_cost=true
            />
            <FigureCard
                label="Average per day"
                chip="billed"
                value=shown(average)
                note=match u64::try_from(billed).unwrap_or_default() {
                    0 => "no day is billed yet".to_owned(),
                    days => format!("over {}", count(days, "billed day", "billed days")),
                }
            />
            <FigureCard
                label="Highest day"
                chip="billed"
                value=shown(highest.map(|highest| highest.amount))
                note=highest_note
            />
        </div>
    }
}

/// The sum of the days; none while not one of them is imported, which is no zero.
fn total(costs: &DailyCosts) -> Option<Amount> {
    costs
        .days
        .iter()
        .any(|day| day.coverage != Coverage::Missing || day.amount != Amount::ZERO)
        .then_some(costs.total)
}

fn cost_note(period: &DailyCosts) -> String {
    // Of these days at least one account has something to come: what others have is in the figures.
    let missing = period.days.iter().filter(|day| day.coverage == Coverage::Missing).count();
    match missing {
        0 => "all days imported".to_owned(),
        1 => "1 day is not complete yet".to_owned(),
        _ if total(period).is_none() => "no day is imported yet".to_owned(),
        missing => format!("{missing} days are not complete yet"),
    }
}

/// The month as far as it is billed against as many days of the month before. Nothing is said of one that is not known.
fn month_change(month: &DailyCosts, before: &DailyCosts) -> Change {
    let billed = month.billed_through.map_or(0, |through| through.number() + 1 - month.start.number());
    if total(month).is_none() || billed <= 0 {
        return Change::default();
    }
    let end = before.start.plus(billed).min(before.end);
    let days = || before.days.iter().filter(|day| day.day < end);
    let total: Amount = days().map(|day| day.amount).sum();
    let range = format!("{} – {}", day_short(before.start), day_short(end.plus(-1)));
    if days().all(|day| day.coverage == Coverage::Missing && day.amount == Amount::ZERO) {
        return Change { words: format!("nothing imported for {range} to compare with"), way: None };
    }
    let note = if days().any(|day| day.coverage == Coverage::Missing) { ", not fully imported" } else { "" };
    let figure = |amount: Amount| Some(Figure::from_pico(amount.pico()));
    let share = change(figure(month.total), figure(total));
    let words = format!("{share} vs {} on {range}{note}", money(total, before.currency));
    Change { words, way: (total != Amount::ZERO).then(|| month.total.cmp(&total)) }
}

/// How far the month is billed, and what it comes to at this pace.
fn month_note(month: &DailyCosts) -> String {
    let Some(through) = month.billed_through else { return "nothing billed yet".into() };
    let (days, passed) = month_progress(through);
    let in_month = through >= month.start;
    let pace = Amount::saturating(month.total.pico() / i128::from(passed.max(1)) * i128::from(days));
    if in_month {
        format!(
            "through {} (UTC) · on pace for {}, estimated",
            day_short(through),
            money(pace, month.currency)
        )
    } else {
        "nothing billed this month yet".into()
    }
}

/// Imported days from the first one with costs to the last billed one.
fn billed_days(costs: &DailyCosts) -> i128 {
    let is_billed = |cost: &&DayCost| costs.billed_through.is_some_and(|through| cost.day <= through);
    let days = costs.days.iter().skip_while(|cost| cost.amount == Amount::ZERO).take_while(is_billed);
    // One of which an account has nothing yet counts with what the others were billed.
    days.filter(|cost| cost.coverage != Coverage::Missing || cost.amount != Amount::ZERO).map(|_| 1).sum()
}
