//! A text as the language model sees it: tokens with tags, lemmas and heads, sentences, names; and mentions of entities.
//!
//! Labels are spaCy's: Penn Treebank tags with OntoNotes' additions, CLEAR dependency labels, Universal part-of-speech
//! tags, OntoNotes entity types.

use crate::text::{BlockKind, Span};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

/// Declares a closed set of labels with the spelling of each in spaCy's files.
macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($variant),* }

        impl $name {
            /// Every label, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The label as spaCy writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownLabel;

            fn from_str(text: &str) -> Result<Self, UnknownLabel> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(UnknownLabel(text.to_owned())) }
            }
        }
    };
}

/// A label that is not of the set it was looked up in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown label `{0}`")]
pub struct UnknownLabel(pub String);

labels! {
    /// Fine-grained part of speech: Penn Treebank with OntoNotes' additions.
    Tag {
        Dollar = "$", ClosingQuote = "''", Comma = ",", LeftBracket = "-LRB-", RightBracket = "-RRB-", Period = ".",
        Colon = ":", Add = "ADD", Afx = "AFX", Cc = "CC", Cd = "CD", Dt = "DT", Ex = "EX", Fw = "FW", Hyph = "HYPH",
        In = "IN", Jj = "JJ", Jjr = "JJR", Jjs = "JJS", Ls = "LS", Md = "MD", Nfp = "NFP", Nn = "NN", Nnp = "NNP",
        Nnps = "NNPS", Nns = "NNS", Pdt = "PDT", Pos = "POS", Prp = "PRP", PrpPoss = "PRP$", Rb = "RB", Rbr = "RBR",
        Rbs = "RBS", Rp = "RP", Sym = "SYM", To = "TO", Uh = "UH", Vb = "VB", Vbd = "VBD", Vbg = "VBG", Vbn = "VBN",
        Vbp = "VBP", Vbz = "VBZ", Wdt = "WDT", Wp = "WP", WpPoss = "WP$", Wrb = "WRB", Xx = "XX", Space = "_SP",
        OpeningQuote = "``",
    }
}

labels! {
    /// Coarse part of speech of Universal Dependencies, with spaCy's `SPACE`.
    Pos {
        Adj = "ADJ", Adp = "ADP", Adv = "ADV", Aux = "AUX", Cconj = "CCONJ", Det = "DET", Intj = "INTJ", Noun = "NOUN",
        Num = "NUM", Part = "PART", Pron = "PRON", Propn = "PROPN", Punct = "PUNCT", Sconj = "SCONJ", Sym = "SYM",
        Verb = "VERB", X = "X", Space = "SPACE", None = "",
    }
}

labels! {
    /// Dependency of a token on its head (CLEAR style).
    Dep {
        Root = "ROOT", Acl = "acl", Acomp = "acomp", Advcl = "advcl", Advmod = "advmod", Agent = "agent", Amod = "amod",
        Appos = "appos", Attr = "attr", Aux = "aux", Auxpass = "auxpass", Case = "case", Cc = "cc", Ccomp = "ccomp",
        Compound = "compound", Conj = "conj", Csubj = "csubj", Csubjpass = "csubjpass", Dative = "dative", Dep = "dep",
        Det = "det", Dobj = "dobj", Expl = "expl", Intj = "intj", Mark = "mark", Meta = "meta", Neg = "neg",
        Nmod = "nmod", Npadvmod = "npadvmod", Nsubj = "nsubj", Nsubjpass = "nsubjpass", Nummod = "nummod",
        Oprd = "oprd", Parataxis = "parataxis", Pcomp = "pcomp", Pobj = "pobj", Poss = "poss", Preconj = "preconj",
        Predet = "predet", Prep = "prep", Prt = "prt", Punct = "punct", Quantmod = "quantmod", Relcl = "relcl",
        Xcomp = "xcomp", Subtok = "subtok",
    }
}

labels! {
    /// Type of a name (OntoNotes 5).
    NameType {
        Cardinal = "CARDINAL", Date = "DATE", Event = "EVENT", Fac = "FAC", Gpe = "GPE", Language = "LANGUAGE", Law = "LAW",
        Loc = "LOC", Money = "MONEY", Norp = "NORP", Ordinal = "ORDINAL", Org = "ORG", Percent = "PERCENT",
        Person = "PERSON", Product = "PRODUCT", Quantity = "QUANTITY", Time = "TIME", WorkOfArt = "WORK_OF_ART",
    }
}

/// A word, number, mark or stretch of odd whitespace.
#[derive(Clone, Debug)]
pub struct Token {
    pub span: Span,
    /// Whether one space follows; further whitespace is a token of its own.
    pub space: bool,
    pub tag: Tag,
    pub pos: Pos,
    pub dep: Dep,
    /// Index in the document of the token it depends on; its own index for a root.
    pub head: usize,
    pub lemma: Arc<str>,
    /// Morphological features as spaCy prints them, such as `Number=Sing|Person=3`; empty when there are none.
    pub morph: Arc<str>,
    /// Index of the sentence it belongs to.
    pub sentence: usize,
}

/// A sentence: tokens from one start to the next, inside one block of the article.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    pub tokens: Range<usize>,
    /// From the first token that is not whitespace to the end of the last.
    pub span: Span,
    pub kind: BlockKind,
    /// Index of the block the sentence lies in.
    pub block: usize,
}

/// A name, date or amount that the model found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub tokens: Range<usize>,
    pub kind: NameType,
}

/// What ties a token to its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    pub token: usize,
    pub head: usize,
    pub dep: Dep,
}

/// An analysed text. Read-only once made; indices of tokens and sentences are stable.
#[derive(Clone, Debug)]
pub struct Doc {
    text: Arc<str>,
    tokens: Vec<Token>,
    sentences: Vec<Sentence>,
    names: Vec<Name>,
    /// `children[starts[i]..starts[i + 1]]` are the dependants of token `i`, from left to right.
    children: Vec<u32>,
    starts: Vec<u32>,
    /// Lemmas that differ from the model's, by token; see [`Doc::lemma`].
    mended: HashMap<u32, Arc<str>>,
    /// First and last token of each token's subtree.
    edges: Vec<(u32, u32)>,
}

impl Doc {
    /// Joins what the model found. Heads must be indices into `tokens`, and no head may lie in another sentence.
    pub fn new(text: Arc<str>, tokens: Vec<Token>, sentences: Vec<Sentence>, names: Vec<Name>) -> Self {
        let (children, starts) = children_of(&tokens);
        let edges = edges_of(&tokens, &children, &starts);
        let mended = mended_lemmas(&text, &tokens);
        Self { text, tokens, sentences, names, children, starts, mended, edges }
    }

    /// The same text with other ties for some tokens.
    pub fn with_ties(self, ties: &[Tie]) -> Self {
        let mut tokens = self.tokens;
        for tie in ties {
            tokens[tie.token].head = tie.head;
            tokens[tie.token].dep = tie.dep;
        }
        Self::new(self.text, tokens, self.sentences, self.names)
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    pub fn names(&self) -> &[Name] {
        &self.names
    }

    pub fn token(&self, i: usize) -> &Token {
        &self.tokens[i]
    }

    /// The token as it stands in the text.
    pub fn word(&self, i: usize) -> &str {
        self.tokens[i].span.of(&self.text)
    }

    /// The lemma, with a mute e where the model lost it: it takes "staged" for a form of "stag" and "hopes" for one of "hop".
    /// The model's own is `token(i).lemma`.
    pub fn lemma(&self, i: usize) -> &str {
        self.mended.get(&(i as u32)).unwrap_or(&self.tokens[i].lemma)
    }

    pub fn dep(&self, i: usize) -> Dep {
        self.tokens[i].dep
    }

    /// Index of the head; `i` itself for a root.
    pub fn head(&self, i: usize) -> usize {
        self.tokens[i].head
    }

    /// The dependants of a token, from left to right.
    pub fn children(&self, i: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let range = self.starts[i] as usize..self.starts[i + 1] as usize;
        self.children[range].iter().map(|&c| c as usize)
    }

    /// The first dependant with this label.
    pub fn child(&self, i: usize, dep: Dep) -> Option<usize> {
        self.children(i).find(|&c| self.dep(c) == dep)
    }

    /// All tokens from the leftmost to the rightmost descendant, the token itself included.
    pub fn subtree(&self, i: usize) -> Range<usize> {
        let (left, right) = self.edges[i];
        left as usize..right as usize + 1
    }

    /// The heads above a token, nearest first, up to the root.
    pub fn ancestors(&self, i: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(i), |&t| (self.head(t) != t).then(|| self.head(t))).skip(1)
    }

    /// The text from the first token of a range to the end of the last. The range must not be empty.
    pub fn span(&self, tokens: Range<usize>) -> Span {
        Span::new(self.tokens[tokens.start].span.start, self.tokens[tokens.end - 1].span.end)
    }

    /// The words of a range, with single spaces between them whatever stands there in the text.
    pub fn phrase(&self, tokens: Range<usize>) -> String {
        self.span(tokens).of(&self.text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The first of some tokens that hangs from another than these; none when the root is among them.
    pub fn top_of(&self, tokens: &Range<usize>) -> Option<usize> {
        tokens.clone().find(|&t| !tokens.contains(&self.head(t)))
    }

    /// Whether a verb has a subject in its own clause.
    pub fn has_subject(&self, verb: usize) -> bool {
        self.children(verb).any(|c| matches!(self.dep(c), Dep::Nsubj | Dep::Nsubjpass))
    }

    /// The verb of the clause behind a noun in which what it names acts: "Washington, which renewed a warning".
    pub fn clause_acted_in(&self, noun: usize) -> Option<usize> {
        let verb = self.child(noun, Dep::Relcl)?;
        self.child(verb, Dep::Nsubj).filter(|&s| matches!(self.lemma(s), "which" | "who")).map(|_| verb)
    }

    /// Whether a noun is marked as known: by "the", a demonstrative or a possessor.
    pub fn is_definite(&self, noun: usize) -> bool {
        self.children(noun).any(|c| match self.dep(c) {
            Dep::Det => matches!(&*self.lemma(c).to_lowercase(), "the" | "this" | "that" | "these" | "those"),
            Dep::Poss => true,
            _ => false,
        })
    }

    pub fn is_plural(&self, i: usize) -> bool {
        self.tokens[i].morph.contains("Number=Plur")
    }

    /// The name that covers a token.
    pub fn name_at(&self, token: usize) -> Option<&Name> {
        let next = self.names.partition_point(|n| n.tokens.start <= token);
        self.names[..next].last().filter(|n| n.tokens.contains(&token))
    }

    pub fn sentence_of(&self, token: usize) -> &Sentence {
        &self.sentences[self.tokens[token].sentence]
    }
}

/// Verbs whose form cannot be one of the lemma that the model gives: "stag" would make "stagged", "hop" would make "hops".
fn mended_lemmas(text: &str, tokens: &[Token]) -> HashMap<u32, Arc<str>> {
    let mut mended = HashMap::new();
    for (i, token) in tokens.iter().enumerate().filter(|(_, t)| t.pos == Pos::Verb) {
        let word = token.span.of(text);
        let Some(ending) =
            word.get(token.lemma.len()..).filter(|_| word.as_bytes().starts_with(token.lemma.as_bytes()))
        else {
            continue;
        };
        let lost = match ending {
            "ed" | "ing" => would_double(&token.lemma),
            "es" => !["s", "x", "z", "ch", "sh", "o"].iter().any(|e| token.lemma.ends_with(e)),
            _ => false,
        };
        if lost {
            mended.insert(i as u32, format!("{}e", token.lemma).into());
        }
    }
    mended
}

/// Whether a verb doubles its last consonant before "ed": one syllable that ends in one vowel and one consonant.
fn would_double(lemma: &str) -> bool {
    let is_vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    let [start @ .., vowel, last] = lemma.as_bytes() else { return false };
    !start.is_empty()
        && !start.iter().any(|&b| is_vowel(b) || b == b'y')
        && is_vowel(*vowel)
        && last.is_ascii_lowercase()
        && !is_vowel(*last)
        && !matches!(last, b'w' | b'x' | b'y')
}

fn children_of(tokens: &[Token]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; tokens.len() + 1];
    for (i, token) in tokens.iter().enumerate() {
        if token.head != i {
            starts[token.head + 1] += 1;
        }
    }
    for i in 0..tokens.len() {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let mut children = vec![0u32; starts[tokens.len()] as usize];
    for (i, token) in tokens.iter().enumerate() {
        if token.head != i {
            children[next[token.head] as usize] = i as u32;
            next[token.head] += 1;
        }
    }
    (children, starts)
}

/// Parents before children on the way down, children before parents on the way back: linear however deep a tree is.
fn edges_of(tokens: &[Token], children: &[u32], starts: &[u32]) -> Vec<(u32, u32)> {
    let mut order: Vec<u32> = (0..tokens.len()).filter(|&i| tokens[i].head == i).map(|i| i as u32).collect();
    let mut next = 0;
    while next < order.len() {
        let i = order[next] as usize;
        order.extend_from_slice(&children[starts[i] as usize..starts[i + 1] as usize]);
        next += 1;
    }
    let mut edges: Vec<(u32, u32)> = (0..tokens.len() as u32).map(|i| (i, i)).collect();
    for &i in order.iter().rev() {
        let (left, right) = edges[i as usize];
        let above = &mut edges[tokens[i as usize].head];
        above.0 = above.0.min(left);
        above.1 = above.1.max(right);
    }
    edges
}

/// How a mention names its entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    Name,
    Acronym,
    Titled,
    Nominal,
    Pronoun,
    Metonym,
    Demonym,
    Group,
}

impl Form {
    /// The name as the extraction's JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Acronym => "acronym",
            Self::Titled => "titled",
            Self::Nominal => "nominal",
            Self::Pronoun => "pronoun",
            Self::Metonym => "metonym",
            Self::Demonym => "demonym",
            Self::Group => "group",
        }
    }
}

/// Words that stand for an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Index of the entity in the chains the mention belongs to.
    pub entity: usize,
    pub tokens: Range<usize>,
    /// The token that carries the phrase, to which a verb's subject or object arc leads.
    pub head: usize,
    pub span: Span,
    pub form: Form,
    /// Probability, from 0 to 1, that the mention stands for this entity.
    pub confidence: f32,
}
