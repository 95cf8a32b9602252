use std::path::Path;

use super::Place;
use crate::{
    cli::{CliError, learn},
    models::{self, Kind},
};

/// The plugin's service for folders in the form of Hugging Face.
const ENCODER: &str = "HFClassificationService";

pub(super) async fn check(dir: &Path, place: &Place) -> Result<u8, CliError> {
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let shown = dir.display();
    let classifier = match models::kind(&dir) {
        Some(Kind::Trained) => learn::classifier(&dir, None, None, &place.config)?,
        Some(Kind::HuggingFace) => {
            let params = serde_json::json!({ "model": dir, "field": "queue" });
            learn::of_plugin(ENCODER, params, None, &place.config)?
        }
        None if dir.is_dir() => {
            return Err(CliError::WrongUse(format!(
                "{shown} is no model: it has neither model.bin and card.json nor config.json"
            )));
        }
        None => {
            return Err(CliError::WrongUse(format!(
                "there is no folder {shown}: `otai model list` shows what there is"
            )));
        }
    };
    let card = classifier
        .model()
        .await
        .map_err(|e| CliError::WrongUse(e.to_string()))?;
    if place.json {
        println!(
            "{}",
            serde_json::json!({ "ok": true, "model": dir, "fields": card.fields.keys().collect::<Vec<_>>() })
        );
    } else {
        let fields: Vec<&str> = card.fields.keys().map(String::as_str).collect();
        println!("{shown}: good ({})", fields.join(", "));
    }
    Ok(0)
}
