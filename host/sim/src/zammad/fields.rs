//! Attributes of tickets that an administrator has added (or, like `type`, switched on).
//!
//! A value is a top-level key of the ticket under the attribute's own name.

use serde_json::{Map, Value, json};

/// An attribute of tickets beside the built-in ones.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) display: String,
    pub(crate) kind: FieldKind,
}

#[derive(Debug, Clone)]
pub(crate) enum FieldKind {
    /// Keys and labels; keys are what the API takes and gives.
    Select(Vec<(String, String)>),
    MultiSelect(Vec<(String, String)>),
    /// Full paths `A::B`, parents before children.
    Tree(Vec<String>),
    Boolean,
    Integer,
    Text,
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(k, l)| ((*k).to_owned(), (*l).to_owned())).collect()
}

/// The attributes of the simulated system. `type` is Zammad's own, inactive by default; here it is a select of `types`.
pub(crate) fn all(types: &[String]) -> Vec<Field> {
    let field = |name: &str, display: &str, kind| Field {
        name: name.to_owned(),
        display: display.to_owned(),
        kind,
    };
    let types = types.iter().map(|t| (t.clone(), t.clone())).collect();
    let tree = [
        "Hardware",
        "Hardware::Printer",
        "Hardware::Laptop",
        "Software",
        "Software::Mail",
    ];
    vec![
        field("type", "Type", FieldKind::Select(types)),
        field(
            "area",
            "Area",
            FieldKind::Select(pairs(&[
                ("it", "IT & Network"),
                ("hr", "Human Resources"),
                ("fac", "Facility"),
            ])),
        ),
        field("escalated", "Escalated", FieldKind::Boolean),
        field("seats", "Seats", FieldKind::Integer),
        field("reference", "Reference", FieldKind::Text),
        field("category", "Category", FieldKind::Tree(tree.map(Into::into).into())),
        field(
            "topics",
            "Topics",
            FieldKind::MultiSelect(pairs(&[("vpn", "VPN"), ("mail", "Mail"), ("print", "Printing")])),
        ),
    ]
}

impl Field {
    /// What becomes of a value that is sent; `Err` if the core workflow does not offer it.
    pub(crate) fn read(&self, value: &Value) -> Result<Value, String> {
        let refused = |value: &Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("Invalid value '{text}' for field '{}'!", self.name)
        };
        if value.is_null() || value == "" {
            return Ok(match self.kind {
                FieldKind::MultiSelect(_) => json!([]),
                _ => Value::Null,
            });
        }
        let known = |v: &Value| match &self.kind {
            FieldKind::Select(options) | FieldKind::MultiSelect(options) => {
                v.as_str().is_some_and(|v| options.iter().any(|(key, _)| key == v))
            }
            FieldKind::Tree(paths) => v.as_str().is_some_and(|v| paths.iter().any(|p| p == v)),
            _ => true,
        };
        match (&self.kind, value) {
            (FieldKind::MultiSelect(_), Value::Array(list)) => match list.iter().find(|v| !known(v)) {
                Some(bad) => Err(refused(bad)),
                None => Ok(value.clone()),
            },
            (FieldKind::MultiSelect(_), one) if known(one) => Ok(json!([one])),
            (FieldKind::Select(_) | FieldKind::Tree(_), one) if known(one) => Ok(one.clone()),
            (FieldKind::Boolean, v) => Ok(json!(v == true || v == "true" || v == "1" || v == 1)),
            // What the database makes of a text that is no number.
            (FieldKind::Integer, Value::String(text)) => Ok(json!(text.trim().parse::<i64>().unwrap_or(0))),
            (FieldKind::Integer, Value::Number(n)) => Ok(json!(n.as_f64().unwrap_or(0.0) as i64)),
            (FieldKind::Text, Value::String(_)) => Ok(value.clone()),
            (FieldKind::Text, Value::Number(n)) => Ok(json!(n.to_string())),
            (_, other) => Err(refused(other)),
        }
    }

    /// One entry of `GET /object_manager_attributes`.
    pub(crate) fn show(&self, id: usize, at: &str) -> Value {
        let keyed = |options: &[(String, String)]| -> Value {
            options
                .iter()
                .map(|(k, l)| (k.clone(), json!(l)))
                .collect::<Map<_, _>>()
                .into()
        };
        let (kind, options) = match &self.kind {
            FieldKind::Select(list) => (
                "select",
                json!({ "options": keyed(list), "nulloption": true, "null": true }),
            ),
            FieldKind::MultiSelect(list) => ("multiselect", json!({ "options": keyed(list), "null": true })),
            FieldKind::Tree(paths) => ("tree_select", json!({ "options": tree(paths, ""), "null": true })),
            FieldKind::Boolean => (
                "boolean",
                json!({ "options": { "true": "yes", "false": "no" }, "default": false }),
            ),
            FieldKind::Integer => ("integer", json!({ "min": 0, "max": 999_999_999, "null": true })),
            FieldKind::Text => ("input", json!({ "type": "text", "maxlength": 120, "null": true })),
        };
        attribute(id, &self.name, &self.display, kind, options, true, at)
    }
}

/// An attribute as the API shows it.
pub(crate) fn attribute(
    id: usize,
    name: &str,
    display: &str,
    kind: &str,
    options: Value,
    editable: bool,
    at: &str,
) -> Value {
    json!({
        "id": id, "object_lookup_id": 2, "object": "Ticket", "name": name, "display": display, "data_type": kind,
        "data_option": options, "data_option_new": {}, "editable": editable, "active": true, "screens": {},
        "to_create": false, "to_migrate": false, "to_delete": false, "to_config": false, "position": id * 10,
        "created_by_id": 1, "updated_by_id": 1, "created_at": at, "updated_at": at,
    })
}

/// `[{"name": "A", "value": "A", "children": [{"name": "B", "value": "A::B"}]}]`
fn tree(paths: &[String], below: &str) -> Value {
    let child = |path: &String| {
        let name = path.strip_prefix(below)?;
        if name.contains("::") {
            return None;
        }
        let children = tree(paths, &format!("{path}::"));
        let mut shown = json!({ "name": name, "value": path });
        if children.as_array().is_some_and(|c| !c.is_empty()) {
            shown["children"] = children;
        }
        Some(shown)
    };
    paths.iter().filter_map(child).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: Value) -> Result<Value, String> {
        let all = all(&["Incident".into()]);
        all.iter().find(|f| f.name == name).unwrap().read(&value)
    }

    #[test]
    fn selects_take_keys_and_nothing_else() {
        assert_eq!(read("area", json!("it")), Ok(json!("it")));
        assert_eq!(
            read("area", json!("IT & Network")).unwrap_err(),
            "Invalid value 'IT & Network' for field 'area'!"
        );
        assert_eq!(
            read("category", json!("Hardware::Printer")),
            Ok(json!("Hardware::Printer"))
        );
        assert!(read("category", json!("Printer")).is_err() && read("topics", json!(["vpn", "x"])).is_err());
        assert_eq!(read("topics", json!("vpn")), Ok(json!(["vpn"])));
        assert_eq!(
            (read("type", json!("")), read("seats", json!("x"))),
            (Ok(Value::Null), Ok(json!(0)))
        );
    }

    #[test]
    fn trees_are_nested() {
        let all = all(&[]);
        let shown = all.iter().find(|f| f.name == "category").unwrap().show(1, "t");
        let options = &shown["data_option"]["options"];
        assert_eq!(
            options[0]["children"][1],
            json!({"name": "Laptop", "value": "Hardware::Laptop"})
        );
    }
}
