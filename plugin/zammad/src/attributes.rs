//! The ticket attributes that a desk has made itself, and how their values look on both sides.
//!
//! In a ticket each is a top-level key beside Zammad's own keys. `GET /object_manager_attributes` lists them, for
//! administrators only; without that list everything that is not Zammad's own is taken for one, as text.

use otai_plugin::{
    model::{CustomField, FieldKind},
    serde::Deserialize,
    serde_json::Value,
};

/// Between the levels of a tree in Zammad.
const LEVEL: &str = "::";
/// Between them in otai.
const SHOWN_LEVEL: &str = " > ";
/// Deep enough for any tree that people can use.
const DEEPEST: usize = 20;

/// Zammad's own keys of a ticket, beginning or whole. Keys that end in `_id` or `_ids` are its own as well: it refuses such names
/// for attributes (`app/models/object_manager/attribute.rb`).
const OWN: [&str; 43] = [
    "id",
    "number",
    "title",
    "note",
    "type",
    "tags",
    "group",
    "priority",
    "state",
    "owner",
    "customer",
    "organization",
    "preferences",
    "article",
    "articles",
    "article_count",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "create_article_type",
    "create_article_sender",
    "pending_time",
    "escalation_at",
    "time_unit",
    "ticket_time_accounting",
    "first_response_at",
    "first_response_escalation_at",
    "first_response_in_min",
    "first_response_diff_in_min",
    "close_at",
    "close_escalation_at",
    "close_in_min",
    "close_diff_in_min",
    "update_escalation_at",
    "update_in_min",
    "update_diff_in_min",
    "mentions",
    "checklist",
    "referencing_checklists",
    "referencing_checklist_tickets",
    "shared_draft",
    "ai_agent_running",
];
/// `last_contact_at`, `last_close_at`, ...
const OWN_START: &str = "last_";

/// True for a key of a ticket that no administrator has made.
pub(crate) fn is_own(key: &str) -> bool {
    let last = key.starts_with(OWN_START) && key.ends_with("_at");
    OWN.contains(&key) || last || key.ends_with("_id") || key.ends_with("_ids")
}

/// One attribute.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Attribute {
    /// As the host sees it.
    pub(crate) field: CustomField,
    /// What a ticket has when nobody chose, where that is a text.
    pub(crate) default: Option<String>,
    /// Its values are paths.
    tree: bool,
}

/// One row of `/object_manager_attributes`.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Raw {
    pub(crate) name: Option<String>,
    display: Option<String>,
    object: Option<String>,
    data_type: Option<String>,
    data_option: Value,
    active: Option<bool>,
}

impl Raw {
    /// True for an attribute of tickets that is in use.
    pub(crate) fn counts(&self) -> bool {
        self.object.as_deref() == Some("Ticket") && self.active != Some(false)
    }

    /// What can be done with it.
    pub(crate) fn attribute(self) -> Option<Attribute> {
        let name = self.name?;
        let kind = self.data_type.as_deref().unwrap_or_default();
        let options = self.data_option.get("options").unwrap_or(&Value::Null);
        let mut choices = Vec::new();
        match kind {
            "select" => choices = keys(options),
            "tree_select" => nodes(options, DEEPEST, &mut choices),
            _ => {}
        }
        let default = self.data_option.get("default").and_then(Value::as_str);
        Some(Attribute {
            default: default
                .filter(|text| !text.is_empty())
                .map(|text| shown(kind == "tree_select", text)),
            tree: kind == "tree_select",
            field: CustomField {
                label: self.display.unwrap_or_else(|| name.clone()),
                name,
                kind: match kind {
                    "input" | "textarea" => FieldKind::Text,
                    "select" | "tree_select" => FieldKind::Choice,
                    "boolean" => FieldKind::Checkbox,
                    "integer" => FieldKind::Integer,
                    "date" => FieldKind::Date,
                    // Date and time, several choices at once, references to other objects.
                    _ => FieldKind::Other,
                },
                choices: choices
                    .iter()
                    .map(|choice| shown(kind == "tree_select", choice))
                    .collect(),
            },
        })
    }
}

impl Attribute {
    /// A value of a ticket as otai has it; `None` for "empty".
    pub(crate) fn read(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Null => None,
            Value::String(text) if text.is_empty() => None,
            Value::Array(several) if several.is_empty() => None,
            Value::String(text) => Some(shown(self.tree, text).into()),
            other => Some(other.clone()),
        }
    }

    /// A value of otai's as Zammad wants it.
    pub(crate) fn write(&self, value: Value) -> Value {
        match value {
            Value::String(text) if self.tree => text.replace(SHOWN_LEVEL, LEVEL).into(),
            other => other,
        }
    }
}

fn shown(tree: bool, text: &str) -> String {
    if tree {
        text.replace(LEVEL, SHOWN_LEVEL)
    } else {
        text.to_owned()
    }
}

/// Keys of `{"key":"Label"}`, or of `[{"name":"Label","value":"key"}]`, as it is once somebody has sorted it by hand.
fn keys(options: &Value) -> Vec<String> {
    let of_map = options.as_object().into_iter().flatten().map(|(key, _)| key.clone());
    let list = options.as_array().into_iter().flatten();
    let of_list = list.filter_map(|one| Some(one.get("value")?.as_str()?.to_owned()));
    of_map.chain(of_list).filter(|key| !key.is_empty()).collect()
}

/// Paths of `[{"name":"A","value":"A","children":[{"name":"B","value":"A::B"}]}]`, each prefix included.
fn nodes(options: &Value, depth: usize, out: &mut Vec<String>) {
    if depth == 0 {
        return;
    }
    for node in options.as_array().into_iter().flatten() {
        out.extend(node.get("value").and_then(Value::as_str).map(str::to_owned));
        if let Some(children) = node.get("children") {
            nodes(children, depth - 1, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use otai_plugin::serde_json::{self, json};

    use super::*;

    fn attribute(value: Value) -> Attribute {
        let raw: Raw = serde_json::from_value(value).unwrap();
        raw.attribute().unwrap()
    }

    #[test]
    fn each_kind_is_known_by_its_data_type() {
        for (kind, wanted) in [
            ("input", FieldKind::Text),
            ("textarea", FieldKind::Text),
            ("select", FieldKind::Choice),
            ("boolean", FieldKind::Checkbox),
            ("integer", FieldKind::Integer),
            ("date", FieldKind::Date),
            ("datetime", FieldKind::Other),
            ("multiselect", FieldKind::Other),
            ("multi_tree_select", FieldKind::Other),
            ("autocompletion_ajax_external_data_source", FieldKind::Other),
        ] {
            let field = attribute(json!({"name": "lane", "data_type": kind, "data_option": {}})).field;
            assert_eq!((field.kind, field.label.as_str()), (wanted, "lane"), "{kind}");
        }
    }

    #[test]
    fn choices_are_keys_in_every_form_that_zammad_keeps_them_in() {
        let options = json!({"": "-", "one": "First line", "two": "Second line"});
        let of = |options: Value| {
            attribute(json!({"name": "lane", "display": "Lane", "data_type": "select",
                "data_option": {"options": options, "default": "one"}}))
        };
        let map = of(options);
        assert_eq!(map.field.choices, ["one", "two"]);
        assert_eq!(map.default.as_deref(), Some("one"));
        let list = json!([{"name": "Second line", "value": "two"}, {"name": "First line", "value": "one"}]);
        assert_eq!(of(list).field.choices, ["two", "one"]);
        assert_eq!(of(Value::Null).field.choices, [""; 0]);
    }

    #[test]
    fn a_tree_is_a_path_and_goes_back_as_it_came() {
        let tree = attribute(
            json!({"name": "topic", "data_type": "tree_select", "data_option": {"default": "", "options": [
            {"name": "Billing", "value": "Billing", "children": [{"name": "Refund", "value": "Billing::Refund"}]},
            {"name": "Other", "value": "Other"}]}}),
        );
        assert_eq!(tree.field.choices, ["Billing", "Billing > Refund", "Other"]);
        assert_eq!(tree.default, None);
        assert_eq!(tree.read(&json!("Billing::Refund")), Some(json!("Billing > Refund")));
        assert_eq!(tree.write(json!("Billing > Refund")), json!("Billing::Refund"));
        assert_eq!(tree.write(Value::Null), Value::Null);
        let text = attribute(json!({"name": "code", "data_type": "input"}));
        assert_eq!(text.read(&json!("A::B")), Some(json!("A::B")));
        assert_eq!(text.write(json!("A > B")), json!("A > B"));
    }

    #[test]
    fn empty_is_nothing() {
        let text = attribute(json!({"name": "code", "data_type": "input"}));
        for empty in [json!(""), Value::Null, json!([])] {
            assert_eq!(text.read(&empty), None);
        }
        assert_eq!(text.read(&json!(false)), Some(json!(false)));
    }

    #[test]
    fn zammads_own_keys_are_not_taken_for_attributes() {
        for own in [
            "id",
            "title",
            "article_ids",
            "owner_id",
            "last_contact_agent_at",
            "preferences",
            "state",
        ] {
            assert!(is_own(own), "{own}");
        }
        for made in ["product", "last_chance", "ordered_at", "notes"] {
            assert!(!is_own(made), "{made}");
        }
        let of = |object: &str, active: bool| {
            serde_json::from_value::<Raw>(json!({"name": "x", "object": object, "active": active})).unwrap()
        };
        assert!(of("Ticket", true).counts() && !of("Ticket", false).counts() && !of("User", true).counts());
    }
}
