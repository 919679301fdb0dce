//! How often OpenAI is asked while it refuses or fails: by the documented waits and no oftener, never before the moment that it
//! named, and at no other account's cost.

use api::ConnectionId;
use api::connection::{ConnectionStatus, Stream};

use crate::upstream::World;

/// How long it goes on, and how often it is looked for what is due, in seconds.
const HOUR: i64 = 3600;
const STEP: i64 = 15;
/// The shortest and the longest wait after a failure: each is twice the one before.
const WAITS: (i64, i64) = (15, 3600);
/// Calls that are made of one: it is repeated at once twice, unless OpenAI names a longer wait.
const ATTEMPTS: usize = 3;
/// Calls of an account that are on their way at once.
const AT_ONCE: usize = 8;
/// What is asked for: the streams, the names of projects, people and keys, and those of API keys.
const KINDS: usize = Stream::ALL.len() + 2;

/// How often something is tried within so many seconds that fails each time and may not be tried sooner than `least`.
fn rounds(seconds: i64, least: i64) -> usize {
    let (mut at, mut wait, mut rounds) = (0, WAITS.0, 0);
    while at <= seconds {
        rounds += 1;
        at += wait.max(least);
        wait = (2 * wait).min(WAITS.1);
    }
    rounds
}

#[test]
fn the_bound_is_the_sum_of_the_waits() {
    // After 15, 45, 105, 225, 465, 945 and 1,905 s; next would be 3,825 s.
    assert_eq!((rounds(HOUR, 0), rounds(3_824, 0), rounds(3_825, 0)), (8, 8, 9));
    // After 30, 60, 120, 240, 480, 960 and 1,920 s.
    assert_eq!(rounds(HOUR, 30), 8);
    assert_eq!((rounds(14, 0), rounds(15, 0)), (1, 2));
}

/// A world with an account that OpenAI serves and one whose key it treats so for an hour, both imported before. Every
/// kind of thing of the second one is due.
async fn hour_of(key_name: &str) -> (World, ConnectionId) {
    let mut world = World::with_history(10).await;
    let fine = world.imported("second").await.id;
    let hit = world.imported("small").await.id;
    // In the middle of the hour it is read again.
    let sooner = "UPDATE connection SET refresh_due_at = refresh_due_at - 1800 WHERE id = $1";
    world.execute(sooner, &[fine.as_str()]).await;
    world.rekey(&hit, key_name).await;
    // Another organization's answers would be refused.
    world.execute("UPDATE connection SET organization_id = NULL WHERE id = $1", &[hit.as_str()]).await;
    let due = "UPDATE connection SET refresh_due_at = 0, month_due_at = 0, names_due_at = 0, key_names_due_at = 0 WHERE id = $1";
    world.execute(due, &[hit.as_str()]).await;
    world.upstream.forget_requests();
    for _ in 0..=HOUR / STEP {
        world.import().await;
        let now = world.house.app.clock.now();
        let shown = world.view(&fine).await;
        assert_eq!(shown.status, ConnectionStatus::Healthy);
        let late = shown.streams.iter().find(|stream| stream.next_run.is_none_or(|next| next <= now));
        assert!(late.is_none(), "{late:?} of another account is late");
        world.pass(STEP);
        if now.unix_seconds() % 900 == 0 {
            world.advance(0).await;
        }
    }
    assert!(world.asked_with("second") > 0);
    (world, hit)
}

/// How many calls with this key were answered with each status, and when, once for each moment.
fn asked(world: &World, key_name: &str) -> (usize, Vec<i64>) {
    let key = simulator::request_log::fingerprint(&crate::upstream::key(key_name));
    let requests = world.upstream.requests();
    let of_key: Vec<_> = requests.iter().filter(|request| request.key == key).collect();
    let mut moments: Vec<i64> = of_key.iter().map(|request| request.at).collect();
    moments.dedup();
    (of_key.len(), moments)
}

/// The account is well again within the longest wait, once OpenAI answers.
async fn recovers(mut world: World, hit: &ConnectionId) {
    world.rekey(hit, "small").await;
    world.advance(WAITS.1).await;
    world.import().await;
    assert_eq!(world.view(hit).await.status, ConnectionStatus::Healthy);
}

#[tokio::test]
async fn whoever_is_asked_to_wait_asks_at_no_earlier_moment() {
    let (world, hit) = hour_of("rate-limited").await;
    let (calls, moments) = asked(&world, "rate-limited");
    for pair in moments.windows(2) {
        assert!(pair[1] - pair[0] >= 30, "asked again after {} s", pair[1] - pair[0]);
    }
    // None is repeated at once, and the whole account waits.
    let most = KINDS * rounds(HOUR, 30) + AT_ONCE;
    assert!(calls <= most && moments.len() > 1, "{calls} calls in {} moments, {most} allowed", moments.len());
    recovers(world, &hit).await;
}

#[tokio::test]
async fn a_limit_that_names_no_moment_is_waited_out_by_the_documented_waits() {
    is_waited_out("rate-limited-no-retry-after").await;
}

#[tokio::test]
async fn an_hour_of_errors_is_waited_out_by_the_documented_waits() {
    is_waited_out("server-error").await;
}

async fn is_waited_out(key_name: &str) {
    let (world, hit) = hour_of(key_name).await;
    let (calls, moments) = asked(&world, key_name);
    let most = (KINDS * rounds(HOUR, 0) + AT_ONCE) * ATTEMPTS;
    assert!(calls <= most && moments.len() > 1, "{calls} calls in {} moments, {most} allowed", moments.len());
    recovers(world, &hit).await;
}

/// Every second call fails: whatever is due is read, by at most as many calls as the waits allow for each window.
#[tokio::test]
async fn with_every_second_call_an_error_everything_is_read() {
    let (world, hit) = hour_of("server-error-half").await;
    assert_eq!(world.view(&hit).await.status, ConnectionStatus::Healthy);
    let (calls, _) = asked(&world, "server-error-half");
    world.upstream.forget_requests();
    world.rekey(&hit, "small").await;
    world.execute("UPDATE connection SET organization_id = NULL, refresh_due_at = 0, month_due_at = 0, names_due_at = 0, key_names_due_at = 0 WHERE id = $1", &[hit.as_str()]).await;
    world.import().await;
    let (needed, _) = asked(&world, "small");
    let most = needed * ATTEMPTS * rounds(HOUR, 0);
    assert!(calls > needed && calls <= most, "{calls} calls, {needed} needed, {most} allowed");
}
