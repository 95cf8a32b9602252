//! Asking a YAML value for what it should be, and noting a problem where it is something else.
//!
//! Every question answers `None` only after a problem was noted, so the caller goes on and the admin sees all problems at
//! once.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_yaml::Value;

use super::nearest;
use super::problem::{self, Problem, shown};
use super::source::Source;
use super::{duration, secret};

/// A value and where it is.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) path: Vec<String>,
}

impl<'a> Node<'a> {
    pub(super) fn child(&self, key: impl Into<String>, value: &'a Value) -> Self {
        let mut path = self.path.clone();
        path.push(key.into());
        Self { value, path }
    }

    pub(super) fn key(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// "in `classify.queue`": the path as a message names it, without the part that everything has.
    fn place(&self) -> String {
        let path = match self.path.as_slice() {
            [section, _, inner @ ..] if section == "pipelines" && !inner.is_empty() => inner,
            whole => whole,
        };
        if path.is_empty() {
            "at the top level".to_owned()
        } else {
            format!("in {}", dotted(path))
        }
    }
}

/// `a.b.c`, safe to print.
pub(super) fn dotted(path: &[String]) -> String {
    shown(&path.join(".")).trim_matches('`').to_owned()
}

/// What there is, for "expected ..., found ...".
fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(value) => format!("the number `{value}`"),
        Value::String(value) => format!("the text {}", shown(value)),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a mapping".to_owned(),
        Value::Tagged(_) => "a value with a `!tag`".to_owned(),
    }
}

/// The problems so far, and what is needed to find more.
pub(super) struct Reader<'a> {
    pub(super) source: Source,
    pub(super) text: &'a str,
    pub(super) secrets: secret::Keeper<'a>,
    pub(super) problems: Vec<Problem>,
}

impl Reader<'_> {
    pub(super) fn problem(&mut self, node: &Node<'_>, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.problems.push(self.source.at(&node.path, message, help.into()));
    }

    pub(super) fn problem_at_key(
        &mut self,
        node: &Node<'_>,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        self.problems.push(self.source.at_key(&node.path, message, help.into()));
    }

    pub(super) fn warning(&mut self, node: &Node<'_>, message: impl Into<String>, help: impl Into<Option<String>>) {
        let problem = self.source.at_key(&node.path, message, help.into());
        self.problems.push(Problem {
            warning: true,
            ..problem
        });
    }

    /// A problem with the first `part` of a text, such as one `${NAME}` of several.
    pub(super) fn problem_at_part(&mut self, node: &Node<'_>, part: &str, message: String, help: String) {
        let problem = self.source.at(&node.path, message, Some(help));
        // Finding it costs a walk through the text, so only as many are found as anybody reads.
        let few = self.problems.len() < 100;
        let at = few.then(|| self.source.place_of(&node.path, part, self.text)).flatten();
        self.problems.push(match at {
            Some(at) => Problem {
                line: at.line,
                column: at.column,
                ..problem
            },
            None => problem,
        });
    }

    fn wrong(&mut self, node: &Node<'_>, expected: &str, help: Option<String>) {
        let found = found(node.value);
        self.problem(
            node,
            format!("`{}` should be {expected}; found {found}", dotted_key(node)),
            help,
        );
    }

    /// All entries of a mapping, whose keys the admin chose.
    pub(super) fn entries<'a>(&mut self, node: &Node<'a>, expected: &str) -> Option<Vec<Node<'a>>> {
        let Value::Mapping(mapping) = node.value else {
            let help = match node.value {
                Value::Sequence(_) => Some("write `key: value` without the `-`".to_owned()),
                Value::String(text) if text.contains(':') => Some("put a blank after the colon".to_owned()),
                _ => None,
            };
            self.wrong(node, expected, help);
            return None;
        };
        let mut entries = Vec::new();
        for (key, value) in mapping {
            match key {
                Value::String(key) => entries.push(node.child(key, value)),
                Value::Bool(_) | Value::Number(_) | Value::Null => {
                    let text = serde_yaml::to_string(key).unwrap_or_default();
                    let at = node.child(text.trim_end(), value);
                    let help = format!("put it in quotes: \"{}\"", text.trim_end());
                    self.problem_at_key(&at, format!("a key should be a text; found {}", found(key)), help);
                }
                _ => self.problem(node, "a key should be a text", None),
            }
        }
        Some(entries)
    }

    /// The entries of a mapping of `known` keys, by key. Any other key is a problem. `null` stands for no entries.
    pub(super) fn fields<'a>(&mut self, node: &Node<'a>, known: &[&str]) -> BTreeMap<String, Node<'a>> {
        if node.value.is_null() {
            return BTreeMap::new();
        }
        let mut fields = BTreeMap::new();
        for entry in self.entries(node, "a mapping of keys to values").unwrap_or_default() {
            if known.contains(&entry.key()) {
                fields.insert(entry.key().to_owned(), entry);
            } else {
                let help = nearest::did_you_mean(entry.key(), known.iter().copied(), "valid keys");
                self.problem_at_key(
                    &entry,
                    format!("unknown key {} {}", shown(entry.key()), node.place()),
                    help,
                );
            }
        }
        fields
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, node: &Node<'_>) -> Option<String> {
        match node.value {
            Value::String(text) if text.is_empty() => {
                self.problem(node, format!("`{}` is empty", dotted_key(node)), None);
                None
            }
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) => {
                let yaml = serde_yaml::to_string(node.value).unwrap_or_default();
                let help = format!(
                    "YAML reads this as no text unless it is in quotes: \"{}\"",
                    yaml.trim_end()
                );
                self.wrong(node, "a text", Some(help));
                None
            }
            Value::Null => {
                let help = "write a text after the colon; `null` and `~` are texts only in quotes";
                self.wrong(node, "a text", Some(help.to_owned()));
                None
            }
            _ => {
                self.wrong(node, "a text", None);
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn word(&mut self, node: &Node<'_>, words: &[&str]) -> Option<String> {
        let text = self.text(node)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        let message = format!(
            "`{}` should be {}; found {}",
            dotted_key(node),
            one_of(words),
            shown(&text)
        );
        self.problem(
            node,
            message,
            nearest::nearest(&text, words.iter().copied()).map(|word| format!("did you mean `{word}`?")),
        );
        None
    }

    pub(super) fn boolean(&mut self, node: &Node<'_>) -> Option<bool> {
        if let Value::Bool(value) = node.value {
            return Some(*value);
        }
        let help = match node.value.as_str().map(str::to_lowercase).as_deref() {
            Some("yes" | "on" | "y" | "true") => Some("write `true`, without quotes".to_owned()),
            Some("no" | "off" | "n" | "false") => Some("write `false`, without quotes".to_owned()),
            _ => None,
        };
        self.wrong(node, "`true` or `false`", help);
        None
    }

    /// A number from 0 to 1.
    pub(super) fn share(&mut self, node: &Node<'_>) -> Option<f64> {
        let expected = "a number from 0 to 1";
        match node.value {
            Value::Number(number) => {
                let value = number.as_f64().unwrap_or(f64::NAN);
                if (0.0..=1.0).contains(&value) {
                    return Some(value);
                }
                let percent = (1.0..=100.0)
                    .contains(&value)
                    .then(|| format!("did you mean `{}`?", value / 100.0));
                self.wrong(node, expected, percent);
            }
            Value::String(text) => {
                let number = text
                    .trim()
                    .trim_end_matches('%')
                    .trim_end()
                    .replace(',', ".")
                    .parse::<f64>()
                    .ok();
                let number = number.map(|number| if text.contains('%') { number / 100.0 } else { number });
                let help = number.filter(|number| (0.0..=1.0).contains(number));
                self.wrong(
                    node,
                    expected,
                    help.map(|number| format!("write `{number}`, without quotes")),
                );
            }
            _ => self.wrong(node, expected, None),
        }
        None
    }

    /// A duration with its unit.
    pub(super) fn duration(&mut self, node: &Node<'_>, least: Duration, most: Duration) -> Option<Duration> {
        let key = dotted_key(node);
        let text = match node.value {
            Value::String(text) => text.clone(),
            Value::Number(number) => {
                let help = match number.as_u64() {
                    Some(seconds) => format!("write `{seconds}s` if these are seconds"),
                    None => duration::EXAMPLES.to_owned(),
                };
                self.problem(node, format!("`{key}` needs a unit; found the number `{number}`"), help);
                return None;
            }
            _ => {
                self.wrong(node, "a duration", Some(duration::EXAMPLES.to_owned()));
                return None;
            }
        };
        let duration = match duration::parse(&text) {
            Ok(duration) => duration,
            Err(reason) => {
                let message = format!("`{key}` should be a duration, and {} {reason}", shown(&text));
                self.problem(node, message, duration::EXAMPLES.to_owned());
                return None;
            }
        };
        if duration < least || duration > most {
            let (least, most) = (duration::shown(least), duration::shown(most));
            let message = format!(
                "`{key}` should be between `{least}` and `{most}`; found {}",
                shown(&text)
            );
            self.problem(node, message, None);
            return None;
        }
        Some(duration)
    }

    /// The entries of a list that has some.
    pub(super) fn list<'a>(&mut self, node: &Node<'a>) -> Option<Vec<Node<'a>>> {
        match node.value {
            Value::Sequence(list) if list.is_empty() => {
                let help = "remove the line, or name at least one".to_owned();
                self.problem(node, format!("`{}` is an empty list", dotted_key(node)), help);
                None
            }
            Value::Sequence(list) => Some(
                list.iter()
                    .enumerate()
                    .map(|(index, value)| node.child(index.to_string(), value))
                    .collect(),
            ),
            value => {
                let help = value
                    .as_str()
                    .map(|text| format!("write `[{}]`", shown(text).trim_matches('`')));
                self.wrong(node, "a list", help);
                None
            }
        }
    }

    /// True if `name` may name a service or a pipeline.
    pub(super) fn name(&mut self, node: &Node<'_>) -> bool {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let name = node.key();
        let ok = !name.is_empty() && name.chars().all(good);
        if !ok {
            let help = "a name has letters, digits, `-` and `_` only, because it ends up in file names and metrics";
            self.problem_at_key(node, format!("{} cannot be a name", shown(name)), help.to_owned());
        }
        ok
    }
}

/// The key of a value; for an entry of a list, the key of the list.
fn dotted_key(node: &Node<'_>) -> String {
    let named = node
        .path
        .iter()
        .rev()
        .find(|key| !key.chars().all(|c| c.is_ascii_digit()));
    named.map_or_else(
        || "the config".to_owned(),
        |key| problem::shown(key).trim_matches('`').to_owned(),
    )
}

fn one_of(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(" or ")
}
