//! The doctor: by the program, on an installation that is well and on what can be ill.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::process::{add_user, program};
use crate::upstream::{World, key};

fn doctor(world: &World) -> Command {
    let mut command = program(world.house.folder.path());
    command.arg("doctor").env("OPENAI_BASE_URL", world.upstream.base_url());
    if let Some(url) = world.house.database_address() {
        command.env("DATABASE_URL", url);
    }
    command
}

/// Whether it succeeds, and what it says of each check.
fn said(mut command: Command) -> (bool, Vec<Value>) {
    let output = command.arg("--json").output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let lines = report["checks"].as_array().unwrap().clone();
    let worst = if output.status.success() {
        ["ok", "warn"].contains(&report["verdict"].as_str().unwrap())
    } else {
        report["verdict"] == "fail"
    };
    assert!(worst, "{report}");
    (output.status.success(), lines)
}

/// The one line of a check that is not well.
fn ill<'a>(lines: &'a [Value], check: &str, verdict: &str) -> &'a str {
    let line = lines.iter().find(|line| line["check"] == check && line["verdict"] == verdict);
    let line = line.unwrap_or_else(|| panic!("no {check} {verdict} in {lines:#?}"));
    assert!(line["remedy"].as_str().is_some_and(|remedy| remedy.len() > 10), "{line}");
    line["found"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_that_is_well_has_every_check_and_no_secret() {
    let world = World::in_real_time(std::time::Duration::ZERO).await;
    world.imported("small").await;
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(world.house.folder.path(), private).unwrap();
    let (succeeded, lines) = said(doctor(&world));
    assert!(succeeded, "{lines:#?}");
    let checks: Vec<_> = lines.iter().map(|line| line["check"].as_str().unwrap()).collect();
    for check in [
        "settings",
        "files",
        "database",
        "master key",
        "stored keys",
        "audit log",
        "call log",
        "imports",
        "openai",
        "clock",
    ] {
        assert!(checks.contains(&check), "{check} in {checks:?}");
    }
    assert_eq!(checks.contains(&"integrity"), world.house.has_file());
    // Room on the disk is not the test's to say.
    let well = |line: &&Value| line["check"] != "disk" && line["verdict"] != "ok";
    assert_eq!(lines.iter().find(well), None);
    let plain = doctor(&world).output().unwrap();
    let text =
        String::from_utf8(plain.stdout).unwrap() + &lines.iter().map(Value::to_string).collect::<String>();
    assert!(text.starts_with("ok    settings"), "{text}");
    let master = std::fs::read_to_string(world.house.folder.path().join("master.key")).unwrap();
    for secret in [key("small").as_str(), &key("small")[20..40], master.split(' ').nth(1).unwrap().trim()] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_ill_is_named_with_its_remedy() {
    let world = World::in_real_time(std::time::Duration::ZERO).await;
    let connection = world.imported("small").await;
    let folder = world.house.folder.path();
    // A key that does not open, a row of another hand, a lease of a server that is gone, and nobody who answers.
    for sql in [
        "UPDATE secret SET version = 7",
        "UPDATE audit_event SET result = 'refused' WHERE seq = 2",
        "UPDATE lease SET expires_at = 1",
        "UPDATE upstream_call SET path = '/v1/elsewhere' WHERE seq = 3",
    ] {
        assert!(world.execute(sql, &[]).await > 0, "{sql}");
    }
    let failure = r#"{"cause":{"kind":"key_refused"},"detail":"d","remedy":"r","upstream_request_id":null}"#;
    world
        .execute("UPDATE connection SET key_failure = $1 WHERE id = $2", &[failure, connection.id.as_str()])
        .await;
    let mut command = doctor(&world);
    command.env("OPENAI_BASE_URL", "http://127.0.0.1:9/v1");
    let (succeeded, lines) = said(command);
    assert!(!succeeded);
    assert!(ill(&lines, "stored keys", "fail").contains("no master key here opens: 1"));
    assert!(ill(&lines, "audit log", "fail").contains("row 2 does not fit"));
    assert!(ill(&lines, "call log", "fail").contains("call 3 with the key of"));
    assert!(ill(&lines, "openai", "fail").contains("127.0.0.1:9"));
    assert!(
        lines.iter().any(|line| line["found"].as_str().unwrap().contains("accounts that need a new key: 1"))
    );
    assert!(
        lines.iter().any(|line| line["found"].as_str().unwrap().contains("held by a server that is gone: 1"))
    );

    // What was to be read long ago, and what is not to be read for long. An account that imports nothing is neither.
    let due_at = |seconds: i64| {
        let at = world.house.app.clock.now().plus_seconds(seconds).unix_seconds().to_string();
        let world = &world;
        async move {
            let sql = "UPDATE connection SET refresh_due_at = CAST($1 AS BIGINT), key_failure = NULL";
            world.execute(sql, &[&at]).await;
            said(doctor(world)).1
        }
    };
    assert!(ill(&due_at(-7_300).await, "imports", "warn").contains("due for more than two hours: 1"));
    assert!(ill(&due_at(30 * 86_400).await, "imports", "warn").contains("for more than a day: 1"));
    let told = |lines: &[Value]| lines.iter().any(|line| line.to_string().contains("for more than a day"));
    assert!(!told(&due_at(86_400).await));
    world.execute("UPDATE connection SET life_state = 'paused'", &[]).await;
    assert!(!told(&said(doctor(&world)).1));

    // A master key that others can read, one of another installation, and none.
    let file = folder.join("master.key");
    let chmod = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    chmod(0o644);
    assert!(ill(&said(doctor(&world)).1, "master key", "fail").contains("mode 0644"));
    chmod(0o600);
    let stranger = World::new().await;
    let good = std::fs::read(&file).unwrap();
    std::fs::copy(stranger.house.folder.path().join("master.key"), &file).unwrap();
    assert!(ill(&said(doctor(&world)).1, "master key", "fail").contains("does not belong"));
    std::fs::remove_file(&file).unwrap();
    assert!(ill(&said(doctor(&world)).1, "master key", "fail").contains("is missing"));
    assert!(!file.exists(), "it makes none");
    std::fs::write(&file, good).unwrap();
    chmod(0o600);

    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(ill(&said(doctor(&world)).1, "files", "warn").contains("mode 0755"));
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn without_settings_or_a_database_it_says_so_and_makes_neither() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let command = |path: &Path| {
        let mut command = program(path);
        command.arg("doctor");
        command
    };
    let mut wrong = command(&data);
    wrong.env("OPENAI_LENS_LISTEN", "nowhere").env("DATABASE_URL", "mysql://ada:secret@x/y");
    let (succeeded, lines) = said(wrong);
    assert!(!succeeded && lines.len() == 2, "{lines:#?}");
    assert!(ill(&lines, "settings", "fail").contains("OPENAI_LENS_LISTEN"));
    assert!(!format!("{lines:?}").contains("secret"));
    let (succeeded, lines) = said(command(&data));
    assert!(!succeeded && ill(&lines, "files", "fail").contains("cannot be used"), "{lines:#?}");
    assert!(!data.exists());

    // A damaged database is told of, and not touched.
    assert!(add_user(&data, "ada@example.com", "correct horse battery staple").status.success());
    let file = data.join("openai-lens.db");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[4096 * 5..4096 * 9].fill(0x5a);
    std::fs::write(&file, &bytes).unwrap();
    let (succeeded, lines) = said(command(&data));
    let damaged = lines.iter().any(|line| line["verdict"] == "fail" && line["check"] != "openai");
    assert!(!succeeded && damaged, "{lines:#?}");
    assert!(std::fs::read(&file).unwrap() == bytes, "the database has changed");
}
