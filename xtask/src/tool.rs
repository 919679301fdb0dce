//! The tools that a build needs: which version, whether it is there, and how to get it.

use std::path::{Path, PathBuf};

use crate::project;
use crate::step::{Outcome, Program, note, say};

/// Trunk 0.22 needs a newer Rust than the project does.
const TRUNK: &str = "0.21.14";
/// Of the same release as the macro in Cargo.lock.
const WASM_SPLIT: &str = "0.2.4";
const CARGO_DENY: &str = "0.20.2";
const CARGO_MUTANTS: &str = "27.1.0";
const BINARYEN: &str = "132";
const ESBUILD: &str = "0.28.2";

/// Not optimised: those of the build take about five seconds more for the app, and four minutes less to install.
const QUICKLY: &[&str] = &[
    "--config=profile.release.opt-level=0",
    "--config=profile.release.lto=false",
    "--config=profile.release.codegen-units=16",
];

const NETWORK: &str = "read the lines above. Without a network, or behind a proxy, set up cargo and npm for it first; \
then run the same command again, which goes on where this one has stopped";

/// The target of the app. A `rust-toolchain.toml` would only install it where rustup may install by itself.
pub(crate) fn wasm_target() -> Outcome {
    let sysroot = Program::new("rustc", &["--print", "sysroot"])
        .output()
        .ok_or("Failed: rustc was not found.\nRemedy: install Rust 1.95 or later from https://rustup.rs")?;
    if Path::new(&sysroot).join("lib/rustlib/wasm32-unknown-unknown").exists() {
        return Ok(());
    }
    say("Installing Rust's wasm32-unknown-unknown target");
    Program::new("rustup", &["target", "add", "wasm32-unknown-unknown"])
        .remedy(
            "the app is compiled to WebAssembly, which needs this target. With rustup: `rustup target add \
             wasm32-unknown-unknown`. With a Rust from the system: install its package for that target, on Debian \
             libstd-rust-dev-wasm32",
        )
        .run()
}

/// A C compiler, for SQLite and the cryptography of TLS.
pub(crate) fn c_compiler() -> Outcome {
    if Program::new("cc", &["--version"]).output().is_some() {
        return Ok(());
    }
    Err("Failed: there is no C compiler (cc).\nRemedy: install one, on Debian `apt-get install build-essential`".into())
}

/// Node.js, which runs wasm-opt, esbuild and the browser's tests.
pub(crate) fn node() -> Outcome {
    let version = Program::new("node", &["--version"]).output().unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
    if major.is_some_and(|major| major >= 20) && Program::new("npm", &["--version"]).output().is_some() {
        return Ok(());
    }
    let found = if version.is_empty() { "none was found".to_owned() } else { format!("found {version}") };
    Err(format!(
        "Failed: Node.js 20 or later with npm is needed, {found}.\nRemedy: install it, see https://nodejs.org"
    ))
}

/// wasm-bindgen's command line, which must have exactly the version of the library.
pub(crate) fn wasm_bindgen() -> Outcome {
    let lock = project::read(&project::root().join("Cargo.lock"))?;
    let version = locked_version(&lock, "wasm-bindgen").ok_or("Cargo.lock names no wasm-bindgen")?;
    if has_version("wasm-bindgen", version) {
        return Ok(());
    }
    say(&format!("Installing wasm-bindgen {version} into .tools (about 1 minute)"));
    // Without --locked: its own lock file names versions that were withdrawn.
    install("wasm-bindgen-cli", version, &[])
}

/// Trunk, which builds the app.
pub(crate) fn trunk() -> Outcome {
    if has_version("trunk", TRUNK) {
        return Ok(());
    }
    say(&format!("Installing trunk {TRUNK} into .tools (about 3 minutes)"));
    install("trunk", TRUNK, &["--locked"]).or_else(|_| {
        note("the locked versions cannot be installed: trying current ones");
        install("trunk", TRUNK, &[])
    })
}

/// wasm-split-cli, which cuts the app into parts. It tells no version, so a file beside it does.
pub(crate) fn wasm_split() -> Outcome {
    let stamp = project::tools().join("wasm-split.version");
    if std::fs::read_to_string(&stamp).is_ok_and(|version| version == WASM_SPLIT)
        && project::tools().join("bin/wasm-split-cli").exists()
    {
        return Ok(());
    }
    say(&format!("Installing wasm-split-cli {WASM_SPLIT} into .tools (half a minute)"));
    install("wasm_split_cli_support", WASM_SPLIT, &["--features=build-binary"])?;
    project::write(&stamp, WASM_SPLIT)
}

/// cargo-deny, which reads the licences and the sources of all libraries.
pub(crate) fn cargo_deny() -> Outcome {
    if has_version("cargo-deny", CARGO_DENY) {
        return Ok(());
    }
    say(&format!("Installing cargo-deny {CARGO_DENY} into .tools (about 1 minute)"));
    install("cargo-deny", CARGO_DENY, &["--locked"])?;
    remove_build()
}

/// cargo-mutants, which changes the code in one place after another.
pub(crate) fn cargo_mutants() -> Outcome {
    // By itself it tells no version: it is a verb of cargo.
    let version = Program::new("cargo", &["mutants", "--version"]).output();
    if version.is_some_and(|version| has_number(&version, CARGO_MUTANTS)) {
        return Ok(());
    }
    say(&format!("Installing cargo-mutants {CARGO_MUTANTS} into .tools (about 1 minute)"));
    install("cargo-mutants", CARGO_MUTANTS, &["--locked"])?;
    remove_build()
}

/// The browser of the tests: Chromium without a window's parts where there is a package of it, or a whole one.
pub(crate) fn browser() -> Outcome {
    let install = |program| system_package(program, &[program, "fonts-liberation"], "the browser's tests");
    install("chromium-headless-shell").or_else(|_| install("chromium"))
}

/// A C++ compiler, for libFuzzer alone.
pub(crate) fn cpp_compiler() -> Outcome {
    system_package("c++", &["g++"], "the fuzz targets")
}

/// wasm-opt and esbuild, which make the app's code and its scripts smaller.
pub(crate) fn minifiers() -> Outcome {
    let has = |program: &str, version| {
        Program::new(program, &["--version"]).output().is_some_and(|output| has_number(&output, version))
    };
    if has("wasm-opt", BINARYEN) && has("esbuild", ESBUILD) {
        return Ok(());
    }
    say(&format!("Installing wasm-opt {BINARYEN} and esbuild {ESBUILD} into .tools"));
    let tools = project::tools();
    let (tools, binaryen, esbuild) =
        (tools.to_string_lossy(), format!("binaryen@{BINARYEN}.0.0"), format!("esbuild@{ESBUILD}"));
    // Together: what one installation does not name, it removes.
    let arguments =
        ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", &tools, &binaryen, &esbuild];
    Program::new("npm", &arguments).remedy(NETWORK).run()
}

/// A system package, installed by Debian's package manager as root or through sudo.
pub(crate) fn system_package(program: &str, packages: &[&str], why: &str) -> Outcome {
    if Program::new(program, &["--version"]).output().is_some() {
        return Ok(());
    }
    say(&format!("Installing {} for {why}", packages.join(", ")));
    let remedy = format!("{why} need {program}; install it with your system's package manager");
    let is_root = Program::new("id", &["-u"]).output().as_deref() == Some("0");
    let apt = |arguments: &[&str]| {
        let command = if is_root { vec!["apt-get"] } else { vec!["sudo", "-n", "apt-get"] };
        let whole: Vec<&str> = command.iter().chain(arguments).copied().collect();
        let (name, rest) = whole.split_first().ok_or("no command")?;
        Program::new(*name, rest).env("DEBIAN_FRONTEND", "noninteractive").remedy(&remedy).run()
    };
    apt(&["update", "-q"])?;
    let install = ["install", "-y", "-q", "--no-install-recommends"];
    apt(&install.iter().chain(packages).copied().collect::<Vec<_>>())
}

/// The packages of a folder with a package-lock.json. A copy of the lock beside them says what they were made from.
pub(crate) fn node_packages(folder: &Path) -> Outcome {
    let lock = project::read(&folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.made-from");
    if std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == lock) {
        return Ok(());
    }
    let shown = folder.strip_prefix(project::root()).unwrap_or(folder).display().to_string();
    say(&format!("Installing the npm packages of {shown}"));
    Program::new("npm", &["ci", "--no-audit", "--no-fund"]).folder(folder).remedy(NETWORK).run()?;
    project::write(&stamp, &lock)
}

/// A virtual environment of this name with the Python packages of a folder's requirements.txt. Returns its interpreter.
pub(crate) fn python_packages(name: &str, folder: &Path) -> Result<PathBuf, String> {
    let requirements = folder.join("requirements.txt");
    let wanted = project::read(&requirements)?;
    let shown = folder.strip_prefix(project::root()).unwrap_or(folder).display().to_string();
    let folder = project::tools().join(name);
    let (python, stamp) = (folder.join("bin/python"), folder.join(".made-from"));
    if std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(python);
    }
    say(&format!("Installing the Python packages of {shown} into .tools"));
    Program::new("python3", &["-m", "venv", "--clear", &folder.to_string_lossy()])
        .remedy("install Python 3 with its venv module, on Debian `apt-get install python3-venv`")
        .run()?;
    let requirements = requirements.to_string_lossy();
    Program::new(&python, &["-m", "pip", "install", "-q", "-r", &requirements]).remedy(NETWORK).run()?;
    project::write(&stamp, &wanted)?;
    Ok(python)
}

fn install(package: &str, version: &str, more: &[&str]) -> Outcome {
    let (root, target) = (project::tools(), build_folder());
    let (root, target) = (root.to_string_lossy(), target.to_string_lossy());
    let mut arguments = vec!["install", package, "--version", version, "--no-default-features", "--force"];
    arguments.extend(["--root", &root, "--target-dir", &target]);
    arguments.extend(QUICKLY);
    arguments.extend(more);
    Program::new("cargo", &arguments).remedy(NETWORK).run()
}

/// A build folder of their own: what several tools use is compiled once, and an interrupted installation of those that a
/// build needs goes on where it has stopped.
fn build_folder() -> PathBuf {
    project::tools().join("build")
}

/// Removes what the tools were built in, once they are there.
pub(crate) fn remove_build() -> Outcome {
    let folder = build_folder();
    if !folder.exists() {
        return Ok(());
    }
    std::fs::remove_dir_all(&folder)
        .map_err(|error| format!("{} cannot be removed: {error}", folder.display()))
}

fn has_version(program: &str, version: &str) -> bool {
    Program::new(program, &["--version"]).output().is_some_and(|output| has_number(&output, version))
}

fn has_number(output: &str, number: &str) -> bool {
    output.split_whitespace().any(|word| word == number)
}

/// The version of a package in a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_package_itself() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }

    #[test]
    fn a_version_is_a_whole_word() {
        assert!(has_number("trunk 0.21.14", "0.21.14"));
        assert!(!has_number("trunk 0.21.141", "0.21.14"));
    }
}
