//! What became of a message that was sent to try the way.

use ::api::delivery::{Delivery, Progress};
use leptos::prelude::*;

use crate::ui::chip::Tone;
use crate::ui::notice::Notice;

/// The outcome in words.
#[component]
pub fn Outcome(
    /// The message.
    delivery: Delivery,
) -> impl IntoView {
    let Delivery { recipient, progress, setback, .. } = delivery;
    match (progress, setback) {
        (Progress::Delivered { .. }, _) => view! {
            <Notice tone=Tone::Good title="The test message was accepted">
                <p class="breakable">{format!("{recipient} has it.")}</p>
            </Notice>
        }
        .into_any(),
        (_, Some(setback)) => view! {
            <Notice tone=Tone::Bad title="The test message was not accepted">
                <p class="breakable">{recipient} ": " {setback.detail} " " {setback.remedy}</p>
            </Notice>
        }
        .into_any(),
        (_, None) => view! {
            <Notice tone=Tone::Busy title="The test message is on its way">
                <p class="breakable">{format!("It goes to {recipient}.")}</p>
            </Notice>
        }
        .into_any(),
    }
}
