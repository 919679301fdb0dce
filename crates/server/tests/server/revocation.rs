//! Keys that OpenAI refuses while an import runs: used no more, and nothing is lost.

use std::time::Duration;

use api::Amount;
use api::connection::ConnectionStatus;
use api::connection_draft::Cause;
use api::cost::Coverage;

use crate::upstream::{World, failure, key};

/// Calls of one connection that are under way at once: eight jobs, one of which may read the keys of four projects.
const UNDER_WAY: usize = 11;

#[tokio::test]
async fn a_key_that_is_revoked_in_mid_run_is_used_no_more() {
    let mut world = World::with_latency(Duration::from_millis(20)).await;
    let connection = world.imported("revoked-mid-run").await;
    assert!(matches!(connection.status, ConnectionStatus::NeedsKey { .. }), "{:?}", connection.status);
    assert_eq!(failure(&connection), &Cause::KeyRefused);
    // What was under way was refused as well, and of the dozens of windows that were planned no other was asked for.
    let refused = world.upstream.requests().iter().filter(|request| request.status == 401).count();
    assert!((1..=UNDER_WAY).contains(&refused), "{refused}");
    let planned = world.count("import_unit").await;
    assert!(planned > 50, "{planned}");
    let asked = world.asked_with("revoked-mid-run");
    world.import().await;
    world.advance(2 * 86_400).await;
    let world = world.restarted().await;
    world.import().await;
    assert_eq!(world.asked_with("revoked-mid-run"), asked);
    assert!(matches!(world.view(&connection.id).await.status, ConnectionStatus::NeedsKey { .. }));
}

#[tokio::test]
async fn what_was_imported_stays_when_the_key_is_revoked() {
    let mut world = World::new().await;
    let connection = world.imported("revoked-mid-run-second-key").await;
    let before = world.costs(None).await;
    let organization = world.upstream.organization(&key("revoked-mid-run")).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    let (start, end) = (before.start.start().unix_seconds(), before.end.start().unix_seconds());
    assert_eq!(before.total, organization.billed(start, end, now));
    assert!(before.days.iter().filter(|day| day.amount > Amount::ZERO).count() > 20, "{before:?}");
    world.rekey(&connection.id, "revoked-mid-run").await;
    world.advance(2 * 3600).await;
    world.import().await;
    let connection = world.view(&connection.id).await;
    assert_eq!(failure(&connection), &Cause::KeyRefused);
    assert!(matches!(connection.status, ConnectionStatus::NeedsKey { .. }), "{:?}", connection.status);
    let after = world.costs(None).await;
    assert_eq!(after.days.len(), before.days.len());
    // Today's bill may have grown.
    for (after, before) in after.days.iter().zip(&before.days).filter(|(after, _)| after.day < world.today())
    {
        assert_eq!((after.day, after.amount), (before.day, before.amount));
        assert_ne!(after.coverage, Coverage::Missing, "{}", after.day);
    }
}
