//! What happens on arriving at a page: the tab's title, the focus on the heading, the announcement, the scroll.

use std::cell::Cell;

use leptos::prelude::*;

use super::announcer::announce;
use crate::navigation::Navigation;
use crate::route::Route;
use crate::ui::focus::{focus, focus_unless_typing};

/// What is focused on arrival.
const HEADING: &str = "main h1";

thread_local! {
    /// Whether the heading is still to be focused: its page's code is on its way.
    static LATE: Cell<bool> = const { Cell::new(false) };
}

/// A page whose code was on its way is here.
pub fn settle() {
    request_animation_frame(|| {
        if LATE.get() && focus_unless_typing(HEADING) {
            LATE.set(false);
        }
    });
}

/// Does it from now on. The first page is the browser's own arrival: only its title is set.
pub fn follow(navigation: Navigation) {
    Effect::new(move |before: Option<Route>| {
        let route = navigation.route();
        set_title(route.title());
        let Some(before) = before else { return route };
        let stays = before.place() == route.place();
        let in_wizard = |route: &Route| matches!(route, Route::Connect { .. });
        // The wizard moves the focus itself, and gives it back. Signing in starts in its first field.
        if !stays && !in_wizard(&route) && !matches!(route, Route::Login { .. }) {
            let title = route.title();
            request_animation_frame(move || {
                window().scroll_to_with_x_and_y(0.0, 0.0);
                announce(title);
                if !focus(HEADING) {
                    LATE.set(true);
                }
            });
        }
        route
    });
}

/// Sets the tab's title.
pub fn set_title(title: &str) {
    document().set_title(&format!("{title} · Console"));
}
