//! The wire's snapshots of people: see `crate::wire::tests`.

use serde_json::json;

use super::*;
use crate::Page;
use crate::wire::tests::{check, check_refusals, check_request};

#[test]
fn refusals() {
    check_refusals::<access_request::CreateError>();
    check_refusals::<access_request::DecideError>();
    check_refusals::<api_token::CreateError>();
    check_refusals::<password::ChangeError>();
    check_refusals::<invitation::AcceptError>();
    check_refusals::<invitation::CreateError>();
    check_refusals::<invitation::LookError>();
    check_refusals::<second_factor::ConfirmError>();
    check_refusals::<second_factor::EnrolError>();
    check_refusals::<second_factor::RemoveError>();
    check_refusals::<user::DeleteError>();
    check_refusals::<user::EndSessionsError>();
    check_refusals::<user::UpdateError>();
    check_refusals::<sign_in_rule::UpdateError>();
    check_refusals::<sign_on::DepartError>();
    check_refusals::<sign_on::ArriveError>();
}

#[test]
fn requests() {
    check_request::<user::Change>(json!({ "permissions": ["users_manager"], "active": false }));
    check_request::<invitation::NewInvitation>(json!({ "email": "bob@example.com", "permissions": [] }));
    check_request::<password::NewPassword>(json!({ "old": "the old one", "new": "four words made up" }));
    check_request::<api_token::NewToken>(
        json!({ "name": "Nightly", "permissions": ["cloud_analytics_user"], "read_only": false, "days": 90 }),
    );
    check_request::<access_request::Ask>(json!({ "permission": "assets_manager", "note": "" }));
    check_request::<sign_in_rule::NewSignInRules>(json!({ "second_factor": "billing_profiles_admins" }));
    check_request::<sign_on::Depart>(json!({ "back": "/lens?period=last_30_days" }));
    check_request::<sign_on::Return>(json!({ "state": "s" }));
    check_request::<sign_on::Return>(
        json!({ "state": "s", "code": "c", "iss": "https://id.example.com", "error": "access_denied" }),
    );
    check_request::<second_factor::PresentPassword>(json!({ "password": "four words made up" }));
    check_request::<second_factor::Code>(json!({ "code": "287082" }));
    check_request::<invitation::Token>(json!({ "token": "one-time" }));
    check_request::<invitation::Acceptance>(json!({ "token": "one-time", "password": "four words made up" }));
}

#[test]
fn sessions_and_tokens() {
    check::<OwnSessions>(&json!({ "items": [{
        "id": "session_0a", "device": "Firefox on Linux", "network": "192.0.2.1", "created_at": "2026-11-23T16:40:00Z",
        "last_seen_at": "2026-11-23T16:41:00Z", "current": true,
    }] }));
    let token = json!({
        "id": "token_1", "name": "Nightly", "start": "lens_AbCd", "permissions": ["cloud_analytics_user"],
        "read_only": true, "created_at": "2026-11-23T16:40:00Z", "expires_at": "2026-12-23T16:40:00Z",
        "last_used_at": null,
    });
    check::<ApiTokens>(&json!({ "items": [token] }));
    check::<IssuedToken>(&json!({ "token": token, "secret": "lens_AbCd" }));
}

#[test]
fn requests_for_access() {
    let mut request = json!({
        "id": "access_1", "user": "user_1", "email": "bob@example.com", "permission": "assets_manager", "note": "Please",
        "state": "open", "created_at": "2026-11-23T16:40:00Z", "decided_at": null,
    });
    check::<OwnRequests>(&json!({ "items": [request], "next": null }));
    for state in ["granted", "declined"] {
        request["state"] = json!(state);
        request["decided_at"] = json!("2026-11-23T16:41:00Z");
        check::<Page<AccessRequest>>(&json!({ "items": [request], "next": "access_1" }));
    }
}

#[test]
fn signing_on() {
    for rule in SecondFactorRule::ALL {
        check::<SignInRules>(&json!({ "second_factor": rule.slug() }));
    }
    check::<SignOn>(&json!({ "provider": "Analytical Engines", "passwords": false }));
    check::<Departure>(&json!({ "location": "https://id.example.com/auth?state=s" }));
    check::<Arrival>(&json!({ "session": { "state": "signed_out" }, "back": "/lens" }));
}

#[test]
fn second_factors() {
    check::<SecondFactor>(&json!({ "enabled": true, "recovery_codes_left": 9 }));
    check::<Enrolment>(&json!({ "secret": "GEZDGNBV", "uri": "otpauth://totp/x", "qr_svg": "<svg/>" }));
    check::<RecoveryCodes>(&json!({ "codes": ["abab-abab-abab-abab-abab"] }));
}

#[test]
fn people_and_invitations() {
    check::<Page<User>>(&json!({ "items": [{
        "id": "user_1", "email": "ada@example.com", "permissions": ["users_manager"], "active": true, "you": true,
        "signs_on": false, "created_at": "2026-11-23T16:40:00Z",
    }] }));
    let invitation = json!({
        "id": "invitation_1", "email": "bob@example.com", "permissions": ["cloud_analytics_user"],
        "invited_by": "ada@example.com", "created_at": "2026-11-23T16:40:00Z", "expires_at": "2026-11-30T16:40:00Z",
    });
    check::<Invitations>(&json!({ "items": [invitation] }));
    check::<Issued>(&json!({ "invitation": invitation, "link": "/invitation#token=abc" }));
    check::<Invited>(&json!({
        "email": "bob@example.com", "tenant_name": "Acme", "invited_by": "ada@example.com",
        "expires_at": "2026-11-30T16:40:00Z",
    }));
}
