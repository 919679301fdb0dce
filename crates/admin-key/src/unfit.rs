//! What was pasted instead of an admin key.

use serde::{Deserialize, Serialize};

/// Why a text cannot be an admin key. [`std::fmt::Display`] names the cause, [`Unfit::remedy`] what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// Nothing but blanks and quotes.
    #[error("The admin key is missing.")]
    Empty,
    /// It starts like an admin key and ends too early.
    #[error("This admin key is cut off: OpenAI's keys are much longer.")]
    CutOff,
    /// More than a key: a file, a table, a whole page.
    #[error("This is far longer than an admin key.")]
    TooLong,
    /// The shortened form that OpenAI's own lists show.
    #[error("This is the shortened form from OpenAI's list, not the key itself.")]
    Masked,
    /// Blanks or line breaks in the middle.
    #[error("There is a blank or a line break in the middle of this key.")]
    Broken,
    /// A character that no key has.
    #[error("This key has a character in it that OpenAI's keys never have.")]
    BadCharacter,
    /// Something else, recognized by its beginning.
    #[error("{}", .0.sentence())]
    OtherKind(KeyKind),
}

/// What a text is by its beginning, when that is no admin key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// `sk-proj-`: a key of one project.
    Project,
    /// `sk-svcacct-`: a key of a service account.
    ServiceAccount,
    /// `sk-`: a user's key of the older kind.
    User,
    /// `sk-ant-`: another provider's key.
    Anthropic,
    /// `org-`: the organization's id.
    OrganizationId,
    /// `proj_`: a project's id.
    ProjectId,
    /// `key_`: the id of a key.
    KeyId,
    /// Nothing that we know.
    Unknown,
}

impl KeyKind {
    fn sentence(self) -> &'static str {
        match self {
            Self::Project => "This is a project key (sk-proj-…). It cannot read the organization's costs.",
            Self::ServiceAccount => {
                "This is a service account key (sk-svcacct-…). It cannot read the organization's costs."
            }
            Self::User => "This is a user API key (sk-…). It cannot read the organization's costs.",
            Self::Anthropic => "This is an Anthropic key (sk-ant-…), not one of OpenAI's.",
            Self::OrganizationId => "This is the id of an organization (org-…), not a key.",
            Self::ProjectId => "This is the id of a project (proj_…), not a key.",
            Self::KeyId => "This is the id of a key (key_…), not the key itself.",
            Self::Unknown => "This is not an OpenAI admin key: those start with sk-admin-.",
        }
    }
}

impl Unfit {
    /// What to do about it, as a short imperative sentence.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Empty => "Paste the key that OpenAI showed when you created it.",
            Self::CutOff => "Select Copy in OpenAI's pane and paste the whole key.",
            Self::TooLong => "Copy only the key, which starts with sk-admin-.",
            Self::Masked => {
                "OpenAI shows a key once. Create a new admin key and copy it before closing the pane."
            }
            Self::Broken => "Copy the key in one piece with OpenAI's Copy button.",
            Self::BadCharacter => "Copy the key again with OpenAI's Copy button.",
            Self::OtherKind(_) => {
                "In OpenAI, open Organization Settings, Admin keys, and create an admin key (sk-admin-…)."
            }
        }
    }

    /// A stable name for programs, such as `wrong_kind_project`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::CutOff => "cut_off",
            Self::TooLong => "too_long",
            Self::Masked => "masked",
            Self::Broken => "broken",
            Self::BadCharacter => "bad_character",
            Self::OtherKind(KeyKind::Project) => "wrong_kind_project",
            Self::OtherKind(KeyKind::ServiceAccount) => "wrong_kind_service_account",
            Self::OtherKind(KeyKind::User) => "wrong_kind_user",
            Self::OtherKind(KeyKind::Anthropic) => "wrong_kind_anthropic",
            Self::OtherKind(KeyKind::OrganizationId) => "organization_id",
            Self::OtherKind(KeyKind::ProjectId) => "project_id",
            Self::OtherKind(KeyKind::KeyId) => "key_id",
            Self::OtherKind(KeyKind::Unknown) => "unknown_kind",
        }
    }
}
