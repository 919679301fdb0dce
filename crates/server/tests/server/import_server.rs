//! Several servers on one PostgreSQL: each window is imported once, and by whoever has the lease.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use api::Permission;
use api::connection::ConnectionStatus;
use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{House, database_url, long};
use crate::import_process::{kept, serve, wait_until_healthy};
use crate::process::Running;
use crate::upstream::World;

/// A further folder for a server on the same PostgreSQL, with the same master key.
fn another_folder(house: &House) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(house.folder.path().join("master.key"), folder.path().join("master.key")).unwrap();
    folder
}

/// Servers, and companies with four accounts each.
fn crowd() -> (usize, usize) {
    if long() { (4, 50) } else { (2, 1) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_on_one_postgresql_import_each_window_once() {
    if database_url().await.is_none() {
        return;
    }
    let (servers, companies) = crowd();
    let mut world = World::in_real_time(Duration::from_millis(40)).await;
    let mut accounts = Vec::new();
    for company in 0..companies {
        if company > 0 {
            world.admin = world.house.stranger(&[Permission::BillingProfilesAdmin]).await;
        }
        for name in ["small", "second", "archived", "credit"] {
            accounts.push((world.admin.clone(), world.connected(name).await));
        }
    }
    world.upstream.forget_requests();
    let folders: Vec<_> = (0..servers).map(|_| another_folder(&world.house)).collect();
    let running: Vec<Running> = folders.iter().map(|folder| serve(&world, folder.path())).collect();
    for (person, connection) in accounts {
        world.admin = person;
        wait_until_healthy(&world, &[connection]).await;
    }
    drop(running);
    let requests = world.upstream.requests();
    // The end of today's period is the moment of the call, so that whoever read it twice would differ in that alone.
    let mut asked = BTreeMap::new();
    for request in &requests {
        let parts: Vec<_> = request.query.split('&').filter(|part| !part.starts_with("end_time")).collect();
        *asked.entry((&request.key, &request.path, parts)).or_insert(0) += 1;
    }
    let least = asked.len() * companies;
    // In ten minutes of four servers a call may time out and be repeated, or a lease pass on: a twentieth more is allowed.
    let most = if long() { least * 105 / 100 } else { least };
    let mut twice: Vec<_> = asked.iter().filter(|(_, times)| **times > companies).collect();
    twice.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
    twice.truncate(20);
    assert!(requests.len() <= most, "{} calls, where {least} are enough: {twice:#?}", requests.len());
    assert!(asked.len() > 4 * 55);
}

/// How often a server is paused.
fn pauses() -> usize {
    if long() { 100 } else { 3 }
}

/// Pauses that are tried beyond these before it is taken that none is refused for its lease.
const MORE: usize = 20;

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_paused_server_still_wanted_to_write_is_refused() {
    if database_url().await.is_none() {
        return;
    }
    let world = World::in_real_time(Duration::from_millis(60)).await;
    let connection = world.connected("small").await;
    let mut fenced = 0;
    let mut pause = 0;
    // A pause inside a write shows nothing of the lease: there are more, until one has.
    while pause < pauses() || fenced == 0 {
        assert!(pause < pauses() + MORE, "no write came late enough to be refused");
        world.start_over().await;
        let folders = [another_folder(&world.house), another_folder(&world.house)];
        let paused = serve(&world, folders[0].path());
        // Of 360 days, so that much is left to be read whenever it is.
        let read = 1 + pause * 53 % 160;
        while usize::try_from(world.count("import_day").await).unwrap() < read {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let pid = Pid::from_child(&paused.child);
        kill_process(pid, Signal::STOP).unwrap();
        // As if the time of its lease had passed.
        world.execute("UPDATE lease SET expires_at = 0", &[]).await;
        let other = serve(&world, folders[1].path());
        wait_until_healthy(&world, std::slice::from_ref(&connection)).await;
        let before = kept(&world, world.today()).await;
        kill_process(pid, Signal::CONT).unwrap();
        // Whoever is paused inside a write has lost its transaction, which the database ends, or has waited for too long for
        // a connection; everybody else has lost the lease.
        let is_fenced = |log: &str| log.contains("another process imports the connection");
        let refused = |log: &str| is_fenced(log) || log.contains("the import cannot use the database");
        while !refused(&log(folders[0].path())) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        fenced += usize::from(is_fenced(&log(folders[0].path())));
        drop((paused, other));
        assert_eq!(kept(&world, world.today()).await, before, "pause {pause}");
        assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy, "pause {pause}");
        world.execute("UPDATE lease SET expires_at = 0", &[]).await;
        pause += 1;
    }
}
