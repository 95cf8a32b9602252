//! Fields of two or three levels, each with a name of its own: one path `"A > B > C"` outside, two or three keys inside.

use std::collections::BTreeMap;

use otai_plugin::serde_json::{Map, Value};

/// What stands between the levels of a path.
const SEPARATOR: &str = " > ";

/// A field of several levels.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Nested {
    /// Names of the fields below the parent, level 2 first.
    pub(crate) children: Vec<String>,
    /// Every path with its levels, each prefix before what is below it.
    paths: Vec<(String, Vec<String>)>,
}

impl Nested {
    /// Reads `choices`: `[{parent: [{child: [grandchild, …]}, …]}, …]`, or the same as objects.
    pub(crate) fn new(children: Vec<String>, choices: &Value) -> Self {
        let mut nested = Self {
            children,
            paths: Vec::new(),
        };
        nested.collect(&[], choices);
        nested
    }

    fn collect(&mut self, above: &[String], choices: &Value) {
        // The parent and one level for each child; what lies deeper has no field to be written to.
        if above.len() > self.children.len() {
            return;
        }
        match choices {
            Value::Array(all) => all.iter().for_each(|one| match one {
                Value::String(leaf) => self.add(above, leaf, &Value::Null),
                Value::Object(_) => self.collect(above, one),
                _ => {}
            }),
            Value::Object(all) => all.iter().for_each(|(name, below)| self.add(above, name, below)),
            _ => {}
        }
    }

    fn add(&mut self, above: &[String], name: &str, below: &Value) {
        let levels: Vec<String> = above.iter().cloned().chain([name.to_owned()]).collect();
        self.paths.push((levels.join(SEPARATOR), levels.clone()));
        self.collect(&levels, below);
    }

    /// All paths, prefixes included.
    pub(crate) fn choices(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(|(path, _)| path.as_str())
    }

    /// The keys that write a path, or clear the field for `None`. `None` if there is no such path.
    ///
    /// All levels go together, and those below the path are cleared: a child that is left over from another parent would make
    /// Freshdesk refuse the whole update.
    pub(crate) fn write(&self, parent: &str, path: Option<&str>) -> Option<Map<String, Value>> {
        let none = Vec::new();
        let levels = match path {
            Some(path) => &self.paths.iter().find(|(p, _)| p == path)?.1,
            None => &none,
        };
        let names = std::iter::once(parent).chain(self.children.iter().map(String::as_str));
        let values = levels
            .iter()
            .map(|l| Value::from(l.as_str()))
            .chain(std::iter::repeat(Value::Null));
        Some(names.map(str::to_owned).zip(values).collect())
    }

    /// Joins the levels of a ticket into the parent and takes the children out.
    pub(crate) fn read(&self, parent: &str, fields: &mut BTreeMap<String, Value>) {
        let below: Vec<Option<Value>> = self.children.iter().map(|child| fields.remove(child)).collect();
        let Some(Value::String(first)) = fields.get(parent) else {
            return;
        };
        let mut path = first.clone();
        for level in below {
            match level {
                Some(Value::String(name)) if !name.is_empty() => {
                    path.push_str(SEPARATOR);
                    path.push_str(&name);
                }
                _ => break,
            }
        }
        fields.insert(parent.to_owned(), path.into());
    }
}

#[cfg(test)]
mod tests {
    use otai_plugin::serde_json::json;

    use super::*;

    fn category() -> Nested {
        let choices = json!([{"Billing": [{"Invoice": ["Duplicate"]}, {"Refund": []}]}, {"Technical": []}]);
        Nested::new(vec!["cf_sub".into(), "cf_item".into()], &choices)
    }

    #[test]
    fn every_prefix_is_a_choice() {
        let all: Vec<&str> = [
            "Billing",
            "Billing > Invoice",
            "Billing > Invoice > Duplicate",
            "Billing > Refund",
            "Technical",
        ]
        .into();
        assert!(category().choices().eq(all.iter().copied()));
        let objects = json!({"Billing": {"Invoice": ["Duplicate"], "Refund": []}, "Technical": {}});
        let same = Nested::new(vec!["cf_sub".into(), "cf_item".into()], &objects);
        assert!(same.choices().eq(all));
    }

    #[test]
    fn a_path_is_written_on_all_levels() {
        let keys = category().write("cf_cat", Some("Billing > Refund")).unwrap();
        assert_eq!(
            Value::Object(keys),
            json!({"cf_cat": "Billing", "cf_sub": "Refund", "cf_item": null})
        );
        let keys = category().write("cf_cat", None).unwrap();
        assert_eq!(
            Value::Object(keys),
            json!({"cf_cat": null, "cf_sub": null, "cf_item": null})
        );
        assert_eq!(category().write("cf_cat", Some("Technical > Refund")), None);
    }

    #[test]
    fn levels_are_read_into_the_parent() {
        let read = |value: Value| {
            let Value::Object(map) = value else { unreachable!() };
            let mut fields = map.into_iter().collect();
            category().read("cf_cat", &mut fields);
            json!(fields)
        };
        assert_eq!(
            read(json!({"cf_cat": "Billing", "cf_sub": "Invoice", "cf_item": "Duplicate", "cf_x": 1})),
            json!({"cf_cat": "Billing > Invoice > Duplicate", "cf_x": 1})
        );
        assert_eq!(
            read(json!({"cf_cat": "Billing", "cf_sub": null})),
            json!({"cf_cat": "Billing"})
        );
        assert_eq!(
            read(json!({"cf_cat": null, "cf_sub": "orphan"})),
            json!({"cf_cat": null})
        );
    }
}
