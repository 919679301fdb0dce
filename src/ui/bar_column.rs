//! The place of one bar in a chart: what pointing at it does, how certain it is, and its label.

use leptos::prelude::*;

use super::bar_chart::BarState;

/// The place.
#[component]
pub fn Column(
    /// Which one, from the left.
    at: usize,
    /// What is to be known about it.
    state: BarState,
    /// The bar that is read.
    active: RwSignal<Option<usize>>,
    /// The bar that was looked into.
    chosen: Signal<Option<usize>>,
    /// Looks into a bar.
    on_open: Option<Callback<usize>>,
    /// The class and the words of its label; none for a bar without one.
    label: Option<(&'static str, String)>,
) -> impl IntoView {
    let state = match state {
        BarState::Missing | BarState::Partial => "missing",
        BarState::Provisional => "provisional",
        BarState::Settled => "settled",
    };
    // The first touch reads a bar, the second one looks into it: a finger has no way to point without a press.
    let is_read = StoredValue::new(false);
    let enter = move |event: leptos::ev::PointerEvent| {
        if !is_touch(&event) {
            active.set(Some(at));
        }
    };
    let press = move |event: leptos::ev::PointerEvent| {
        is_read.set_value(!is_touch(&event) || active.get_untracked() == Some(at));
        active.set(Some(at));
    };
    let open = move |_| {
        if let Some(on_open) = on_open.filter(|_| is_read.get_value()) {
            on_open.run(at);
        }
    };
    view! {
        <div
            class=format!("bar {state}")
            class:active=move || active.get() == Some(at)
            class:chosen=move || chosen.get() == Some(at)
            class:opens=on_open.is_some()
            on:pointerenter=enter
            on:pointerdown=press
            on:click=open
        >
            {label.map(|(class, words)| view! { <span class=class>{words}</span> })}
        </div>
    }
}

/// Whether a finger points.
pub fn is_touch(event: &leptos::ev::PointerEvent) -> bool {
    event.pointer_type() == "touch"
}
