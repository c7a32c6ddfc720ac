//! Reads a model's parts: from our own packed file, or from the directory in which spaCy keeps a model.

use rmpv::ValueRef;
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Why a model could not be loaded, and where that was seen.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("`{file}`: {place}: {reason}")]
    Malformed { file: String, place: String, reason: String },
}

/// Everything of which a model is made, not yet arranged for use.
#[derive(Debug)]
pub struct Parts {
    /// Where the parts come from, for messages.
    pub file: String,
    pub name: String,
    pub version: String,
    /// Parameters, named by network, kind of layer, running number and name: `tok2vec.maxout.0.W`.
    pub arrays: HashMap<String, Array>,
    /// For the networks that embed words, the features they embed.
    pub columns: HashMap<String, Vec<String>>,
    pub tags: Vec<String>,
    pub parser_moves: Moves,
    pub ner_moves: Moves,
    pub tokenizer: TokenizerRules,
    /// Norms by id of word.
    pub norms: Vec<(u64, String)>,
    pub attribute_rules: Vec<AttributeRule>,
    pub lemmas: LemmaTables,
    pub vectors: Option<Vectors>,
}

/// Numbers, in C order.
#[derive(Debug, Default)]
pub struct Array {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
    /// Seed of a hash embedding; 0 for other arrays.
    pub seed: u32,
}

/// For each kind of action its labels with their frequencies.
pub type Moves = BTreeMap<String, BTreeMap<String, i64>>;

#[derive(Debug, Deserialize)]
pub struct TokenizerRules {
    pub prefix_search: String,
    pub suffix_search: String,
    pub infix_finditer: String,
    pub token_match: Option<String>,
    pub url_match: String,
    pub faster_heuristics: bool,
    /// For each word that is not split by the rules, its tokens, each with its norm if it has one of its own.
    pub exceptions: BTreeMap<String, Vec<(String, Option<String>)>>,
}

/// A rule of the attribute ruler: any of the patterns sets the attributes of the token at `index` in it.
#[derive(Debug, Deserialize)]
pub struct AttributeRule {
    pub patterns: Vec<Vec<BTreeMap<String, Json>>>,
    pub attrs: BTreeMap<String, String>,
    pub index: usize,
}

/// The lemmatiser's tables, by id of part of speech.
#[derive(Debug, Default)]
pub struct LemmaTables {
    /// Endings and what replaces them.
    pub rules: HashMap<u64, Vec<(String, String)>>,
    /// Sorted lines: a word and its lemmas, with tabs between.
    pub exceptions: HashMap<u64, String>,
    /// Sorted lines: known lemmas.
    pub index: HashMap<u64, String>,
}

/// Word vectors that are looked up by the word itself.
#[derive(Debug)]
pub struct Vectors {
    pub rows: HashMap<u64, u32>,
    pub width: usize,
    pub values: Vec<f32>,
}

impl Parts {
    /// Reads our own packed file; `data/models/en_core_web_sm/README.md` describes it.
    pub fn from_bytes(file: &str, bytes: &[u8]) -> Result<Self, LoadError> {
        Packed::new(file, bytes)?.parts()
    }

    /// Reads the directory of a model of spaCy 3.
    pub fn from_dir(directory: &Path) -> Result<Self, LoadError> {
        Directory(directory.to_owned()).parts()
    }

    /// An error about these parts.
    pub fn error(&self, place: impl Into<String>, reason: impl Into<String>) -> LoadError {
        LoadError::Malformed { file: self.file.clone(), place: place.into(), reason: reason.into() }
    }

    /// A parameter of the shape that is expected; 0 stands for any length.
    pub fn array(&self, name: &str, shape: &[usize]) -> Result<&Array, LoadError> {
        let array = self.arrays.get(name).ok_or_else(|| self.error(name, "missing"))?;
        let fits = array.shape.len() == shape.len() && array.shape.iter().zip(shape).all(|(a, b)| a == b || *b == 0);
        if !fits {
            return Err(self.error(name, format!("shape {:?} instead of {shape:?}", array.shape)));
        }
        if array.values.len() != array.shape.iter().product::<usize>() {
            return Err(self.error(name, format!("{} numbers do not fill {:?}", array.values.len(), array.shape)));
        }
        Ok(array)
    }
}

/// Our packed file: a line that names the format, the header's length, the header, sections.
struct Packed<'a> {
    file: &'a str,
    header: Header,
    data: &'a [u8],
}

#[derive(Deserialize)]
struct Header {
    name: String,
    version: String,
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct Section {
    name: String,
    kind: String,
    offset: usize,
    length: usize,
    #[serde(default)]
    shape: Vec<usize>,
    #[serde(default)]
    seed: u32,
}

const MAGIC: &[u8] = b"ENTENTE MODEL 1\n";

impl<'a> Packed<'a> {
    fn new(file: &'a str, bytes: &'a [u8]) -> Result<Self, LoadError> {
        let error =
            |reason: &str| LoadError::Malformed { file: file.into(), place: "header".into(), reason: reason.into() };
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| error("not a packed model"))?;
        let (length, rest) = rest.split_first_chunk().ok_or_else(|| error("cut short"))?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let (header, data) = rest.split_at_checked(length).ok_or_else(|| error("cut short"))?;
        let header = serde_json::from_slice(header).map_err(|e| error(&e.to_string()))?;
        Ok(Self { file, header, data })
    }

    fn error(&self, place: &str, reason: impl Into<String>) -> LoadError {
        LoadError::Malformed { file: self.file.to_owned(), place: place.to_owned(), reason: reason.into() }
    }

    fn parts(self) -> Result<Parts, LoadError> {
        let mut arrays = HashMap::new();
        let mut lemmas = LemmaTables { rules: self.lemma_rules()?, ..LemmaTables::default() };
        for section in &self.header.sections {
            let data = self.data_of(section)?;
            if let Some(array) = array_of(section, data) {
                arrays.insert(section.name.clone(), array);
            }
            let tables = [("lemma_exc.", &mut lemmas.exceptions), ("lemma_index.", &mut lemmas.index)];
            for (prefix, table) in tables {
                if let Some(key) = section.name.strip_prefix(prefix) {
                    let key = key.parse().map_err(|_| self.error(&section.name, "not a number"))?;
                    table.insert(key, self.text(section, data)?.to_owned());
                }
            }
        }
        Ok(Parts {
            file: self.file.to_owned(),
            arrays,
            columns: HashMap::from([("tok2vec", self.json("tok2vec.columns")?), ("ner", self.json("ner.columns")?)])
                .into_iter()
                .map(|(network, columns)| (network.to_owned(), columns))
                .collect(),
            tags: self.json("tagger.labels")?,
            parser_moves: self.json("parser.moves")?,
            ner_moves: self.json("ner.moves")?,
            tokenizer: self.json("tokenizer")?,
            norms: self.norms()?,
            attribute_rules: self.json("attribute_ruler")?,
            lemmas,
            vectors: None,
            name: self.header.name,
            version: self.header.version,
        })
    }

    fn data_of(&self, section: &Section) -> Result<&'a [u8], LoadError> {
        let end = section.offset.checked_add(section.length);
        let data = end.and_then(|end| self.data.get(section.offset..end));
        data.ok_or_else(|| self.error(&section.name, "beyond the end of the file"))
    }

    fn text<'b>(&self, section: &Section, data: &'b [u8]) -> Result<&'b str, LoadError> {
        std::str::from_utf8(data).map_err(|e| self.error(&section.name, e.to_string()))
    }

    fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, LoadError> {
        let section = self.header.sections.iter().find(|s| s.name == name);
        let section = section.ok_or_else(|| self.error(name, "missing"))?;
        serde_json::from_slice(self.data_of(section)?).map_err(|e| self.error(name, e.to_string()))
    }

    fn norms(&self) -> Result<Vec<(u64, String)>, LoadError> {
        let norms: Vec<(String, String)> = self.json("lexeme_norm")?;
        let number = |(key, norm): (String, String)| match key.parse() {
            Ok(key) => Ok((key, norm)),
            Err(_) => Err(self.error("lexeme_norm", format!("`{key}` is not a number"))),
        };
        norms.into_iter().map(number).collect()
    }

    fn lemma_rules(&self) -> Result<HashMap<u64, Vec<(String, String)>>, LoadError> {
        let rules: BTreeMap<String, Vec<(String, String)>> = self.json("lemma_rules")?;
        let number = |(key, rules): (String, Vec<(String, String)>)| match key.parse() {
            Ok(key) => Ok((key, rules)),
            Err(_) => Err(self.error("lemma_rules", format!("`{key}` is not a number"))),
        };
        rules.into_iter().map(number).collect()
    }
}

fn array_of(section: &Section, data: &[u8]) -> Option<Array> {
    let values = match section.kind.as_str() {
        "i16" => floats_of_steps(data, *section.shape.last()?),
        "f32" => floats_of_bytes(data),
        _ => return None,
    };
    Some(Array { shape: section.shape.clone(), values, seed: section.seed })
}

/// Rows of whole numbers of 16 bits; before them for each row what one step is worth.
fn floats_of_steps(data: &[u8], width: usize) -> Vec<f32> {
    let rows = data.len() / (4 + 2 * width);
    let (scales, steps) = data.split_at(4 * rows);
    let row = |(scale, steps): (f32, &[u8])| {
        let steps = steps.as_chunks().0.iter().map(|bytes| f32::from(i16::from_le_bytes(*bytes)));
        steps.map(move |step| step * scale).collect::<Vec<f32>>()
    };
    floats_of_bytes(scales).into_iter().zip(steps.chunks_exact((2 * width).max(1))).flat_map(row).collect()
}

fn floats_of_bytes(data: &[u8]) -> Vec<f32> {
    data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// A model as spaCy keeps it on disk.
struct Directory(PathBuf);

impl Directory {
    fn parts(&self) -> Result<Parts, LoadError> {
        let mut arrays = HashMap::new();
        let mut columns = HashMap::new();
        for network in ["tok2vec", "tagger", "parser", "ner"] {
            self.network(network, &mut arrays, &mut columns)?;
        }
        let meta: Json = self.json("meta.json")?;
        let text = |key: &str| meta[key].as_str().unwrap_or_default().to_owned();
        Ok(Parts {
            file: self.0.display().to_string(),
            name: text("name"),
            version: text("version"),
            arrays,
            columns,
            tags: self.tags()?,
            parser_moves: self.moves("parser/moves")?,
            ner_moves: self.moves("ner/moves")?,
            tokenizer: self.tokenizer()?,
            norms: self.norms()?,
            attribute_rules: self.attribute_rules()?,
            lemmas: self.lemmas()?,
            vectors: self.vectors()?,
        })
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, LoadError> {
        let path = self.0.join(file);
        std::fs::read(&path).map_err(|source| LoadError::Read { path, source })
    }

    fn error(&self, file: &str, place: impl Into<String>, reason: impl Into<String>) -> LoadError {
        LoadError::Malformed {
            file: self.0.join(file).display().to_string(),
            place: place.into(),
            reason: reason.into(),
        }
    }

    fn json<T: serde::de::DeserializeOwned>(&self, file: &str) -> Result<T, LoadError> {
        let parse = |bytes: Vec<u8>| serde_json::from_slice(&bytes);
        parse(self.read(file)?).map_err(|e| self.error(file, format!("line {}", e.line()), e.to_string()))
    }

    /// Reads a file of MessagePack and hands its value on.
    fn packed<T>(&self, file: &str, take: impl FnOnce(&ValueRef) -> Result<T, String>) -> Result<T, LoadError> {
        let bytes = self.read(file)?;
        let value = rmpv::decode::read_value_ref(&mut bytes.as_slice());
        let value = value.map_err(|e| self.error(file, "MessagePack", e.to_string()))?;
        take(&value).map_err(|reason| self.error(file, "contents", reason))
    }

    fn tags(&self) -> Result<Vec<String>, LoadError> {
        #[derive(Deserialize)]
        struct Config {
            labels: Vec<String>,
        }
        self.json::<Config>("tagger/cfg").map(|config| config.labels)
    }

    fn moves(&self, file: &str) -> Result<Moves, LoadError> {
        let text = self.packed(file, |value| text_of(entry(value, "moves")?))?;
        serde_json::from_str(&text).map_err(|e| self.error(file, "moves", e.to_string()))
    }

    fn network(
        &self,
        network: &str,
        arrays: &mut HashMap<String, Array>,
        columns: &mut HashMap<String, Vec<String>>,
    ) -> Result<(), LoadError> {
        self.packed(&format!("{network}/model"), |model| {
            let layers = ["nodes", "attrs", "params"].map(|part| entry(model, part).and_then(list));
            let [nodes, attrs, params] = layers;
            let mut counts: HashMap<String, usize> = HashMap::new();
            for ((node, attrs), params) in nodes?.iter().zip(attrs?).zip(params?) {
                let kind = text_of(entry(node, "name")?)?;
                if kind == "extract_features" {
                    columns.insert(
                        network.to_owned(),
                        attribute(attrs, "columns", |v| list(v)?.iter().map(text_of).collect())?,
                    );
                }
                if map(params)?.iter().all(|(_, array)| is_nil(array)) {
                    continue;
                }
                let seed = if kind == "hashembed" { attribute(attrs, "seed", number)? as u32 } else { 0 };
                let count = counts.entry(kind.clone()).or_default();
                for (name, array) in map(params)?.iter().filter(|(_, array)| !is_nil(array)) {
                    arrays.insert(format!("{network}.{kind}.{count}.{}", text_of(name)?), array_of_map(array, seed)?);
                }
                *count += 1;
            }
            Ok(())
        })
    }

    fn tokenizer(&self) -> Result<TokenizerRules, LoadError> {
        let token = |value: &ValueRef| -> Result<(String, Option<String>), String> {
            let orth = numbered(value, ORTH)?.ok_or("a token without ORTH")?;
            Ok((text_of(orth)?, numbered(value, NORM)?.map(text_of).transpose()?))
        };
        let exception = |(word, tokens): &(ValueRef, ValueRef)| -> Result<_, String> {
            Ok((text_of(word)?, list(tokens)?.iter().map(token).collect::<Result<_, _>>()?))
        };
        self.packed("tokenizer", |rules| {
            let token_match = entry(rules, "token_match")?;
            Ok(TokenizerRules {
                prefix_search: text_of(entry(rules, "prefix_search")?)?,
                suffix_search: text_of(entry(rules, "suffix_search")?)?,
                infix_finditer: text_of(entry(rules, "infix_finditer")?)?,
                token_match: (!is_nil(token_match)).then(|| text_of(token_match)).transpose()?,
                url_match: text_of(entry(rules, "url_match")?)?,
                faster_heuristics: matches!(entry(rules, "faster_heuristics")?, ValueRef::Boolean(true)),
                exceptions: map(entry(rules, "exceptions")?)?.iter().map(exception).collect::<Result<_, _>>()?,
            })
        })
    }

    fn norms(&self) -> Result<Vec<(u64, String)>, LoadError> {
        self.packed("vocab/lookups.bin", |tables| {
            let norm = |(key, norm): &(ValueRef, ValueRef)| Ok((number(key)?, text_of(norm)?));
            map(entry(tables, "lexeme_norm")?)?.iter().map(norm).collect()
        })
    }

    fn attribute_rules(&self) -> Result<Vec<AttributeRule>, LoadError> {
        self.packed("attribute_ruler/patterns", |rules| {
            let rule = |rule: &ValueRef| serde_json::from_value(json_of(rule)?).map_err(|e| e.to_string());
            list(rules)?.iter().map(rule).collect()
        })
    }

    fn lemmas(&self) -> Result<LemmaTables, LoadError> {
        self.packed("lemmatizer/lookups/lookups.bin", |tables| {
            let mut lemmas = LemmaTables::default();
            for (key, rules) in map(entry(tables, "lemma_rules")?)? {
                let rules: Result<_, String> = list(rules)?.iter().map(pair).collect();
                lemmas.rules.insert(number(key)?, rules?);
            }
            for (key, table) in map(entry(tables, "lemma_exc")?)? {
                let line = |(word, forms): &(ValueRef, ValueRef)| -> Result<String, String> {
                    let forms: Result<Vec<_>, _> = list(forms)?.iter().map(text_of).collect();
                    Ok(format!("{}\t{}", text_of(word)?, forms?.join("\t")))
                };
                lemmas.exceptions.insert(number(key)?, sorted_lines(map(table)?.iter().map(line))?);
            }
            for (key, words) in map(entry(tables, "lemma_index")?)? {
                lemmas.index.insert(number(key)?, sorted_lines(list(words)?.iter().map(text_of))?);
            }
            Ok(lemmas)
        })
    }

    /// The vectors that md and lg have; sm has an empty table.
    fn vectors(&self) -> Result<Option<Vectors>, LoadError> {
        let rows = self.packed("vocab/key2row", |rows| {
            let row = |(key, row): &(ValueRef, ValueRef)| Ok((number(key)?, number(row)? as u32));
            map(rows)?.iter().map(row).collect::<Result<HashMap<u64, u32>, String>>()
        })?;
        if rows.is_empty() {
            return Ok(None);
        }
        let file = "vocab/vectors";
        let (shape, values) = npy(&self.read(file)?).map_err(|reason| self.error(file, "header", reason))?;
        let &[height, width] = shape.as_slice() else {
            return Err(self.error(file, "header", format!("a table has two dimensions, not {}", shape.len())));
        };
        if rows.values().any(|&row| row as usize >= height) {
            return Err(self.error("vocab/key2row", "rows", format!("a row beyond the {height} there are")));
        }
        Ok(Some(Vectors { rows, width, values }))
    }
}

/// Numbers of the attributes ORTH and NORM in spaCy.
const ORTH: u64 = 65;
const NORM: u64 = 67;

fn sorted_lines(lines: impl Iterator<Item = Result<String, String>>) -> Result<String, String> {
    let mut lines = lines.collect::<Result<Vec<_>, _>>()?;
    lines.sort_unstable();
    lines.dedup();
    Ok(lines.join("\n"))
}

fn is_nil(value: &ValueRef) -> bool {
    matches!(value, ValueRef::Nil)
}

fn map<'a, 'b>(value: &'a ValueRef<'b>) -> Result<&'a [(ValueRef<'b>, ValueRef<'b>)], String> {
    match value {
        ValueRef::Map(entries) => Ok(entries),
        _ => Err("expected a map".to_owned()),
    }
}

fn list<'a, 'b>(value: &'a ValueRef<'b>) -> Result<&'a [ValueRef<'b>], String> {
    match value {
        ValueRef::Array(items) => Ok(items),
        _ => Err("expected a list".to_owned()),
    }
}

/// A string, also where it is packed as bytes.
fn text_of(value: &ValueRef) -> Result<String, String> {
    let text = match value {
        ValueRef::String(text) => text.as_str(),
        ValueRef::Binary(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    };
    text.map(str::to_owned).ok_or_else(|| "expected a string".to_owned())
}

fn number(value: &ValueRef) -> Result<u64, String> {
    match value {
        ValueRef::Integer(number) => number.as_u64().ok_or_else(|| "expected a positive number".to_owned()),
        _ => Err("expected a number".to_owned()),
    }
}

fn pair(value: &ValueRef) -> Result<(String, String), String> {
    match list(value)? {
        [first, second] => Ok((text_of(first)?, text_of(second)?)),
        _ => Err("expected a pair".to_owned()),
    }
}

/// An entry of a map whose keys are strings or bytes.
fn entry<'a, 'b>(value: &'a ValueRef<'b>, key: &str) -> Result<&'a ValueRef<'b>, String> {
    let is_key = |name: &ValueRef| match name {
        ValueRef::String(text) => text.as_bytes() == key.as_bytes(),
        ValueRef::Binary(bytes) => *bytes == key.as_bytes(),
        _ => false,
    };
    let found = map(value)?.iter().find(|(name, _)| is_key(name));
    found.map(|(_, value)| value).ok_or_else(|| format!("no entry `{key}`"))
}

/// An entry of a map whose keys are numbers.
fn numbered<'a, 'b>(value: &'a ValueRef<'b>, key: u64) -> Result<Option<&'a ValueRef<'b>>, String> {
    Ok(map(value)?.iter().find(|(name, _)| number(name) == Ok(key)).map(|(_, value)| value))
}

/// An attribute of a layer: bytes that are MessagePack again.
fn attribute<T>(attrs: &ValueRef, name: &str, take: impl FnOnce(&ValueRef) -> Result<T, String>) -> Result<T, String> {
    match entry(attrs, name)? {
        ValueRef::Binary(bytes) => {
            let mut bytes = *bytes;
            take(&rmpv::decode::read_value_ref(&mut bytes).map_err(|e| e.to_string())?)
        }
        other => take(other),
    }
}

fn array_of_map(value: &ValueRef, seed: u32) -> Result<Array, String> {
    let kind = text_of(entry(value, "type")?)?;
    if kind != "<f4" {
        return Err(format!("numbers of type `{kind}` instead of `<f4`"));
    }
    let shape: Result<_, _> = list(entry(value, "shape")?)?.iter().map(|n| number(n).map(|n| n as usize)).collect();
    match entry(value, "data")? {
        ValueRef::Binary(bytes) => Ok(Array { shape: shape?, values: floats_of_bytes(bytes), seed }),
        _ => Err("expected bytes".to_owned()),
    }
}

/// The same value as JSON.
fn json_of(value: &ValueRef) -> Result<Json, String> {
    Ok(match value {
        ValueRef::Nil => Json::Null,
        ValueRef::Boolean(value) => Json::Bool(*value),
        ValueRef::Integer(_) => Json::from(number(value)?),
        ValueRef::String(_) | ValueRef::Binary(_) => Json::String(text_of(value)?),
        ValueRef::Array(items) => Json::Array(items.iter().map(json_of).collect::<Result<_, _>>()?),
        ValueRef::Map(entries) => {
            let entry = |(key, value): &(ValueRef, ValueRef)| Ok((text_of(key)?, json_of(value)?));
            Json::Object(entries.iter().map(entry).collect::<Result<_, String>>()?)
        }
        _ => return Err("a value that JSON lacks".to_owned()),
    })
}

/// Shape and numbers of a NumPy file, format 1, of 32-bit floats.
fn npy(bytes: &[u8]) -> Result<(Vec<usize>, Vec<f32>), String> {
    let rest = bytes.strip_prefix(b"\x93NUMPY\x01\x00").ok_or("not a NumPy file of format 1")?;
    let (length, rest) = rest.split_first_chunk().ok_or("cut short")?;
    let (header, data) = rest.split_at_checked(u16::from_le_bytes(*length).into()).ok_or("cut short")?;
    let header = std::str::from_utf8(header).map_err(|e| e.to_string())?;
    if !header.contains("'<f4'") || !header.contains("'fortran_order': False") {
        return Err(format!("expected 32-bit floats in C order: {}", header.trim()));
    }
    let shape = header.split_once("'shape': (").and_then(|(_, rest)| rest.split_once(')')).ok_or("no shape")?.0;
    let shape: Result<Vec<usize>, _> =
        shape.split(',').map(str::trim).filter(|n| !n.is_empty()).map(str::parse).collect();
    let shape = shape.map_err(|e| e.to_string())?;
    let values = floats_of_bytes(data);
    if values.len() != shape.iter().product::<usize>() {
        return Err(format!("{} numbers do not fill {shape:?}", values.len()));
    }
    Ok((shape, values))
}
