//! `classify:`: which fields are filled, by whom and from which confidence on.

use std::collections::BTreeMap;

use serde_yaml::Value;

use super::languages;
use super::model::{FieldRule, Otherwise, Pipeline};
use super::nearest;
use super::problem::{list, shown};
use super::reader::{Node, Reader};
use super::threshold::Threshold;
use crate::language::Language;

/// The classifiers that a rule may name, and the one that it means when it names none.
pub(super) struct Classifiers {
    pub(super) names: Vec<String>,
    pub(super) default: Option<String>,
    /// Name → languages that it reads; none: all of them.
    pub(super) languages: BTreeMap<String, Vec<Language>>,
}

impl Classifiers {
    /// What to write where no classifier is named and several exist.
    pub(super) fn help(&self) -> String {
        format!(
            "name one of {}, or call one of them `default`",
            list(self.names.iter().map(String::as_str))
        )
    }
}

const KEYS: [&str; 6] = [
    "classifier",
    "min_confidence",
    "min_precision",
    "otherwise",
    "add",
    "labels",
];

/// A custom field's name in [`Pipeline::fields`].
const CUSTOM: &str = "custom_fields.";

/// Reads `classify:`, with the place of each field. Fields with a problem are left out.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    node: &Node<'a>,
    classifiers: &Classifiers,
) -> Option<BTreeMap<String, (FieldRule, Node<'a>)>> {
    let mut rules = BTreeMap::new();
    let entries = reader.entries(node, "a mapping of fields to rules")?;
    if entries.is_empty() {
        let help = "remove the line for queue, priority, type and tags, or name at least one field".to_owned();
        reader.problem(node, "`classify` names no field", help);
    }
    for entry in entries {
        match entry.key() {
            "custom_fields" => {
                let expected = "a mapping of custom fields to rules";
                for custom in reader.entries(&entry, expected).unwrap_or_default() {
                    add(
                        reader,
                        format!("{CUSTOM}{}", custom.key()),
                        custom,
                        classifiers,
                        &mut rules,
                    );
                }
            }
            key if key.strip_prefix(CUSTOM).is_some_and(|name| !name.is_empty()) || Pipeline::FIELDS.contains(&key) => {
                add(reader, key.to_owned(), entry, classifiers, &mut rules);
            }
            key => {
                let help = match super::nearest(key, Pipeline::FIELDS.into_iter().chain(["custom_fields"])) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => format!("fields: `queue`, `priority`, `type`, `tags`; a custom field is `{CUSTOM}NAME`"),
                };
                reader.problem_at_key(&entry, format!("unknown field {} in classify", shown(key)), help);
            }
        }
    }
    Some(rules)
}

fn add<'a>(
    reader: &mut Reader<'_>,
    field: String,
    node: Node<'a>,
    classifiers: &Classifiers,
    rules: &mut BTreeMap<String, (FieldRule, Node<'a>)>,
) {
    let rule = rule(reader, &field, &node, classifiers);
    if rules.contains_key(&field) {
        let message = format!("field {} is there twice", shown(&field));
        reader.problem_at_key(&node, message, "remove one of the two".to_owned());
        return;
    }
    if let Some(rule) = rule {
        rules.insert(field, (rule, node));
    }
}

fn rule(reader: &mut Reader<'_>, field: &str, node: &Node<'_>, classifiers: &Classifiers) -> Option<FieldRule> {
    if let Value::String(name) = node.value {
        let help = format!("write `{{ classifier: {} }}`", shown(name).trim_matches('`'));
        reader.problem(node, format!("the rule for {} should be a mapping", shown(field)), help);
        return None;
    }
    let before = reader.problems.len();
    let fields = reader.fields(node, &KEYS);
    if node.value.is_null() || node.value.is_mapping() {
        let named = match fields.get("classifier") {
            Some(names) => self::classifiers(reader, names, classifiers),
            None if classifiers.default.is_none() && !classifiers.names.is_empty() => {
                let message = format!("there are several classifiers, and {} names none", shown(field));
                reader.problem_at_key(node, message, classifiers.help());
                None
            }
            None => classifiers.default.clone().map(|name| vec![name]),
        };
        let mut rule = FieldRule {
            classifiers: named.unwrap_or_default(),
            ..FieldRule::new(field, "")
        };
        if let Some(threshold) = threshold(reader, &fields) {
            rule.threshold = threshold;
        }
        if let Some(text) = fields.get("otherwise").and_then(|node| reader.text(node)) {
            rule.otherwise = if text == "leave" {
                Otherwise::Leave
            } else {
                Otherwise::Value(text)
            };
        }
        if let Some(add) = fields.get("add") {
            self::add_flag(reader, field, add);
        }
        if let Some(labels) = fields.get("labels") {
            for label in reader
                .entries(labels, "a mapping of labels to values")
                .unwrap_or_default()
            {
                if let Some(value) = reader.text(&label) {
                    rule.labels.insert(label.key().to_owned(), value);
                }
            }
        }
        return (reader.problems.len() == before).then_some(rule);
    }
    None
}

/// `min_confidence` or `min_precision`; a text has one threshold.
fn threshold(reader: &mut Reader<'_>, fields: &BTreeMap<String, Node<'_>>) -> Option<Threshold> {
    let confidence = fields.get("min_confidence");
    let precision = fields.get("min_precision");
    if let (Some(_), Some(second)) = (confidence, precision) {
        let help =
            "keep `min_precision` if the model has measured how often it is right, else `min_confidence`".to_owned();
        reader.problem_at_key(second, "`min_confidence` and `min_precision` exclude each other", help);
        return None;
    }
    match (confidence, precision) {
        (Some(node), _) => reader.share(node).map(Threshold::Confidence),
        (_, Some(node)) => reader.share(node).map(Threshold::Precision),
        (None, None) => None,
    }
}

/// Tags are always added to and every other value replaces, so `add` can only say what is so.
fn add_flag(reader: &mut Reader<'_>, field: &str, node: &Node<'_>) {
    let Some(add) = reader.boolean(node) else { return };
    let help = "remove the line".to_owned();
    if field == "tags" && !add {
        reader.problem(node, "tags are only ever added: a tag that a human set stays", help);
    } else if field != "tags" {
        reader.problem_at_key(
            node,
            format!("`add` is for tags; {} holds one value", shown(field)),
            help,
        );
    }
}

/// `classifier:`, one name or several.
fn classifiers(reader: &mut Reader<'_>, node: &Node<'_>, known: &Classifiers) -> Option<Vec<String>> {
    if !node.value.is_sequence() {
        return classifier(reader, node, known).map(|name| vec![name]);
    }
    let mut names: Vec<String> = Vec::new();
    for entry in reader.list(node)? {
        let Some(name) = classifier(reader, &entry, known) else {
            continue;
        };
        if names.contains(&name) {
            let message = format!("classifier {} is there twice", shown(&name));
            reader.problem(&entry, message, "remove one of the two".to_owned());
            continue;
        }
        if let Some(message) = languages::never_asked(&name, &names, &known.languages) {
            let help = "put it before them, or remove it".to_owned();
            reader.warning(&entry, message, help);
        }
        names.push(name);
    }
    Some(names)
}

fn classifier(reader: &mut Reader<'_>, node: &Node<'_>, classifiers: &Classifiers) -> Option<String> {
    let name = reader.text(node)?;
    if classifiers.names.is_empty() || classifiers.names.contains(&name) {
        return Some(name);
    }
    let help = nearest::did_you_mean(&name, classifiers.names.iter().map(String::as_str), "classifiers");
    reader.problem(node, format!("there is no classifier {}", shown(&name)), help);
    None
}
