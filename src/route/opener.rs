//! The page from which the wizard was opened, and to which it returns.

use api::ConnectionId;

use super::query::parameter;
use super::{LensView, Route, account_parameter};

/// The page from which the wizard was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Opener {
    /// Home, or a link from elsewhere.
    #[default]
    Home,
    /// The OpenAI Lens, and what it looked at.
    Lens(LensView),
    /// Assets.
    Assets,
    /// The page of an account.
    Account(ConnectionId),
}

impl Opener {
    /// The page itself.
    pub fn route(self) -> Route {
        match self {
            Self::Home => Route::Home,
            Self::Lens(view) => Route::Lens(view),
            Self::Assets => Route::Assets,
            Self::Account(id) => Route::Account(id),
        }
    }

    pub(super) fn read(query: &str) -> Self {
        match parameter(query, "from").as_deref() {
            Some("lens") => Self::Lens(LensView::read(query)),
            Some("assets") => account_parameter(query).map_or(Self::Assets, Self::Account),
            _ => Self::Home,
        }
    }

    pub(super) fn parameters(&self) -> Vec<(&'static str, Option<&str>)> {
        match self {
            Self::Home => Vec::new(),
            Self::Lens(view) => [("from", Some("lens"))].into_iter().chain(view.parameters()).collect(),
            Self::Assets => vec![("from", Some("assets"))],
            Self::Account(id) => vec![("from", Some("assets")), ("account", Some(id.as_str()))],
        }
    }
}
