//! Searching a process's memory.

use std::fs::{File, read_to_string};
use std::io;
use std::os::unix::fs::FileExt;

use aho_corasick::AhoCorasick;

/// The length of a piece of a secret that is searched for, in bytes.
const PIECE: usize = 20;
/// How much is read at once, in bytes. Neighbouring reads overlap, so that nothing is missed between them.
const CHUNK: usize = 4 * 1024 * 1024;
/// The smallest page there is, in bytes.
const PAGE: usize = 4096;

/// How often a secret was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Whole copies.
    pub full: usize,
    /// Pieces of 20 bytes, those of whole copies among them. Pieces do not overlap: a copy of 64 bytes counts as three.
    pub pieces: usize,
}

/// Searches all readable memory of another process for a secret and for every piece of 20 bytes of it.
///
/// Fails when the memory may not be read (a hardened process lets only root) or when the process ends before all of it
/// was.
pub fn scan(pid: u32, secret: &str) -> io::Result<Found> {
    let pieces: Vec<&[u8]> = secret.as_bytes().windows(PIECE).collect();
    let finder = |patterns: &[&[u8]]| AhoCorasick::new(patterns).map_err(io::Error::other);
    let (whole, pieces) = (finder(&[secret.as_bytes()])?, finder(&pieces)?);
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let mut buffer = vec![0; CHUNK + secret.len().saturating_sub(1)];
    let mut found = Found::default();
    for (mut start, end) in mappings(pid)? {
        while start < end {
            let wanted = usize::try_from(end - start).unwrap_or(CHUNK).min(buffer.len());
            let bytes = buffer.get_mut(..wanted).unwrap_or_default();
            let read = memory.read_at(bytes, start).unwrap_or(0);
            let bytes = bytes.get(..read).unwrap_or_default();
            found.full += whole.find_iter(bytes).count();
            found.pieces += pieces.find_iter(bytes).count();
            // A page that cannot be read although its mapping can (the kernel's own, beyond a file's end) ends a read:
            // what follows it is read next.
            let step = if read == wanted { CHUNK } else { read + PAGE };
            start = start.saturating_add(u64::try_from(step).unwrap_or(u64::MAX));
        }
    }
    // A process that has ended has no mappings, and nothing was found in what it no longer had.
    mappings(pid).map(|_| found)
}

/// The readable mappings of a process, as addresses from and to.
fn mappings(pid: u32) -> io::Result<Vec<(u64, u64)>> {
    let mappings: Vec<_> =
        read_to_string(format!("/proc/{pid}/maps"))?.lines().filter_map(readable).collect();
    if mappings.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the process has ended"));
    }
    Ok(mappings)
}

fn readable(line: &str) -> Option<(u64, u64)> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let bounds = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
    rest.starts_with('r').then_some(bounds)
}
