use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where a model comes from: `origin.json` in its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `hf:ORG/NAME`, or the folder that it was copied from.
    pub source: String,
    /// The commit on the hub; `None` for a folder.
    pub revision: Option<String>,
    /// When, RFC 3339.
    pub date: String,
    /// File → SHA-256, in hexadecimal.
    pub files: BTreeMap<String, String>,
}

impl Origin {
    /// Its name in the folder.
    pub const FILE: &str = "origin.json";
}
