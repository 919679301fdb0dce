//! `cargo xtask bench`: each budget beside the measured figure. It is no test: a busy machine is no defect. What was
//! measured last is in docs/bench.md.

mod browser;
mod import;
mod pages;
mod reports;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::arguments::Arguments;
use crate::build;
use crate::child::Running;
use crate::first_load;
use crate::installation;
use crate::project::{self, Programs};
use crate::run::{EVERYTHING, origin};
use crate::setup;
use crate::step::{Outcome, Program};

pub(crate) const USAGE: &str = "cargo xtask bench [--only pages|browser|import|reports]";

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
type Row = (&'static str, &'static str, Budget, &'static str);

const PAGES: &[Row] = &[
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

const BROWSER: &[Row] = &[
    ("regroup_facts", "facts in the browser", Budget::AtLeast(100_000), "facts"),
    ("regroup_wire_bytes", "their cube on the wire", Budget::None, "bytes"),
    ("regroup_p50_us", "regrouped, click to paint, median", Budget::AtMost(16_000), "us"),
    ("regroup_p95_us", "regrouped, click to paint, p95", Budget::AtMost(32_000), "us"),
    ("filter_p50_us", "filtered, click to paint, median", Budget::AtMost(16_000), "us"),
    ("filter_p95_us", "filtered, click to paint, p95", Budget::AtMost(32_000), "us"),
    ("table_p50_us", "scrolling 100,000 rows, a frame, median", Budget::AtMost(4_000), "us"),
    ("table_p95_us", "scrolling 100,000 rows, a frame, p95", Budget::None, "us"),
];

const IMPORT: &[Row] = &[
    ("import_first_ms", "Finish to first cost, large organization", Budget::AtMost(2_000), "ms"),
    ("import_rows", "rows of 24 months", Budget::None, "rows"),
    ("import_calls", "calls for 24 months", Budget::None, "calls"),
    ("import_ms", "Finish to 24 months", Budget::None, "ms"),
    ("import_floor_ms", "calls by 300 ms, 8 at once", Budget::None, "ms"),
    ("import_over_floor", "Finish to 24 months, of the floor", Budget::AtMost(130), "%"),
    ("import_cpu_ms", "the server's user and system time", Budget::None, "ms"),
    ("import_memory", "server's memory after it", Budget::None, "kB"),
    ("load_p50_us", "API at 100/s during an import, median", Budget::None, "us"),
    ("load_p99_us", "API at 100/s during an import, p99", Budget::AtMost(50_000), "us"),
    // The same once a million rows of costs are there, while keys are kept.
    ("late_cost_rows", "rows of costs at the second load", Budget::AtLeast(1_000_000), "rows"),
    ("late_p50_us", "API at 100/s, a million rows of costs, median", Budget::AtMost(20_000), "us"),
    ("late_p99_us", "API at 100/s, a million rows of costs, p99", Budget::AtMost(150_000), "us"),
    ("save_p99_us", "keeping a key in the wizard beside it, p99", Budget::AtMost(300_000), "us"),
];

const REPORTS: &[Row] = &[
    ("rows", "rows of 12 months", Budget::AtLeast(10_000_000), "rows"),
    ("keep_over_insert", "keeping rows, of a plain insert's speed", Budget::AtLeast(50), "%"),
    ("restart_ms", "start of a server with 10M rows", Budget::None, "ms"),
    ("report_p95_us", "report of 12 months, p95 of the slowest label", Budget::AtMost(250_000), "us"),
    ("report_cpu_us", "the server's user and system time for a report", Budget::None, "us"),
    ("report_over_duckdb", "report of 12 months, of DuckDB, worst label", Budget::AtMost(300), "%"),
    ("cube_30_bytes", "cube of 30 days on the wire", Budget::None, "bytes"),
    ("cube_365_bytes", "cube of 365 days on the wire", Budget::None, "bytes"),
    ("year_memory", "server's memory, reports of 10M rows", Budget::None, "kB"),
    ("million_memory", "server's memory, reports of 1M rows", Budget::AtMost(80_000), "kB"),
];

type Figures = BTreeMap<String, u64>;

/// A part of the benchmarks: its name, its rows, and what measures them.
struct Part {
    name: &'static str,
    rows: &'static [Row],
    measure: fn(&mut Figures) -> Outcome,
}

const PARTS: &[Part] = &[
    Part { name: "pages", rows: PAGES, measure: pages::measure },
    Part { name: "browser", rows: BROWSER, measure: browser::measure },
    Part { name: "import", rows: IMPORT, measure: import::measure },
    Part { name: "reports", rows: REPORTS, measure: reports::measure },
];

pub(crate) fn verb(arguments: Vec<String>) -> Outcome {
    let mut arguments = Arguments::new(arguments, USAGE);
    let parts = arguments.only(PARTS, |part| part.name)?;
    arguments.end()?;
    if parts.iter().any(|part| matches!(part.name, "pages" | "browser")) {
        setup::for_building()?;
        setup::for_testing()?;
        build::everything()?;
    } else {
        build::programs()?;
    }
    let mut figures = Figures::new();
    let mut failures = Vec::new();
    for part in &parts {
        let before = load();
        // What one part could not measure is no reason to lose what the others did.
        if let Err(failure) = (part.measure)(&mut figures) {
            println!("{failure}");
            failures.push(format!("{} ended early", part.name));
        }
        println!("    load of the machine: {before} before {}, {} after it", part.name, load());
    }
    let over = print(&figures, parts.iter().flat_map(|part| part.rows));
    if failures.is_empty() {
        over
    } else {
        Err(failures.into_iter().chain(over.err()).collect::<Vec<_>>().join("\n"))
    }
}

/// The machine's load of the last minute: a figure says little without it.
fn load() -> String {
    let averages = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    averages.split(' ').next().unwrap_or_default().to_owned()
}

fn simulator(latency_ms: u32) -> Result<(Running, String), String> {
    let mut command = Command::new(Programs::Released.path("openai-simulator"));
    command.args(["--port", "0", "--latency-ms", &latency_ms.to_string()]);
    Running::start(command, &project::target().join("tmp/bench-simulator.log"), origin)
}

/// Serves a folder, whose user is added if nobody has.
fn server(data: &Path, upstream: &str) -> Result<(Running, String), String> {
    let mut command = installation::server(Programs::Released, data, 0);
    command.env("OPENAI_BASE_URL", format!("{upstream}/v1"));
    if !data.join("openai-lens.db").exists() {
        add_user(data)?;
    }
    installation::serve(command, &project::target().join("tmp/bench-server.log"))
}

/// Fills an empty installation with days of a large organization that end yesterday.
fn fill(figures: &mut Figures, data: &Path, days: &str, rows: Option<&Path>) -> Outcome {
    Program::new("cargo", &["build", "--release", "-p", "server", "--example", "fill"]).run()?;
    add_user(data)?;
    let fill = Program::new(Programs::Released.path("examples/fill"), &[]).argument(data);
    let fill = [EMAIL, "1", days].iter().fold(fill, |fill, argument| fill.argument(Path::new(argument)));
    figures_of(figures, rows.into_iter().fold(fill, Program::argument))
}

fn add_user(data: &Path) -> Outcome {
    installation::add_user(installation::server(Programs::Released, data, 0), EMAIL, EVERYTHING, PASSWORD)
}

/// A script of end2end.
fn script(arguments: &[&str]) -> Program {
    Program::new("node", arguments).folder(&project::root().join("end2end"))
}

/// Runs a script of end2end and keeps its lines `figure NAME VALUE`.
fn node(figures: &mut Figures, arguments: &[&str]) -> Outcome {
    figures_of(figures, script(arguments))
}

/// Runs a program and keeps its lines `figure NAME VALUE`.
fn figures_of(figures: &mut Figures, program: Program) -> Outcome {
    let (succeeded, failure) = program.watch(|line| {
        let mut words = line.split_whitespace();
        if words.next() == Some("figure")
            && let (Some(name), Some(Ok(value))) = (words.next(), words.next().map(str::parse))
        {
            figures.insert(name.to_owned(), value);
        }
    })?;
    if succeeded { Ok(()) } else { Err(failure) }
}

/// Keeps how many hundredths one figure is of another.
fn ratio(figures: &mut Figures, name: &str, one: u64, other: u64) {
    figures.insert(name.to_owned(), one.saturating_mul(100) / other.max(1));
}

/// What the process holds in memory, in kB.
fn resident_kb(id: u32) -> Result<u64, String> {
    let status = project::read(Path::new(&format!("/proc/{id}/status")))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|value| value.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| format!("/proc/{id}/status has no VmRSS"))
}

fn print<'a>(figures: &Figures, rows: impl Iterator<Item = &'a Row>) -> Outcome {
    println!("\n{:<46} {:>12} {:>12}", "figure", "budget", "measured");
    let mut over = Vec::new();
    for (name, about, budget, unit) in rows {
        let Some(&value) = figures.get(*name) else {
            over.push(format!("{about} was not measured"));
            continue;
        };
        let (shown, holds) = match budget {
            Budget::AtMost(most) => (format!("<= {most}"), value <= *most),
            Budget::AtLeast(least) => (format!(">= {least}"), value >= *least),
            Budget::None => ("-".to_owned(), true),
        };
        println!("{about:<46} {shown:>12} {value:>12} {unit}{}", if holds { "" } else { "  OVER" });
        if !holds {
            over.push(format!("{about}: {value} {unit}, budget {shown}"));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(format!("Over budget:\n  {}", over.join("\n  "))) }
}
