//! What a notification tells, as it was when it was noticed. Words are made of it when it is sent.

use api::connection::Organization;
use api::connection_draft::Finding;
use api::notification::Kind;
use api::{Amount, ConnectionId, ConnectionName, Currency, Day, Timestamp};
use serde::{Deserialize, Serialize};

use crate::store::connection::Connection;

/// The account that something happened to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: ConnectionId,
    /// What it is called.
    pub name: ConnectionName,
    /// Its organization, where that is known.
    pub organization: Option<Organization>,
    /// The last four characters of the key, for those who may see them.
    pub key_tail: String,
}

impl Account {
    /// An account as it is now.
    pub fn of(connection: &Connection) -> Self {
        Self {
            id: connection.id.clone(),
            name: connection.name.clone(),
            organization: connection.organization.clone(),
            key_tail: connection.key_tail.clone(),
        }
    }
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the variants are those of the contract's kinds, with what each knows")]
pub enum Facts {
    ImportFinished {
        account: Account,
        history_start: Day,
    },
    KeyExpiring {
        account: Account,
        expires_at: Timestamp,
    },
    KeyRefused {
        account: Account,
        finding: Finding,
    },
    SourceSilent {
        account: Account,
        since: Timestamp,
    },
    /// What it brings has no usage any more, after weeks with usage on every day.
    UsageStopped {
        account: Account,
        last_day: Day,
    },
    /// Imported costs are not OpenAI's own totals on these days of a month, and most on this one.
    TotalsDiffer {
        account: Account,
        days: Vec<Day>,
        day: Day,
        currency: Currency,
        billed: Amount,
        total: Amount,
    },
    /// Nothing has happened: somebody tries the way.
    Test,
}

impl Facts {
    /// Its kind; none of a test.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::ImportFinished { .. } => Some(Kind::ImportFinished),
            Self::KeyExpiring { .. } => Some(Kind::KeyExpiring),
            Self::KeyRefused { .. } => Some(Kind::KeyRefused),
            Self::SourceSilent { .. } | Self::UsageStopped { .. } => Some(Kind::SourceSilent),
            Self::TotalsDiffer { .. } => Some(Kind::TotalsDiffer),
            Self::Test => None,
        }
    }

    /// Whom it happened to; none of a test.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::ImportFinished { account, .. }
            | Self::KeyExpiring { account, .. }
            | Self::KeyRefused { account, .. }
            | Self::SourceSilent { account, .. }
            | Self::UsageStopped { account, .. }
            | Self::TotalsDiffer { account, .. } => Some(account),
            Self::Test => None,
        }
    }

    /// Its first line. It stays true however late it is read.
    pub fn title(&self) -> String {
        match self {
            Self::ImportFinished { account, .. } => {
                format!("{}: all of its history is imported", account.name)
            }
            Self::KeyExpiring { account, expires_at } => {
                format!("{}: its key expires on {}", account.name, Day::of(*expires_at))
            }
            Self::KeyRefused { account, .. } => format!("{} needs a new key", account.name),
            Self::SourceSilent { account, since } => {
                format!("{} has delivered no costs since {}", account.name, Day::of(*since))
            }
            Self::UsageStopped { account, last_day } => {
                format!("{} has had no usage since {last_day}", account.name)
            }
            Self::TotalsDiffer { account, day, .. } => {
                format!("{}: its costs of {day} do not match OpenAI's total", account.name)
            }
            Self::Test => "This is a test message".into(),
        }
    }
}
