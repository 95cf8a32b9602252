//! What the last training saw: for each text a hash, a hash of its labels, and its vector. No text.
//!
//! With it the next training embeds only what is new, and says what is new, what people corrected and what is gone. It may be
//! deleted at any time; a file that is damaged, or of another encoder, counts as none.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::meaning::Meaning;
use crate::replace::replace;

/// The file, beside the model.
pub(crate) const MEMORY_FILE: &str = "lesson.bin";
/// Texts after which what was embedded is put away: some minutes of work on one processor are then the most that a kill costs.
const KEEP_EVERY: usize = 2048;
const MAGIC: &[u8; 8] = b"otai-les";

/// What one training leaves to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    file: Option<PathBuf>,
    /// Tells the encoder and how it computed; empty without one.
    encoder: String,
    /// Hash of the text → hash of its labels, place of its vector.
    seen: HashMap<u128, (u64, usize)>,
    vectors: Vec<f32>,
    dim: usize,
}

/// How the examples of this training differ from those of the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Texts that were not there.
    pub new: usize,
    /// Texts that were there with other labels.
    pub corrected: usize,
    /// Texts that are there no more.
    pub gone: usize,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    encoder: String,
    texts: Vec<(u128, u64)>,
    vectors: ByteBuf,
}

impl Memory {
    /// The memory in the folder of a model; empty if there is none. `None`: nothing is remembered.
    pub(crate) fn open(folder: Option<&Path>) -> Self {
        let Some(folder) = folder else { return Self::default() };
        let file = folder.join(MEMORY_FILE);
        let read = fs::read(&file).ok().and_then(|bytes| {
            let (sum, payload) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
            (xxh3_64(payload).to_le_bytes() == *sum).then_some(())?;
            postcard::from_bytes::<Stored>(payload).ok()
        });
        let Some(stored) = read else {
            return Self {
                file: Some(file),
                ..Self::default()
            };
        };
        let vectors: Vec<f32> = stored
            .vectors
            .as_chunks::<4>()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect();
        let dim = vectors.len().checked_div(stored.texts.len()).unwrap_or(0);
        let seen = stored
            .texts
            .iter()
            .enumerate()
            .map(|(at, (text, labels))| (*text, (*labels, at)));
        Self {
            file: Some(file),
            encoder: stored.encoder,
            seen: seen.collect(),
            dim,
            vectors,
        }
    }

    /// How `texts` (hashes of text and labels) differ from what is remembered; `None` if nothing is.
    pub(crate) fn changes(&self, texts: &[(u128, u64)]) -> Option<Changes> {
        if self.seen.is_empty() {
            return None;
        }
        let mut changes = Changes::default();
        let mut met = 0;
        for (text, labels) in texts {
            match self.seen.get(text) {
                None => changes.new += 1,
                Some((old, _)) => {
                    met += 1;
                    changes.corrected += usize::from(old != labels);
                }
            }
        }
        changes.gone = self.seen.len().saturating_sub(met);
        Some(changes)
    }

    /// The vector of a text, if `encoder` made one.
    pub(crate) fn vector(&self, encoder: &str, text: u128) -> Option<&[f32]> {
        let (_, at) = self
            .seen
            .get(&text)
            .filter(|_| self.dim > 0 && self.encoder == encoder)?;
        self.vectors.get(at * self.dim..(at + 1) * self.dim)
    }

    /// The vectors of `texts`: the remembered ones, and new ones for the rest. `hashes` are those of the first texts, the others are
    /// names of labels. What is new is put away as it comes.
    pub(crate) fn vectors(
        &self,
        meaning: &Meaning,
        encoder: &str,
        hashes: &[(u128, u64)],
        texts: &[&str],
        progress: &(dyn Fn(&str) + Sync),
    ) -> Vec<f32> {
        let dim = meaning.dim();
        let encoder = format!("{encoder} {:?}", meaning.precision);
        let mut vectors = vec![0.0; texts.len() * dim];
        let (mut ready, mut missing) = (Vec::new(), Vec::new());
        for (at, into) in vectors.chunks_exact_mut(dim).enumerate() {
            match hashes.get(at).and_then(|(text, _)| self.vector(&encoder, *text)) {
                Some(vector) if vector.len() == dim => {
                    into.copy_from_slice(vector);
                    ready.push(at);
                }
                _ => missing.push(at),
            }
        }
        let keep = |ready: &[usize], vectors: &[f32]| {
            let kept: Vec<(u128, u64)> = ready.iter().map(|at| hashes[*at]).collect();
            let places = ready.iter().flat_map(|at| &vectors[at * dim..(at + 1) * dim]);
            self.keep(&encoder, &kept, &places.copied().collect::<Vec<f32>>());
        };
        for (piece, places) in missing.chunks(KEEP_EVERY).enumerate() {
            let before = piece * KEEP_EVERY;
            let wanted: Vec<&str> = places.iter().map(|at| texts[*at]).collect();
            let made = meaning.embed(&wanted, &|done| {
                progress(&format!("embedding: {} of {} new texts", before + done, missing.len()));
            });
            for (at, vector) in places.iter().zip(made.chunks_exact(dim)) {
                vectors[at * dim..(at + 1) * dim].copy_from_slice(vector);
            }
            ready.extend(places.iter().filter(|at| **at < hashes.len()));
            keep(&ready, &vectors);
        }
        keep(&ready, &vectors);
        vectors
    }

    /// Remembers these texts and nothing else. A folder that cannot be written forgets, which costs time and nothing more.
    pub(crate) fn keep(&self, encoder: &str, texts: &[(u128, u64)], vectors: &[f32]) {
        let Some(file) = &self.file else { return };
        let stored = Stored {
            encoder: encoder.to_owned(),
            texts: texts.to_vec(),
            vectors: vectors.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>().into(),
        };
        let Ok(payload) = postcard::to_stdvec(&stored) else {
            return;
        };
        let bytes = [&MAGIC[..], &xxh3_64(&payload).to_le_bytes(), &payload].concat();
        if let Some(folder) = file.parent() {
            let _ = fs::create_dir_all(folder);
        }
        let _ = replace(file, &bytes);
    }
}

/// The hash that a text is remembered by.
pub(crate) fn hash(text: &str) -> u128 {
    xxh3_128(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_there_for_the_same_encoder_only() {
        let dir = tempfile::tempdir().unwrap();
        let texts = [(hash("a"), 1), (hash("b"), 2)];
        assert_eq!(Memory::open(Some(dir.path())).changes(&texts), None);
        Memory::open(Some(dir.path())).keep("minilm", &texts, &[1.0, 2.0, 3.0, 4.0]);
        let memory = Memory::open(Some(dir.path()));
        assert_eq!(memory.vector("minilm", hash("b")), Some(&[3.0, 4.0][..]));
        assert_eq!(memory.vector("minilm", hash("c")), None);
        assert_eq!(memory.vector("e5", hash("b")), None);
        let now = [(hash("b"), 3), (hash("c"), 1), (hash("d"), 1)];
        let changes = Changes {
            new: 2,
            corrected: 1,
            gone: 1,
        };
        assert_eq!(memory.changes(&now), Some(changes));
    }

    #[test]
    fn a_damaged_file_counts_as_none() {
        let dir = tempfile::tempdir().unwrap();
        Memory::open(Some(dir.path())).keep("minilm", &[(hash("a"), 1)], &[1.0]);
        let file = dir.path().join(MEMORY_FILE);
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 1;
            fs::write(&file, &spoilt).unwrap();
            assert_eq!(
                Memory::open(Some(dir.path())).vector("minilm", hash("a")),
                None,
                "byte {at}"
            );
        }
        fs::write(&file, &whole[..whole.len() - 1]).unwrap();
        assert!(Memory::open(Some(dir.path())).vector("minilm", hash("a")).is_none());
    }

    #[test]
    fn no_folder_remembers_nothing() {
        let memory = Memory::open(None);
        memory.keep("minilm", &[(hash("a"), 1)], &[1.0]);
        assert_eq!(memory.changes(&[(hash("a"), 1)]), None);
    }
}
