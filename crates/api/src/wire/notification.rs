//! Reading what is told, to whom, and what became of it.

use serde_json::Value;

use super::{Wire, member};
use crate::delivery::{self, Channel, Delivery, Progress, Setback, SetbackCause};
use crate::notification::{Choice, Kind};
use crate::webhook::{self, IssuedWebhook, Webhook, Webhooks};
use crate::{DeliveryId, WebhookId};

texts! {
    DeliveryId = |text| DeliveryId::parse(text).ok(),
    WebhookId = |text| WebhookId::parse(text).ok(),
    Kind = Kind::from_slug,
}

names! {
    Channel {
        "email" => Email,
        "webhook" => Webhook,
    }
}

fields! {
    Choice { email, mail_configured, sees_accounts, kinds }
    Delivery { id, kind, title, channel, recipient, progress, attempts, setback, created_at }
    Setback { cause, detail, remedy }
    Webhook { id, origin, kinds, active, created_by, created_at }
    Webhooks { items }
    IssuedWebhook { webhook, secret }
}

tagged! {
    Progress, "state" {
        "waiting" => Waiting { next_try_at },
        "delivered" => Delivered { at },
        "failed" => Failed { at },
    }
    SetbackCause, "kind" {
        "address_not_public" => AddressNotPublic,
        "unreachable" => Unreachable,
        "insecure" => Insecure,
        "timed_out" => TimedOut,
        "redirected" => Redirected { status },
        "answered" => Answered { status },
        "mail_refused" => MailRefused { code },
        "mail_delayed" => MailDelayed { code },
        "login_refused" => LoginRefused,
        "not_understood" => NotUnderstood,
        "no_mail_server" => NoMailServer,
        "recipient_gone" => RecipientGone,
        "secret_unreadable" => SecretUnreadable,
    }
    delivery::RetryError, "code" {
        "unknown_delivery" => UnknownDelivery,
        "already_delivered" => AlreadyDelivered,
    }
    delivery::TestError, "code" {
        "no_mail_server" => NoMailServer,
        "unknown_webhook" => UnknownWebhook,
        "too_many_tests" => TooManyTests,
    }
    webhook::CreateError, "code" {
        "unfit" => Unfit { issues },
        "too_many" => TooMany,
    }
    webhook::UpdateError, "code" {
        "unknown_webhook" => UnknownWebhook,
        "unfit" => Unfit { issues },
    }
}

#[cfg(test)]
mod tests;
