//! `entente retract`: articles out of a store.

use super::Status;
use super::console::Console;
use crate::search::Index;
use crate::store::Store;
use crate::text::counted;
use anyhow::Result;
use std::path::PathBuf;

/// Take articles back, with everything that only they supported
///
/// Each article is one step: whatever stops the program, the store holds whole articles.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente retract news/today.txt
  entente retract wire/2025-09-04/beijing wire/2025-09-05/moscow --store archive.db")]
pub(super) struct Arguments {
    /// Ids of articles, or their paths as they were given to build
    #[arg(required = true, value_name = "ARTICLE-ID")]
    articles: Vec<String>,
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let store = Store::open_existing(&arguments.store)?;
    let mut retracted = 0;
    for id in &arguments.articles {
        if store.remove_article(id)? {
            retracted += 1;
        } else {
            console.error(&format!("the store `{}` has no article `{id}`", arguments.store.display()));
        }
    }
    store.flush()?;
    Index::open(&store)?;
    console.line(&format!("{} retracted", counted(retracted, "article")));
    Ok(if retracted == arguments.articles.len() { Status::Done } else { Status::SomeFailed })
}
