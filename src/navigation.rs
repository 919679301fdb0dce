//! Where the app is, and how it moves.
//!
//! `leptos_router` follows the browser's history, takes over clicks on links, and moves. What an address means is for
//! [`Route`] to say and not for a table of components: the wizard keeps the page behind it mounted, which such a table
//! cannot express.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::location::{BrowserUrl, LocationProvider};
use wasm_bindgen::JsValue;

use crate::route::Route;

type Navigate = Box<dyn Fn(&str, NavigateOptions)>;

/// Where the app is. A handle: copies are the same place.
#[derive(Clone, Copy)]
pub struct Navigation {
    route: Memo<Route>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

impl Navigation {
    /// Follows the router around it. Called once, by the app.
    pub fn start() -> Self {
        let location = use_location();
        let (path, query) = (location.pathname, location.search);
        let route = Memo::new(move |_| Route::parse(&path.get(), &query.get()));
        // A clicked link changes the address bar when what it leads to is there: here that is at once.
        let browser = use_context::<BrowserUrl>();
        Effect::new(move |_| {
            path.track();
            query.track();
            if let Some(browser) = &browser {
                browser.ready_to_complete();
            }
            request_animation_frame(move || follow(path, query));
        });
        let navigation = Self { route, navigate: StoredValue::new_local(Box::new(use_navigate())) };
        provide_context(navigation);
        navigation
    }

    /// The route, tracked.
    pub fn route(self) -> Route {
        self.route.try_get().unwrap_or(Route::Home)
    }

    /// The route, not tracked.
    pub fn route_untracked(self) -> Route {
        self.route.try_get_untracked().unwrap_or(Route::Home)
    }

    /// Goes to a route, as a link does: Back returns to where the app was.
    pub fn go(self, route: Route) {
        self.change(&route, false);
    }

    /// Goes to a route in place of the current one: Back skips the current one.
    pub fn replace(self, route: Route) {
        self.change(&route, true);
    }

    fn change(self, route: &Route, replace: bool) {
        let options =
            NavigateOptions { resolve: false, replace, scroll: false, ..NavigateOptions::default() };
        self.navigate.try_with_value(|navigate| navigate(&route.to_string(), options));
    }
}

/// Writes an address that the router has left out of the address bar: it holds the last address that it wrote for the one
/// that is there, also after Back has led away from it.
fn follow(path: Memo<String>, query: Memo<String>) {
    let (path, query) = (path.get_untracked(), query.get_untracked());
    if BrowserUrl::current().is_ok_and(|shown| shown.path() != path || shown.search() != query)
        && let Ok(history) = window().history()
    {
        let mark = if query.is_empty() { "" } else { "?" };
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&format!("{path}{mark}{query}")));
    }
}

/// The app's place. To be asked for while a component is set up, not later.
pub fn use_navigation() -> Navigation {
    use_context::<Navigation>().unwrap_or_else(Navigation::start)
}
