//! Two ways in which an engine may fail: at one text, which is then left to a human, or at the call.

use otai_plugin::{Failure, model::Prediction};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Trouble {
    /// To this text; the others are not concerned. The clause says why, without a word of the text.
    Text(String),
    /// To anything, now or for good.
    Call(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Call(failure)
    }
}

/// Nothing is decided on a text. The labels stay empty, so that a host that does not know `leave` decides nothing either.
pub(crate) fn left(reason: impl Into<String>) -> Prediction {
    Prediction {
        leave: Some(reason.into()),
        ..Prediction::default()
    }
}
