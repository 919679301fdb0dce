//! Webhooks: who makes them, what is shown of them, and which addresses are refused.

use api::audit_event;
use api::delivery::{Progress, SetbackCause, TestError};
use api::notification::Kind;
use api::webhook::{
    Change, Create, CreateError, Delete, IssuedWebhook, List, MOST_WEBHOOKS, NewWebhook, Test, Update,
    UpdateError, Webhook,
};
use api::{Nothing, Permission, Refused, SecretText, WebhookId};

use crate::harness::{House, Person};
use crate::receiver::Receiver;
use crate::upstream::specific;

pub async fn create(
    person: &Person,
    url: &str,
    kinds: &[Kind],
) -> Result<IssuedWebhook, Refused<CreateError>> {
    let new = NewWebhook { url: SecretText::new(url.into()), kinds: kinds.to_vec() };
    person.call::<Create>(&(), &Nothing {}, &new).await
}

async fn list(person: &Person) -> Vec<Webhook> {
    person.get::<List>(&()).await.unwrap().items
}

/// A house beside a simulator, whose webhooks may be on this machine.
async fn house() -> House {
    House::with(|settings| settings.simulated = true).await
}

async fn admin(house: &House) -> Person {
    house.person(&[Permission::BillingProfilesAdmin]).await
}

const URL: &str = "https://hooks.example.com/services/T0K3N-in-the-path";

#[tokio::test]
async fn a_webhook_is_made_changed_and_removed_and_its_secret_is_shown_once() {
    let house = House::new().await;
    let ada = admin(&house).await;
    let made = create(&ada, URL, &[Kind::SourceSilent, Kind::KeyRefused, Kind::KeyRefused]).await.unwrap();
    assert!(made.secret.starts_with("whsec_") && made.secret.len() == 50, "{}", made.secret.len());
    assert_eq!(made.webhook.origin, "https://hooks.example.com");
    assert_eq!(made.webhook.kinds, [Kind::KeyRefused, Kind::SourceSilent]);
    assert_eq!(list(&ada).await, std::slice::from_ref(&made.webhook));
    let change = Change { kinds: vec![Kind::ImportFinished], active: false };
    let changed = ada.call::<Update>(&made.webhook.id, &Nothing {}, &change).await.unwrap();
    assert_eq!((changed.kinds.as_slice(), changed.active), (&[Kind::ImportFinished][..], false));
    assert_eq!(list(&ada).await, [changed]);
    let none = Change { kinds: Vec::new(), active: true };
    let refused = specific(ada.call::<Update>(&made.webhook.id, &Nothing {}, &none).await);
    assert!(matches!(refused, UpdateError::Unfit { .. }));
    for _ in 0..2 {
        ada.get::<Delete>(&made.webhook.id).await.unwrap();
    }
    assert!(list(&ada).await.is_empty());
    let gone = Change { kinds: vec![Kind::ImportFinished], active: true };
    assert_eq!(
        specific(ada.call::<Update>(&made.webhook.id, &Nothing {}, &gone).await),
        UpdateError::UnknownWebhook
    );
}

#[tokio::test]
async fn neither_the_secret_nor_the_path_of_the_address_is_in_the_store_or_the_audit_log() {
    let house = House::new().await;
    let ada = house.person(Permission::ALL).await;
    let made = create(&ada, URL, Kind::ALL).await.unwrap();
    let log =
        ada.call::<audit_event::List>(&(), &audit_event::AuditQuery::default(), &Nothing {}).await.unwrap();
    let log = format!("{log:?}");
    assert!(log.contains("https://hooks.example.com") && log.contains("webhook_created"), "{log}");
    for secret in ["T0K3N", made.secret.strip_prefix("whsec_").unwrap()] {
        assert!(!log.contains(secret));
        let found = house.files().windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in the store");
    }
}

#[tokio::test]
async fn a_webhook_that_is_moved_to_another_row_does_not_open() {
    let house = house().await;
    let (ada, receiver) = (admin(&house).await, Receiver::start().await);
    let one = create(&ada, &receiver.url, Kind::ALL).await.unwrap().webhook.id;
    let other = create(&ada, URL, Kind::ALL).await.unwrap().webhook.id;
    let mut db = house.app.store.write().await.unwrap();
    let swap = "UPDATE webhook SET (wrapped, sealed) = (SELECT wrapped, sealed FROM webhook WHERE id = $1) WHERE id = $2";
    sqlx::query(swap).bind(one.as_str()).bind(other.as_str()).execute(&mut *db).await.unwrap();
    db.commit().await.unwrap();
    let tried = ada.get::<Test>(&other).await.unwrap();
    assert_eq!(tried.setback.unwrap().cause, SetbackCause::SecretUnreadable);
    assert!(matches!(tried.progress, Progress::Failed { .. }));
    assert!(receiver.seen().is_empty());
    assert!(matches!(ada.get::<Test>(&one).await.unwrap().progress, Progress::Delivered { .. }));
}

#[tokio::test]
async fn what_leads_into_a_private_network_is_refused_with_its_reason() {
    let house = House::new().await;
    let ada = admin(&house).await;
    for (url, words) in [
        ("https://127.0.0.1/", "private network"),
        ("https://2130706433/", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
        ("https://169.254.169.254/latest", "private network"),
        ("http://hooks.example.com/", "https://"),
        ("http://127.0.0.1:9/", "https://"),
        ("https://a:b@hooks.example.com/", "password"),
        ("https://hooks.example.com:25/", "port 443"),
        ("hooks.example.com", "such as"),
        ("", "such as"),
    ] {
        let CreateError::Unfit { issues } = specific(create(&ada, url, &[]).await) else { panic!("{url}") };
        let fields: Vec<_> = issues.iter().map(|issue| issue.field.as_str()).collect();
        assert_eq!(fields, ["url", "kinds"], "{url}");
        assert!(issues[0].issue.contains(words), "{url}: {}", issues[0].issue);
    }
    assert!(list(&ada).await.is_empty());
}

#[tokio::test]
async fn webhooks_are_the_tenants_own_and_so_many() {
    let house = House::new().await;
    let ada = admin(&house).await;
    for _ in 0..MOST_WEBHOOKS {
        create(&ada, URL, Kind::ALL).await.unwrap();
    }
    assert_eq!(specific(create(&ada, URL, Kind::ALL).await), CreateError::TooMany);
    let id = list(&ada).await[0].id.clone();
    let stranger = house.stranger(&[Permission::BillingProfilesAdmin]).await;
    assert!(list(&stranger).await.is_empty());
    let change = Change { kinds: Kind::ALL.to_vec(), active: false };
    assert_eq!(
        specific(stranger.call::<Update>(&id, &Nothing {}, &change).await),
        UpdateError::UnknownWebhook
    );
    assert_eq!(specific(stranger.get::<Test>(&id).await), TestError::UnknownWebhook);
    stranger.get::<Delete>(&id).await.unwrap();
    assert_eq!(list(&ada).await.len(), MOST_WEBHOOKS);
}

#[tokio::test]
async fn a_test_message_is_signed_tried_once_and_tells_its_outcome() {
    let house = house().await;
    let (ada, receiver) = (admin(&house).await, Receiver::start().await);
    let made = create(&ada, &receiver.url, &[Kind::KeyRefused]).await.unwrap();
    receiver.answers(&[204, 500]);
    let tried = ada.get::<Test>(&made.webhook.id).await.unwrap();
    assert_eq!((tried.kind, tried.attempts, tried.setback), (None, 1, None));
    assert!(matches!(tried.progress, Progress::Delivered { .. }));
    let failed = ada.get::<Test>(&made.webhook.id).await.unwrap();
    assert_eq!(failed.setback.unwrap().cause, SetbackCause::Answered { status: 500 });
    assert!(matches!(failed.progress, Progress::Failed { .. }), "nobody waits for a test");
    let seen = receiver.seen();
    assert_eq!((seen.len(), seen[0].id.as_str()), (2, tried.id.as_str()));
    assert_eq!(seen[0].timestamp, house.app.clock.now().unix_seconds());
    assert!(seen.iter().all(|message| message.is_signed_with(&made.secret)));
    assert_eq!(
        (&seen[0].json()["type"], &seen[0].json()["account"]),
        (&"test".into(), &serde_json::Value::Null)
    );
    for _ in 0..3 {
        ada.get::<Test>(&made.webhook.id).await.unwrap();
    }
    assert_eq!(specific(ada.get::<Test>(&made.webhook.id).await), TestError::TooManyTests);
    house.clock.advance(601);
    ada.get::<Test>(&made.webhook.id).await.unwrap();
    let unknown = WebhookId::parse("webhook_0").unwrap();
    assert_eq!(specific(ada.get::<Test>(&unknown).await), TestError::UnknownWebhook);
}
