//! The command line.

mod doctor;
mod keys;

use std::fmt;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use api::{Email, Permission, SecretText};
use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

use crate::app::{App, OpenError};
use crate::audit::verify::Verified;
use crate::clock::Clock;
use crate::http::Limits;
use crate::migrate_store::{self, End, Moved};
use crate::settings::{self, SettingProblem, Settings};
use crate::upstream_call::verify as calls;
use crate::user::{self, NewUser};
use crate::{audit, backup, log, open_files, password, restore, serve};

/// Connect OpenAI organizations and see what they cost.
#[derive(Parser)]
#[command(name = "openai-lens", version, after_help = settings::help())]
struct Cli {
    /// A file of settings: lines of NAME = "value". The environment wins over it.
    #[arg(long, global = true, env = "OPENAI_LENS_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the console until SIGTERM or ctrl-c.
    Serve,
    /// Manage the people who sign in.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Look at the audit log.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Look at everything that the server needs, change nothing, and say what is not well and what to do about it.
    ///
    /// It fails when a check fails; a warning is none. The server may be running meanwhile.
    Doctor {
        /// Print one JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Look at the master key, and rotate it.
    Keys {
        #[command(subcommand)]
        command: keys::Command,
    },
    /// Move everything but the master key from a data folder into a PostgreSQL, or back, while no server runs.
    ///
    /// It can be run again: what the target has of this installation is replaced. A target that belongs to another one, or
    /// in which something was done since, is left alone. What it comes from stays as it is.
    MigrateStore(MigrateStore),
    /// Write everything but the master key into one new file. The server may be running meanwhile.
    Backup {
        /// The file, which must not be there yet.
        file: PathBuf,
        /// Do not record it in the audit log: for a database that takes no changes, such as one on a full disk.
        #[arg(long)]
        unrecorded: bool,
    },
    /// Put a backup into an empty data folder or an empty PostgreSQL. Its master key must be in its place already.
    Restore {
        /// The master key is lost: make a new one. All figures are restored; each account asks for a new key, and second
        /// factors are removed.
        #[arg(long)]
        without_master_key: bool,
        /// The backup, which is only read.
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Verify that nothing was changed, removed or put elsewhere. The server may be running meanwhile.
    Verify,
}

#[derive(Args)]
struct MigrateStore {
    /// Where it is: a data folder, or postgres://user:password@host/database.
    #[arg(long, value_name = "FOLDER|URL")]
    from: End,
    /// Where it goes: the other of the two.
    #[arg(long, value_name = "URL|FOLDER")]
    to: End,
    /// Replace the target also when something was done in it that the source does not have. It is lost then.
    #[arg(long)]
    replace: bool,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Add a user. The server may be running meanwhile.
    Add(AddUser),
}

#[derive(Args)]
struct AddUser {
    /// The address to sign in with.
    #[arg(long)]
    email: Email,
    /// What the user may do, once for each: billing-profiles-admin, cloud-analytics-user, cloud-analytics-admin,
    /// assets-manager, support-requester, users-manager, audit-log-viewer.
    #[arg(long = "permission", value_name = "PERMISSION")]
    permissions: Vec<Permission>,
    /// The name of the company, as Home shows it. Used when this is the first user.
    #[arg(long, value_name = "NAME", default_value = "My company")]
    tenant: String,
    /// Read the password from standard input; a line break at its end does not belong to it.
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Why the program ends with an error, as lines for the operator.
struct Trouble(String);

impl<T: fmt::Display> From<T> for Trouble {
    fn from(error: T) -> Self {
        Self(error.to_string())
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Trouble(words)) => {
            let _ = writeln!(std::io::stderr(), "openai-lens: {words}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), Trouble> {
    // First of all, before there is anything to protect.
    hardening::harden().map_err(|error| format!("core files could not be forbidden: {error}"))?;
    let config = cli.config;
    let read = move || Settings::read(|name| std::env::var(name).ok(), config.as_deref());
    let settings = read();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended: Result<(), Trouble> = runtime.block_on(async {
        open_files::outlive_limit_of_length()?;
        match cli.command {
            // Settings that cannot be used are what it is there for.
            Command::Doctor { json } => doctor::run(settings, json).await,
            Command::Serve => Ok(serve::run(usable(settings)?, read).await?),
            Command::User { command: UserCommand::Add(user) } => add_user(usable(settings)?, user).await,
            Command::Audit { command: AuditCommand::Verify } => verify_audit(usable(settings)?).await,
            Command::Keys { command } => keys::run(usable(settings)?, command).await,
            Command::Backup { file, unrecorded } => make_backup(usable(settings)?, &file, unrecorded).await,
            Command::Restore { without_master_key, file } => {
                let settings = usable(settings)?;
                restore::run(&settings, &file, without_master_key).await?;
                let mut out = std::io::stdout();
                writeln!(out, "Restored {}. All sessions are ended.", file.display())?;
                if without_master_key {
                    writeln!(
                        out,
                        "A new master key is in {}. Each account shows “Needs a new key” at its next import, and second factors have to be set up again. If the old master key is found, put it beside the new one as {}.old: what it sealed opens again.",
                        settings.master_key_file.display(),
                        settings.master_key_file.display()
                    )?;
                }
                Ok(())
            }
            Command::MigrateStore(ends) => {
                let key = &usable(settings)?.master_key_file;
                let Moved { tables, rows } =
                    migrate_store::run((&ends.from, &ends.to), key, ends.replace).await?;
                writeln!(
                    std::io::stdout(),
                    "Moved {rows} rows in {tables} tables; both sides are the same."
                )?;
                Ok(())
            }
        }
    });
    // A thread that waits for a mail server keeps nobody waiting: what it told is noted, or sent again.
    runtime.shutdown_background();
    ended
}

/// Settings without a fault. From here on there is a log.
fn usable(settings: Result<Settings, Vec<SettingProblem>>) -> Result<Settings, Trouble> {
    let settings = settings.map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
        format!("the settings cannot be used:{}", lines.concat())
    })?;
    log::start(EnvFilter::new(&settings.log));
    Ok(settings)
}

async fn make_backup(settings: Settings, file: &Path, unrecorded: bool) -> Result<(), Trouble> {
    let key = settings.master_key_file.clone();
    let bytes = backup::run(settings, file, unrecorded).await?;
    if unrecorded {
        writeln!(std::io::stderr(), "The audit log has no record of this backup.")?;
    }
    writeln!(
        std::io::stdout(),
        "Wrote {bytes} bytes to {}. The master key is not in it: keep a copy of {} elsewhere, since nothing can be \
         restored without it.",
        file.display(),
        key.display()
    )?;
    Ok(())
}

async fn verify_audit(settings: Settings) -> Result<(), Trouble> {
    let app = App::open_beside(settings).await?;
    let found =
        async { Ok::<_, Trouble>((audit::verify::all(&app).await?, calls::of_all_tenants(&app).await?)) };
    let found = found.await;
    app.store.close().await;
    let (events, calls) = found?;
    let mut out = std::io::stdout();
    let mut broken = Vec::new();
    for (tenant, verified) in events {
        match verified {
            Verified::Whole { rows } => writeln!(out, "{tenant}: {rows} rows, all as they were written.")?,
            Verified::Broken { seq, how } => broken.push(format!("{tenant}: row {seq} does not fit: {how}")),
        }
    }
    for (tenant, verified) in calls {
        match verified {
            calls::Verified::Whole { calls } => {
                writeln!(out, "{tenant}: {calls} calls to OpenAI, all as they were written.")?;
            }
            calls::Verified::Broken { connection, seq, how } => {
                broken.push(format!("{tenant}: call {seq} with the key of {connection} does not fit: {how}"));
            }
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(Trouble(broken.join("; "))) }
}

async fn add_user(settings: Settings, user: AddUser) -> Result<(), Trouble> {
    debug_assert!(user.password_stdin, "clap asks for it");
    let mut text = Zeroizing::new(String::new());
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|_| "the password must be text in UTF-8")?;
    let text = SecretText::new(text.trim_end_matches(['\r', '\n']).to_owned());
    let password = password::read(text, Some(&user.email))
        .map_err(|error| format!("the password is refused: {error}"))?;
    // It may be the first of all, before there is an installation.
    let app = match App::open_beside(settings.clone()).await {
        Err(OpenError::Nothing(_)) => App::open(settings, Limits::default(), Clock::System).await?,
        opened => opened?,
    };
    let new =
        NewUser { email: user.email, password, permissions: user.permissions, tenant_name: user.tenant };
    let email = new.email.clone();
    let added = user::add(&app, new).await;
    app.store.close().await;
    let id = added?;
    writeln!(std::io::stdout(), "Added {email} as {id}.")?;
    Ok(())
}
