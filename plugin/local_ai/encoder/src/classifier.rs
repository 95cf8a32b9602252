//! Texts become scores of labels.

use std::io;
use std::path::Path;

use crate::encoder::pool;
use crate::engine::{Engine, Options};
use crate::error::OpenError;
use crate::folder::{Folder, Pooling};
use crate::head::Head;
use crate::kernels::Level;

/// A model that was trained to sort texts into labels.
#[derive(Debug)]
pub struct SequenceClassifier {
    engine: Engine,
    pooling: Pooling,
    head: Head,
}

impl SequenceClassifier {
    /// Opens the Hugging Face folder `dir` of a model for sequence classification.
    ///
    /// # Errors
    /// [`OpenError`]; each is one sentence that says what to do.
    pub fn open(dir: impl AsRef<Path>, options: &Options) -> Result<Self, OpenError> {
        let folder = Folder::open(dir.as_ref())?;
        let pooling = match &folder.config.modern {
            Some(modern) if modern.mean => Pooling::Mean,
            _ => Pooling::First,
        };
        let (engine, head) = Engine::open(&folder, options, pooling == Pooling::First, || Head::read(&folder))?;
        Ok(Self { engine, pooling, head })
    }

    /// Scores before softmax or sigmoid: one row per text, one number per label. Any text will do; what is beyond
    /// [`Self::max_tokens`] is not looked at.
    pub fn logits(&self, texts: &[&str]) -> Vec<f32> {
        let level = Level::best();
        let width = self.engine.config().width;
        let finish = |tokens: &[f32], out: &mut [f32]| {
            let mut text = vec![0.0; width];
            pool(self.pooling, tokens, &mut text);
            self.head.apply(level, &text, out);
        };
        let first_only = self.pooling == Pooling::First;
        self.engine.run(texts, self.head.labels.len(), first_only, finish)
    }

    /// The names of the labels, in the order of the scores.
    pub fn labels(&self) -> &[String] {
        &self.head.labels
    }

    /// Whether several labels may hold at once (sigmoid instead of softmax), as `problem_type` says.
    pub fn multi_label(&self) -> bool {
        self.engine.config().multi_label
    }

    /// The most tokens of a text that are looked at, the special ones included.
    pub fn max_tokens(&self) -> usize {
        self.engine.max_tokens()
    }

    /// SHA-256 in hexadecimal over the config, the tokenizer, the weights and whatever else in the folder changes the scores. Reads
    /// all these files.
    ///
    /// # Errors
    /// What the file system said.
    pub fn fingerprint(&self) -> io::Result<String> {
        self.engine.fingerprint()
    }
}
