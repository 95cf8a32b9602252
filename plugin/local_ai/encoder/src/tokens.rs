//! Texts become tokens, cut off where the model's positions end.

use std::path::Path;

use tokenizers::utils::truncation::TruncationDirection;
use tokenizers::{PostProcessor, Tokenizer};

use crate::error::OpenError;
use crate::folder::{Folder, read};

/// Characters that are looked at first, per token of the limit. Words have 4 to 6 letters and 1 to 2 tokens.
const PER_TOKEN: usize = 12;
/// Tokens near a cut that are not relied on.
const MARGIN: usize = 200;

/// The tokenizer of a model.
#[derive(Debug)]
pub(crate) struct Tokens {
    tokenizer: Tokenizer,
    /// The most tokens per text, special ones included.
    limit: usize,
    /// Special tokens around a text.
    special: usize,
    lowercase: bool,
    /// What stands for a text of which nothing is left.
    empty: Vec<u32>,
}

impl Tokens {
    /// Reads the tokenizer of the folder; its own settings for padding and truncation are not used.
    ///
    /// # Errors
    /// If it cannot be read, cannot split text, or knows tokens that the model does not.
    pub(crate) fn open(folder: &Folder) -> Result<Self, OpenError> {
        let path = &folder.tokenizer_path;
        let unusable = |reason: String| OpenError::Tokenizer {
            path: path.clone(),
            reason,
        };
        let mut tokenizer = Tokenizer::from_bytes(read(path)?).map_err(|error| unusable(error.to_string()))?;
        tokenizer.with_padding(None);
        let _ = tokenizer
            .with_truncation(None)
            .map_err(|error| unusable(error.to_string()))?;
        let special = tokenizer
            .get_post_processor()
            .map_or(0, |post| post.added_tokens(false));
        if special >= folder.max_tokens {
            return Err(unusable(format!(
                "it adds {special} tokens to a text, the model takes {}",
                folder.max_tokens
            )));
        }
        let mut tokens = Self {
            tokenizer,
            limit: folder.max_tokens,
            special,
            lowercase: folder.lowercase,
            empty: vec![folder.config.pad],
        };
        // A text of letters, marks and signs that no vocabulary holds as they are: shows whether the unknown has a token.
        let strange = tokens
            .split("Ticket 1 \u{fffd} \u{2603} zq\u{301}x")
            .map_err(&unusable)?;
        let empty = tokens.split("").map_err(&unusable)?;
        if !empty.is_empty() {
            tokens.empty = empty;
        }
        let known = tokens.tokenizer.get_vocab(true).into_values();
        let greatest = known
            .chain(strange)
            .chain(tokens.empty.iter().copied())
            .max()
            .unwrap_or(0);
        in_table(path, greatest, folder.config.vocabulary)?;
        Ok(tokens)
    }

    /// The most tokens per text, special ones included.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// The tokens of `text`, at least one and at most [`Self::limit`]. A text that the tokenizer fails on counts as empty.
    pub(crate) fn of(&self, text: &str) -> Vec<u32> {
        match self.split(text) {
            Ok(tokens) if !tokens.is_empty() => tokens,
            _ => self.empty.clone(),
        }
    }

    /// Looks at the start of the text only, and at twice as much as long as that gives too few tokens.
    fn split(&self, text: &str) -> Result<Vec<u32>, String> {
        let room = self.limit - self.special;
        let mut size = room.saturating_add(MARGIN).saturating_mul(PER_TOKEN);
        loop {
            let part = head(text, size);
            let lower = self.lowercase.then(|| part.to_lowercase());
            let input = lower.as_deref().unwrap_or(part);
            let mut encoding = self.tokenizer.encode_fast(input, false).map_err(|e| e.to_string())?;
            if part.len() < text.len() && encoding.len() < room + MARGIN {
                size = size.saturating_mul(2);
                continue;
            }
            encoding.truncate(room, 0, TruncationDirection::Right);
            let whole = self.tokenizer.post_process(encoding, None, true);
            let mut tokens = whole.map_err(|e| e.to_string())?.get_ids().to_vec();
            tokens.truncate(self.limit);
            return Ok(tokens);
        }
    }
}

/// The first `size` bytes of the text, and on to the end of the word, if that comes within another `size` bytes.
///
/// Tokens do not reach across white space, so what is before the cut is split as in the whole text. A word without end is cut
/// anywhere; what that changes lies within the margin, which is thrown away.
fn head(text: &str, size: usize) -> &str {
    if text.len() <= size {
        return text;
    }
    let boundary = |from: usize| {
        (from..text.len())
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(text.len())
    };
    let (start, end) = (boundary(size), boundary(size.saturating_mul(2)));
    let word = text[start..end].find(char::is_whitespace);
    &text[..word.map_or(start, |length| start + length)]
}

/// Checks that the greatest token has a row.
fn in_table(path: &Path, token: u32, rows: usize) -> Result<(), OpenError> {
    if (token as usize) < rows {
        return Ok(());
    }
    Err(OpenError::Vocabulary {
        path: path.to_owned(),
        token,
        rows,
    })
}
