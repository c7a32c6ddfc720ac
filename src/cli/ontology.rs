//! `entente ontology`: the vocabulary that stores are written in.

use super::Status;
use crate::ontology::{FILES, page};
use anyhow::Result;
use std::io::{self, Write};

/// Print the vocabulary of the graph: as Turtle, or as a page to read
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente ontology > entente.ttl
  entente ontology --doc > vocabulary.html
  entente ontology --shapes > shapes.ttl")]
pub(super) struct Arguments {
    /// A page in HTML with every class, property and code and what it means
    #[arg(long)]
    doc: bool,
    /// The shapes, in SHACL, that every graph satisfies
    #[arg(long, conflicts_with = "doc")]
    shapes: bool,
    /// What classes and relations are called by Wikidata, schema.org and FollowTheMoney
    #[arg(long, conflicts_with_all = ["doc", "shapes"])]
    mappings: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let text = if arguments.doc {
        page::page()?
    } else if arguments.shapes {
        include_str!("../../ontology/shapes.ttl").to_owned()
    } else if arguments.mappings {
        include_str!("../../ontology/mappings.ttl").to_owned()
    } else {
        FILES.iter().map(|file| file.turtle).collect::<Vec<_>>().join("\n")
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Status::Done)
}
