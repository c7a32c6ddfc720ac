//! Named lists of lemmas, such as `light_verbs` or `agreements`, that grammar and rules refer to.

use super::source::{DataError, DataFile};
use std::collections::{BTreeMap, HashMap, HashSet};
use toml::Spanned;

/// Lists of lemmas by name.
#[derive(Clone, Debug, Default)]
pub struct WordLists {
    lists: HashMap<String, HashSet<String>>,
}

impl WordLists {
    /// Reads files whose entries are `name = ["lemma", …]`. A list must be sorted and free of repeats, and stand in one file.
    pub fn load(files: &[DataFile]) -> Result<Self, DataError> {
        let mut lists: HashMap<String, HashSet<String>> = HashMap::new();
        for file in files {
            let entries: BTreeMap<String, Spanned<Vec<Spanned<String>>>> = file.parse()?;
            for (name, words) in entries {
                if lists.contains_key(&name) {
                    return Err(file.error_at(words.span().start, &format!("list `{name}` stands in another file too")));
                }
                for pair in words.as_ref().windows(2) {
                    if pair[0].as_ref() >= pair[1].as_ref() {
                        let word = pair[1].as_ref();
                        return Err(
                            file.error_at(pair[1].span().start, &format!("`{word}` is out of order in `{name}`"))
                        );
                    }
                }
                lists.insert(name, words.into_inner().into_iter().map(Spanned::into_inner).collect());
            }
        }
        Ok(Self { lists })
    }

    /// Whether a lemma stands in a list; never for a list that does not exist.
    pub fn is(&self, list: &str, lemma: &str) -> bool {
        self.lists.get(list).is_some_and(|words| words.contains(lemma))
    }

    /// The lemmas of a list.
    pub fn get(&self, list: &str) -> Option<&HashSet<String>> {
        self.lists.get(list)
    }
}
