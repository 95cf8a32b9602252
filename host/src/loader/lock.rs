use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Name of the lock file; it lies beside the config.
pub const LOCK_FILE: &str = "otai.lock";

/// What is known of a plugin's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// It is byte for byte the one that was pinned.
    Trusted,
    /// It differs from the one that was pinned.
    Changed,
    /// It was never pinned.
    Unknown,
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trusted => "trusted",
            Self::Changed => "changed",
            Self::Unknown => "unknown",
        })
    }
}

/// The pinned plugins: name → SHA-256.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    plugins: BTreeMap<String, String>,
}

/// Why a lock file was not used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It cannot be read or written.
    #[error("{} cannot be used", file.display())]
    Io {
        /// The lock file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what `otai plugin pin` writes.
    #[error("{}:{line}:{column}: not a lock file: {reason}; run `otai plugin pin` to write it anew", file.display())]
    Shape {
        /// The lock file.
        file: PathBuf,
        /// 1-based.
        line: usize,
        /// 1-based.
        column: usize,
        /// What is wrong.
        reason: String,
    },
}

impl Lock {
    /// Reads the lock file of a folder; none means that nothing is pinned.
    ///
    /// # Errors
    /// [`LockError`]: a lock that cannot be read must not be mistaken for one that pins nothing.
    pub fn read(dir: &Path) -> Result<Self, LockError> {
        let file = dir.join(LOCK_FILE);
        let text = match std::fs::read(&file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(LockError::Io { file, source }),
        };
        serde_json::from_slice(&text).map_err(|e| LockError::Shape {
            file,
            line: e.line(),
            column: e.column(),
            reason: e.to_string(),
        })
    }

    /// Pins a plugin.
    pub fn pin(&mut self, name: &str, sha256: &str) {
        self.plugins.insert(name.to_owned(), sha256.to_owned());
    }

    /// Writes the lock file of a folder.
    ///
    /// # Errors
    /// [`LockError::Io`]
    pub fn write(&self, dir: &Path) -> Result<PathBuf, LockError> {
        let file = dir.join(LOCK_FILE);
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        std::fs::write(&file, text).map_err(|source| LockError::Io {
            file: file.clone(),
            source,
        })?;
        Ok(file)
    }

    pub(super) fn trust(&self, name: &str, sha256: &str) -> Trust {
        match self.plugins.get(name) {
            None => Trust::Unknown,
            Some(pinned) if pinned == sha256 => Trust::Trusted,
            Some(_) => Trust::Changed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_survive_and_damage_is_not_taken_for_absence() {
        let dir = tempfile::tempdir().unwrap();
        let mut lock = Lock::read(dir.path()).unwrap();
        assert_eq!(lock.trust("a", "00"), Trust::Unknown);
        lock.pin("a", "00");
        lock.write(dir.path()).unwrap();
        let lock = Lock::read(dir.path()).unwrap();
        assert_eq!(lock.trust("a", "00"), Trust::Trusted);
        assert_eq!(lock.trust("a", "01"), Trust::Changed);

        std::fs::write(dir.path().join(LOCK_FILE), "{\n  oops").unwrap();
        let message = Lock::read(dir.path()).unwrap_err().to_string();
        assert!(
            message.contains("otai.lock:2:") && message.contains("plugin pin"),
            "{message}"
        );
    }
}
