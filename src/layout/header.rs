//! The bar on top: the product's name, the pages, the account.

use leptos::prelude::*;

use super::account_menu::AccountMenu;
use crate::navigation::use_navigation;
use crate::route::{Pairs, Place, Route};

/// The bar on top.
#[component]
pub fn Header() -> impl IntoView {
    let navigation = use_navigation();
    let place = Memo::new(move |_| navigation.route().place());
    let entry = move |route: Route, label: &'static str, is_here: fn(&Place) -> bool| {
        view! {
            <li>
                <a href=route.to_string() aria-current=move || place.with(is_here).then_some("page")>
                    {label}
                </a>
            </li>
        }
    };
    view! {
        <header class="header">
            <a class="brand" href="/" aria-label="Console, Home">
                <Logo />
                <span class="brand-name">"Console"</span>
            </a>
            <nav aria-label="Main">
                <ul>
                    {entry(Route::Home, "Home", |place| matches!(place, Place::Home))}
                    {entry(Route::lens(), "OpenAI Lens", |place| matches!(place, Place::Lens))}
                    {entry(Route::Changes(Pairs::default()), "Changes", |place| matches!(place, Place::Changes))}
                    {entry(
                        Route::Reports,
                        "Reports",
                        |place| matches!(place, Place::Reports | Place::ReportNew | Place::Report(_)),
                    )}
                    {entry(Route::Exports(Pairs::default()), "Exports", |place| matches!(place, Place::Exports))}
                    {entry(
                        Route::Reconciliation(Pairs::default()),
                        "Reconciliation",
                        |place| matches!(place, Place::Reconciliation),
                    )}
                    {entry(Route::Assets, "Assets", |place| matches!(place, Place::Assets | Place::Account(_)))}
                    {entry(
                        Route::Support,
                        "Support",
                        |place| matches!(place, Place::Support | Place::SupportNew(_) | Place::SupportRequest(_)),
                    )}
                </ul>
            </nav>
            <AccountMenu />
        </header>
    }
}

/// The console's mark.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 26 26" aria-hidden="true" focusable="false">
            <circle class="logo-lens" cx="11" cy="11" r="8"></circle>
            <path class="logo-handle" d="M17 17l6 6"></path>
            <path class="logo-line" d="M7 13l3-4 2.4 2.6L15 8"></path>
        </svg>
    }
}
