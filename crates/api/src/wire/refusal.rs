//! Refusals: those that any call can have, and those of one.

use serde_json::Value;

use super::{Wire, member};
use crate::{CommonRefusal, connection_draft, cost, session, setup, support_request};

tagged! {
    CommonRefusal, "code" {
        "signed_out" => SignedOut,
        "forbidden" => Forbidden { needs },
        "second_factor_needed" => SecondFactorNeeded,
        "malformed" => Malformed { issues },
        "cross_site" => CrossSite,
        "no_such_address" => NoSuchAddress,
        "method_not_allowed" => MethodNotAllowed,
        "unsupported_media_type" => UnsupportedMediaType,
        "too_large" => TooLarge,
        "too_many_requests" => TooManyRequests { retry_after_seconds },
        "bad_token" => BadToken,
        "token_forbidden" => TokenForbidden,
        "unavailable" => Unavailable,
        "read_only" => ReadOnly { cause },
        "internal" => Internal,
    }
    connection_draft::CreateError, "code" {
        "unfit_key" => UnfitKey { unfit, cause, fix },
        "already_connected" => AlreadyConnected { connection },
        "same_key" => SameKey { connection },
        "unknown_connection" => UnknownConnection,
    }
    connection_draft::FinishError, "code" {
        "unknown_draft" => UnknownDraft,
        "not_ready" => NotReady,
        "unfit_name" => UnfitName { cause },
        "already_connected" => AlreadyConnected { connection },
        "other_organization" => OtherOrganization { expected, found },
    }
    connection_draft::TestError, "code" {
        "unknown_draft" => UnknownDraft,
        "already_finished" => AlreadyFinished { connection },
    }
    connection_draft::ViewError, "code" { "unknown_draft" => UnknownDraft }
    cost::DailyError, "code" {
        "unfit_period" => UnfitPeriod,
        "unknown_connection" => UnknownConnection,
    }
    session::CreateError, "code" {
        "wrong_credentials" => WrongCredentials,
        "code_needed" => CodeNeeded,
        "wrong_code" => WrongCode,
        "passwords_off" => PasswordsOff,
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    setup::CreateError, "code" {
        "setup_closed" => SetupClosed,
        "wrong_token" => WrongToken,
        "unfit" => Unfit { issues },
        "too_many_attempts" => TooManyAttempts { retry_after_seconds },
    }
    support_request::CreateError, "code" { "unfit" => Unfit { issues }, "contains_key" => ContainsKey { field } }
    support_request::ViewError, "code" { "unknown_support_request" => UnknownSupportRequest }
}
