//! A file is replaced in one step: whoever reads it sees the old one or the new one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Replaces `path` by a file of `bytes` in one step.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension(format!("new-{}", std::process::id()));
    let written = (|| {
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&new, path)
    })();
    if written.is_err() {
        // What is left would only puzzle people; that it may stay changes nothing about the error.
        let _ = fs::remove_file(&new);
        return written;
    }
    // The rename itself is safe on disk once the folder is; systems that cannot flush a folder (Windows) do so on their own.
    if let Some(Ok(dir)) = path.parent().map(File::open) {
        let _ = dir.sync_all();
    }
    Ok(())
}
