//! Signing on with the company's provider: the way there, and the way back.

use std::time::Duration;

use ::api::session::{Session, View};
use ::api::sign_on::{Begin, Depart, Finish, Return, ReturnPath};
use ::api::{Nothing, SecretText};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use web_sys::Window;

use crate::api;
use crate::browser::{sleep, visible};
use crate::navigation::use_navigation;
use crate::route::{Pairs, Route};
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::notice::{Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// How often a tab whose user signs on in another one asks whether that is done.
const LOOK: Duration = Duration::from_secs(1);

/// The button that leads to the provider. It leaves the console, which goes on afterwards at the address it was at. Over
/// a page whose session has ended it leads there in another tab: what is typed in this one is in no address.
#[component]
pub fn SignOnButton(
    /// What the provider is called.
    name: String,
) -> impl IntoView {
    let navigation = use_navigation();
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let waits = RwSignal::new(false);
    let depart = Callback::new(move |()| {
        busy.set(true);
        trouble.set(None);
        // Browsers open a tab in the click itself and not after it.
        let tab = untrack(session::has_ended).then(open_tab).flatten();
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
                    let to = tab.as_ref().map_or_else(|| window().location(), Window::location);
                    let _ = to.assign(&departure.location);
                    if tab.is_some() {
                        busy.try_set(false);
                        waits.try_set(true);
                        follow_session(waits).await;
                    }
                }
                Err(error) => {
                    let _ = tab.map(|tab| tab.close());
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
        <p class="muted" role="status">
            {move || waits.get().then_some("Sign in in the other tab. This page continues by itself.")}
        </p>
    }
}

/// An empty tab that knows nothing of this one, if the browser opens one.
fn open_tab() -> Option<Window> {
    let tab = window().open_with_url_and_target("", "_blank").ok().flatten()?;
    let _ = tab.set_opener(&JsValue::NULL);
    Some(tab)
}

/// Takes the session that is begun in another tab, as long as it is waited for.
async fn follow_session(waits: RwSignal<bool>) {
    loop {
        sleep(LOOK).await;
        visible().await;
        if waits.try_get_untracked().is_none() {
            return;
        }
        if let Ok(session @ Session::SignedIn(_)) = api::get::<View>(&()).await {
            return session::accept(session);
        }
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
                    "Start again"
                </Button>
            </div>
        }
        .into_any(),
    }
}
