//! Holds copies of a secret, drops them, says so, and waits for its standard input to end. `holder plain` keeps the
//! copies: the control that shows that the scanner finds what is there.

use std::fs::File;
use std::io::Read;

#[global_allocator]
static ALLOCATOR: hardening::Wiping = hardening::WIPING;

#[expect(clippy::print_stdout, reason = "the test waits for this line")]
fn main() -> std::io::Result<()> {
    hardening::harden()?;
    // Not `std::io::stdin()`: its buffer lives as long as the process.
    let mut input = File::open("/dev/stdin")?;
    let copies = hold(&mut input)?;
    let kept = (std::env::args().nth(1).as_deref() == Some("plain")).then(|| copies.clone());
    drop(copies);
    overwrite_stack();
    println!("dropped");
    input.read_to_end(&mut Vec::new())?;
    drop(kept);
    Ok(())
}

#[inline(never)]
fn hold(input: &mut File) -> std::io::Result<Vec<Vec<u8>>> {
    let mut secret = vec![0; 64];
    input.read_exact(&mut secret)?;
    Ok((0..8).map(|copy| [&[copy], secret.as_slice()].concat()).collect())
}

/// Stands for the work that a program goes on with: what a copy left in registers and on the stack is overwritten.
#[inline(never)]
fn overwrite_stack() {
    std::hint::black_box([0_u8; 64 * 1024]);
}
