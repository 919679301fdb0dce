//! Which crate may know which: the arrows of ARCHITECTURE.md, read from `cargo metadata`.

use std::process::Command;

use serde_json::Value;

use crate::file::report;

/// A crate, the crates of ours that it may use, those that its tests may use, and others that it must not use.
struct Rule {
    name: &'static str,
    uses: &'static [&'static str],
    tests_use: &'static [&'static str],
    never: &'static [&'static str],
}

const IO: &[&str] = &[
    "axum",
    "gloo-net",
    "hyper",
    "hyper-util",
    "leptos",
    "lettre",
    "reqwest",
    "rustls",
    "sqlx",
    "tokio",
    "tower",
    "tower-http",
    "tracing",
    "web-sys",
];
const STORE_AND_NET: &[&str] = &["axum", "hyper", "leptos", "reqwest", "sqlx", "tokio", "tower"];
const SERVER_SIDE: &[&str] = &["axum", "hyper", "leptos", "sqlx", "tower"];

const RULES: &[Rule] = &[
    Rule { name: "admin-key", uses: &[], tests_use: &[], never: IO },
    Rule { name: "money", uses: &[], tests_use: &[], never: IO },
    Rule { name: "api", uses: &["admin-key", "facts", "money"], tests_use: &[], never: IO },
    Rule { name: "attribution", uses: &["facts", "money"], tests_use: &[], never: IO },
    Rule { name: "courier", uses: &["tls"], tests_use: &[], never: SERVER_SIDE },
    Rule { name: "facts", uses: &["money"], tests_use: &[], never: IO },
    Rule { name: "focus", uses: &["facts", "money"], tests_use: &[], never: IO },
    Rule { name: "hardening", uses: &[], tests_use: &[], never: STORE_AND_NET },
    Rule { name: "oidc", uses: &["tls"], tests_use: &[], never: SERVER_SIDE },
    Rule { name: "openai", uses: &["admin-key", "money", "tls"], tests_use: &[], never: SERVER_SIDE },
    Rule {
        name: "openai-lens-console",
        uses: &["api", "facts", "money"],
        tests_use: &[],
        never: &["axum", "hyper", "reqwest", "sqlx", "tokio"],
    },
    Rule {
        name: "server",
        uses: &[
            "admin-key",
            "api",
            "attribution",
            "courier",
            "facts",
            "focus",
            "hardening",
            "money",
            "oidc",
            "openai",
            "vault",
        ],
        tests_use: &["simulator"],
        never: &["leptos", "lettre", "reqwest", "chacha20poly1305"],
    },
    Rule {
        name: "simulator",
        uses: &["money", "openai"],
        tests_use: &["admin-key"],
        never: &["leptos", "sqlx"],
    },
    Rule { name: "tls", uses: &[], tests_use: &[], never: STORE_AND_NET },
    Rule { name: "vault", uses: &["hardening"], tests_use: &[], never: STORE_AND_NET },
    Rule { name: "xtask", uses: &[], tests_use: &[], never: &[] },
];

#[test]
fn crates_use_only_what_their_border_allows() {
    let packages = packages();
    let mut findings = Vec::new();
    let mut ruled: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    let mut present: Vec<&str> = packages.iter().map(|package| text(package, "name")).collect();
    ruled.sort_unstable();
    present.sort_unstable();
    assert_eq!(ruled, present, "every crate has a rule here, and every rule a crate");
    for rule in RULES {
        let package = packages.iter().find(|package| text(package, "name") == rule.name);
        for dependency in
            package.and_then(|package| package["dependencies"].as_array()).expect("dependencies")
        {
            let name = text(dependency, "name");
            let (is_ours, is_for_tests) = (present.contains(&name), dependency["kind"] == "dev");
            let allowed = rule.uses.contains(&name) || is_for_tests && rule.tests_use.contains(&name);
            if is_ours && !allowed || !is_for_tests && rule.never.contains(&name) {
                findings.push(format!("{} must not use {name}", rule.name));
            }
        }
    }
    report("A crate stands apart because its border forbids something.", findings);
}

#[test]
fn the_verbs_have_no_dependencies() {
    let packages = packages();
    let xtask = packages.iter().find(|package| text(package, "name") == "xtask").expect("xtask");
    assert_eq!(
        xtask["dependencies"].as_array().map(Vec::len),
        Some(0),
        "xtask is built before anything can be said"
    );
}

/// The workspace's crates, with what they depend on themselves.
pub(crate) fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(crate::file::root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata speaks JSON");
    metadata["packages"].as_array().cloned().expect("packages")
}

/// A member that is text.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}
