use std::path::PathBuf;

use otai_interface::model::{FieldCard, ModelCard};

use super::Place;
use crate::cli::{CliError, learn, table::table};

pub(super) async fn card(model: Option<PathBuf>, place: &Place) -> Result<u8, CliError> {
    // A folder that is named needs no config, not even a good one.
    let loaded = match model {
        Some(_) => None,
        None => learn::config_if_any(&place.config)?,
    };
    let config = loaded.as_ref().map(|loaded| &loaded.config);
    let model = learn::model_dir(model, config, &place.config);
    let classifier = learn::classifier(&model, None, config, &place.config)?;
    let card = classifier
        .model()
        .await
        .map_err(|e| CliError::WrongUse(e.to_string()))?;
    if place.json {
        println!("{}", serde_json::to_string(&card).unwrap_or_default());
    } else {
        show(&card);
    }
    Ok(0)
}

fn show(card: &ModelCard) {
    let percent = |n: Option<f64>| n.map_or_else(|| "-".to_owned(), |n| format!("{:.1} %", n * 100.0));
    println!("{}", card.name);
    println!("trained {} on {} examples", card.created_at, card.examples);
    for (field, known) in &card.fields {
        println!(
            "\n{field}: {} labels{}; accuracy {}, macro-F1 {}, calibration error {}",
            known.labels.len(),
            if known.multi_label {
                ", any number for a ticket"
            } else {
                ""
            },
            percent(known.accuracy),
            percent(known.macro_f1),
            percent(known.calibration_error)
        );
        for at in &known.thresholds {
            println!(
                "    {} right: {} decided, {} of {} labels",
                percent(Some(at.precision)),
                percent(Some(at.coverage)),
                at.labels.len(),
                known.labels.len()
            );
        }
        println!("{}", labels(known));
    }
    if !card.made_of.is_empty() {
        println!("\nmade of");
        for (what, hash) in &card.made_of {
            println!("    {what}: {hash}");
        }
    }
    for remark in &card.remarks {
        println!("{remark}");
    }
}

/// A line for each label, the frequent ones first, with the confidence that each wanted precision needs.
fn labels(known: &FieldCard) -> comfy_table::Table {
    let mut header = vec!["LABEL".to_owned(), "EXAMPLES".to_owned()];
    header.extend(known.thresholds.iter().map(|at| format!("{} RIGHT FROM", at.precision)));
    let mut table = table(&header.iter().map(String::as_str).collect::<Vec<_>>());
    let mut sorted: Vec<(&String, &usize)> = known.labels.iter().collect();
    sorted.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    for (name, count) in sorted {
        let mut row = vec![name.replace(char::is_control, " "), count.to_string()];
        row.extend(known.thresholds.iter().map(|at| {
            let from = at.labels.get(name);
            from.map_or_else(|| "never".to_owned(), |from| format!("{from:.2}"))
        }));
        table.add_row(row);
    }
    table
}
