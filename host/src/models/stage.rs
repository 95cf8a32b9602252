//! A model on its way into `models/`.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::{
    Kind, Origin,
    files::{lacking, of_trained, wanted},
    kind,
};

/// Ends the name of a folder that is no model yet.
const PART: &str = ".part";
/// The model, within that folder.
const INSIDE: &str = "new";
/// What a killed process left behind is removed after this time; a download in another terminal may take that long.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// Why a model could not be put into its place.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The name is taken.
    #[error("there is a model `{name}` already: choose another one with --name, or write --replace")]
    Taken {
        /// The name.
        name: String,
    },
    /// Not a name.
    #[error(
        "`{name}` cannot be the name of a model: use letters, digits, `.`, `_` and `-`, and no dot at the beginning"
    )]
    Name {
        /// As given.
        name: String,
    },
    /// The source is no model.
    #[error("`{path}` is no model: {why}")]
    NoModel {
        /// The folder.
        path: String,
        /// What it lacks.
        why: String,
    },
    /// The system refuses.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> StageError {
    let path = path.display().to_string();
    |source| StageError::Io { path, source }
}

/// A folder that becomes a model, or vanishes.
#[derive(Debug)]
pub struct Stage {
    folder: TempDir,
    target: PathBuf,
    name: String,
    replace: bool,
    files: BTreeMap<String, String>,
}

impl Stage {
    /// Begins a model of this name in `models`.
    ///
    /// # Errors
    /// [`StageError`]; a name that is taken is an error here already, before gigabytes were moved.
    pub fn begin(models: &Path, name: &str, replace: bool) -> Result<Self, StageError> {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if name.is_empty() || name.len() > 100 || name.starts_with('.') || !name.chars().all(good) {
            return Err(StageError::Name { name: name.to_owned() });
        }
        let target = models.join(name);
        if target.exists() && !replace {
            return Err(StageError::Taken { name: name.to_owned() });
        }
        std::fs::create_dir_all(models).map_err(io_at(models))?;
        sweep(models);
        let folder = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(PART)
            .tempdir_in(models)
            .map_err(io_at(models))?;
        // A temporary folder is for its maker's eyes only; what is made in it is for whoever runs otai.
        let inside = folder.path().join(INSIDE);
        std::fs::create_dir(&inside).map_err(io_at(&inside))?;
        Ok(Self {
            folder,
            target,
            name: name.to_owned(),
            replace,
            files: BTreeMap::new(),
        })
    }

    /// A new file of the model, and the sum over it.
    ///
    /// # Errors
    /// The system refuses.
    pub fn file(&self, path: &str) -> Result<Summed, StageError> {
        let file = self.folder.path().join(INSIDE).join(path);
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent).map_err(io_at(parent))?;
        }
        Ok(Summed {
            file: File::create(&file).map_err(io_at(&file))?,
            sum: Sha256::new(),
            bytes: 0,
        })
    }

    /// Notes a file that is written; gives its SHA-256.
    ///
    /// # Errors
    /// The disk does not take it.
    pub fn done(&mut self, path: &str, file: Summed) -> Result<String, StageError> {
        let at = self.folder.path().join(INSIDE).join(path);
        file.file.sync_all().map_err(io_at(&at))?;
        let sum = file
            .sum
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        self.files.insert(path.to_owned(), sum.clone());
        Ok(sum)
    }

    /// Gives the model its name, in one step. With `replace` there is a moment without a model of this name, never one with half
    /// of it.
    ///
    /// # Errors
    /// Its config is unreadable, the name is taken meanwhile, or the system refuses.
    pub fn finish(self, origin: Origin) -> Result<(PathBuf, Origin), StageError> {
        let inside = self.folder.path().join(INSIDE);
        for config in ["config.json", "card.json"].map(|name| inside.join(name)) {
            let Ok(text) = std::fs::read(&config) else { continue };
            if !serde_json::from_slice::<serde_json::Value>(&text).is_ok_and(|value| value.is_object()) {
                let why = format!(
                    "its {} is no JSON object",
                    config.file_name().unwrap_or_default().to_string_lossy()
                );
                let path = origin.source;
                return Err(StageError::NoModel { path, why });
            }
        }
        let origin = Origin {
            files: self.files,
            ..origin
        };
        let file = inside.join(Origin::FILE);
        let mut note = File::create(&file).map_err(io_at(&file))?;
        let text = serde_json::to_vec_pretty(&origin).unwrap_or_default();
        note.write_all(&text)
            .and_then(|()| note.sync_all())
            .map_err(io_at(&file))?;
        if self.target.exists() {
            if !self.replace {
                return Err(StageError::Taken { name: self.name });
            }
            std::fs::rename(&self.target, self.folder.path().join("old")).map_err(io_at(&self.target))?;
        }
        std::fs::rename(&inside, &self.target).map_err(io_at(&self.target))?;
        Ok((self.target, origin))
    }
}

/// A file that is being written, with its sum.
#[derive(Debug)]
pub struct Summed {
    file: File,
    sum: Sha256,
    /// Written so far.
    pub bytes: u64,
}

impl Write for Summed {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        let count = self.file.write(chunk)?;
        self.sum.update(&chunk[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Removes what processes that were killed long ago left behind; if that fails, nothing is lost but space.
fn sweep(models: &Path) {
    let old = |path: &Path| {
        let changed = std::fs::metadata(path).and_then(|about| about.modified());
        changed.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > ABANDONED))
    };
    for entry in std::fs::read_dir(models).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') && name.ends_with(PART) && old(&entry.path()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Copies what a model needs out of a folder.
///
/// # Errors
/// The folder holds no model, or the system refuses.
pub fn copy(from: &Path, stage: &mut Stage) -> Result<(), StageError> {
    let all = files(from, "", 3)?;
    let trained = kind(from) == Some(Kind::Trained);
    if let Some(why) = lacking(&all).filter(|_| !trained) {
        let path = from.display().to_string();
        return Err(StageError::NoModel { path, why });
    }
    let needed = |path: &&String| match trained {
        true => of_trained(path),
        false => wanted(path),
    };
    for path in all.iter().filter(needed) {
        let source = from.join(path);
        let mut source_file = File::open(&source).map_err(io_at(&source))?;
        let mut copy = stage.file(path)?;
        let mut chunk = vec![0; 1 << 20];
        loop {
            match source_file.read(&mut chunk).map_err(io_at(&source))? {
                0 => break,
                count => copy.write_all(&chunk[..count]).map_err(io_at(&source))?,
            }
        }
        stage.done(path, copy)?;
    }
    Ok(())
}

/// Every file below a folder, as paths with `/`.
fn files(folder: &Path, prefix: &str, deep: usize) -> Result<Vec<String>, StageError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io_at(folder))?.flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // Caches of the hub are full of links, so what counts is where they lead.
        match std::fs::metadata(entry.path()) {
            Ok(about) if about.is_dir() && deep > 1 => {
                found.extend(files(&entry.path(), &format!("{name}/"), deep - 1)?)
            }
            Ok(about) if about.is_file() => found.push(name),
            _ => {}
        }
    }
    found.sort();
    Ok(found)
}
