//! Which page is on screen at an address.

use api::{ConnectionDraftId, ConnectionId, SavedReportId, SupportRequestId};

use super::Route;

/// Which page is on screen. Routes that differ in less than this keep the page as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Home.
    Home,
    /// The OpenAI Lens.
    Lens,
    /// The list of saved reports.
    Reports,
    /// A report that is not saved.
    ReportNew,
    /// A saved report.
    Report(SavedReportId),
    /// Exports.
    Exports,
    /// Why cost changed.
    Changes,
    /// Reconciliation.
    Reconciliation,
    /// Assets.
    Assets,
    /// A connected account.
    Account(ConnectionId),
    /// The list of support requests.
    Support,
    /// A new support request.
    SupportNew(Option<ConnectionDraftId>),
    /// One support request.
    SupportRequest(SupportRequestId),
    /// Signing in.
    Login,
    /// The first run.
    Setup,
    /// Accepting an invitation.
    Invitation,
    /// What the caller may do and asks for.
    Access,
    /// Everybody who signs in.
    People,
    /// Everything that was done, and every call to OpenAI.
    AuditLog,
    /// What is a person's own.
    Profile,
    /// Webhooks, and what was sent.
    Notifications,
    /// Nothing is here.
    NotFound,
}

impl Route {
    /// The page that is on screen, which for the wizard is the one behind it.
    pub fn place(&self) -> Place {
        match self {
            Self::Home => Place::Home,
            Self::Lens(_) => Place::Lens,
            Self::Reports => Place::Reports,
            Self::ReportNew(_) => Place::ReportNew,
            Self::Report(id, _) => Place::Report(id.clone()),
            Self::Exports(_) => Place::Exports,
            Self::Changes(_) => Place::Changes,
            Self::Reconciliation(_) => Place::Reconciliation,
            Self::Assets => Place::Assets,
            Self::Account(id) => Place::Account(id.clone()),
            Self::Connect { from, .. } => from.place(),
            Self::Support => Place::Support,
            Self::SupportNew { draft } => Place::SupportNew(draft.clone()),
            Self::SupportRequest(id) => Place::SupportRequest(id.clone()),
            Self::Login { .. } | Self::SignOnReturn(_) => Place::Login,
            Self::Setup => Place::Setup,
            Self::Invitation => Place::Invitation,
            Self::Access { .. } => Place::Access,
            Self::People => Place::People,
            Self::AuditLog(_) | Self::UpstreamCalls(_) => Place::AuditLog,
            Self::Profile => Place::Profile,
            Self::Notifications => Place::Notifications,
            Self::NotFound(_) => Place::NotFound,
        }
    }
}
