//! The table of word embeddings, which stays in its file: a text touches a few of its rows only.

#![expect(unsafe_code, reason = "mapping a file")]

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};
use safetensors::tensor::Dtype;

use crate::weights::{decode, width};

/// A mapped matrix.
#[derive(Debug)]
pub(crate) struct Table {
    bytes: Mmap,
    kind: Dtype,
    /// Bytes per row.
    row: usize,
}

impl Table {
    /// Maps `length` bytes of the file from `start` on, in rows of `columns` numbers.
    pub(crate) fn map(path: &Path, start: u64, length: usize, kind: Dtype, columns: usize) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: the pages are only read, as bytes of which any value is allowed. That nobody shortens the file while it is open
        // is asked of the caller in the documentation of the crate; replacing it by renaming another over it is harmless.
        let bytes = unsafe { MmapOptions::new().offset(start).len(length).map(&file)? };
        Ok(Self {
            bytes,
            kind,
            row: columns * width(kind),
        })
    }

    /// Rows.
    pub(crate) fn rows(&self) -> usize {
        self.bytes.len() / self.row
    }

    /// Copies the row of `token` to `out`; the last row for a token beyond the table, which the opener rules out.
    pub(crate) fn get(&self, token: u32, out: &mut [f32]) {
        let at = (token as usize).min(self.rows() - 1) * self.row;
        decode(self.kind, &self.bytes[at..at + self.row], out);
    }
}
