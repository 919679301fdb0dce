//! Asks for core files of every size, forbids them by `harden`, says what holds then, and aborts.

use std::io::{self, Write};

use rustix::process::{Resource, Rlimit, dumpable_behavior, getrlimit, setrlimit};

fn main() -> io::Result<()> {
    let maximum = getrlimit(Resource::Core).maximum;
    setrlimit(Resource::Core, Rlimit { current: maximum, maximum })?;
    hardening::harden()?;
    let core = getrlimit(Resource::Core);
    writeln!(io::stdout(), "{:?} {:?} {:?}", core.current, core.maximum, dumpable_behavior()?)?;
    std::process::abort()
}
