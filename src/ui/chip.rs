//! A chip: a state in one or two words, with an icon so that it does not rest on colour alone.

use leptos::prelude::*;

use super::icon::{Icon, IconName, Spinner};

/// What a chip or a notice says about the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Fine.
    Good,
    /// Under way.
    Busy,
    /// Not fine yet, or not fine for long.
    Warning,
    /// Not fine.
    Bad,
    /// Just so.
    Neutral,
}

impl Tone {
    /// The tone's class in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Busy => "busy",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Neutral => "neutral",
        }
    }
}

/// A chip.
#[component]
pub fn Chip(
    /// What it says about the world.
    tone: Tone,
    /// The words.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let icon = match tone {
        Tone::Good => view! { <Icon name=IconName::Check /> }.into_any(),
        Tone::Busy => view! { <Spinner /> }.into_any(),
        Tone::Warning => view! { <Icon name=IconName::Warning /> }.into_any(),
        Tone::Bad => view! { <Icon name=IconName::Problem /> }.into_any(),
        Tone::Neutral => ().into_any(),
    };
    view! { <span class=format!("chip {}", tone.class())>{icon} {text}</span> }
}
