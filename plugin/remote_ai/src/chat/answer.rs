//! The answer, verified: labels that the admin wrote, one for each field, or the reason why there are none.
//!
//! The schema already keeps a good engine to the labels. An engine may ignore it, cut the answer off or prattle; what a customer
//! wrote may talk a model into anything. So nothing is taken but an exact label, and nothing of the answer is ever repeated.

use std::{collections::BTreeSet, fmt};

use otai_plugin::serde::Deserialize;

use super::{
    flat::{self, Entry, Spot},
    request::{Fields, TAGS},
};

/// A chat completion; of several choices the first.
#[derive(Debug, Deserialize)]
#[serde(crate = "otai_plugin::serde")]
pub(crate) struct Completion {
    pub(crate) choices: Vec<Choice>,
}

/// One choice.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Choice {
    pub(crate) message: Message,
    pub(crate) finish_reason: Option<String>,
    pub(crate) logprobs: Option<Tokens>,
}

/// What the model said.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Message {
    pub(crate) content: Option<String>,
    pub(crate) refusal: Option<String>,
}

/// The tokens of the answer.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Tokens {
    pub(crate) content: Option<Vec<Token>>,
}

/// A token with its log-probability and the most probable ones at its place, it among them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Token {
    pub(crate) token: String,
    pub(crate) bytes: Option<Vec<u8>>,
    pub(crate) logprob: Option<f64>,
    pub(crate) top_logprobs: Option<Vec<Token>>,
}

/// Why an answer cannot be used; `Display` is the clause for the admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// `choices` is empty.
    NoChoice,
    /// The model or a filter declined.
    Refused,
    /// `finish_reason: length`
    CutOff,
    /// It wanted to call a tool or ended for another odd reason.
    Unfinished,
    /// No content.
    Empty,
    /// Prose, code fences, half an object.
    NotJson,
    /// Keys missing, twice or too many.
    Keys,
    /// A value that is none of the labels.
    NoLabel {
        /// Field of the config.
        field: String,
    },
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChoice => f.write_str("the engine gave no answer"),
            Self::Refused => f.write_str("the model refuses to answer"),
            Self::CutOff => f.write_str("the answer was cut off: raise `max_answer_tokens` if that happens often"),
            Self::Unfinished => f.write_str("the model did not end its answer"),
            Self::Empty => f.write_str("the model answered nothing"),
            Self::NotJson => f.write_str(
                "the answer is not the JSON that was asked for: is `structured` on, and is the model able to?",
            ),
            Self::Keys => f.write_str("the answer has other fields than were asked for"),
            Self::NoLabel { field } => write!(f, "the model answered with something that is no label of `{field}`"),
        }
    }
}

/// The labels chosen for one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) field: String,
    /// Labels of the config, with their places in the content.
    pub(crate) labels: Vec<Spot>,
}

/// The content of a choice that was brought to its end.
pub(crate) fn content(choice: &Choice) -> Result<&str, Unusable> {
    if choice
        .message
        .refusal
        .as_deref()
        .is_some_and(|refusal| !refusal.is_empty())
    {
        return Err(Unusable::Refused);
    }
    match choice.finish_reason.as_deref() {
        None | Some("stop") => {}
        Some("length") => return Err(Unusable::CutOff),
        Some("content_filter") => return Err(Unusable::Refused),
        Some(_) => return Err(Unusable::Unfinished),
    }
    let content = choice.message.content.as_deref().unwrap_or_default();
    match content.trim() {
        "" => Err(Unusable::Empty),
        _ => Ok(content),
    }
}

/// The labels that a content holds: every field once, every value a label of its field.
pub(crate) fn chosen(content: &str, fields: &Fields) -> Result<Vec<Chosen>, Unusable> {
    let entries = flat::read(content).ok_or(Unusable::NotJson)?;
    let keys: BTreeSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    if keys.len() != entries.len() || !keys.iter().copied().eq(fields.keys().map(String::as_str)) {
        return Err(Unusable::Keys);
    }
    entries.into_iter().map(|entry| verified(entry, fields)).collect()
}

fn verified(entry: Entry, fields: &Fields) -> Result<Chosen, Unusable> {
    let Entry {
        key: field,
        values,
        list,
    } = entry;
    let known = fields
        .get(&field)
        .is_some_and(|labels| values.iter().all(|value| labels.contains_key(&value.text)));
    if !known || list != (field == TAGS) {
        return Err(Unusable::NoLabel { field });
    }
    let mut seen = BTreeSet::new();
    let labels = values
        .into_iter()
        .filter(|value| seen.insert(value.text.clone()))
        .collect();
    Ok(Chosen { field, labels })
}
