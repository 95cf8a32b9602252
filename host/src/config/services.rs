//! `ticket_systems:` and `classifiers:`: names, `use:` and `params`.

use std::collections::BTreeMap;

use serde_yaml::Value as Yaml;

use super::languages;
use super::model::Service;
use super::problem::{list, shown};
use super::reader::{Node, Reader};

/// Reads a section of services, with the place of each. Those with a problem are left out.
pub(super) fn read<'a>(reader: &mut Reader<'_>, node: &Node<'a>) -> Option<BTreeMap<String, (Service, Node<'a>)>> {
    let section = node.key().to_owned();
    let entries = reader.entries(node, "a mapping of names to services")?;
    if entries.is_empty() {
        let help = format!("name one below `{section}:`, or remove the line if there is a default");
        reader.problem(node, format!("`{section}` is empty"), help);
        return None;
    }
    let mut services = BTreeMap::new();
    for entry in entries {
        let named = reader.name(&entry);
        if let (Some(service), true) = (service(reader, &entry), named) {
            services.insert(entry.key().to_owned(), (service, entry));
        }
    }
    Some(services)
}

fn service(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Service> {
    if let Yaml::String(text) = node.value {
        let help = if text.contains(':') {
            format!("write `use: {text}` on a line of its own below it")
        } else {
            example()
        };
        reader.problem(
            node,
            format!("{} should be a mapping with `use` and `params`", shown(node.key())),
            help,
        );
        return None;
    }
    let entries = reader.entries(node, "a mapping with `use` and `params`")?;
    let keys: &[&str] = match node.path.first().map(String::as_str) {
        Some("classifiers") => &["use", "params", "languages"],
        _ => &["use", "params"],
    };
    let (mut named, mut params, mut read) = (None, None, None);
    for entry in entries {
        match entry.key() {
            "use" => named = Some(entry),
            "params" => params = Some(entry),
            "languages" if keys.contains(&"languages") => read = Some(entry),
            other => {
                let help = match super::nearest(other, keys.iter().copied()) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => format!(
                        "only {} stand here; what the plugin needs stands below `params:`",
                        list(keys.iter().copied())
                    ),
                };
                let place = super::reader::dotted(&node.path);
                reader.problem_at_key(&entry, format!("unknown key {} in {place}", shown(other)), help);
            }
        }
    }
    let params = match params {
        Some(params) => self::params(reader, &params),
        None => Some(serde_json::Value::Object(serde_json::Map::new())),
    };
    let Some(named) = named else {
        reader.problem_at_key(node, format!("{} has no `use`", shown(node.key())), example());
        return None;
    };
    let languages = read.map(|node| languages::read(reader, &node)).unwrap_or_default();
    let (plugin, injectable) = injectable(reader, &named)?;
    Some(Service {
        plugin,
        injectable,
        params: params?,
        languages,
    })
}

fn example() -> String {
    "say which service of which plugin: `use: otai_freshdesk:FreshdeskTicketsystemService`".to_owned()
}

fn injectable(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<(String, String)> {
    let text = reader.text(node)?;
    let Some((plugin, injectable)) = text.split_once(':') else {
        let help = match plugin_problem(&text) {
            None => format!("write `use: {text}:NameOfTheService`; `otai plugin list` shows the names"),
            Some(_) => example(),
        };
        reader.problem(
            node,
            format!("`use` should be `plugin:Service`; found {}", shown(&text)),
            help,
        );
        return None;
    };
    if let Some(help) = plugin_problem(plugin) {
        reader.problem(node, format!("{} cannot be the name of a plugin", shown(plugin)), help);
        return None;
    }
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if injectable.is_empty() || !injectable.chars().all(good) {
        let message = format!("{} cannot be the name of a service", shown(injectable));
        reader.problem(node, message, example());
        return None;
    }
    Some((plugin.to_owned(), injectable.to_owned()))
}

/// Why `name` cannot name a plugin. It becomes part of a path, so nothing that could lead out of the folder is let in.
pub(super) fn plugin_problem(name: &str) -> Option<String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.is_empty() && name.chars().all(good) {
        return None;
    }
    if name.contains(['/', '\\']) {
        return Some("name the plugin, not its file; `plugins_dir` says where the files are".to_owned());
    }
    let fixed: String = name
        .trim()
        .chars()
        .map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() })
        .collect();
    if !fixed.is_empty() && fixed.chars().all(good) {
        return Some(format!("did you mean `{fixed}`?"));
    }
    Some("the name of a plugin has lower-case letters, digits and `_` only".to_owned())
}

/// `params` as JSON, secrets filled in. No message says what a value is.
fn params(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<serde_json::Value> {
    match node.value {
        Yaml::Null => Some(serde_json::Value::Object(serde_json::Map::new())),
        Yaml::Mapping(_) => json(reader, node),
        _ => {
            let help = "write `key: value` below it, with a blank after the colon".to_owned();
            reader.problem(node, "`params` should be a mapping of keys to values", help);
            None
        }
    }
}

/// Stands for a value that is missing, so that the plugin can judge the others; such a config is never run.
const UNSET: &str = "unset";

fn json(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<serde_json::Value> {
    use serde_json::Value as Json;
    match node.value {
        Yaml::Null => Some(Json::Null),
        Yaml::Bool(value) => Some(Json::Bool(*value)),
        Yaml::Number(number) => {
            let integer = number
                .as_u64()
                .map(serde_json::Number::from)
                .or_else(|| number.as_i64().map(Into::into));
            let number = integer.or_else(|| number.as_f64().and_then(serde_json::Number::from_f64));
            if number.is_none() {
                reader.problem(node, "a param cannot be infinite or no number", None);
            }
            number.map(Json::Number)
        }
        Yaml::String(text) => match reader.secrets.expand(text) {
            Ok(text) => Some(Json::String(text)),
            Err(missing) => {
                for missing in missing {
                    reader.problem_at_part(node, &missing.part, missing.message, missing.help);
                }
                Some(Json::String(UNSET.to_owned()))
            }
        },
        Yaml::Sequence(list) => {
            // Every entry is read before the first bad one is given up on: all problems at once.
            let values: Vec<_> = list
                .iter()
                .enumerate()
                .map(|(index, value)| json(reader, &node.child(index.to_string(), value)))
                .collect();
            values.into_iter().collect::<Option<Vec<_>>>().map(Json::Array)
        }
        Yaml::Mapping(_) => {
            let entries = reader.entries(node, "a mapping")?;
            let values: Vec<_> = entries
                .iter()
                .map(|entry| Some((entry.key().to_owned(), json(reader, entry)?)))
                .collect();
            values
                .into_iter()
                .collect::<Option<serde_json::Map<_, _>>>()
                .map(Json::Object)
        }
        Yaml::Tagged(_) => {
            reader.problem(
                node,
                "a param cannot have a `!tag`",
                Some("put a text that starts with `!` into quotes".to_owned()),
            );
            None
        }
    }
}
