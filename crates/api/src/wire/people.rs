//! Reading who signs in and how.

use serde_json::Value;

use super::{Wire, member};
use crate::api_token::{self, ApiToken, ApiTokens, IssuedToken};
use crate::invitation::{self, Invitation, Invitations, Invited, Issued};
use crate::own_session::{OwnSession, OwnSessions};
use crate::password;
use crate::second_factor::{self, Enrolment, RecoveryCodes, SecondFactor};
use crate::user::{self, User};
use crate::{ApiTokenId, InvitationId, SessionId, TokenName};

texts! {
    ApiTokenId = |text| ApiTokenId::parse(text).ok(),
    InvitationId = |text| InvitationId::parse(text).ok(),
    SessionId = |text| SessionId::parse(text).ok(),
    TokenName = |text| TokenName::parse(text).ok(),
}

fields! {
    ApiToken { id, name, start, permissions, read_only, created_at, expires_at, last_used_at }
    ApiTokens { items }
    IssuedToken { token, secret }
    OwnSession { id, device, network, created_at, last_seen_at, current }
    OwnSessions { items }
    Enrolment { secret, uri, qr_svg }
    RecoveryCodes { codes }
    SecondFactor { enabled, recovery_codes_left }
    Invitation { id, email, permissions, invited_by, created_at, expires_at }
    Invitations { items }
    Invited { email, tenant_name, invited_by, expires_at }
    Issued { invitation, link }
    User { id, email, permissions, active, you, created_at }
}

tagged! {
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
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    invitation::CreateError, "code" {
        "unfit" => Unfit { issues },
        "already_user" => AlreadyUser,
        "too_many" => TooMany,
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
        "wrong_password" => WrongPassword,
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    user::DeleteError, "code" { "last_users_manager" => LastUsersManager }
    user::EndSessionsError, "code" { "unknown_user" => UnknownUser }
    user::UpdateError, "code" {
        "unknown_user" => UnknownUser,
        "last_users_manager" => LastUsersManager,
    }
}

#[cfg(test)]
mod tests;
