//! Two models on the open tickets of the demo, side by side.

use std::collections::BTreeMap;

use comfy_table::Table;
use otai_interface::model::Example;
use serde::Serialize;

use super::{CliError, demo::Accuracy, evaluate::predictions, table::table};
use crate::{
    config::FieldRule,
    demo_tickets::DemoTicket,
    lesson::{FieldReport, Question, measure},
    registry::Classifier,
};

/// What one model does.
#[derive(Serialize)]
pub(super) struct Side {
    /// Right ones among the decisions, as in the summary of the triage.
    accuracy: Accuracy,
    /// Share of tickets with a decision on their queue.
    coverage: f64,
    #[serde(skip)]
    fields: BTreeMap<String, FieldReport>,
}

const FIELDS: [&str; 2] = ["queue", "priority"];

/// Classifies those of the tickets that are open: the last fifth, as the simulated helpdesk has it.
pub(super) async fn side(classifier: &Classifier, tickets: &[DemoTicket]) -> Result<Side, CliError> {
    let history = ((tickets.len() as f64) * otai_sim::Options::default().history).round() as usize;
    let examples: Vec<Example> = tickets.iter().skip(history).map(example).collect();
    let question = Question {
        fields: FIELDS.map(str::to_owned).to_vec(),
        precision: 0.95,
        threshold: FieldRule::MIN_CONFIDENCE,
        ..Question::default()
    };
    let said = predictions(classifier, &examples, &question.fields).await?;
    let fields = measure(&examples, &said, &question).fields;
    let right = |field: &str| fields.get(field).and_then(|report| report.precision_at_threshold);
    let covered = |field: &str| fields.get(field).and_then(|report| report.coverage_at_threshold);
    Ok(Side {
        accuracy: Accuracy {
            queue: right("queue"),
            priority: right("priority"),
        },
        coverage: covered("queue").unwrap_or_default(),
        fields,
    })
}

/// A ticket as the pipeline would show it, with its labels in the helpdesk's spelling.
fn example(ticket: &DemoTicket) -> Example {
    let mut priority = ticket.priority.to_owned();
    if let Some(first) = priority.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let labels = [("queue", ticket.queue.to_owned()), ("priority", priority)];
    Example {
        text: format!("{}\n{}", ticket.subject, ticket.body),
        labels: labels
            .map(|(field, label)| (field.to_owned(), vec![label]))
            .into_iter()
            .collect(),
        ..Example::default()
    }
}

/// Both, a line for each field.
pub(super) fn versus(with: &Side, without: &Side) -> Table {
    let percent = |n: Option<f64>| n.map_or_else(|| "-".to_owned(), |n| format!("{:.1} %", n * 100.0));
    let mut table = table(&["FIELD", "ENCODER", "FIRST LABEL RIGHT", "COVERAGE", "RIGHT OF THOSE"]);
    for field in FIELDS {
        for (name, side) in [("with", with), ("without", without)] {
            let Some(report) = side.fields.get(field) else { continue };
            table.add_row([
                field.to_owned(),
                name.to_owned(),
                percent(report.accuracy),
                percent(report.coverage_at_threshold),
                percent(report.precision_at_threshold),
            ]);
        }
    }
    table
}
