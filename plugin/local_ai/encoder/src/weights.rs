//! The tensors of a folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
//!
//! Format: <https://github.com/huggingface/safetensors#format>. Tensors are read when they are packed and then forgotten; only the
//! table of word embeddings stays mapped ([`Table`]).

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use crate::error::OpenError;
use crate::folder::read_json;
use crate::table::Table;

/// The file with all weights.
pub(crate) const WHOLE: &str = "model.safetensors";
/// The file that names the shards.
pub(crate) const INDEX: &str = "model.safetensors.index.json";

/// Where each tensor lies.
#[derive(Debug)]
pub(crate) struct Weights {
    files: Vec<PathBuf>,
    tensors: HashMap<String, Place>,
    /// What stands before every name, such as `bert.`.
    prefix: &'static str,
}

#[derive(Debug, Clone)]
struct Place {
    file: usize,
    kind: Dtype,
    shape: Vec<usize>,
    start: u64,
    length: usize,
}

impl Weights {
    /// Reads the headers of the weights in `dir`.
    pub(crate) fn open(dir: &Path) -> Result<Self, OpenError> {
        let files = files(dir)?;
        let mut tensors = HashMap::new();
        for (file, path) in files.iter().enumerate() {
            header(path, file, &mut tensors)?;
        }
        let start = ["", "bert.", "distilbert.", "roberta.", "mpnet.", "deberta.", "model."]
            .into_iter()
            .find(|prefix| {
                let has = |name: &str| tensors.contains_key(&format!("{prefix}embeddings.{name}.weight"));
                has("word_embeddings") || has("tok_embeddings")
            });
        Ok(Self {
            files,
            tensors,
            prefix: start.unwrap_or_default(),
        })
    }

    /// The files, for the fingerprint.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The encoder's tensor `name` (without prefix) as numbers.
    pub(crate) fn body(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, OpenError> {
        self.tensor(&format!("{}{name}", self.prefix), shape)
    }

    /// The encoder's tensor `name` (without prefix) of `count` numbers, zeros if there is none.
    pub(crate) fn body_or_zeros(&self, name: &str, count: usize) -> Result<Vec<f32>, OpenError> {
        self.tensor_or_zeros(&format!("{}{name}", self.prefix), count)
    }

    /// The tensor `name` of `count` numbers, zeros if there is none.
    pub(crate) fn tensor_or_zeros(&self, name: &str, count: usize) -> Result<Vec<f32>, OpenError> {
        match self.shape(name) {
            Some(_) => self.tensor(name, &[count]),
            None => Ok(vec![0.0; count]),
        }
    }

    /// The tensor `name` as numbers.
    ///
    /// # Errors
    /// If it is not there, has another shape or holds anything but finite numbers.
    pub(crate) fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, OpenError> {
        let place = self.find(name, Some(shape))?;
        let bytes = self.read(&place, 0, place.length)?;
        let mut numbers = vec![0.0; bytes.len() / width(place.kind)];
        decode(place.kind, &bytes, &mut numbers);
        self.check(name, &place, &numbers)?;
        Ok(numbers)
    }

    /// The shape of the tensor `name`, if there is one.
    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|place| &place.shape[..])
    }

    /// Says that `name` is missing from a head.
    pub(crate) fn no_head(&self, name: &str) -> OpenError {
        OpenError::NoHead {
            path: self.files[0].clone(),
            name: name.to_owned(),
        }
    }

    /// Maps the encoder's matrix `name` of `rows` by `columns`, after reading through it once.
    pub(crate) fn table(&self, name: &str, rows: usize, columns: usize) -> Result<Table, OpenError> {
        let name = format!("{}{name}", self.prefix);
        let place = self.find(&name, Some(&[rows, columns]))?;
        // Read, not mapped: mapped pages would count as memory of this process.
        const PIECE: usize = 1 << 22;
        let mut numbers = vec![0.0; PIECE / width(place.kind)];
        for from in (0..place.length).step_by(PIECE) {
            let bytes = self.read(&place, from, PIECE.min(place.length - from))?;
            let numbers = &mut numbers[..bytes.len() / width(place.kind)];
            decode(place.kind, &bytes, numbers);
            self.check(&name, &place, numbers)?;
        }
        let path = &self.files[place.file];
        Table::map(path, place.start, place.length, place.kind, columns).map_err(io_error(path))
    }

    fn check(&self, name: &str, place: &Place, numbers: &[f32]) -> Result<(), OpenError> {
        // Anything infinite or undefined stays so when multiplied by zero; a sum needs no branches.
        let sound = numbers
            .chunks(4096)
            .all(|some| some.iter().map(|x| x * 0.0).sum::<f32>() == 0.0);
        if sound {
            return Ok(());
        }
        Err(OpenError::NotFinite {
            path: self.files[place.file].clone(),
            name: name.to_owned(),
        })
    }

    fn find(&self, name: &str, shape: Option<&[usize]>) -> Result<Place, OpenError> {
        // Old checkpoints call the weights of a LayerNorm gamma and beta.
        let legacy = name
            .strip_suffix("LayerNorm.weight")
            .map(|start| format!("{start}LayerNorm.gamma"))
            .or_else(|| Some(format!("{}LayerNorm.beta", name.strip_suffix("LayerNorm.bias")?)));
        let place = self.tensors.get(name).or_else(|| self.tensors.get(&legacy?));
        let Some(place) = place else {
            return Err(OpenError::NoTensor {
                path: self.files[0].clone(),
                name: name.to_owned(),
            });
        };
        let path = || self.files[place.file].clone();
        if let Some(expected) = shape
            && place.shape != expected
        {
            return Err(OpenError::Shape {
                path: path(),
                name: name.to_owned(),
                expected: expected.to_vec(),
                found: place.shape.clone(),
            });
        }
        if !matches!(place.kind, Dtype::F32 | Dtype::F16 | Dtype::BF16) {
            return Err(OpenError::Kind {
                path: path(),
                name: name.to_owned(),
                found: place.kind.to_string(),
            });
        }
        Ok(place.clone())
    }

    fn read(&self, place: &Place, from: usize, length: usize) -> Result<Vec<u8>, OpenError> {
        let path = &self.files[place.file];
        let read = || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(place.start + from as u64))?;
            let mut bytes = vec![0; length];
            file.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(io_error(path))
    }
}

/// Bytes per number.
pub(crate) fn width(kind: Dtype) -> usize {
    if kind == Dtype::F32 { 4 } else { 2 }
}

/// Turns little-endian bytes into numbers; anything but f32 and f16 is taken for bf16.
pub(crate) fn decode(kind: Dtype, bytes: &[u8], numbers: &mut [f32]) {
    match kind {
        Dtype::F32 => {
            let (bytes, _) = bytes.as_chunks();
            numbers
                .iter_mut()
                .zip(bytes)
                .for_each(|(n, b)| *n = f32::from_le_bytes(*b));
        }
        Dtype::F16 => {
            let (bytes, _) = bytes.as_chunks();
            numbers
                .iter_mut()
                .zip(bytes)
                .for_each(|(n, b)| *n = f16::from_le_bytes(*b).to_f32());
        }
        _ => {
            let (bytes, _) = bytes.as_chunks();
            numbers
                .iter_mut()
                .zip(bytes)
                .for_each(|(n, b)| *n = bf16::from_le_bytes(*b).to_f32());
        }
    }
}

fn io_error(path: &Path) -> impl Fn(std::io::Error) -> OpenError {
    move |source| OpenError::Io {
        path: path.to_owned(),
        source,
    }
}

/// The files that hold the weights.
fn files(dir: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let whole = dir.join(WHOLE);
    if whole.exists() {
        return Ok(vec![whole]);
    }
    let index = dir.join(INDEX);
    if index.exists() {
        let json = read_json(&index)?;
        let map = json["weight_map"].as_object().into_iter().flatten();
        let names: BTreeSet<&str> = map.filter_map(|(_, file)| file.as_str()).collect();
        // A name with a path in it could lead out of the folder.
        if names.is_empty() || names.iter().any(|name| name.contains(['/', '\\'])) {
            return Err(OpenError::Config {
                path: index,
                what: "weight_map does not name files of this folder".to_owned(),
            });
        }
        let files: Vec<PathBuf> = names.into_iter().map(|name| dir.join(name)).collect();
        return match files.iter().find(|file| !file.exists()) {
            Some(missing) => Err(OpenError::Missing(missing.clone())),
            None => Ok(files),
        };
    }
    if dir.join("pytorch_model.bin").exists() || dir.join("pytorch_model.bin.index.json").exists() {
        return Err(OpenError::PickleOnly(dir.to_owned()));
    }
    Err(OpenError::Missing(whole))
}

/// Reads where the tensors of one file lie.
fn header(path: &Path, number: usize, tensors: &mut HashMap<String, Place>) -> Result<(), OpenError> {
    let damaged = |reason: String| OpenError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let mut file = File::open(path).map_err(io_error(path))?;
    let all = file.metadata().map_err(io_error(path))?.len();
    let mut size = [0; 8];
    let read = file.read_exact(&mut size);
    read.map_err(|_| damaged("it ends within its first 8 bytes".to_owned()))?;
    let size = u64::from_le_bytes(size);
    let Some(rest) = all.checked_sub(8).and_then(|left| left.checked_sub(size)) else {
        return Err(damaged(format!(
            "its header should take {size} bytes, but the file has {all}"
        )));
    };
    let mut bytes = vec![0; size as usize];
    file.read_exact(&mut bytes).map_err(io_error(path))?;
    let metadata: Metadata = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if metadata.data_len() as u64 != rest {
        let wanted = metadata.data_len();
        return Err(damaged(format!(
            "its tensors take {wanted} bytes, but {rest} follow the header"
        )));
    }
    for (name, info) in metadata.tensors() {
        if !fits(info, rest) {
            return Err(damaged(format!("the place of tensor {name:?} does not fit its shape")));
        }
        let place = Place {
            file: number,
            kind: info.dtype,
            shape: info.shape.clone(),
            start: 8 + size + info.data_offsets.0 as u64,
            length: info.data_offsets.1 - info.data_offsets.0,
        };
        tensors.insert(name, place);
    }
    Ok(())
}

/// Whether the bytes of a tensor lie within the file and are as many as its shape takes.
fn fits(info: &TensorInfo, rest: u64) -> bool {
    let (from, to) = info.data_offsets;
    let numbers = info.shape.iter().try_fold(1usize, |all, side| all.checked_mul(*side));
    let bits = numbers.and_then(|numbers| numbers.checked_mul(info.dtype.bitsize()));
    to as u64 <= rest && to.checked_sub(from).and_then(|bytes| bytes.checked_mul(8)) == bits
}
