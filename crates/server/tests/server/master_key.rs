//! The rotation of the master key: by the program, as an operator runs it, beside a server that goes on.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use admin_key::AdminKey;
use api::connection::ConnectionStatus;
use api::{ConnectionId, ConnectionName, Day, Permission, TenantId, UserId};
use server::audit::verify::{self, Verified};
use server::master_key::status::{self, Status};
use server::store::connection::{Connection, NewConnection};
use server::store::master_key::Holder;
use server::{import, secret, store};
use vault::{Binding, Kind};

use crate::harness::{account, long};
use crate::process::program;
use crate::upstream::{World, create, key};

fn keys(world: &World, arguments: &[&str]) -> Command {
    let mut command = program(world.house.folder.path());
    command.arg("keys").args(arguments);
    if let Some(url) = world.house.database_address() {
        command.env("DATABASE_URL", url);
    }
    command
}

fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The file of the master key, or one of those beside it.
fn file(world: &World, end: &str) -> PathBuf {
    world.house.folder.path().join(format!("master.key{end}"))
}

/// Seals a key for so many connections that nobody imports.
async fn seal(world: &World, count: u32) {
    let app = &world.house.app;
    let tenant = &world.admin.user.as_ref().unwrap().tenant;
    let admin = AdminKey::parse(&key("small")).unwrap();
    let mut db = app.store.write().await.unwrap();
    for _ in 0..count {
        let id = ConnectionId::from_random(server::random::bytes().unwrap());
        let version = secret::FIRST_VERSION;
        secret::keep(&app.vault, &mut db, (tenant, &id), version, &admin, app.clock.now()).await.unwrap();
    }
    db.commit().await.unwrap();
}

/// Connects the same organization for so many companies: it has one connection in each.
async fn connect(world: &World, count: u32) -> Vec<(TenantId, ConnectionId)> {
    let app = &world.house.app;
    let admin = AdminKey::parse(&key("small")).unwrap();
    let mut made = Vec::new();
    for number in 0..count {
        let person = world.house.stranger(&[Permission::BillingProfilesAdmin]).await;
        let user = person.user.unwrap();
        let now = app.clock.now();
        let id = ConnectionId::from_random(server::random::bytes().unwrap());
        let connection = Connection {
            name: ConnectionName::parse(&format!("Small {number}")).unwrap(),
            key_tail: admin.tail(),
            history_start: Day::of(now).plus(-6),
            ..account(&user, id, now)
        };
        let mut db = app.store.write().await.unwrap();
        let new = NewConnection {
            connection: &connection,
            refresh_due_at: now.plus_seconds(3600),
            month_due_at: now.plus_seconds(86_400),
        };
        store::connection::insert(&mut db, new).await.unwrap();
        let of = (&connection.tenant, &connection.id);
        secret::keep(&app.vault, &mut db, of, connection.key_version, &admin, now).await.unwrap();
        import::plan_history(&mut db, of, app.limits.history_days, now).await.unwrap();
        db.commit().await.unwrap();
        made.push((connection.tenant, connection.id));
    }
    made
}

/// Gives somebody a second factor, which the master key wraps as well.
async fn second_factor(world: &World) {
    let person = world.house.person(&[Permission::SupportRequester]).await;
    let user = person.user.unwrap();
    let app = &world.house.app;
    let (tenant, id): (&TenantId, &UserId) = (&user.tenant, &user.id);
    let binding =
        Binding { tenant: tenant.as_str(), connection: id.as_str(), kind: Kind::SecondFactor, version: 1 };
    let mut db = app.store.write().await.unwrap();
    let vault = app.vault.to_seal(&mut db).await.unwrap();
    let wrapped = vault.new_data_key(&binding).unwrap();
    let sealed = vault.seal(&binding, &wrapped, b"twenty bytes of seed").unwrap();
    store::second_factor::begin(&mut db, (tenant, id), (&wrapped, &sealed), app.clock.now()).await.unwrap();
    db.commit().await.unwrap();
}

async fn status(world: &World) -> Status {
    status::status(&world.house.app).await.unwrap()
}

/// Every wrapped key and sealed secret, as the database has them.
async fn stored(world: &World) -> Vec<String> {
    let mut db = world.house.app.store.read().await.unwrap();
    let sql = "SELECT wrapped FROM wrapped_key UNION ALL SELECT sealed FROM secret UNION ALL SELECT wrapped FROM second_factor \
               UNION ALL SELECT sealed FROM second_factor";
    sqlx::query_scalar(sql).fetch_all(&mut *db).await.unwrap()
}

/// How often one company's log tells of this.
async fn told(world: &World, kind: &str) -> i64 {
    world
        .count(&format!("audit_event WHERE kind = '{kind}' AND tenant_id = (SELECT MIN(id) FROM tenant)"))
        .await
}

/// Imports go on, none fails for it, and then the old key is needed by nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_key_is_rotated_while_imports_run_and_none_of_them_fails() {
    let (connections, others) = if long() { (2_000, 8_000) } else { (40, 300) };
    let mut world = World::with_history(7).await;
    let connected = connect(&world, connections).await;
    seal(&world, others).await;
    second_factor(&world).await;
    let all = u64::from(connections + others + 1);
    let before = status(&world).await;
    assert_eq!((before.current, before.older, before.unreadable, before.percent()), (all, 0, 0, 100));

    let app = world.house.app.clone();
    let importing = tokio::spawn(async move { import::run::everything_due(&app).await.unwrap() });
    while world.upstream.requests().len() < 50 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let mut rotate = keys(&world, &["rotate"]);
    let rotated = tokio::task::spawn_blocking(move || rotate.output().unwrap()).await.unwrap();
    assert!(!importing.is_finished(), "there was nothing to disturb");
    assert!(succeeded(&rotated).contains(&format!("{all} keys were wrapped again")), "{rotated:?}");
    importing.await.unwrap();
    assert_eq!(world.count("import_unit").await, 0, "an import has not ended");
    assert_eq!(world.count("connection WHERE key_failure IS NOT NULL").await, 0, "a key was given up");
    assert!(world.count("import_day WHERE stream = 'costs'").await >= i64::from(connections) * 6);

    let after = status(&world).await;
    assert_ne!(after.key_id, before.key_id);
    assert_eq!((after.current, after.older, after.unreadable, after.rotation), (all, 0, 0, None));
    assert!(after.has_old && !file(&world, ".next").exists());
    assert!(succeeded(&keys(&world, &["status"]).output().unwrap()).contains("100 %"));
    // Another rotation would leave backups of before without their key.
    let refused = keys(&world, &["rotate"]).output().unwrap();
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("master.key.old"));

    // The same server, and one that is started anew, without the key of before.
    std::fs::remove_file(file(&world, ".old")).unwrap();
    for restarted in [false, true] {
        if restarted {
            world = world.restarted().await;
        }
        world.advance(2 * 3600).await;
        let asked = world.upstream.requests().len();
        world.import().await;
        assert!(world.upstream.requests().len() >= asked + connected.len());
        assert_eq!(world.count("connection WHERE key_failure IS NOT NULL").await, 0);
        assert_eq!(status(&world).await.unreadable, 0);
    }
    let verified = verify::all(&world.house.app).await.unwrap();
    assert!(
        verified.iter().all(|(_, verified)| matches!(verified, Verified::Whole { rows: 2.. })),
        "{verified:?}"
    );
}

/// Whatever a killed rotation leaves opens, and running it again ends it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_is_killed_at_any_moment_loses_nothing_and_is_ended_by_another_run() {
    let kills = if long() { 50 } else { 12 };
    let world = World::new().await;
    world.connected("small").await;
    second_factor(&world).await;
    seal(&world, 598).await;
    let begun = Instant::now();
    succeeded(&keys(&world, &["rotate"]).output().unwrap());
    let undisturbed = begun.elapsed();
    std::fs::remove_file(file(&world, ".old")).unwrap();

    let (mut moment, mut interrupted) = (1_u64, 0);
    for kill in 0..kills {
        let arguments: &[&str] = if kill % 2 == 0 { &["rotate"] } else { &["rotate", "--data"] };
        let mut child = keys(&world, arguments).spawn().unwrap();
        // The same parts of the whole in every run.
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(undisturbed.mul_f64((moment >> 33) as f64 / (u64::MAX >> 33) as f64)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let found = status(&world).await;
        assert_eq!((found.current + found.older, found.unreadable), (600, 0), "after kill {kill}: {found:?}");
        interrupted += u32::from(found.rotation.is_some());
        // A new start reads what there is, too.
        let fresh = succeeded(&keys(&world, &["status"]).output().unwrap());
        assert!(fresh.contains("of 600 keys that open"), "after kill {kill}: {fresh}");
        if found.rotation.is_none() && file(&world, ".old").exists() {
            std::fs::remove_file(file(&world, ".old")).unwrap();
        }
    }
    assert!(interrupted > 0, "no kill came in the middle of a rotation");
    if status(&world).await.rotation.is_none() {
        let _ = std::fs::remove_file(file(&world, ".old"));
    }
    succeeded(&keys(&world, &["rotate"]).output().unwrap());
    let _ = std::fs::remove_file(file(&world, ".old"));
    let found = status(&world).await;
    assert_eq!((found.current, found.older, found.unreadable, found.rotation), (600, 0, 0, None));
    assert_eq!(told(&world, "master_key_rotation_begun").await, told(&world, "master_key_rotated").await);
    let verified = verify::all(&world.house.app).await.unwrap();
    assert!(verified.iter().all(|(_, verified)| matches!(verified, Verified::Whole { .. })), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_data_keys_seal_everything_anew_and_what_was_there_is_in_no_file() {
    let mut world = World::new().await;
    let connection = world.imported("small").await;
    second_factor(&world).await;
    seal(&world, 150).await;
    let before = stored(&world).await;
    let said = succeeded(&keys(&world, &["rotate", "--data"]).output().unwrap());
    assert!(said.contains("152 keys were sealed anew under new data keys"), "{said}");
    let after = stored(&world).await;
    assert_eq!((before.len(), after.len()), (304, 304));
    assert!(before.iter().all(|old| !after.contains(old)), "something is as it was");
    if world.house.has_file() {
        let files = world.house.files();
        let found = |text: &str| files.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(found(&after[0][..40]) && !before.iter().take(20).any(|old| found(&old[30..70])));
    }
    std::fs::remove_file(file(&world, ".old")).unwrap();
    world.advance(2 * 3600).await;
    let asked = world.asked_with("small");
    world.import().await;
    assert!(world.asked_with("small") > asked);
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
}

/// Whoever seals asks the database which key is its own: what is entered behind a rotation is not lost with the old key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sealed_after_a_rotation_is_under_the_new_key_and_a_server_without_it_gives_nothing_up() {
    let mut world = World::new().await;
    let connection = world.imported("small").await;
    let old = std::fs::read(file(&world, "")).unwrap();
    succeeded(&keys(&world, &["rotate"]).output().unwrap());
    // This server has opened nothing since.
    let draft = world.draft("second").await;
    std::fs::remove_file(file(&world, ".old")).unwrap();
    let found = status(&world).await;
    assert_eq!((found.current, found.older, found.unreadable), (2, 0, 0));
    let tested = crate::upstream::test(&world.admin, &draft.id).await.unwrap();
    assert_eq!(crate::upstream::letters(&tested).chars().next(), Some('P'));

    // As on another server of the same PostgreSQL, to which nobody has brought the new key.
    succeeded(&keys(&world, &["rotate"]).output().unwrap());
    let new = std::fs::read(file(&world, "")).unwrap();
    std::fs::write(file(&world, ""), &old).unwrap();
    std::fs::remove_file(file(&world, ".old")).unwrap();
    world.advance(2 * 3600).await;
    let asked = world.asked_with("small");
    world.import().await;
    assert_eq!(world.asked_with("small"), asked);
    assert!(!matches!(world.view(&connection.id).await.status, ConnectionStatus::NeedsKey { .. }));
    // It looks again every second, and writes nothing meanwhile: the lease is that of the import before.
    assert_eq!(world.count("lease WHERE token = 1 AND expires_at = 0").await, 1);
    let refused = create(&world.admin, &key("archived")).await.unwrap_err();
    assert!(matches!(refused, api::Refused::Common(api::CommonRefusal::Unavailable, _)), "{refused:?}");
    assert_eq!(world.count("connection_draft").await, 2, "what cannot be sealed is not kept");

    std::fs::write(file(&world, ""), &new).unwrap();
    world.import().await;
    assert!(world.asked_with("small") > asked);
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
}

/// A damaged key was none before: it does not keep a rotation from ending, and is told of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_did_not_open_before_is_counted_and_keeps_no_rotation_from_its_end() {
    let world = World::new().await;
    seal(&world, 3).await;
    let damaged = "UPDATE wrapped_key SET wrapped = substr(wrapped, 1, 60) || 'AAAA' || substr(wrapped, 65) \
                   WHERE connection_id = (SELECT MIN(connection_id) FROM wrapped_key)";
    assert_eq!(world.execute(damaged, &[]).await, 1);
    let no_text = "UPDATE wrapped_key SET wrapped = '***' WHERE connection_id = (SELECT MAX(connection_id) FROM wrapped_key)";
    assert_eq!(world.execute(no_text, &[]).await, 1);
    let said = succeeded(&keys(&world, &["rotate"]).output().unwrap());
    assert!(
        said.contains("1 keys were wrapped again") && said.contains("2 keys did not open before"),
        "{said}"
    );
    let told = keys(&world, &["status"]).output().unwrap();
    let words = String::from_utf8(told.stderr).unwrap();
    assert!(!told.status.success() && words.contains("2 keys do not open"), "{words}");
    assert_eq!(told.status.code(), Some(1));
    assert_eq!(status(&world).await.rotation, None);
}

/// A table that keeps wrapped keys and that the rotation does not know would be lost with the old key.
#[tokio::test]
async fn the_rotation_knows_every_table_that_keeps_wrapped_keys() {
    let world = World::new().await;
    if !world.house.has_file() {
        return;
    }
    let mut db = world.house.app.store.read().await.unwrap();
    let sql = "SELECT DISTINCT tables.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns \
               WHERE tables.type = 'table' AND columns.name LIKE '%wrapped%' ORDER BY tables.name";
    let found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *db).await.unwrap();
    let mut known: Vec<_> = Holder::ALL.iter().map(|holder| holder.table()).collect();
    known.sort_unstable();
    assert_eq!(found, known);
}
