//! A text never leaves this module except as an [`Example`](otai_interface::model::Example): errors and reports hold names,
//! numbers and places only.
//!
//! [`read_csv`] makes examples of a CSV file, some plugin classifies their texts, [`spell`] gives its labels the spelling of the
//! file, [`measure`] compares what it said with the truth, [`table`] shows that to people (and serde to programs).
//!
//! Figures are those of the pipeline: a decision counts from a confidence on exactly if the pipeline would take it with that
//! number as `min_confidence` (or `min_precision`), and a text that the classifier wants to be left gets no decision. So whoever copies a threshold from a report gets what the report says.

mod columns;
mod curve;
mod error;
mod examples;
mod metrics;
mod report;
mod scope;
mod sheet;
mod spelling;
mod table;
#[cfg(test)]
mod tests;

pub use columns::Columns;
pub use error::LessonError;
pub use examples::{Lesson, read_csv};
pub use metrics::{Question, measure};
pub use report::{AtModelThresholds, AtPrecision, FieldReport, InScope, LabelReport, Micro, OutOfScope, Report};
pub use spelling::spell;
pub use table::table;
