//! The wire's snapshots of notifications: see `crate::wire::tests`.

use serde_json::json;

use super::*;
use crate::wire::tests::{check, check_refusals, check_request};
use crate::{Page, notification};

#[test]
fn refusals() {
    check_refusals::<delivery::RetryError>();
    check_refusals::<delivery::TestError>();
    check_refusals::<webhook::CreateError>();
    check_refusals::<webhook::UpdateError>();
}

#[test]
fn requests() {
    check_request::<notification::Chosen>(json!({ "kinds": ["key_refused", "totals_differ"] }));
    check_request::<webhook::NewWebhook>(
        json!({ "url": "https://hooks.example.com/x", "kinds": ["source_silent", "import_finished"] }),
    );
    check_request::<webhook::Change>(json!({ "kinds": ["key_expiring"], "active": false }));
}

#[test]
fn choices_and_webhooks() {
    check::<Choice>(&json!({
        "email": "ada@example.com", "mail_configured": true, "sees_accounts": false, "kinds": ["key_refused"],
    }));
    let hook = json!({
        "id": "webhook_1", "origin": "https://hooks.example.com", "kinds": ["key_refused", "source_silent"],
        "active": true, "created_by": "ada@example.com", "created_at": "2026-11-23T16:40:00Z",
    });
    check::<Webhooks>(&json!({ "items": [hook] }));
    check::<IssuedWebhook>(&json!({ "webhook": hook, "secret": "whsec_AAAA" }));
}

#[test]
fn deliveries() {
    let progress = [
        json!({ "state": "waiting", "next_try_at": "2026-11-23T16:41:00Z" }),
        json!({ "state": "delivered", "at": "2026-11-23T16:41:00Z" }),
        json!({ "state": "failed", "at": "2026-11-23T16:41:00Z" }),
    ];
    let causes = [
        SetbackCause::AddressNotPublic,
        SetbackCause::Unreachable,
        SetbackCause::Insecure,
        SetbackCause::TimedOut,
        SetbackCause::Redirected { status: 302 },
        SetbackCause::Answered { status: 500 },
        SetbackCause::MailRefused { code: 550 },
        SetbackCause::MailDelayed { code: 451 },
        SetbackCause::LoginRefused,
        SetbackCause::NotUnderstood,
        SetbackCause::NoMailServer,
        SetbackCause::RecipientGone,
        SetbackCause::SecretUnreadable,
    ];
    let delivery = |progress: &Value, setback: Value, kind: Value| {
        json!({
            "id": "delivery_1", "kind": kind, "title": "Acme: OpenAI refuses the key", "channel": "webhook",
            "recipient": "https://hooks.example.com", "progress": progress, "attempts": 2, "setback": setback,
            "created_at": "2026-11-23T16:40:00Z",
        })
    };
    for cause in causes {
        let setback = serde_json::to_value(Setback::new(cause)).unwrap();
        check::<Page<Delivery>>(&json!({ "items": [delivery(&progress[2], setback, json!("key_refused"))] }));
    }
    for progress in &progress {
        check::<Delivery>(&delivery(progress, json!(null), json!(null)));
    }
}
