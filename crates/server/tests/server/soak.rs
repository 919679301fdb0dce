//! Hours of imports with people beside them take no more memory, files or journal than minutes do.

use std::path::Path;
use std::time::{Duration, Instant};

use api::connection::{Import, List};
use api::cost::{Daily, DailyQuery};
use api::endpoint::address;
use api::{Endpoint, Nothing, PageQuery};

use crate::harness::long;
use crate::import_process::serve;
use crate::process::Running;
use crate::upstream::World;

/// The journal of SQLite stays below: 64 MiB.
const JOURNAL: u64 = 64 << 20;
/// Memory may grow by so many kB an hour.
const GROWTH: i64 = 1024;

/// How long it runs.
fn time() -> Duration {
    Duration::from_secs(if long() { 3_600 } else { 15 })
}

/// What a process has at a moment.
#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Duration,
    /// Resident memory, in kB.
    memory: i64,
    files: usize,
    journal: u64,
}

fn sample(server: &Running, folder: &Path, at: Duration) -> Sample {
    let process = format!("/proc/{}", server.child.id());
    let status = std::fs::read_to_string(format!("{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let memory = line.split_whitespace().next().unwrap().parse().unwrap();
    let journals = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let journals = journals.filter(|file| file.file_name().to_string_lossy().ends_with("-wal"));
    Sample {
        at,
        memory,
        files: std::fs::read_dir(format!("{process}/fd")).unwrap().count(),
        journal: journals.map(|file| file.metadata().unwrap().len()).sum(),
    }
}

/// Calls an endpoint as somebody, and gives the status.
fn status<E: Endpoint>(server: &Running, cookie: &str, (path, query): (&E::Path, &E::Query)) -> String {
    let answer = server.send(&format!(
        "{} {} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        E::METHOD.as_str(),
        address::<E>(path, query)
    ));
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// The middle one of what samples have.
fn middle(samples: &[Sample], of: fn(&Sample) -> i64) -> i64 {
    let mut values: Vec<i64> = samples.iter().map(of).collect();
    values.sort_unstable();
    values[values.len() / 2]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_of_imports_and_people_take_no_more_than_minutes() {
    let world = World::in_real_time_since(Duration::from_millis(5), 30).await;
    let connections = [world.connected("small").await, world.connected("second").await];
    let folder = world.house.folder.path();
    let server = serve(&world, folder);
    let query = DailyQuery { start: world.today().plus(-29), end: world.today().plus(1), connection: None };
    let (begun, mut samples) = (Instant::now(), Vec::new());
    // Of an hour, the first ten minutes are what it takes to have been everywhere once.
    while begun.elapsed() < time() {
        for connection in &connections {
            let imports = (&connection.id, &Nothing {});
            assert_eq!(status::<Import>(&server, &world.admin.cookie(), imports), "200");
        }
        for _ in 0..10 {
            assert_eq!(status::<List>(&server, &world.admin.cookie(), (&(), &PageQuery::default())), "200");
            assert_eq!(status::<Daily>(&server, &world.admin.cookie(), (&(), &query)), "200");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        samples.push(sample(&server, folder, begun.elapsed()));
    }
    let warm = samples.partition_point(|sample| sample.at < time() / 6);
    let (early, late) = samples[warm..].split_at((samples.len() - warm) / 2);
    let most = |samples: &[Sample]| samples.iter().map(|sample| sample.files).max().unwrap();
    assert!(most(late) <= most(early) + 4, "files: {} and then {}", most(early), most(late));
    let journal = samples.iter().map(|sample| sample.journal).max().unwrap();
    assert!(journal < JOURNAL, "{journal} bytes of journal");
    let (before, after) = (middle(early, |sample| sample.memory), middle(late, |sample| sample.memory));
    eprintln!("memory {before} kB and then {after} kB, files {}, journal {journal} bytes", most(late));
    if long() {
        // The middles of two halves are half of the time apart.
        let seconds = i64::try_from((time() * 5 / 6 / 2).as_secs()).unwrap();
        let growth = (after - before) * 3_600 / seconds;
        assert!(growth < GROWTH, "{growth} kB an hour");
    }
    assert!(after < 256 * 1024, "{after} kB");
}
