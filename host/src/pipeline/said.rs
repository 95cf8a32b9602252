//! What the classifiers say of one ticket, and of which fields they want nothing to be decided.

use std::collections::BTreeMap;

use otai_interface::model::{Label, Prediction};

/// Letters of a plugin's reason that are kept: it goes into the state and onto a terminal.
const REASON: usize = 200;

/// The answers of all classifiers to one ticket, joined.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// Field → labels, most probable first.
    pub labels: BTreeMap<String, Vec<Label>>,
    /// Field → why nothing may be decided on it, whatever its labels are.
    pub leave: BTreeMap<String, String>,
}

impl Said {
    /// Labels only, nothing to be left.
    #[must_use]
    pub fn of(labels: BTreeMap<String, Vec<Label>>) -> Self {
        let leave = BTreeMap::new();
        Self { labels, leave }
    }

    /// Leaves these fields to a human.
    pub(super) fn leave<'a>(&mut self, fields: impl IntoIterator<Item = &'a String>, why: &str) {
        let why = sentence(why);
        self.leave
            .extend(fields.into_iter().map(|field| (field.clone(), why.clone())));
    }

    /// Takes what a classifier says of the fields that it was asked for; what it says of others does not count.
    pub(super) fn take(&mut self, fields: &[String], mut prediction: Prediction) {
        if let Some(why) = prediction.leave {
            return self.leave(fields, &why);
        }
        for field in fields {
            if let Some(labels) = prediction.labels.remove(field) {
                self.labels.insert(field.clone(), labels);
            }
        }
    }
}

/// A plugin's clause as a message shows it: on one line, cut, and never empty.
fn sentence(why: &str) -> String {
    let line: String = why
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(REASON)
        .collect();
    if line.is_empty() {
        "the classifier wants nothing to be decided, and does not say why".to_owned()
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prediction(leave: Option<&str>) -> Prediction {
        let label = |field: &str| (field.to_owned(), vec![Label::new("x", 0.9)]);
        Prediction {
            labels: BTreeMap::from([label("queue"), label("type"), label("tags")]),
            leave: leave.map(str::to_owned),
        }
    }

    #[test]
    fn a_text_to_be_left_takes_the_fields_of_its_classifier_with_it_and_no_others() {
        let mut said = Said::default();
        let (mine, others) = (["queue".to_owned(), "type".to_owned()], ["tags".to_owned()]);
        said.take(&mine, prediction(Some("it is unlike every text of the training")));
        said.take(&others, prediction(None));
        assert_eq!(said.labels.keys().collect::<Vec<_>>(), ["tags"]);
        assert_eq!(said.leave.keys().collect::<Vec<_>>(), ["queue", "type"]);
        assert_eq!(said.leave["queue"], "it is unlike every text of the training");
    }

    #[test]
    fn what_was_not_asked_for_does_not_count() {
        let mut said = Said::default();
        said.take(&["type".to_owned()], prediction(None));
        assert_eq!(said.labels.keys().collect::<Vec<_>>(), ["type"]);
    }

    #[test]
    fn a_reason_is_one_line_of_a_bearable_length() {
        assert_eq!(sentence(" a\nb\u{1b}[31m "), "a b [31m");
        assert_eq!(sentence(&"é".repeat(1000)).chars().count(), REASON);
        for nothing in ["", "  ", "\n"] {
            assert!(sentence(nothing).contains("does not say why"), "{nothing:?}");
        }
    }
}
