//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::icon::Spinner;

/// How much a button stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do next.
    Primary,
    /// Something else to do.
    #[default]
    Secondary,
    /// Something to do aside.
    Quiet,
    /// Something that destroys.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button. While it is busy, and while there is a reason against it, it does nothing on a click but keeps the focus.
#[component]
pub fn Button(
    /// How much it stands out.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether what it started still runs.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it cannot be used now, as a sentence. It is shown below the button.
    #[prop(optional, into)]
    reason: Signal<Option<String>>,
    /// Whether it sends the form that it is in.
    #[prop(optional)]
    submit: bool,
    /// What it does, besides sending its form.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Its label.
    children: Children,
) -> impl IntoView {
    let off = move || busy.get() || reason.get().is_some();
    let id = unique_id();
    let reason_id = id.clone();
    let described = move || reason.get().map(|_| id.clone());
    let press = move |event: leptos::ev::MouseEvent| {
        if off() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            aria-disabled=move || off().then_some("true")
            aria-describedby=described
            on:click=press
        >
            {move || busy.get().then(|| view! { <Spinner /> })} {children()}
        </button>
        {move || reason.get().map(|reason| view! { <span class="reason" id=reason_id.clone()>{reason}</span> })}
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How much it stands out.
    #[prop(optional)]
    kind: ButtonKind,
    /// Its label.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=href>
            {children()}
        </a>
    }
}

/// An id for an element that another one refers to.
pub fn unique_id() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("id-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
