//! A model on disk is whole or refused: `model.bin` holds everything, `card.json` is a copy of its card for people.
//!
//! ```text
//! model.bin:  "otai-mdl"  format: u32 LE  SHA-256 of the rest: 32 bytes  payload (postcard)
//! ```
//! Saving writes a temporary file beside `model.bin`, flushes it to disk and renames it over the old one, which is one step for
//! the file system. A folder full of model cannot be renamed over another in one step; one file can. So a process killed at any
//! moment leaves the old model or the new one, never a mixture.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use otai_encoder::{OpenError, Precision};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};

use crate::calibrate::{Sigmoid, Softmax};
use crate::card::Card;
use crate::matrix::Matrix;
use crate::meaning::Meaning;
use crate::model::{Head, Model, Part};
use crate::precision::Thresholds;
use crate::replace::replace;
use crate::space::Space;

mod encoder;

/// The file that is the model.
pub const MODEL_FILE: &str = "model.bin";
/// The file that tells people about it.
pub const CARD_FILE: &str = "card.json";

const MAGIC: &[u8; 8] = b"otai-mdl";
const FORMAT: u32 = 4;
const HEAD: usize = MAGIC.len() + 4 + 32;

/// Why a model could not be written.
#[derive(Debug, thiserror::Error)]
#[error("model not written to {}", .path.display())]
pub struct SaveError {
    /// The folder or file at fault.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// Why a model could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no model in the folder.
    #[error("there is no trained model at {}: run `otai train` first", .0.display())]
    Missing(PathBuf),
    /// The file is not a model of otai.
    #[error("{} is not a model of otai", .0.display())]
    Foreign(PathBuf),
    /// The model was written by a newer otai.
    #[error("{} has format {found}, this otai reads up to {FORMAT}: update otai or train again", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format number.
        found: u32,
    },
    /// The model was written by an older otai.
    #[error("{} was written by an older otai: run `otai train` again", .0.display())]
    Older(PathBuf),
    /// The encoder that the model was trained with cannot be opened.
    #[error("the encoder of the model")]
    Encoder(#[source] OpenError),
    /// The encoder is not the one that the model was trained with.
    #[error("{} is not the encoder that the model was trained with: run `otai train` again", .0.display())]
    OtherEncoder(PathBuf),
    /// The file is a model but not as it was written.
    #[error("{} is damaged (its checksum or its parts do not fit): restore it or run `otai train` again", .0.display())]
    Damaged(PathBuf),
    /// The file could not be read.
    #[error("{} cannot be read", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// The payload. Fields are only ever appended, together with a new format number.
#[derive(Serialize, Deserialize)]
struct Stored {
    card: String,
    parts: Vec<StoredPart>,
    rare_idf: f32,
    blocks: [f32; 2],
    keys: ByteBuf,
    idf: ByteBuf,
    columns: u64,
    scales: ByteBuf,
    bias: ByteBuf,
    cells: ByteBuf,
    encoder: Option<StoredEncoder>,
}

#[derive(Serialize, Deserialize)]
struct StoredEncoder {
    /// Name of its folder beside `model.bin`.
    folder: String,
    dim: u64,
    frequencies: u64,
    int8: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredPart {
    name: String,
    labels: Vec<String>,
    head: StoredHead,
    floor: f32,
    thresholds: Vec<Thresholds>,
}

#[derive(Serialize, Deserialize)]
enum StoredHead {
    One(Softmax),
    Many(Vec<Sigmoid>),
}

impl Model {
    /// Writes the model into the folder `dir`, which is made if it is missing.
    ///
    /// # Errors
    /// [`SaveError`] with what the file system said; an older model in the folder is then still whole.
    pub fn save(&self, dir: &Path) -> Result<(), SaveError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| SaveError { path, source }
        };
        fs::create_dir_all(dir).map_err(failed(dir))?;
        let card = serde_json::to_string_pretty(&self.card)
            .map_err(io::Error::from)
            .map_err(failed(dir))?;
        let encoder = match &self.meaning {
            Some(meaning) => Some(StoredEncoder {
                folder: encoder::keep(meaning, dir)?,
                dim: meaning.dim() as u64,
                frequencies: meaning.frequencies as u64,
                int8: meaning.precision == Precision::Int8,
            }),
            None => None,
        };
        let kept = encoder.as_ref().map(|encoder| encoder.folder.clone());
        let payload = postcard::to_stdvec(&self.stored(&card, encoder))
            .map_err(io::Error::other)
            .map_err(failed(dir))?;
        let mut bytes = Vec::with_capacity(HEAD + payload.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&Sha256::digest(&payload));
        bytes.extend_from_slice(&payload);
        let model = dir.join(MODEL_FILE);
        replace(&model, &bytes).map_err(failed(&model))?;
        let file = dir.join(CARD_FILE);
        replace(&file, format!("{card}\n").as_bytes()).map_err(failed(&file))?;
        encoder::sweep(dir, kept.as_deref());
        Ok(())
    }

    /// Reads the model in the folder `dir`. Its encoder, if it has one, may use `threads` threads; 0 for all cores.
    ///
    /// # Errors
    /// [`LoadError`]; each is one sentence that says what to do.
    pub fn load(dir: &Path, threads: usize) -> Result<Self, LoadError> {
        let path = dir.join(MODEL_FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Err(LoadError::Missing(dir.to_owned())),
            Err(source) => return Err(LoadError::Io { path, source }),
        };
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err(LoadError::Foreign(path));
        };
        let Some((format, rest)) = rest.split_first_chunk::<4>() else {
            return Err(LoadError::Damaged(path));
        };
        match u32::from_le_bytes(*format) {
            FORMAT => {}
            found if found > FORMAT => return Err(LoadError::Newer { path, found }),
            _ => return Err(LoadError::Older(path)),
        }
        let whole = rest
            .split_first_chunk::<32>()
            .filter(|(sum, payload)| Sha256::digest(payload)[..] == sum[..]);
        let stored: Option<Stored> = whole.and_then(|(_, payload)| postcard::from_bytes(payload).ok());
        let damaged = || LoadError::Damaged(path.clone());
        let mut stored = stored.ok_or_else(damaged)?;
        let meaning = match stored.encoder.take() {
            Some(stored) => Some(encoder::open(&stored, dir, threads)?),
            None => None,
        };
        Self::restored(stored, meaning).ok_or_else(damaged)
    }

    fn stored(&self, card: &str, encoder: Option<StoredEncoder>) -> Stored {
        let part = |part: &Part| StoredPart {
            name: part.name.clone(),
            labels: part.labels.clone(),
            floor: part.floor,
            thresholds: part.thresholds.clone(),
            head: match &part.head {
                Head::One(softmax) => StoredHead::One(softmax.clone()),
                Head::Many(sigmoids) => StoredHead::Many(sigmoids.clone()),
            },
        };
        Stored {
            card: card.to_owned(),
            parts: self.parts.iter().map(part).collect(),
            rare_idf: self.space.rare_idf,
            blocks: self.space.weights,
            keys: self
                .space
                .keys
                .iter()
                .flat_map(|key| key.to_le_bytes())
                .collect::<Vec<u8>>()
                .into(),
            idf: floats_to_bytes(&self.space.idf),
            columns: self.matrix.columns as u64,
            scales: floats_to_bytes(&self.matrix.scales),
            bias: floats_to_bytes(&self.matrix.bias),
            cells: self
                .matrix
                .cells
                .iter()
                .map(|cell| *cell as u8)
                .collect::<Vec<u8>>()
                .into(),
            encoder,
        }
    }

    /// The model, if all its parts fit together.
    fn restored(stored: Stored, meaning: Option<Meaning>) -> Option<Self> {
        let card: Card = serde_json::from_str(&stored.card).ok()?;
        let keys: Vec<u64> = stored
            .keys
            .as_chunks::<8>()
            .0
            .iter()
            .map(|bytes| u64::from_le_bytes(*bytes))
            .collect();
        let idf = floats_of(&stored.idf);
        let matrix = Matrix {
            columns: usize::try_from(stored.columns).ok()?,
            scales: floats_of(&stored.scales),
            bias: floats_of(&stored.bias),
            cells: stored.cells.iter().map(|byte| *byte as i8).collect(),
        };
        let mut first = 0;
        let mut parts = Vec::new();
        for StoredPart {
            name,
            labels,
            head,
            floor,
            thresholds,
        } in stored.parts
        {
            let (head, heads) = match head {
                StoredHead::One(softmax) => {
                    let labels = softmax.labels();
                    (Head::One(softmax), labels)
                }
                StoredHead::Many(sigmoids) => {
                    let labels = sigmoids.len();
                    (Head::Many(sigmoids), labels)
                }
            };
            if labels.is_empty() || heads != labels.len() || thresholds.len() != labels.len() {
                return None;
            }
            let next = first + labels.len();
            parts.push(Part {
                name,
                labels,
                first,
                head,
                floor,
                thresholds,
            });
            first = next;
        }
        let fits = first == matrix.columns
            && idf.len() == keys.len()
            && matrix.fits(keys.len() + meaning.as_ref().map_or(0, Meaning::len));
        fits.then(|| {
            Self::new(
                Space::new(keys, idf, stored.rare_idf, stored.blocks),
                meaning,
                matrix,
                parts,
                card,
            )
        })
    }
}

fn floats_to_bytes(floats: &[f32]) -> ByteBuf {
    floats
        .iter()
        .flat_map(|float| float.to_le_bytes())
        .collect::<Vec<u8>>()
        .into()
}

fn floats_of(bytes: &[u8]) -> Vec<f32> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}
