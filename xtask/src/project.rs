//! Where things are.

use std::path::{Path, PathBuf};

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Tools that the set-up has installed: git-ignored, and outside `target/` so that `cargo clean` leaves them alone.
pub(crate) fn tools() -> PathBuf {
    root().join(".tools")
}

/// The build's folder, which people move by `CARGO_TARGET_DIR`.
pub(crate) fn target() -> PathBuf {
    let moved = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    moved.map_or_else(|| root().join("target"), |path| root().join(path))
}

/// Which build of the product's programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Programs {
    /// As they are given to users.
    Released,
    /// With the checks of a debug build and quick to build: what `cargo test` makes as well.
    Checked,
}

impl Programs {
    /// Where they are.
    pub(crate) fn folder(self) -> PathBuf {
        target().join(match self {
            Self::Released => "release",
            Self::Checked => "debug",
        })
    }

    pub(crate) fn path(self, name: &str) -> PathBuf {
        self.folder().join(name)
    }
}

/// Reads a file of the project, with a message that says which.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    }
    std::fs::write(path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))
}
