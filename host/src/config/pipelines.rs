//! `pipelines:`: which tickets are triaged, how, and that no two pipelines fight over a field.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_yaml::Value;

use super::fields::{self, Classifiers};
use super::locate::Place;
use super::model::{FieldRule, FindFilter, Mark, Overwrite, Pipeline};
use super::nearest;
use super::problem::{list, shown};
use super::reader::{Node, Reader};

const KEYS: [&str; 9] = [
    "ticket_system",
    "every",
    "find",
    "text",
    "classify",
    "overwrite",
    "mark",
    "note",
    "dry_run",
];

/// `every`: more often than a second serves nobody, and less often than daily is a cron job.
const EVERY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(86_400));
/// `find.since`: the far end of what a helpdesk still lists.
const SINCE: (Duration, Duration) = (Duration::ZERO, Duration::from_secs(3650 * 86_400));

/// Names that pipelines refer to.
pub(super) struct Names {
    pub(super) ticket_systems: Vec<String>,
    pub(super) classifiers: Classifiers,
}

/// A pipeline and the places of its fields.
type Read<'a> = (Pipeline, BTreeMap<String, Node<'a>>);

/// Reads `pipelines:`.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node<'_>, names: &Names) -> BTreeMap<String, Pipeline> {
    let entries = if node.value.is_null() {
        Some(Vec::new())
    } else {
        reader.entries(node, "a mapping of names to pipelines")
    };
    if entries.as_ref().is_some_and(Vec::is_empty) {
        // A section that was commented out entry by entry must not turn into the default that writes to every ticket.
        let help = "remove the line for one pipeline per ticket system, or name one below it".to_owned();
        reader.problem(node, "`pipelines` is empty", help);
    }
    let mut pipelines: BTreeMap<String, Read<'_>> = BTreeMap::new();
    for entry in entries.unwrap_or_default() {
        let named = reader.name(&entry);
        if let (Some(pipeline), true) = (pipeline(reader, &entry, names), named) {
            pipelines.insert(entry.key().to_owned(), pipeline);
        }
    }
    disjoint(reader, &pipelines);
    pipelines
        .into_iter()
        .map(|(name, (pipeline, _))| (name, pipeline))
        .collect()
}

/// One pipeline for each ticket system, for a config that has no `pipelines:`.
pub(super) fn default(names: &Names) -> BTreeMap<String, Pipeline> {
    let classifier = names.classifiers.default.clone().unwrap_or_default();
    let one = |name: &String| (name.clone(), empty(name, default_fields(&classifier)));
    names.ticket_systems.iter().map(one).collect()
}

fn default_fields(classifier: &str) -> BTreeMap<String, FieldRule> {
    Pipeline::FIELDS
        .into_iter()
        .map(|field| (field.to_owned(), FieldRule::new(field, classifier)))
        .collect()
}

fn empty(ticket_system: &str, fields: BTreeMap<String, FieldRule>) -> Pipeline {
    Pipeline {
        ticket_system: ticket_system.to_owned(),
        every: Pipeline::EVERY,
        find: FindFilter::default(),
        text: Pipeline::TEXT.to_owned(),
        fields,
        overwrite: Overwrite::default(),
        mark: None,
        note: None,
        dry_run: false,
    }
}

fn pipeline<'a>(reader: &mut Reader<'_>, node: &Node<'a>, names: &Names) -> Option<Read<'a>> {
    if !node.value.is_null() && !node.value.is_mapping() {
        reader.entries(node, "a mapping");
        return None;
    }
    let keys = reader.fields(node, &KEYS);
    let system = ticket_system(reader, node, keys.get("ticket_system"), names);
    let mut pipeline = empty(&system.unwrap_or_default(), BTreeMap::new());
    if let Some(every) = keys
        .get("every")
        .and_then(|node| reader.duration(node, EVERY.0, EVERY.1))
    {
        pipeline.every = every;
    }
    if let Some(node) = keys.get("find") {
        pipeline.find = find(reader, node);
    }
    if let Some(text) = keys.get("text").and_then(|node| template(reader, node)) {
        pipeline.text = text;
    }
    let mut places = BTreeMap::new();
    match keys.get("classify") {
        Some(classify) => {
            for (field, (rule, place)) in fields::read(reader, classify, &names.classifiers).unwrap_or_default() {
                pipeline.fields.insert(field.clone(), rule);
                places.insert(field, place);
            }
        }
        None => match &names.classifiers.default {
            Some(classifier) => pipeline.fields = default_fields(classifier),
            None if names.classifiers.names.is_empty() => {}
            None => {
                let message = format!("there are several classifiers, and {} names none", shown(node.key()));
                reader.problem_at_key(node, message, names.classifiers.help());
            }
        },
    }
    if let Some(word) = keys
        .get("overwrite")
        .and_then(|node| reader.word(node, &["if_unset", "if_unchanged", "always"]))
    {
        pipeline.overwrite = match word.as_str() {
            "always" => Overwrite::Always,
            "if_unchanged" => Overwrite::IfUnchanged,
            _ => Overwrite::IfUnset,
        };
    }
    pipeline.mark = keys
        .get("mark")
        .filter(|node| !node.value.is_null())
        .and_then(|node| mark(reader, node));
    if let (Some(Mark::CustomField(name)), Some(at)) = (&pipeline.mark, keys.get("mark")) {
        let field = format!("custom_fields.{name}");
        if pipeline.fields.contains_key(&field) {
            let help = "give the mark a field of its own".to_owned();
            reader.problem(
                at,
                format!("{} is filled by a classifier, so it cannot be the mark", shown(&field)),
                help,
            );
        }
    }
    pipeline.note = keys
        .get("note")
        .filter(|node| !node.value.is_null())
        .and_then(|node| template(reader, node));
    if let Some(dry_run) = keys.get("dry_run").and_then(|node| reader.boolean(node)) {
        pipeline.dry_run = dry_run;
    }
    Some((pipeline, places))
}

fn ticket_system(reader: &mut Reader<'_>, parent: &Node<'_>, node: Option<&Node<'_>>, names: &Names) -> Option<String> {
    let known = names.ticket_systems.iter().map(String::as_str);
    let Some(node) = node else {
        if names.ticket_systems.len() > 1 {
            let message = format!(
                "there are several ticket systems, and {} names none",
                shown(parent.key())
            );
            reader.problem_at_key(
                parent,
                message,
                format!("add `ticket_system:` with one of {}", list(known)),
            );
        }
        return names.ticket_systems.first().cloned();
    };
    let name = reader.text(node)?;
    // Without any, that is the problem, and it was noted already.
    if !names.ticket_systems.is_empty() && !names.ticket_systems.contains(&name) {
        let help = nearest::did_you_mean(&name, known, "ticket systems");
        reader.problem(node, format!("there is no ticket system {}", shown(&name)), help);
    }
    Some(name)
}

/// A template; its syntax is checked where templates are compiled.
fn template(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<String> {
    if node.value.is_mapping() {
        let help = "a template needs quotes around it: \"{{ ticket.subject }}\"".to_owned();
        reader.problem(
            node,
            format!("`{}` should be a text; found a mapping", node.key()),
            help,
        );
        return None;
    }
    reader.text(node)
}

fn find(reader: &mut Reader<'_>, node: &Node<'_>) -> FindFilter {
    let mut find = FindFilter::default();
    let keys = reader.fields(node, &["status", "queue", "since"]);
    if let Some(list) = keys.get("status").and_then(|node| reader.list(node)) {
        find.status = Some(list.iter().filter_map(|node| reader.text(node)).collect());
    }
    if let Some(list) = keys.get("queue").and_then(|node| reader.list(node)) {
        let queue = |node: &Node<'_>| {
            if node.value.is_null() {
                Some(None)
            } else {
                reader.text(node).map(Some)
            }
        };
        find.queue = Some(list.iter().filter_map(queue).collect());
    }
    if let Some(since) = keys
        .get("since")
        .and_then(|node| reader.duration(node, SINCE.0, SINCE.1))
    {
        find.since = since;
    }
    find
}

fn mark(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Mark> {
    let help = "write `{ custom_field: NAME }` or `{ tag: NAME }`".to_owned();
    if !matches!(node.value, Value::Mapping(_)) {
        reader.problem(node, "`mark` should be a mapping with `custom_field` or `tag`", help);
        return None;
    }
    let before = reader.problems.len();
    let keys = reader.fields(node, &["custom_field", "tag"]);
    match (keys.get("custom_field"), keys.get("tag")) {
        (Some(field), None) => reader.text(field).map(Mark::CustomField),
        (None, Some(tag)) => reader.text(tag).map(Mark::Tag),
        (Some(_), Some(_)) => {
            reader.problem(node, "`mark` is either a custom field or a tag, not both", help);
            None
        }
        (None, None) => {
            if reader.problems.len() == before {
                reader.problem(node, "`mark` names neither a custom field nor a tag", help);
            }
            None
        }
    }
}

/// Two pipelines that write one field of one helpdesk would undo each other's work for ever. One that only tries is no
/// danger, and the usual way to compare two models.
fn disjoint(reader: &mut Reader<'_>, pipelines: &BTreeMap<String, Read<'_>>) {
    let place = |path: &[String]| reader.source.map.find(path).0.map(Place::key);
    let mut in_order: Vec<_> = pipelines
        .iter()
        .filter(|(_, (pipeline, _))| !pipeline.dry_run)
        .collect();
    in_order.sort_by_key(|(name, _)| place(&["pipelines".to_owned(), (*name).clone()]));
    let mut written: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (name, (pipeline, places)) in in_order {
        for field in pipeline.fields.keys() {
            let Some(other) = written.insert((&pipeline.ticket_system, field), name) else {
                continue;
            };
            let path = places.get(field).map_or_else(
                || vec!["pipelines".to_owned(), name.clone()],
                |place| place.path.clone(),
            );
            let (other, name, system) = (shown(other), shown(name), shown(&pipeline.ticket_system));
            let message = format!("pipelines {other} and {name} both write {} of {system}", shown(field));
            let help = "let one of them write it; a pipeline with `dry_run: true` writes nothing".to_owned();
            reader.problems.push(reader.source.at_key(&path, message, Some(help)));
        }
    }
}
