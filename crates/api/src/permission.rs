//! Permissions, under the console's names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Connect OpenAI organizations and manage their keys.
    BillingProfilesAdmin,
    /// See cost and usage.
    CloudAnalyticsUser,
    /// See cost and usage, and remove reports that others share.
    CloudAnalyticsAdmin,
    /// See connected accounts and their imports, import again, pause and resume.
    AssetsManager,
    /// Open support requests and read the company's.
    SupportRequester,
    /// Invite people and decide what they may do.
    UsersManager,
    /// Read who did what.
    AuditLogViewer,
}

/// No permission has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown permission: choose one of billing-profiles-admin, cloud-analytics-user, cloud-analytics-admin, assets-manager, support-requester, users-manager, audit-log-viewer"
)]
pub struct UnknownPermission;

impl Permission {
    /// All of them, in the order in which they are shown.
    pub const ALL: &'static [Self] = &[
        Self::BillingProfilesAdmin,
        Self::CloudAnalyticsUser,
        Self::CloudAnalyticsAdmin,
        Self::AssetsManager,
        Self::SupportRequester,
        Self::UsersManager,
        Self::AuditLogViewer,
    ];

    /// Those that show connected accounts.
    pub const SEES_CONNECTIONS: &'static [Self] = &[
        Self::BillingProfilesAdmin,
        Self::CloudAnalyticsUser,
        Self::CloudAnalyticsAdmin,
        Self::AssetsManager,
    ];

    /// Those that show cost and usage.
    pub const SEES_COSTS: &'static [Self] =
        &[Self::BillingProfilesAdmin, Self::CloudAnalyticsUser, Self::CloudAnalyticsAdmin];

    /// Those that remove what others share of cost and usage.
    pub const MANAGES_ANALYTICS: &'static [Self] = &[Self::CloudAnalyticsAdmin];

    /// Those that start an import, and pause and resume an account.
    pub const MANAGES_IMPORTS: &'static [Self] = &[Self::BillingProfilesAdmin, Self::AssetsManager];

    /// Those that connect an account.
    pub const CONNECTS: &'static [Self] = &[Self::BillingProfilesAdmin];

    /// Those that say which programs are told of connected accounts, and see what was sent: it leaves the company.
    pub const MANAGES_NOTIFICATIONS: &'static [Self] = &[Self::BillingProfilesAdmin];

    /// Those that open support requests and read them. A test connection that fails offers one, so that whoever
    /// connects needs no further permission for it.
    pub const REQUESTS_SUPPORT: &'static [Self] = &[Self::SupportRequester, Self::BillingProfilesAdmin];

    /// Those that invite people and decide what they may do.
    pub const MANAGES_USERS: &'static [Self] = &[Self::UsersManager];

    /// Those that read who did what.
    pub const READS_AUDIT: &'static [Self] = &[Self::AuditLogViewer];

    /// The console's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BillingProfilesAdmin => "Billing Profiles Admin",
            Self::CloudAnalyticsUser => "Cloud Analytics User",
            Self::CloudAnalyticsAdmin => "Cloud Analytics Admin",
            Self::AssetsManager => "Assets Manager",
            Self::SupportRequester => "Support Requester",
            Self::UsersManager => "Users Manager",
            Self::AuditLogViewer => "Audit Log Viewer",
        }
    }

    /// What it opens, in a few words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::BillingProfilesAdmin => "Connect organizations and manage their keys",
            Self::CloudAnalyticsUser => "See cost and usage, and keep reports",
            Self::CloudAnalyticsAdmin => "See cost and usage, and remove what others share",
            Self::AssetsManager => "See connected accounts; start, pause and resume imports",
            Self::SupportRequester => "Open and read support requests",
            Self::UsersManager => "Invite people and decide what they may do",
            Self::AuditLogViewer => "Read who did what",
        }
    }

    /// Several of which one would do, as a sentence has them: `Billing Profiles Admin, Cloud Analytics User or Assets Manager`.
    pub fn any_of(permissions: &[Self]) -> String {
        let names: Vec<_> = permissions.iter().map(|permission| permission.name()).collect();
        match names.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
            _ => names.concat(),
        }
    }

    /// The name in the store and on the command line: `billing-profiles-admin`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::BillingProfilesAdmin => "billing-profiles-admin",
            Self::CloudAnalyticsUser => "cloud-analytics-user",
            Self::CloudAnalyticsAdmin => "cloud-analytics-admin",
            Self::AssetsManager => "assets-manager",
            Self::SupportRequester => "support-requester",
            Self::UsersManager => "users-manager",
            Self::AuditLogViewer => "audit-log-viewer",
        }
    }

    /// Reads either name, whatever the case and whichever of blank, `-` and `_` stands between the words.
    pub fn parse(text: &str) -> Result<Self, UnknownPermission> {
        let slug = text.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        Self::ALL.iter().copied().find(|permission| permission.slug() == slug).ok_or(UnknownPermission)
    }
}

impl std::str::FromStr for Permission {
    type Err = UnknownPermission;
    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_are_read() {
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.name()), Ok(*permission));
            assert_eq!(Permission::parse(permission.slug()), Ok(*permission));
        }
        assert_eq!(Permission::parse("root"), Err(UnknownPermission));
    }

    #[test]
    fn several_are_named_as_a_sentence_names_them() {
        assert_eq!(Permission::any_of(&[]), "");
        assert_eq!(Permission::any_of(Permission::CONNECTS), "Billing Profiles Admin");
        assert_eq!(
            Permission::any_of(Permission::MANAGES_IMPORTS),
            "Billing Profiles Admin or Assets Manager"
        );
        assert_eq!(
            Permission::any_of(Permission::SEES_COSTS),
            "Billing Profiles Admin, Cloud Analytics User or Cloud Analytics Admin"
        );
    }
}
