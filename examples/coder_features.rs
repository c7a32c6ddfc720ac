//! Prints the features that the coder sees, for its training: `coder_features RECORDS.jsonl > features.jsonl`.
//! The lexicon and rules are those of `data/` as it is now.
//!
//! Records are those of `entente code`; each line out is `{"id", "features"}`.

use entente::article::{Cues, Format, Input, Inputs, Options, Reader};
use entente::code::Coder;
use entente::pipeline::Pipeline;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let (pipeline, coder) = (Pipeline::embedded()?.with_rules(&data)?, Coder::read(&data)?);
    let inputs: Vec<Input> = std::env::args().skip(1).map(|path| Input::new(PathBuf::from(path))).collect();
    let cues = Arc::new(Cues::embedded());
    let options = Options { format: Some(Format::Jsonl), parties: true, ..Options::default() };
    for article in Reader::new(Inputs::new(&inputs, cues.clone()), options, cues) {
        let article = article?;
        let Some(parties) = &article.parties else { continue };
        let features = coder.features(&pipeline, &article.text, parties);
        println!("{}", serde_json::json!({ "id": article.id, "features": features }));
    }
    Ok(())
}
