//! As much of JSON Schema as says what `params` a plugin takes.
//!
//! Whatever is not understood is let through: the plugin itself looks again, and a config must not be refused because this
//! reader is too simple. No message says what a value is; it may be a secret.

use serde_json::{Map, Value};

use super::nearest;
use super::problem::shown;

/// Deep enough for every table in a table; a schema that refers to itself ends here.
const DEEPEST: usize = 8;

/// Something wrong with params: where below `params`, what, and what to write.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) path: Vec<String>,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// The key is wrong, not its value.
    pub(super) key: bool,
}

/// A schema and the document that its references point into.
#[derive(Clone, Copy)]
pub(super) struct Schema<'a> {
    root: &'a Value,
    node: &'a Value,
}

impl<'a> Schema<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Self { root, node: root }
    }

    fn at(self, node: &'a Value) -> Self {
        Self { node, ..self }
    }

    fn get(self, key: &str) -> Option<&'a Value> {
        self.node.get(key)
    }

    /// The schemas of which a value must satisfy one: behind `$ref`, `anyOf` and `oneOf`.
    fn alternatives(self, depth: usize, out: &mut Vec<Self>) {
        if depth == 0 {
            return;
        }
        let target = self
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|target| target.strip_prefix('#'));
        if let Some(target) = target {
            if let Some(node) = self.root.pointer(target) {
                self.at(node).alternatives(depth - 1, out);
            }
            return;
        }
        match self
            .get("anyOf")
            .or_else(|| self.get("oneOf"))
            .and_then(Value::as_array)
        {
            Some(list) => list.iter().for_each(|node| self.at(node).alternatives(depth - 1, out)),
            None => out.push(self),
        }
    }

    fn leaves(self) -> Vec<Self> {
        let mut leaves = Vec::new();
        self.alternatives(DEEPEST, &mut leaves);
        leaves
    }

    fn types(self) -> Vec<&'a str> {
        match self.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The only values that are allowed, if the schema lists them.
    fn listed(self) -> Option<Vec<&'a Value>> {
        match (self.get("const"), self.get("enum")) {
            (Some(only), _) => Some(vec![only]),
            (None, Some(Value::Array(list))) => Some(list.iter().collect()),
            _ => None,
        }
    }

    fn has_type(self, value: &Value) -> bool {
        let types = self.types();
        types.is_empty() || types.iter().any(|name| is_a(value, name))
    }

    fn properties(self) -> Option<&'a Map<String, Value>> {
        self.get("properties").and_then(Value::as_object)
    }

    /// Everything wrong with `value`.
    pub(super) fn check(self, value: &Value, path: &mut Vec<String>, out: &mut Vec<Wrong>) {
        let leaves = self.leaves();
        if leaves.is_empty() || path.len() > DEEPEST {
            return;
        }
        let fitting: Vec<_> = leaves.iter().copied().filter(|leaf| leaf.has_type(value)).collect();
        let name = path
            .last()
            .map_or_else(|| "params".to_owned(), |key| shown(key).trim_matches('`').to_owned());
        if fitting.is_empty() {
            let mut types: Vec<_> = leaves.iter().flat_map(|leaf| leaf.types()).map(in_words).collect();
            types.dedup();
            let message = format!(
                "`{name}` should be {}; found {}",
                types.join(" or "),
                in_words(type_of(value))
            );
            out.push(wrong(path, message, type_help(value, &types)));
            return;
        }
        let lists: Option<Vec<_>> = fitting.iter().map(|leaf| leaf.listed()).collect();
        if let Some(allowed) = lists.map(|lists| lists.concat())
            && !allowed.contains(&value)
        {
            let texts: Vec<_> = allowed.iter().filter_map(|value| value.as_str()).collect();
            let help = value.as_str().and_then(|text| nearest(text, texts.iter().copied()));
            let words: Vec<_> = allowed
                .iter()
                .map(|value| format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
                .collect();
            let message = format!("`{name}` should be {}", words.join(" or "));
            out.push(wrong(path, message, help.map(|text| format!("did you mean `{text}`?"))));
            return;
        }
        // Which of several shapes of a table is meant cannot be known.
        let [leaf] = fitting.as_slice() else { return };
        match value {
            Value::Object(object) => leaf.check_object(object, path, out),
            Value::Array(list) => {
                let Some(items) = leaf.get("items") else { return };
                for (index, value) in list.iter().enumerate() {
                    path.push(index.to_string());
                    leaf.at(items).check(value, path, out);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    fn check_object(self, object: &Map<String, Value>, path: &mut Vec<String>, out: &mut Vec<Wrong>) {
        let empty = Map::new();
        let properties = self.properties().unwrap_or(&empty);
        for name in self
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !object.contains_key(name) {
                let about = properties
                    .get(name)
                    .and_then(|node| node.get("description"))
                    .and_then(Value::as_str);
                let about = about
                    .map(|about| about.lines().next().unwrap_or_default())
                    .filter(|about| !about.is_empty());
                let help = match about {
                    Some(about) => format!("add `{name}: ...`: {about}"),
                    None => format!("add `{name}: ...`"),
                };
                out.push(wrong(path, format!("param `{name}` is missing"), Some(help)));
            }
        }
        for (key, value) in object {
            path.push(key.clone());
            match properties.get(key) {
                Some(node) => self.at(node).check(value, path, out),
                None if self.is_open() => {}
                None => {
                    let help = nearest::did_you_mean(key, properties.keys().map(String::as_str), "params");
                    out.push(Wrong {
                        key: true,
                        ..wrong(path, format!("unknown param {}", shown(key)), Some(help))
                    });
                }
            }
            path.pop();
        }
    }

    /// True if keys are welcome that `properties` does not name.
    fn is_open(self) -> bool {
        match self.get("additionalProperties") {
            Some(Value::Bool(open)) => *open,
            Some(_) => true,
            // Most schemas do not say, and then a misspelt key would be ignored in silence.
            None => {
                self.properties().is_none()
                    || ["allOf", "patternProperties", "if"]
                        .iter()
                        .any(|key| self.get(key).is_some())
            }
        }
    }

    /// Calls `change` for every text in `value` that the schema calls a path.
    pub(super) fn paths(self, value: &mut Value, depth: usize, change: &mut dyn FnMut(&mut String)) {
        if depth > DEEPEST {
            return;
        }
        for leaf in self.leaves() {
            match value {
                Value::String(text) if leaf.get("format").and_then(Value::as_str) == Some("path") => {
                    change(text);
                    return;
                }
                Value::Array(list) => {
                    if let Some(items) = leaf.get("items") {
                        list.iter_mut()
                            .for_each(|value| leaf.at(items).paths(value, depth + 1, change));
                    }
                }
                Value::Object(object) => {
                    for (key, node) in leaf.properties().into_iter().flatten() {
                        if let Some(value) = object.get_mut(key) {
                            leaf.at(node).paths(value, depth + 1, change);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn wrong(path: &[String], message: String, help: Option<String>) -> Wrong {
    Wrong {
        path: path.to_vec(),
        message,
        help,
        key: false,
    }
}

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        name => type_of(value) == name,
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn in_words(name: &str) -> &str {
    match name {
        "null" => "nothing",
        "boolean" => "`true` or `false`",
        "number" => "a number",
        "integer" => "a whole number",
        "string" => "a text",
        "array" => "a list",
        "object" => "a mapping",
        other => other,
    }
}

fn type_help(value: &Value, types: &[&str]) -> Option<String> {
    let help = match value {
        Value::Number(_) | Value::Bool(_) if types.contains(&"a text") => "put the value into quotes",
        Value::String(_)
            if types
                .iter()
                .any(|name| name.contains("number") || name.contains("true")) =>
        {
            "write the value without quotes; what `${NAME}` stands for is always a text"
        }
        _ => return None,
    };
    Some(help.to_owned())
}
