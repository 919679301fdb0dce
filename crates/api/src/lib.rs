//! Our contract, said once: every endpoint is a type that the server mounts and the single-page app calls.
//!
//! A noun is a file here, in the server, in the store, in the app and in the browser tests. Read [`endpoint`] first,
//! then [`ALL`], the list that the router, the OpenAPI document and the tests are compared with.

pub mod endpoint;
pub mod problem;

pub mod access_request;
pub mod api_token;
pub mod audit_event;
pub mod change;
pub mod client_report;
pub mod connection;
pub mod connection_draft;
pub mod cost;
pub mod cube;
pub mod delivery;
pub mod export;
pub mod freshness;
pub mod invitation;
pub mod notification;
pub mod own_session;
pub mod password;
pub mod reconciliation;
pub mod report;
pub mod saved_report;
pub mod second_factor;
pub mod session;
pub mod setup;
pub mod sign_in_rule;
pub mod sign_on;
pub mod support_request;
pub mod upstream_call;
pub mod user;
pub mod webhook;

mod day;
mod id;
mod month;
pub mod openapi;
mod page;
mod permission;
mod read_only;
mod secret_text;
mod span;
mod text;
mod timestamp;
mod whole;
pub mod wire;

pub use admin_key::{AdminKey, KeyKind, Unfit};
pub use day::{Day, DayError};
pub use endpoint::{Access, Described, Endpoint, File, Method, Nothing, PathParams};
pub use id::{
    AccessRequestId, ApiTokenId, ConnectionDraftId, ConnectionId, DeliveryId, IdError, InvitationId,
    NotificationId, SavedReportId, SessionId, SupportRequestId, TenantId, UserId, WebhookId,
};
pub use money::{Amount, Currency};
pub use month::{Month, MonthError};
pub use page::{Page, PageQuery};
pub use permission::{Permission, UnknownPermission};
pub use problem::{CommonRefusal, Description, FieldError, Problem, Refusal, Refused};
pub use read_only::ReadOnly;
pub use secret_text::SecretText;
pub use span::Span;
pub use text::{ConnectionName, Email, Password, ReportName, TextError, TokenName};
pub use timestamp::Timestamp;
pub use wire::Wire;

/// Every endpoint there is, in the order of the paths. The router's tests compare it with what is mounted, both ways.
pub const ALL: &[Described] = &[
    Described::of::<access_request::List>(),
    Described::of::<access_request::Create>(),
    Described::of::<access_request::Own>(),
    Described::of::<access_request::Decline>(),
    Described::of::<access_request::Grant>(),
    Described::of::<api_token::List>(),
    Described::of::<api_token::Create>(),
    Described::of::<api_token::Delete>(),
    Described::of::<audit_event::List>(),
    Described::of::<audit_event::Verify>(),
    Described::of::<client_report::Create>(),
    Described::of::<connection_draft::Create>(),
    Described::of::<connection_draft::View>(),
    Described::of::<connection_draft::Discard>(),
    Described::of::<connection_draft::Diagnose>(),
    Described::of::<connection_draft::Finish>(),
    Described::of::<connection_draft::Test>(),
    Described::of::<connection::List>(),
    Described::of::<connection::View>(),
    Described::of::<connection::Rename>(),
    Described::of::<connection::Disconnect>(),
    Described::of::<connection::Import>(),
    Described::of::<connection::Pause>(),
    Described::of::<connection::Resume>(),
    Described::of::<connection::ViewTest>(),
    Described::of::<connection::Test>(),
    Described::of::<cost::Daily>(),
    Described::of::<cube::Show>(),
    Described::of::<delivery::List>(),
    Described::of::<delivery::Retry>(),
    Described::of::<audit_event::Export>(),
    Described::of::<export::Focus>(),
    Described::of::<upstream_call::Export>(),
    Described::of::<invitation::Accept>(),
    Described::of::<invitation::Look>(),
    Described::of::<invitation::List>(),
    Described::of::<invitation::Create>(),
    Described::of::<invitation::Delete>(),
    Described::of::<notification::View>(),
    Described::of::<notification::Choose>(),
    Described::of::<notification::Test>(),
    Described::of::<password::Change>(),
    Described::of::<change::Query>(),
    Described::of::<reconciliation::Show>(),
    Described::of::<saved_report::List>(),
    Described::of::<saved_report::Create>(),
    Described::of::<report::Query>(),
    Described::of::<report::QueryCsv>(),
    Described::of::<saved_report::Show>(),
    Described::of::<saved_report::Update>(),
    Described::of::<saved_report::Delete>(),
    Described::of::<second_factor::View>(),
    Described::of::<second_factor::Confirm>(),
    Described::of::<second_factor::Enrol>(),
    Described::of::<second_factor::Remove>(),
    Described::of::<session::View>(),
    Described::of::<session::Create>(),
    Described::of::<session::Delete>(),
    Described::of::<own_session::List>(),
    Described::of::<own_session::DeleteOthers>(),
    Described::of::<own_session::Delete>(),
    Described::of::<setup::Create>(),
    Described::of::<sign_in_rule::View>(),
    Described::of::<sign_in_rule::Update>(),
    Described::of::<sign_on::View>(),
    Described::of::<sign_on::Finish>(),
    Described::of::<sign_on::Begin>(),
    Described::of::<support_request::List>(),
    Described::of::<support_request::Create>(),
    Described::of::<support_request::View>(),
    Described::of::<upstream_call::List>(),
    Described::of::<upstream_call::Verify>(),
    Described::of::<user::List>(),
    Described::of::<user::Update>(),
    Described::of::<user::Delete>(),
    Described::of::<user::EndSessions>(),
    Described::of::<webhook::List>(),
    Described::of::<webhook::Create>(),
    Described::of::<webhook::Update>(),
    Described::of::<webhook::Delete>(),
    Described::of::<webhook::Test>(),
];
