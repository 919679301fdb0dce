//! Days that OpenAI has billed otherwise after they had ended.

use ::api::Amount;
use ::api::connection::{Connection, Restatement};
use leptos::prelude::*;

use crate::browser::now;
use crate::csv::Cell;
use crate::format::ago;
use crate::format::locale::{day, moment, money, money_exact};
use crate::layout::list_file::DownloadList;

/// The latest ones, for those who may see costs.
#[component]
pub fn Restatements(
    /// The account.
    account: Memo<Connection>,
) -> impl IntoView {
    let restatements = Memo::new(move |_| account.with(|account| account.restatements.clone()));
    view! {
        <section class="card panel" aria-labelledby="account-restatements">
            <h2 id="account-restatements">"Days that OpenAI revised"</h2>
            <p class="muted">
                "OpenAI may revise a day after it has ended. The figures follow, and the change is listed here."
            </p>
            {move || {
                let list = restatements.get();
                if list.is_empty() {
                    return view! { <p class="below">"So far, no day has changed after it ended."</p> }.into_any();
                }
                view! {
                    <table class="accounts below" role="table" aria-labelledby="account-restatements">
                        <thead role="rowgroup">
                            <tr role="row">
                                <th role="columnheader" scope="col">"Day (UTC)"</th>
                                <th role="columnheader" scope="col" class="number">"Before"</th>
                                <th role="columnheader" scope="col" class="number">"Now"</th>
                                <th role="columnheader" scope="col" class="number">"Difference"</th>
                                <th role="columnheader" scope="col">"Noticed"</th>
                            </tr>
                        </thead>
                        <tbody role="rowgroup">{list.iter().map(row).collect_view()}</tbody>
                    </table>
                    <DownloadList
                        what="revised-days"
                        header=&["Day (UTC)", "Currency", "Before", "Now", "Difference", "Noticed (UTC)"]
                        rows=Callback::new(move |()| {
                            restatements.with_untracked(|restatements| restatements.iter().map(line).collect())
                        })
                    />
                }
                    .into_any()
            }}
        </section>
    }
}

fn line(restatement: &Restatement) -> Vec<Cell> {
    let Restatement { day, currency, old, new, noticed_at } = *restatement;
    vec![
        Cell::text(day),
        Cell::text(currency.as_str()),
        Cell::number(old),
        Cell::number(new),
        Cell::number(new - old),
        Cell::text(noticed_at),
    ]
}

fn row(restatement: &Restatement) -> impl IntoView + use<> {
    let Restatement { day: changed, currency, old, new, noticed_at } = *restatement;
    let amount = |label: &'static str, amount: Amount| {
        view! {
            <td role="cell" data-label=label class="number">
                <span title=money_exact(amount, currency)>{money(amount, currency)}</span>
            </td>
        }
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="account-name">
                {day(changed)}
            </th>
            {amount("Before", old)}
            {amount("Now", new)}
            {if old == new {
                view! { <td role="cell" data-label="Difference" class="number">"Between projects"</td> }.into_any()
            } else {
                amount("Difference", new - old).into_any()
            }}
            <td role="cell" data-label="Noticed">
                <span title=moment(noticed_at)>{ago(noticed_at, now())}</span>
            </td>
        </tr>
    }
}
