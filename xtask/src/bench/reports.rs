//! Reports and cubes of a year, beside DuckDB on the same rows.

use std::cmp::Ordering;
use std::time::Instant;

use super::{EMAIL, Figures, PASSWORD, figures_of, fill, node, ratio, resident_kb, server};
use crate::installation;
use crate::project;
use crate::step::{Outcome, Program, say};
use crate::tool;

/// Every label that reports are grouped by (`crates/facts/src/label.rs`), and the column of the rows that says the same. Rows
/// of usage tell neither prices nor directions: labels of these stand beside the column that they follow from most, which
/// costs DuckDB the least.
const LABELS: &[(&str, &str)] = &[
    ("project", "project"),
    ("genai/model", "model"),
    ("service", "stream"),
    ("openai/api_key_name", "api_key"),
    ("genai/user_email", "user"),
    ("sku", "model"),
    ("operation", "stream"),
    ("cost_type", "batch"),
    ("account", "account"),
    ("billing_account", "account"),
    ("openai/base_model", "model"),
    ("genai/model_family", "model"),
    ("service_tier", "service_tier"),
    ("genai/consumption_model", "batch"),
    ("openai/cached", "stream"),
    ("openai/media_format", "stream"),
    ("unit", "stream"),
    ("context", "model"),
    ("line_item", "model"),
    ("cost_basis", "stream"),
    ("unattributed_reason", "stream"),
    ("project_id", "project"),
    ("openai/api_key_id", "api_key"),
    ("user_id", "user"),
    ("provider", "account"),
    ("image_size", "size"),
    ("image_source", "source"),
    ("context_level", "context_level"),
    ("vector_store", "vector_store"),
];

pub(super) fn measure(figures: &mut Figures) -> Outcome {
    say("Keeping a year of a large organization: 10 million rows of usage (about two minutes)");
    let nowhere = "http://127.0.0.1:9";
    let year = installation::empty_folder("bench-year")?;
    let (rows, duckdb) = (year.join("rows.csv"), year.join("rows.duckdb"));
    fill(figures, &year, "365", Some(&rows))?;
    ratio(
        figures,
        "keep_over_insert",
        figures_at(figures, "insert_ms"),
        figures_at(figures, "keep_sample_ms"),
    );
    say("Handing DuckDB the same rows");
    let folder = project::root().join("xtask/bench");
    let python = tool::python_packages("python-bench", &folder)?;
    let script = |words: &[&str]| Program::new(&python, &["duckdb_rows.py"]).folder(&folder).arguments(words);
    figures_of(figures, script(&["load"]).argument(&rows).argument(&duckdb))?;
    // A gigabyte that nobody needs any more.
    std::fs::remove_file(&rows).map_err(|error| format!("{} cannot be removed: {error}", rows.display()))?;
    say("Reports, each beside DuckDB in the same minute");
    let begun = Instant::now();
    let (server_of_year, url) = server(&year, nowhere)?;
    figures.insert("restart_ms".into(), u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
    let id = server_of_year.id().to_string();
    let mut worst = Pair::default();
    for (label, column) in LABELS {
        let mut pairs = Vec::new();
        // A label that is over its budget is asked twice more, each time beside DuckDB, and the middle one counts: whatever
        // else a machine does for a second is no property of a label.
        while pairs.is_empty() || pairs.len() < 3 && pairs.first().is_some_and(Pair::is_over) {
            figures_of(figures, script(&["ask"]).argument(&duckdb).arguments(&[column]))?;
            node(figures, &["bench/report.mjs", &url, EMAIL, PASSWORD, &id, "365", label])?;
            let ours = figures_at(figures, &format!("report_{label}_us"));
            let theirs = figures_at(figures, &format!("duckdb_{column}_us")).max(1);
            println!("    by {label:<24} {:>8.1} ms, DuckDB {:>8.1} ms", ms(ours), ms(theirs));
            pairs.push(Pair { ours, theirs });
        }
        pairs.sort();
        worst = worst.max(pairs.swap_remove(pairs.len() / 2));
    }
    ratio(figures, "report_over_duckdb", worst.ours, worst.theirs);
    for (of, all) in [("p95_us", "report_p95_us"), ("cpu_us", "report_cpu_us")] {
        let of_label = |(label, _): &(&str, &str)| figures_at(figures, &format!("report_{label}_{of}"));
        let slowest = LABELS.iter().map(of_label).max().unwrap_or_default();
        figures.insert(all.into(), slowest);
    }
    node(figures, &["bench/cube.mjs", &url, EMAIL, PASSWORD, "30", "365"])?;
    figures.insert("year_memory".into(), resident_kb(server_of_year.id())?);
    drop(server_of_year);
    say("The memory of a server with a million rows");
    let month = installation::empty_folder("bench-month")?;
    fill(&mut Figures::new(), &month, "35", None)?;
    let (server, url) = server(&month, nowhere)?;
    let id = server.id().to_string();
    for (label, _) in LABELS {
        node(&mut Figures::new(), &["bench/report.mjs", &url, EMAIL, PASSWORD, &id, "35", label])?;
    }
    node(&mut Figures::new(), &["bench/cube.mjs", &url, EMAIL, PASSWORD, "30"])?;
    figures.insert("million_memory".into(), resident_kb(server.id())?);
    Ok(())
}

/// Medians of one report, within the same minute, in microseconds. The larger is the one that is slower compared with DuckDB.
#[derive(PartialEq, Eq)]
struct Pair {
    ours: u64,
    theirs: u64,
}

impl Default for Pair {
    fn default() -> Self {
        Self { ours: 0, theirs: 1 }
    }
}

impl Pair {
    /// More than three times as long as DuckDB.
    fn is_over(&self) -> bool {
        self.ours > 3 * self.theirs
    }
}

impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.ours * other.theirs).cmp(&(other.ours * self.theirs))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn figures_at(figures: &Figures, name: &str) -> u64 {
    figures.get(name).copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn ms(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_compared_by_their_ratios() {
        let mut pairs =
            [Pair { ours: 90, theirs: 30 }, Pair { ours: 50, theirs: 10 }, Pair { ours: 200, theirs: 100 }];
        pairs.sort();
        assert_eq!(pairs.map(|pair| pair.ours), [200, 90, 50]);
        assert!(Pair { ours: 91, theirs: 30 }.is_over() && !Pair { ours: 90, theirs: 30 }.is_over());
    }

    #[test]
    fn every_label_is_measured() {
        let code = project::read(&project::root().join("crates/facts/src/label.rs")).unwrap();
        let about = code.lines().filter(|line| line.contains("\", Dimension::"));
        let mut labels: Vec<&str> = about.map(|line| line.split('"').nth(1).unwrap()).collect();
        let mut measured: Vec<&str> = LABELS.iter().map(|(label, _)| *label).collect();
        labels.sort_unstable();
        measured.sort_unstable();
        assert_eq!((measured, labels.len()), (labels, 29));
    }
}
