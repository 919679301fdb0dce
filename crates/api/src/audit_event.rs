//! What the audit log tells: who did what. The list of events is closed, and none of them has a field for a secret.

mod list;

pub use list::{
    ActorKind, AuditEntry, AuditQuery, ChainFault, Detail, Export, ExportQuery, FieldChange, List, LogFormat,
    Verification, Verify,
};
use serde::{Deserialize, Serialize};

use crate::connection::ImportedData;
use crate::notification::Kind;
use crate::saved_report::Sharing;
use crate::sign_in_rule::SignInRules;
use crate::{
    AccessRequestId, ApiTokenId, ConnectionDraftId, ConnectionId, ConnectionName, DeliveryId, Email,
    InvitationId, Permission, ReportName, SavedReportId, SupportRequestId, Timestamp, UserId, WebhookId,
};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Actor {
    /// A signed-in person, or one who tried to sign in.
    User {
        /// Who.
        user: UserId,
        /// The address at that time.
        email: Email,
    },
    /// A program with a person's token.
    ApiToken {
        /// The token.
        token: ApiTokenId,
        /// Whose it is.
        user: UserId,
        /// The owner's address at that time.
        email: Email,
    },
    /// The operator, on the command line.
    Operator,
    /// The server by itself.
    System,
}

impl Actor {
    /// The id of the person, where there is one.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::User { user, .. } | Self::ApiToken { user, .. } => Some(user),
            Self::Operator | Self::System => None,
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl Outcome {
    /// The name in the store.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// What a person may do, and whether they can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserState {
    /// What the person may do.
    pub permissions: Vec<Permission>,
    /// Whether the person can sign in.
    pub active: bool,
}

/// Which of a connection's keys is in use. Only what tells keys apart: its number and its last four characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyState {
    /// The first key of a connection is 1.
    pub version: i64,
    /// The last four characters.
    pub tail: String,
}

/// What a connection is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameState {
    /// Its name.
    pub name: ConnectionName,
}

/// What of a saved report its readers notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportState {
    /// What it is called.
    pub name: ReportName,
    /// Who sees it.
    pub sharing: Sharing,
    /// Its version: it rises with every change, also of the question.
    pub version: u32,
}

/// What somebody, or a webhook, is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldState {
    /// Of what.
    pub kinds: Vec<Kind>,
    /// Whether at all.
    pub active: bool,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are the noun's own, and the variants say what happened to it")]
pub enum Event {
    /// The company and its first user were made.
    SetUp { user: UserId, email: Email },
    /// A person signed in.
    SignedIn,
    /// A person signed out.
    SignedOut,
    /// A wrong password for a person there is.
    SignInRefused,
    /// The right password of a person with a wrong code of the second factor.
    CodeRefused,
    /// The company's provider signed a person on, the first time where nothing stood before, with what its groups give.
    SignedOn { before: Option<UserState>, after: UserState },
    /// A return from the company's provider that was not believed, or whose person may not come in.
    SignOnRefused { reason: String },
    /// A request that the caller has no permission for.
    AccessDenied { method: String, path: String, needs: Vec<Permission> },
    /// A request that the caller's token does not open.
    TokenDenied { method: String, path: String },
    /// A person changed the own password, which ended the other sessions.
    PasswordChanged,
    /// A second factor was begun; it does not count yet.
    SecondFactorBegun,
    /// A second factor counts from here on.
    SecondFactorConfirmed,
    /// A second factor was removed.
    SecondFactorRemoved,
    /// What is asked of those who sign in was changed.
    SignInRulesChanged { before: SignInRules, after: SignInRules },
    /// All sessions of a person were ended; but for the caller's own, where it is the own ones.
    SessionsEnded { user: UserId },
    /// A person ended one of the own sessions.
    SessionEnded { user: UserId },
    /// A person was added on the command line.
    UserAdded { user: UserId, email: Email, permissions: Vec<Permission> },
    /// What a person may do was changed.
    UserChanged { user: UserId, before: UserState, after: UserState },
    /// A person was removed.
    UserRemoved { user: UserId, before: UserState },
    /// Somebody was invited.
    UserInvited { invitation: InvitationId, email: Email, permissions: Vec<Permission> },
    /// An invitation was withdrawn.
    InvitationWithdrawn { invitation: InvitationId },
    /// An invitation was accepted, which made a person.
    InvitationAccepted { invitation: InvitationId, user: UserId, permissions: Vec<Permission> },
    /// A person asked for a permission.
    AccessRequested { access_request: AccessRequestId, permission: Permission },
    /// What a person asked for was given.
    AccessGranted { access_request: AccessRequestId, user: UserId, before: UserState, after: UserState },
    /// What a person asked for was not given.
    AccessDeclined { access_request: AccessRequestId, user: UserId, permission: Permission },
    /// A token was made.
    ApiTokenCreated {
        token: ApiTokenId,
        permissions: Vec<Permission>,
        read_only: bool,
        expires_at: Timestamp,
    },
    /// A token was revoked.
    ApiTokenRevoked { token: ApiTokenId },
    /// An admin key was entered, in place of an earlier draft's or not, and to renew a connection's or not. The
    /// fingerprint's start tells keys apart.
    KeyEntered {
        draft: ConnectionDraftId,
        connection: ConnectionId,
        fingerprint: String,
        replaces: Option<ConnectionDraftId>,
        renews: Option<ConnectionId>,
    },
    /// An admin key was tested.
    KeyTested { draft: ConnectionDraftId, connection: ConnectionId, ready: bool },
    /// A draft and its admin key were destroyed, on demand or at the end of its time.
    KeyDestroyed { draft: ConnectionDraftId, connection: ConnectionId },
    /// A connection was made of a draft.
    ConnectionMade {
        connection: ConnectionId,
        draft: ConnectionDraftId,
        name: ConnectionName,
        organization: Option<String>,
    },
    /// A draft's key took the place of a connection's, which was destroyed.
    KeyRenewed {
        connection: ConnectionId,
        draft: ConnectionDraftId,
        name: ConnectionName,
        before: KeyState,
        after: KeyState,
    },
    /// A connection got another name.
    ConnectionRenamed { connection: ConnectionId, before: NameState, after: NameState },
    /// A connection's import was stopped until it is resumed.
    ConnectionPaused { connection: ConnectionId },
    /// A paused connection imports again.
    ConnectionResumed { connection: ConnectionId },
    /// The key in use was tested again.
    ConnectionTested { connection: ConnectionId, ready: bool },
    /// OpenAI refused a connection's key, which is used no more.
    KeyRefused { connection: ConnectionId },
    /// A connection's sealed key does not open: it was damaged or put elsewhere. It is used no more.
    KeyUnreadable { connection: ConnectionId },
    /// A connection's key was destroyed, and what becomes of its data was decided.
    ConnectionDisconnected {
        connection: ConnectionId,
        name: ConnectionName,
        key_tail: String,
        data: ImportedData,
    },
    /// The last row of a connection whose data was to be deleted is gone.
    ConnectionDeleted { connection: ConnectionId },
    /// An import was asked for.
    ImportStarted { connection: ConnectionId },
    /// A report was saved.
    ReportCreated { report: SavedReportId, after: ReportState },
    /// A saved report was changed.
    ReportChanged { report: SavedReportId, before: ReportState, after: ReportState },
    /// A saved report was removed.
    ReportRemoved { report: SavedReportId, before: ReportState },
    /// A support request was opened.
    SupportRequested { support_request: SupportRequestId },
    /// A person chose what to be told of by e-mail.
    NotificationsChosen { before: ToldState, after: ToldState },
    /// A webhook was made. Of its address only the origin is told, since the rest may hold a token.
    WebhookCreated { webhook: WebhookId, origin: String, after: ToldState },
    /// A webhook was changed.
    WebhookChanged { webhook: WebhookId, before: ToldState, after: ToldState },
    /// A webhook was removed, and its secret destroyed.
    WebhookRemoved { webhook: WebhookId, origin: String, before: ToldState },
    /// A message was sent to try it.
    TestMessageSent { delivery: DeliveryId },
    /// A message was to be tried again.
    DeliveryRetried { delivery: DeliveryId },
    /// The operator made a backup of everything but the master key.
    BackedUp,
    /// The operator put a backup in the place of what was lost, which ended all sessions.
    Restored {
        #[serde(default)]
        without_master_key: bool,
    },
    /// The operator moved everything here from a database of another kind.
    StoreMoved { to: String },
    /// The operator began to rotate the master key: from here on another one seals. The keys' ids are no secrets.
    MasterKeyRotationBegun { data_keys: bool, from: String, to: String },
    /// Nothing is under the master key of before any more; what could not be opened before is counted.
    MasterKeyRotated { data_keys: bool, unreadable: u64 },
}

impl Event {
    /// How it ended.
    pub const fn result(&self) -> Outcome {
        match self {
            Self::SignInRefused
            | Self::CodeRefused
            | Self::SignOnRefused { .. }
            | Self::AccessDenied { .. }
            | Self::TokenDenied { .. } => Outcome::Refused,
            _ => Outcome::Done,
        }
    }

    /// The id of what it happened to; none when that is the actor.
    pub fn object(&self) -> Option<&str> {
        match self {
            Self::SignedIn
            | Self::SignedOut
            | Self::SignInRefused
            | Self::CodeRefused
            | Self::SignedOn { .. }
            | Self::SignOnRefused { .. }
            | Self::SecondFactorBegun
            | Self::SecondFactorConfirmed
            | Self::SecondFactorRemoved
            | Self::SignInRulesChanged { .. }
            | Self::AccessDenied { .. }
            | Self::TokenDenied { .. }
            | Self::PasswordChanged
            | Self::NotificationsChosen { .. }
            | Self::BackedUp
            | Self::Restored { .. }
            | Self::StoreMoved { .. }
            | Self::MasterKeyRotationBegun { .. }
            | Self::MasterKeyRotated { .. } => None,
            Self::SetUp { user, .. }
            | Self::SessionsEnded { user }
            | Self::SessionEnded { user }
            | Self::UserAdded { user, .. }
            | Self::UserChanged { user, .. }
            | Self::UserRemoved { user, .. } => Some(user.as_str()),
            Self::UserInvited { invitation, .. }
            | Self::InvitationWithdrawn { invitation }
            | Self::InvitationAccepted { invitation, .. } => Some(invitation.as_str()),
            Self::AccessRequested { access_request, .. }
            | Self::AccessGranted { access_request, .. }
            | Self::AccessDeclined { access_request, .. } => Some(access_request.as_str()),
            Self::ApiTokenCreated { token, .. } | Self::ApiTokenRevoked { token } => Some(token.as_str()),
            Self::KeyEntered { connection, .. }
            | Self::KeyTested { connection, .. }
            | Self::KeyDestroyed { connection, .. }
            | Self::ConnectionMade { connection, .. }
            | Self::KeyRenewed { connection, .. }
            | Self::ConnectionRenamed { connection, .. }
            | Self::ConnectionPaused { connection }
            | Self::ConnectionResumed { connection }
            | Self::ConnectionTested { connection, .. }
            | Self::KeyRefused { connection }
            | Self::KeyUnreadable { connection }
            | Self::ConnectionDisconnected { connection, .. }
            | Self::ConnectionDeleted { connection }
            | Self::ImportStarted { connection } => Some(connection.as_str()),
            Self::ReportCreated { report, .. }
            | Self::ReportChanged { report, .. }
            | Self::ReportRemoved { report, .. } => Some(report.as_str()),
            Self::WebhookCreated { webhook, .. }
            | Self::WebhookChanged { webhook, .. }
            | Self::WebhookRemoved { webhook, .. } => Some(webhook.as_str()),
            Self::TestMessageSent { delivery } | Self::DeliveryRetried { delivery } => {
                Some(delivery.as_str())
            }
            Self::SupportRequested { support_request } => Some(support_request.as_str()),
        }
    }
}
