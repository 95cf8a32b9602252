//! Reading, measuring and showing, each from outside.

mod judging;
mod measuring;
mod reading;
mod refusing;
mod showing;

use std::path::PathBuf;

use super::{Lesson, LessonError, read_csv};

fn words(all: &[&str]) -> Vec<String> {
    all.iter().map(|word| (*word).to_owned()).collect()
}

/// A file of these bytes; it lives as long as the folder.
fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn read(bytes: impl AsRef<[u8]>, text: &[&str], targets: &[&str]) -> Result<Lesson, LessonError> {
    let (_folder, path) = file(bytes.as_ref());
    read_csv(&path, &words(text), &words(targets))
}
