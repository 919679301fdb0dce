//! A database without room: figures are shown, changes are refused in words, imports rest, and it goes on by itself.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use api::connection::ConnectionStatus;
use api::session::{Session, View as ViewSession};
use api::support_request::{Create, CreateError, CreateSupportRequest};
use api::{CommonRefusal, Nothing, ReadOnly, Refused};
use server::audit::verify::{self, Verified};
use server::http::Limits;
use server::read_only;
use sqlx::AssertSqlSafe;

use crate::program::{Running, add_user, program};
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

/// A file system of its own, so small that it is soon full. Gone when it is dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// None where whoever runs the tests may not mount.
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={size},mode=0700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path());
        mount.output().is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

/// A signed-in caller of a server that is a process of its own.
struct Caller<'a> {
    server: &'a Running,
    cookie: String,
}

impl<'a> Caller<'a> {
    fn signed_in(server: &'a Running, password: &str) -> Self {
        let signed = server
            .post("/api/v1/session", &format!(r#"{{"email":"ada@example.com","password":"{password}"}}"#));
        let (_, cookie) = signed.split_once("set-cookie: ").unwrap_or_else(|| panic!("{signed}"));
        Self { server, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    fn call(&self, method: &str, path: &str, body: &str) -> String {
        self.server.send(&format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        ))
    }
}

/// A real file system without a byte left, and the program as it is started.
#[test]
fn a_server_on_a_disk_that_is_full_stays_up_and_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::mount("4m") else {
        println!(
            "skipped: mounting a small file system is not allowed here; run the tests as root for this one"
        );
        return;
    };
    let data = disk.0.path();
    let password = "correct horse battery staple";
    assert!(add_user(data, "ada@example.com", password).status.success());
    let server = Running::start(data);
    let caller = Caller::signed_in(&server, password);

    let message = "What is written takes room. ".repeat(350);
    let body = format!(r#"{{"subject":"Room","message":"{message}"}}"#);
    let write = || caller.call("POST", "/api/v1/support-requests", &body);
    assert!(write().starts_with("HTTP/1.1 201 "));
    let filler = data.join("filler");
    let mut full = File::create(&filler).unwrap();
    while full.write_all(&[0; 4096]).is_ok() {}
    drop(full);
    let refused = (0..2_000).map(|_| write()).find(|answer| !answer.starts_with("HTTP/1.1 201 ")).unwrap();
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains(r#""code":"read_only""#), "{refused}");
    for path in ["/api/v1/session", "/api/v1/support-requests", "/healthz"] {
        let answer = caller.call("GET", path, "");
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("x-read-only: disk_full"), "{answer}");
    }
    assert!(caller.call("GET", "/api/v1/session", "").contains("signed_in"));

    std::fs::remove_file(&filler).unwrap();
    let freed = Instant::now();
    while caller.call("GET", "/healthz", "").contains("x-read-only") {
        assert!(freed.elapsed() < 2 * Limits::default().probe, "it does not go on by itself");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(write().starts_with("HTTP/1.1 201 "));
    // Killed, so that the log of changes is what there is to go on from.
    drop(server);
    let server = Running::start(data);
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200 "));
    drop(server);
    let verified = program(data).args(["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{verified:?}");
    assert_eq!(integrity(data), "ok");
}

fn integrity(data: &Path) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = server::store::Store::open_sqlite(&data.join("openai-lens.db")).await.unwrap();
        let mut db = store.read().await.unwrap();
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut *db).await.unwrap()
    })
}

/// A file may be no longer than the limit of its user (`ulimit -f`): that ends changes, and not the process.
#[test]
fn a_server_whose_files_may_become_no_longer_stays_up() {
    let folder = tempfile::tempdir().unwrap();
    let password = "correct horse battery staple";
    assert!(add_user(folder.path(), "ada@example.com", password).status.success());
    let of_it = program(folder.path());
    let mut limited = Command::new("sh");
    // In blocks of 512 bytes: the log of changes becomes 4 MB long before it is begun anew.
    limited.args(["-c", "ulimit -f 4000 && exec \"$0\" \"$@\""]).arg(of_it.get_program()).env_clear();
    limited.envs(of_it.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited.env("OPENAI_LENS_LOG", "off").stdout(std::process::Stdio::piped());
    let server = Running::start_with(limited);
    let caller = Caller::signed_in(&server, password);
    let message = "What is written takes room. ".repeat(350);
    let body = format!(r#"{{"subject":"Room","message":"{message}"}}"#);
    let write = |_| caller.call("POST", "/api/v1/support-requests", &body);
    let refused = (0..2_000).map(write).find(|answer| !answer.starts_with("HTTP/1.1 201 ")).unwrap();
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains(r#""code":"read_only""#), "{refused}");
    assert!(caller.call("GET", "/api/v1/session", "").contains("signed_in"));
    assert!(server.terminate().success());
}
