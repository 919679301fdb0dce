//! Signing on with the company's provider: the way there, and the way back.

use ::api::sign_on::{Begin, Depart, Finish, Return, ReturnPath};
use ::api::{Nothing, SecretText};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::navigation::use_navigation;
use crate::route::{Pairs, Route};
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::notice::{Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// The button that leads to the provider. It leaves the console, which goes on afterwards at the address it was at.
#[component]
pub fn SignOnButton(
    /// What the provider is called.
    name: String,
) -> impl IntoView {
    let navigation = use_navigation();
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let depart = Callback::new(move |()| {
        busy.set(true);
        trouble.set(None);
        let back = match navigation.route_untracked() {
            Route::Login { back } => *back,
            route => route,
        };
        let home = || ReturnPath::parse("/").ok();
        let Some(back) = ReturnPath::parse(&back.to_string()).ok().or_else(home) else { return };
        spawn_local(async move {
            match api::call::<Begin>(&(), &Nothing {}, &Depart { back }).await {
                // The button stays busy: the browser is on its way.
                Ok(departure) => {
                    let _ = window().location().assign(&departure.location);
                }
                Err(error) => {
                    busy.try_set(false);
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    });
    view! {
        {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
        <div class="actions">
            <Button kind=ButtonKind::Primary busy on_press=depart>
                {format!("Sign in with {name}")}
            </Button>
        </div>
    }
}

/// Where the provider sends the browser back to: what it says is handed to the server, and leaves the address bar.
#[component]
pub fn SignOnReturn(
    /// The query of the address.
    pairs: Pairs,
) -> impl IntoView {
    let navigation = use_navigation();
    let trouble = RwSignal::new(None::<Trouble>);
    let text = |name: &str| pairs.get(name).map(str::to_owned);
    let body = Return {
        state: text("state").unwrap_or_default(),
        code: text("code").map(SecretText::new),
        iss: text("iss"),
        error: text("error"),
    };
    spawn_local(async move {
        match api::call::<Finish>(&(), &Nothing {}, &body).await {
            Ok(arrival) => {
                navigation.replace(Route::login(arrival.back.as_str()));
                session::accept(arrival.session);
            }
            Err(error) => {
                trouble.try_set(Some(error.trouble()));
            }
        }
    });
    let again = Callback::new(move |()| navigation.replace(Route::login("/")));
    move || match trouble.get() {
        None => view! { <Skeleton label="Signing in…" /> }.into_any(),
        Some(trouble) => view! {
            <TroubleNotice trouble />
            <div class="actions">
                <Button kind=ButtonKind::Primary on_press=again>
                    "Begin again"
                </Button>
            </div>
        }
        .into_any(),
    }
}
