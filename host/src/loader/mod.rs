//! From a plugin's name to its running code: find, verify, open.
//!
//! Nothing of a library runs before its file was checked, because the system's loader does not return errors for damaged
//! files: it kills the process (of 500 damaged files 216 did). Libraries are never unloaded.

mod find;
mod lock;
mod open;
mod verify;

use std::path::{Path, PathBuf};

use otai_interface::{abi::PluginRef, model::PluginDescription};

pub use find::{Attempt, SearchPath};
pub use lock::{LOCK_FILE, Lock, LockError, Trust};

/// A plugin whose code is loaded.
pub struct LoadedPlugin {
    /// What it says of itself.
    pub description: PluginDescription,
    /// Where it came from, absolute.
    pub file: PathBuf,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// What the lock file says of it.
    pub trust: Trust,
    pub(crate) root: PluginRef,
}

/// Why a plugin was not loaded: one sentence.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No file of that name anywhere.
    #[error("plugin `{name}` was not found; looked for {}{}", trace(attempts), hint(name, similar.as_deref()))]
    NotFound {
        /// Wanted.
        name: String,
        /// Each place and why it failed.
        attempts: Vec<Attempt>,
        /// A plugin with a similar name that exists.
        similar: Option<String>,
    },
    /// The file was refused before anything of it ran.
    #[error("plugin file {} {reason}", file.display())]
    Refused {
        /// The file.
        file: PathBuf,
        /// "is …", "was …"
        reason: String,
    },
    /// The lock file itself is unusable.
    #[error(transparent)]
    Lock(#[from] LockError),
}

fn trace(attempts: &[Attempt]) -> String {
    attempts
        .iter()
        .map(|a| format!("{} ({})", a.file.display(), a.why))
        .collect::<Vec<_>>()
        .join(", ")
}

fn hint(name: &str, similar: Option<&str>) -> String {
    match similar {
        Some(similar) => format!("; did you mean `{similar}`?"),
        None => format!(
            "; put {} into the plugins folder, or run `cargo build` in a checkout",
            find::file_name(name)
        ),
    }
}

/// Loads the plugin of that name from the first place that has it.
///
/// # Errors
/// [`LoadError`], with the trace of the search.
pub fn load(name: &str, places: &SearchPath, lock: &Lock) -> Result<LoadedPlugin, LoadError> {
    let file = find::find(name, places)?;
    load_file(&file, Some(name), lock)
}

/// Loads the plugin in this file; `name` is what the config calls it.
///
/// # Errors
/// [`LoadError::Refused`]
pub fn load_file(file: &Path, name: Option<&str>, lock: &Lock) -> Result<LoadedPlugin, LoadError> {
    let refused = |reason: String| LoadError::Refused {
        file: file.to_owned(),
        reason,
    };
    let file = file
        .canonicalize()
        .map_err(|e| refused(format!("cannot be read: {e}")))?;
    let bytes = verify::read(&file).map_err(&refused)?;
    let sha256 = verify::sha256(&bytes);
    let trust = lock.trust(name.unwrap_or_default(), &sha256);
    if trust == Trust::Changed {
        return Err(refused(format!(
            "differs from the one pinned in {LOCK_FILE}: put the old file back, or run `otai plugin pin` if the change was yours"
        )));
    }
    verify::structure(&bytes).map_err(&refused)?;
    drop(bytes);
    let (root, description) = open::open(&file).map_err(&refused)?;
    if let Some(name) = name
        && description.name != name
    {
        return Err(refused(format!(
            "calls itself `{}`, so rename the file or write that name in the config",
            description.name
        )));
    }
    tracing::debug!(plugin = description.name, version = description.version, file = %file.display(), "loaded");
    Ok(LoadedPlugin {
        description,
        file,
        sha256,
        trust,
        root,
    })
}

/// Every file in the search path that is named like a plugin, first place first, each name once.
#[must_use]
pub fn list(places: &SearchPath) -> Vec<(String, PathBuf)> {
    find::list(places)
}
