//! The metrics, read line by line as Prometheus' text format has them.

use std::collections::BTreeSet;

use axum::body::Body;
use http::Request;
use server::metrics::listen;

use crate::harness::Answer;
use crate::process::{Running, program};
use crate::upstream::World;

async fn asked(world: &World) -> Answer {
    let nobody = world.house.nobody().at(listen::router(world.house.app.clone()));
    nobody.send(Request::get("/metrics").body(Body::empty()).unwrap()).await
}

/// A line: `name{label="value",…} number`. No value of ours has a quote, a comma or a blank in it.
struct Sample<'a> {
    name: &'a str,
    labels: Vec<(&'a str, &'a str)>,
    value: f64,
}

impl<'a> Sample<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (metric, value) = line.rsplit_once(' ')?;
        let (name, labels) = match metric.split_once('{') {
            Some((name, labels)) => (name, labels.strip_suffix('}')?),
            None => (metric, ""),
        };
        let label = |label: &'a str| {
            let (name, value) = label.split_once('=')?;
            Some((name, value.strip_prefix('"')?.strip_suffix('"')?))
        };
        let labels: Option<Vec<_>> = labels.split(',').filter(|label| !label.is_empty()).map(label).collect();
        Some(Self { name, labels: labels?, value: value.parse().ok()? })
    }

    fn label(&self, name: &str) -> Option<&'a str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, value)| *value)
    }
}

/// All of them: a line that is neither a comment nor a sample fails.
fn parsed(text: &str) -> Vec<Sample<'_>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let samples: Vec<_> =
        lines.map(|line| Sample::parse(line).unwrap_or_else(|| panic!("no sample: {line}"))).collect();
    assert!(!samples.is_empty());
    samples
}

/// The value of the metric with this name and these labels among others.
fn value(samples: &[Sample], name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let fits = |sample: &&Sample| {
        sample.name == name && labels.iter().all(|(label, value)| sample.label(label) == Some(*value))
    };
    samples.iter().find(fits).map(|sample| sample.value)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_is_counted_and_what_is_there_is_told() {
    let world = World::with_history(7).await;
    let connection = world.imported("small").await;
    let missing = Request::get("/api/v1/connections/conn_none").body(Body::empty()).unwrap();
    assert_eq!(world.admin.send(missing).await.status, 404);
    let answer = asked(&world).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = answer.text();
    let samples = parsed(&text);
    let route = ("route", "/api/v1/connections/{connection}");
    for (name, labels, at_least) in [
        ("openai_lens_http_requests_total", &[route, ("status", "200")] as &[_], 1.0),
        ("openai_lens_http_requests_total", &[route, ("status", "404"), ("method", "GET")], 1.0),
        ("openai_lens_import_windows_total", &[("stream", "costs"), ("outcome", "kept")], 1.0),
        ("openai_lens_connections", &[("state", "working")], 1.0),
        ("openai_lens_database_bytes", &[], 100_000.0),
        ("openai_lens_process_resident_memory_bytes", &[], 1_000_000.0),
        ("openai_lens_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0),
    ] {
        let found = value(&samples, name, labels);
        assert!(found.is_some_and(|found| found >= at_least), "{name} {labels:?}: {found:?}\n{text}");
    }
    for (name, labels) in [
        ("openai_lens_connections", &[("state", "needs_key")] as &[_]),
        ("openai_lens_import_windows_pending", &[("state", "due")]),
        ("openai_lens_import_windows_pending", &[("state", "failing")]),
        ("openai_lens_read_only", &[]),
        ("openai_lens_stale_leases", &[]),
    ] {
        assert_eq!(value(&samples, name, labels), Some(0.0), "{name} {labels:?}\n{text}");
    }
    let buckets: Vec<f64> = samples
        .iter()
        .filter(|sample| sample.name == "openai_lens_http_request_duration_seconds_bucket")
        .filter(|sample| sample.label("route") == Some(route.1))
        .map(|sample| sample.value)
        .collect();
    assert!(buckets.len() == 13 && buckets.last().is_some_and(|last| *last >= 1.0), "{buckets:?}");
    assert!(buckets.windows(2).all(|pair| pair[0] <= pair[1]), "{buckets:?}");

    // No id, no name and no address of somebody is in it.
    let user = world.admin.user.as_ref().unwrap();
    for secret in
        [connection.id.as_str(), user.id.as_str(), user.tenant.as_str(), user.email.as_str(), "conn_none"]
    {
        assert!(!text.contains(secret), "{secret}\n{text}");
    }
}

/// An address that a caller makes up does not become a label.
#[tokio::test]
async fn labels_have_few_values_whatever_is_asked_for() {
    let world = World::new().await;
    for number in 0..200 {
        let request = Request::get(format!("/made/up/{number}")).body(Body::empty()).unwrap();
        world.admin.send(request).await;
        let request = Request::builder().method("MADEUP").uri(format!("/api/v1/users/user_{number}"));
        world.admin.send(request.body(Body::empty()).unwrap()).await;
    }
    let text = asked(&world).await.text();
    let samples = parsed(&text);
    let routes: BTreeSet<_> = samples.iter().filter_map(|sample| sample.label("route")).collect();
    let methods: BTreeSet<_> = samples.iter().filter_map(|sample| sample.label("method")).collect();
    assert!(routes.len() <= 3 && methods.len() <= 3, "{routes:?} {methods:?}");
}

/// Nobody finds them where browsers are, and the console is not where they are.
#[test]
fn they_are_on_a_listener_of_their_own_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = program(folder.path());
    command.env("OPENAI_LENS_METRICS_LISTEN", free.to_string());
    let server = Running::start_with(command);
    assert!(server.get("/metrics").starts_with("HTTP/1.1 404 "), "{}", server.get("/metrics"));
    let metrics = server.elsewhere(free);
    let answer = metrics.get("/metrics");
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("openai_lens_http_requests_total"),
        "{answer}"
    );
    for path in ["/", "/api/v1/session", "/healthz"] {
        assert!(metrics.get(path).starts_with("HTTP/1.1 404 "), "{path}");
    }
    drop(server);
    // The address may be taken by now by somebody else: then it is said which setting it is.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = program(folder.path());
    command.env("OPENAI_LENS_METRICS_LISTEN", taken.local_addr().unwrap().to_string()).arg("serve");
    let refused = command.output().unwrap();
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && words.contains("OPENAI_LENS_METRICS_LISTEN"), "{words}");
    assert!(refused.stdout.is_empty(), "it says that it is ready");
}
