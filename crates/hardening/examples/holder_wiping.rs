//! Holds and drops copies of a secret with the allocator that wipes, on a stack that is wiped.

#[path = "holder/hold.rs"]
mod hold;

#[global_allocator]
static ALLOCATOR: hardening::Wiping = hardening::WIPING;

fn main() -> std::io::Result<()> {
    hold::run(|input| hardening::on_wiped_stack(|| hold::hold(input)))
}
