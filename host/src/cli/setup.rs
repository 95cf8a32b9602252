//! From a config file to running services: read, load plugins, check, make.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use otai_interface::Failure;

use super::{CliError, with_cause};
use crate::{
    config::{self, Config, Loaded, Problem, Problems, Service},
    loader::{self, LoadedPlugin, Lock, SearchPath},
    pipeline::Templates,
    registry::{self, Classifier, MakeError, TicketSystem},
    services::Services,
};

/// Everything that a config names, made and ready; nothing has been asked of the helpdesk yet.
pub(super) struct Setup {
    pub(super) loaded: Loaded,
    pub(super) services: Arc<Services>,
    pub(super) desks: BTreeMap<String, Arc<TicketSystem>>,
    pub(super) classifiers: BTreeMap<String, Arc<Classifier>>,
    pub(super) templates: BTreeMap<String, Templates>,
    pub(super) warnings: Vec<Problem>,
}

impl Setup {
    pub(super) fn config(&self) -> &Config {
        &self.loaded.config
    }
}

/// Reads the config and makes all of it, or says everything that is wrong with it.
pub(super) fn setup(file: &Path) -> Result<Setup, CliError> {
    let mut loaded = config::read(file).map_err(wrong)?;
    let services = Arc::new(Services::default());
    let (plugins, missing) = plugins(&loaded)?;
    for plugin in plugins.values() {
        loaded.resolve_paths(&plugin.description);
    }
    let mut problems: Vec<Problem> = std::mem::take(&mut loaded.warnings);
    problems.extend(missing);
    let mut desks = BTreeMap::new();
    let mut classifiers = BTreeMap::new();
    let config = &loaded.config;
    for (name, service) in &config.ticket_systems {
        let Some(plugin) = plugins.get(&service.plugin) else {
            continue;
        };
        let found = loaded.check_plugin("ticket_systems", name, &plugin.description);
        if found.iter().any(|p| !p.warning) {
            problems.extend(found);
            continue;
        }
        match registry::ticket_system(name, service, plugin, &services) {
            Ok(desk) => drop(desks.insert(name.clone(), Arc::new(desk))),
            Err(e) => problems.push(refused(&loaded, "ticket_systems", name, &e)),
        }
    }
    for (name, service) in &config.classifiers {
        let Some(plugin) = plugins.get(&service.plugin) else {
            continue;
        };
        let found = loaded.check_plugin("classifiers", name, &plugin.description);
        if found.iter().any(|p| !p.warning) {
            problems.extend(found);
            continue;
        }
        match registry::classifier(name, service, plugin, &services) {
            Ok(classifier) => drop(classifiers.insert(name.clone(), Arc::new(classifier))),
            Err(e) => problems.push(refused(&loaded, "classifiers", name, &e)),
        }
    }
    let mut templates = BTreeMap::new();
    for (name, pipeline) in &config.pipelines {
        let fields: Vec<&str> = pipeline.fields.keys().map(String::as_str).collect();
        match Templates::new(&pipeline.text, pipeline.note.as_deref(), &fields) {
            Ok(compiled) => drop(templates.insert(name.clone(), compiled)),
            Err(e) => problems.push(loaded.problem(&["pipelines", name, e.key], e.to_string(), None)),
        }
    }
    let (warnings, errors): (Vec<_>, Vec<_>) = problems.into_iter().partition(|p| p.warning);
    if !errors.is_empty() {
        return Err(wrong(Problems::new(errors)));
    }
    Ok(Setup {
        services,
        desks,
        classifiers,
        templates,
        warnings,
        loaded,
    })
}

fn wrong(problems: Problems) -> CliError {
    CliError::WrongUse(problems.to_string())
}

fn refused(loaded: &Loaded, section: &str, name: &str, error: &MakeError) -> Problem {
    let field = match error {
        MakeError::Refused(Failure::Rejected { field: Some(field), .. }) => Some(field.as_str()),
        _ => None,
    };
    let mut path = vec![section, name, "params"];
    path.extend(field);
    loaded.problem(&path, error.to_string(), None)
}

/// Loads each plugin once, whoever names it; those that cannot be loaded are problems of the config.
fn plugins(loaded: &Loaded) -> Result<(BTreeMap<String, LoadedPlugin>, Vec<Problem>), CliError> {
    let config = &loaded.config;
    let places = SearchPath::new(config.plugins_dir.as_deref(), &config.dir);
    let lock = Lock::read(&config.dir).map_err(|e| CliError::WrongUse(with_cause(&e)))?;
    let used = config
        .ticket_systems
        .values()
        .chain(config.classifiers.values())
        .map(|s| s.plugin.as_str());
    let names: BTreeSet<&str> = used.chain(config.plugins.iter().map(String::as_str)).collect();
    let mut plugins = BTreeMap::new();
    let mut problems = Vec::new();
    for name in names {
        match loader::load(name, &places, &lock) {
            Ok(plugin) => drop(plugins.insert(name.to_owned(), plugin)),
            Err(e) => problems.push(loaded.problem(&place_of(config, name), e.to_string(), None)),
        }
    }
    Ok((plugins, problems))
}

fn place_of<'a>(config: &'a Config, plugin: &str) -> Vec<&'a str> {
    let named = |section: &'static str, services: &'a BTreeMap<String, Service>| {
        services
            .iter()
            .find(|(_, s)| s.plugin == plugin)
            .map(|(name, _)| vec![section, name.as_str(), "use"])
    };
    named("ticket_systems", &config.ticket_systems)
        .or_else(|| named("classifiers", &config.classifiers))
        .unwrap_or_else(|| vec!["plugins"])
}
