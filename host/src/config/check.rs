//! The top level of the config, and what holds between its sections.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;
use serde_yaml::Value;

use super::fields::Classifiers;
use super::model::{Config, Service, StatePath};
use super::nearest;
use super::pipelines::{self, Names};
use super::problem::{list, shown};
use super::reader::{Node, Reader};
use super::services;
use crate::language::Language;

const KEYS: [&str; 6] = [
    "ticket_systems",
    "classifiers",
    "pipelines",
    "plugins",
    "plugins_dir",
    "state",
];

/// The classifier of a config that names none.
const DEFAULT: &str = "default";

type Services<'a> = BTreeMap<String, (Service, Node<'a>)>;

/// What `value` means. Whether that is to be trusted, the reader's problems say.
pub(super) fn config(reader: &mut Reader<'_>, value: &Value) -> Config {
    let root = Node {
        value,
        path: Vec::new(),
    };
    let mut keys = BTreeMap::new();
    for entry in reader
        .entries(&root, "a mapping that starts with `ticket_systems:`")
        .unwrap_or_default()
    {
        match entry.key() {
            key if KEYS.contains(&key) => {
                keys.insert(key.to_owned(), entry);
            }
            // A place for anchors, as in other tools' files.
            key if key.starts_with("x-") => {}
            key => {
                let help = nearest::did_you_mean(key, KEYS, "valid keys");
                reader.problem_at_key(&entry, format!("unknown key {}", shown(key)), help);
            }
        }
    }
    if value.is_mapping() && !keys.contains_key("ticket_systems") {
        let help = "ticket_systems:\n  freshdesk:\n    use: otai_freshdesk:FreshdeskTicketsystemService\n    params:\n      \
                    domain: yourcompany\n      api_key: ${FRESHDESK_API_KEY}";
        reader.problem(&root, "`ticket_systems` is missing", help.to_owned());
    }
    let dir = reader.secrets.dir.to_path_buf();
    let ticket_systems = keys
        .get("ticket_systems")
        .and_then(|node| services::read(reader, node))
        .unwrap_or_default();
    let classifiers = keys
        .get("classifiers")
        .map(|node| services::read(reader, node).unwrap_or_default());
    let names = Names {
        ticket_systems: names(keys.get("ticket_systems")),
        classifiers: Classifiers {
            languages: classifiers.as_ref().map(languages_of).unwrap_or_default(),
            ..classifier_names(keys.get("classifiers"))
        },
    };
    let pipelines = match keys.get("pipelines") {
        Some(node) => pipelines::read(reader, node, &names),
        None => {
            if let (None, Some(node), false) = (
                &names.classifiers.default,
                keys.get("classifiers"),
                names.classifiers.names.is_empty(),
            ) {
                let message = "there are several classifiers, and without `pipelines` none is chosen";
                reader.problem_at_key(
                    node,
                    message,
                    "call one of them `default`, or write `pipelines`".to_owned(),
                );
            }
            pipelines::default(&names)
        }
    };
    let used: Vec<_> = pipelines
        .values()
        .flat_map(|pipeline| pipeline.fields.values())
        .flat_map(|rule| &rule.classifiers)
        .collect();
    unused(reader, classifiers.as_ref(), "classifier", |name| used.contains(&name));
    let systems: Vec<_> = pipelines.values().map(|pipeline| &pipeline.ticket_system).collect();
    unused(reader, Some(&ticket_systems), "ticket system", |name| {
        systems.contains(&name)
    });
    let plain = |services: Services<'_>| {
        services
            .into_iter()
            .map(|(name, (service, _))| (name, service))
            .collect()
    };
    let plugins = plugins(reader, keys.get("plugins"), &ticket_systems, classifiers.as_ref());
    Config {
        file: reader.source.file.clone(),
        plugins_dir: keys.get("plugins_dir").and_then(|node| path(reader, node, &dir)),
        plugins,
        state: keys
            .get("state")
            .and_then(|node| state(reader, node))
            .unwrap_or_default(),
        ticket_systems: plain(ticket_systems),
        classifiers: classifiers.map_or_else(|| BTreeMap::from([default_classifier(&dir)]), plain),
        pipelines,
        dir,
    }
}

/// Every name of a section, also of entries that have a problem: nothing that refers to them is to blame for it.
fn names(section: Option<&Node<'_>>) -> Vec<String> {
    let mapping = section.and_then(|node| node.value.as_mapping());
    mapping
        .into_iter()
        .flatten()
        .filter_map(|(key, _)| key.as_str().map(str::to_owned))
        .collect()
}

fn classifier_names(section: Option<&Node<'_>>) -> Classifiers {
    if section.is_none() {
        return Classifiers {
            names: vec![DEFAULT.to_owned()],
            default: Some(DEFAULT.to_owned()),
            languages: BTreeMap::new(),
        };
    }
    let names = names(section);
    let default = match names.as_slice() {
        [only] => Some(only.clone()),
        several => several.iter().find(|name| *name == DEFAULT).cloned(),
    };
    let languages = BTreeMap::new();
    Classifiers {
        names,
        default,
        languages,
    }
}

fn languages_of(classifiers: &Services<'_>) -> BTreeMap<String, Vec<Language>> {
    let of = |(name, (service, _)): (&String, &(Service, Node<'_>))| (name.clone(), service.languages.clone());
    classifiers.iter().map(of).collect()
}

fn default_classifier(dir: &Path) -> (String, Service) {
    let model = dir.join("models").join("default");
    let service = Service {
        plugin: "otai_local_ai".to_owned(),
        injectable: "TrainedClassificationService".to_owned(),
        params: json!({ "model": model.to_string_lossy() }),
        languages: Vec::new(),
    };
    (DEFAULT.to_owned(), service)
}

fn unused(reader: &mut Reader<'_>, services: Option<&Services<'_>>, what: &str, used: impl Fn(&String) -> bool) {
    // With problems the pipelines are not all known.
    if reader.problems.iter().any(|problem| !problem.warning) {
        return;
    }
    for (name, (_, node)) in services.into_iter().flatten().filter(|(name, _)| !used(name)) {
        reader.warning(node, format!("no pipeline uses {what} {}", shown(name)), None);
    }
}

/// `plugins:`, checked against what `use:` names; or just what `use:` names.
fn plugins(
    reader: &mut Reader<'_>,
    node: Option<&Node<'_>>,
    ticket_systems: &Services<'_>,
    classifiers: Option<&Services<'_>>,
) -> Vec<String> {
    let needed: Vec<_> = ticket_systems
        .values()
        .chain(classifiers.into_iter().flat_map(|services| services.values()))
        .collect();
    let mut used: Vec<String> = Vec::new();
    let implied = classifiers.is_none().then(|| "otai_local_ai".to_owned());
    for plugin in needed
        .iter()
        .map(|(service, _)| service.plugin.clone())
        .chain(implied.clone())
    {
        if !used.contains(&plugin) {
            used.push(plugin);
        }
    }
    let Some(node) = node else { return used };
    let mut plugins: Vec<String> = Vec::new();
    let before = reader.problems.len();
    for entry in reader.list(node).unwrap_or_default() {
        let Some(name) = reader.text(&entry) else { continue };
        if let Some(help) = services::plugin_problem(&name) {
            reader.problem(&entry, format!("{} cannot be the name of a plugin", shown(&name)), help);
        } else if plugins.contains(&name) {
            reader.problem(
                &entry,
                format!("plugin {} is there twice", shown(&name)),
                "remove one of the two".to_owned(),
            );
        } else {
            plugins.push(name);
        }
    }
    if reader.problems.len() > before {
        return used;
    }
    for (service, place) in needed.iter().filter(|(service, _)| !plugins.contains(&service.plugin)) {
        let at = Node {
            value: place.value,
            path: [place.path.as_slice(), &["use".to_owned()]].concat(),
        };
        let message = format!("plugin {} is not in `plugins`", shown(&service.plugin));
        let help = nearest::nearest(&service.plugin, plugins.iter().map(String::as_str)).map_or_else(
            || "add it there, or remove `plugins`: then those that `use` names are loaded".to_owned(),
            |name| format!("did you mean `{name}`?"),
        );
        reader.problem(&at, message, help);
    }
    if let Some(plugin) = implied.filter(|plugin| !plugins.contains(plugin)) {
        let message = format!(
            "the default classifier needs plugin {}, which is not in `plugins`",
            shown(&plugin)
        );
        let help = format!(
            "add it to {}, or remove `plugins`",
            list(plugins.iter().map(String::as_str))
        );
        reader.problem(node, message, help);
    }
    plugins
}

fn path(reader: &mut Reader<'_>, node: &Node<'_>, dir: &Path) -> Option<PathBuf> {
    if node.value.is_null() {
        return None;
    }
    reader.text(node).map(|path| dir.join(path))
}

/// The text is never shown: a URL may hold a password.
fn state(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<StatePath> {
    let text = match node.value {
        Value::String(text) if !text.is_empty() => text,
        _ => {
            reader.problem(
                node,
                "`state` should be the path of a file",
                "such as `state: state/otai.db`".to_owned(),
            );
            return None;
        }
    };
    match text.split_once("://") {
        None => Some(StatePath(text.clone())),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("postgres") || scheme.eq_ignore_ascii_case("postgresql") => {
            let help = "a later release brings it; until then write the path of a file, such as `state/otai.db`";
            reader.problem(node, "`state` in PostgreSQL is not supported yet", help.to_owned());
            None
        }
        Some(_) => {
            let help = "write the path of a file, such as `state/otai.db`";
            reader.problem(node, "`state` is a URL that otai does not know", help.to_owned());
            None
        }
    }
}
