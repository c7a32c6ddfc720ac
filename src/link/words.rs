//! Word lists of the gazetteer: what people and bodies are called by what they do, seats of power, kinship, and the
//! company that place names keep.

use super::EntityType;
use super::table::LoadError;
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

/// The lists of `data/gazetteer`, each in a map of its own.
#[derive(Clone, Debug)]
pub struct Words {
    roles: HashMap<String, Vec<Role>>,
    /// Every sector of a role.
    sectors: HashSet<&'static str>,
    seats: HashMap<String, Seat>,
    kinship: HashMap<String, Option<Gender>>,
    given_names: HashMap<String, (Gender, u32)>,
    sports: HashMap<&'static str, SportWord>,
    lists: HashMap<&'static str, HashSet<&'static str>>,
}

/// What somebody or something is called by what it does: `foreign minister`, `rebel`, `court`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Person, Group, Organization, NewsAgency, Government or Country.
    pub kind: EntityType,
    /// PLOVER sector; empty for words that name none, such as `partner`.
    pub sector: &'static str,
    /// What such people are called together: `soldier`, `official`.
    pub class: &'static str,
    /// Whether it may stand before a name: `President Xi`.
    pub title: bool,
    /// Whether it is an office at the head of a state, or of a body of states.
    pub leader: bool,
}

/// A place whose name stands for those who govern there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// ISO 3166-1 alpha-3, or PLOVER's code of an international body.
    pub country: &'static str,
    /// Whether it is a capital, which is more often meant as a city; other seats seldom are.
    pub capital: bool,
    /// The organisation that it stands for, when that is not the government as a whole.
    pub body: &'static str,
}

/// A word of sport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SportWord {
    /// The sport it belongs to; empty when to several.
    pub(crate) sport: &'static str,
    /// Whether it is seldom used for anything else.
    pub(crate) sure: bool,
}

/// Grammatical gender of a person's pronouns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    Male,
    Female,
}

impl FromStr for Gender {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "m" => Ok(Self::Male),
            "f" => Ok(Self::Female),
            _ => Err(()),
        }
    }
}

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../data/gazetteer/", $name)))
    };
}

impl Words {
    pub(crate) fn embedded() -> Result<Self, LoadError> {
        let mut words = Self {
            roles: HashMap::new(),
            sectors: HashSet::new(),
            seats: HashMap::new(),
            kinship: HashMap::new(),
            given_names: HashMap::new(),
            sports: HashMap::new(),
            lists: HashMap::new(),
        };
        rows(file!("roles.tsv"), |[phrase, kind, sector, class, flags]| {
            let kind = EntityType::from_name(kind).ok_or_else(|| format!("unknown kind `{kind}`"))?;
            let role = Role { kind, sector, class, title: flags.contains('t'), leader: flags.contains('l') };
            words.sectors.insert(sector);
            words.roles.entry(phrase.to_owned()).or_default().push(role);
            Ok(())
        })?;
        rows(file!("metonyms.tsv"), |[surface, country, kind, body]| {
            words.seats.insert(surface.to_owned(), Seat { country, capital: kind == "capital", body });
            Ok(())
        })?;
        rows(file!("kinship.tsv"), |[word, gender]| {
            words.kinship.insert(word.to_owned(), gender.parse().ok());
            Ok(())
        })?;
        rows(file!("given_names.tsv"), |[name, gender, count]| {
            let gender = gender.parse().map_err(|()| format!("`{gender}` is neither m nor f"))?;
            let count = count.parse().map_err(|_| format!("`{count}` is no number"))?;
            words.given_names.insert(name.to_owned(), (gender, count));
            Ok(())
        })?;
        rows(file!("sports.tsv"), |[word, sport, strength]| {
            words.sports.insert(word, SportWord { sport, sure: strength == "sure" });
            Ok(())
        })?;
        for file in [file!("linking.tsv"), file!("wordlists.tsv")] {
            rows(file, |[list, word]| {
                words.lists.entry(list).or_default().insert(word);
                Ok(())
            })?;
        }
        Ok(words)
    }

    /// What a phrase, in small letters and the singular, may mean as a role.
    pub fn roles(&self, phrase: &str) -> &[Role] {
        self.roles.get(phrase).map_or(&[], Vec::as_slice)
    }

    /// The same sector, if any role has it.
    pub fn sector(&self, sector: &str) -> Option<&'static str> {
        self.sectors.get(sector).copied()
    }

    /// The seat of power of this name, as it is written.
    pub fn seat(&self, surface: &str) -> Option<Seat> {
        self.seats.get(surface).copied()
    }

    /// Whether a word names a relative; with the gender it tells, if it tells one.
    pub fn kinship(&self, word: &str) -> Option<Option<Gender>> {
        self.kinship.get(word).copied()
    }

    /// The gender of nine in ten people with this first name (a key: small letters, no accents).
    pub fn given_name(&self, key: &str) -> Option<Gender> {
        self.given_names.get(key).map(|g| g.0)
    }

    /// How many office holders have this first name.
    pub(crate) fn given_name_count(&self, key: &str) -> u32 {
        self.given_names.get(key).map_or(0, |g| g.1)
    }

    /// A word or phrase of sport, in small letters and without hyphens, as the table has it.
    pub(crate) fn sport(&self, phrase: &str) -> Option<(&'static str, SportWord)> {
        self.sports.get_key_value(phrase).map(|(word, sign)| (*word, *sign))
    }

    /// Whether a list of `linking.tsv` or `wordlists.tsv` has a word.
    pub fn is(&self, list: &str, word: &str) -> bool {
        self.lists.get(list).is_some_and(|l| l.contains(word))
    }
}

/// Calls `take` with the fields of each row after the header.
fn rows<const N: usize>(
    (file, text): (&str, &'static str),
    mut take: impl FnMut([&'static str; N]) -> Result<(), String>,
) -> Result<(), LoadError> {
    for (i, line) in text.lines().enumerate().skip(1) {
        let fields: Vec<&'static str> = line.split('\t').collect();
        let count = fields.len();
        let result = match <[&'static str; N]>::try_from(fields) {
            Ok(fields) => take(fields),
            Err(_) => Err(format!("{count} fields, expected {N}")),
        };
        result.map_err(|message| LoadError::Row { file: file.to_owned(), line: i + 1, message })?;
    }
    Ok(())
}
