//! What the source keeps to.

use crate::file::{self, File, report};

/// Modules whose tests run on the host, without a browser.
const PURE: &[&str] = &[
    "src/route.rs",
    "src/route/",
    "src/coverage.rs",
    "src/days.rs",
    "src/format.rs",
    "src/period.rs",
    "src/page/connect/state.rs",
    "src/page/connect/state/",
];

/// What a file should not exceed, and what none may.
const LONG: usize = 350;
const TOO_LONG: usize = 600;

/// Files beyond [`LONG`], each with its reason.
const MAY_BE_LONG: &[(&str, &str)] = &[
    ("crates/server/tests/", "a scenario is read from top to bottom"),
    ("style/", "the look of one page, or of all widgets, whose rules must agree"),
];

#[test]
fn pure_modules_know_no_browser() {
    let pure = file::matching("pure module", |file| PURE.iter().any(|pure| file.path.starts_with(pure)));
    let browser = ["leptos", "web_sys", "js_sys", "wasm_bindgen", "gloo"];
    report(
        "Pure modules are tested on the host, so that they use nothing of the browser.",
        words(&pure, &browser),
    );
}

#[test]
fn widgets_know_no_endpoint_and_no_route() {
    let widgets = file::matching("widget", |file| file.path.starts_with("src/ui/"));
    let known = [
        "crate::api",
        "::api::",
        "crate::route",
        "crate::navigation",
        "crate::session",
        "crate::page",
        "api::",
    ];
    report("src/ui uses format at most.", words(&widgets, &known));
}

#[test]
fn only_one_file_of_the_app_fetches() {
    let others = file::matching("app module", |file| {
        file.path.starts_with("src/")
            && file.path.ends_with(".rs")
            && !matches!(file.path.as_str(), "src/api.rs" | "src/api/stream.rs")
    });
    report("src/api.rs alone talks to the server.", words(&others, &["gloo_net"]));
    assert!(file::at("src/api.rs").text.contains("gloo_net"), "src/api.rs uses gloo_net");
}

#[test]
fn addresses_of_the_api_are_spelled_in_the_contract_alone() {
    let product = file::matching("product code", |file| {
        file.is_product() || file.path.starts_with("src/") && file.path.ends_with(".js")
    });
    let mut spelled_in_contract = false;
    let mut findings = Vec::new();
    for file in product {
        let count = file.product_text().matches("\"/api/").count();
        match file.path.as_str() {
            path if path.starts_with("crates/api/") => spelled_in_contract |= count > 0,
            // It reports that the app could not start, so that it cannot ask the app for the address.
            "src/boot.js" => assert_eq!(count, 1, "src/boot.js reports to one address"),
            path if count > 0 => findings.push(path.to_owned()),
            _ => {}
        }
    }
    assert!(spelled_in_contract, "crates/api spells its addresses");
    report("An address of the API is a constant of its endpoint in crates/api.", findings);
}

#[test]
fn sql_stands_in_the_store_alone() {
    let server = file::matching("server module", |file| {
        file.is_product() && file.path.starts_with("crates/server/src/")
    });
    let (store, others): (Vec<_>, Vec<_>) =
        server.into_iter().partition(|file| file.path.starts_with("crates/server/src/store"));
    assert!(store.iter().any(|file| file.text.contains("SELECT ")), "the store asks the database");
    report(
        "Statements stand in crates/server/src/store.",
        words(&others, &["SELECT ", "INSERT INTO", "DELETE FROM", "sqlx::query"]),
    );
}

#[test]
fn nothing_puts_text_into_a_page_as_markup() {
    let app =
        file::matching("app module", |file| file.path.starts_with("src/") && file.path.ends_with(".rs"));
    report(
        "Text goes into a page as text.",
        words(&app, &["inner_html", "set_inner_html", "insert_adjacent_html"]),
    );
}

#[test]
fn files_are_about_one_thing() {
    let source = file::matching("source", |file| {
        [".rs", ".ts", ".css", ".js", ".mjs"].iter().any(|end| file.path.ends_with(end))
    });
    let mut findings = Vec::new();
    for (path, _) in MAY_BE_LONG {
        let still_long =
            source.iter().any(|file| file.path.starts_with(path) && file.text.lines().count() > LONG);
        if !still_long {
            findings.push(format!("{path} needs its exception no more"));
        }
    }
    for file in source {
        let lines = file.text.lines().count();
        let excused = MAY_BE_LONG.iter().any(|(path, _)| file.path.starts_with(path));
        if lines > TOO_LONG || lines > LONG && !excused {
            findings.push(format!("{} has {lines} lines", file.path));
        }
    }
    report("A file of more than 350 lines is about several things: split it by noun.", findings);
}

#[test]
fn a_module_is_a_file_beside_its_folder() {
    let rust = file::matching("Rust file", |file| file.path.ends_with(".rs"));
    let findings =
        rust.iter().filter(|file| file.path.ends_with("/mod.rs")).map(|file| file.path.clone()).collect();
    report("foo.rs and foo/bar.rs, never foo/mod.rs: tabs then have names.", findings);
}

/// Each place where one of these words stands in code, comments aside.
fn words(files: &[&File], words: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        for (number, line) in file.product_text().lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in words.iter().filter(|word| code.contains(**word)) {
                findings.push(format!("{}:{} {word}", file.path, number + 1));
            }
        }
    }
    findings
}
