//! `entente search`: names and texts by their words.

use super::Status;
use super::console::Console;
use crate::search::{ArticleFound, Found, Index, Snippet, ThingFound};
use crate::store::{Store, short_iri};
use crate::text::counted;
use anyhow::Result;
use clap::ValueEnum;
use oxigraph::model::NamedNodeRef;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

/// Search a store for names and for words of its articles
///
/// Finds people, places and other things that the words name, and articles that hold all of them. Words in quotation marks stand
/// together; a word behind a minus sign must not be there. The index is brought up to date first if need be.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente search xi jinping
  entente search '\"trade deal\" tariffs' --store archive.db
  entente search ceasefire -- -gaza
  entente search kremlin --format json | jq -r '.things[].iri'")]
pub(super) struct Arguments {
    /// Words to look for
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// Most things and most articles to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Format of what is found
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let store = Store::open_read_only(&arguments.store)?;
    let found = Index::open(&store)?.search(&store, &arguments.words.join(" "), arguments.limit)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &found)?;
            writeln!(out)?;
        }
        Format::Text => write(&found, &mut out)?,
    }
    out.flush()?;
    if found.is_empty() {
        console.line("nothing found");
    }
    Ok(Status::Done)
}

fn write(found: &Found, out: &mut impl Write) -> io::Result<()> {
    if !found.things.is_empty() {
        let near = if found.things_are_near { " with names like these" } else { "" };
        writeln!(out, "{}{near}", counted(found.things_total, "thing"))?;
        found.things.iter().try_for_each(|thing| write_thing(thing, out))?;
    }
    if !found.things.is_empty() && !found.articles.is_empty() {
        writeln!(out)?;
    }
    if !found.articles.is_empty() {
        let some = if found.articles_have_some { " with some of the words" } else { "" };
        writeln!(out, "{}{some}", counted(found.articles_total, "article"))?;
        found.articles.iter().try_for_each(|article| write_article(article, out))?;
    }
    Ok(())
}

fn write_thing(thing: &ThingFound, out: &mut impl Write) -> io::Result<()> {
    let class = thing.class.as_deref().unwrap_or("Thing");
    let name = short_iri(NamedNodeRef::new_unchecked(&thing.iri));
    writeln!(out, "  {} ({class}, {})  {name}", thing.label, counted(thing.articles, "article"))
}

fn write_article(article: &ArticleFound, out: &mut impl Write) -> io::Result<()> {
    let id = article.id.as_deref().unwrap_or(&article.iri);
    let about: Vec<&str> =
        [&article.published, &article.publisher, &article.title].into_iter().filter_map(|a| a.as_deref()).collect();
    writeln!(out, "  {id}")?;
    if !about.is_empty() {
        writeln!(out, "    {}", about.join(" · "))?;
    }
    writeln!(out, "    {}", shown(&article.snippet))
}

/// One line, with the words in bold where that can be seen.
fn shown(snippet: &Snippet) -> String {
    let (on, off) = if io::stdout().is_terminal() { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let piece = |(text, is_match): (&str, bool)| if is_match { format!("{on}{text}{off}") } else { text.to_owned() };
    let text: String = snippet.pieces().into_iter().map(piece).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
