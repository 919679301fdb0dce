//! Holds and drops copies of a secret with the system's allocator, on a stack that nobody wipes: the control of the memory test.

#[path = "holder/hold.rs"]
mod hold;

fn main() -> std::io::Result<()> {
    hold::run(hold::hold)
}
