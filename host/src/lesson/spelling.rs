//! A model's labels as a pipeline would write them.

use std::collections::{BTreeMap, BTreeSet};

use otai_interface::model::{Example, Prediction};

use super::Question;
use crate::config::resolve;

/// Gives labels the spelling that the truth has, as a pipeline gives them that of the helpdesk: what `labels` (by field, as in the
/// pipeline's rules) makes of them, or else the same name in upper or lower case or with a rank before it. Others stay.
pub fn spell(
    predictions: &mut [Prediction],
    question: &mut Question,
    truth: &[Example],
    labels: &BTreeMap<String, BTreeMap<String, String>>,
) {
    let none = BTreeMap::new();
    for field in &question.fields {
        let true_labels = truth.iter().filter_map(|example| example.labels.get(field)).flatten();
        let values: Vec<&String> = true_labels.collect::<BTreeSet<_>>().into_iter().collect();
        let rules = labels.get(field).unwrap_or(&none);
        let mut spelt: BTreeMap<String, String> = BTreeMap::new();
        let mut spell = |label: &mut String| {
            let value = spelt.entry(label.clone()).or_insert_with(|| {
                let mapped = rules.get(label).unwrap_or(label);
                resolve(label, rules, &values).unwrap_or(mapped).to_owned()
            });
            label.clone_from(value);
        };
        let said = predictions.iter_mut().filter_map(|p| p.labels.get_mut(field));
        said.flatten().for_each(|label| spell(&mut label.name));
        if let Some(known) = question.known.get_mut(field) {
            let all = std::mem::take(known).into_iter();
            known.extend(all.map(|mut label| {
                spell(&mut label);
                label
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use otai_interface::model::Label;

    use super::*;

    #[test]
    fn labels_are_spelt_as_a_pipeline_would_write_them() {
        let field = || "queue".to_owned();
        let example = |label: &str| Example {
            labels: BTreeMap::from([(field(), vec![label.to_owned()])]),
            ..Example::default()
        };
        let truth = ["Billing", "3 high", "Sales"].map(example);
        let said = ["LABEL_0", "High", "sales", "Ops"];
        let mut predictions: Vec<Prediction> = said
            .iter()
            .map(|label| Prediction::of(BTreeMap::from([(field(), vec![Label::new(*label, 0.9)])])))
            .collect();
        let mut question = Question {
            fields: vec![field()],
            known: BTreeMap::from([(field(), said.iter().map(|label| (*label).to_owned()).collect())]),
            ..Question::default()
        };
        let rules = BTreeMap::from([("LABEL_0".to_owned(), "Billing".to_owned())]);
        spell(
            &mut predictions,
            &mut question,
            &truth,
            &BTreeMap::from([(field(), rules)]),
        );
        let now: Vec<&str> = predictions.iter().map(|p| p.labels["queue"][0].name.as_str()).collect();
        assert_eq!(now, ["Billing", "3 high", "Sales", "Ops"]);
        assert_eq!(
            question.known["queue"],
            now.iter().map(|label| (*label).to_owned()).collect()
        );
    }
}
