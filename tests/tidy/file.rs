//! The project's own text files.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What holds no source: folders, and the file by which a further worktree finds its repository.
const SKIPPED: &[&str] =
    &[".git", ".tools", "target", "dist", "data", "node_modules", "results", ".cache", "__pycache__"];

/// A file, by its path from the project's folder.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// Whether it is a program's code of ours, and no test of it.
    pub(crate) fn is_product(&self) -> bool {
        self.path.ends_with(".rs")
            && (self.path.starts_with("src/") || self.path.starts_with("crates/"))
            && !self.path.contains("/tests/")
    }

    /// The text before its unit tests, which stand last in a file.
    pub(crate) fn product_text(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All text files, read once.
pub(crate) fn all() -> &'static [File] {
    static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
        let mut paths = Vec::new();
        collect(root(), &mut paths);
        paths.sort();
        let read = |path: PathBuf| {
            let text = String::from_utf8(std::fs::read(&path).ok()?).ok()?;
            let path = path.strip_prefix(root()).ok()?.to_str()?.to_owned();
            Some(File { path, text })
        };
        paths.into_iter().filter_map(read).collect()
    });
    &FILES
}

/// Those that match; at least one must.
pub(crate) fn matching(what: &str, matches: impl Fn(&File) -> bool) -> Vec<&'static File> {
    let found: Vec<_> = all().iter().filter(|file| matches(file)).collect();
    assert!(
        !found.is_empty(),
        "there is no file of the kind “{what}”: does this check still look at the right place?"
    );
    found
}

/// The one with this path.
pub(crate) fn at(path: &str) -> &'static File {
    let found = all().iter().find(|file| file.path == path);
    found.unwrap_or_else(|| panic!("{path} does not exist"))
}

/// Fails with all findings at once.
pub(crate) fn report(rule: &str, findings: Vec<String>) {
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the project can be read").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let skipped = SKIPPED.iter().any(|skipped| name.to_str() == Some(skipped));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !skipped => collect(&path, paths),
            Ok(kind) if kind.is_file() && !skipped => paths.push(path),
            _ => {}
        }
    }
}
