//! Rows become examples. A row that teaches nothing (no text, or nothing known of any field) is counted and left out.

use std::collections::BTreeMap;
use std::path::Path;

use csv::StringRecord;
use otai_interface::model::Example;

use super::LessonError;
use super::columns::{Columns, Plan, Target, shown};
use super::sheet::{self, Sheet};

/// What a file teaches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lesson {
    /// At least one, in the order of the file, each with a text and with at least one field known.
    pub examples: Vec<Example>,
    /// Fields looked for, in the order of the options; an example may lack some.
    pub fields: Vec<String>,
    /// Those of `fields` whose texts carry any number of labels.
    pub multi_label: Vec<String>,
    /// Columns that the texts come from, as the file spells them.
    pub text_columns: Vec<String>,
    /// Rows left out because they have no text or no label; `rows` = `examples` + `skipped`.
    pub skipped: usize,
    /// Rows below the header, without blank lines.
    pub rows: usize,
}

/// Reads a CSV file in UTF-8 (delimiter: comma, else semicolon or tab) with a header. `text` and `targets` are the values of
/// `--text` and `--target`, see [`Columns::parse`]; empty for the usual columns: text from `subject` and `body` or else `text`,
/// labels from those of `queue`, `priority`, `type` and `tags` that exist.
///
/// The cells of a text are trimmed and joined by line breaks, blank ones left out. `tags` may have several labels in a cell,
/// separated by `|`. A blank cell means "not known", in a multi-label field "none of them".
///
/// # Errors
/// See [`LessonError`]; nothing is read by halves.
pub fn read_csv(path: &Path, text: &[String], targets: &[String]) -> Result<Lesson, LessonError> {
    let columns = Columns::parse(text, targets)?.unwrap_or_default();
    let sheet = sheet::read(path)?;
    let plan = columns.find_in(&sheet.header, path)?;
    let mut examples = Vec::new();
    let mut texts = 0;
    for row in &sheet.rows {
        let text = text_of(row, &plan.text);
        if text.is_empty() {
            continue;
        }
        texts += 1;
        let labels: BTreeMap<_, _> = plan
            .targets
            .iter()
            .filter_map(|t| Some((t.field.clone(), labels(row, t)?)))
            .collect();
        if !labels.is_empty() {
            examples.push(Example {
                text,
                labels,
                names: Vec::new(),
            });
        }
    }
    if examples.is_empty() {
        return Err(nothing_learnt(path, &sheet, &plan, texts));
    }
    let (rows, skipped) = (sheet.rows.len(), sheet.rows.len() - examples.len());
    Ok(Lesson {
        examples,
        fields: plan.targets.iter().map(|t| t.field.clone()).collect(),
        multi_label: plan
            .targets
            .iter()
            .filter(|t| t.multi)
            .map(|t| t.field.clone())
            .collect(),
        text_columns: plan.text.iter().map(|column| sheet.header[*column].clone()).collect(),
        skipped,
        rows,
    })
}

fn text_of(row: &StringRecord, columns: &[usize]) -> String {
    let cells = columns.iter().filter_map(|column| row.get(*column)).map(str::trim);
    cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("\n")
}

/// `None` if the row does not say.
fn labels(row: &StringRecord, target: &Target) -> Option<Vec<String>> {
    let mut labels: Vec<String> = Vec::new();
    for cell in target.columns.iter().filter_map(|column| row.get(*column)) {
        let parts: Vec<&str> = match target.separator {
            Some(separator) => cell.split(separator).collect(),
            None => vec![cell],
        };
        for label in parts.into_iter().map(str::trim).filter(|label| !label.is_empty()) {
            if !labels.iter().any(|other| other == label) {
                labels.push(label.to_owned());
            }
        }
    }
    (target.multi || !labels.is_empty()).then_some(labels)
}

fn nothing_learnt(path: &Path, sheet: &Sheet, plan: &Plan, texts: usize) -> LessonError {
    let named = |columns: Vec<usize>| {
        columns
            .iter()
            .map(|c| shown(&sheet.header[*c]))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if texts == 0 {
        return LessonError::NoText {
            path: path.into(),
            columns: named(plan.text.clone()),
        };
    }
    let columns = named(plan.targets.iter().flat_map(|t| t.columns.clone()).collect());
    LessonError::NoLabels {
        path: path.into(),
        columns,
    }
}
