//! Keys in a server that is a process of its own: whatever it does with them and whatever befalls it, none of them is in its
//! files, on standard output or standard error, or in what the system tells of it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use admin_key::AdminKey;
use api::Endpoint;
use api::connection_draft::Create;
use axum::body::Body;
use bytes::Bytes;
use futures::StreamExt;
use http::Request;
use server::figures::FiguresError;
use server::http::{Call, Cx, Endpoints, Outcome};
use server::{log, router, secret};
use tracing_subscriber::EnvFilter;

use crate::forms::Forms;
use crate::harness::long;
use crate::import_process::serve_with;
use crate::process::{Caller, program};
use crate::upstream::{World, key};

/// Of each account, how often it is imported: a hundred times by all of them in the long form.
fn rounds() -> usize {
    if long() { 34 } else { 2 }
}

/// What is connected and imported: one of them is refused with 401 in mid-import.
const IMPORTED: [&str; 3] = ["small", "second", "revoked-mid-run"];

/// What is tested only: OpenAI answers with 401, 403, 500, half a body, and not at all.
const FAILING: [&str; 6] = ["echo", "invalid", "no-usage-scope", "server-error", "truncated", "hanging"];

/// Somebody at the wizard, by HTTP.
struct Wizard {
    caller: Caller,
    heard: String,
}

impl Wizard {
    fn send(&mut self, method: &str, path: &str, body: &str) -> String {
        let answer = self.caller.call(method, path, body);
        self.heard.push_str(&answer);
        answer
    }

    /// Walks through every step with a key, and gives the connection's id when there is one in the end.
    fn connect(&mut self, name: &str) -> Option<String> {
        let id =
            |answer: &str| answer.split_once(r#""id":""#)?.1.split_once('"').map(|(id, _)| id.to_owned());
        let body = format!(r#"{{"admin_key":"{}"}}"#, key(name));
        let draft = id(&self.send("POST", "/api/v1/connection-drafts", &body)).unwrap();
        let draft = format!("/api/v1/connection-drafts/{draft}");
        self.send("POST", &format!("{draft}/test"), "{}");
        self.send("GET", &draft, "");
        self.send("GET", &format!("{draft}/diagnosis"), "");
        let made = self.send("POST", &format!("{draft}/finish"), &format!(r#"{{"name":"{name}"}}"#));
        made.starts_with("HTTP/1.1 200 ").then(|| id(&made)).flatten()
    }
}

/// Everything that a process leaves behind, and what the system tells of it.
fn left_by(pid: u32, folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut places = Vec::new();
    for name in ["environ", "cmdline"] {
        let file = format!("/proc/{pid}/{name}");
        places.push((file.clone(), std::fs::read(file).unwrap()));
    }
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                places.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    places
}

fn hits(forms: &Forms, places: &[(String, Vec<u8>)]) -> Vec<String> {
    let places = places.iter().filter(|(_, bytes)| !forms.find(bytes).is_empty());
    places.map(|(place, _)| place.rsplit('/').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn no_key_is_in_anything_that_a_server_leaves_behind() {
    let world = World::in_real_time_since(Duration::from_millis(1), 90).await;
    let folder = world.house.folder.path();
    let finest = [("OPENAI_LENS_LOG", "trace"), ("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full")];
    let server = serve_with(&world, folder, &finest);
    let wizard = || Wizard { caller: server.caller(world.admin.cookie()), heard: String::new() };
    let failing = {
        let mut wizard = wizard();
        tokio::task::spawn_blocking(move || {
            assert!(FAILING.iter().all(|name| wizard.connect(name).is_none()));
            wizard.heard
        })
    };
    let mut wizard = wizard();
    let connections = IMPORTED.map(|name| wizard.connect(name).unwrap());
    for round in 0..rounds() {
        if round > 0 {
            world.execute("UPDATE connection SET key_failure = NULL", &[]).await;
            world.start_over().await;
        }
        for connection in &connections {
            wizard.send("POST", &format!("/api/v1/connections/{connection}/import"), "{}");
        }
        let waits = "connection WHERE key_failure IS NULL \
             AND (history_state = 'unplanned' OR id IN (SELECT connection_id FROM import_unit))";
        while world.count(waits).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let backup = folder.join("backup");
    let made = program(folder).args(["backup"]).arg(&backup).output().unwrap();
    assert!(made.status.success() == world.house.has_file(), "{made:?}");
    wizard.heard.push_str(&failing.await.unwrap());

    let mut places = left_by(server.child.id(), folder);
    places.push(("answers".into(), wizard.heard.into_bytes()));
    places.push(("of the backup".into(), [made.stdout, made.stderr].concat()));
    places.push(("standard output".into(), server.killed().into_bytes()));
    let keys = || IMPORTED.iter().chain(&FAILING).map(|name| key(name));
    let forms = Forms::of(keys());
    assert_eq!(hits(&forms, &places), Vec::<String>::new(), "a key is there");

    // There was something to find, and it would have been found.
    let logged = places.iter().find(|(place, _)| place.ends_with("/log")).unwrap();
    let logged = String::from_utf8_lossy(&logged.1);
    for words in [r#""level":"TRACE""#, "/api/v1/connection-drafts/{draft}/test", "sqlx::query"] {
        assert!(logged.contains(words), "the log has no {words}");
    }
    assert!(world.count("upstream_call WHERE status = 401").await > 0);
    std::fs::create_dir(folder.join("deep")).unwrap();
    let hexadecimal: String = key("hanging").bytes().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(folder.join("deep/planted"), format!("…{hexadecimal}…")).unwrap();
    let mut planted = Command::new("sh")
        .args(["-c", "echo ready; read line", &key("echo")])
        .env("KEY", key("small"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Of a process that has not come to its own code yet, the system tells nothing.
    let mut ready = String::new();
    BufReader::new(planted.stdout.as_mut().unwrap()).read_line(&mut ready).unwrap();
    let found = hits(&forms, &left_by(planted.id(), folder));
    planted.kill().unwrap();
    planted.wait().unwrap();
    assert_eq!(found, ["environ", "cmdline", "planted"]);
}

/// Whoever holds a key panics, with the key in the panic's own words.
async fn panics(_: Cx, call: Call<Create>) -> Outcome<Create> {
    let key = AdminKey::parse(call.body.admin_key.expose()).unwrap();
    panic!("while {} was held", key.expose())
}

/// The same on a thread that computes, whose end is told to the log as the request's fault.
async fn computes_and_panics(_: Cx, call: Call<Create>) -> Outcome<Create> {
    let work = tokio::task::spawn_blocking(move || {
        let key = AdminKey::parse(call.body.admin_key.expose()).unwrap();
        key.expose().strip_prefix("sk-proj-").map(str::len).unwrap_or_else(|| panic!("{}", key.expose()))
    });
    work.await.map_err(FiguresError::from)?;
    unreachable!()
}

/// Panics at every point at which a key is held, in a process with the program's own log and hook.
async fn hold_and_panic() {
    log::start(EnvFilter::new("trace"));
    let world = World::new().await;
    let held = key("small");
    let post = |body: Body| {
        Request::post(Create::PATH).header("content-type", "application/json").body(body).unwrap()
    };
    let body = serde_json::to_string(&crate::upstream::body(&held)).unwrap();
    let mounted = |endpoints: Endpoints| world.admin.at(router::mount(endpoints, world.house.app.clone()));
    let mut statuses = Vec::new();
    for person in [
        mounted(Endpoints::default().endpoint(panics)),
        mounted(Endpoints::default().endpoint(computes_and_panics)),
    ] {
        statuses.push(person.send(post(body.clone().into())).await.status);
    }
    // In the program's own code: the bytes of the key are read, and what follows them panics.
    let begun = body[..body.len() - 2].to_owned();
    let parts = futures::stream::iter([Some(Bytes::from(begun.clone())), None])
        .map(move |part| Ok::<_, std::io::Error>(part.unwrap_or_else(|| panic!("nothing followed {begun}"))));
    statuses.push(world.admin.send(post(Body::from_stream(parts))).await.status);
    assert!(statuses.iter().all(|status| *status == 500), "{statuses:?}");

    // As an import does: it opens the key in a task of its own.
    let made = world.connected("small").await;
    let (app, tenant) = (world.house.app.clone(), world.admin.user.clone().unwrap().tenant);
    let task: tokio::task::JoinHandle<()> = tokio::spawn(async move {
        let mut db = app.store.read().await.unwrap();
        let key =
            secret::open(&app.vault, &mut db, (&tenant, &made.id), secret::FIRST_VERSION).await.unwrap();
        panic!("while {} was open", key.expose())
    });
    assert!(task.await.unwrap_err().is_panic());
}

/// The hook, the backtrace and the log say where it was, and nothing of what was held there.
#[test]
fn a_panic_in_code_that_holds_a_key_shows_nothing_of_it() {
    const HERE: &str = "secret_process::a_panic_in_code_that_holds_a_key_shows_nothing_of_it";
    const IS_CHILD: &str = "HOLDS_A_KEY";
    if std::env::var_os(IS_CHILD).is_some() {
        tokio::runtime::Runtime::new().unwrap().block_on(hold_and_panic());
        return;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", HERE, "--nocapture"])
        .envs([(IS_CHILD, "yes"), ("RUST_BACKTRACE", "full"), ("RUST_LOG", "trace")])
        .output()
        .unwrap();
    let said = [child.stdout, child.stderr].concat();
    let text = String::from_utf8_lossy(&said);
    assert!(child.status.success(), "{text}");
    let places = text.lines().filter(|line| line.contains(r#""message":"panicked""#)).count();
    assert_eq!(places, 4, "{text}");
    assert!(text.contains(r#""level":"TRACE""#) && text.contains("secret_process.rs:"));
    let found = Forms::of([key("small")]).find(&said);
    assert!(found.is_empty(), "a key is in what a panic leaves: {found:?}");
}
