//! Deliveries: written with what they tell of, tried until they are taken, once in the store.

use std::time::Duration;

use api::delivery::{Delivery, List, Progress, Retry, RetryError, SetbackCause};
use api::notification::Kind;
use api::{DeliveryId, Nothing, PageQuery, Permission, TenantId};
use server::app::App;
use server::clock::Clock;
use server::notification::{outbox, watch};

use crate::harness::Person;
use crate::import_process::serve;
use crate::receiver::Receiver;
use crate::upstream::{World, specific};
use crate::webhook::create;

async fn deliveries(person: &Person) -> Vec<Delivery> {
    person.call::<List>(&(), &PageQuery::default(), &Nothing {}).await.unwrap().items
}

async fn send(world: &World) {
    outbox::everything_due(&world.house.app).await.unwrap();
}

/// A world with a webhook that is told of everything, and the webhook's secret.
async fn told() -> (World, Receiver, String) {
    told_of(10).await
}

/// The same with so many days of history.
async fn told_of(history_days: i64) -> (World, Receiver, String) {
    let (world, receiver) = (World::with_history(history_days).await, Receiver::start().await);
    let made = create(&world.admin, &receiver.url, Kind::ALL).await.unwrap();
    (world, receiver, made.secret)
}

/// The types of what came, in order.
fn types(receiver: &Receiver) -> Vec<String> {
    receiver.seen().iter().map(|message| message.json()["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_first_complete_history_is_told_once() {
    let (mut world, receiver, secret) = told().await;
    let connection = world.connected("small").await;
    assert!(deliveries(&world.admin).await.is_empty());
    world.import().await;
    let [waiting] = deliveries(&world.admin).await.try_into().unwrap();
    assert_eq!((waiting.kind, waiting.attempts), (Some(Kind::ImportFinished), 0));
    assert!(matches!(waiting.progress, Progress::Waiting { .. }));
    send(&world).await;
    let [message] = receiver.seen().try_into().unwrap();
    assert!(message.is_signed_with(&secret));
    let body = message.json();
    assert_eq!(body["type"], "import_finished");
    assert_eq!(body["account"]["id"], connection.id.as_str());
    assert_eq!(body["account"]["organization"]["id"].as_str().unwrap().get(..4), Some("org-"));
    assert_eq!(body["history_start"], world.view(&connection.id).await.history_start.to_string());
    let [delivered] = deliveries(&world.admin).await.try_into().unwrap();
    assert_eq!((delivered.id.as_str(), delivered.attempts), (message.id.as_str(), 1));
    assert!(matches!(delivered.progress, Progress::Delivered { .. }));
    // Days that are read again are no news.
    for _ in 0..3 {
        world.advance(86_400).await;
        world.import().await;
        send(&world).await;
    }
    assert_eq!(receiver.seen().len(), 1);
}

#[tokio::test]
async fn a_refused_key_is_told_once_and_what_is_not_kept_is_not_told() {
    let (mut world, receiver, _) = told().await;
    let connection = world.imported("small").await;
    send(&world).await;
    world.rekey(&connection.id, "revoked").await;
    world.advance(2 * 3600).await;
    // The transaction that notes the refusal fails: neither of the two is there.
    world.execute("ALTER TABLE notification RENAME TO elsewhere", &[]).await;
    world.import().await;
    assert_eq!(world.count("connection WHERE key_failure IS NOT NULL").await, 0);
    world.execute("ALTER TABLE elsewhere RENAME TO notification", &[]).await;
    world.import().await;
    send(&world).await;
    world.advance(86_400).await;
    world.import().await;
    send(&world).await;
    assert_eq!(types(&receiver), ["import_finished", "key_refused"]);
    let body = receiver.seen()[1].json();
    assert!(body["detail"].as_str().unwrap().contains("OpenAI refused the key"), "{body}");
    assert_eq!(body["title"], "small needs a new key");
}

#[tokio::test]
async fn a_key_that_expires_is_told_of_three_times_before() {
    let (mut world, receiver, _) = told().await;
    world.imported("small").await;
    send(&world).await;
    let expires_at = world.house.app.clock.now().plus_seconds(15 * 86_400);
    let at = expires_at.unix_seconds().to_string();
    world.execute("UPDATE connection SET key_expires_at = CAST($1 AS BIGINT)", &[&at]).await;
    for _ in 0..40 {
        watch::look(&world.house.app).await.unwrap();
        watch::look(&world.house.app).await.unwrap();
        world.advance(43_200).await;
    }
    send(&world).await;
    assert_eq!(types(&receiver), ["import_finished", "key_expiring", "key_expiring", "key_expiring"]);
    let noticed: Vec<_> = deliveries(&world.admin)
        .await
        .iter()
        .filter(|delivery| delivery.kind == Some(Kind::KeyExpiring))
        .map(|delivery| (expires_at.unix_seconds() - delivery.created_at.unix_seconds()) / 86_400)
        .collect();
    assert_eq!(noticed, [1, 7, 14]);
    assert_eq!(receiver.seen()[1].json()["expires_at"], expires_at.to_string());
}

#[tokio::test]
async fn an_account_that_brings_nothing_though_it_is_asked_is_told_of_once_for_each_silence() {
    let (mut world, receiver, _) = told().await;
    let connection = world.imported("small").await;
    send(&world).await;
    // Nobody asks, as when the server is off: that is no silence.
    world.advance(2 * 86_400).await;
    watch::look(&world.house.app).await.unwrap();
    let silence = async |world: &mut World| {
        world.rekey(&connection.id, "ip-refused").await;
        for _ in 0..10 {
            world.advance(3 * 3600).await;
            world.import().await;
            watch::look(&world.house.app).await.unwrap();
        }
        world.rekey(&connection.id, "small").await;
        world.advance(3700).await;
        world.import().await;
        watch::look(&world.house.app).await.unwrap();
        send(world).await;
    };
    world.import().await;
    silence(&mut world).await;
    assert_eq!(types(&receiver), ["import_finished", "source_silent"]);
    assert!(receiver.seen()[1].json()["since"].is_string());
    silence(&mut world).await;
    assert_eq!(types(&receiver), ["import_finished", "source_silent", "source_silent"]);
}

#[tokio::test]
async fn an_account_whose_usage_has_stopped_is_told_of_once() {
    let (world, receiver, _) = told_of(30).await;
    world.imported("usage-stopped").await;
    for _ in 0..2 {
        watch::look(&world.house.app).await.unwrap();
        send(&world).await;
    }
    // They go out at the same time: either may arrive first.
    let seen = receiver.seen();
    let told: Vec<_> = seen.iter().filter(|message| message.json()["type"] == "source_silent").collect();
    assert_eq!((seen.len(), told.len()), (2, 1), "{:?}", types(&receiver));
    let last_day = world.today().plus(-5);
    let body = told[0].json();
    assert!(
        body["title"].as_str().unwrap().ends_with(&format!("has had no usage since {last_day}")),
        "{body}"
    );
    assert_eq!(body["since"], last_day.plus(1).start().to_string());
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_later_each_time_under_the_same_id() {
    let (mut world, receiver, _) = told().await;
    world.imported("small").await;
    receiver.answers(&[500, 302, 200]);
    let mut waits = Vec::new();
    for cause in [SetbackCause::Answered { status: 500 }, SetbackCause::Redirected { status: 302 }] {
        send(&world).await;
        send(&world).await;
        let [waiting] = deliveries(&world.admin).await.try_into().unwrap();
        let Progress::Waiting { next_try_at } = waiting.progress else { panic!("{waiting:?}") };
        let wait = next_try_at.unix_seconds() - world.house.app.clock.now().unix_seconds();
        assert_eq!(waiting.setback.unwrap().cause, cause);
        waits.push(wait);
        world.advance(wait).await;
    }
    assert!((22..=38).contains(&waits[0]) && (67..=113).contains(&waits[1]), "{waits:?}");
    send(&world).await;
    let [delivered] = deliveries(&world.admin).await.try_into().unwrap();
    assert!(matches!(delivered.progress, Progress::Delivered { .. }));
    assert_eq!((delivered.attempts, delivered.setback), (3, None));
    let ids: Vec<_> = receiver.seen().into_iter().map(|message| message.id).collect();
    assert_eq!(ids, [delivered.id.as_str(); 3]);
}

#[tokio::test]
async fn after_a_day_of_attempts_it_has_failed_until_somebody_asks_for_it() {
    let (mut world, receiver, _) = told().await;
    world.imported("small").await;
    receiver.answers(&[503; 9]);
    let mut attempts = 0;
    let failed = loop {
        send(&world).await;
        attempts += 1;
        let [delivery] = deliveries(&world.admin).await.try_into().unwrap();
        match delivery.progress {
            Progress::Waiting { next_try_at } => {
                let now = world.house.app.clock.now();
                world.advance(next_try_at.unix_seconds() - now.unix_seconds()).await;
            }
            _ => break delivery,
        }
    };
    assert_eq!((attempts, failed.attempts), (9, 9));
    assert!(matches!(failed.progress, Progress::Failed { .. }));
    world.advance(86_400).await;
    send(&world).await;
    assert_eq!(receiver.seen().len(), 9);
    let again = world.admin.get::<Retry>(&failed.id).await.unwrap();
    assert!(matches!(again.progress, Progress::Waiting { .. }));
    send(&world).await;
    assert_eq!(receiver.seen().len(), 10);
    assert_eq!(specific(world.admin.get::<Retry>(&failed.id).await), RetryError::AlreadyDelivered);
    let stranger = world.house.stranger(Permission::ALL).await;
    assert!(deliveries(&stranger).await.is_empty());
    assert_eq!(specific(stranger.get::<Retry>(&failed.id).await), RetryError::UnknownDelivery);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_asked_no_more() {
    let (world, receiver, _) = told().await;
    world.imported("small").await;
    receiver.answers(&[410]);
    send(&world).await;
    let [failed] = deliveries(&world.admin).await.try_into().unwrap();
    assert!(matches!(failed.progress, Progress::Failed { .. }));
    // A webhook that was removed in the meantime is none either.
    world.execute("DELETE FROM webhook", &[]).await;
    world.admin.get::<Retry>(&failed.id).await.unwrap();
    send(&world).await;
    let [failed] = deliveries(&world.admin).await.try_into().unwrap();
    assert_eq!(failed.setback.unwrap().cause, SetbackCause::RecipientGone);
    assert_eq!(receiver.seen().len(), 1);
}

/// Puts so many messages to the world's webhook into the outbox.
async fn fill(world: &World, messages: usize) {
    let tenant: &TenantId = &world.admin.user.as_ref().unwrap().tenant;
    for number in 0..messages {
        let (notification, delivery) = (format!("notification_{number}"), format!("delivery_{number}"));
        let notice = "INSERT INTO notification (id, tenant_id, occasion, facts, created_at) \
            SELECT $1, $2, $1, facts, created_at FROM notification WHERE occasion LIKE 'import_finished%'";
        world.execute(notice, &[&notification, tenant.as_str()]).await;
        let outgoing = "INSERT INTO delivery (id, tenant_id, notification_id, channel, recipient_id, recipient, state, \
            attempts, due_at, held_until, created_at) SELECT $1, $2, $3, 'webhook', id, origin, 'waiting', 0, 1700000000, 0, 1700000000 FROM webhook";
        world.execute(outgoing, &[&delivery, tenant.as_str(), &notification]).await;
    }
}

#[tokio::test]
async fn many_messages_are_sent_once_each_by_one_server_and_by_two_on_one_postgresql() {
    let (world, receiver, _) = told().await;
    world.imported("small").await;
    send(&world).await;
    fill(&world, 40).await;
    let sending = outbox::everything_due(&world.house.app);
    if world.house.has_file() {
        sending.await.unwrap();
    } else {
        let settings = world.house.app.settings.clone();
        let other = App::open(settings, world.house.app.limits, Clock::System).await.unwrap();
        let (one, two) = tokio::join!(sending, outbox::everything_due(&other));
        one.and(two).unwrap();
    }
    let mut ids: Vec<_> = receiver.seen().into_iter().map(|message| message.id).collect();
    assert_eq!(ids.len(), 41);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 41, "a message was sent twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_whose_server_is_killed_before_it_notes_the_answer_is_sent_again_and_delivered_once() {
    let (world, receiver) = (World::in_real_time(Duration::ZERO).await, Receiver::start().await);
    create(&world.admin, &receiver.url, &[Kind::ImportFinished]).await.unwrap();
    world.imported("small").await;
    receiver.answers(&[0]);
    let server = serve(&world, world.house.folder.path());
    receiver.next().await;
    // Dropping it kills it with signal 9, while the receiver has the message and has not answered.
    drop(server);
    let [waiting] = deliveries(&world.admin).await.try_into().unwrap();
    assert!(matches!(waiting.progress, Progress::Waiting { .. }));
    // Of a process that is gone, another one waits for the end of the hold on PostgreSQL.
    world.execute("UPDATE delivery SET held_until = 0", &[]).await;
    let server = serve(&world, world.house.folder.path());
    receiver.next().await;
    let delivered = loop {
        let [delivery] = deliveries(&world.admin).await.try_into().unwrap();
        match delivery.progress {
            Progress::Delivered { .. } => break delivery,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    assert_eq!((delivered.id.as_str(), delivered.attempts), (waiting.id.as_str(), 2));
    let seen = receiver.seen();
    // Links lead to the port that was free, and not to that of the settings, 0.
    let link = seen[1].json()["url"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&format!("{}/assets/openai/", server.origin())), "{link}");
    let ids: Vec<_> = seen.into_iter().map(|message| message.id).collect();
    assert_eq!(ids, [delivered.id.as_str(); 2]);
}

#[tokio::test]
async fn one_that_hangs_delays_no_other() {
    let (world, slow, _) = told().await;
    let quick = Receiver::start().await;
    create(&world.admin, &quick.url, Kind::ALL).await.unwrap();
    slow.answers(&[0]);
    world.imported("small").await;
    let app = world.house.app.clone();
    let sending = tokio::spawn(async move { outbox::everything_due(&app).await });
    tokio::time::timeout(Duration::from_secs(10), quick.next()).await.unwrap();
    sending.abort();
}

#[tokio::test]
async fn the_log_has_parts_and_forgets_after_half_a_year() {
    let (mut world, _receiver, _) = told().await;
    world.imported("small").await;
    send(&world).await;
    fill(&world, 5).await;
    let mut query = PageQuery { after: None, limit: Some(2) };
    let mut seen: Vec<DeliveryId> = Vec::new();
    loop {
        let page = world.admin.call::<List>(&(), &query, &Nothing {}).await.unwrap();
        seen.extend(page.items.into_iter().map(|delivery| delivery.id));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6);
    world.advance(181 * 86_400).await;
    watch::look(&world.house.app).await.unwrap();
    assert_eq!(deliveries(&world.admin).await.len(), 5, "what waits is kept");
}

/// What cannot be noted of one message is no matter of those that are sent beside it.
#[tokio::test]
async fn one_of_which_nothing_can_be_noted_cuts_no_other_off() {
    let (world, receiver, _) = told().await;
    world.imported("small").await;
    send(&world).await;
    fill(&world, 20).await;
    let refusal: &[&'static str] = if world.house.has_file() {
        &[
            "CREATE TRIGGER refusal BEFORE UPDATE ON delivery WHEN NEW.id = 'delivery_0' AND NEW.state = 'delivered' \
           BEGIN SELECT RAISE(ABORT, 'refused'); END",
        ]
    } else {
        &[
            "CREATE FUNCTION refusal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$",
            "CREATE TRIGGER refusal BEFORE UPDATE ON delivery FOR EACH ROW WHEN \
             (NEW.id = 'delivery_0' AND NEW.state = 'delivered') EXECUTE FUNCTION refusal()",
        ]
    };
    for sql in refusal {
        world.execute(sql, &[]).await;
    }
    send(&world).await;
    assert_eq!(receiver.seen().len(), 21);
    assert_eq!(world.count("delivery WHERE state = 'delivered'").await, 20);
    assert_eq!(world.count("delivery WHERE state = 'waiting' AND holder IS NOT NULL").await, 1);
}

/// Told to stop, the server waits for the answer to what it has begun to send, and begins no other.
#[tokio::test]
async fn whoever_stops_settles_what_is_being_sent() {
    let (world, receiver, _) = told().await;
    world.imported("small").await;
    let sending = tokio::spawn(outbox::forever(world.house.app.clone()));
    receiver.next().await;
    world.house.app.outbox.stop();
    tokio::time::timeout(Duration::from_secs(10), sending).await.expect("it does not stop").unwrap();
    let [delivered] = deliveries(&world.admin).await.try_into().unwrap();
    assert!(matches!(delivered.progress, Progress::Delivered { .. }), "{delivered:?}");
    fill(&world, 1).await;
    outbox::forever(world.house.app.clone()).await;
    assert_eq!(receiver.seen().len(), 1);
}
