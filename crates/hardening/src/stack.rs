//! Wiping the stack that a computation used.

use zeroize::Zeroize;

/// How much of the stack is wiped, in words of 8 bytes: 64 KiB. A cipher without optimisation was seen to leave a text
/// 5 KiB below its caller.
const WORDS: usize = 8 * 1024;

/// Computes something from a secret, then wipes the stack below the caller.
///
/// Ciphers and hashes work on copies in registers, which compilers spill to the stack. Such copies have no owner that
/// could wipe them, and stay until a deeper call happens to write over them. Secrets in what is returned must be in
/// memory of their own (a [`Vec`]), since the value itself is moved to the caller's stack.
#[inline(never)]
pub fn on_wiped_stack<T>(compute: impl FnOnce() -> T) -> T {
    let computed = called(compute);
    wipe();
    computed
}

/// Never a part of its caller, so that all that it uses is below the caller's own frame, where [`wipe`] writes.
#[inline(never)]
fn called<T>(compute: impl FnOnce() -> T) -> T {
    compute()
}

#[inline(never)]
fn wipe() {
    // `zeroize` writes what no compiler leaves out.
    [u64::MAX; WORDS].zeroize();
}
