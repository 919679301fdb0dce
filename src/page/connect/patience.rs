//! What is said when an answer takes long.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::sleep;

/// After this long a wait is said to be one: a good answer takes a second or two.
const SLOW: Duration = Duration::from_millis(2_500);

/// Says that something takes long, while it is waited for. The region is there from the start: screen readers ignore
/// those that come with their words.
#[component]
pub fn Patience(
    /// Whether it is waited for.
    #[prop(into)]
    waits: Signal<bool>,
    /// What is said then.
    words: &'static str,
) -> impl IntoView {
    let slow = RwSignal::new(false);
    let rounds = StoredValue::new(0_u32);
    Effect::new(move |_| {
        slow.set(false);
        rounds.update_value(|round| *round += 1);
        if waits.get() {
            let mine = rounds.get_value();
            spawn_local(async move {
                sleep(SLOW).await;
                if rounds.try_get_value() == Some(mine) {
                    slow.try_set(true);
                }
            });
        }
    });
    view! {
        <p class="wizard-status" role="status">
            {move || slow.get().then_some(words)}
        </p>
    }
}
