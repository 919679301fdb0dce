//! Reading who signs in and how.

use serde_json::Value;

use super::{Wire, member};
use crate::InvitationId;
use crate::invitation::{self, Invitation, Invitations, Invited, Issued};
use crate::user::{self, User};

texts! {
    InvitationId = |text| InvitationId::parse(text).ok(),
}

fields! {
    Invitation { id, email, permissions, invited_by, created_at, expires_at }
    Invitations { items }
    Invited { email, tenant_name, invited_by, expires_at }
    Issued { invitation, link }
    User { id, email, permissions, active, you, created_at }
}

tagged! {
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
    user::DeleteError, "code" { "last_users_manager" => LastUsersManager }
    user::EndSessionsError, "code" { "unknown_user" => UnknownUser }
    user::UpdateError, "code" {
        "unknown_user" => UnknownUser,
        "last_users_manager" => LastUsersManager,
    }
}

#[cfg(test)]
mod tests;
