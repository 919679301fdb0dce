//! The program `openai-lens`.

use std::process::ExitCode;

/// Every block of memory is wiped when it is freed: the buffers of JSON, HTTP and TLS keep copies of keys.
#[global_allocator]
static ALLOCATOR: hardening::Wiping = hardening::WIPING;

fn main() -> ExitCode {
    server::arenas::limit();
    server::cli::main()
}
