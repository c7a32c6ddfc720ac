//! IRIs for what has none: articles, words, events, entities that no gazetteer knows.
//!
//! A name is a function of what it names, so that the same article gives the same graph everywhere. A thing known to
//! Wikidata is named by its item, one known only to GeoNames by its place; the rest is named under the base IRI:
//!
//! | what | name |
//! | --- | --- |
//! | article | `article/ID`, the id percent-encoded |
//! | words of it | `article/ID#char=BEGIN,END`, in code points (RFC 5147) |
//! | government, country | `entity/government/CHN`, by country code |
//! | group with members | `entity/group/HASH`, by the names of its members |
//! | any other entity | `entity/LABEL-HASH`, by article, type and label |
//! | event | `event/ID/INSTANCE`, by article and instance; of several articles that report it the earliest |
//! | relation | `relation/HASH`, by its content |
//!
//! An entity that nobody has identified belongs to its article: two articles that speak of a "John Smith" may mean two men,
//! so they give two nodes. Governments and groups are safe to share, since code and members say all there is to know.

use super::GraphError;
use oxigraph::model::{NamedNode, NamedNodeRef};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Ids whose encoded form is longer are named by a hash.
const LONGEST_ID: usize = 200;
/// Characters of a label that go into a name.
const LONGEST_LABEL: usize = 40;

/// Mints names under one base IRI.
#[derive(Clone, Debug)]
pub struct Names {
    base: String,
}

impl Names {
    /// `base` is an absolute IRI that ends with a slash.
    pub fn new(base: &str) -> Result<Self, GraphError> {
        match NamedNode::new(base) {
            Ok(iri) if base.ends_with('/') => Ok(Self { base: iri.into_string() }),
            _ => Err(GraphError::Base(base.to_owned())),
        }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// The article with this id; different ids have different names, whatever characters they hold.
    pub fn article(&self, id: &str) -> NamedNode {
        self.name(&["article", &encode(id)])
    }

    /// The event that the mentions of an article with the same instance are mentions of.
    pub fn event(&self, article_id: &str, instance: &str) -> NamedNode {
        self.name(&["event", &encode(article_id), &encode(instance)])
    }

    /// Something that a word of the program's own vocabulary and a key name together, such as a publisher.
    pub fn of_kind(&self, kind: &str, key: &str) -> NamedNode {
        self.name(&[kind, &encode(key)])
    }

    /// Something named by what it consists of.
    pub fn hashed(&self, kind: &str, parts: &[&str]) -> NamedNode {
        self.name(&[kind, &hash(parts)[..16]])
    }

    /// An entity of one article, named readably by its label.
    pub fn local_entity(&self, label: &str, parts: &[&str]) -> NamedNode {
        let hash = &hash(parts)[..16];
        match slug(label) {
            slug if slug.is_empty() => self.name(&["entity", hash]),
            slug => self.name(&["entity", &format!("{slug}-{hash}")]),
        }
    }

    /// Whether an entity is one that only its article knows.
    pub fn is_local_entity(&self, node: NamedNodeRef<'_>) -> bool {
        let below = node.as_str().strip_prefix(&self.base).and_then(|path| path.strip_prefix("entity/"));
        below.is_some_and(|name| !name.contains('/'))
    }

    /// What kind of entity it is whose name all articles share, and the rest of the name: `government` and `CHN`, `group` and a hash.
    pub fn shared_entity<'a>(&self, node: NamedNodeRef<'a>) -> Option<(&'a str, &'a str)> {
        node.as_str().strip_prefix(&self.base)?.strip_prefix("entity/")?.split_once('/')
    }

    fn name(&self, path: &[&str]) -> NamedNode {
        // Every part is made of characters that an IRI may hold.
        NamedNode::new_unchecked(format!("{}{}", self.base, path.join("/")))
    }
}

/// A part of an article's document: `event-v0`. The part must hold only characters that a fragment may.
pub fn fragment(article: NamedNodeRef<'_>, part: impl std::fmt::Display) -> NamedNode {
    NamedNode::new_unchecked(format!("{}#{part}", article.as_str()))
}

/// SHA-256 of the parts, told apart, in hexadecimal.
pub fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Any string as one segment of a path. Different strings give different segments; none is empty, `.` or `..`.
pub fn encode(text: &str) -> String {
    let encoded = text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            out.push(byte.into());
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    });
    // `~` is encoded above, so no other string gives a segment that begins with it.
    if encoded.len() > LONGEST_ID {
        format!("~{}", &hash(&[text])[..32])
    } else if encoded.bytes().all(|b| b == b'.') {
        format!("~{encoded}")
    } else {
        encoded
    }
}

/// The letters and digits of a label, in lower case, joined by hyphens.
fn slug(label: &str) -> String {
    let lower = label.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let mut slug = words.collect::<Vec<_>>().join("-");
    slug.truncate(LONGEST_LABEL);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn an_id_of_any_characters_is_a_name_of_its_own() {
        let names = Names::new("https://entente.example/").unwrap();
        let long = "x".repeat(500);
        let ids = [
            "",
            ".",
            "..",
            "...",
            "~",
            "~.",
            "a b",
            "a%20b",
            "a/b",
            "a%2Fb",
            "a\u{0}b",
            "#char=1,2",
            "?q=1",
            "北京",
            "é",
            "e\u{301}",
            "\"<>{}|\\^`",
            "data/articles/x.md",
            &long,
            "\u{202e}",
            "x",
        ];
        let iris: HashSet<String> = ids.iter().map(|id| names.article(id).into_string()).collect();
        assert_eq!(iris.len(), ids.len());
        for iri in &iris {
            NamedNode::new(iri).unwrap_or_else(|e| panic!("{iri}: {e}"));
            let segment = iri.strip_prefix("https://entente.example/article/").unwrap();
            assert!(
                !segment.is_empty() && !segment.contains(['/', '#', '?']) && segment != "." && segment != "..",
                "{iri}"
            );
        }
    }

    #[test]
    fn names_stay_what_they_are() {
        let names = Names::new("https://entente.example/").unwrap();
        assert_eq!(names.article("data/a.md").as_str(), "https://entente.example/article/data%2Fa.md");
        assert_eq!(names.event("7", "i0").as_str(), "https://entente.example/event/7/i0");
        let entity = names.local_entity("V. Bennett", &["7", "Person", "V. Bennett", "0"]);
        assert_eq!(entity.as_str(), "https://entente.example/entity/v-bennett-5c829dfbf34e371a");
        let government = names.of_kind("entity/government", "CHN");
        assert_eq!(names.shared_entity(government.as_ref()), Some(("government", "CHN")));
        assert_eq!(names.shared_entity(entity.as_ref()), None);
    }

    #[test]
    fn a_base_is_absolute_and_ends_with_a_slash() {
        for base in ["", "example", "/x/", "https://entente.example", "https://e.example/#", "https://e.example/a b/"] {
            assert!(Names::new(base).is_err(), "{base}");
        }
    }
}
