//! `cargo xtask build`: the app by Trunk into `dist/`, then the release programs, which carry the app inside.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::project;
use crate::setup;
use crate::step::{Outcome, Program, note, say};

pub(crate) const USAGE: &str = "cargo xtask build";

/// What the app is made from.
const INPUTS: &[&str] = &[
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    "src",
    "style",
    "public",
    "crates/admin-key",
    "crates/api",
    "crates/facts",
    "crates/money",
    "xtask/src/split.rs",
];

pub(crate) fn verb(arguments: Vec<String>) -> Outcome {
    Arguments::new(arguments, USAGE).end()?;
    setup::for_building()?;
    everything()
}

/// The app and the release programs.
pub(crate) fn everything() -> Outcome {
    app()?;
    programs()
}

/// The release programs, with the app as it was built last, if it was.
pub(crate) fn programs() -> Outcome {
    say("Building the release programs (the first time about 9 minutes)");
    Program::new("cargo", &["build", "--release", "-p", "server", "-p", "simulator", "-p", "hardening"])
        .remedy("the lines above say what does not compile; on a fresh copy of the project, `cargo xtask setup` first")
        .run()
}

/// The app, when something that it is made from has changed.
pub(crate) fn app() -> Outcome {
    let root = project::root();
    // A build folder of its own: a build for another target and profile would keep the host's waiting.
    let target = project::target().join("spa");
    let stamp = target.join("made-from");
    let inputs = fingerprint(&root, INPUTS)?;
    let is_built = root.join("dist/index.html").exists();
    if is_built && std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == inputs) {
        say("The app is up to date");
        return Ok(());
    }
    say("Building the app (the first time about 4 minutes)");
    // Trunk is told not to load tools from the network, and passes that on to cargo, which then loads no crates either.
    Program::new("cargo", &["fetch"])
        .remedy("without a network, or behind a proxy, set up cargo for it; then run the same command again")
        .run()?;
    Program::new("trunk", &["build", "--release"])
        .env("CARGO_TARGET_DIR", &target)
        // Trunk reads NO_COLOR as a flag of its own and refuses values other than true and false.
        .env("NO_COLOR", "true")
        .remedy("the lines above say why; when a tool is missing or has the wrong version, run `cargo xtask setup`")
        .run()?;
    check_page(&project::read(&root.join("dist/index.html"))?)?;
    project::write(&stamp, &inputs)
}

/// The Content-Security-Policy allows no script and no style inside a page: better to fail here than in the browser.
fn check_page(html: &str) -> Outcome {
    let problem = |what: &str| {
        Err(format!("Failed: dist/index.html holds {what}, which the Content-Security-Policy forbids."))
    };
    for script in html.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        if !tag.contains("src=") {
            return problem("an inline script");
        }
    }
    if html.contains("<style") || html.contains(" style=") {
        return problem("an inline style");
    }
    if !html.contains("<script") {
        return problem("no script at all");
    }
    note("dist/index.html has no inline script and no inline style");
    Ok(())
}

/// One value for the names and bytes of all these files.
fn fingerprint(root: &Path, inputs: &[&str]) -> Result<String, String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let bytes =
            std::fs::read(&file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        bytes.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries =
        std::fs::read_dir(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    for entry in entries.flatten() {
        collect(&entry.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_with_inline_code_are_refused() {
        assert_eq!(check_page("<script src=/boot.js></script>"), Ok(()));
        for page in [
            "",
            "<script>1</script>",
            "<script src=/a.js></script><style>",
            "<script src=/a.js></script><p style=x>",
        ] {
            assert!(check_page(page).is_err(), "{page}");
        }
    }

    #[test]
    fn the_fingerprint_follows_names_and_bytes() {
        let folder = project::target().join("tmp/fingerprint");
        project::write(&folder.join("a/one"), "1").unwrap();
        let first = fingerprint(&folder, &["a"]).unwrap();
        assert_eq!(fingerprint(&folder, &["a"]).unwrap(), first);
        project::write(&folder.join("a/one"), "2").unwrap();
        assert_ne!(fingerprint(&folder, &["a"]).unwrap(), first);
        project::write(&folder.join("a/one"), "1").unwrap();
        project::write(&folder.join("a/two"), "").unwrap();
        assert_ne!(fingerprint(&folder, &["a"]).unwrap(), first);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
