//! `cargo xtask setup`: installs what is missing, into `.tools` where the system need not have it. A second run finds
//! everything there and takes a second.

use crate::arguments::Arguments;
use crate::postgres;
use crate::project;
use crate::step::{Outcome, note, say};
use crate::tool;

pub(crate) const USAGE: &str = "cargo xtask setup";

pub(crate) fn verb(arguments: Vec<String>) -> Outcome {
    Arguments::new(arguments, USAGE).end()?;
    for_building()?;
    for_testing()?;
    say("Everything is set up");
    Ok(())
}

/// What `cargo xtask build` and `run` need.
pub(crate) fn for_building() -> Outcome {
    say("Checking the tools");
    tool::c_compiler()?;
    tool::node()?;
    tool::wasm_target()?;
    tool::wasm_bindgen()?;
    tool::trunk()?;
    tool::wasm_split()?;
    tool::remove_build()?;
    tool::minifiers()?;
    note("Rust's wasm target, wasm-bindgen, trunk, wasm-split, wasm-opt and esbuild are there");
    Ok(())
}

/// What `cargo xtask test` and `bench` need beyond that.
pub(crate) fn for_testing() -> Outcome {
    // Playwright's own download of a browser is not used: the system's is newer and patched.
    tool::browser()?;
    tool::node_packages(&project::root().join("end2end"))?;
    tool::node_packages(&project::root().join("end2end/provider"))?;
    postgres::install()?;
    note("Chromium, PostgreSQL and the npm packages of end2end are there");
    Ok(())
}
