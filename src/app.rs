//! The app: what stands at each address, and who gets to see it.

use ::api::session::Session;
use leptos::prelude::*;
use leptos_router::components::Router;

use crate::chunk::{self, Loaded};
use crate::layout::{self, Shell, arrival, theme};
use crate::load;
use crate::navigation::{Navigation, use_navigation};
use crate::page::home::Home;
use crate::page::not_found::NotFound;
use crate::route::{Place, Route};
use crate::session::{self, Status};
use crate::ui::notice::{Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// Starts the app in the page's body.
pub fn start() {
    layout::fault::install();
    mount_to_body(App);
}

/// Who gets to see what.
#[derive(Clone, Debug, PartialEq)]
enum Gate {
    /// It is not known yet who is signed in.
    Asking,
    /// It could not be found out.
    Failed(Trouble),
    /// There is no user yet.
    Setup,
    /// Nobody is signed in.
    Login,
    /// Somebody is, who has to set up a second factor before anything else.
    SecondFactor,
    /// Somebody is.
    Inside,
}

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Console />
        </Router>
    }
}

/// The console, for whoever gets to see it.
#[component]
fn Console() -> impl IntoView {
    let navigation = Navigation::start();
    theme::provide();
    chunk::begin(&navigation.route_untracked());
    session::ask();
    session::watch();
    load::watch();
    let ends = Memo::new(|_| session::ending().is_some());
    let gate = Memo::new(|_| gate());
    let is_invited = Memo::new(move |_| navigation.route() == Route::Invitation);
    Effect::new(move |_| redirect(&gate.get(), navigation));
    arrival::follow(navigation);
    view! {
        {move || match gate.get() {
            Gate::Asking => view! { <main class="page narrow"><Skeleton label="Starting the console…" /></main> }.into_any(),
            Gate::Failed(trouble) => {
                view! {
                    <main class="page narrow">
                        <TroubleNotice trouble on_retry=Callback::new(|()| session::ask()) />
                    </main>
                }
                    .into_any()
            }
            Gate::Setup => chunk::of(&Place::Setup)
                .map(|chunk| view! { <Loaded chunk place=Place::Setup /> })
                .into_any(),
            Gate::Login => {
                let place = if is_invited.get() { Place::Invitation } else { Place::Login };
                chunk::of(&place).map(|chunk| view! { <Loaded chunk place /> }).into_any()
            }
            Gate::SecondFactor => {
                view! { <Loaded chunk=chunk::SECOND_FACTOR_DUE place=Place::Login /> }.into_any()
            }
            Gate::Inside => {
                view! {
                    <Shell>
                        <Pages />
                    </Shell>
                    <Wizard />
                    {move || ends.get().then(|| view! { <Loaded chunk=chunk::SESSION_END place=Place::Login /> })}
                    {move || {
                        session::has_ended()
                            .then(|| view! { <Loaded chunk=chunk::SIGN_IN_AGAIN place=Place::Login /> })
                    }}
                }
                    .into_any()
            }
        }}
        <layout::announcer::Announcer />
    }
}

/// The page at the current address.
#[component]
fn Pages() -> impl IntoView {
    let navigation = use_navigation();
    let place = Memo::new(move |_| navigation.route().place());
    move || {
        let place = place.get();
        if let Some(chunk) = chunk::of(&place) {
            return view! { <Loaded chunk place /> }.into_any();
        }
        match place {
            Place::Home => view! { <Home /> }.into_any(),
            Place::NotFound => view! { <NotFound /> }.into_any(),
            // The gate leads away from the others in a moment.
            _ => ().into_any(),
        }
    }
}

/// The wizard, over the page, at its addresses.
#[component]
fn Wizard() -> impl IntoView {
    let navigation = use_navigation();
    let is_open = Memo::new(move |_| matches!(navigation.route(), Route::Connect { .. }));
    move || is_open.get().then(|| view! { <Loaded chunk=chunk::CONNECT place=Place::Home /> })
}

fn gate() -> Gate {
    match session::status() {
        Status::Asking => Gate::Asking,
        Status::Failed(trouble) => Gate::Failed(trouble),
        Status::Known(Session::SetupNeeded) => Gate::Setup,
        Status::Known(Session::SignedOut) => Gate::Login,
        Status::Known(Session::SignedIn(user)) if user.second_factor_due => Gate::SecondFactor,
        Status::Known(Session::SignedIn(_)) => Gate::Inside,
    }
}

/// Brings the address in line with the gate: nobody stays at an address that is not theirs.
fn redirect(gate: &Gate, navigation: Navigation) {
    let route = navigation.route();
    match (gate, route) {
        (Gate::Setup, Route::Setup)
        | (Gate::Login, Route::Login { .. } | Route::SignOnReturn(_) | Route::Invitation) => {}
        (Gate::Setup, _) => navigation.replace(Route::Setup),
        (Gate::Login, Route::Setup) => navigation.replace(Route::Login { back: Box::new(Route::Home) }),
        (Gate::Login, route) => navigation.replace(Route::Login { back: Box::new(route) }),
        (Gate::Inside, Route::Login { back }) => navigation.replace(*back),
        (Gate::Inside, Route::Setup | Route::Invitation | Route::SignOnReturn(_)) => {
            navigation.replace(Route::Home);
        }
        (Gate::Asking | Gate::Failed(_) | Gate::SecondFactor | Gate::Inside, _) => {}
    }
}
