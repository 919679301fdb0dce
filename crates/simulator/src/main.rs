//! `openai-simulator`: see the library's documentation.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use simulator::clock::Clock;
use simulator::{Config, Identity, key};

/// Plays OpenAI's Admin API on a port of loopback.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How long every answer takes at least, in milliseconds
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Stand still at this moment, in Unix seconds
    #[arg(long)]
    now: Option<i64>,
    /// Make other organizations of the same kinds; the keys stay the same
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Write every request to this file, one JSON object in a line
    #[arg(long)]
    log: Option<PathBuf>,
    /// Speak HTTPS, with the certificate in this file, as PEM
    #[arg(long, requires = "private_key")]
    certificate: Option<PathBuf>,
    /// The certificate's private key, as PEM
    #[arg(long, requires = "certificate")]
    private_key: Option<PathBuf>,
    /// List the admin keys: name, key, what happens to it
    #[arg(long)]
    list_keys: bool,
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list_keys {
        for key in key::KEYS {
            println!("{:<28} {}  {}", key.name, key.secret(), key.about);
        }
        return ExitCode::SUCCESS;
    }
    let config = Config {
        port: arguments.port,
        latency: Duration::from_millis(arguments.latency_ms),
        clock: arguments.now.map_or(Clock::System, Clock::set_to),
        seed: arguments.seed,
        log: arguments.log,
        identity: arguments
            .certificate
            .zip(arguments.private_key)
            .map(|(certificate, private_key)| Identity { certificate, private_key }),
    };
    match simulator::start(config).await {
        Ok(running) => {
            println!("OpenAI simulator is ready at {}", running.url());
            running.wait().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!(
                "openai-simulator: port {} cannot be served: {error}. Choose another with --port, and files in PEM.",
                arguments.port
            );
            ExitCode::FAILURE
        }
    }
}
