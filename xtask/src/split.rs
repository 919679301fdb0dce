//! `cargo xtask split`: cuts the app that Trunk has built, so that the browser loads a page's code when the page is first
//! opened. Trunk calls it after each build; by itself it has nothing to work on.

use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::project;
use crate::step::{Outcome, Program, note};

pub(crate) const USAGE: &str = "cargo xtask split";

/// The app's package, and the stem of its files.
const APP: &str = "openai-lens-console";
/// How wasm-split-cli names the script that loads the parts.
const LOADER: &str = "__wasm_split.js";
/// What Rust's compiler uses of WebAssembly. The parts do not say it themselves.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];
const REMEDY: &str = "run `cargo xtask setup`, which installs the tools that a build needs, then try again";

pub(crate) fn verb(arguments: Vec<String>) -> Outcome {
    Arguments::new(arguments, USAGE).end()?;
    let staging = std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from).ok_or(
        "Failed: there is no TRUNK_STAGING_DIR.\nRemedy: Trunk calls this verb; build the app by `cargo xtask build` or `trunk build`",
    )?;
    let hash = hash_of_build(&names(&staging)?)
        .ok_or("Failed: Trunk has written no script of the app with a hash in its name.\nRemedy: keep `filehash = true` in Trunk.toml")?;
    let compiled = project::target().join("wasm32-unknown-unknown/spa").join(format!("{APP}.wasm"));
    let work = project::target().join("split");
    remove(&work)?;
    let (parts, bound) = (work.join("parts"), work.join("bound"));
    let name = format!("{APP}-{hash}");
    let app = parts.join(format!("{name}.wasm"));
    Program::new("wasm-split-cli", &[&text(&compiled), &text(&parts), "--out-name", &name])
        .remedy(REMEDY)
        .run()?;
    Program::new("wasm-bindgen", &["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-dir"])
        .argument(&bound)
        .argument(&app)
        .remedy(REMEDY)
        .run()?;

    let with_hash = |file: &str| match file.rsplit_once('.') {
        Some((stem, ending)) => format!("{}-{hash}.{ending}", stem.trim_start_matches('_')),
        None => file.to_owned(),
    };
    let pieces: Vec<String> =
        names(&parts)?.into_iter().filter(|file| *file != format!("{name}.wasm")).collect();
    let rename = |script: &str| {
        pieces.iter().fold(script.to_owned(), |script, file| {
            script.replace(&format!("\"./{file}\""), &format!("\"./{}\"", with_hash(file)))
        })
    };
    // The wasm file goes on naming the loader by its old name, for which the script has an entry in its imports.
    let script = bind_loader(&project::read(&bound.join(format!("{name}.js")))?, &with_hash(LOADER));
    minify(&script, &staging.join(format!("{name}.js")))?;
    optimize(&bound.join(format!("{name}_bg.wasm")), &staging.join(format!("{name}_bg.wasm")))?;
    for file in &pieces {
        let (from, to) = (parts.join(file), staging.join(with_hash(file)));
        if file.ends_with(".wasm") {
            optimize(&from, &to)?;
        } else {
            minify(&rename(&project::read(&from)?), &to)?;
        }
    }
    note(&format!("the app is in {} parts", pieces.len()));
    Ok(())
}

/// The script imports the loader under its new name.
fn bind_loader(script: &str, loader: &str) -> String {
    script.replace(&format!("from \"./{LOADER}\""), &format!("from \"./{loader}\""))
}

/// Writes a script without what only readers need: wasm-bindgen's are full of it.
fn minify(script: &str, to: &Path) -> Outcome {
    project::write(to, script)?;
    Program::new("esbuild", &["--minify", "--format=esm", "--log-level=warning", "--allow-overwrite"])
        .argument(to)
        .arguments(&[&format!("--outfile={}", text(to))])
        .remedy(REMEDY)
        .run()
}

/// Compressed, what `-Oz` makes is larger, although it is smaller before.
fn optimize(from: &Path, to: &Path) -> Outcome {
    let arguments: Vec<&str> =
        ["-Os", "--always-inline-max-function-size=4", "--quiet"].iter().chain(FEATURES).copied().collect();
    Program::new("wasm-opt", &arguments)
        .argument(from)
        .argument(Path::new("-o"))
        .argument(to)
        .remedy(REMEDY)
        .run()
}

/// The hash that Trunk has put into the name of the app's script.
fn hash_of_build(files: &[String]) -> Option<String> {
    files.iter().find_map(|file| {
        let hash = file.strip_prefix(APP)?.strip_prefix('-')?.strip_suffix(".js")?;
        hash.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| hash.to_owned())
    })
}

fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

fn remove(folder: &Path) -> Outcome {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_apps_script() {
        let files =
            ["boot-1234567890abcdef.js", "openai-lens-console-fedcba0987654321.js"].map(str::to_owned);
        assert_eq!(hash_of_build(&files), Some("fedcba0987654321".into()));
        assert_eq!(hash_of_build(&["openai-lens-console.js".to_owned()]), None);
    }

    #[test]
    fn the_loader_is_imported_by_its_new_name_and_keeps_its_old_one_inside() {
        let script =
            "import * as import1 from \"./__wasm_split.js\"\nreturn { \"./__wasm_split.js\": import1 };";
        let bound = bind_loader(script, "wasm_split-12.js");
        assert_eq!(
            bound,
            "import * as import1 from \"./wasm_split-12.js\"\nreturn { \"./__wasm_split.js\": import1 };"
        );
    }
}
