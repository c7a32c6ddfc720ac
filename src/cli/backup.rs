//! `entente backup`: a copy of a store.

use super::Status;
use super::console::Console;
use crate::store;
use anyhow::Result;
use std::path::PathBuf;

/// Copy a store, also while another process reads or writes it
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente backup entente-2025-09-04.db
  entente backup /mnt/backup/archive.db --store archive.db")]
pub(super) struct Arguments {
    /// Folder for the copy, which must not exist yet
    #[arg(value_name = "TO")]
    target: PathBuf,
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    store::backup(&arguments.store, &arguments.target)?;
    console.line(&format!("{} copied to {}", arguments.store.display(), arguments.target.display()));
    Ok(Status::Done)
}
