//! Why something at OpenAI could not be read: a closed list of causes, each with its words and its remedy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::connection::ConnectionRef;
use crate::{Day, Timestamp};

/// A failure at OpenAI, in our words. Upstream's own text is never in it: it can contain parts of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What it is.
    pub cause: Cause,
    /// The sentence that names the cause.
    pub detail: String,
    /// What to do, as an imperative sentence.
    pub remedy: String,
    /// OpenAI's own id of the request, for its support.
    pub upstream_request_id: Option<String>,
}

impl Finding {
    /// The finding of a cause, in words.
    pub fn new(cause: Cause, upstream_request_id: Option<String>) -> Self {
        let (detail, remedy) = (cause.detail(), cause.remedy());
        Self { cause, detail, remedy, upstream_request_id }
    }
}

/// Why OpenAI could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// The key is unknown, revoked or expired: OpenAI does not say which.
    KeyRefused,
    /// The key is of another kind than an admin key.
    WrongKindOfKey,
    /// The key lacks a scope.
    MissingScope {
        /// OpenAI's name of it, such as `api.usage.read`.
        scope: String,
    },
    /// OpenAI allows this key from other network addresses only.
    IpNotAllowed,
    /// OpenAI wants fewer requests.
    RateLimited {
        /// Seconds to wait, where OpenAI said so.
        retry_after_seconds: Option<u32>,
    },
    /// The organization has exceeded its quota at OpenAI.
    QuotaExceeded,
    /// OpenAI answered with a fault of its own.
    UpstreamDown {
        /// The status of HTTP.
        status: u16,
    },
    /// OpenAI could not be reached from this server.
    Unreachable,
    /// OpenAI did not answer in time.
    TimedOut,
    /// The answer is not one that the Admin API gives.
    NotUnderstood,
    /// OpenAI refused the request itself.
    RequestRefused,
    /// There is no such address at OpenAI.
    NotOffered,
    /// No answer told which organization the key belongs to.
    OrganizationUnknown,
    /// The organization is connected already.
    AlreadyConnected {
        /// As which account.
        connection: ConnectionRef,
    },
    /// The stored key cannot be decrypted.
    KeyUnreadable,
    /// The answer left out days that were asked for, or hours of them.
    DaysMissing {
        /// Which days.
        days: Vec<Day>,
    },
    /// The key is to take the place of another organization's, or is not known to be of the same.
    OtherOrganization {
        /// The connection's organization, by name and id.
        expected: Box<str>,
        /// The key's organization; none when OpenAI did not tell.
        found: Option<Box<str>>,
    },
    /// Nothing was read for several hours, though it is tried every hour.
    Silent {
        /// When something was last read, or was to be read at last.
        since: Timestamp,
    },
    /// There was usage every day, and there is none any more.
    UsageStopped {
        /// The last day with usage.
        last_day: Day,
    },
    /// The imported costs of settled days are not OpenAI's own totals of them, by more than 0.01 or a thousandth.
    TotalsDiffer {
        /// Which days.
        days: Vec<Day>,
    },
    /// The key expires in less than 14 days.
    KeyExpiring {
        /// When.
        at: Timestamp,
    },
    /// The key has expired.
    KeyExpired {
        /// When.
        at: Timestamp,
    },
}

impl Cause {
    fn detail(&self) -> String {
        match self {
            Self::KeyRefused => "OpenAI refused the key: it is unknown, revoked or expired.".into(),
            Self::WrongKindOfKey => "OpenAI says that this is not an admin key.".into(),
            Self::MissingScope { scope } => match scope.as_str() {
                "api.usage.read" => "The key lacks the scope for reading usage and costs (api.usage.read).".into(),
                "api.management.read" => {
                    "The key lacks the optional management scope (api.management.read): projects, keys and people appear as ids.".into()
                }
                _ => format!("The key lacks the scope {scope}."),
            },
            Self::IpNotAllowed => "OpenAI does not allow this key from the network address of this server.".into(),
            Self::RateLimited { retry_after_seconds: Some(seconds) } => {
                format!("OpenAI limits the rate of requests and asks us to wait {seconds} s.")
            }
            Self::RateLimited { retry_after_seconds: None } => "OpenAI limits the rate of requests of this organization.".into(),
            Self::QuotaExceeded => "OpenAI says that the organization has exceeded its quota.".into(),
            Self::UpstreamDown { status } => format!("OpenAI failed with an error of its own (status {status})."),
            Self::Unreachable => "OpenAI could not be reached from this server.".into(),
            Self::TimedOut => "OpenAI did not answer in time.".into(),
            Self::NotUnderstood => "The answer was not one of OpenAI's Admin API: something in between may have changed it.".into(),
            Self::RequestRefused => "OpenAI did not accept the request.".into(),
            Self::NotOffered => "OpenAI says that it has nothing at this address of its Admin API.".into(),
            Self::OrganizationUnknown => {
                "OpenAI did not say which organization this key belongs to. The account is known by its key until its costs say.".into()
            }
            Self::AlreadyConnected { connection } => format!("This organization is already connected, as “{}”.", connection.name),
            Self::KeyUnreadable => "The stored key cannot be decrypted.".into(),
            Self::DaysMissing { days } => format!("OpenAI's answer left out some or all hours of {}.", stretches(days)),
            Self::OtherOrganization { expected, found: Some(found) } => {
                format!("This key belongs to {found}, but the account belongs to {expected}.")
            }
            Self::OtherOrganization { expected, found: None } => {
                format!("OpenAI did not say whether this key belongs to {expected}, the organization of the account.")
            }
            Self::Silent { since } => format!("Nothing could be read since {since}."),
            Self::UsageStopped { last_day } => {
                format!("OpenAI reports no usage after {last_day}, though there was some every day before.")
            }
            Self::TotalsDiffer { days } => {
                format!("The imported costs do not match OpenAI's own total on {}.", stretches(days))
            }
            Self::KeyExpiring { at } => format!("The admin key expires on {} (UTC).", Day::of(*at)),
            Self::KeyExpired { at } => format!("The admin key expired on {} (UTC).", Day::of(*at)),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::KeyRefused => "In OpenAI, check under Admin keys that the key exists and has not expired, or create a new one.".into(),
            Self::WrongKindOfKey => "In OpenAI, open Organization Settings, Admin keys, and create an admin key.".into(),
            Self::MissingScope { scope } => match scope.as_str() {
                "api.usage.read" => "Create a new admin key with Usage API Scope set to Read, and replace this one.".into(),
                "api.management.read" => {
                    "To see names, create a new admin key with Management API Scope (also called Organization Administration) set to Read.".into()
                }
                _ => "Create a new admin key that has this scope, and replace this one.".into(),
            },
            Self::IpNotAllowed => "In OpenAI, add this server's address to the organization's IP allowlist.".into(),
            Self::RateLimited { retry_after_seconds: Some(seconds) } => format!("Wait {seconds} s, then try again."),
            Self::RateLimited { retry_after_seconds: None } => "Wait a minute, then try again.".into(),
            Self::QuotaExceeded => "In OpenAI, check the plan and the billing details of the organization, then test again.".into(),
            Self::UpstreamDown { .. } => "Try again in a few minutes. OpenAI's status page shows whether there is an outage.".into(),
            Self::Unreachable => "Check that this server can connect to OpenAI's API over HTTPS, then try again.".into(),
            Self::TimedOut => "Try again. If the problem persists, check the network between this server and OpenAI.".into(),
            Self::NotUnderstood => "Check that no proxy stands between this server and OpenAI, then try again.".into(),
            Self::RequestRefused => "Try again. If the problem persists, open a support request.".into(),
            Self::NotOffered => {
                "Check the base URL, and that no proxy stands between this server and OpenAI. If both are right, wait: the server tries again every hour.".into()
            }
            Self::OrganizationUnknown => "Give the account a name that you will recognize.".into(),
            Self::AlreadyConnected { connection } => format!("Open “{}” instead, or paste a key of another organization.", connection.name),
            Self::KeyUnreadable => "Connect the organization again with a new admin key.".into(),
            Self::DaysMissing { .. } => {
                "Wait: these days are requested again automatically. If they are still missing later, open a support request.".into()
            }
            Self::OtherOrganization { expected, .. } => {
                format!("Create an admin key in {expected}, or connect this one as a separate account.")
            }
            Self::Silent { .. } => {
                "Test the account again. If the test passes but nothing is read, ask the operator for the server's log.".into()
            }
            Self::UsageStopped { .. } => {
                "Ask the people who use OpenAI's API whether they have stopped. If they have not, test the account again.".into()
            }
            Self::TotalsDiffer { .. } => {
                "These days are read again once a day. Open Reconciliation to compare them. If the problem persists, open a support request.".into()
            }
            Self::KeyExpiring { .. } => "Create a new admin key in OpenAI, and replace this one before that day.".into(),
            Self::KeyExpired { .. } => "Create a new admin key in OpenAI, and replace this one.".into(),
        }
    }
}

/// Days in words: `2026-11-03, 2026-11-05 to 2026-11-07 and 12 more days`.
fn stretches(days: &[Day]) -> String {
    /// Stretches that are named, before the others are counted.
    const NAMED: usize = 3;
    let mut stretches: Vec<(Day, Day)> = Vec::new();
    for day in days {
        match stretches.last_mut() {
            Some((_, last)) if last.plus(1) == *day => *last = *day,
            _ => stretches.push((*day, *day)),
        }
    }
    let named: Vec<_> = stretches
        .iter()
        .take(NAMED)
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first} to {last}") })
        .collect();
    let more: i64 =
        stretches.iter().skip(NAMED).map(|(first, last)| last.number() + 1 - first.number()).sum();
    let named = named.join(", ");
    match more {
        0 => named,
        1 => format!("{named} and 1 more day"),
        more => format!("{named} and {more} more days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_words() {
        let days = |numbers: &[i64]| {
            stretches(&numbers.iter().map(|number| Day::from_number(20_000 + number)).collect::<Vec<_>>())
        };
        assert_eq!(days(&[0]), "2024-10-04");
        assert_eq!(days(&[0, 1, 2, 5]), "2024-10-04 to 2024-10-06, 2024-10-09");
        assert_eq!(days(&[0, 2, 4, 6]), "2024-10-04, 2024-10-06, 2024-10-08 and 1 more day");
        assert_eq!(days(&[0, 2, 4, 6, 7, 9]), "2024-10-04, 2024-10-06, 2024-10-08 and 3 more days");
    }
}
