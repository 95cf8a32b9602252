//! The feature space: which n-grams count, how much, and where their weights lie.
//!
//! A feature is known by the 64-bit XXH3 hash of its n-gram alone: a model holds no word of any ticket in clear (whoever guesses
//! a word can still test it), and a look-up costs one hash. Features are numbered by falling frequency, so that the rows touched
//! most lie together.
//!
//! Weights follow scikit-learn's `TfidfVectorizer(sublinear_tf=True)`: `(1 + ln tf) · (1 + ln((1 + n) / (1 + df)))`, every block
//! of unit length. Two things differ:
//! - n-grams the space does not know count in the length as if they had been seen once. A text of unknown words therefore comes
//!   out *short*, and short means near the bias, not a confident answer from the two trigrams that happened to match.
//! - blocks carry a weight. A sentence encoder joins as a further block of dense features behind the lexical ones.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::text::Words;

/// Character n-grams within word boundaries, as scikit-learn's `char_wb`.
const CHAR_GRAMS: std::ops::RangeInclusive<usize> = 3..=5;

/// The lexical blocks; the number is the seed of their hashes, and so part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    /// Words and pairs of neighbouring words.
    Words = 1,
    /// 3 to 5 characters of one word.
    Chars = 2,
}

/// One text as sorted (feature, value) pairs.
pub(crate) type Row = Vec<(u32, f32)>;

/// What turns texts into rows. See the module's documentation.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    pub(crate) keys: Vec<u64>,
    pub(crate) idf: Vec<f32>,
    /// The weight of an n-gram that occurred in one text only, or in none.
    pub(crate) rare_idf: f32,
    /// The weights of the two blocks.
    pub(crate) weights: [f32; 2],
    index: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
}

/// Buffers that one thread uses for text after text.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    words: Words,
    counts: Vec<u16>,
    touched: Vec<u32>,
    ends: Vec<usize>,
}

impl Space {
    /// A space of the given features.
    pub(crate) fn new(keys: Vec<u64>, idf: Vec<f32>, rare_idf: f32, weights: [f32; 2]) -> Self {
        let mut index = HashMap::with_capacity_and_hasher(keys.len(), BuildHasherDefault::default());
        index.extend(keys.iter().zip(0u32..).map(|(key, id)| (*key, id)));
        Self {
            keys,
            idf,
            rare_idf,
            weights,
            index,
        }
    }

    /// The space of the n-grams in at least `min_texts` of `texts`, the `max_features` most frequent of them.
    pub(crate) fn learn(texts: &[&str], min_texts: u32, max_features: usize, weights: [f32; 2]) -> Self {
        let mut seen: HashMap<u64, u32, BuildHasherDefault<AsIs>> = HashMap::default();
        // Pieces bound the memory: the hashes of 512 texts at once, not of all.
        for piece in texts.chunks(512) {
            let hashes: Vec<Vec<u64>> = piece
                .par_iter()
                .map_init(Scratch::default, |scratch, text| scratch.distinct(text))
                .collect();
            for hash in hashes.into_iter().flatten() {
                *seen.entry(hash).or_insert(0) += 1;
            }
        }
        let mut kept: Vec<(u32, u64)> = seen
            .into_iter()
            .filter(|(_, df)| *df >= min_texts)
            .map(|(hash, df)| (df, hash))
            .collect();
        kept.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        kept.truncate(max_features);
        let idf = |df: u32| (1.0 + ((1.0 + texts.len() as f64) / (1.0 + f64::from(df))).ln()) as f32;
        Self::new(
            kept.iter().map(|k| k.1).collect(),
            kept.iter().map(|k| idf(k.0)).collect(),
            idf(1),
            weights,
        )
    }

    /// How many features there are.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Writes the row of `text` and returns which share (0 to 1) of the text's length the space knows.
    pub(crate) fn row(&self, text: &str, scratch: &mut Scratch, row: &mut Row) -> f32 {
        row.clear();
        scratch.counts.resize(self.len(), 0);
        scratch.words.read(text);
        let (mut known, mut all) = (0.0, 0.0);
        for (block, weight) in [Block::Words, Block::Chars].into_iter().zip(self.weights) {
            let from = row.len();
            let mut unknown = 0usize;
            let Scratch {
                words,
                counts,
                touched,
                ends,
            } = scratch;
            each_gram(words, ends, block, |hash| match self.index.get(&hash) {
                Some(&id) => {
                    let count = &mut counts[id as usize];
                    if *count == 0 {
                        touched.push(id);
                    }
                    *count = count.saturating_add(1);
                }
                None => unknown += 1,
            });
            let mut length = 0.0;
            for id in touched.drain(..) {
                let at = id as usize;
                let value = (1.0 + f32::from(std::mem::take(&mut counts[at])).ln()) * self.idf[at];
                length += value * value;
                row.push((id, value));
            }
            let total = length + unknown as f32 * self.rare_idf * self.rare_idf;
            if total > 0.0 {
                let scale = weight / total.sqrt();
                row[from..].iter_mut().for_each(|(_, value)| *value *= scale);
                known += length / total;
                all += 1.0;
            }
        }
        if all > 0.0 { f32::sqrt(known / all) } else { 0.0 }
    }
}

impl Scratch {
    /// The hashes of the n-grams of `text`, each once.
    fn distinct(&mut self, text: &str) -> Vec<u64> {
        let mut hashes = Vec::new();
        self.words.read(text);
        for block in [Block::Words, Block::Chars] {
            each_gram(&self.words, &mut self.ends, block, |hash| hashes.push(hash));
        }
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }
}

/// Calls `found` with the hash of every n-gram of `block`, repeated ones too. `ends` is a buffer.
fn each_gram(words: &Words, ends: &mut Vec<usize>, block: Block, mut found: impl FnMut(u64)) {
    let line = words.line.as_bytes();
    let mut hash = |from: usize, to: usize| found(xxh3_64_with_seed(&line[from..to], block as u64));
    match block {
        Block::Words => {
            let mut before = None;
            for &(from, to) in &words.spans {
                hash(from, to);
                if let Some(from) = before {
                    hash(from, to);
                }
                before = Some(from);
            }
        }
        Block::Chars => {
            for &(from, to) in &words.spans {
                // The word with the space on either side: where each of its characters ends.
                ends.clear();
                ends.extend(words.line[from - 1..=to].char_indices().map(|(at, _)| from - 1 + at));
                ends.push(to + 1);
                let chars = ends.len() - 1;
                for len in CHAR_GRAMS {
                    for first in 0..(chars + 1).saturating_sub(len) {
                        hash(ends[first], ends[first + len]);
                    }
                }
            }
        }
    }
}

/// Keys are hashes already.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
