//! Leases: one process imports a connection, and what another one still holds in its hands is refused.

use std::time::Duration;

use api::{ConnectionId, Permission, TenantId};
use server::store::connection::{self, NewConnection};
use server::store::lease::{self, Lease};

use crate::harness::{self, House, Person, START};
use crate::upstream::World;

const SECONDS: i64 = 600;

/// A house, and a connection in it that nobody imports.
async fn house() -> (House, TenantId, ConnectionId) {
    let house = House::new().await;
    let person = house.person(&[Permission::AssetsManager]).await;
    let id = connection(&house, &person).await;
    (house, person.user.unwrap().tenant, id)
}

async fn connection(house: &House, person: &Person) -> ConnectionId {
    let id = ConnectionId::from_random(server::random::bytes().unwrap());
    let mut db = house.app.store.write().await.unwrap();
    let account = harness::account(person.user.as_ref().unwrap(), id.clone(), START);
    let new = NewConnection { connection: &account, refresh_due_at: START, month_due_at: START };
    connection::insert(&mut db, new).await.unwrap();
    db.commit().await.unwrap();
    id
}

async fn take(house: &House, of: (&TenantId, &ConnectionId), owner: &str) -> Option<Lease> {
    let mut db = house.app.store.write().await.unwrap();
    let taken = lease::take(&mut db, of, owner, SECONDS).await.unwrap();
    db.commit().await.unwrap();
    taken
}

async fn hold(house: &House, lease: &Lease) -> bool {
    let mut db = house.app.store.write().await.unwrap();
    let held = lease::hold(&mut db, lease, SECONDS).await.unwrap();
    db.commit().await.unwrap();
    held
}

/// How many seconds are left of a connection's lease, by the database's clock.
async fn left(house: &House, id: &ConnectionId) -> i64 {
    let now = if house.has_file() {
        "unixepoch()"
    } else {
        "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)"
    };
    let sql = format!("SELECT expires_at - {now} FROM lease WHERE connection_id = $1");
    let mut db = house.app.store.read().await.unwrap();
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(id.as_str()).fetch_one(&mut *db).await.unwrap()
}

#[tokio::test]
async fn whoever_takes_a_connection_has_it_until_another_one_does() {
    let (house, tenant, id) = house().await;
    let first = take(&house, (&tenant, &id), "one").await.unwrap();
    assert_eq!((&first.tenant, &first.connection, first.token), (&tenant, &id, 1));
    assert!((SECONDS - 60..=SECONDS).contains(&left(&house, &id).await));
    assert!(hold(&house, &first).await);
    // On a PostgreSQL another process is there; a file has one server, so that whoever had it is gone.
    if !house.has_file() {
        assert_eq!(take(&house, (&tenant, &id), "two").await, None);
        assert!(hold(&house, &first).await);
        let mut db = house.app.store.write().await.unwrap();
        lease::release(&mut db, &first).await.unwrap();
        db.commit().await.unwrap();
    }
    let second = take(&house, (&tenant, &id), "two").await.unwrap();
    assert_eq!(second.token, 2);
    assert!(!hold(&house, &first).await, "what the first one still wants to write is refused");
    // It cannot give back what is another one's either.
    let mut db = house.app.store.write().await.unwrap();
    lease::release(&mut db, &first).await.unwrap();
    db.commit().await.unwrap();
    assert!((SECONDS - 60..=SECONDS).contains(&left(&house, &id).await));
    assert!(hold(&house, &second).await);
    let again = take(&house, (&tenant, &id), "two").await.unwrap();
    assert_eq!(again.token, 3, "the same process takes it again without waiting");
}

#[tokio::test]
async fn holding_a_lease_makes_it_longer_and_giving_it_back_ends_it() {
    let (house, tenant, id) = house().await;
    let lease = take(&house, (&tenant, &id), "one").await.unwrap();
    let mut db = house.app.store.write().await.unwrap();
    assert!(lease::hold(&mut db, &lease, 2 * SECONDS).await.unwrap());
    db.commit().await.unwrap();
    assert!((2 * SECONDS - 60..=2 * SECONDS).contains(&left(&house, &id).await));
    let mut db = house.app.store.write().await.unwrap();
    lease::release(&mut db, &lease).await.unwrap();
    db.commit().await.unwrap();
    assert!(left(&house, &id).await < 0);
}

#[tokio::test]
async fn a_process_gives_back_what_it_has_and_nothing_else() {
    let (house, tenant, id) = house().await;
    let person = house.person(&[Permission::AssetsManager]).await;
    let (mine, others) = (connection(&house, &person).await, connection(&house, &person).await);
    for (id, owner) in [(&id, "one"), (&mine, "one"), (&others, "two")] {
        take(&house, (&tenant, id), owner).await.unwrap();
    }
    let mut db = house.app.store.write().await.unwrap();
    lease::release_all(&mut db, "one").await.unwrap();
    db.commit().await.unwrap();
    let mut ended = Vec::new();
    for id in [&id, &mine, &others] {
        ended.push(left(&house, id).await < 0);
    }
    assert_eq!(ended, [true, true, false]);
    let mut db = house.app.store.write().await.unwrap();
    lease::end_all(&mut db).await.unwrap();
    db.commit().await.unwrap();
    assert!(left(&house, &others).await < 0);
}

#[tokio::test]
async fn whoever_is_about_to_write_is_refused_once_a_lease_is_revoked() {
    let (house, tenant, id) = house().await;
    let lease = take(&house, (&tenant, &id), "one").await.unwrap();
    let mut db = house.app.store.write().await.unwrap();
    lease::revoke(&mut db, (&tenant, &id)).await.unwrap();
    db.commit().await.unwrap();
    assert!(left(&house, &id).await < 0);
    assert!(!hold(&house, &lease).await);
    assert_eq!(take(&house, (&tenant, &id), "one").await.unwrap().token, lease.token + 2);
}

#[tokio::test]
async fn an_import_holds_its_connection_for_as_long_as_is_set_and_gives_it_back() {
    let world = World::with_latency(Duration::from_millis(50)).await;
    let connection = world.connected("small").await;
    let app = world.house.app.clone();
    let import = tokio::spawn(async move { server::import::run::everything_due(&app).await });
    while world.count("lease WHERE expires_at > 0").await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let seconds = i64::try_from(world.house.app.limits.lease.as_secs()).unwrap();
    assert!((seconds / 2..=seconds).contains(&left(&world.house, &connection.id).await));
    import.await.unwrap().unwrap();
    assert_eq!(world.count("lease WHERE expires_at > 0").await, 0);
}
