//! Figures for the operator's monitoring, in the text format of Prometheus. Every label has few values: no id, no name and
//! no address is one.

pub mod gauges;
pub mod listen;

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::http::asset;
use gauges::Gauges;

/// Upper bounds of the durations that are told apart, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What is counted as it happens, and what is looked up when somebody asks.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    windows: Family<Window, Counter>,
    upstream: Family<UpstreamCall, Counter>,
    gauges: Gauges,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Window {
    stream: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UpstreamCall {
    status: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
    build: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("openai_lens");
        let requests = Family::<Request, Counter>::default();
        registry.register("http_requests", "Requests that were answered", requests.clone());
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        let durations = Family::new_with_constructor(histogram);
        registry.register(
            "http_request_duration_seconds",
            "How long requests took until their answer began",
            durations.clone(),
        );
        let windows = Family::<Window, Counter>::default();
        registry.register(
            "import_windows",
            "Windows of days that were read from OpenAI, by what came of it",
            windows.clone(),
        );
        let upstream = Family::<UpstreamCall, Counter>::default();
        registry.register(
            "upstream_calls",
            "Calls to OpenAI by the status of their answer; none for no answer",
            upstream.clone(),
        );
        let build = Family::<Build, prometheus_client::metrics::gauge::Gauge>::default();
        build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION"), build: asset::BUILD }).set(1);
        registry.register("build_info", "Which version this is, and which app it has", build);
        let gauges = Gauges::register(&mut registry);
        Self { registry, requests, durations, windows, upstream, gauges }
    }
}

impl Metrics {
    /// Counts an answer. The route is the pattern of an address, never the address itself.
    pub fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.durations.get_or_create(&Route { method, route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { method, route, status }).inc();
    }

    /// Counts a window of days that was read, and kept or not.
    pub fn window_read(&self, stream: &'static str, is_kept: bool) {
        let outcome = if is_kept { "kept" } else { "failed" };
        self.windows.get_or_create(&Window { stream, outcome }).inc();
    }

    /// Counts a call to OpenAI.
    pub fn called(&self, status: Option<u16>) {
        let status = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        self.upstream.get_or_create(&UpstreamCall { status }).inc();
    }

    /// Everything as text.
    fn text(&self) -> String {
        let mut text = String::new();
        // Writing into memory cannot fail.
        let _ = prometheus_text::encode(&mut text, &self.registry);
        text
    }
}
