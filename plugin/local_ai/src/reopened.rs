//! What was made of a model's folder: made when it is first asked for, and again when the folder's files have changed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use otai_plugin::{Failure, serde_json};

use crate::service::sentence;

/// Something made of a folder, and which state of the folder that was.
#[derive(Debug)]
pub(crate) struct Reopened<T>(Mutex<Option<(Stamp, Arc<T>)>>);

/// Tells one state of a folder from the next: its files with their times and sizes.
type Stamp = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// How deep below the folder files of a model lie: `1_Pooling/config.json` is the deepest.
const DEEPEST: usize = 1;

/// Endings of the files that a model is made of.
const ENDINGS: [&str; 3] = ["json", "safetensors", "bin"];

impl<T> Default for Reopened<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Reopened<T> {
    /// What `open` made of `folder` as it now is. Others who ask meanwhile wait, so that nothing is opened twice.
    ///
    /// # Errors
    /// Those of `open`, which is then asked again the next time.
    pub(crate) fn get(&self, folder: &Path, open: impl FnOnce() -> Result<T, Failure>) -> Result<Arc<T>, Failure> {
        let now = stamp(folder);
        let mut opened = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, made)) = opened.as_ref().filter(|(stamp, _)| *stamp == now) {
            return Ok(Arc::clone(made));
        }
        // The old one goes first: two large models may be more than the memory holds.
        *opened = None;
        let made = Arc::new(open()?);
        *opened = Some((now, Arc::clone(&made)));
        Ok(made)
    }

    /// Takes what was just written to `folder`, so that it need not be read.
    pub(crate) fn put(&self, folder: &Path, made: T) {
        let now = stamp(folder);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::new(made)));
    }
}

/// What the folder's model is made of, for its card: `what` with the fingerprint, and the revision that `otai model add` noted.
///
/// # Errors
/// A file that can no longer be read.
pub(crate) fn made_of(
    folder: &Path,
    what: &str,
    fingerprint: io::Result<String>,
) -> Result<BTreeMap<String, String>, Failure> {
    let hash = fingerprint.map_err(|error| {
        let text = sentence(&error);
        Failure::refused(format!("{} cannot be read any more: {text}", folder.display()))
    })?;
    let mut made_of = BTreeMap::from([(what.to_owned(), hash)]);
    made_of.extend(revision(folder).map(|revision| ("revision".to_owned(), revision)));
    Ok(made_of)
}

/// The commit in `origin.json`; a folder that came another way has none.
fn revision(folder: &Path) -> Option<String> {
    let origin = fs::read(folder.join("origin.json")).ok()?;
    let origin: serde_json::Value = serde_json::from_slice(&origin).ok()?;
    Some(origin["revision"].as_str()?.to_owned())
}

fn stamp(folder: &Path) -> Stamp {
    let mut stamp = Stamp::new();
    look(folder, DEEPEST, &mut stamp);
    stamp.sort();
    stamp
}

/// Adds what a model may be made of. What cannot be read is left for the opening to complain of.
fn look(folder: &Path, deep: usize, stamp: &mut Stamp) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()) {
        let of_a_model = path
            .extension()
            .is_some_and(|end| ENDINGS.iter().any(|known| end == *known));
        match fs::metadata(&path) {
            Ok(about) if about.is_dir() && deep > 0 => look(&path, deep - 1, stamp),
            Ok(about) if about.is_file() && of_a_model => stamp.push((path, about.modified().ok(), about.len())),
            _ => {}
        }
    }
}
