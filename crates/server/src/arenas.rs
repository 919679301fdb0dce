//! How many arenas the allocator has.
//!
//! The C library gives almost every thread memory of its own, and keeps what is freed there for that thread. An import
//! wanders over twenty threads with megabytes at a time: it held 400 MB, of which it used a tenth. With two arenas it
//! holds 150 MB, and is no slower.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// What the C library reads when a program starts, and never again.
const NAME: &str = "MALLOC_ARENA_MAX";
/// One for each of the two cores that a small machine has.
const ARENAS: &str = "2";

/// Starts this program anew in its own place, with few arenas, unless somebody has said how many there are to be. Call it
/// before anything else. Where it cannot be done the program goes on as it is.
pub fn limit() {
    if std::env::var_os(NAME).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // It returns only when it has failed.
    let _ = command.args(arguments).env(NAME, ARENAS).exec();
}
