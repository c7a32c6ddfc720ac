//! Prints what articles say, with the features by which its confidence is judged, for training:
//! `confidence_features RECORDS.jsonl > features.jsonl`. The rules are those of `data/` as it is now.
//!
//! Records are those of `entente extract`; each line out is its object with the fields `event_features`,
//! `relation_features` and `mention_features`, lists in the order of events, relations and mentions. Those of a mention
//! follow the name of the table that judges it, `links` or `references`; null when none does.

use entente::article::{Article, Cues, Format, Input, Inputs, Options, Reader};
use entente::extract::ArticleInfo;
use entente::pipeline::{Features, Judged, Pipeline};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let pipeline = Pipeline::embedded()?.with_rules(&data)?;
    let inputs: Vec<Input> = std::env::args().skip(1).map(|path| Input::new(PathBuf::from(path))).collect();
    let cues = Arc::new(Cues::embedded());
    let options = Options { format: Some(Format::Jsonl), ..Options::default() };
    for article in Reader::new(Inputs::new(&inputs, cues.clone()), options, cues) {
        println!("{}", features(&pipeline, &article?)?);
    }
    Ok(())
}

fn features(pipeline: &Pipeline, article: &Article) -> Result<Value, Box<dyn std::error::Error>> {
    let analysis = pipeline.analyse(article.text.clone(), &article.blocks, article.published);
    let features = Features::of(&analysis);
    let extraction = analysis.extraction(ArticleInfo { id: article.id.clone(), ..ArticleInfo::default() });
    let lengths = [extraction.events.len(), extraction.relations.len(), extraction.mentions.len()];
    if lengths != [features.events.len(), features.relations.len(), features.mentions.len()] {
        return Err(format!("{}: some statements have no features", article.id).into());
    }
    let mentions = features.mentions.iter().map(|judged| match judged {
        Judged::Link(names) => json!(["links", names]),
        Judged::Reference(names) => json!(["references", names]),
        Judged::Own => Value::Null,
    });
    let mut object = serde_json::to_value(&extraction)?;
    object["event_features"] = json!(features.events);
    object["relation_features"] = json!(features.relations);
    object["mention_features"] = mentions.collect();
    Ok(object)
}
