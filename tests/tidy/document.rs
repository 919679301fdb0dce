//! The documents name only what exists: paths, verbs, settings, and the test of each promise.

use crate::file::{self, File, report};

const GUIDES: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

fn documents() -> Vec<&'static File> {
    for guide in GUIDES {
        file::at(guide);
    }
    file::matching("document", |file| {
        GUIDES.contains(&file.path.as_str()) || file.path.starts_with("docs/") && file.path.ends_with(".md")
    })
}

#[test]
fn paths_exist() {
    let mut findings = Vec::new();
    let mut looked_at = 0;
    for document in documents() {
        for code in codes(&document.text).filter(|code| is_path(code)) {
            looked_at += 1;
            if !file::root().join(code.trim_end_matches('/')).exists() {
                findings.push(format!("{}: `{code}`", document.path));
            }
        }
        for link in links(&document.text).filter(|link| !link.contains("://") && !link.starts_with('#')) {
            looked_at += 1;
            let folder =
                file::root().join(&document.path).parent().map(ToOwned::to_owned).unwrap_or_default();
            if !folder.join(link.split('#').next().unwrap_or_default()).exists() {
                findings.push(format!("{}: ({link})", document.path));
            }
        }
    }
    assert!(looked_at > 20, "the documents name {looked_at} paths: is the notation still `path`?");
    report("A document names a path that does not exist.", findings);
}

#[test]
fn verbs_exist() {
    let verbs = &file::at("xtask/src/main.rs").text;
    let arguments: String = file::matching("verb", |file| file.path.starts_with("xtask/src/"))
        .iter()
        .map(|file| file.text.as_str())
        .collect();
    let mut findings = Vec::new();
    let mut looked_at = 0;
    for document in documents() {
        for command in codes(&document.text)
            .chain(blocks(&document.text))
            .filter_map(|code| code.strip_prefix("cargo xtask "))
        {
            looked_at += 1;
            let mut words = command.split_whitespace();
            let verb = words.next().unwrap_or_default();
            let known = verb == "VERB" || verbs.contains(&format!("name: \"{verb}\""));
            let flags_known = words
                .filter(|word| word.starts_with("--"))
                .all(|flag| arguments.contains(&format!("\"{flag}\"")));
            if !known || !flags_known {
                findings.push(format!("{}: cargo xtask {command}", document.path));
            }
        }
    }
    assert!(looked_at > 5, "the documents name {looked_at} verbs");
    report("A document names a verb or a flag that xtask does not have.", findings);
}

#[test]
fn commands_of_the_program_exist() {
    let is_cli = |path: &str| {
        path.strip_prefix("crates/server/src/cli").is_some_and(|rest| rest.starts_with(['.', '/']))
    };
    let cli: String = file::matching("command line", |file| is_cli(&file.path))
        .iter()
        .map(|file| file.text.as_str())
        .collect();
    let mut findings = Vec::new();
    let mut looked_at = 0;
    for document in documents() {
        for command in codes(&document.text)
            .chain(blocks(&document.text))
            .filter_map(|code| code.strip_prefix("openai-lens "))
        {
            looked_at += 1;
            for word in
                command.split_whitespace().take_while(|word| word.chars().all(|c| c.is_ascii_lowercase()))
            {
                let mut capital = word.to_owned();
                capital.replace_range(..1, &word.to_ascii_uppercase()[..1]);
                if !cli.contains(&format!("{capital}("))
                    && !cli.contains(&format!("{capital},"))
                    && !cli.contains(&format!("{capital} {{"))
                {
                    findings.push(format!("{}: openai-lens {command}", document.path));
                }
            }
        }
    }
    assert!(looked_at > 2, "the documents name {looked_at} commands");
    report("A document names a command that openai-lens does not have.", findings);
}

#[test]
fn settings_are_those_of_the_server() {
    let source = &file::at("crates/server/src/settings/catalog.rs").text;
    let listed = source
        .split("pub const ALL")
        .nth(1)
        .and_then(|text| text.split("];").next())
        .expect("the list of settings");
    let real: Vec<&str> =
        listed.split("name: \"").skip(1).filter_map(|text| text.split('"').next()).collect();
    assert!(real.len() > 5, "settings.rs lists {real:?}");
    let operations = &file::at("docs/operations.md").text;
    let mut findings: Vec<String> = real
        .iter()
        .filter(|name| !operations.contains(&format!("`{name}`")))
        .map(|name| format!("docs/operations.md lacks {name}"))
        .collect();
    // These are read where the list cannot be: before the settings, or while building.
    let others = ["OPENAI_LENS_CONFIG", "OPENAI_LENS_SPA_DIR", "OPENAI_LENS_MASTER_KEY"];
    for document in documents() {
        let words = document.text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
        for word in words.filter(|word| word.starts_with("OPENAI_LENS_") || *word == "OPENAI_BASE_URL") {
            if !real.contains(&word) && !others.contains(&word) {
                findings.push(format!("{} names {word}", document.path));
            }
        }
    }
    report("docs/operations.md lists every setting, and no document names one that is not there.", findings);
}

#[test]
fn metrics_are_those_of_the_server() {
    let named = |path: &str, calls: &[&str]| {
        let text = file::at(path).product_text();
        calls
            .iter()
            .flat_map(|call| text.split(*call).skip(1))
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .collect::<Vec<_>>()
    };
    let mut real = named("crates/server/src/metrics.rs", &["registry.register("]);
    real.extend(named("crates/server/src/metrics/gauges.rs", &["plain(", "by_state("]));
    assert!(real.len() > 10, "the server counts {real:?}");
    let table = section(&file::at("docs/operations.md").text, "## Health, log and metrics");
    // What is counted has this end in the text format.
    let mut told: Vec<&str> = codes(table)
        .filter_map(|code| code.strip_prefix("openai_lens_"))
        .map(|name| name.strip_suffix("_total").unwrap_or(name))
        .collect();
    real.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, real, "docs/operations.md lists every metric, and none that is not there");
}

/// A promise is followed by its test: `path: name` in backticks, where the name is a function's or a test's title.
#[test]
fn every_promise_names_a_test_that_exists() {
    let mut findings = Vec::new();
    let mut looked_at = 0;
    for document in documents() {
        for (path, name) in
            codes(&document.text).filter_map(|code| code.split_once(": ")).filter(|(path, _)| is_path(path))
        {
            looked_at += 1;
            let text = file::all().iter().find(|file| file.path == path).map(|file| file.text.as_str());
            let is_there = text.is_some_and(|text| {
                [format!("fn {name}("), format!("'{name}'"), format!("`{name}`"), format!("\"{name}\"")]
                    .iter()
                    .any(|form| text.contains(form.as_str()))
            });
            if !is_there {
                findings.push(format!("{}: `{path}: {name}`", document.path));
            }
        }
    }
    assert!(looked_at > 10, "the documents name {looked_at} tests");
    let invariants = section(&file::at("ARCHITECTURE.md").text, "## Invariants");
    let rows: Vec<&str> = invariants.lines().filter(|line| line.starts_with("- ")).collect();
    assert!(rows.len() >= 8, "ARCHITECTURE.md has {} invariants", rows.len());
    let promises = section(&file::at("docs/security.md").text, "## What holds");
    let table: Vec<&str> = promises.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(table.len() >= 10, "docs/security.md promises {} things", table.len());
    for row in rows.iter().chain(&table) {
        if !codes(row).any(|code| code.split_once(": ").is_some_and(|(path, _)| is_path(path))) {
            findings.push(format!("without a test: {row}"));
        }
    }
    report("Every invariant and every promise names a test that exists.", findings);
}

/// Each requirement of the ASVS that is met names a test or a place, and each other one a reason.
#[test]
fn every_requirement_of_the_asvs_has_an_answer() {
    let text = &file::at("docs/asvs.md").text;
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| id |"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), 253, "ASVS 5.0.0 has so many requirements of levels 1 and 2");
    let number = |answer: &str| {
        rows.iter().filter(|row| row.get(2).is_some_and(|cell| cell.starts_with(answer))).count()
    };
    let counted = format!(
        "Of {}, {} apply and are met, {} do not apply, and {} are not met",
        rows.len(),
        number("yes"),
        number("no: "),
        number("not met: ")
    );
    assert!(text.contains(&counted), "docs/asvs.md does not say: {counted}");
    let names_a_place = |text: &str| codes(text).filter_map(|code| code.split(": ").next()).any(is_path);
    let is_answered = |row: &[&str]| match row {
        [_, _, "yes", place] => names_a_place(place),
        [_, _, answer, _] => answer.starts_with("no: ") || answer.starts_with("not met: "),
        _ => false,
    };
    let findings = rows.iter().filter(|row| !is_answered(row)).map(|row| row.join(" | ")).collect();
    report("Each row of docs/asvs.md is met at a place, or says why not.", findings);
}

#[test]
fn the_readme_is_no_manual() {
    let lines = file::at("README.md").text.lines().count();
    assert!(lines <= 150, "README.md has {lines} lines");
}

/// What stands between single backticks, outside of fenced blocks.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split("```")
        .step_by(2)
        .flat_map(|prose| prose.lines())
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// The lines of fenced blocks, their comments aside.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let fenced = text.split("```").skip(1).step_by(2);
    fenced
        .flat_map(|block| block.lines().skip(1))
        .map(|line| line.split(" #").next().unwrap_or_default().trim())
}

/// What markdown links and pictures lead to.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// A path of the project: it starts with a folder or a file at its top, and holds nothing but a path's characters.
fn is_path(code: &str) -> bool {
    let tops =
        ["crates/", "src/", "tests/", "end2end/", "docs/", "style/", "public/", "xtask/", ".ci/", ".cargo/"];
    let is_top_file =
        code.ends_with(".md") || code.ends_with(".toml") || code.ends_with(".rs") || code == "index.html";
    let plain = code.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    plain
        && (tops.iter().any(|top| code.starts_with(top))
            || is_top_file && !code.contains('/') && code.chars().next().is_some_and(|c| c.is_uppercase()))
}

/// The part of a document below a heading.
pub(crate) fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, rest) =
        text.split_once(&format!("{heading}\n")).unwrap_or_else(|| panic!("there is no “{heading}”"));
    rest.split("\n## ").next().unwrap_or_default()
}
