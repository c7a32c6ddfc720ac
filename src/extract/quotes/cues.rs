//! Words of speech and thought, with the constructions in which they take what is said: `data/rules/attribution`.

use super::super::RULE_FILES;
use crate::lexicon::{DataError, DataFile};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

/// What the cue makes of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// The speaker vouches for it: "said", "claimed".
    Reports,
    /// It is taken for true: "knows that", "revealed", "confirmed".
    Implies,
    /// The speaker says that it is not so.
    Denies,
    /// A question.
    Asks,
    /// The speaker wants it of others.
    Requests,
    /// The speaker announces it as an act of the speaker's own.
    Promises,
    /// Held, expected, feared.
    Thinks,
    /// A thing that is spoken of, praised, blamed, described.
    Names,
}

/// A construction in which a cue takes its content. They are tried in this order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Frame {
    /// Direct speech, or a clause beside or round the cue: "…, he said".
    Quote,
    /// A finite clause: "said that …".
    That,
    /// An infinitive of the speaker: "vowed to …".
    To,
    /// Somebody who is to do something: "urged them to …".
    ObjectTo,
    /// The same after "on": "called on them to …".
    OnTo,
    /// "described it as a fraud"
    ObjectAs,
    /// "called it a fraud"
    ObjectName,
    /// "accused him of fraud"
    ObjectOf,
    /// Passing on what somebody else says: "quoted him as saying".
    Quoted,
    /// A gerund: "denied having …".
    Ing,
    /// A prepositional phrase: "called for calm".
    Preposition(String),
    /// A noun phrase: "condemned the attack".
    Object,
}

impl Frame {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "quote" => Self::Quote,
            "that" => Self::That,
            "to" => Self::To,
            "object to" => Self::ObjectTo,
            "on to" | "to to" | "with to" => Self::OnTo,
            "object" => Self::Object,
            "object name" => Self::ObjectName,
            "object as" => Self::ObjectAs,
            "object of" => Self::ObjectOf,
            "quoted" => Self::Quoted,
            "ing" => Self::Ing,
            "prep to" => Self::Preposition("to".into()),
            word if !word.contains(' ') => Self::Preposition(word.to_owned()),
            _ => return None,
        })
    }
}

/// One way in which a word takes content.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Usage {
    pub frame: Frame,
    pub stance: Stance,
    /// Whether the object is whom the words are addressed to.
    pub object_is_addressee: bool,
}

/// A fault in a file of cues.
#[derive(Debug, thiserror::Error)]
pub enum CueError {
    #[error("{file}: {error}")]
    Syntax { file: String, error: toml::de::Error },
    #[error("{file}: {message}")]
    Content { file: String, message: String },
    #[error(transparent)]
    Unread(#[from] DataError),
}

/// The cues of attribution.
#[derive(Clone, Debug, Default)]
pub struct Cues {
    verbs: HashMap<String, Vec<Usage>>,
    nouns: HashMap<String, Vec<Usage>>,
    phrases: Vec<(Vec<String>, Stance)>,
    sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CueFile {
    stance: Option<Stance>,
    #[serde(default)]
    cue: Vec<VerbEntry>,
    #[serde(default)]
    noun: Vec<NounEntry>,
    #[serde(default)]
    phrase: Vec<PhraseEntry>,
    #[serde(default)]
    sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerbEntry {
    verbs: Vec<String>,
    frames: Vec<String>,
    addressee: Option<Addressee>,
    stance: Option<Stance>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Addressee {
    Object,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NounEntry {
    nouns: Vec<String>,
    frames: Vec<String>,
    stance: Option<Stance>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseEntry {
    words: Vec<String>,
    stance: Option<Stance>,
}

/// Path and text of every file of cues that the program carries.
fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    RULE_FILES.iter().copied().filter(|(path, _)| path.starts_with("rules/attribution/"))
}

impl Cues {
    /// The cues that the program carries.
    ///
    /// # Errors
    /// Never, when the program was built from files that its tests passed.
    pub fn embedded() -> Result<Self, CueError> {
        Self::load(files())
    }

    /// The cues of a folder laid out as `data/` is.
    ///
    /// # Errors
    /// The folder `rules/attribution` cannot be read, or a file in it is not as its README says.
    pub fn read(data: &Path) -> Result<Self, CueError> {
        let files = DataFile::read_toml(data, &data.join("rules/attribution"))?;
        Self::load(files.iter().map(|f| (f.path.as_str(), f.text.as_str())))
    }

    /// Reads files of cues, each with its path for messages.
    ///
    /// # Errors
    /// A file that is not as `data/rules/attribution/README.md` says.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, CueError> {
        let mut cues = Self::default();
        for (path, text) in files {
            let file: CueFile =
                toml::from_str(text).map_err(|error| CueError::Syntax { file: path.to_owned(), error })?;
            cues.add(file).map_err(|message| CueError::Content { file: path.to_owned(), message })?;
        }
        Ok(cues)
    }

    fn add(&mut self, file: CueFile) -> Result<(), String> {
        let stance = |own: Option<Stance>, words: &[String]| {
            own.or(file.stance).ok_or_else(|| format!("no stance for `{}`", words.first().map_or("", String::as_str)))
        };
        for entry in &file.cue {
            let stance = stance(entry.stance, &entry.verbs)?;
            enter(&mut self.verbs, &entry.verbs, &entry.frames, stance, entry.addressee == Some(Addressee::Object))?;
        }
        for entry in &file.noun {
            enter(&mut self.nouns, &entry.nouns, &entry.frames, stance(entry.stance, &entry.nouns)?, false)?;
        }
        for entry in &file.phrase {
            let stance = stance(entry.stance, &entry.words)?;
            let split = |words: &String| (words.split(' ').map(str::to_owned).collect(), stance);
            self.phrases.extend(entry.words.iter().map(split));
        }
        self.sources.extend(file.sources);
        self.verbs.values_mut().for_each(|usages| usages.sort_by(|a, b| a.frame.cmp(&b.frame)));
        Ok(())
    }

    /// Ways in which a verb, or a verb with its particle, takes content.
    pub(super) fn of_verb(&self, lemma: &str) -> &[Usage] {
        self.verbs.get(lemma).map_or(&[], Vec::as_slice)
    }

    pub(super) fn of_noun(&self, lemma: &str) -> &[Usage] {
        self.nouns.get(lemma).map_or(&[], Vec::as_slice)
    }

    pub(super) fn phrases(&self) -> &[(Vec<String>, Stance)] {
        &self.phrases
    }

    /// Whether a noun means somebody or something that says things: poll, spokesman, ministry.
    pub(super) fn is_source(&self, lemma: &str) -> bool {
        self.sources.iter().any(|s| s == lemma)
    }
}

fn enter(
    table: &mut HashMap<String, Vec<Usage>>,
    words: &[String],
    frames: &[String],
    stance: Stance,
    object_is_addressee: bool,
) -> Result<(), String> {
    for frame in frames {
        let frame = Frame::parse(frame).ok_or_else(|| format!("unknown frame `{frame}`"))?;
        for word in words {
            let usages = table.entry(word.clone()).or_default();
            // The first file that gives a word a frame decides; others add frames.
            if usages.iter().all(|u| u.frame != frame) {
                usages.push(Usage { frame: frame.clone(), stance, object_is_addressee });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_carried() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/rules/attribution");
        let names = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> =
            names.filter(|n| n.ends_with(".toml")).map(|n| format!("rules/attribution/{n}")).collect();
        names.sort();
        assert_eq!(names, files().map(|(path, _)| path).collect::<Vec<_>>());
    }

    #[test]
    fn faults_in_cues_are_named() {
        for (text, fault) in [
            ("stance = \"shouts\"", "unknown variant `shouts`"),
            ("[[cue]]\nverbs = [\"say\"]\nframes = [\"that\"]", "no stance for `say`"),
            ("stance = \"reports\"\n[[cue]]\nverbs = [\"say\"]\nframes = [\"to be\"]", "unknown frame `to be`"),
        ] {
            let error = Cues::load([("say.toml", text)]).unwrap_err().to_string();
            assert!(error.starts_with("say.toml: ") && error.contains(fault), "{error}");
        }
    }
}
