//! A notice: what happened, why, and what to do about it.

use leptos::prelude::*;

use super::button::Button;
use super::chip::Tone;
use super::icon::{Icon, IconName};

/// A failure in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The cause in a few words.
    pub title: String,
    /// What happened, as a sentence.
    pub detail: String,
    /// What to do, as an imperative sentence.
    pub remedy: String,
    /// The id under which the server's log has it.
    pub reference: Option<String>,
    /// Whether trying again can help.
    pub retryable: bool,
}

impl Trouble {
    /// A failure that no server knows of.
    pub fn new(title: &str, detail: &str, remedy: &str, retryable: bool) -> Self {
        let (title, detail, remedy) = (title.into(), detail.into(), remedy.into());
        Self { title, detail, remedy, reference: None, retryable }
    }
}

/// A notice. A bad one is announced at once, any other when there is a pause.
#[component]
pub fn Notice(
    /// What it says about the world.
    tone: Tone,
    /// The cause in a few words.
    #[prop(optional, into)]
    title: String,
    /// The rest: sentences, links, buttons.
    children: Children,
) -> impl IntoView {
    let icon = match tone {
        Tone::Good => IconName::Check,
        Tone::Busy => IconName::Clock,
        Tone::Warning => IconName::Warning,
        Tone::Bad => IconName::Problem,
        Tone::Neutral => IconName::Info,
    };
    view! {
        <div class=format!("notice {}", tone.class()) role=if tone == Tone::Bad { "alert" } else { "status" }>
            <Icon name=icon />
            <div class="notice-body">
                {(!title.is_empty()).then(|| view! { <strong class="notice-title">{title}</strong> })} {children()}
            </div>
        </div>
    }
}

/// A failure, with Try again where that can help.
#[component]
pub fn TroubleNotice(
    /// The failure.
    trouble: Trouble,
    /// Tries again; without it there is no button.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let Trouble { title, detail, remedy, reference, retryable } = trouble;
    let retry = on_retry.filter(|_| retryable);
    view! {
        <Notice tone=Tone::Bad title>
            <p>{detail} " " {remedy}</p>
            {reference.map(|id| view! { <p class="reference">"Request id " <code>{id}</code></p> })}
            {retry
                .map(|retry| {
                    view! {
                        <p class="actions">
                            <Button on_press=retry>"Try again"</Button>
                        </p>
                    }
                })}
        </Notice>
    }
}
