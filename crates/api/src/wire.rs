//! Reading answers in few bytes.
//!
//! The app is measured by the bytes of its first load. The code that serde derives to read the contract's answers is a
//! quarter of them (67 kB of 284 kB, brotli), so the app reads with [`Wire`] instead: a line for each type, which does not
//! compile when a field is missing, and which the tests below compare with serde on every example, whole and damaged.
//! Everything else, the server before all, keeps to serde.

use money::{Amount, Currency, Decimal};
use serde_json::{Map, Value};

use crate::client_report::ClientFault;
use crate::connection::{ConnectionRef, Organization};
use crate::connection_draft::{
    Cause, Check, CheckKind, ConnectionDraft, Diagnosis, Finding, Progress, Verdict,
};
use crate::cost::{Coverage, CurrencyTotal, DailyCosts, DayCost, Project, ProjectCost, Series, SeriesOf};
use crate::problem::Never;
use crate::session::{Session, SignedIn};
use crate::support_request::SupportRequest;
use crate::{
    ConnectionDraftId, ConnectionId, ConnectionName, Day, Email, FieldError, File, Nothing, Page, Permission,
    Problem, ReadOnly, SupportRequestId, TenantId, Timestamp, UserId,
};

/// A value that can be read from JSON.
pub trait Wire: Sized {
    /// Reads a value; `None` when the JSON is no such value. Members that are not known are passed over.
    fn read(json: &Value) -> Option<Self>;

    /// What a member that is not there reads as; `None` when it has to be there.
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads a text as JSON and then as a value.
pub fn parse<T: Wire>(text: &str) -> Option<T> {
    T::read(&serde_json::from_str(text).ok()?)
}

fn member<T: Wire>(object: &Map<String, Value>, name: &str) -> Option<T> {
    object.get(name).map_or_else(T::absent, T::read)
}

/// A struct: all its fields.
macro_rules! fields {
    ($($name:ty { $($field:ident),* $(,)? })*) => { $(
        impl Wire for $name {
            fn read(json: &Value) -> Option<Self> {
                let object = json.as_object()?;
                Some(Self { $($field: member(object, stringify!($field))?),* })
            }
        }
    )* };
}

/// An enum with a tag: the tag's name, and each variant with its fields, or with the type whose members stand beside
/// the tag.
macro_rules! tagged {
    ($($name:ty, $tag:literal { $($text:literal => $variant:ident $({ $($field:ident),* })? $(($inner:ty))?),* $(,)? })*) => { $(
        impl Wire for $name {
            fn read(json: &Value) -> Option<Self> {
                let object = json.as_object()?;
                match object.get($tag)?.as_str()? {
                    $($text => Some(Self::$variant
                        $({ $($field: member(object, stringify!($field))?),* })?
                        $((<$inner>::read(json)?))?
                    ),)*
                    _ => None,
                }
            }
        }
    )* };
}

/// An enum of names.
macro_rules! names {
    ($($name:ty { $($text:literal => $variant:ident),* $(,)? })*) => { $(
        impl Wire for $name {
            fn read(json: &Value) -> Option<Self> {
                match json.as_str()? {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    )* };
}

/// A text with a rule.
macro_rules! texts {
    ($($name:ty = $parse:expr),* $(,)?) => { $(
        impl Wire for $name {
            fn read(json: &Value) -> Option<Self> {
                $parse(json.as_str()?)
            }
        }
    )* };
}

macro_rules! integers {
    ($($name:ty),*) => { $(
        impl Wire for $name {
            fn read(json: &Value) -> Option<Self> {
                Self::try_from(json.as_u64()?).ok()
            }
        }
    )* };
}

integers!(u8, u16, u32, u64);

texts! {
    Box<str> = |text: &str| Some(text.into()),
    Amount = |text| Decimal::parse(text).ok().map(|decimal| decimal.amount),
    ConnectionDraftId = |text| ConnectionDraftId::parse(text).ok(),
    ConnectionId = |text| ConnectionId::parse(text).ok(),
    ConnectionName = |text| ConnectionName::parse(text).ok(),
    Currency = |text| Currency::parse(text).ok(),
    Day = |text| Day::parse(text).ok(),
    Email = |text| Email::parse(text).ok(),
    String = |text: &str| Some(text.to_owned()),
    SupportRequestId = |text| SupportRequestId::parse(text).ok(),
    TenantId = |text| TenantId::parse(text).ok(),
    Timestamp = Timestamp::parse,
    UserId = |text| UserId::parse(text).ok(),
}

impl Wire for bool {
    fn read(json: &Value) -> Option<Self> {
        json.as_bool()
    }
}

impl<T: Wire> Wire for Option<T> {
    fn read(json: &Value) -> Option<Self> {
        if json.is_null() { Some(None) } else { T::read(json).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn read(json: &Value) -> Option<Self> {
        json.as_array()?.iter().map(T::read).collect()
    }
}

impl<T: Wire> Wire for Page<T> {
    fn read(json: &Value) -> Option<Self> {
        let object = json.as_object()?;
        Some(Self { items: member(object, "items")?, next: member(object, "next")? })
    }
}

impl Wire for Nothing {
    fn read(json: &Value) -> Option<Self> {
        json.as_object().filter(|object| object.is_empty()).map(|_| Self {})
    }
}

impl Wire for File {
    fn read(_: &Value) -> Option<Self> {
        None
    }
}

impl Wire for Never {
    fn read(_: &Value) -> Option<Self> {
        None
    }
}

impl Wire for Problem {
    fn read(json: &Value) -> Option<Self> {
        let object = json.as_object()?;
        Some(Self {
            r#type: member(object, "type")?,
            title: member(object, "title")?,
            status: member(object, "status")?,
            detail: member(object, "detail")?,
            code: member(object, "code")?,
            request_id: member(object, "request_id")?,
            retryable: member(object, "retryable")?,
            remedy: member(object, "remedy")?,
            errors: member(object, "errors")?,
        })
    }
}

fields! {
    Check { kind, verdict, took_ms }
    ConnectionDraft { id, key_tail, expires_at, progress, renews, organization, suggested_name }
    ConnectionRef { id, name }
    CurrencyTotal { currency, total }
    DailyCosts {
        start, end, currency, total, days, series, projects, other_currencies, billed_through, imported_at,
    }
    DayCost { day, amount, coverage }
    Diagnosis { text }
    FieldError { field, issue }
    Finding { cause, detail, remedy, upstream_request_id }
    Organization { id, name }
    Project { connection, id, name }
    ProjectCost { project, amount }
    Series { of, amounts }
    SignedIn {
        user, email, tenant_name, permissions, ends_at, idle_seconds, support_email, simulated, has_password,
        second_factor_due,
    }
    SupportRequest { id, subject, message, diagnostics, created_by, created_at }
}

names! {
    CheckKind {
        "key_accepted" => KeyAccepted,
        "organization_identified" => OrganizationIdentified,
        "usage_readable" => UsageReadable,
        "costs_readable" => CostsReadable,
        "management_readable" => ManagementReadable,
    }
    ClientFault { "panic" => Panic, "not_started" => NotStarted, "garbled_answer" => GarbledAnswer }
    Coverage { "missing" => Missing, "provisional" => Provisional, "settled" => Settled }
    Permission {
        "billing_profiles_admin" => BillingProfilesAdmin,
        "cloud_analytics_user" => CloudAnalyticsUser,
        "cloud_analytics_admin" => CloudAnalyticsAdmin,
        "assets_manager" => AssetsManager,
        "support_requester" => SupportRequester,
        "users_manager" => UsersManager,
        "audit_log_viewer" => AuditLogViewer,
    }
    ReadOnly { "disk_full" => DiskFull, "not_writable" => NotWritable }
}

tagged! {
    Cause, "kind" {
        "key_refused" => KeyRefused,
        "wrong_kind_of_key" => WrongKindOfKey,
        "missing_scope" => MissingScope { scope },
        "ip_not_allowed" => IpNotAllowed,
        "rate_limited" => RateLimited { retry_after_seconds },
        "quota_exceeded" => QuotaExceeded,
        "upstream_down" => UpstreamDown { status },
        "unreachable" => Unreachable,
        "timed_out" => TimedOut,
        "not_understood" => NotUnderstood,
        "request_refused" => RequestRefused,
        "not_offered" => NotOffered,
        "organization_unknown" => OrganizationUnknown,
        "already_connected" => AlreadyConnected { connection },
        "key_unreadable" => KeyUnreadable,
        "days_missing" => DaysMissing { days },
        "other_organization" => OtherOrganization { expected, found },
        "silent" => Silent { since },
        "usage_stopped" => UsageStopped { last_day },
        "totals_differ" => TotalsDiffer { days },
        "key_expiring" => KeyExpiring { at },
        "key_expired" => KeyExpired { at },
    }
    Progress, "state" {
        "untested" => Untested,
        "testing" => Testing { checks },
        "tested" => Tested { checks, ready },
        "finished" => Finished { connection },
    }
    SeriesOf, "kind" { "project" => Project(Project), "other" => Other { projects } }
    Session, "state" {
        "setup_needed" => SetupNeeded,
        "signed_out" => SignedOut,
        "signed_in" => SignedIn(SignedIn),
    }
    Verdict, "verdict" {
        "running" => Running,
        "passed" => Passed { note },
        "warned" => Warned { finding },
        "failed" => Failed { finding },
        "skipped" => Skipped,
    }
}

mod audit;
mod connection;
mod figures;
mod notification;
mod people;
mod refusal;
#[cfg(test)]
mod tests;
mod upstream_call;
