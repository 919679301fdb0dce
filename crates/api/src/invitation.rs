//! Invitations: a link that makes one person a user, once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Never;
use crate::session::{Session, passwords_off};
use crate::{
    Access, Description, Email, Endpoint, FieldError, InvitationId, Method, Nothing, Permission, Refusal,
    SecretText, Timestamp,
};

/// An invitation that nobody has accepted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who is invited.
    pub email: Email,
    /// What the person will be allowed to do.
    pub permissions: Vec<Permission>,
    /// Who invited.
    pub invited_by: Email,
    /// When its link was created.
    pub created_at: Timestamp,
    /// Until when its link is valid.
    pub expires_at: Timestamp,
}

/// The invitations of the tenant that are open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invitations {
    /// By address.
    pub items: Vec<Invitation>,
}

/// Somebody to invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The address to sign in with.
    pub email: String,
    /// What the person will be allowed to do.
    pub permissions: Vec<Permission>,
}

/// A new invitation with its link, which no answer has again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Issued {
    /// The invitation.
    pub invitation: Invitation,
    /// The link's path: the token stands behind its `#`, which browsers send nowhere.
    pub link: String,
}

/// The token of an invitation's link.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The token.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub token: SecretText,
}

/// What the holder of a link is invited to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invited {
    /// The address to sign in with.
    pub email: Email,
    /// The company's name.
    pub tenant_name: String,
    /// Who invited.
    pub invited_by: Email,
    /// Until when the link is valid.
    pub expires_at: Timestamp,
}

/// The acceptance of an invitation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The token.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub token: SecretText,
    /// The password to sign in with.
    #[serde(serialize_with = "SecretText::serialize_exposed")]
    pub password: SecretText,
}

/// Why nobody is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CreateError {
    /// Some fields do not fit.
    Unfit {
        /// All of them.
        issues: Vec<FieldError>,
    },
    /// The person is in the tenant already.
    AlreadyUser,
    /// The tenant has 500 open invitations.
    TooMany,
    /// Passwords are off, and an invitation makes one.
    PasswordsOff,
}

/// Why a link opens nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum LookError {
    /// The link is wrong, used, withdrawn or older than seven days.
    UnknownInvitation,
    /// Too many wrong links.
    TooManyAttempts {
        /// Seconds until the next try is taken.
        retry_after_seconds: u32,
    },
}

/// Why an invitation is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AcceptError {
    /// The link is wrong, used, withdrawn or older than seven days.
    UnknownInvitation,
    /// The password does not fit.
    Unfit {
        /// What is wrong.
        issues: Vec<FieldError>,
    },
    /// Somebody signs in with this address already.
    AddressTaken,
    /// Passwords are off since the invitation was made.
    PasswordsOff,
    /// Too many wrong links.
    TooManyAttempts {
        /// Seconds until the next try is taken.
        retry_after_seconds: u32,
    },
}

/// Most open invitations of a tenant: more than anybody waits for, few enough to list.
pub const MOST_INVITATIONS: usize = 500;

fn unfit(issues: &[FieldError]) -> Description {
    Description::new(
        422,
        "Fields to correct",
        "Some fields need a different value.",
        "Correct the fields that are named.",
    )
    .with_errors(issues.to_vec())
}

fn unknown_invitation() -> Description {
    Description::new(
        404,
        "No such invitation",
        "This invitation is used, withdrawn or older than seven days.",
        "Ask the person who invited you for a new link.",
    )
}

fn too_many_attempts(retry_after_seconds: u32) -> Description {
    Description::new(
        429,
        "Too many attempts",
        "There were too many wrong links.",
        format!("Wait {retry_after_seconds} seconds and try again."),
    )
    .retryable()
}

impl Refusal for CreateError {
    fn describe(&self) -> Description {
        match self {
            Self::Unfit { issues } => unfit(issues),
            Self::AlreadyUser => Description::new(
                409,
                "Already a member",
                "This person is already in your company.",
                "Find them under People and change what they may do.",
            )
            .with_errors(vec![FieldError {
                field: "email".into(),
                issue: "This person is already in your company.".into(),
            }]),
            Self::TooMany => Description::new(
                409,
                "Too many invitations",
                format!("There are already {MOST_INVITATIONS} open invitations."),
                "Withdraw one that is no longer needed.",
            ),
            Self::PasswordsOff => passwords_off(),
        }
    }

    fn samples() -> Vec<Self> {
        let issues = vec![FieldError { field: "email".into(), issue: "Enter an e-mail address.".into() }];
        vec![Self::Unfit { issues }, Self::AlreadyUser, Self::TooMany, Self::PasswordsOff]
    }
}

impl Refusal for LookError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownInvitation => unknown_invitation(),
            Self::TooManyAttempts { retry_after_seconds } => too_many_attempts(*retry_after_seconds),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::UnknownInvitation, Self::TooManyAttempts { retry_after_seconds: 30 }]
    }
}

impl Refusal for AcceptError {
    fn describe(&self) -> Description {
        match self {
            Self::UnknownInvitation => unknown_invitation(),
            Self::Unfit { issues } => unfit(issues),
            Self::AddressTaken => Description::new(
                409,
                "Address taken",
                "Somebody already signs in with this address.",
                "Sign in with it, or ask for an invitation to another address.",
            ),
            Self::PasswordsOff => passwords_off(),
            Self::TooManyAttempts { retry_after_seconds } => too_many_attempts(*retry_after_seconds),
        }
    }

    fn samples() -> Vec<Self> {
        let issues =
            vec![FieldError { field: "password".into(), issue: "Use at least 8 characters.".into() }];
        vec![
            Self::UnknownInvitation,
            Self::Unfit { issues },
            Self::AddressTaken,
            Self::PasswordsOff,
            Self::TooManyAttempts { retry_after_seconds: 30 },
        ]
    }
}

/// The open invitations.
pub struct List;

impl Endpoint for List {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/invitations";
    const SUMMARY: &'static str = "List the open invitations, by e-mail address";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = Invitations;
    type Error = Never;
}

/// Invites somebody. An earlier invitation of the same address ends.
pub struct Create;

impl Endpoint for Create {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/invitations";
    const SUMMARY: &'static str = "Invite somebody and get the link, once";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    const STATUS: u16 = 201;
    type Path = ();
    type Query = Nothing;
    type Body = NewInvitation;
    type Response = Issued;
    type Error = CreateError;
}

/// Withdraws an invitation. A second time is as good as the first.
pub struct Delete;

impl Endpoint for Delete {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/api/v1/invitations/{invitation}";
    const SUMMARY: &'static str = "Withdraw an invitation";
    const ACCESS: Access = Access::AnyOf(Permission::MANAGES_USERS);
    const STATUS: u16 = 204;
    type Path = InvitationId;
    type Query = Nothing;
    type Body = Nothing;
    type Response = Nothing;
    type Error = Never;
}

/// Says what a link invites to, without using it up.
pub struct Look;

impl Endpoint for Look {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/invitation-looks";
    const SUMMARY: &'static str = "Show what an invitation's link is for";
    const ACCESS: Access = Access::Anonymous;
    type Path = ();
    type Query = Nothing;
    type Body = Token;
    type Response = Invited;
    type Error = LookError;
}

/// Accepts an invitation: makes the user, and signs in.
pub struct Accept;

impl Endpoint for Accept {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/invitation-acceptances";
    const SUMMARY: &'static str = "Accept an invitation and sign in";
    const ACCESS: Access = Access::Anonymous;
    type Path = ();
    type Query = Nothing;
    type Body = Acceptance;
    type Response = Session;
    type Error = AcceptError;
}
