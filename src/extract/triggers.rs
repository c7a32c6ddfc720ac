//! The lexicon of triggers: words and phrases that name an event, with its PLOVER type, mode and CAMEO code.
//!
//! A phrase matches on the tree rather than on the string: "impose sanction" is found in "sanctions were imposed", "imposed
//! new sanctions" and "the sanctions that France imposed". Its first word is the anchor.

use crate::doc::{Dep, Doc, NameType, Pos};
use crate::lexicon::{DataError, DataFile, WordLists};
use std::cell::LazyCell;
use std::collections::HashMap;

const HEADER: &str = "phrase\tpos\ttype\tmode\tcameo";

/// One line of the lexicon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// The phrase as the file has it.
    pub phrase: String,
    /// PLOVER event type.
    pub kind: String,
    pub mode: Option<String>,
    pub cameo: Option<String>,
    pos: Class,
    words: Vec<Part>,
}

impl Trigger {
    /// How many words it asks for.
    pub fn word_count(&self) -> usize {
        self.words.len() + 1
    }
}

/// What the anchor must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Verb,
    Noun,
    Adjective,
    Any,
}

/// A further word of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Lemma(String),
    /// Any word of a list, `@sanctions`.
    List(String),
}

/// All triggers, by the lemma of their anchor.
#[derive(Clone, Debug)]
pub struct Triggers {
    all: Vec<Trigger>,
    by_anchor: HashMap<String, Vec<usize>>,
    objects: WordLists,
}

/// A trigger in a text.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Token of the anchor.
    pub anchor: usize,
    pub trigger: &'a Trigger,
}

impl Triggers {
    /// Reads the table and the lists its phrases name. The lines must be sorted and different.
    pub fn load(file: &DataFile, objects: &[DataFile]) -> Result<Self, DataError> {
        let objects = WordLists::load(objects)?;
        let mut triggers = Self { all: Vec::new(), by_anchor: HashMap::new(), objects };
        let mut lines = file.text.split_inclusive('\n');
        let header = lines.next().unwrap_or_default();
        if header.trim_end() != HEADER {
            return Err(file.error_at(0, &format!("expected the columns `{HEADER}`")));
        }
        let (mut at, mut last) = (header.len(), "");
        for line in lines {
            let row = line.trim_end_matches('\n');
            if row <= last {
                return Err(file.error_at(at, "out of order, or the same line again"));
            }
            triggers.add(row).map_err(|message| file.error_at(at, &message))?;
            last = row;
            at += line.len();
        }
        Ok(triggers)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Trigger> {
        self.all.iter()
    }

    /// The triggers that a token anchors: the longest phrases only.
    pub fn at<'a>(&'a self, doc: &Doc, token: usize) -> Vec<Found<'a>> {
        let Some(candidates) = self.by_anchor.get(&doc.lemma(token).to_lowercase()) else { return Vec::new() };
        if is_in_name(doc, token) {
            return Vec::new();
        }
        let near = LazyCell::new(|| -> Vec<String> {
            neighbourhood(doc, token).into_iter().map(|t| doc.lemma(t).to_lowercase()).collect()
        });
        let pos = doc.token(token).pos;
        let fits = |t: &&Trigger| t.pos.takes(pos) && t.words.iter().all(|part| near.iter().any(|l| self.is(part, l)));
        let mut found: Vec<&Trigger> = candidates.iter().map(|&i| &self.all[i]).filter(fits).collect();
        let longest = found.iter().map(|t| t.word_count()).max().unwrap_or(0);
        found.retain(|t| t.word_count() == longest);
        found.into_iter().map(|trigger| Found { anchor: token, trigger }).collect()
    }

    fn add(&mut self, row: &str) -> Result<(), String> {
        let cells: Vec<&str> = row.split('\t').collect();
        let &[phrase, pos, kind, mode, cameo] = &cells[..] else { return Err("expected five columns".to_owned()) };
        let mut words = phrase.split(' ');
        let anchor = words.next().filter(|w| !w.is_empty()).ok_or("the phrase is empty")?;
        let words = words.map(|word| self.part(word)).collect::<Result<_, _>>()?;
        let some = |cell: &str| Some(cell.to_owned()).filter(|c| !c.is_empty());
        let pos = Class::parse(pos).ok_or_else(|| format!("no part of speech: `{pos}`"))?;
        self.by_anchor.entry(anchor.to_owned()).or_default().push(self.all.len());
        let (phrase, kind) = (phrase.to_owned(), kind.to_owned());
        self.all.push(Trigger { phrase, kind, mode: some(mode), cameo: some(cameo), pos, words });
        Ok(())
    }

    fn part(&self, word: &str) -> Result<Part, String> {
        match word.strip_prefix('@') {
            Some(list) if self.objects.get(list).is_none() => Err(format!("there is no list `{list}`")),
            Some(list) => Ok(Part::List(list.to_owned())),
            None if word.is_empty() => Err("two spaces".to_owned()),
            None => Ok(Part::Lemma(word.to_owned())),
        }
    }

    fn is(&self, part: &Part, lemma: &str) -> bool {
        match part {
            Part::Lemma(word) => word == lemma,
            Part::List(list) => self.objects.is(list, lemma),
        }
    }
}

impl Class {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "v" => Self::Verb,
            "n" => Self::Noun,
            "a" => Self::Adjective,
            "x" => Self::Any,
            _ => return None,
        })
    }

    fn takes(self, pos: Pos) -> bool {
        match self {
            Self::Verb => matches!(pos, Pos::Verb | Pos::Aux),
            Self::Noun => matches!(pos, Pos::Noun | Pos::Propn),
            Self::Adjective => matches!(pos, Pos::Adj | Pos::Verb | Pos::Noun),
            Self::Any => true,
        }
    }
}

/// Whether a token is part of somebody's or some day's name: "March", "Marshal Law", "the Peace Corps".
fn is_in_name(doc: &Doc, token: usize) -> bool {
    use NameType::{Date, Fac, Gpe, Loc, Norp, Org, Person};
    let named = |kind| matches!(kind, Date | Fac | Gpe | Loc | Norp | Org | Person);
    doc.token(token).pos == Pos::Propn && doc.name_at(token).is_some_and(|name| named(name.kind))
}

/// How far below the anchor the words of its phrase may stand.
const DEPTH: usize = 3;

/// The tokens that may complete a phrase: those below the anchor in its own clause, the noun that a participle or relative
/// clause describes, and the word that a noun before a noun belongs to.
fn neighbourhood(doc: &Doc, anchor: usize) -> Vec<usize> {
    let mut near = Vec::new();
    below(doc, anchor, DEPTH, &mut near);
    let head = doc.head(anchor);
    match doc.dep(anchor) {
        Dep::Acl | Dep::Relcl => {
            near.push(head);
            near.extend(doc.children(head).filter(|&c| matches!(doc.dep(c), Dep::Amod | Dep::Compound)));
        }
        Dep::Compound | Dep::Amod | Dep::Nmod => near.push(head),
        _ => {}
    }
    // A particle or object that the parser hung elsewhere.
    near.extend((anchor + 1..anchor + 3).take_while(|&t| t < doc.sentence_of(anchor).tokens.end));
    near
}

fn below(doc: &Doc, token: usize, depth: usize, near: &mut Vec<usize>) {
    if depth == 0 {
        return;
    }
    for child in doc.children(token) {
        if !matches!(doc.dep(child), Dep::Advcl | Dep::Relcl | Dep::Parataxis | Dep::Punct) {
            near.push(child);
            below(doc, child, depth - 1, near);
        }
    }
}
