//! Where the app is, and how it moves.
//!
//! The browser's history is the truth; this follows it, so Back, Forward and a refresh need no code of their own. There
//! is no router crate: routes are values that parse themselves, and the wizard keeps the page behind it mounted, which
//! route tables of components cannot say.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use crate::route::Route;

/// Where the app is. A handle: copies are the same place.
#[derive(Clone, Copy)]
pub struct Navigation {
    route: RwSignal<Route>,
}

impl Navigation {
    /// Follows the browser's history and takes over clicks on links within the app. Called once, by the app.
    pub fn start() -> Self {
        let navigation = Self { route: RwSignal::new(current()) };
        provide_context(navigation);
        let moved = window_event_listener(leptos::ev::popstate, move |_| navigation.show(current()));
        let clicked = window_event_listener(leptos::ev::click, move |event| navigation.click(&event));
        on_cleanup(move || {
            moved.remove();
            clicked.remove();
        });
        navigation
    }

    /// The route, tracked.
    pub fn route(self) -> Route {
        self.route.try_get().unwrap_or_else(current)
    }

    /// The route, not tracked.
    pub fn route_untracked(self) -> Route {
        self.route.try_get_untracked().unwrap_or_else(current)
    }

    /// Goes to a route, as a link does: Back returns to where the app was.
    pub fn go(self, route: Route) {
        self.change(route, false);
    }

    /// Goes to a route in place of the current one: Back skips the current one.
    pub fn replace(self, route: Route) {
        self.change(route, true);
    }

    fn change(self, route: Route, replace: bool) {
        let address = route.to_string();
        if let Ok(history) = window().history() {
            let null = wasm_bindgen::JsValue::NULL;
            // A refusal (too many moves in a short time) leaves the old address in the bar; the page still changes.
            let _ = if replace || address == current().to_string() {
                history.replace_state_with_url(&null, "", Some(&address))
            } else {
                history.push_state_with_url(&null, "", Some(&address))
            };
        }
        self.show(route);
    }

    fn show(self, route: Route) {
        if self.route.try_get_untracked().is_some_and(|shown| shown != route) {
            self.route.set(route);
        }
    }

    /// Follows a plain click on a link of this site; anything else stays the browser's.
    fn click(self, event: &MouseEvent) {
        let modified = event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(link) = target.and_then(|target| target.closest("a[href]").ok().flatten()) else { return };
        let Ok(link) = link.dyn_into::<HtmlAnchorElement>() else { return };
        let elsewhere =
            !link.target().is_empty() || link.has_attribute("download") || link.rel() == "external";
        if elsewhere || window().location().origin().ok() != Some(link.origin()) || !link.hash().is_empty() {
            return;
        }
        event.prevent_default();
        self.go(Route::parse(&link.pathname(), link.search().trim_start_matches('?')));
    }
}

/// The app's place. To be asked for while a component is set up, not later.
pub fn use_navigation() -> Navigation {
    use_context::<Navigation>().unwrap_or_else(|| Navigation { route: RwSignal::new(current()) })
}

fn current() -> Route {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let query = location.search().unwrap_or_default();
    Route::parse(&path, query.trim_start_matches('?'))
}
