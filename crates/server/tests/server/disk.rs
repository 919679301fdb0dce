//! The program on real disks: one that is full, one whose files may become no longer, and one that fails.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use server::http::Limits;

use crate::process::{Caller, Running, add_user, program};

/// A file system of its own. Gone when it is dropped.
struct Disk(tempfile::TempDir);

impl Disk {
    /// None where whoever runs the tests may not mount.
    fn mount(arguments: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = succeeds(Command::new("mount").args(arguments).arg(folder.path()));
        if !mounted {
            println!(
                "skipped: mounting a file system is not allowed here; run the tests as root for this one"
            );
        }
        mounted.then_some(Self(folder))
    }

    /// One so small that it is soon full.
    fn small() -> Option<Self> {
        Self::mount(&["-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs"])
    }

    /// The ext4 in a file. Its own root is everybody's to read: the data are in a folder of it.
    fn ext4(image: &Path) -> Option<Self> {
        Self::mount(&["-o", "loop,errors=remount-ro", image.to_str().unwrap()])
    }

    /// Makes it what a fault of the disk makes it: nothing can be written any more, whoever has files open.
    fn fail(&self) {
        assert!(succeeds(Command::new("mount").args(["-o", "remount,abort"]).arg(self.0.path())));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// A real file system without a byte left, and the program as it is started.
#[test]
fn a_server_on_a_disk_that_is_full_stays_up_and_goes_on_when_there_is_room() {
    let Some(disk) = Disk::small() else { return };
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

/// The system makes a disk read-only when it fails, under the server's open files.
#[test]
fn a_server_on_a_disk_that_becomes_read_only_stays_up_and_has_lost_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let image = folder.path().join("image");
    File::create(&image).unwrap().set_len(48 << 20).unwrap();
    if !succeeds(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image)) {
        println!("skipped: there is no mkfs.ext4 here");
        return;
    }
    let Some(disk) = Disk::ext4(&image) else { return };
    let password = "correct horse battery staple";
    let data = disk.0.path().join("data");
    assert!(add_user(&data, "ada@example.com", password).status.success());
    let server = Running::start(&data);
    let caller = Caller::signed_in(&server, password);
    let write = || {
        let body = r#"{"subject":"Disk","message":"It is kept."}"#;
        caller.call("POST", "/api/v1/support-requests", body)
    };
    assert!(write().starts_with("HTTP/1.1 201 "));
    disk.fail();
    let refused = write();
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains(r#""code":"read_only""#), "{refused}");
    for path in ["/api/v1/session", "/api/v1/support-requests"] {
        let answer = caller.call("GET", path, "");
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.contains("x-read-only: not_writable"),
            "{answer}"
        );
    }
    assert!(caller.call("GET", "/api/v1/support-requests", "").contains("It is kept."));
    assert!(server.terminate().success());

    drop(disk);
    let disk = Disk::ext4(&image).unwrap();
    let data = disk.0.path().join("data");
    let server = Running::start(&data);
    let caller = Caller::signed_in(&server, password);
    assert!(caller.call("GET", "/api/v1/support-requests", "").contains("It is kept."));
    drop(server);
    let verified = program(&data).args(["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{verified:?}");
    assert_eq!(integrity(&data), "ok");
}
