//! What a sentence encoder adds to a text's row: one pass of the encoder, dense features for every field.
//!
//! The dense block stands behind the lexical ones: the embedding itself and its [`Fourier`] features.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use otai_encoder::{Encoder, OpenError, Options, Precision};

use crate::fourier::Fourier;

/// The length of the embedding within the row.
const EMBEDDING: f32 = 1.0;
/// The length of the Fourier features within the row. Both lengths were found on Banking77, where words and characters have 1 each.
const FOURIER: f32 = 2.0;
/// Texts embedded at once: bounds the memory of an encoder's pass.
const BATCH: usize = 256;

/// An encoder with what is made of its vectors.
#[derive(Debug, Clone)]
pub(crate) struct Meaning {
    encoder: Arc<Encoder>,
    fourier: Fourier,
    /// The folder that the encoder was opened from.
    pub(crate) folder: PathBuf,
    /// How its products are computed.
    pub(crate) precision: Precision,
    /// Half the number of Fourier features.
    pub(crate) frequencies: usize,
}

impl Meaning {
    /// Opens the encoder in `folder`.
    ///
    /// # Errors
    /// [`OpenError`]; each is one sentence that says what to do.
    pub(crate) fn open(
        folder: &Path,
        precision: Precision,
        threads: usize,
        frequencies: usize,
    ) -> Result<Self, OpenError> {
        let encoder = Encoder::open(folder, &Options { precision, threads })?;
        Ok(Self {
            fourier: Fourier::new(encoder.dim(), frequencies),
            encoder: Arc::new(encoder),
            folder: folder.to_owned(),
            precision,
            frequencies,
        })
    }

    /// Numbers per vector of the encoder.
    pub(crate) fn dim(&self) -> usize {
        self.encoder.dim()
    }

    /// Features per text.
    pub(crate) fn len(&self) -> usize {
        self.dim() + self.fourier.len()
    }

    /// The encoder's files, all within [`Self::folder`].
    pub(crate) fn files(&self) -> &[PathBuf] {
        self.encoder.files()
    }

    /// What tells this encoder from every other: SHA-256 over its files.
    ///
    /// # Errors
    /// What the file system said.
    pub(crate) fn fingerprint(&self) -> std::io::Result<String> {
        self.encoder.fingerprint()
    }

    /// The vectors of `texts`, one after another, each of length 1. `done` hears how many texts are ready.
    pub(crate) fn embed(&self, texts: &[&str], done: &dyn Fn(usize)) -> Vec<f32> {
        let mut vectors = Vec::with_capacity(texts.len() * self.dim());
        for (at, batch) in texts.chunks(BATCH).enumerate() {
            let from = vectors.len();
            vectors.extend(self.encoder.embed(batch).into_values());
            vectors[from..].chunks_exact_mut(self.dim()).for_each(unit);
            done(at * BATCH + batch.len());
        }
        vectors
    }

    /// Appends the features of one text, whose vector is `vector`.
    pub(crate) fn extend(&self, vector: &[f32], out: &mut Vec<f32>) {
        out.extend(vector.iter().map(|x| x * EMBEDDING));
        self.fourier.extend(vector, FOURIER, out);
    }
}

/// Scales a vector to length 1; one without length stays.
fn unit(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 1e-12 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
}
