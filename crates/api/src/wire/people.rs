//! Reading who signs in and how.

use serde_json::Value;

use super::{Wire, member};
use crate::access_request::{self, AccessRequest, OwnRequests, RequestState};
use crate::api_token::{self, ApiToken, ApiTokens, IssuedToken};
use crate::invitation::{self, Invitation, Invitations, Invited, Issued};
use crate::own_session::{OwnSession, OwnSessions};
use crate::password;
use crate::second_factor::{self, Enrolment, RecoveryCodes, SecondFactor};
use crate::sign_in_rule::{self, SecondFactorRule, SignInRules};
use crate::sign_on::{self, Arrival, Departure, ReturnPath, SignOn};
use crate::user::{self, User};
use crate::{AccessRequestId, ApiTokenId, InvitationId, SessionId, TokenName};

texts! {
    AccessRequestId = |text| AccessRequestId::parse(text).ok(),
    ApiTokenId = |text| ApiTokenId::parse(text).ok(),
    InvitationId = |text| InvitationId::parse(text).ok(),
    ReturnPath = |text| ReturnPath::parse(text).ok(),
    SessionId = |text| SessionId::parse(text).ok(),
    TokenName = |text| TokenName::parse(text).ok(),
}

fields! {
    AccessRequest { id, user, email, permission, note, state, created_at, decided_at }
    Arrival { session, back }
    Departure { location }
    SignInRules { second_factor }
    SignOn { provider, passwords }
    ApiToken { id, name, start, permissions, read_only, created_at, expires_at, last_used_at }
    ApiTokens { items }
    IssuedToken { token, secret }
    OwnRequests { items, next }
    OwnSession { id, device, network, created_at, last_seen_at, current }
    OwnSessions { items }
    Enrolment { secret, uri, qr_svg }
    RecoveryCodes { codes }
    SecondFactor { enabled, recovery_codes_left }
    Invitation { id, email, permissions, invited_by, created_at, expires_at }
    Invitations { items }
    Invited { email, tenant_name, invited_by, expires_at }
    Issued { invitation, link }
    User { id, email, permissions, active, you, signs_on, created_at }
}

names! {
    RequestState { "open" => Open, "granted" => Granted, "declined" => Declined }
    SecondFactorRule {
        "nobody" => Nobody,
        "billing_profiles_admins" => BillingProfilesAdmins,
        "everybody" => Everybody,
    }
}

tagged! {
    access_request::CreateError, "code" {
        "unfit" => Unfit { issues },
        "has_permission" => HasPermission,
        "asked_already" => AskedAlready,
    }
    access_request::DecideError, "code" {
        "unknown_access_request" => UnknownAccessRequest,
        "decided_otherwise" => DecidedOtherwise,
        "follows_groups" => FollowsGroups,
    }
    api_token::CreateError, "code" {
        "unfit" => Unfit { issues },
        "too_many" => TooMany,
    }
    password::ChangeError, "code" {
        "wrong_password" => WrongPassword,
        "unfit" => Unfit { issues },
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    invitation::AcceptError, "code" {
        "unknown_invitation" => UnknownInvitation,
        "unfit" => Unfit { issues },
        "address_taken" => AddressTaken,
        "passwords_off" => PasswordsOff,
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    invitation::CreateError, "code" {
        "unfit" => Unfit { issues },
        "already_user" => AlreadyUser,
        "too_many" => TooMany,
        "passwords_off" => PasswordsOff,
    }
    invitation::LookError, "code" {
        "unknown_invitation" => UnknownInvitation,
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    second_factor::ConfirmError, "code" {
        "nothing_to_confirm" => NothingToConfirm,
        "wrong_code" => WrongCode,
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    second_factor::EnrolError, "code" {
        "already_enabled" => AlreadyEnabled,
        "wrong_password" => WrongPassword,
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    second_factor::RemoveError, "code" {
        "required" => Required,
        "wrong_password" => WrongPassword,
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    user::DeleteError, "code" { "last_users_manager" => LastUsersManager }
    user::EndSessionsError, "code" { "unknown_user" => UnknownUser }
    user::UpdateError, "code" {
        "unknown_user" => UnknownUser,
        "last_users_manager" => LastUsersManager,
        "follows_groups" => FollowsGroups,
    }
    sign_in_rule::UpdateError, "code" { "own_second_factor_first" => OwnSecondFactorFirst }
    sign_on::DepartError, "code" {
        "no_provider" => NoProvider,
        "provider_unavailable" => ProviderUnavailable,
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    sign_on::ArriveError, "code" {
        "no_provider" => NoProvider,
        "unknown_departure" => UnknownDeparture,
        "provider_unavailable" => ProviderUnavailable,
        "denied" => Denied,
        "not_believed" => NotBelieved,
        "no_address" => NoAddress,
        "address_taken" => AddressTaken,
        "deactivated" => Deactivated,
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
}

#[cfg(test)]
mod tests;
