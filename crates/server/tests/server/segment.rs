//! Segments and what is computed from them: a day is replaced as a whole, and what followed from it goes with it.

use std::collections::BTreeMap;

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId};
use server::import::plan::Window;
use server::store::roll_up::{self, RollUp};
use server::store::segment::{self, Read};
use sqlx::AnyConnection;

use crate::upstream::World;

const RULE: i64 = 7;

fn read(text: &str) -> Read {
    let body = text.as_bytes().to_vec();
    Read { row_count: body.len(), checksum: text.to_owned(), body }
}

/// A connection of which nothing is imported.
async fn world() -> (World, TenantId, ConnectionId) {
    let world = World::new().await;
    let connection = world.connected("small").await.id;
    let tenant = world.admin.user.as_ref().unwrap().tenant.clone();
    (world, tenant, connection)
}

async fn put(db: &mut AnyConnection, of: (&TenantId, &ConnectionId), day: Day) -> bool {
    let window = Window { start: day, end: day.plus(1) };
    let basis = roll_up::basis(db, of, window).await.unwrap();
    let computed = RollUp { connection: of.1.clone(), window, row_count: 1, body: vec![0, 255] };
    roll_up::put(db, of.0, &computed, RULE, &basis).await.unwrap()
}

#[tokio::test]
async fn a_day_is_replaced_as_a_whole_and_its_roll_up_goes_with_it() {
    let (world, tenant, connection) = world().await;
    let of = (&tenant, &connection);
    let (first, second) = (world.today().plus(-2), world.today().plus(-1));
    let window = Window { start: first, end: world.today().plus(1) };
    let mut db = world.house.app.store.write().await.unwrap();
    let days = |first_day: &str, second_day: &str| {
        BTreeMap::from([(first, read(first_day)), (second, read(second_day))])
    };
    let connections = [connection.clone()];
    for (read, changed) in [
        (days("one", ""), vec![first, second]),
        (days("one", ""), vec![]),
        (days("one", "two"), vec![second]),
        (days("", "two"), vec![first]),
        (BTreeMap::from([(second, read("\u{1}\u{7f}"))]), vec![second]),
    ] {
        for day in [first, second] {
            put(&mut db, of, day).await;
        }
        let now = world.house.app.clock.now();
        assert_eq!(segment::replace(&mut db, of, Stream::Images, &read, now).await.unwrap(), changed);
        let missing = roll_up::missing_days(&mut db, &tenant, &connections, window, RULE).await.unwrap();
        assert_eq!(missing.iter().map(|(_, day)| *day).collect::<Vec<_>>(), changed);
        let kept = segment::read(&mut db, &tenant, &connections, &[Stream::Images], window).await.unwrap();
        for (day, expected) in &read {
            let body = kept.iter().find(|kept| kept.day == *day).map(|kept| kept.body.as_slice());
            assert_eq!(body.unwrap_or_default(), expected.body);
        }
    }
    let other = segment::read(&mut db, &tenant, &connections, &[Stream::Costs], window).await.unwrap();
    assert_eq!(other, []);
    let stranger = TenantId::parse("tenant_other").unwrap();
    assert_eq!(segment::read(&mut db, &stranger, &connections, Stream::ALL, window).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_computed_from_rows_that_are_gone_is_not_kept() {
    let (world, tenant, connection) = world().await;
    let of = (&tenant, &connection);
    let day = world.today();
    let now = world.house.app.clock.now();
    let mut db = world.house.app.store.write().await.unwrap();
    segment::replace(&mut db, of, Stream::Costs, &BTreeMap::from([(day, read("old"))]), now).await.unwrap();
    let window = Window { start: day, end: day.plus(1) };
    let stale = roll_up::basis(&mut db, of, window).await.unwrap();
    segment::replace(&mut db, of, Stream::Images, &BTreeMap::from([(day, read("new"))]), now).await.unwrap();
    let computed = RollUp { connection: connection.clone(), window, row_count: 1, body: vec![1, 2, 3] };
    assert!(!roll_up::put(&mut db, &tenant, &computed, RULE, &stale).await.unwrap());
    assert_eq!(
        roll_up::missing(&mut db, RULE, 9).await.unwrap(),
        [(tenant.clone(), connection.clone(), day)]
    );

    let fresh = roll_up::basis(&mut db, of, window).await.unwrap();
    assert!(roll_up::put(&mut db, &tenant, &computed, RULE, &fresh).await.unwrap());
    let connections = [connection];
    let kept = roll_up::read(&mut db, &tenant, &connections, window, RULE).await.unwrap();
    assert_eq!(kept, [computed]);
    // Another rule computes anew.
    assert_eq!(roll_up::read(&mut db, &tenant, &connections, window, RULE + 1).await.unwrap(), []);
    assert_eq!(roll_up::missing(&mut db, RULE + 1, 9).await.unwrap().len(), 1);
}
