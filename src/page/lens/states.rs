//! What is under way and what is wrong with the accounts that are looked at: why figures are not fresher than they are.

use ::api::connection::Connection;
use leptos::prelude::*;

use crate::connection::{imported_percent, is_importing};
use crate::format::locale::percent;
use crate::layout::announcer::announce;
use crate::layout::attention::notices::Concerns;
use crate::ui::icon::Spinner;

/// After how many seconds without anything read an account's figures are old: every stream is read about every hour, and
/// the second time that fails is no accident any more.
const OLD_AFTER: i64 = 3 * 3_600;

/// What is under way and what is wrong.
#[component]
pub fn States(
    /// The accounts whose figures are shown.
    connections: Signal<Vec<Connection>>,
) -> impl IntoView {
    let importing = Memo::new(move |_| {
        connections.with(|list| {
            let running: Vec<&Connection> = list.iter().filter(|account| is_importing(account)).collect();
            let done = imported_percent(running.iter().flat_map(|account| &account.streams));
            (!running.is_empty()).then(|| {
                let names: Vec<_> = running.iter().map(|account| account.name.to_string()).collect();
                (names.join(", "), done)
            })
        })
    });
    // A progress bar in a live region would never stop talking: its start and its end are said.
    Effect::new(move |before: Option<bool>| {
        let runs = importing.with(Option::is_some);
        match before {
            Some(true) if !runs => announce("The import is finished."),
            Some(false) | None if runs => announce("The import has started, newest days first."),
            _ => {}
        }
        runs
    });
    view! {
        {move || {
            importing
                .get()
                .map(|(names, done)| {
                    view! {
                        <div class="card importing">
                            <p>
                                <Spinner />
                                <span>"Importing " {names} ", newest days first"</span>
                                <span class="number">{percent(done)}</span>
                            </p>
                            <progress max="100" value=done.to_string() aria-label="Import"></progress>
                        </div>
                    }
                })
        }}
        <Concerns connections old_after=Some(OLD_AFTER) />
    }
}
