//! What `/ticket_fields` says: every name that otai can write, with what Freshdesk wants in its place.
//!
//! That one call works with an ordinary agent's key, where `/groups` needs an admin's (Freshdesk API v2 reference, "List All
//! Ticket Fields" and "Groups").

use otai_plugin::{
    model::{CustomField, FieldKind},
    rows,
    serde::Deserialize,
    serde_json::Value,
};

use crate::nested::Nested;

/// Open.
const FRESH: i64 = 2;
/// Resolved, Closed.
const CLOSED: [i64; 2] = [4, 5];

/// The form of an account.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Fields {
    /// Name and id.
    pub(crate) groups: Vec<(String, i64)>,
    /// Name and number, lowest first.
    pub(crate) priorities: Vec<(String, i64)>,
    /// Agents' label and number.
    pub(crate) statuses: Vec<(String, i64)>,
    pub(crate) types: Vec<String>,
    pub(crate) custom: Vec<Custom>,
}

/// One custom field.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Custom {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) kind: FieldKind,
    /// Of a dropdown.
    pub(crate) choices: Vec<String>,
    /// Of a field with levels.
    pub(crate) nested: Option<Nested>,
    /// Agents must fill it: an update of a ticket without it may be refused.
    pub(crate) required: bool,
    /// It must be filled before a ticket is closed.
    pub(crate) required_for_closure: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Raw {
    name: Option<String>,
    label: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    choices: Value,
    nested_ticket_fields: Option<Vec<Child>>,
    required_for_agents: Option<bool>,
    required_for_closure: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Child {
    name: Option<String>,
    level: Option<i64>,
}

impl Fields {
    /// Reads the answer; a field that makes no sense is left out. `None` if it is no list at all.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut fields = Self::default();
        for raw in rows::readable::<Raw>(body, "a ticket field")? {
            fields.add(raw);
        }
        // Where the levels of a nested field are listed on their own, too, they must not be written on their own.
        let children: Vec<String> = fields
            .custom
            .iter()
            .filter_map(|c| c.nested.as_ref())
            .flat_map(|n| n.children.clone())
            .collect();
        fields.custom.retain(|c| !children.contains(&c.name));
        Some(fields)
    }

    fn add(&mut self, raw: Raw) {
        let name = raw.name.unwrap_or_default();
        let kind = raw.kind.as_deref().unwrap_or_default();
        match (kind, name.as_str()) {
            ("default_group", _) => self.groups = numbers(&raw.choices),
            ("default_priority", _) => {
                self.priorities = numbers(&raw.choices);
                self.priorities.sort_by_key(|(_, number)| *number);
            }
            ("default_status", _) => self.statuses = statuses(&raw.choices),
            ("default_ticket_type", _) => self.types = labels(&raw.choices),
            (_, "") => {}
            (kind, _) if kind.starts_with("default_") => {}
            (kind, _) => {
                let nested = (kind == "nested_field").then(|| {
                    let mut children = raw.nested_ticket_fields.unwrap_or_default();
                    children.sort_by_key(|c| c.level);
                    Nested::new(children.into_iter().filter_map(|c| c.name).collect(), &raw.choices)
                });
                let kind = match kind {
                    "custom_dropdown" | "nested_field" => FieldKind::Choice,
                    "custom_checkbox" => FieldKind::Checkbox,
                    "custom_number" => FieldKind::Integer,
                    "custom_decimal" => FieldKind::Decimal,
                    "custom_text" | "custom_paragraph" => FieldKind::Text,
                    "custom_date" => FieldKind::Date,
                    _ => FieldKind::Other,
                };
                let plain = kind == FieldKind::Choice && nested.is_none();
                self.custom.push(Custom {
                    label: raw.label.unwrap_or_else(|| name.clone()),
                    name,
                    kind,
                    choices: if plain { labels(&raw.choices) } else { Vec::new() },
                    nested,
                    required: raw.required_for_agents.unwrap_or_default(),
                    required_for_closure: raw.required_for_closure.unwrap_or_default(),
                });
            }
        }
    }

    pub(crate) fn custom(&self, name: &str) -> Option<&Custom> {
        self.custom.iter().find(|c| c.name == name)
    }

    /// The field that holds the name: itself, or the parent of that level.
    pub(crate) fn owner(&self, name: &str) -> Option<&Custom> {
        let holds = |c: &&Custom| {
            c.nested
                .as_ref()
                .is_some_and(|n| n.children.iter().any(|child| child == name))
        };
        self.custom(name).or_else(|| self.custom.iter().find(holds))
    }

    /// Adds groups that the form left out because two have one name; the second is told apart by its id.
    pub(crate) fn add_groups(&mut self, groups: impl IntoIterator<Item = (String, i64)>) {
        for (name, id) in groups {
            if self.groups.iter().any(|(_, known)| *known == id) {
                continue;
            }
            let taken = self.groups.iter().any(|(known, _)| *known == name);
            self.groups
                .push((if taken { format!("{name} ({id})") } else { name }, id));
        }
    }
}

impl Custom {
    /// As the host sees it.
    pub(crate) fn model(&self) -> CustomField {
        CustomField {
            name: self.name.clone(),
            label: self.label.clone(),
            kind: self.kind,
            choices: self.all_choices().map(str::to_owned).collect(),
        }
    }

    /// Every value of a choice.
    pub(crate) fn all_choices(&self) -> impl Iterator<Item = &str> {
        let paths = self.nested.iter().flat_map(Nested::choices);
        self.choices.iter().map(String::as_str).chain(paths)
    }
}

/// Waits for somebody to look at it.
pub(crate) fn is_fresh(status: i64) -> bool {
    status == FRESH
}

/// Finished.
pub(crate) fn is_closed(status: i64) -> bool {
    CLOSED.contains(&status)
}

/// `{"Low":1,…}`
fn numbers(choices: &Value) -> Vec<(String, i64)> {
    let all = choices.as_object().into_iter().flatten();
    all.filter_map(|(name, id)| Some((name.clone(), id.as_i64()?)))
        .collect()
}

/// `{"2":["Open","label for customers"],…}`
fn statuses(choices: &Value) -> Vec<(String, i64)> {
    let all = choices.as_object().into_iter().flatten();
    let mut all: Vec<(String, i64)> = all
        .filter_map(|(id, labels)| {
            let label = labels.as_str().or_else(|| labels.get(0)?.as_str())?;
            Some((label.to_owned(), id.parse().ok()?))
        })
        .collect();
    all.sort_by_key(|(_, id)| *id);
    all
}

fn labels(choices: &Value) -> Vec<String> {
    match choices {
        Value::Array(all) => all.iter().filter_map(|c| c.as_str()).map(str::to_owned).collect(),
        Value::Object(all) => all.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Fields {
        Fields::read(include_bytes!("../tests/fixtures/ticket_fields.json")).unwrap()
    }

    #[test]
    fn one_call_gives_every_name() {
        let fields = own();
        assert_eq!(fields.groups[2], ("Netzwerk & VPN".to_owned(), 151_000_201_003));
        assert!(
            fields
                .priorities
                .iter()
                .map(|p| p.0.as_str())
                .eq(["Low", "Medium", "High", "Urgent"])
        );
        assert_eq!(fields.statuses[6], ("In Klärung".to_owned(), 8));
        assert_eq!(fields.types.len(), 5);
        let category = fields.custom("cf_category").unwrap();
        assert_eq!(category.kind, FieldKind::Choice);
        assert!(
            category.all_choices().any(|c| c.matches(" > ").count() == 2),
            "{:?}",
            category.model()
        );
        assert_eq!(fields.custom("cf_subcategory"), None, "a level is no field of its own");
        assert_eq!(fields.owner("cf_subcategory"), Some(category));
        assert_eq!(fields.custom("subject"), None);
    }

    #[test]
    fn odd_fields_cost_only_themselves() {
        let body =
            br#"[17, {"type":"custom_lookup","name":"cf_l","choices":null}, {"type":"default_group","name":"group",
            "choices":{"A":1,"B":"x"}}, {"type":"custom_text","name":null}, {"name":"cf_old","type":"custom_dropdown",
            "choices":["a",1,"b"]}, {"name":5}, {"type":"default_status","choices":{"2":"Open","x":["Y"]}}]"#;
        let fields = Fields::read(body).unwrap();
        assert_eq!(fields.groups, [("A".to_owned(), 1)]);
        assert_eq!(fields.statuses, [("Open".to_owned(), 2)]);
        assert_eq!(fields.custom("cf_l").unwrap().kind, FieldKind::Other);
        assert_eq!(fields.custom("cf_old").unwrap().choices, ["a", "b"]);
        assert_eq!(fields.custom.len(), 2);
        assert_eq!(Fields::read(b"<html>"), None);
        assert_eq!(Fields::read(b"[{\"name\":"), None);
    }

    #[test]
    fn two_groups_of_one_name_stay_apart() {
        let mut fields = Fields {
            groups: vec![("A".into(), 1)],
            ..Fields::default()
        };
        fields.add_groups([("A".to_owned(), 1), ("A".to_owned(), 2), ("B".to_owned(), 3)]);
        assert_eq!(fields.groups, [("A".into(), 1), ("A (2)".into(), 2), ("B".into(), 3)]);
    }
}
