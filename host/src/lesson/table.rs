//! A report for people: one line for each field, then each field's labels, the frequent ones first. No colours, and nothing
//! that a label's name could do to a terminal.

use std::cmp::Reverse;
use std::fmt::Write;

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

use super::report::{FieldReport, LabelReport, Report};

/// Labels shown for each field; more scroll the fields off the screen.
const LABELS: usize = 30;
/// Letters shown of a name, so that a line stays a line.
const NAME: usize = 40;
/// Stands for a figure that does not exist.
const NONE: &str = "–";

/// The report as lines of text without a line break at the end.
pub fn table(report: &Report) -> String {
    let mut fields = new([
        "field".to_owned(),
        "texts".to_owned(),
        "accuracy".to_owned(),
        "macro-F1".to_owned(),
        "ECE".to_owned(),
        format!("decided\nat {}", report.threshold),
        "of these\nright".to_owned(),
        format!("decided with\n{} right", percent(Some(report.wanted_precision))),
        "threshold found\non this file".to_owned(),
    ]);
    for (name, field) in &report.fields {
        let reached = field.at_precision;
        fields.add_row([
            plain(name),
            field.texts.to_string(),
            percent(field.accuracy),
            number(field.macro_f1),
            number(field.ece),
            percent(field.coverage_at_threshold),
            percent(field.precision_at_threshold),
            percent(reached.map(|at| at.coverage)),
            reached.map_or_else(|| NONE.to_owned(), |at| at.threshold.to_string()),
        ]);
    }
    let mut out = aligned(fields);
    for part in [own_thresholds(report), scope(report)].into_iter().flatten() {
        let _ = write!(out, "\n\n{part}");
    }
    for (name, field) in &report.fields {
        let _ = write!(out, "\n\n{}", labels(name, field));
    }
    out
}

/// What `min_precision` would do; nothing if the model measured nothing.
fn own_thresholds(report: &Report) -> Option<String> {
    let mut table = new(["field", "decided", "of these right"].map(str::to_owned));
    for (name, field) in &report.fields {
        if let Some(at) = field.at_model_thresholds {
            table.add_row([plain(name), percent(at.coverage), percent(at.precision)]);
        }
    }
    let wanted = percent(Some(report.wanted_precision));
    (table.row_count() > 0).then(|| format!("at the model's own thresholds for {wanted} right\n{}", aligned(table)))
}

/// What became of the texts that the model cannot get right, and of the others; nothing if there is no such text.
fn scope(report: &Report) -> Option<String> {
    let mut table = new([
        "field".to_owned(),
        "in scope".to_owned(),
        "first label\nright".to_owned(),
        format!("decided\nat {}", report.threshold),
        "at the model's\nthresholds".to_owned(),
        "out of\nscope".to_owned(),
        format!("left\nat {}", report.threshold),
        "at the model's\nthresholds ".to_owned(),
        "left by\nthe model".to_owned(),
    ]);
    for (name, field) in &report.fields {
        let (Some(inside), Some(outside)) = (field.in_scope, field.out_of_scope) else {
            continue;
        };
        if outside.rows > 0 || field.left_by_model > 0 {
            table.add_row([
                plain(name),
                inside.rows.to_string(),
                percent(inside.first_right),
                percent(inside.coverage),
                percent(inside.coverage_at_model_thresholds),
                outside.rows.to_string(),
                percent(outside.left_share),
                percent(outside.left_share_at_model_thresholds),
                format!("{} + {}", inside.left_by_model, outside.left_by_model),
            ]);
        }
    }
    (table.row_count() > 0).then(|| {
        format!(
            "out of scope: texts whose label the model does not know\n{}",
            aligned(table)
        )
    })
}

fn labels(name: &str, field: &FieldReport) -> String {
    let mut out = format!("{}: {} labels", plain(name), field.labels.len());
    if let Some(micro) = field.micro {
        let (precision, recall) = (percent(micro.precision), percent(micro.recall));
        let _ = write!(
            out,
            ", from confidence 0.5 on; together precision {precision}, recall {recall}, F1 {}",
            number(micro.f1)
        );
    }
    if field.labels.is_empty() {
        return out;
    }
    let mut sorted: Vec<(&String, &LabelReport)> = field.labels.iter().collect();
    sorted.sort_by_key(|(name, label)| (Reverse(label.support), *name));
    let mut shown = new(["label", "texts", "predicted", "precision", "recall", "F1"].map(str::to_owned));
    for (name, label) in sorted.iter().take(LABELS) {
        shown.add_row([
            plain(name),
            label.support.to_string(),
            label.predicted.to_string(),
            percent(label.precision),
            percent(label.recall),
            number(label.f1),
        ]);
    }
    let _ = write!(out, "\n{}", aligned(shown));
    if sorted.len() > LABELS {
        let _ = write!(out, "\n… and {} more; --json lists all", sorted.len() - LABELS);
    }
    out
}

fn new<const N: usize>(header: [String; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')))
        .set_header(header);
    table
}

/// Names to the left, figures to the right.
fn aligned(mut table: Table) -> String {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| NONE.to_owned(), |share| format!("{:.1} %", share * 100.0))
}

fn number(share: Option<f64>) -> String {
    share.map_or_else(|| NONE.to_owned(), |share| format!("{share:.3}"))
}

fn plain(name: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    if name.chars().count() <= NAME {
        return name.chars().map(visible).collect();
    }
    name.chars().take(NAME - 1).map(visible).chain(['…']).collect()
}
