//! The program itself, as an operator starts it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::{Caller, Running, add_user, program};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = names
        // The index of the log of changes is no data; SQLite makes it anew whenever it opens the file.
        .filter(|name| name.starts_with("openai-lens.db") && !name.ends_with("-shm"))
        .map(|name| (name.clone(), std::fs::read(folder.join(&name)).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_first_start_is_private_and_offers_the_set_up_once() {
    let folder = folder();
    let data = folder.path().join("data");
    let mut server = Running::start(&data);
    for (name, expected) in
        [("", 0o700), ("master.key", 0o600), ("openai-lens.db", 0o600), ("openai-lens.db-wal", 0o600)]
    {
        assert_eq!(mode(&data.join(name)), expected, "{name}");
    }
    let line = server.line();
    let (_, link) = line.split_once("/setup#token=").unwrap();
    let token = link.split_whitespace().next().unwrap();
    let body = format!(
        r#"{{"token":"{token}","tenant_name":"Engines","email":"ada@example.com","password":"correct horse battery staple"}}"#
    );
    assert!(server.post("/api/v1/setup", &body).starts_with("HTTP/1.1 200 "));
    assert!(server.post("/api/v1/setup", &body).starts_with("HTTP/1.1 404 "));
    assert!(server.terminate().success());

    let server = Running::start(&data);
    assert!(server.post("/api/v1/setup", &body).starts_with("HTTP/1.1 404 "));
    assert!(server.get("/healthz").ends_with("\r\n\r\nok"));
}

#[test]
fn users_are_added_while_the_server_runs() {
    let folder = folder();
    let server = Running::start(folder.path());
    let added = add_user(folder.path(), "ada@example.com", "correct horse battery staple\n");
    assert!(added.status.success(), "{added:?}");
    let credentials = r#"{"email":"ada@example.com","password":"correct horse battery staple"}"#;
    let answer = server.post("/api/v1/session", credentials);
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("billing_profiles_admin"), "{answer}");

    for (email, password, words) in [
        (
            "Ada@example.com",
            "another battery staple",
            "there is a user with the address ada@example.com already",
        ),
        ("bob@example.com", "password1", "the password is refused"),
        ("bob@example.com", "short", "Use at least 8 characters"),
        ("bob", "correct horse battery staple", "Enter an e-mail address"),
    ] {
        let refused = add_user(folder.path(), email, password);
        let error = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && error.contains(words), "{email}: {error}");
        assert!(!error.contains(password), "{error}");
    }
}

#[test]
fn without_its_own_master_key_nothing_starts_and_nothing_is_changed() {
    let (ours, theirs) = (folder(), folder());
    for folder in [&ours, &theirs] {
        assert!(add_user(folder.path(), "ada@example.com", "correct horse battery staple").status.success());
    }
    // Killed and not stopped, so that there is a log of changes that an opening could write through.
    let server = Running::start(ours.path());
    server
        .post("/api/v1/session", r#"{"email":"ada@example.com","password":"correct horse battery staple"}"#);
    drop(server);
    let key = ours.path().join("master.key");
    let good = std::fs::read_to_string(&key).unwrap();
    let foreign = std::fs::read_to_string(theirs.path().join("master.key")).unwrap();
    let before = files(ours.path());
    assert!(before.iter().any(|(name, bytes)| name.ends_with("-wal") && !bytes.is_empty()));

    let wrong = good.replace(&good[40..44], "AAAA");
    for (case, content) in [
        ("missing", None),
        ("truncated", good.get(..good.len() / 2)),
        ("wrong", Some(wrong.as_str())),
        ("foreign", Some(foreign.as_str())),
    ] {
        match content {
            Some(content) => std::fs::write(&key, content).unwrap(),
            None => std::fs::remove_file(&key).unwrap(),
        }
        if content.is_some() {
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let started = Instant::now();
        let refused = program(ours.path()).arg("serve").output().unwrap();
        let error = String::from_utf8(refused.stderr).unwrap();
        assert!(
            !refused.status.success() && started.elapsed() < Duration::from_secs(2),
            "{case}: {:?}",
            started.elapsed()
        );
        assert!(error.contains("master.key") && error.contains("put the"), "{case}: {error}");
        assert!(refused.stdout.is_empty(), "{case}");
        for secret in [&good, &foreign] {
            assert!(!error.contains(secret.split(' ').nth(1).unwrap().trim()), "{case}");
        }
        assert_eq!(key.exists(), content.is_some(), "{case}: no new key");
        assert!(files(ours.path()) == before, "{case}: the database has changed");
    }

    std::fs::write(&key, &good).unwrap();
    assert!(Running::start(ours.path()).get("/healthz").starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let folder = folder();
    assert!(add_user(folder.path(), "ada@example.com", "correct horse battery staple").status.success());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = server::store::Store::open_sqlite(&folder.path().join("openai-lens.db")).await.unwrap();
        let mut db = store.write().await.unwrap();
        let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)";
        sqlx::query(sql).execute(&mut *db).await.unwrap();
        db.commit().await.unwrap();
        store.close().await;
    });
    let refused = program(folder.path()).arg("serve").output().unwrap();
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(
        !refused.status.success() && error.contains("a newer version of openai-lens (migration 9999)"),
        "{error}"
    );
}

#[test]
fn one_folder_has_one_server() {
    let folder = folder();
    let _server = Running::start(folder.path());
    let second = program(folder.path()).arg("serve").output().unwrap();
    let error = String::from_utf8(second.stderr).unwrap();
    assert!(
        !second.status.success() && error.contains("another openai-lens serves the data folder"),
        "{error}"
    );
}

#[test]
fn settings_that_cannot_be_used_are_named_all_at_once() {
    let folder = folder();
    let mut command = program(folder.path());
    command
        .arg("serve")
        .env("OPENAI_LENS_LISTEN", "0.0.0.0:80")
        .env("OPENAI_BASE_URL", "ftp://x")
        .env("OPENAI_LENS_LOG", "=,=");
    let refused = command.output().unwrap();
    let error = String::from_utf8(refused.stderr).unwrap();
    for name in ["OPENAI_LENS_LISTEN", "OPENAI_BASE_URL", "OPENAI_LENS_LOG"] {
        assert!(error.contains(name), "{name} in {error}");
    }
    assert!(!folder.path().join("openai-lens.db").exists());
}

#[test]
fn the_help_explains_every_setting() {
    let help = program(Path::new("unused")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for setting in server::settings::ALL {
        assert!(help.contains(setting.name) && help.contains(setting.about), "{}", setting.name);
    }
}

#[test]
fn a_hangup_changes_the_level_of_the_log_and_wrong_settings_change_nothing() {
    let folder = folder();
    let (config, log) = (folder.path().join("settings.toml"), folder.path().join("log"));
    let set = |level: &str| std::fs::write(&config, format!("OPENAI_LENS_LOG = \"{level}\"\n")).unwrap();
    set("warn");
    let mut command = program(&folder.path().join("data"));
    command.arg("--config").arg(&config).stderr(std::fs::File::create(&log).unwrap());
    let server = Running::start_with(command);
    let logged = |words: &str| std::fs::read_to_string(&log).unwrap().contains(words);
    let hang_up = |until: &str| {
        let pid = rustix::process::Pid::from_child(&server.child);
        rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
        while !logged(until) {
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    server.get("/healthz");
    assert!(!logged("/healthz"), "a request is no warning");
    set("info");
    hang_up("the log's level was read again");
    server.get("/healthz");
    assert!(logged(r#""route":"/healthz""#));
    set("=,=");
    hang_up("the log's level stays as it is");
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200 "));
    assert!(server.terminate().success());
}

#[test]
fn there_is_never_a_core_file_to_read() {
    let folder = folder();
    let server = Running::start(folder.path());
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}

#[test]
fn the_log_at_its_finest_has_no_secret() {
    let folder = folder();
    let log = folder.path().join("log");
    let mut command = program(&folder.path().join("data"));
    command.env("OPENAI_LENS_LOG", "trace").stderr(std::fs::File::create(&log).unwrap());
    let server = Running::start_with(command);
    let password = "correct horse battery staple";
    assert!(add_user(&folder.path().join("data"), "ada@example.com", password).status.success());

    let wrong = server
        .post("/api/v1/session", r#"{"email":"ada@example.com","password":"canary-of-a-wrong-password"}"#);
    assert!(wrong.starts_with("HTTP/1.1 401 "), "{wrong}");
    let caller = Caller::signed_in(&server, password);
    let random = "Canary0Canary1Canary2Canary3Canary4Canary5Canary6";
    let key = format!("sk-admin-{random}T3BlbkFJ{random}");
    for body in [
        format!(r#"{{"admin_key":"{key}"}}"#),
        format!(r#"{{"admin_key":["{key}"]}}"#),
        format!(r#"{{"{key}":1}}"#),
    ] {
        let answer = caller.call("POST", &format!("/api/v1/connection-drafts?x={}", caller.cookie), &body);
        assert!(!answer.contains("Canary"), "{answer}");
    }
    let draft = caller.call("POST", "/api/v1/connection-drafts", &format!(r#"{{"admin_key":"{key}"}}"#));
    assert!(draft.starts_with("HTTP/1.1 201 "), "{draft}");
    assert!(server.terminate().success());

    let log = std::fs::read_to_string(&log).unwrap();
    assert!(log.contains("a user has signed in"), "the log is there");
    for secret in
        ["Canary", "canary-of-a-wrong", "horse battery", caller.cookie.strip_prefix("__Host-sid=").unwrap()]
    {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}
