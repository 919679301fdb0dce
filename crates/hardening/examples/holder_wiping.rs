//! Holds and drops copies of a secret with the allocator that wipes.

#[path = "holder/hold.rs"]
mod hold;

#[global_allocator]
static ALLOCATOR: hardening::Wiping = hardening::WIPING;

fn main() -> std::io::Result<()> {
    hold::run()
}
