//! The difference, and the effects that lead from one cost to the other: as a waterfall, and as a table.

use std::sync::Arc;

use ::api::change::{Change, Effect};
use ::api::report::{Figure, Metric};
use ::api::{Amount, Span};
use leptos::prelude::*;

use super::choice::Chosen;
use crate::format::locale::{change, day, day_short, figure, money};
use crate::table::Digits;
use crate::ui::waterfall::{Step, StepKind, Waterfall};
use crate::waterfall::bars;

/// The panel.
#[component]
pub fn Effects(
    /// What was found.
    found: Memo<Arc<Change>>,
    /// What is looked at.
    chosen: Memo<Chosen>,
) -> impl IntoView {
    let digits = Memo::new(move |_| Digits::all(chosen.with(|chosen| chosen.all_digits)));
    let steps = Signal::derive(move || found.with(|found| steps(found, digits.get())));
    let drawn = Memo::new(move |_| found.with(|found| drawn(found)));
    let zero = Signal::derive(move || drawn.with(|drawn| drawn.zero));
    let cut = move || {
        drawn.with(|drawn| {
            let start = Amount::saturating(drawn.start);
            (drawn.start > 0).then(|| {
                let start = found.with(|found| money(start, found.currency));
                view! { <p class="muted table-note">{format!("The bars begin at {start}, not at zero.")}</p> }
            })
        })
    };
    view! {
        <section class="card panel" class:exact=move || chosen.with(|chosen| chosen.all_digits) aria-labelledby="effects">
            <div class="panel-head change-head">
                <h2 id="effects">{move || found.with(|found| title(found, digits.get()))}</h2>
                <p class="muted">{move || found.with(|found| periods(found))}</p>
            </div>
            <Waterfall label="Cost before and after, and the effects in between" steps zero />
            {cut}
            {move || found.with(|found| table(found, digits.get()))}
        </section>
    }
}

/// `Cost rose by $12.30 (+4.1%)`.
fn title(found: &Change, digits: Digits) -> String {
    let (total, currency) = (&found.total, found.currency);
    let by = total.change();
    let share = change(Some(total.after.into()), Some(total.before.into()));
    let words = |amount: Amount| digits.money(amount, currency);
    if by == Amount::ZERO {
        format!("Cost stayed at {}", words(total.after))
    } else if by > Amount::ZERO {
        format!("Cost rose by {} ({share})", words(by))
    } else {
        format!("Cost fell by {} ({share})", words(-by))
    }
}

fn periods(found: &Change) -> String {
    let words = |span: Span| format!("{} – {}", day_short(span.start), day(span.end.plus(-1)));
    format!("{} against {}, UTC days", words(found.after), words(found.before))
}

/// The effects that did something, in their order.
fn effects(found: &Change) -> Vec<(Effect, Amount)> {
    let effects = Effect::ALL.into_iter().map(|effect| (effect, found.total.effect(effect)));
    effects.filter(|(_, amount)| *amount != Amount::ZERO).collect()
}

fn drawn(found: &Change) -> crate::waterfall::Bars {
    let steps: Vec<i128> = effects(found).into_iter().map(|(_, amount)| amount.pico()).collect();
    bars(found.total.before.pico(), &steps)
}

fn steps(found: &Change, digits: Digits) -> Vec<Step> {
    let currency = found.currency;
    let total =
        |name: &str, amount: Amount| (name.to_owned(), digits.money(amount, currency), StepKind::Total);
    let effect = |(effect, amount): (Effect, Amount)| {
        let kind = if amount > Amount::ZERO { StepKind::Rise } else { StepKind::Fall };
        (effect.name().to_owned(), digits.change(amount, currency), kind)
    };
    let first = total("Before", found.total.before);
    let last = total("After", found.total.after);
    let named = [first].into_iter().chain(effects(found).into_iter().map(effect)).chain([last]);
    let bars = drawn(found).bars;
    named.zip(bars).map(|((name, words, kind), bar)| Step { name, words, kind, bar }).collect()
}

/// The same values, each with what it means.
fn table(found: &Change, digits: Digits) -> impl IntoView + use<> {
    let (currency, by) = (found.currency, found.total.change());
    let share = |amount: Amount| {
        let share = amount.pico().saturating_mul(1_000_000_000_000).checked_div(by.pico());
        figure(share.map(Figure::from_pico), Metric::CachedShare, currency)
    };
    let row = |(effect, amount): (Effect, Amount)| {
        view! {
            <tr>
                <th scope="row">
                    {effect.name()} <small>{effect.about()}</small>
                </th>
                <td class="number">{digits.change(amount, currency)}</td>
                <td class="number">{share(amount)}</td>
            </tr>
        }
    };
    let total = |name: &'static str, words: String| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="number">{words}</td>
                <td></td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll whole effects" tabindex="0" role="region" aria-label="The effects, as a table">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Effect"</th>
                        <th scope="col" class="number">"Amount"</th>
                        <th scope="col" class="number">"Of the change"</th>
                    </tr>
                </thead>
                <tbody>
                    {total("Before", digits.money(found.total.before, currency))}
                    {effects(found).into_iter().map(row).collect_view()}
                    {total("After", digits.money(found.total.after, currency))}
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"Change"</th>
                        <td class="number">{digits.change(by, currency)}</td>
                        <td class="number">{share(by)}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}
