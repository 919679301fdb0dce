//! Admin keys: which organization each opens, and what happens to it.

mod behaviour;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use self::behaviour::Behaviour;

use crate::random::{seed, text};

/// A key of the simulator.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The name under which tests and people find it.
    pub name: &'static str,
    /// Whose it is.
    pub organization: Whose,
    /// What happens to it.
    pub behaviour: Behaviour,
    /// What happens, in words.
    pub about: &'static str,
}

/// An organization of the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Acme Robotics: 3 projects, 30 days.
    Small,
    /// Acme Labs: 3 projects, 30 days.
    Second,
    /// Globex: 200 projects, 24 months, 1,000 API keys.
    Large,
    /// Initech: nothing in it.
    Empty,
    /// Acme Archive: one of its projects is archived, one of its API keys deleted.
    Archive,
    /// An organization whose names are not meant well.
    Hostile,
    /// An organization of the key's own, of the small kind.
    Own,
    /// The own organization of the key with this name.
    OwnOf(&'static str),
}

const fn key(name: &'static str, organization: Whose, behaviour: Behaviour, about: &'static str) -> Key {
    Key { name, organization, behaviour, about }
}

/// Every key there is.
pub const KEYS: &[Key] = &[
    key("small", Whose::Small, Behaviour::Fine, "Acme Robotics: 3 projects, 30 days"),
    key("small-second-key", Whose::Small, Behaviour::Fine, "another key of Acme Robotics"),
    key("second", Whose::Second, Behaviour::Fine, "Acme Labs: 3 projects, 30 days"),
    key("large", Whose::Large, Behaviour::Fine, "Globex: 200 projects, 24 months, 1,000 API keys"),
    key("empty", Whose::Empty, Behaviour::Fine, "Initech: an organization with nothing in it"),
    key(
        "archived",
        Whose::Archive,
        Behaviour::Fine,
        "Acme Archive: an archived project and a deleted API key",
    ),
    key("invalid", Whose::Own, Behaviour::Refused, "401: a key that OpenAI does not know"),
    key("revoked", Whose::Own, Behaviour::Refused, "401: a revoked key"),
    key("expired", Whose::Own, Behaviour::Refused, "401: an expired key"),
    key("echo", Whose::Own, Behaviour::RefusedWithEcho, "401 whose text contains the whole key"),
    key("project-key", Whose::Own, Behaviour::OtherKind, "a project key (sk-proj-): 403"),
    key("service-account-key", Whose::Own, Behaviour::OtherKind, "a service account key (sk-svcacct-): 403"),
    key(
        "no-usage-scope",
        Whose::Own,
        Behaviour::NoUsageScope,
        "403 for costs and usage: api.usage.read is missing",
    ),
    key(
        "no-management-scope",
        Whose::Own,
        Behaviour::NoManagementScope,
        "403 for names: api.management.read is missing",
    ),
    key(
        "names-refused",
        Whose::Own,
        Behaviour::NamesRefused,
        "401 for names, with the words for a key that is not known, and costs and usage are told",
    ),
    key("ip-refused", Whose::Own, Behaviour::IpRefused, "401: the network address is not allowed"),
    key(
        "rate-limited",
        Whose::Own,
        Behaviour::RateLimited { retry_after: Some(30) },
        "429 with Retry-After: 30, always",
    ),
    key(
        "rate-limited-no-retry-after",
        Whose::Own,
        Behaviour::RateLimited { retry_after: None },
        "429 without Retry-After, always",
    ),
    key(
        "rate-limited-once",
        Whose::Own,
        Behaviour::RateLimitedOnce,
        "429 with Retry-After: 1 once for each path, then fine",
    ),
    key(
        "rate-limited-mid-run",
        Whose::Own,
        Behaviour::RateLimitedMidRun,
        "429 with Retry-After: 30 from the sixth request on",
    ),
    key("quota-exceeded", Whose::Own, Behaviour::QuotaExceeded, "429: the quota is exceeded, always"),
    key("server-error", Whose::Own, Behaviour::Down { status: 500 }, "500, always"),
    key("unavailable", Whose::Own, Behaviour::Down { status: 503 }, "503, always"),
    key("server-error-page-2", Whose::Own, Behaviour::DownOnPageTwo, "500 for every page but the first"),
    key(
        "server-error-half",
        Whose::Own,
        Behaviour::DownHalfTheTime,
        "500 for every second request of each path, the first one included",
    ),
    key("slow", Whose::Own, Behaviour::Slow, "every answer takes 3 s"),
    key("hanging", Whose::Own, Behaviour::Hanging, "no answer, ever"),
    key("html", Whose::Own, Behaviour::Html, "200 with a page of HTML"),
    key("truncated", Whose::Own, Behaviour::Truncated, "a body that ends too early"),
    key("endless", Whose::Own, Behaviour::Endless, "200 with a body of 100 MB"),
    key("no-cursor", Whose::Own, Behaviour::NoCursor, "has_more without a cursor"),
    key("text-amounts", Whose::Own, Behaviour::TextAmounts, "amounts as strings of 36 digits, and 0E-6176"),
    key("late-costs", Whose::Own, Behaviour::LateCosts, "today's and yesterday's costs are missing"),
    key(
        "restated-day",
        Whose::Own,
        Behaviour::RestatedDay,
        "the day three days ago costs more from the second reading on",
    ),
    key(
        "vanishing-day",
        Whose::Own,
        Behaviour::VanishingDay,
        "the day three days ago costs nothing from the second reading on",
    ),
    key(
        "late-mondays",
        Whose::Own,
        Behaviour::LateMondays,
        "the costs of a Monday come five days after it, and are nothing until then",
    ),
    key(
        "restated-credit",
        Whose::Own,
        Behaviour::RestatedCredit,
        "a negative line on each day, which is as much again on each of the five days after it",
    ),
    key("gap", Whose::Own, Behaviour::Gap { days: 10 }, "the bucket with 13:00 of ten days ago is left out"),
    key(
        "recent-gap",
        Whose::Own,
        Behaviour::Gap { days: 4 },
        "the bucket with 13:00 of four days ago is left out",
    ),
    key(
        "absent-costs",
        Whose::Own,
        Behaviour::AbsentCosts,
        "the cost buckets of the last three days are left out",
    ),
    key("no-key-grouping", Whose::Own, Behaviour::NoKeyGrouping, "400 for costs by API key"),
    key("no-tier-grouping", Whose::Own, Behaviour::NoTierGrouping, "400 for usage by service tier"),
    key(
        "no-old-hours",
        Whose::Own,
        Behaviour::NoOldHours,
        "400 for usage by hours of more than ten days ago",
    ),
    key("days-for-hours", Whose::Own, Behaviour::DaysForHours, "usage by days, however it is asked for"),
    key("no-vector-stores", Whose::Own, Behaviour::NoVectorStores, "404 for the usage of vector stores"),
    key("no-old-costs", Whose::Own, Behaviour::NoOldCosts, "400 for costs of more than 200 days ago"),
    key("revoked-mid-run", Whose::Own, Behaviour::RevokedMidRun, "401 from the sixth request on"),
    key(
        "revoked-mid-run-second-key",
        Whose::OwnOf("revoked-mid-run"),
        Behaviour::Fine,
        "another key of the organization of revoked-mid-run",
    ),
    key("usage-stopped", Whose::Own, Behaviour::UsageStopped, "no usage and no costs in the last four days"),
    key(
        "quiet-without-header",
        Whose::Own,
        Behaviour::QuietWithoutHeader,
        "no costs in the last four days, and no header tells whose key it is",
    ),
    key("young", Whose::Own, Behaviour::Young, "days before nine days ago are left out"),
    key(
        "some-names",
        Whose::Own,
        Behaviour::SomeNames,
        "403 for users and for the keys of the first project",
    ),
    key("expiring", Whose::Own, Behaviour::Expiring, "a key that expires in nine days"),
    key(
        "unknown-rows",
        Whose::Own,
        Behaviour::UnknownRows,
        "line items, objects and fields that nobody knows",
    ),
    key(
        "odd-rows",
        Whose::Own,
        Behaviour::OddRows,
        "costs without a currency, and five days ago with one that nobody knows",
    ),
    key(
        "lost-line",
        Whose::Own,
        Behaviour::LostLine,
        "costs by group lack a line of five days ago, which their total has",
    ),
    key(
        "lost-line-second-key",
        Whose::OwnOf("lost-line"),
        Behaviour::Fine,
        "another key of the organization of lost-line: nothing is lacking",
    ),
    key("credit", Whose::Own, Behaviour::Credit, "a negative line on each day"),
    key("huge", Whose::Own, Behaviour::Huge, "a line of 10^9 USD on each day"),
    key("unidentified", Whose::Empty, Behaviour::Unidentified, "no answer tells whose key it is"),
    key(
        "hostile-names",
        Whose::Hostile,
        Behaviour::Fine,
        "an organization whose projects, API keys and people are called markup, formulas and odd characters",
    ),
    key("redirect", Whose::Own, Behaviour::Redirect, "302 to another host"),
];

impl Key {
    /// The key itself: the same in every run, of the shape that OpenAI's keys have. Those to which something happens
    /// say it after their prefix.
    pub fn secret(&self) -> String {
        let prefix = match (self.name, self.behaviour) {
            ("service-account-key", _) => "sk-svcacct-".to_owned(),
            (_, Behaviour::OtherKind) => "sk-proj-".to_owned(),
            (_, Behaviour::Fine) => "sk-admin-".to_owned(),
            (name, _) => format!("sk-admin-sim-{name}-"),
        };
        let seed = seed(self.name);
        format!("{prefix}{}T3BlbkFJ{}", text(&[seed, 11], 58), text(&[seed, 12], 58))
    }

    /// Where its organization stands: equal for keys of one organization.
    pub(crate) fn place(&self) -> (Whose, &'static str) {
        match self.organization {
            Whose::Own => (Whose::Own, self.name),
            Whose::OwnOf(name) => (Whose::Own, name),
            shared => (shared, ""),
        }
    }

    /// Whether answers say whose key it is.
    pub(crate) fn tells_organization(&self) -> bool {
        self.behaviour != Behaviour::Unidentified
    }
}

/// The key of this name.
pub fn named(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The key that this secret is.
pub fn find(secret: &str) -> Option<&'static Key> {
    static SECRETS: LazyLock<HashMap<String, &Key>> =
        LazyLock::new(|| KEYS.iter().map(|key| (key.secret(), key)).collect());
    SECRETS.get(secret).copied()
}
