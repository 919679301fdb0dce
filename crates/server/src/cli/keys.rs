//! `openai-lens keys`: the master key, from the command line.

use std::io::Write;

use clap::Subcommand;

use super::Trouble;
use crate::app::App;
use crate::master_key::rotate::{self, Rotated};
use crate::master_key::status;
use crate::settings::Settings;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Say under which master key everything is, and whether all of it opens. The server may be running meanwhile.
    Status,
    /// Put a new master key in the place of the one in use. The server may be running meanwhile, and takes the new one up.
    ///
    /// It can be killed at any moment and run again. The key of before stays beside the new one as master.key.old: put it
    /// away when keys status says 100 %.
    Rotate {
        /// Seal everything anew under new data keys, instead of wrapping the data keys again.
        #[arg(long)]
        data: bool,
    },
}

pub(super) async fn run(settings: Settings, command: Command) -> Result<(), Trouble> {
    match command {
        Command::Status => print_status(settings).await,
        Command::Rotate { data } => print_rotated(rotate::run(settings, data).await?, data),
    }
}

async fn print_status(settings: Settings) -> Result<(), Trouble> {
    let file = settings.master_key_file.clone();
    let app = App::open_beside(settings).await?;
    let status = status::status(&app).await;
    app.store.close().await;
    let status = status?;
    let mut out = std::io::stdout();
    writeln!(out, "Master key {} in {}.", status.key_id, file.display())?;
    writeln!(
        out,
        "{} of {} keys that open are under it: {} %.",
        status.current,
        status.current + status.older,
        status.percent()
    )?;
    if let Some(rotation) = status.rotation {
        writeln!(
            out,
            "A rotation began at {} and has not ended: run keys rotate to end it.",
            rotation.began_at
        )?;
    } else if status.has_old {
        writeln!(
            out,
            "{}.old is needed only by backups from before the rotation: put it where they are, or remove it with them.",
            file.display()
        )?;
    }
    match status.unreadable {
        0 => Ok(()),
        lost => Err(Trouble(format!(
            "{lost} keys do not open with any master key that is here: their accounts show “Needs a new key” at their \
             next import, and people whose second factor it is need a new one"
        ))),
    }
}

fn print_rotated(rotated: Rotated, data: bool) -> Result<(), Trouble> {
    let mut out = std::io::stdout();
    let how = if rotated.data_keys { "sealed anew under new data keys" } else { "wrapped again" };
    writeln!(out, "The master key is rotated: {} keys were {how} in this run.", rotated.wrapped)?;
    if rotated.unreadable > 0 {
        writeln!(out, "{} keys did not open before and do not now: see keys status.", rotated.unreadable)?;
    }
    if rotated.resumed && data && !rotated.data_keys {
        return Err(Trouble(
            "the rotation that had begun before is ended, without new data keys; put master.key.old away and run keys \
             rotate --data for those"
                .into(),
        ));
    }
    Ok(())
}
