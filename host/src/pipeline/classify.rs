//! Step 7: labels for a batch of tickets, one call for each classifier with the texts in its languages. A text that a classifier cannot stand costs itself.

use std::collections::{BTreeMap, BTreeSet};

use otai_interface::{
    Failure,
    model::{Classify, Prediction, Text, Ticket},
};

use super::{Pipeline, Said, people::people};

/// What the classifiers say, or why they cannot.
pub(super) type Answer = Result<Said, Failure>;

impl Pipeline {
    pub(super) async fn classify(&self, tickets: &[&Ticket]) -> Vec<Answer> {
        let mut all: Vec<Answer> = Vec::with_capacity(tickets.len());
        let mut asked: Vec<Asked> = Vec::with_capacity(tickets.len());
        for ticket in tickets {
            let (mut said, mut one) = (Said::default(), Asked::default());
            match self.templates.text(ticket) {
                Ok(text) => {
                    one = self.ask(ticket, text, &mut said);
                    all.push(Ok(said));
                }
                Err(e) => all.push(Err(Failure::rejected(format!("text: {e}")))),
            }
            asked.push(one);
        }
        for (name, classifier) in &self.classifiers {
            let (mut to, mut texts, mut fields) = (Vec::new(), Vec::new(), BTreeSet::new());
            for (at, one) in asked.iter().enumerate() {
                if let Some(wanted) = one.of.get(name) {
                    to.push((at, wanted.as_slice()));
                    texts.push(one.text.clone());
                    fields.extend(wanted.iter().cloned());
                }
            }
            if texts.is_empty() {
                continue;
            }
            let fields: Vec<String> = fields.into_iter().collect();
            let batch = Classify { texts, fields };
            match classifier.classify(&batch).await {
                Ok(classified) => {
                    for (prediction, (at, wanted)) in classified.predictions.into_iter().zip(to) {
                        join(wanted, prediction, &mut all[at]);
                    }
                }
                Err(failure) if failure.is_for_every_ticket() || matches!(failure, Failure::Retry { .. }) => {
                    to.iter().for_each(|(at, _)| all[*at] = Err(failure.clone()));
                }
                Err(failure) => {
                    tracing::warn!(
                        classifier = name,
                        "a batch of {} failed, one by one now: {failure}",
                        to.len()
                    );
                    for (text, (at, wanted)) in batch.texts.iter().zip(to) {
                        let batch = Classify {
                            texts: vec![text.clone()],
                            fields: wanted.to_vec(),
                        };
                        match classifier.classify(&batch).await {
                            Ok(one) => one
                                .predictions
                                .into_iter()
                                .for_each(|prediction| join(wanted, prediction, &mut all[at])),
                            Err(failure) => all[at] = Err(failure),
                        }
                    }
                }
            }
        }
        all
    }

    /// Sends each field of a ticket to the classifier that reads its language; those that nobody reads are left.
    fn ask(&self, ticket: &Ticket, text: String, said: &mut Said) -> Asked {
        let language = self.routes.language(ticket, &text);
        let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for field in self.spec.fields.keys() {
            match self.routes.to(field, language) {
                Ok(name) => of.entry(name.to_owned()).or_default().push(field.clone()),
                Err(why) => said.leave([field], &why),
            }
        }
        let text = Text {
            text,
            language: language.map(|language| language.code().to_owned()),
            names: people(ticket),
        };
        Asked { text, of }
    }
}

/// A text, and classifier → fields that it is asked for.
#[derive(Default)]
struct Asked {
    text: Text,
    of: BTreeMap<String, Vec<String>>,
}

fn join(fields: &[String], prediction: Prediction, said: &mut Answer) {
    if let Ok(said) = said {
        said.take(fields, prediction);
    }
}
