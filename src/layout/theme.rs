//! Light, dark, or as the system has it.
//!
//! `boot.js` applies the kept choice before the first paint; this changes it. It is the only thing that the app keeps
//! in the browser's storage.

use leptos::prelude::*;

const KEY: &str = "theme";

/// A theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    const fn slug(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// Gives the app its theme.
pub fn provide() {
    provide_context(RwSignal::new(kept()));
}

/// The choice of a theme.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let theme = use_context::<RwSignal<Theme>>().unwrap_or_else(|| RwSignal::new(kept()));
    let choice = move |option: Theme| {
        view! {
            <label>
                <input
                    type="radio"
                    name="theme"
                    value=option.slug()
                    prop:checked=move || theme.get() == option
                    on:change=move |_| {
                        theme.set(option);
                        apply(option);
                    }
                />
                <span>{option.label()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segments">
            <legend>"Theme"</legend>
            {Theme::ALL.map(choice).collect_view()}
        </fieldset>
    }
}

fn kept() -> Theme {
    let storage = window().local_storage().ok().flatten();
    let slug = storage.and_then(|storage| storage.get_item(KEY).ok().flatten()).unwrap_or_default();
    Theme::ALL.into_iter().find(|theme| theme.slug() == slug).unwrap_or(Theme::System)
}

/// Shows a theme and keeps the choice. Where storage is refused, the choice lasts until the page is left.
fn apply(theme: Theme) {
    if let Some(root) = document().document_element() {
        let _ = match theme {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.slug()),
        };
    }
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(KEY, theme.slug());
    }
}
