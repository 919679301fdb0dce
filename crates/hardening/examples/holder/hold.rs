//! What both holders do: hold copies of a secret as buffers and ciphers do, drop them, say so, and wait for the input to
//! end.

use std::fs::File;
use std::io::{self, Read, Write};

use rustix::process::{PTracer, set_ptracer};

/// The bytes of the secret.
const LENGTH: usize = 64;

pub(crate) fn run(hold: impl FnOnce(&mut File) -> io::Result<Vec<Vec<u8>>>) -> io::Result<()> {
    // Some kernels let only ancestors read a process's memory, and `memscan` is none. Those without the rule say no.
    let _ = set_ptracer(PTracer::Any);
    // Not `std::io::stdin()`: its buffer lives as long as the process.
    let mut input = File::open("/dev/stdin")?;
    drop(hold(&mut input)?);
    writeln!(io::stdout(), "dropped")?;
    input.read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Bodies with the secret in the middle, as JSON and HTTP have it: short ones, and one that grew.
#[inline(never)]
pub(crate) fn hold(input: &mut File) -> io::Result<Vec<Vec<u8>>> {
    let mut secret = vec![0; LENGTH];
    input.read_exact(&mut secret)?;
    work(&secret);
    let body = |_| [&[b' '; 100], secret.as_slice(), &[b' '; 100]].concat();
    let mut bodies: Vec<Vec<u8>> = (0..8).map(body).collect();
    let mut grown = body(8);
    while grown.len() < 1024 * 1024 {
        grown.extend_from_within(..);
    }
    bodies.push(grown);
    Ok(bodies)
}

/// Leaves copies all over its stack, deeper than what a program calls to say a word writes over.
#[inline(never)]
fn work(secret: &[u8]) {
    let mut words = [0; 256 * LENGTH];
    words.chunks_exact_mut(LENGTH).for_each(|word| word.copy_from_slice(secret));
    std::hint::black_box(words);
}
