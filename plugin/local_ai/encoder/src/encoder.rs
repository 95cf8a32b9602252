//! Texts become vectors.

use std::io;
use std::path::{Path, PathBuf};

use crate::engine::{Engine, Options};
use crate::error::OpenError;
use crate::folder::{Folder, Pooling};

/// A model that turns texts into vectors.
#[derive(Debug)]
pub struct Encoder {
    engine: Engine,
    pooling: Pooling,
    normalise: bool,
}

/// Vectors of texts, in the order of the texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    dim: usize,
    values: Vec<f32>,
}

impl Encoder {
    /// Opens the Hugging Face or sentence-transformers folder `dir`.
    ///
    /// # Errors
    /// [`OpenError`]; each is one sentence that says what to do.
    pub fn open(dir: impl AsRef<Path>, options: &Options) -> Result<Self, OpenError> {
        let folder = Folder::open(dir.as_ref())?;
        let first_only = folder.pooling == Pooling::First;
        let (engine, ()) = Engine::open(&folder, options, first_only, || Ok(()))?;
        Ok(Self {
            engine,
            pooling: folder.pooling,
            normalise: folder.normalise,
        })
    }

    /// The vectors of `texts`. Any text will do; what is beyond [`Self::max_tokens`] is not looked at.
    pub fn embed(&self, texts: &[&str]) -> Embeddings {
        let dim = self.dim();
        let first_only = self.pooling == Pooling::First;
        let values = self.engine.run(texts, dim, first_only, |tokens, out| {
            pool(self.pooling, tokens, out);
            if self.normalise {
                // The bound is that of PyTorch's `normalize`.
                let length = out.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-12);
                out.iter_mut().for_each(|x| *x /= length);
            }
        });
        Embeddings { dim, values }
    }

    /// Numbers per vector.
    pub fn dim(&self) -> usize {
        self.engine.config().width
    }

    /// The most tokens of a text that are looked at, the special ones included.
    pub fn max_tokens(&self) -> usize {
        self.engine.max_tokens()
    }

    /// How the vectors of the tokens become the vector of the text: as the folder says, else [`Pooling::Mean`].
    pub fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// Whether vectors are scaled to length 1, as the folder says.
    pub fn normalised(&self) -> bool {
        self.normalise
    }

    /// The files that it was made of: all that another machine needs, within the folder that was opened.
    pub fn files(&self) -> &[PathBuf] {
        self.engine.files()
    }

    /// SHA-256 in hexadecimal over the config, the tokenizer, the weights and whatever else in the folder changes the vectors. Reads
    /// all these files.
    ///
    /// # Errors
    /// What the file system said.
    pub fn fingerprint(&self) -> io::Result<String> {
        self.engine.fingerprint()
    }
}

impl Embeddings {
    /// Numbers per vector.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// One vector after another.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// One vector after another, given away.
    pub fn into_values(self) -> Vec<f32> {
        self.values
    }

    /// Vector by vector.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.dim)
    }
}

pub(crate) fn pool(pooling: Pooling, tokens: &[f32], out: &mut [f32]) {
    let mut rows = tokens.chunks_exact(out.len());
    if let Some(first) = rows.next() {
        out.copy_from_slice(first);
    }
    match pooling {
        Pooling::First => {}
        Pooling::Max => rows.for_each(|row| out.iter_mut().zip(row).for_each(|(o, x)| *o = o.max(*x))),
        Pooling::Mean => {
            rows.for_each(|row| out.iter_mut().zip(row).for_each(|(o, x)| *o += x));
            let share = out.len() as f32 / tokens.len() as f32;
            out.iter_mut().for_each(|o| *o *= share);
        }
    }
}
