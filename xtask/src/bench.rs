//! `cargo xtask bench`: each budget beside the measured figure. It is no test: a busy machine is no defect.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::arguments::Arguments;
use crate::build;
use crate::child::Running;
use crate::first_load;
use crate::installation;
use crate::project;
use crate::run::{EVERYTHING, origin};
use crate::setup;
use crate::step::{Outcome, Program, say};

pub(crate) const USAGE: &str = "cargo xtask bench";

const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "figures-on-this-machine-only";
/// What every call upstream takes.
const LATENCY_MS: u32 = 300;

/// How a figure stands to its budget.
enum Budget {
    AtMost(u64),
    AtLeast(u64),
    /// Shown, not judged.
    None,
}

/// A row: the figure's name, what it is, its budget, its unit.
const ROWS: &[(&str, &str, Budget, &str)] = &[
    ("first_load", "first load, all files, brotli", Budget::AtMost(first_load::BUDGET as u64), "bytes"),
    ("wasm", "the app's code, not compressed", Budget::None, "bytes"),
    ("idle_memory", "server's memory, idle", Budget::AtMost(30_000), "kB"),
    // The slowest call upstream and 100 ms.
    ("test_call_ms", "Test connection, 300 ms a call", Budget::AtMost(400), "ms"),
    ("test_connection_ms", "Test connection, click to verdicts", Budget::None, "ms"),
    ("finish_to_cost_ms", "Finish to first cost, 300 ms a call", Budget::AtMost(2_000), "ms"),
    ("lcp_home_ms", "largest paint on loopback, Home", Budget::None, "ms"),
    ("lcp_assets_ms", "largest paint on loopback, Assets", Budget::None, "ms"),
    ("lcp_lens_ms", "largest paint on loopback, Lens", Budget::None, "ms"),
    ("home_performance", "Lighthouse, Home, performance", Budget::AtLeast(98), ""),
    ("home_accessibility", "Lighthouse, Home, accessibility", Budget::AtLeast(100), ""),
    ("home_best-practices", "Lighthouse, Home, best practices", Budget::AtLeast(100), ""),
    ("assets_performance", "Lighthouse, Assets, performance", Budget::AtLeast(98), ""),
    ("assets_accessibility", "Lighthouse, Assets, accessibility", Budget::AtLeast(100), ""),
    ("assets_best-practices", "Lighthouse, Assets, best practices", Budget::AtLeast(100), ""),
    ("lens_performance", "Lighthouse, Lens, performance", Budget::AtLeast(98), ""),
    ("lens_accessibility", "Lighthouse, Lens, accessibility", Budget::AtLeast(100), ""),
    ("lens_best-practices", "Lighthouse, Lens, best practices", Budget::AtLeast(100), ""),
];

type Figures = BTreeMap<String, u64>;

pub(crate) fn verb(arguments: Vec<String>) -> Outcome {
    Arguments::new(arguments, USAGE).end()?;
    setup::for_building()?;
    setup::for_testing()?;
    build::everything()?;
    let mut figures = Figures::new();
    say("Starting a simulator with 300 ms a call, and a server");
    let (_simulator, upstream) = simulator()?;
    let (server, url) = server(&upstream)?;
    say("The first load and the server's memory");
    let load = first_load::measure(&url)?;
    load.print();
    figures.insert("first_load".into(), load.total() as u64);
    figures.insert("wasm".into(), load.wasm as u64);
    std::thread::sleep(Duration::from_secs(3));
    figures.insert("idle_memory".into(), resident_kb(server.id())?);
    say("Connecting an organization, as a user does");
    let key = installation::sample_key("small")?;
    node(&mut figures, &["bench/connect.mjs", &url, EMAIL, PASSWORD, &key])?;
    // Lighthouse judges the pages, not an import in progress.
    std::thread::sleep(Duration::from_secs(10));
    say("Lighthouse (desktop), and the largest paint");
    node(&mut figures, &["bench/lighthouse.mjs", &url, EMAIL, PASSWORD])?;
    print(&figures)
}

fn simulator() -> Result<(Running, String), String> {
    let mut command = Command::new(project::program("openai-simulator"));
    command.args(["--port", "0", "--latency-ms", &LATENCY_MS.to_string()]);
    Running::start(command, &project::target().join("tmp/bench-simulator.log"), origin)
}

fn server(upstream: &str) -> Result<(Running, String), String> {
    let data = installation::empty_folder("bench")?;
    let command = || {
        let mut command = installation::server(&data, 0);
        command.env("OPENAI_BASE_URL", format!("{upstream}/v1"));
        command
    };
    installation::add_user(command(), EMAIL, EVERYTHING, PASSWORD)?;
    installation::serve(command(), &project::target().join("tmp/bench-server.log"))
}

/// Runs a script of end2end and keeps its lines `figure NAME VALUE`.
fn node(figures: &mut Figures, arguments: &[&str]) -> Outcome {
    let (succeeded, failure) =
        Program::new("node", arguments).folder(&project::root().join("end2end")).watch(|line| {
            let mut words = line.split_whitespace();
            if words.next() == Some("figure")
                && let (Some(name), Some(Ok(value))) = (words.next(), words.next().map(str::parse))
            {
                figures.insert(name.to_owned(), value);
            }
        })?;
    if succeeded { Ok(()) } else { Err(failure) }
}

/// What the process holds in memory, in kB.
fn resident_kb(id: u32) -> Result<u64, String> {
    let status = project::read(Path::new(&format!("/proc/{id}/status")))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|value| value.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| format!("/proc/{id}/status has no VmRSS"))
}

fn print(figures: &Figures) -> Outcome {
    println!("\n{:<38} {:>12} {:>12}", "figure", "budget", "measured");
    let mut over = Vec::new();
    for (name, about, budget, unit) in ROWS {
        let Some(&value) = figures.get(*name) else {
            over.push(format!("{about} was not measured"));
            continue;
        };
        let (shown, holds) = match budget {
            Budget::AtMost(most) => (format!("<= {most}"), value <= *most),
            Budget::AtLeast(least) => (format!(">= {least}"), value >= *least),
            Budget::None => ("-".to_owned(), true),
        };
        println!("{about:<38} {shown:>12} {value:>12} {unit}{}", if holds { "" } else { "  OVER" });
        if !holds {
            over.push(format!("{about}: {value} {unit}, budget {shown}"));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(format!("Over budget:\n  {}", over.join("\n  "))) }
}
