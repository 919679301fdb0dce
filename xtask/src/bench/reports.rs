//! Reports and cubes of a year, beside DuckDB on the same rows.

use std::path::Path;

use super::{EMAIL, Figures, PASSWORD, figures_of, fill, node, ratio, resident_kb, server};
use crate::installation;
use crate::project;
use crate::step::{Outcome, Program, say};
use crate::tool;

/// What reports are grouped by, and the column of the rows that says the same.
const DIMENSIONS: &[(&str, &str)] = &[
    ("project", "project"),
    ("openai/api_key_id", "api_key"),
    ("user_id", "user"),
    ("genai/model", "model"),
    ("service_tier", "service_tier"),
    ("cost_type", "batch"),
    ("service", "stream"),
    ("account", "account"),
];

pub(super) fn measure(figures: &mut Figures) -> Outcome {
    say("Keeping a year of a large organization: 10 million rows of usage (about a minute)");
    let nowhere = "http://127.0.0.1:9";
    let rows = project::target().join("tmp/bench-rows.csv");
    let year = installation::empty_folder("bench-year")?;
    fill(figures, &year, "365", Some(&rows))?;
    ratio(
        figures,
        "keep_over_insert",
        figures_at(figures, "insert_ms"),
        figures_at(figures, "keep_sample_ms"),
    );
    say("DuckDB on the same rows");
    let folder = project::root().join("xtask/bench");
    let python = tool::python_packages("python-bench", &folder)?;
    let columns: Vec<&str> = DIMENSIONS.iter().map(|(_, column)| *column).collect();
    let duckdb = Program::new(python, &["duckdb_rows.py"]).folder(&folder).argument(&rows);
    let duckdb = columns.iter().fold(duckdb, |program, column| program.argument(Path::new(column)));
    let result = figures_of(figures, duckdb);
    // Gigabytes that nobody needs any more.
    let _ = std::fs::remove_file(&rows);
    result?;
    say("The same by reports");
    let (server_of_year, url) = server(&year, nowhere)?;
    let labels: Vec<&str> = DIMENSIONS.iter().map(|(label, _)| *label).collect();
    let labels = labels.join(",");
    node(figures, &["bench/report.mjs", &url, EMAIL, PASSWORD, "365", &labels])?;
    figures.insert("year_memory".into(), resident_kb(server_of_year.id())?);
    drop(server_of_year);
    let mut worst = (0, 1);
    for (label, column) in DIMENSIONS {
        let ours = figures_at(figures, &format!("report_{label}_us"));
        let theirs = figures_at(figures, &format!("duckdb_{column}_us")).max(1);
        println!("    by {label:<20} {:>8.1} ms, DuckDB {:>8.1} ms", ms(ours), ms(theirs));
        if ours * worst.1 > worst.0 * theirs {
            worst = (ours, theirs);
        }
    }
    ratio(figures, "report_over_duckdb", worst.0, worst.1);
    say("The memory of a server with a million rows");
    let month = installation::empty_folder("bench-month")?;
    fill(&mut Figures::new(), &month, "35", None)?;
    let (server, url) = server(&month, nowhere)?;
    node(&mut Figures::new(), &["bench/report.mjs", &url, EMAIL, PASSWORD, "35", &labels])?;
    figures.insert("million_memory".into(), resident_kb(server.id())?);
    Ok(())
}

fn figures_at(figures: &Figures, name: &str) -> u64 {
    figures.get(name).copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn ms(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}
