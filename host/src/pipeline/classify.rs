//! Step 7: labels for a batch of tickets, one call for each classifier. A text that a classifier cannot stand costs itself.

use otai_interface::{
    Failure,
    model::{Classify, Prediction, Text, Ticket},
};

use super::{Pipeline, Said};

/// What the classifiers say, or why they cannot.
pub(super) type Answer = Result<Said, Failure>;

impl Pipeline {
    pub(super) async fn classify(&self, tickets: &[&Ticket]) -> Vec<Answer> {
        let mut all: Vec<Answer> = Vec::with_capacity(tickets.len());
        let mut texts: Vec<Text> = Vec::with_capacity(tickets.len());
        for ticket in tickets {
            let text = self.templates.text(ticket);
            all.push(match &text {
                Ok(_) => Ok(Said::default()),
                Err(e) => Err(Failure::rejected(format!("text: {e}"))),
            });
            texts.push(Text {
                text: text.unwrap_or_default(),
                language: ticket.language.clone(),
                names: people(ticket),
            });
        }
        for (name, classifier) in &self.classifiers {
            let fields: Vec<String> = self
                .spec
                .fields
                .iter()
                .filter(|(_, rule)| rule.classifier == *name)
                .map(|(f, _)| f.clone())
                .collect();
            let batch = Classify {
                texts: texts.clone(),
                fields,
            };
            match classifier.classify(&batch).await {
                Ok(classified) => {
                    for (prediction, said) in classified.predictions.into_iter().zip(&mut all) {
                        join(&batch.fields, prediction, said);
                    }
                }
                Err(failure) if failure.is_for_every_ticket() || matches!(failure, Failure::Retry { .. }) => {
                    all.iter_mut().for_each(|said| *said = Err(failure.clone()));
                }
                Err(failure) => {
                    tracing::warn!(
                        classifier = name,
                        "a batch of {} failed, one by one now: {failure}",
                        texts.len()
                    );
                    for (text, said) in texts.iter().zip(&mut all) {
                        let batch = Classify {
                            texts: vec![text.clone()],
                            fields: batch.fields.clone(),
                        };
                        match classifier.classify(&batch).await {
                            Ok(one) => one.predictions.into_iter().for_each(|p| join(&batch.fields, p, said)),
                            Err(failure) => *said = Err(failure),
                        }
                    }
                }
            }
        }
        all
    }
}

/// Who the ticket is from, so that a model learns nothing about a person.
pub(crate) fn people(ticket: &Ticket) -> Vec<String> {
    ticket
        .requester
        .iter()
        .filter_map(|person| person.name.clone())
        .collect()
}

fn join(fields: &[String], prediction: Prediction, said: &mut Answer) {
    if let Ok(said) = said {
        said.take(fields, prediction);
    }
}
