//! The hashes by which spaCy names strings and by which it finds the rows of a word's embedding, and a quick one for our
//! own tables.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

/// MurmurHash2, 64 bit, version A.
pub fn murmur2_64a(bytes: &[u8], seed: u64) -> u64 {
    const M: u64 = 0xc6a4_a793_5bd1_e995;
    let mut hash = seed ^ (bytes.len() as u64).wrapping_mul(M);
    let mut blocks = bytes.chunks_exact(8);
    for block in &mut blocks {
        let mut k = little_endian(block).wrapping_mul(M);
        k ^= k >> 47;
        hash = (hash ^ k.wrapping_mul(M)).wrapping_mul(M);
    }
    let tail = blocks.remainder();
    if !tail.is_empty() {
        hash = (hash ^ little_endian(tail)).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 47)).wrapping_mul(M);
    hash ^ (hash >> 47)
}

/// The four row keys of a 64-bit id: MurmurHash3 x64 128 of its eight bytes, cut into four.
pub fn embedding_keys(id: u64, seed: u32) -> [u32; 4] {
    let seed = u64::from(seed);
    let k1 = id.wrapping_mul(0x87c3_7b91_1142_53d5).rotate_left(31).wrapping_mul(0x4cf5_ad43_2745_937f);
    let mut h1 = seed ^ k1 ^ 8;
    let mut h2 = seed ^ 8;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    h1 = finish(h1);
    h2 = finish(h2);
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    [h1 as u32, (h1 >> 32) as u32, h2 as u32, (h2 >> 32) as u32]
}

fn finish(mut h: u64) -> u64 {
    h ^= h >> 33;
    h = h.wrapping_mul(0xff51_afd7_ed55_8ccd);
    h ^= h >> 33;
    h = h.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, &byte| (value << 8) | u64::from(byte))
}

/// spaCy's names of strings: a small number for the words it reserves, a hash for all others.
#[derive(Debug)]
pub struct StringIds(HashMap<&'static str, u64>);

impl StringIds {
    /// Reads `symbols.tsv`: word, tab, number.
    pub fn new(symbols: &'static str) -> Self {
        let entry = |line: &'static str| line.split_once('\t').and_then(|(word, id)| Some((word, id.parse().ok()?)));
        Self(symbols.lines().filter_map(entry).collect())
    }

    pub fn id(&self, text: &str) -> u64 {
        if text.is_empty() {
            return 0;
        }
        self.0.get(text).copied().unwrap_or_else(|| murmur2_64a(text.as_bytes(), 1))
    }
}

/// Hashes short keys quickly. Not for keys of which an attacker must not make many equal ones: tables that use it are bounded.
#[derive(Clone, Copy, Default, Debug)]
pub struct Quick;

pub type QuickMap<K, V> = HashMap<K, V, Quick>;

#[derive(Default)]
pub struct QuickHasher(u64);

impl BuildHasher for Quick {
    type Hasher = QuickHasher;

    fn build_hasher(&self) -> QuickHasher {
        QuickHasher::default()
    }
}

impl QuickHasher {
    fn mix(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15_u128);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut blocks = bytes.chunks_exact(8);
        for block in &mut blocks {
            self.mix(u64::from_le_bytes(block.try_into().expect("eight bytes")));
        }
        self.mix(little_endian(blocks.remainder()) ^ ((bytes.len() as u64) << 56));
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_hash_as_in_spacy() {
        assert_eq!(murmur2_64a(b"hello", 1), 5983625672228268878);
        assert_eq!(murmur2_64a("北京".as_bytes(), 1), 11804760672128813659);
    }

    #[test]
    fn reserved_words_have_small_ids() {
        let ids = StringIds::new(super::super::SYMBOLS);
        for (word, id) in [
            ("", 0),
            ("punct", 445),
            ("agent", 401),
            ("X", 101),
            ("the", 7425985699627899538),
            ("Beijing", 2949147885855558195),
            ("noun", 16833663260455505849),
        ] {
            assert_eq!(ids.id(word), id, "{word}");
        }
    }

    #[test]
    fn embedding_keys_are_those_of_spacy() {
        let the = 7425985699627899538;
        assert_eq!(embedding_keys(the, 8), [2332737498, 1315472909, 1351622599, 1973209364]);
        assert_eq!(embedding_keys(1, 8), [1161550108, 2247783286, 1742325162, 1224191281]);
    }
}
