//! From examples to a model: the order of the steps, and the only place that knows all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use otai_encoder::{OpenError, Precision};

use crate::card::Card;
use crate::corpus::Corpus;
use crate::matrix::Matrix;
use crate::meaning::Meaning;
use crate::memory::Memory;
use crate::model::{Model, Part};
use crate::report::{floor, report};
use crate::rows::Rows;
use crate::space::Space;
use crate::validate::{judge, learn};

/// The weights of the blocks: words and characters as strong as each other (other weights were no better on Banking77).
const BLOCKS: [f32; 2] = [1.0, 1.0];
/// An n-gram of one text only says nothing about others, and may be a name.
const MIN_TEXTS: u32 = 2;

/// One ticket that a person has labelled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Example {
    /// Subject and body in one text.
    pub text: String,
    /// Labels by field. One for a field that holds one; any number for a multi-label field, none meaning "no tag". A field that
    /// is missing, or whose label is blank, says nothing about it.
    pub labels: BTreeMap<String, Vec<String>>,
}

/// How to train.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainOptions {
    /// The seed of all random choices: equal seeds and examples give equal models, whatever `threads` is.
    pub seed: u64,
    /// Fields whose texts may have several labels. Default: `tags`.
    pub multi_label_fields: BTreeSet<String>,
    /// Threads to use; 0 (the default) for as many as there are cores.
    pub threads: usize,
    /// The date that the card tells.
    pub created: String,
    /// Labels of a single-label field with fewer texts are left out; at least 2. Default 3: cross-validation then still learns
    /// from two of them.
    pub min_examples: usize,
    /// The same for tags. Default 5: one positive text in every fold.
    pub min_tag_examples: usize,
    /// Folder of a sentence encoder that joins the words; none by default.
    pub encoder: Option<PathBuf>,
    /// Folder of the model: what the last training into it saw need not be embedded again, and this training is remembered there.
    pub memory: Option<PathBuf>,
    /// How the encoder computes.
    pub precision: Precision,
    /// The most features kept, the most frequent ones. Default 65,536, which bounds a model with 200 labels to 14 MB.
    pub max_features: usize,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            multi_label_fields: BTreeSet::from(["tags".to_owned()]),
            threads: 0,
            created: String::new(),
            min_examples: 3,
            min_tag_examples: 5,
            encoder: None,
            memory: None,
            precision: Precision::F32,
            max_features: 1 << 16,
        }
    }
}

/// Why nothing could be learned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// No example holds a word.
    #[error("none of the {examples} examples has a text with words in it")]
    NoTexts {
        /// How many examples there were.
        examples: usize,
    },
    /// Every field was left out.
    #[error("there is no field to learn ({reasons})")]
    NothingToLearn {
        /// Each field with its reason.
        reasons: String,
    },
    /// The encoder's folder was refused.
    #[error("encoder")]
    Encoder(#[source] OpenError),
    /// The encoder's files could not be read to the end.
    #[error("the files of the encoder cannot be read")]
    Fingerprint(#[source] std::io::Error),
    /// The threads could not be started.
    #[error("the threads for training could not be started")]
    Threads(#[source] rayon::ThreadPoolBuildError),
}

/// Learns every field of `examples`. `progress` hears one sentence before each step.
///
/// Deterministic for a seed. Time and memory grow linearly with the characters times the number of labels.
///
/// # Errors
/// See [`TrainError`]. Single fields and labels that cannot be learned are no error: the card names them.
pub fn train(
    examples: &[Example],
    options: &TrainOptions,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Model, TrainError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build()
        .map_err(TrainError::Threads)?;
    pool.install(|| train_here(examples, options, progress))
}

fn train_here(
    examples: &[Example],
    options: &TrainOptions,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Model, TrainError> {
    progress(&format!("reading {} examples", examples.len()));
    let mut corpus = Corpus::of(examples, options)?;
    let space = Space::learn(&corpus.texts, MIN_TEXTS, options.max_features, BLOCKS);
    let meaning = match &options.encoder {
        Some(folder) => Some(
            Meaning::open(
                folder,
                options.precision,
                options.threads,
                frequencies(corpus.texts.len()),
            )
            .map_err(TrainError::Encoder)?,
        ),
        None => None,
    };
    let encoder_sha256 = meaning
        .as_ref()
        .map(Meaning::fingerprint)
        .transpose()
        .map_err(TrainError::Fingerprint)?;
    let mut names = Vec::new();
    if meaning.is_some() {
        corpus
            .fields
            .iter_mut()
            .for_each(|field| field.name_labels(corpus.texts.len(), &mut names));
    }
    let memory = Memory::open(options.memory.as_deref());
    let changes = memory.changes(&corpus.hashes);
    let texts: Vec<&str> = corpus
        .texts
        .iter()
        .copied()
        .chain(names.iter().map(String::as_str))
        .collect();
    let mut rows = Rows::of(&space, &texts);
    if let Some(meaning) = &meaning {
        let encoder = encoder_sha256.as_deref().unwrap_or_default();
        let vectors = memory.vectors(meaning, encoder, &corpus.hashes, &texts, progress);
        rows.join(meaning, &vectors);
    } else {
        memory.keep("", &corpus.hashes, &[]);
    }
    let mut card = Card {
        otai: env!("CARGO_PKG_VERSION").to_owned(),
        created: options.created.clone(),
        seed: options.seed,
        data_sha256: corpus.sha256.clone(),
        examples: examples.len(),
        texts: corpus.texts.len(),
        duplicates: corpus.duplicates,
        empty: corpus.empty,
        conflicting: corpus.conflicting,
        changes,
        encoder_sha256: encoder_sha256.clone(),
        features: space.len(),
        fields: BTreeMap::new(),
        left_out_fields: corpus.left_out_fields.clone(),
    };
    let (mut parts, mut columns) = (Vec::new(), Vec::new());
    for field in &corpus.fields {
        progress(&format!(
            "learning {} ({} labels, {} texts)",
            field.name,
            field.labels.len(),
            field.picks.len()
        ));
        let judged = judge(&rows, field, options.seed);
        let (head, thresholds, told) = report(&rows, field, &judged);
        parts.push(Part {
            name: field.name.clone(),
            labels: field.labels.clone(),
            first: columns.len(),
            head,
            floor: floor(field, &judged),
            thresholds,
        });
        card.fields.insert(field.name.clone(), told);
        columns.extend(learn(&rows, field, judged.fit, options.seed));
    }
    let matrix = Matrix::of(&columns, rows.features());
    Ok(Model::new(space, meaning, matrix, parts, card))
}

/// How many frequencies the Fourier features have: fewer for many texts, of whose rows all must lie in memory at once (some 200 MB).
/// From 1024 to 2048 Banking77 gains a tenth of a percent.
fn frequencies(texts: usize) -> usize {
    match texts {
        0..=12_000 => 2048,
        12_001..=25_000 => 1024,
        25_001..=100_000 => 256,
        _ => 0,
    }
}
