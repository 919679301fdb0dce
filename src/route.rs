//! Every address of the app, as a value that parses and prints itself.
//!
//! Links and moves take a [`Route`], never a string, so an address that nothing answers cannot be written down.

mod place;
mod query;

use std::fmt;

use api::{ConnectionDraftId, ConnectionId, Permission, SavedReportId, SupportRequestId};

pub use self::place::Place;
pub use self::query::Pairs;
use self::query::{parameter, parameters, print_query};

/// An address of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`
    Home,
    /// `/lens`, with what is looked at in the query.
    Lens(LensView),
    /// `/reports`: the saved reports.
    Reports,
    /// `/reports/new`: a report that is not saved. Its whole definition is in the query; the page reads it.
    ReportNew(Pairs),
    /// `/reports/{id}`: a saved report, with a changed definition in the query while the change is not saved.
    Report(SavedReportId, Pairs),
    /// `/exports`, with what is chosen in the query.
    Exports(Pairs),
    /// `/changes`: why cost changed, with what is compared in the query.
    Changes(Pairs),
    /// `/reconciliation`, with what is reconciled in the query.
    Reconciliation(Pairs),
    /// `/assets/openai`; `/assets` reads as this too, since OpenAI is the only entry of its menu.
    Assets,
    /// `/assets/openai/{id}`: one connected account.
    Account(ConnectionId),
    /// `/connect…`: the wizard over the page it was opened from.
    Connect {
        /// Where in the wizard.
        step: ConnectStep,
        /// The page behind it, from which it was opened and to which cancelling returns.
        from: Box<Route>,
        /// The account whose key the new one takes the place of; a new account when absent.
        renews: Option<ConnectionId>,
    },
    /// `/support`
    Support,
    /// `/support/new`, with the diagnostics of a draft where one is named.
    SupportNew {
        /// The draft whose diagnostics the request carries.
        draft: Option<ConnectionDraftId>,
    },
    /// `/support/{id}`
    SupportRequest(SupportRequestId),
    /// `/login?return=…`
    Login {
        /// Where to go after signing in. Being a route, it cannot lead off the site.
        back: Box<Route>,
    },
    /// `/login/return`: back from the company's provider, with what it says in the query.
    SignOnReturn(Pairs),
    /// `/setup`
    Setup,
    /// `/invitation`, with the token behind the `#`.
    Invitation,
    /// `/access`: what the caller may do and asks for, with the permission to ask for in the query.
    Access {
        /// The one to offer.
        permission: Option<Permission>,
    },
    /// `/people`
    People,
    /// `/audit-log`: who did what, with what is looked for in the query.
    AuditLog(Pairs),
    /// `/audit-log/calls`: what was asked of OpenAI, with what is looked for in the query.
    UpstreamCalls(Pairs),
    /// `/profile`
    Profile,
    /// `/notifications`
    Notifications,
    /// Anything else.
    NotFound(String),
}

/// What the Lens looks at, as far as the address says. The page reads the texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LensView {
    /// The days, as `period` of the query.
    pub period: Option<String>,
    /// One account; all of them when absent.
    pub account: Option<ConnectionId>,
    /// One of the days, of which lists and tables are then.
    pub day: Option<String>,
    /// What costs are split by.
    pub by: Option<String>,
    /// What is looked at alone or left out, each as one text.
    pub filters: Vec<String>,
    /// The charts that are shown as tables, as `table` of the query.
    pub tables: Vec<String>,
}

/// Where in the wizard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectStep {
    /// `/connect`: how to create an admin key. With the draft whose key is kept meanwhile, so that a refresh keeps it.
    CreateKey(Option<ConnectionDraftId>),
    /// `/connect/key`: the field for it, with the draft as well.
    AdminKey(Option<ConnectionDraftId>),
    /// `/connect/{draft}`: the steps that follow from the draft's progress.
    Draft(ConnectionDraftId),
}

impl LensView {
    fn read(query: &str) -> Self {
        Self {
            period: parameter(query, "period"),
            account: account_parameter(query),
            day: parameter(query, "day"),
            by: parameter(query, "by"),
            filters: parameters(query, "filter").collect(),
            tables: parameters(query, "table").collect(),
        }
    }

    fn parameters(&self) -> Vec<(&'static str, Option<&str>)> {
        let account = self.account.as_ref().map(ConnectionId::as_str);
        let own = [
            ("period", self.period.as_deref()),
            ("account", account),
            ("day", self.day.as_deref()),
            ("by", self.by.as_deref()),
        ];
        let filters = self.filters.iter().map(|filter| ("filter", Some(filter.as_str())));
        let tables = self.tables.iter().map(|table| ("table", Some(table.as_str())));
        own.into_iter().chain(filters).chain(tables).collect()
    }
}

impl Route {
    /// The wizard's start, over the page it is opened from. A page behind the wizard opens no second one.
    pub fn connect(from: Self) -> Self {
        match from {
            Self::Connect { .. } => from,
            _ => Self::Connect { step: ConnectStep::CreateKey(None), from: Box::new(from), renews: None },
        }
    }

    /// The wizard's start for another key of an account.
    pub fn renew(account: ConnectionId, from: Self) -> Self {
        let step = ConnectStep::CreateKey(None);
        Self::Connect { step, from: Box::new(from), renews: Some(account) }
    }

    fn wizard(step: ConnectStep, query: &str) -> Self {
        let renews = parameter(query, "renews").and_then(|id| ConnectionId::parse(&id).ok());
        let from = match back_to(&parameter(query, "from").unwrap_or_default()) {
            Self::Connect { .. } => Self::Home,
            from => from,
        };
        Self::Connect { step, from: Box::new(from), renews }
    }

    /// A report as every report begins.
    pub fn new_report() -> Self {
        Self::ReportNew(Pairs::default())
    }

    /// The sign-in page, from which it goes on to an address of this console.
    pub fn login(back: &str) -> Self {
        Self::Login { back: Box::new(back_to(back)) }
    }

    /// The Lens with its usual period and all accounts.
    pub fn lens() -> Self {
        Self::Lens(LensView::default())
    }

    /// Reads a path and the query behind its `?`. Whatever cannot be read is [`Route::NotFound`].
    pub fn parse(path: &str, query: &str) -> Self {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let not_found = || Self::NotFound(path.to_owned());
        match *segments.as_slice() {
            [] => Self::Home,
            ["lens"] => Self::Lens(LensView::read(query)),
            ["reports"] => Self::Reports,
            ["reports", "new"] => Self::ReportNew(Pairs::parse(query)),
            ["reports", id] => SavedReportId::parse(id)
                .map_or_else(|_| not_found(), |id| Self::Report(id, Pairs::parse(query))),
            ["exports"] => Self::Exports(Pairs::parse(query)),
            ["changes"] => Self::Changes(Pairs::parse(query)),
            ["reconciliation"] => Self::Reconciliation(Pairs::parse(query)),
            ["assets"] | ["assets", "openai"] => Self::Assets,
            ["assets", "openai", id] => ConnectionId::parse(id).map_or_else(|_| not_found(), Self::Account),
            ["connect"] => Self::wizard(ConnectStep::CreateKey(draft_parameter(query)), query),
            ["connect", "key"] => Self::wizard(ConnectStep::AdminKey(draft_parameter(query)), query),
            ["connect", draft] => ConnectionDraftId::parse(draft)
                .map_or_else(|_| not_found(), |draft| Self::wizard(ConnectStep::Draft(draft), query)),
            ["support"] => Self::Support,
            ["support", "new"] => Self::SupportNew { draft: draft_parameter(query) },
            ["support", id] => SupportRequestId::parse(id).map_or_else(|_| not_found(), Self::SupportRequest),
            ["login"] => Self::Login { back: Box::new(return_address(query)) },
            ["login", "return"] => Self::SignOnReturn(Pairs::parse(query)),
            ["setup"] => Self::Setup,
            ["invitation"] => Self::Invitation,
            ["access"] => Self::Access {
                permission: parameter(query, "permission").and_then(|name| Permission::parse(&name).ok()),
            },
            ["people"] => Self::People,
            ["audit-log"] => Self::AuditLog(Pairs::parse(query)),
            ["audit-log", "calls"] => Self::UpstreamCalls(Pairs::parse(query)),
            ["profile"] => Self::Profile,
            ["notifications"] => Self::Notifications,
            _ => not_found(),
        }
    }

    /// What the browser's tab says.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Lens(_) => "OpenAI Lens",
            Self::Reports => "Reports",
            Self::ReportNew(_) => "New report",
            Self::Report(..) => "Report",
            Self::Exports(_) => "Exports",
            Self::Changes(_) => "Why did it change?",
            Self::Reconciliation(_) => "Reconciliation",
            Self::Assets => "Assets",
            Self::Account(_) => "OpenAI account",
            Self::Connect { .. } => "Connect your account",
            Self::Support => "Support",
            Self::SupportNew { .. } => "New support request",
            Self::SupportRequest(_) => "Support request",
            Self::Login { .. } | Self::SignOnReturn(_) => "Sign in",
            Self::Setup => "Set up",
            Self::Invitation => "Accept the invitation",
            Self::Access { .. } => "Access",
            Self::People => "People",
            Self::AuditLog(_) => "Audit log",
            Self::UpstreamCalls(_) => "Calls to OpenAI",
            Self::Profile => "Profile",
            Self::Notifications => "Notifications",
            Self::NotFound(_) => "Page not found",
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => f.write_str("/"),
            Self::Lens(view) => {
                f.write_str("/lens")?;
                print_query(f, &view.parameters())
            }
            Self::Reports => f.write_str("/reports"),
            Self::ReportNew(pairs) => write!(f, "/reports/new{pairs}"),
            Self::Report(id, pairs) => write!(f, "/reports/{}{pairs}", id.as_str()),
            Self::Exports(pairs) => write!(f, "/exports{pairs}"),
            Self::Changes(pairs) => write!(f, "/changes{pairs}"),
            Self::Reconciliation(pairs) => write!(f, "/reconciliation{pairs}"),
            Self::Assets => f.write_str("/assets/openai"),
            Self::Account(id) => write!(f, "/assets/openai/{}", id.as_str()),
            Self::Connect { step, from, renews } => {
                let kept = match step {
                    ConnectStep::CreateKey(kept) => {
                        f.write_str("/connect")?;
                        kept.as_ref()
                    }
                    ConnectStep::AdminKey(kept) => {
                        f.write_str("/connect/key")?;
                        kept.as_ref()
                    }
                    ConnectStep::Draft(draft) => {
                        write!(f, "/connect/{}", draft.as_str())?;
                        None
                    }
                };
                let kept = kept.map(ConnectionDraftId::as_str);
                let address = from.to_string();
                let from = (**from != Self::Home).then_some(address.as_str());
                let renews = renews.as_ref().map(ConnectionId::as_str);
                print_query(f, &[("draft", kept), ("from", from), ("renews", renews)])
            }
            Self::Support => f.write_str("/support"),
            Self::SupportNew { draft } => {
                f.write_str("/support/new")?;
                print_query(f, &[("draft", draft.as_ref().map(ConnectionDraftId::as_str))])
            }
            Self::SupportRequest(id) => write!(f, "/support/{}", id.as_str()),
            Self::Login { back } => {
                f.write_str("/login")?;
                let address = back.to_string();
                print_query(f, &[("return", (**back != Self::Home).then_some(address.as_str()))])
            }
            Self::SignOnReturn(pairs) => write!(f, "/login/return{pairs}"),
            Self::Setup => f.write_str("/setup"),
            Self::Invitation => f.write_str("/invitation"),
            Self::Access { permission } => {
                f.write_str("/access")?;
                print_query(f, &[("permission", permission.map(Permission::slug))])
            }
            Self::People => f.write_str("/people"),
            Self::AuditLog(pairs) => write!(f, "/audit-log{pairs}"),
            Self::UpstreamCalls(pairs) => write!(f, "/audit-log/calls{pairs}"),
            Self::Profile => f.write_str("/profile"),
            Self::Notifications => f.write_str("/notifications"),
            Self::NotFound(path) => f.write_str(path),
        }
    }
}

/// The account that a query names.
fn account_parameter(query: &str) -> Option<ConnectionId> {
    parameter(query, "account").and_then(|id| ConnectionId::parse(&id).ok())
}

/// The draft that a query names.
fn draft_parameter(query: &str) -> Option<ConnectionDraftId> {
    parameter(query, "draft").and_then(|id| ConnectionDraftId::parse(&id).ok())
}

/// Where to go after signing in: never back to signing in or to an address of nothing.
fn return_address(query: &str) -> Route {
    back_to(&parameter(query, "return").unwrap_or_default())
}

/// Where an address leads after signing in: see [`return_address`].
fn back_to(address: &str) -> Route {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    if !path.starts_with('/') || path.starts_with("//") || path.contains('\\') {
        return Route::Home;
    }
    match Route::parse(path, query) {
        Route::Login { .. }
        | Route::SignOnReturn(_)
        | Route::Setup
        | Route::Invitation
        | Route::NotFound(_) => Route::Home,
        route => route,
    }
}

#[cfg(test)]
mod tests;
