use std::{
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use jiff::Timestamp;
use serde::Serialize;

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `model.bin` and `card.json`: otai trained it.
    Trained,
    /// `config.json`: the form of Hugging Face.
    HuggingFace,
}

/// A model in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// The folder's name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// All its files together.
    pub bytes: u64,
    /// The last change of any of its files, RFC 3339.
    pub date: String,
}

/// What the folder holds; `None`: no model.
#[must_use]
pub fn kind(folder: &Path) -> Option<Kind> {
    let has = |name: &str| folder.join(name).is_file();
    if has("model.bin") && has("card.json") {
        Some(Kind::Trained)
    } else {
        has("config.json").then_some(Kind::HuggingFace)
    }
}

/// The models below `models`, by name; none if there is no such folder.
///
/// # Errors
/// The folder cannot be read.
pub fn list(models: &Path) -> io::Result<Vec<Entry>> {
    let folder = match std::fs::read_dir(models) {
        Ok(folder) => folder,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut entries = Vec::new();
    for entry in folder {
        let (path, name) = entry.map(|e| (e.path(), e.file_name().to_string_lossy().into_owned()))?;
        // What starts with a dot is on its way, or was when somebody pulled the plug.
        let Some(kind) = kind(&path).filter(|_| !name.starts_with('.')) else {
            continue;
        };
        let (mut bytes, mut changed) = (0, SystemTime::UNIX_EPOCH);
        measure(&path, 3, &mut bytes, &mut changed);
        let date = Timestamp::try_from(changed).and_then(|at| at.round(jiff::Unit::Second));
        entries.push(Entry {
            name,
            path,
            kind,
            bytes,
            date: date.map_or_else(|_| String::new(), |at| at.to_string()),
        });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Adds up files; what cannot be read counts as nothing.
fn measure(folder: &Path, deep: usize, bytes: &mut u64, changed: &mut SystemTime) {
    for path in std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
    {
        match std::fs::metadata(&path) {
            Ok(about) if about.is_dir() && deep > 0 => measure(&path, deep - 1, bytes, changed),
            Ok(about) => {
                *bytes += about.len();
                *changed = about.modified().map_or(*changed, |at| at.max(*changed));
            }
            Err(_) => {}
        }
    }
}
