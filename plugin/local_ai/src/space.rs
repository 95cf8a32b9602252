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
    /// Whether the text that was read last has a word.
    pub(crate) fn has_words(&self) -> bool {
        !self.words.spans.is_empty()
    }

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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn grams(text: &str, block: Block) -> Vec<u64> {
        let (mut words, mut found) = (Words::default(), Vec::new());
        words.read(text);
        each_gram(&words, &mut Vec::new(), block, |hash| found.push(hash));
        found
    }

    #[test]
    fn n_grams_are_those_of_scikit_learn() {
        let hashes = |grams: &[&str], block| {
            grams
                .iter()
                .map(|g| xxh3_64_with_seed(g.as_bytes(), block as u64))
                .collect::<HashSet<_>>()
        };
        // TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5)).build_analyzer()("abc é")
        let chars = [" ab", "abc", "bc ", " abc", "abc ", " abc ", " é "];
        assert_eq!(
            grams("Abc, é", Block::Chars).into_iter().collect::<HashSet<_>>(),
            hashes(&chars, Block::Chars)
        );
        assert_eq!(grams("Abc, é", Block::Chars).len(), chars.len());
        let words = ["abc", "é", "x", "abc é", "é x"];
        assert_eq!(
            grams("Abc, é x", Block::Words).into_iter().collect::<HashSet<_>>(),
            hashes(&words, Block::Words)
        );
    }

    #[test]
    fn blocks_have_their_weight_as_length_and_unknown_text_is_short() {
        let texts = ["my card is lost", "my card is blocked", "my card is lost again"];
        let space = Space::learn(&texts, 2, 1000, [1.0, 0.5]);
        let (mut scratch, mut row) = (Scratch::default(), Row::new());
        let mut length = |text| {
            let known = space.row(text, &mut scratch, &mut row);
            (known, row.iter().map(|(_, v)| v * v).sum::<f32>())
        };
        let (known, square) = length("my card is");
        assert!(
            (known - 1.0).abs() < 1e-6 && (square - 1.25).abs() < 1e-5,
            "{known} {square}"
        );
        let (known, square) = length("zzzz yyyy my");
        assert!(known > 0.0 && known < 0.5 && square < 0.3, "{known} {square}");
        assert_eq!(length("zzzz qqqq"), (0.0, 0.0));
        assert_eq!(length(""), (0.0, 0.0));
    }

    #[test]
    fn only_frequent_n_grams_are_kept_and_the_rarest_go_first() {
        let texts = ["secret alpha", "alpha beta", "alpha beta"];
        let all = Space::learn(&texts, 2, 1000, [1.0, 1.0]);
        assert!(
            grams("secret", Block::Words)
                .iter()
                .all(|hash| !all.keys.contains(hash))
        );
        let few = Space::learn(&texts, 2, 3, [1.0, 1.0]);
        assert_eq!(few.keys, all.keys[..3]);
        assert!(all.idf.is_sorted(), "features are numbered by falling frequency");
    }

    #[test]
    fn a_repeated_word_counts_less_than_twice() {
        let space = Space::learn(&["a b", "a b"], 2, 1000, [1.0, 1.0]);
        let (mut scratch, mut row) = (Scratch::default(), Row::new());
        space.row("a a a b", &mut scratch, &mut row);
        let of = |word| {
            let id = space
                .keys
                .iter()
                .position(|key| *key == grams(word, Block::Words)[0])
                .unwrap();
            row.iter().find(|(at, _)| *at as usize == id).unwrap().1
        };
        assert!((of("a") / of("b") - (1.0 + 3.0f32.ln())).abs() < 1e-5);
    }
}
