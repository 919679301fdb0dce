//! The question before something is lost.

use leptos::prelude::*;

use super::flow::Flow;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::focus::focus;

/// Asks whether to discard the key.
#[component]
pub fn Leave(
    /// The wizard.
    flow: Flow,
    /// Whether the question is open.
    leaving: RwSignal<bool>,
) -> impl IntoView {
    Effect::new(|_| {
        request_animation_frame(|| {
            focus("#leave-title");
        });
    });
    let stay = move || {
        leaving.set(false);
        request_animation_frame(|| {
            focus("#connect-title");
        });
    };
    view! {
        <section class="leave" role="alertdialog" aria-labelledby="leave-title" aria-describedby="leave-words">
            <h3 id="leave-title" tabindex="-1">"Discard the key?"</h3>
            <p id="leave-words">
                "The admin key is not connected yet. Discarding destroys our copy of it: OpenAI shows a key only once, so you may need to create a new one."
            </p>
            <div class="actions">
                <Button on_press=Callback::new(move |()| stay())>"Keep going"</Button>
                <Button kind=ButtonKind::Danger on_press=Callback::new(move |()| flow.discard_and_leave())>
                    "Discard the key"
                </Button>
            </div>
        </section>
    }
}
