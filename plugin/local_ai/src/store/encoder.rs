//! The encoder lies beside the model that needs it: the folder of a model is all that another machine needs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use otai_encoder::Precision;

use super::{LoadError, SaveError, StoredEncoder};
use crate::meaning::Meaning;

/// What the names of encoders' folders begin with.
const PREFIX: &str = "encoder-";

/// Puts the files of the encoder into a folder of `dir`, unless they are there, and returns its name.
///
/// The name tells what is in it, so a new encoder never touches the one that the old model still needs.
pub(super) fn keep(meaning: &Meaning, dir: &Path) -> Result<String, SaveError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| SaveError { path, source }
    };
    let fingerprint = meaning.fingerprint().map_err(failed(&meaning.folder))?;
    let name = format!("{PREFIX}{}", &fingerprint[..16]);
    let kept = dir.join(&name);
    if kept.is_dir() {
        return Ok(name);
    }
    let new = dir.join(format!("{name}.new-{}", std::process::id()));
    let written = copy(meaning, &new).and_then(|()| fs::rename(&new, &kept));
    if written.is_err() {
        // What is left would only take space; that it may stay changes nothing about the error.
        let _ = fs::remove_dir_all(&new);
    }
    written.map_err(failed(&kept))?;
    Ok(name)
}

fn copy(meaning: &Meaning, to: &Path) -> io::Result<()> {
    for file in meaning.files() {
        let inside = file.strip_prefix(&meaning.folder).map_err(io::Error::other)?;
        let target = to.join(inside);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(file, &target)?;
        fs::File::open(&target)?.sync_all()?;
    }
    Ok(())
}

/// Removes the encoders of older models from `dir`. One that cannot be removed does no harm.
pub(super) fn sweep(dir: &Path, kept: Option<&str>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if name.starts_with(PREFIX) && Some(name) != kept {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Opens the encoder of a model in `dir`.
pub(super) fn open(stored: &StoredEncoder, dir: &Path, threads: usize) -> Result<Meaning, LoadError> {
    let folder = dir.join(&stored.folder);
    let inside = Path::new(&stored.folder).components().count() == 1 && stored.folder.starts_with(PREFIX);
    let sizes = (usize::try_from(stored.dim), usize::try_from(stored.frequencies));
    let (true, (Ok(dim), Ok(frequencies @ 0..=65_536))) = (inside, sizes) else {
        return Err(LoadError::Damaged(dir.join(super::MODEL_FILE)));
    };
    let precision = if stored.int8 { Precision::Int8 } else { Precision::F32 };
    let meaning = Meaning::open(&folder, precision, threads, frequencies).map_err(LoadError::Encoder)?;
    if meaning.dim() == dim {
        Ok(meaning)
    } else {
        Err(LoadError::OtherEncoder(PathBuf::from(&folder)))
    }
}
