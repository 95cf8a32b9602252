//! The local classifier for a model folder, with or without a config.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{CliError, with_cause};
use crate::{
    config::{self, Config, Service},
    loader::{self, Lock, SearchPath},
    registry::{self, Classifier},
    services::Services,
};

/// The plugin that learns, and its injectable.
const PLUGIN: &str = "otai_local_ai";
const INJECTABLE: &str = "TrainedClassificationService";
/// Where `otai run` looks when the config names no classifier.
const DEFAULT_MODEL: &str = "models/default";

/// The config, if the file is there; a broken one is an error, an absent one is not.
pub(super) fn config_if_any(file: &Path) -> Result<Option<config::Loaded>, CliError> {
    match file.try_exists() {
        Ok(false) => Ok(None),
        _ => config::load(file)
            .map(Some)
            .map_err(|e| CliError::WrongUse(e.to_string())),
    }
}

/// Where the model lives: as asked, or where the config's trained classifier looks, or the default place.
pub(super) fn model_dir(asked: Option<PathBuf>, config: Option<&Config>, config_file: &Path) -> PathBuf {
    if let Some(asked) = asked {
        return std::path::absolute(&asked).unwrap_or(asked);
    }
    let dir = config_file
        .parent()
        .filter(|d| !d.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let configured = config.and_then(|c| Some(c.dir.join(trained(c)?.params.get("model")?.as_str()?)));
    let model = configured.unwrap_or_else(|| dir.join(DEFAULT_MODEL));
    std::path::absolute(&model).unwrap_or(model)
}

/// The config's trained classifier.
fn trained(config: &Config) -> Option<&Service> {
    let is_trained = |s: &&Service| s.plugin == PLUGIN && s.injectable == INJECTABLE;
    config.classifiers.values().find(is_trained)
}

/// The encoder to learn with, as an absolute path: as asked, or the one of the config's trained classifier, or none.
pub(super) fn encoder_dir(
    asked: Option<PathBuf>,
    without: bool,
    config: Option<&Config>,
) -> Result<Option<PathBuf>, CliError> {
    let configured = || {
        let config = config?;
        Some(config.dir.join(trained(config)?.params.get("encoder")?.as_str()?))
    };
    let Some(dir) = asked.or_else(configured).filter(|_| !without) else {
        return Ok(None);
    };
    if !dir.join("config.json").is_file() {
        return Err(CliError::WrongUse(format!(
            "`{}` is no encoder: it has no config.json; `otai model list` shows the folders that are one, `otai model add` gets one",
            dir.display()
        )));
    }
    Ok(Some(std::path::absolute(&dir).unwrap_or(dir)))
}

/// Makes the classifier of a trained model.
pub(super) fn classifier(
    model: &Path,
    encoder: Option<&Path>,
    config: Option<&Config>,
    config_file: &Path,
) -> Result<Classifier, CliError> {
    // What else the config says (threads, precision) holds here too.
    let configured = config.and_then(trained).map(|service| service.params.clone());
    let mut params = configured.unwrap_or_else(|| serde_json::json!({}));
    if let Some(params) = params.as_object_mut() {
        params.insert("model".to_owned(), serde_json::json!(model));
        params.remove("encoder");
        params.extend(encoder.map(|encoder| ("encoder".to_owned(), serde_json::json!(encoder))));
    }
    of_plugin(INJECTABLE, params, config, config_file)
}

/// Makes a classifier of the plugin that comes with otai.
pub(super) fn of_plugin(
    injectable: &str,
    params: serde_json::Value,
    config: Option<&Config>,
    config_file: &Path,
) -> Result<Classifier, CliError> {
    let dir = config_file
        .parent()
        .filter(|d| !d.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let lock = Lock::read(dir).map_err(|e| CliError::WrongUse(with_cause(&e)))?;
    let places = SearchPath::new(config.and_then(|c| c.plugins_dir.as_deref()), dir);
    let plugin = loader::load(PLUGIN, &places, &lock).map_err(|e| CliError::WrongUse(e.to_string()))?;
    let service = Service {
        plugin: PLUGIN.to_owned(),
        injectable: injectable.to_owned(),
        params,
        languages: Vec::new(),
    };
    registry::classifier("trained", &service, &plugin, &Arc::new(Services::default()))
        .map_err(|e| CliError::WrongUse(e.to_string()))
}
