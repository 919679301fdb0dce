//! What stands around the rows of a log: on its way, empty, failed, and the way to earlier ones.

use leptos::prelude::*;

use crate::load::parts::Parts;
use crate::ui::button::Button;
use crate::ui::notice::TroubleNotice;
use crate::ui::skeleton::Skeleton;

/// Shows the rows in a table.
type Table<T> = Box<dyn Fn(Signal<Vec<T>>) -> AnyView + Send + Sync>;

/// A log in parts.
#[component]
pub fn Listing<T: Clone + PartialEq + Send + Sync + 'static>(
    /// The log.
    parts: Parts<T>,
    /// What is loading: `Loading events…`
    label: &'static str,
    /// What it means that nothing is there.
    none: &'static str,
    /// What the button says that loads more: `Earlier events`.
    earlier: &'static str,
    /// The table.
    table: Table<T>,
) -> impl IntoView {
    let listed = parts.listed();
    let of = {
        let listed = listed.clone();
        move |read: fn(&crate::load::parts::Listed<T>) -> bool| {
            let listed = listed.clone();
            Memo::new(move |_| listed.with(read))
        }
    };
    let is_empty = of(|listed| listed.items.is_empty());
    let busy = of(|listed| listed.busy);
    let has_more = of(|listed| listed.next.is_some());
    let trouble = Memo::new({
        let listed = listed.clone();
        move |_| listed.with(|listed| listed.trouble.clone())
    });
    let items = Memo::new(move |_| listed.with(|listed| listed.items.clone()));
    let more = Callback::new(move |()| parts.more());
    let table = StoredValue::new(table);
    view! {
        {move || match (is_empty.get(), busy.get(), has_more.get(), trouble.get().is_some()) {
            (true, true, ..) => view! { <Skeleton label lines=8 /> }.into_any(),
            (true, false, false, false) => view! { <p class="muted">{none}</p> }.into_any(),
            (true, ..) => ().into_any(),
            (false, ..) => table.with_value(|table| table(items.into())),
        }}
        {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble on_retry=more /> })}
        {move || {
            (has_more.get() && trouble.get().is_none())
                .then(|| {
                    view! {
                        <p class="actions">
                            <Button busy on_press=more>
                                {earlier}
                            </Button>
                        </p>
                    }
                })
        }}
    }
}
