//! What the params of several services ask for in the same way.

use std::path::Path;

use otai_encoder::Precision;
use otai_plugin::{Failure, schemars::JsonSchema};

/// How an encoder computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(crate = "otai_plugin::schemars")]
pub enum EncoderPrecision {
    /// 32-bit floating point.
    #[default]
    Fp32,
    /// 8-bit integers: faster, a quarter of the memory, not quite as exact.
    Int8,
}

impl From<EncoderPrecision> for Precision {
    fn from(precision: EncoderPrecision) -> Self {
        match precision {
            EncoderPrecision::Fp32 => Self::F32,
            EncoderPrecision::Int8 => Self::Int8,
        }
    }
}

/// A folder must have a name; `what` says which folder is meant.
pub(crate) fn folder(param: &str, path: &Path, what: &str) -> Result<(), Failure> {
    match path.as_os_str().is_empty() {
        true => Err(Failure::rejected_field(param, format!("`{param}` is empty: {what}"))),
        false => Ok(()),
    }
}

/// All cores are asked for by leaving the number out.
pub(crate) fn threads(threads: Option<usize>) -> Result<(), Failure> {
    match threads {
        Some(0) => Err(Failure::rejected_field(
            "threads",
            "`threads` is 0: leave it out to use all cores",
        )),
        _ => Ok(()),
    }
}
