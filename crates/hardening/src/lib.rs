//! Keeps secrets out of what outlives a request: freed memory, core files, a debugger's hands.
//!
//! Types that wipe themselves are not enough: the buffers of JSON, HTTP and TLS keep copies of a key when they are
//! freed. A program therefore takes [`Wiping`] as its global allocator, which wipes every block when it is freed, and
//! calls [`harden`] first. What works on a key runs [`on_wiped_stack`], since copies on the stack are never freed.
//! [`scan()`] searches another process's memory for what should not be there.

mod scan;
mod stack;

pub use scan::{Found, scan};
pub use stack::on_wiped_stack;

use std::alloc::System;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// The system's allocator, which wipes each block when it is freed. A block that grows or shrinks is wiped too: it is
/// always copied to a new one and freed.
pub type Wiping = zeroizing_alloc::ZeroAlloc<System>;

/// The allocator for `#[global_allocator]`.
pub const WIPING: Wiping = zeroizing_alloc::ZeroAlloc(System);

/// Forbids core files and, to other users' processes, reading this process's memory.
pub fn harden() -> std::io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}
