//! A database without room: figures are shown, changes are refused in words, imports rest, and it goes on by itself.

use api::connection::ConnectionStatus;
use api::session::{Session, View as ViewSession};
use api::support_request::{Create, CreateError, CreateSupportRequest};
use api::{CommonRefusal, Nothing, ReadOnly, Refused};
use server::audit::verify::{self, Verified};
use server::read_only;
use sqlx::AssertSqlSafe;

use crate::upstream::{World, create, key};

/// Takes the room that the database has left. Of PostgreSQL's disk, which is not the test's own, the answer alone is
/// played: that of a full one, by whatever writes.
async fn fill(world: &World) {
    let store = &world.house.app.store;
    if world.house.has_file() {
        let pages = scalar(world, "SELECT page_count FROM pragma_page_count()").await;
        limit(world, pages).await;
        return;
    }
    let mut db = store.read().await.unwrap();
    let function = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
                    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$";
    sqlx::query(function).execute(&mut *db).await.unwrap();
    for table in TABLES {
        let sql = format!(
            "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION full_disk()"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *db).await.unwrap();
    }
}

async fn free(world: &World) {
    if world.house.has_file() {
        limit(world, 1 << 30).await;
        return;
    }
    let mut db = world.house.app.store.read().await.unwrap();
    sqlx::query("DROP FUNCTION full_disk() CASCADE").execute(&mut *db).await.unwrap();
}

/// Tables that every change writes to, and the probe.
const TABLES: [&str; 5] = ["audit_event", "import_day", "import_unit", "lease", "write_probe"];

/// The limit is each connection's own: all of the pool get it.
async fn limit(world: &World, pages: i64) {
    let mut all = Vec::new();
    for _ in 0..6 {
        all.push(world.house.app.store.read().await.unwrap());
    }
    for db in &mut all {
        let sql = format!("PRAGMA max_page_count = {pages}");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut **db).await.unwrap();
    }
}

async fn scalar(world: &World, sql: &'static str) -> i64 {
    let mut db = world.house.app.store.read().await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut *db).await.unwrap()
}

/// Opens support requests until one is refused: an emptied page here and there may take some.
async fn change(world: &World) -> Result<(), Refused<CreateError>> {
    let message = "What is written takes room. ".repeat(350);
    let request = CreateSupportRequest { subject: "Room".into(), message, draft: None };
    for _ in 0..200 {
        world.admin.call::<Create>(&(), &Nothing {}, &request).await?;
    }
    Ok(())
}

fn is_full<E>(refused: &Refused<E>) -> bool {
    matches!(refused, Refused::Common(CommonRefusal::ReadOnly { cause: ReadOnly::DiskFull }, _))
}

/// The header by which every answer tells of it.
async fn header(world: &World) -> String {
    let request = http::Request::get("/healthz").body(axum::body::Body::empty()).unwrap();
    let answer = world.admin.send(request).await;
    assert_eq!(answer.status, 200);
    answer.header(ReadOnly::HEADER).to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_figures_are_shown_changes_are_refused_and_it_goes_on_by_itself() {
    let mut world = World::new().await;
    let connection = world.imported("small").await;
    let costs = world.costs(None).await;
    assert_eq!(header(&world).await, "");
    fill(&world).await;
    let refused = change(&world).await.unwrap_err();
    assert!(is_full(&refused), "{refused:?}");
    let problem = refused.problem();
    assert_eq!((problem.status, problem.retryable, problem.code.as_str()), (503, true, "read_only"));
    assert!(problem.detail.contains("disk") && problem.remedy.contains("free space"), "{problem:?}");
    assert!(problem.detail.contains("full") && problem.errors.is_empty());
    // Whoever comes next is refused before anything is tried.
    let refused = create(&world.admin, &key("second")).await.unwrap_err();
    assert!(is_full(&refused), "{refused:?}");
    assert_eq!(header(&world).await, "disk_full");

    // Longer than a session may be idle: its use cannot be noted, and it goes on nevertheless.
    world.pass(2 * 3600);
    let asked = world.asked_with("small");
    world.import().await;
    assert_eq!(world.asked_with("small"), asked, "what was read could not have been kept");
    assert_eq!(world.costs(None).await, costs);
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
    let session = world.admin.get::<ViewSession>(&()).await.unwrap();
    assert!(matches!(session, Session::SignedIn(_)), "{session:?}");
    // The limit is that of connections, and one that was cut off in a transaction is closed: its successor gets it too.
    if world.house.has_file() {
        fill(&world).await;
    }
    read_only::look(&world.house.app).await;
    assert_eq!(header(&world).await, "disk_full", "there is no room yet");

    free(&world).await;
    read_only::look(&world.house.app).await;
    assert_eq!(header(&world).await, "");
    assert_eq!(world.count("write_probe").await, 0);
    world.advance(0).await;
    change(&world).await.unwrap();
    world.import().await;
    assert!(world.asked_with("small") > asked);
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
    whole(&world).await;
}

/// The disk is full in the middle of an import: what is not kept is read again, and nothing is half.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_on_a_full_disk_ends_where_an_undisturbed_one_does() {
    let undisturbed = World::with_history(30).await;
    undisturbed.imported("small").await;
    let expected = undisturbed.costs(None).await;

    let world = World::with_history(30).await;
    let connection = world.connected("small").await;
    fill(&world).await;
    world.import().await;
    assert_eq!(header(&world).await, "disk_full", "the import has found out");
    assert!(!matches!(world.view(&connection.id).await.status, ConnectionStatus::NeedsKey { .. }));
    free(&world).await;
    read_only::look(&world.house.app).await;
    world.import().await;
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
    let costs = world.costs(None).await;
    assert_eq!((costs.total, &costs.days), (expected.total, &expected.days));
    whole(&world).await;
}

/// No page is damaged, and no row of the audit log is missing.
async fn whole(world: &World) {
    if world.house.has_file() {
        let mut db = world.house.app.store.read().await.unwrap();
        let verdict: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut *db).await.unwrap();
        assert_eq!(verdict, "ok");
    }
    let verified = verify::all(&world.house.app).await.unwrap();
    assert!(verified.iter().all(|(_, verified)| matches!(verified, Verified::Whole { .. })), "{verified:?}");
}
