//! Examples become distinct texts with numbered labels; what is left out is named, never silently dropped.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash as _, Hasher as _};

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::memory;
use crate::text::Words;
use crate::train::{Example, TrainError, TrainOptions};

/// The most labels of a field that are learned, the most frequent ones: time and memory grow with texts times labels, and a field
/// with more is a list of customers or parts, which nobody triages by.
const MAX_LABELS: usize = 1000;

/// The texts to learn from and what they say about each field.
#[derive(Debug)]
pub(crate) struct Corpus<'a> {
    pub(crate) texts: Vec<&'a str>,
    pub(crate) fields: Vec<Field>,
    pub(crate) left_out_fields: BTreeMap<String, String>,
    pub(crate) duplicates: usize,
    pub(crate) empty: usize,
    pub(crate) conflicting: usize,
    pub(crate) sha256: String,
    /// By what each text and its labels are remembered.
    pub(crate) hashes: Vec<(u128, u64)>,
}

/// One field that can be learned.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) labels: Vec<String>,
    /// The texts (by number) that say something about this field.
    pub(crate) picks: Vec<u32>,
    pub(crate) truth: Truth,
    pub(crate) counts: Vec<usize>,
    pub(crate) left_out: BTreeMap<String, String>,
    pub(crate) ambiguous: usize,
    /// The rows of the labels' own names, which are further examples where an encoder knows what a name means; else empty.
    pub(crate) names: Vec<u32>,
}

impl Field {
    /// Makes the names of the labels examples, if each is made of words: appends them to `names`, which stand behind `texts` texts.
    ///
    /// On ten texts per label of Banking77 that is worth half a percent.
    pub(crate) fn name_labels(&mut self, texts: usize, names: &mut Vec<String>) {
        let is_word = |label: &String| label.chars().filter(|c| c.is_alphabetic()).count() >= 3;
        if matches!(self.truth, Truth::One(_)) && self.labels.iter().all(is_word) {
            let first = (texts + names.len()) as u32;
            names.extend(self.labels.iter().map(|label| label.replace(['_', '-'], " ")));
            self.names = (first..).take(self.labels.len()).collect();
        }
    }

    /// The rows to learn from: the picks, then the labels' names.
    pub(crate) fn rows(&self) -> Vec<u32> {
        self.picks.iter().chain(&self.names).copied().collect()
    }
}

/// The right answers for the picks of a field.
#[derive(Debug)]
pub(crate) enum Truth {
    /// One label each.
    One(Vec<u32>),
    /// Any number of labels each, as sorted numbers.
    Many(Vec<Vec<u32>>),
}

type Labels<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

impl<'a> Corpus<'a> {
    /// Reads `examples`.
    ///
    /// # Errors
    /// [`TrainError::NoTexts`] without a single word, [`TrainError::NothingToLearn`] if no field is left.
    pub(crate) fn of(examples: &'a [Example], options: &TrainOptions) -> Result<Self, TrainError> {
        let mut corpus = Self {
            texts: Vec::new(),
            fields: Vec::new(),
            left_out_fields: BTreeMap::new(),
            duplicates: 0,
            empty: 0,
            conflicting: 0,
            sha256: fingerprint(examples),
            hashes: Vec::new(),
        };
        let mut kept: Vec<Labels<'a>> = Vec::new();
        let mut seen: HashMap<u128, (Vec<usize>, bool)> = HashMap::new();
        let mut words = Words::default();
        for example in examples {
            words.read(&example.text);
            if words.spans.is_empty() {
                corpus.empty += 1;
                continue;
            }
            let labels = labels_of(example);
            let (same, mixed) = seen.entry(xxh3_128(words.line.as_bytes())).or_default();
            if same.iter().any(|at| kept[*at] == labels) {
                corpus.duplicates += 1;
                continue;
            }
            if !*mixed && same.iter().any(|at| contradict(&kept[*at], &labels)) {
                *mixed = true;
                corpus.conflicting += 1;
            }
            same.push(kept.len());
            corpus.hashes.push((memory::hash(&example.text), hash_of(&labels)));
            kept.push(labels);
            corpus.texts.push(&example.text);
        }
        if kept.is_empty() {
            return Err(TrainError::NoTexts {
                examples: examples.len(),
            });
        }
        let names: BTreeSet<&str> = kept.iter().flat_map(|labels| labels.keys().copied()).collect();
        for name in names {
            match field(name, &kept, options) {
                Ok(field) => corpus.fields.push(field),
                Err(reason) => drop(corpus.left_out_fields.insert(name.to_owned(), reason)),
            }
        }
        if corpus.fields.is_empty() {
            return Err(TrainError::NothingToLearn {
                reasons: reasons(&corpus.left_out_fields),
            });
        }
        Ok(corpus)
    }
}

fn reasons(left_out: &BTreeMap<String, String>) -> String {
    if left_out.is_empty() {
        return "no example carries a label".to_owned();
    }
    left_out
        .iter()
        .map(|(name, reason)| format!("{name}: {reason}"))
        .collect::<Vec<_>>()
        .join("; ")
}

/// The labels of an example without empty ones, which mean "not set".
fn labels_of(example: &Example) -> Labels<'_> {
    let set = |labels: &'_ Vec<String>| -> bool { labels.is_empty() || labels.iter().any(|l| !l.trim().is_empty()) };
    example
        .labels
        .iter()
        .filter(|(_, labels)| set(labels))
        .map(|(field, labels)| {
            (
                field.as_str(),
                labels.iter().map(|l| l.trim()).filter(|l| !l.is_empty()).collect(),
            )
        })
        .collect()
}

fn hash_of(labels: &Labels<'_>) -> u64 {
    let mut hash = Xxh3::new();
    labels.hash(&mut hash);
    hash.finish()
}

fn contradict(one: &Labels<'_>, other: &Labels<'_>) -> bool {
    one.iter()
        .any(|(field, labels)| other.get(field).is_some_and(|others| others != labels))
}

/// Numbers the labels of one field, or says why it cannot be learned.
fn field(name: &str, kept: &[Labels<'_>], options: &TrainOptions) -> Result<Field, String> {
    let many = options.multi_label_fields.contains(name);
    let said: Vec<(u32, &BTreeSet<&str>)> = (0u32..)
        .zip(kept)
        .filter_map(|(at, labels)| Some((at, labels.get(name)?)))
        .collect();
    let ambiguous = if many {
        0
    } else {
        said.iter().filter(|(_, labels)| labels.len() > 1).count()
    };
    let said: Vec<_> = said
        .into_iter()
        .filter(|(_, labels)| many || labels.len() == 1)
        .collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    said.iter()
        .flat_map(|(_, labels)| labels.iter())
        .for_each(|label| *counts.entry(label).or_default() += 1);
    let least = if many {
        options.min_tag_examples
    } else {
        options.min_examples
    }
    .max(2);
    let mut left_out = BTreeMap::new();
    for (label, count) in &counts {
        if *count < least {
            left_out.insert((*label).to_owned(), format!("{count} of at least {least} examples"));
        } else if many && said.len() - count < least {
            left_out.insert(
                (*label).to_owned(),
                format!("only {} of at least {least} examples without it", said.len() - count),
            );
        }
    }
    let mut frequent: Vec<(usize, &str)> = counts
        .iter()
        .filter(|(label, _)| !left_out.contains_key(**label))
        .map(|(label, count)| (*count, *label))
        .collect();
    frequent.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    for (count, label) in frequent.iter().skip(MAX_LABELS) {
        let reason = format!("{count} examples, and {MAX_LABELS} labels have more");
        left_out.insert((*label).to_owned(), reason);
    }
    let all = counts.len();
    counts.retain(|label, _| !left_out.contains_key(*label));
    if counts.len() < if many { 1 } else { 2 } {
        return Err(match (all, counts.first_key_value()) {
            (0, _) => "no example carries a label".to_owned(),
            (1, Some((label, _))) => format!("every example is labelled {label:?}, so there is nothing to tell apart"),
            (_, None) => format!("no label has enough examples ({least}) with and without it"),
            (_, Some((label, _))) => {
                format!("only {label:?} has at least {least} examples, so there is nothing to tell it from")
            }
        });
    }
    let numbers: HashMap<&str, u32> = counts.keys().copied().zip(0..).collect();
    let (mut picks, mut one, mut several) = (Vec::new(), Vec::new(), Vec::new());
    for (at, labels) in said {
        let known: Vec<u32> = labels.iter().filter_map(|label| numbers.get(label).copied()).collect();
        if many {
            picks.push(at);
            several.push(known);
        } else if let Some(label) = known.first() {
            picks.push(at);
            one.push(*label);
        }
    }
    Ok(Field {
        name: name.to_owned(),
        labels: counts.keys().map(|label| (*label).to_owned()).collect(),
        counts: counts.into_values().collect(),
        picks,
        truth: if many { Truth::Many(several) } else { Truth::One(one) },
        left_out,
        ambiguous,
        names: Vec::new(),
    })
}

/// SHA-256 over texts and labels in their order; lengths stand before parts, so that no two lists of examples look alike.
fn fingerprint(examples: &[Example]) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    for example in examples {
        part(&example.text);
        for (field, labels) in &example.labels {
            part(field);
            part(&labels.len().to_string());
            labels.iter().for_each(|label| part(label));
        }
    }
    hex(&hash.finalize())
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
