//! From words to vectors that know their neighbours: hash embeddings mixed by a maxout layer, then four convolutions.

use super::hash::{QuickMap, embedding_keys};
#[cfg(test)]
use super::matrix::floats;
use super::matrix::{Dense, LANE, Lane, Level, Maxout, Norm, Part, WIDTH, lanes};
use super::parts::{LoadError, Parts};
use super::words::Word;
use std::ops::Range;
use std::sync::Arc;

/// One network that turns words into vectors. Tagger and parser share one, names have their own.
#[derive(Debug)]
pub struct Tok2Vec {
    level: Level,
    columns: Vec<Column>,
    embeddings: Vec<Embedding>,
    vectors: Option<(Arc<WordVectors>, Dense)>,
    mix: Maxout,
    /// The first convolution for one word: what it adds to its own vector and to those of its neighbours.
    first: Dense,
    /// What the first convolution adds where there is no word.
    nothing: Part,
    first_norm: Norm,
    deeper: Vec<Maxout>,
}

/// A feature of a word that is embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Norm,
    Prefix,
    Suffix,
    Shape,
    Space,
    IsSpace,
}

#[derive(Debug)]
struct Embedding {
    seed: u32,
    rows: Vec<[Lane; WIDTH]>,
}

/// A table of vectors, found by a word's id.
#[derive(Debug)]
pub struct WordVectors {
    rows: QuickMap<u64, u32>,
    width: usize,
    values: Vec<Lane>,
}

/// What a network makes of single words; a word's row is the same wherever it stands.
#[derive(Debug, Default)]
pub struct Rows {
    vectors: Vec<[Lane; WIDTH]>,
    /// What the word adds in the first convolution to itself, to the word on its right, to the word on its left.
    parts: Vec<[Part; 3]>,
    inputs: Vec<Lane>,
    statics: Vec<Lane>,
    outputs: Vec<Lane>,
}

/// The vectors of a batch of texts, and room for working them out.
#[derive(Debug, Default)]
pub struct Encoded {
    x: Vec<Lane>,
    y: Vec<Lane>,
    starts: Vec<usize>,
    places: Vec<usize>,
    /// Where each token's vector begins in `x`, counted in floats.
    tokens: Vec<usize>,
}

/// Units of a layer.
const UNITS: usize = WIDTH * LANE;

/// Rows of nothing on each side of a text. They are not nothing any more after the first layer; four layers look four rows
/// far, and what lies beyond the third has no part in a token's vector.
const PAD: usize = 3;

/// Convolutions, the first included.
const LAYERS: usize = 4;

/// Lanes in which a [`Part`] is stored.
const PART: usize = 3 * WIDTH;

impl WordVectors {
    pub fn new(parts: &mut Parts) -> Option<Self> {
        let vectors = parts.vectors.take()?;
        Some(Self {
            rows: vectors.rows.into_iter().collect(),
            width: vectors.width,
            values: lanes(vectors.values, 0.0),
        })
    }
}

impl Tok2Vec {
    /// Builds the network of a name out of the parts.
    pub fn new(
        parts: &Parts,
        network: &str,
        vectors: Option<Arc<WordVectors>>,
        level: Level,
    ) -> Result<Self, LoadError> {
        let columns = columns(parts, network)?;
        let embeddings = (0..columns.len()).map(|i| embedding(parts, network, i)).collect::<Result<Vec<_>, _>>()?;
        let has_static = parts.arrays.contains_key(&format!("{network}.static_vectors.0.W"));
        let vectors = if has_static { Some(static_layer(parts, network, vectors)?) } else { None };
        let inputs = (columns.len() + usize::from(has_static)) * UNITS;
        let (first, nothing) = first_layer(parts, network)?;
        Ok(Self {
            level,
            columns,
            embeddings,
            vectors,
            mix: maxout(parts, network, 0, inputs)?,
            first,
            nothing,
            first_norm: norm(parts, network, 1)?,
            deeper: (2..=LAYERS).map(|i| maxout(parts, network, i, 3 * UNITS)).collect::<Result<_, _>>()?,
        })
    }

    /// Whether a word with a space after it has another row than without.
    pub fn sees_space(&self) -> bool {
        self.columns.contains(&Column::Space)
    }

    /// Works out rows for words, each with whether a space follows it, and puts them behind the rows there are.
    pub fn add_rows(&self, words: &[(&Word, bool)], rows: &mut Rows) {
        let Rows { vectors, parts, inputs, statics, outputs } = rows;
        let old = vectors.len();
        let width = self.columns.len() + usize::from(self.vectors.is_some());
        inputs.clear();
        inputs.resize(words.len() * width * WIDTH, Lane::default());
        for ((word, space), inputs) in words.iter().zip(inputs.chunks_exact_mut(width * WIDTH)) {
            for ((column, embedding), out) in
                self.columns.iter().zip(&self.embeddings).zip(inputs.chunks_exact_mut(WIDTH))
            {
                embedding.add_to(column.id(word, *space), out);
            }
        }
        self.add_static(words, width, inputs, statics);

        vectors.resize(old + words.len(), [Lane::default(); WIDTH]);
        let starts: Vec<usize> = (0..words.len()).map(|i| i * width * UNITS).collect();
        let places: Vec<usize> = (0..words.len()).map(|i| i * WIDTH).collect();
        let new = vectors[old..].as_flattened_mut();
        self.mix.apply(self.level, inputs, &starts, None, new, &places);

        outputs.clear();
        outputs.resize(words.len() * self.first.width(), Lane::default());
        let starts: Vec<usize> = (0..words.len()).map(|i| i * UNITS).collect();
        self.first.apply(self.level, new, &starts, outputs);
        parts.extend(outputs.chunks_exact(self.first.width()).map(|lanes| {
            std::array::from_fn(|w| std::array::from_fn(|unit| std::array::from_fn(|p| lanes[w * PART + unit * 3 + p])))
        }));
    }

    /// Puts the words' vectors, as far as there are any, into the last columns of the inputs.
    fn add_static(&self, words: &[(&Word, bool)], width: usize, inputs: &mut [Lane], outputs: &mut Vec<Lane>) {
        let Some((table, layer)) = &self.vectors else { return };
        let row = |(i, (word, _)): (usize, &(&Word, bool))| table.rows.get(&word.orth).map(|&row| (i, row as usize));
        let known: Vec<(usize, usize)> = words.iter().enumerate().filter_map(row).collect();
        let starts: Vec<usize> = known.iter().map(|(_, row)| row * table.width).collect();
        outputs.clear();
        outputs.resize(known.len() * layer.width(), Lane::default());
        layer.apply(self.level, &table.values, &starts, outputs);
        for ((i, _), vector) in known.iter().zip(outputs.chunks_exact(layer.width())) {
            let end = (i + 1) * width * WIDTH;
            inputs[end - WIDTH..end].copy_from_slice(&vector[..WIDTH]);
        }
    }

    /// Works out the vectors of texts. `rows` gives the row of each token, `texts` the tokens of each text.
    pub fn encode(&self, known: &Rows, rows: &[u32], texts: &[Range<usize>], encoded: &mut Encoded) {
        encoded.place(texts);
        for (text, base) in texts.iter().zip(bases(texts)) {
            self.first_convolution(known, &rows[text.clone()], &mut encoded.x[base * WIDTH..]);
        }
        for (depth, layer) in self.deeper.iter().enumerate() {
            encoded.choose_rows(texts, PAD - 1 - depth);
            let Encoded { x, y, starts, places, .. } = encoded;
            layer.apply(self.level, x, starts, Some(x), y, places);
            std::mem::swap(x, y);
        }
    }

    fn first_convolution(&self, known: &Rows, rows: &[u32], out: &mut [Lane]) {
        let parts = |i: usize| rows.get(i.wrapping_sub(PAD)).map(|&row| &known.parts[row as usize]);
        for (i, out) in out.as_chunks_mut().0.iter_mut().enumerate().take(rows.len() + 2 * PAD) {
            let residual = rows.get(i.wrapping_sub(PAD)).map(|&row| &known.vectors[row as usize]);
            let own = parts(i).map_or(&self.nothing, |parts| &parts[0]);
            let left = i.checked_sub(1).and_then(parts).map(|parts| &parts[1]);
            let right = parts(i + 1).map(|parts| &parts[2]);
            self.level.window(&self.first_norm, [Some(own), left, right], residual, out);
        }
    }
}

impl Rows {
    pub fn len(&self) -> usize {
        self.vectors.len()
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Encoded {
    /// Makes room for the texts, and notes where each token's vector will be.
    fn place(&mut self, texts: &[Range<usize>]) {
        let rows = texts.iter().map(|text| text.len() + 2 * PAD).sum::<usize>();
        for lanes in [&mut self.x, &mut self.y] {
            lanes.clear();
            lanes.resize(rows * WIDTH, Lane::default());
        }
        let starts =
            texts.iter().zip(bases(texts)).flat_map(|(text, base)| (0..text.len()).map(move |i| base + PAD + i));
        self.tokens.clear();
        self.tokens.extend(starts.map(|row| row * UNITS));
    }

    /// The rows that a layer works out: the tokens of each text and `margin` rows on both sides.
    fn choose_rows(&mut self, texts: &[Range<usize>], margin: usize) {
        self.starts.clear();
        self.places.clear();
        for (text, base) in texts.iter().zip(bases(texts)) {
            let first = base + PAD - margin;
            for row in first..first + text.len() + 2 * margin {
                self.starts.push((row - 1) * UNITS);
                self.places.push(row * WIDTH);
            }
        }
    }

    /// The vectors, in which each token's begins where [`token_starts`](Self::token_starts) says.
    pub fn vectors(&self) -> &[Lane] {
        &self.x
    }

    /// For each token the place of its vector, counted in floats.
    pub fn token_starts(&self) -> &[usize] {
        &self.tokens
    }

    /// The vector of a token.
    #[cfg(test)]
    pub fn vector(&self, token: usize) -> &[f32] {
        &floats(&self.x)[self.tokens[token]..][..UNITS]
    }
}

/// First row of each text.
fn bases(texts: &[Range<usize>]) -> impl Iterator<Item = usize> {
    texts.iter().scan(0, |next, text| {
        let base = *next;
        *next += text.len() + 2 * PAD;
        Some(base)
    })
}

impl Embedding {
    fn add_to(&self, id: u64, out: &mut [Lane]) {
        for key in embedding_keys(id, self.seed) {
            let row = &self.rows[key as usize % self.rows.len()];
            for (out, lane) in out.iter_mut().zip(row) {
                for (out, value) in out.0.iter_mut().zip(lane.0) {
                    *out += value;
                }
            }
        }
    }
}

impl Column {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "NORM" => Self::Norm,
            "PREFIX" => Self::Prefix,
            "SUFFIX" => Self::Suffix,
            "SHAPE" => Self::Shape,
            "SPACY" => Self::Space,
            "IS_SPACE" => Self::IsSpace,
            _ => return None,
        })
    }

    fn id(self, word: &Word, space: bool) -> u64 {
        match self {
            Self::Norm => word.norm,
            Self::Prefix => word.prefix,
            Self::Suffix => word.suffix,
            Self::Shape => word.shape,
            Self::Space => space.into(),
            Self::IsSpace => word.is_space.into(),
        }
    }
}

fn columns(parts: &Parts, network: &str) -> Result<Vec<Column>, LoadError> {
    let place = format!("{network}.columns");
    let names = parts.columns.get(network).ok_or_else(|| parts.error(&place, "missing"))?;
    let column =
        |name: &String| Column::parse(name).ok_or_else(|| parts.error(&place, format!("unknown feature `{name}`")));
    names.iter().map(column).collect()
}

fn embedding(parts: &Parts, network: &str, number: usize) -> Result<Embedding, LoadError> {
    let array = parts.array(&format!("{network}.hashembed.{number}.E"), &[0, UNITS])?;
    let row = |values: &[f32]| *lanes(values.iter().copied(), 0.0).first_chunk().expect("a row of this width");
    Ok(Embedding { seed: array.seed, rows: array.values.chunks_exact(UNITS).map(row).collect() })
}

fn static_layer(
    parts: &Parts,
    network: &str,
    vectors: Option<Arc<WordVectors>>,
) -> Result<(Arc<WordVectors>, Dense), LoadError> {
    let vectors = vectors.ok_or_else(|| parts.error("vocab/vectors", "missing, although the model uses them"))?;
    let width = vectors.width;
    let weights = parts.array(&format!("{network}.static_vectors.0.W"), &[UNITS, width])?;
    let layer = Dense::new(width, UNITS, |o, i| weights.values[o * width + i], |_| 0.0);
    Ok((vectors, layer))
}

/// A maxout layer with its normalisation.
fn maxout(parts: &Parts, network: &str, number: usize, inputs: usize) -> Result<Maxout, LoadError> {
    let weights = parts.array(&format!("{network}.maxout.{number}.W"), &[UNITS, 3, inputs])?;
    let bias = parts.array(&format!("{network}.maxout.{number}.b"), &[UNITS, 3])?;
    let weight = |unit, piece, input| weights.values[(unit * 3 + piece) * inputs + input];
    Ok(Maxout::new(inputs, weight, |unit, piece| bias.values[unit * 3 + piece], norm(parts, network, number)?))
}

fn norm(parts: &Parts, network: &str, number: usize) -> Result<Norm, LoadError> {
    let row = |name: &str| {
        let array = parts.array(&format!("{network}.layernorm.{number}.{name}"), &[UNITS])?;
        Ok(*lanes(array.values.iter().copied(), 0.0).first_chunk().expect("a row of this width"))
    };
    Ok(Norm { gain: row("G")?, bias: row("b")? })
}

/// The first convolution taken apart: its weights for the word itself, for the word before and the word after, as one layer
/// over a single word; and its bias. The weights' inputs are the word before, the word itself, the word after.
fn first_layer(parts: &Parts, network: &str) -> Result<(Dense, Part), LoadError> {
    const INPUTS: usize = 3 * UNITS;
    let weights = parts.array(&format!("{network}.maxout.1.W"), &[UNITS, 3, INPUTS])?;
    let bias = parts.array(&format!("{network}.maxout.1.b"), &[UNITS, 3])?;
    // An output of the layer is the word it is added to, then a number as in `Part`.
    let unit_and_piece = |output: usize| {
        let (lane, i) = (output / LANE % PART, output % LANE);
        (lane / 3 * LANE + i) * 3 + lane % 3
    };
    let window = |output: usize| [1, 0, 2][output / LANE / PART];
    let dense = Dense::new(
        UNITS,
        3 * PART * LANE,
        |o, i| weights.values[unit_and_piece(o) * INPUTS + window(o) * UNITS + i],
        |o| if window(o) == 1 { bias.values[unit_and_piece(o)] } else { 0.0 },
    );
    let lane = |w: usize, p: usize| Lane(std::array::from_fn(|i| bias.values[(w * LANE + i) * 3 + p]));
    Ok((dense, std::array::from_fn(|w| std::array::from_fn(|p| lane(w, p)))))
}
