//! `GET /models`: proves address and key before the first ticket, and tells whether the model is there.

use otai_plugin::{Failure, Response, answers, serde::Deserialize};

use super::{params::Settings, refusal};
use crate::status;

#[derive(Debug, Deserialize)]
#[serde(crate = "otai_plugin::serde")]
struct Models {
    data: Vec<Model>,
}

#[derive(Debug, Deserialize)]
#[serde(crate = "otai_plugin::serde")]
struct Model {
    id: String,
}

/// Names shown of a longer list.
const SHOWN: usize = 5;

/// What the admin should know; nothing if the model is listed. Some engines answer to names that they do not list (Ollama to
/// `llama3` for `llama3:latest`, llama.cpp to any), so a missing one is no error here.
pub(crate) fn remark(settings: &Settings, response: &Response) -> Result<Option<String>, Failure> {
    let base = &settings.address.base;
    if !(200..300).contains(&response.status) {
        return Err(match status::common(base, response) {
            Some(failure) => failure,
            None if response.status == 404 => refusal::nowhere(base),
            None => Failure::refused(format!(
                "{base} does not list its models (status {}): is `base_url` the right engine?",
                response.status
            )),
        });
    }
    let names: Vec<String> = answers::read::<Models>("the engine", response)?
        .data
        .into_iter()
        .map(|model| model.id)
        .collect();
    let listed = |name: &String| *name == settings.model || name.strip_suffix(":latest") == Some(&settings.model);
    if names.iter().any(listed) {
        return Ok(None);
    }
    let clean = |name: &String| -> String { name.chars().filter(|c| !c.is_control()).take(80).collect() };
    let shown: Vec<String> = names.iter().take(SHOWN).map(clean).collect();
    Ok(Some(format!(
        "the engine does not list the model `{}`; it lists {}",
        settings.model,
        if shown.is_empty() {
            "none".to_owned()
        } else {
            shown.join(", ")
        }
    )))
}
