//! Says to a screen reader what has changed without the focus having moved.

use std::time::Duration;

use leptos::prelude::*;

thread_local! {
    static WORDS: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

/// Announces a sentence politely.
pub fn announce(words: impl Into<String>) {
    let words = words.into();
    // The region is emptied first: the same words again would otherwise be no change, and stay unsaid.
    WORDS.with(|signal| signal.set(String::new()));
    set_timeout(move || WORDS.with(|signal| signal.set(words)), Duration::from_millis(50));
}

/// The region that is read out. It is part of the page from the start, since readers ignore regions that come late.
#[component]
pub fn Announcer() -> impl IntoView {
    view! {
        <div class="hidden-text" role="status" aria-live="polite">
            {move || WORDS.with(Get::get)}
        </div>
    }
}
