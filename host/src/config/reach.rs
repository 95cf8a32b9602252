//! `min_precision` against what a model's card says of it.

use std::collections::BTreeMap;

use otai_interface::model::{FieldCard, ModelCard, Thresholds};

use super::loaded::Loaded;
use super::problem::{Problem, list, shown};
use super::threshold::Threshold;

impl Loaded {
    /// Warnings where a rule of this pipeline wants a precision that its model (classifier → card) does not reach.
    #[must_use]
    pub fn check_precision(&self, pipeline: &str, models: &BTreeMap<String, ModelCard>) -> Vec<Problem> {
        let mut warnings = Vec::new();
        for (field, rule) in self.config.pipelines.get(pipeline).into_iter().flat_map(|p| &p.fields) {
            let Threshold::Precision(wanted) = rule.threshold else {
                continue;
            };
            let card = |name: &String| models.get(name).and_then(|card| card.fields.get(field));
            let cards = rule.classifiers.iter().filter_map(|name| Some((name, card(name)?)));
            for (name, (message, help)) in
                cards.flat_map(|(name, card)| remarks(field, card, wanted).into_iter().map(move |r| (name, r)))
            {
                let message = match rule.classifiers.as_slice() {
                    [_] => message,
                    _ => format!("classifier {}: {message}", shown(name)),
                };
                let place = ["pipelines", pipeline, "classify", field, "min_precision"];
                let problem = self.problem(&place, message, Some(help));
                warnings.push(Problem {
                    warning: true,
                    ..problem
                });
            }
        }
        warnings
    }
}

/// What the admin should know of a field from which this precision is wanted: message and help.
///
/// A label that does not get to some precision does not get to a higher one either, so the highest measured precision that is
/// not above the wanted one tells which labels are never decided. Of what lies above it the card says nothing.
fn remarks(field: &str, card: &FieldCard, wanted: f64) -> Vec<(String, String)> {
    let field = shown(field);
    if card.thresholds.is_empty() {
        let message =
            format!("the model does not know how often its labels of {field} are right, so they are left to a human");
        let help = "write `min_confidence`, or train the model again".to_owned();
        return vec![(message, help)];
    }
    let below = |known: &&Thresholds| known.precision as f32 <= wanted as f32;
    let Some(measured) = card.thresholds.iter().rfind(below) else {
        return Vec::new();
    };
    let lost: Vec<&str> = card
        .labels
        .keys()
        .filter(|label| !measured.labels.contains_key(*label))
        .map(String::as_str)
        .collect();
    let help =
        "`otai model card` shows what is reached; more examples, or a lower `min_precision`, let more be decided";
    if lost.len() == card.labels.len() {
        let message =
            format!("no label of {field} is ever right in {wanted} of its decisions, so the field is left to a human");
        return vec![(message, help.to_owned())];
    }
    if lost.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "labels of {field} that are never right in {wanted} of their decisions: {}",
        list(lost)
    );
    vec![(message, format!("they are left to a human; {help}"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `all` labels, and which of them get to which precision.
    fn card(all: &[&str], reached: &[(f64, &[&str])]) -> FieldCard {
        FieldCard {
            labels: all.iter().map(|label| ((*label).to_owned(), 5)).collect(),
            thresholds: reached
                .iter()
                .map(|(precision, labels)| Thresholds {
                    precision: *precision,
                    coverage: 0.5,
                    labels: labels.iter().map(|label| ((*label).to_owned(), 0.9)).collect(),
                })
                .collect(),
            ..FieldCard::default()
        }
    }

    fn messages(card: &FieldCard, wanted: f64) -> Vec<String> {
        remarks("queue", card, wanted)
            .into_iter()
            .map(|(message, _)| message)
            .collect()
    }

    #[test]
    fn labels_that_never_get_there_are_named() {
        let card = card(
            &["a", "b", "c"],
            &[(0.9, &["a", "b", "c"]), (0.95, &["a"]), (0.99, &[])],
        );
        assert!(messages(&card, 0.9).is_empty());
        assert!(messages(&card, 0.94).is_empty(), "0.95 says nothing of less");
        for wanted in [0.95, 0.97] {
            let said = messages(&card, wanted);
            assert_eq!(said.len(), 1);
            assert!(
                said[0].ends_with(&format!("right in {wanted} of their decisions: `b` and `c`")),
                "{said:?}"
            );
        }
        assert!(messages(&card, 0.99)[0].contains("no label of `queue` is ever right in 0.99"));
        assert!(messages(&card, 1.0)[0].contains("no label of `queue`"));
        assert!(messages(&card, 0.5).is_empty(), "nothing was measured that low");
    }

    #[test]
    fn a_rule_is_warned_of_where_it_stands() {
        let loaded = crate::config::tests::good(
            "ticket_systems: { fd: { use: a:B } }\npipelines:\n  p:\n    classify:\n      queue: { min_precision: 0.95 }\n      \
             type: { min_confidence: 0.95 }\n      tags: { min_precision: 0.9 }\n",
        );
        let fields = ["queue", "type", "tags"].map(|field| {
            let card = card(&["a"], &[(0.9, &["a"]), (0.95, &[])]);
            (field.to_owned(), card)
        });
        let model = ModelCard {
            fields: BTreeMap::from(fields),
            ..ModelCard::default()
        };
        let models = BTreeMap::from([("default".to_owned(), model)]);
        let warnings: Vec<String> = loaded
            .check_precision("p", &models)
            .iter()
            .map(Problem::to_string)
            .collect();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(
            warnings[0].starts_with("/etc/otai/config.yml:5:31: warning: no label of `queue`"),
            "{warnings:?}"
        );
        assert!(loaded.check_precision("p", &BTreeMap::new()).is_empty());
        assert!(loaded.check_precision("absent", &models).is_empty());
    }

    #[test]
    fn a_model_that_measured_nothing_decides_nothing() {
        assert!(messages(&card(&["a"], &[]), 0.5)[0].contains("does not know how often"));
    }
}
