//! What people are told of by e-mail and programs by webhook, and which of it somebody wants.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::delivery::{Delivery, TestError};
use crate::problem::Never;
use crate::{Access, Email, Endpoint, FieldError, Method, Nothing};

/// Something that is told when it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// All of an account's history is imported, for the first time.
    ImportFinished,
    /// An account's key expires in 14 days, in 7, in one.
    KeyExpiring,
    /// OpenAI refuses an account's key, or it cannot be read: nothing is imported until it is replaced.
    KeyRefused,
    /// An account has brought no costs for a day, although they were asked for, or no usage for three days, after weeks with
    /// some on every day.
    SourceSilent,
    /// An account's imported costs of settled days are not OpenAI's own totals of them, by more than 0.01 or a thousandth: once
    /// for each month.
    TotalsDiffer,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: &'static [Self] =
        &[Self::ImportFinished, Self::KeyExpiring, Self::KeyRefused, Self::SourceSilent, Self::TotalsDiffer];

    /// The name on the wire and in the store.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::ImportFinished => "import_finished",
            Self::KeyExpiring => "key_expiring",
            Self::KeyRefused => "key_refused",
            Self::SourceSilent => "source_silent",
            Self::TotalsDiffer => "totals_differ",
        }
    }

    /// The kind of a name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }

    /// In a few words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ImportFinished => "Import finished",
            Self::KeyExpiring => "Key expiring",
            Self::KeyRefused => "Key refused",
            Self::SourceSilent => "Source silent",
            Self::TotalsDiffer => "Totals differ",
        }
    }

    /// Kinds each once, in the order in which they are shown.
    pub fn in_order(kinds: &[Self]) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|kind| kinds.contains(kind)).collect()
    }

    /// What is wrong with a choice that must not be empty.
    pub fn parse_some(kinds: &[Self]) -> Result<Vec<Self>, FieldError> {
        let kinds = Self::in_order(kinds);
        match kinds.is_empty() {
            true => Err(FieldError { field: "kinds".into(), issue: "Choose at least one event.".into() }),
            false => Ok(kinds),
        }
    }
}

/// What the caller is notified about by e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// Where messages go: the address to sign in with.
    pub email: Email,
    /// Whether this server has a mail server; without one nothing is sent.
    pub mail_configured: bool,
    /// Whether the caller sees connected accounts; who does not is told nothing of them.
    pub sees_accounts: bool,
    /// What the caller is told of, when both of that holds. Until it is chosen: everything for those who start imports,
    /// nothing for others.
    pub kinds: Vec<Kind>,
}

/// What to be notified about from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// None of them is fine.
    pub kinds: Vec<Kind>,
}

/// Shows the choice.
pub struct View;

impl Endpoint for View {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/notification-choice";
    const SUMMARY: &'static str = "Show what you are notified about by e-mail";
    const ACCESS: Access = Access::SignedIn;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = Choice;
    type Error = Never;
}

/// Changes the choice.
pub struct Choose;

impl Endpoint for Choose {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/notification-choice";
    const SUMMARY: &'static str = "Choose what you are notified about by e-mail";
    const ACCESS: Access = Access::SignedIn;
    type Path = ();
    type Query = Nothing;
    type Body = Chosen;
    type Response = Choice;
    type Error = Never;
}

/// Sends a message to try it, and waits for what becomes of it.
pub struct Test;

impl Endpoint for Test {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/notification-choice/test";
    const SUMMARY: &'static str = "Send yourself a test message by e-mail";
    const ACCESS: Access = Access::SignedIn;
    type Path = ();
    type Query = Nothing;
    type Body = Nothing;
    type Response = Delivery;
    type Error = TestError;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_one_name_and_one_order() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_slug(kind.slug()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.slug());
        }
        let mixed = [Kind::SourceSilent, Kind::KeyExpiring, Kind::SourceSilent];
        assert_eq!(Kind::in_order(&mixed), [Kind::KeyExpiring, Kind::SourceSilent]);
        assert!(Kind::parse_some(&[]).is_err());
    }
}
