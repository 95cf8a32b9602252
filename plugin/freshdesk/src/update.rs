//! A change in names to a body in Freshdesk's ids, with only the keys that change: a whole ticket sent back would be refused.

use std::collections::BTreeMap;

use otai_plugin::{
    Failure,
    model::Change,
    names,
    serde_json::{Map, Value},
    tags, text,
};

use crate::{fields::Fields, values};

/// The longest tag (Freshdesk's form takes no more; the reference gives no number).
const MAX_TAG: usize = 32;

/// What is sent, and what each key stands for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// The JSON body.
    pub(crate) body: Map<String, Value>,
    /// Key of the API (of a custom field: its name) → what otai calls it.
    pub(crate) sent: BTreeMap<String, Sent>,
}

/// One value that is sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    /// `queue`, `custom_fields.cf_x`, …
    pub(crate) field: String,
    /// The name, where it is one of the helpdesk's own; never a free text.
    pub(crate) name: Option<String>,
}

impl Plan {
    /// Finds every id. The error names the field and the nearest name that there is.
    pub(crate) fn new(fields: &Fields, change: &Change, tags: &[String]) -> Result<Self, Failure> {
        let mut plan = Self::default();
        if let Some(name) = &change.queue {
            plan.numbered("queue", "group_id", "group", &fields.groups, name)?;
        }
        if let Some(name) = &change.priority {
            plan.numbered("priority", "priority", "priority", &fields.priorities, name)?;
        }
        if let Some(name) = &change.kind {
            if !fields.types.contains(name) {
                let types = fields.types.iter().map(String::as_str);
                return Err(names::unknown("Freshdesk", "type", "type", name, types));
            }
            plan.set("type", "type", name.as_str().into(), Some(name));
        }
        if let Some(tags) = merged(tags, &change.add_tags)? {
            plan.set("tags", "tags", tags.into(), None);
        }
        let mut custom = Map::new();
        for (name, value) in &change.custom_fields {
            let choices = fields.custom(name).is_some_and(|c| c.all_choices().next().is_some());
            for (key, value_sent) in values::keys(fields, name, value)? {
                let sent = Sent {
                    field: format!("custom_fields.{name}"),
                    name: value.as_str().filter(|_| choices).map(str::to_owned),
                };
                plan.sent.insert(key.clone(), sent);
                custom.insert(key, value_sent);
            }
        }
        if !custom.is_empty() {
            plan.body.insert("custom_fields".into(), custom.into());
        }
        Ok(plan)
    }

    fn numbered(
        &mut self,
        field: &str,
        key: &str,
        what: &str,
        all: &[(String, i64)],
        name: &str,
    ) -> Result<(), Failure> {
        let Some((_, number)) = all.iter().find(|(n, _)| n == name) else {
            let all = all.iter().map(|(n, _)| n.as_str());
            return Err(names::unknown("Freshdesk", field, what, name, all));
        };
        self.set(field, key, (*number).into(), Some(name));
        Ok(())
    }

    /// Adds a value; `name` where it is one of the helpdesk's own.
    pub(crate) fn set(&mut self, field: &str, key: &str, value: Value, name: Option<&str>) {
        self.body.insert(key.to_owned(), value);
        let sent = Sent {
            field: field.to_owned(),
            name: name.map(str::to_owned),
        };
        self.sent.insert(key.to_owned(), sent);
    }
}

/// Freshdesk replaces the whole list, so the tags that are there go first. `None` if nothing is added.
fn merged(there: &[String], add: &[String]) -> Result<Option<Vec<String>>, Failure> {
    let new = tags::missing(there, add);
    if let Some(tag) = new.iter().find(|tag| tag.chars().count() > MAX_TAG) {
        let message = format!("the tag \"{}\" has more than {MAX_TAG} characters", text::short(tag));
        return Err(Failure::rejected_field("tags", message));
    }
    Ok((!new.is_empty()).then(|| there.iter().cloned().chain(new).collect()))
}

#[cfg(test)]
mod tests {
    use otai_plugin::serde_json::json;

    use super::*;

    fn plan(change: Value, tags: &[&str]) -> Result<Plan, Failure> {
        let fields = Fields::read(include_bytes!("../tests/fixtures/ticket_fields.json")).unwrap();
        let change: Change = otai_plugin::serde_json::from_value(change).unwrap();
        let tags: Vec<String> = tags.iter().map(|t| (*t).to_owned()).collect();
        Plan::new(&fields, &change, &tags)
    }

    fn refused(change: Value) -> (String, String) {
        match plan(change, &[]).unwrap_err() {
            Failure::Rejected {
                message,
                field,
                every_ticket: false,
            } => (field.unwrap(), message),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_goes_together_and_nothing_else() {
        let change = json!({"queue": "Netzwerk & VPN", "priority": "Urgent", "type": "Refund", "add_tags": ["ai"],
            "custom_fields": {"cf_category": "Billing", "cf_vip": "yes"}});
        assert_eq!(
            Value::Object(plan(change, &["old"]).unwrap().body),
            json!({"group_id": 151_000_201_003_i64, "priority": 4, "type": "Refund", "tags": ["old", "ai"],
                "custom_fields": {"cf_category": "Billing", "cf_subcategory": null, "cf_item": null, "cf_vip": true}})
        );
        assert_eq!(plan(json!({}), &["old"]).unwrap(), Plan::default());
    }

    #[test]
    fn tags_are_merged_in_order_and_only_sent_when_one_is_new() {
        assert_eq!(
            plan(json!({"add_tags": ["AI", "x"]}), &["b", "ai", "A"]).unwrap().body["tags"],
            json!(["b", "ai", "A", "x"])
        );
        assert!(
            plan(json!({"add_tags": ["Ä", " ", "b "]}), &["ä", "b"])
                .unwrap()
                .body
                .is_empty()
        );
        assert_eq!(
            plan(json!({"add_tags": ["x", "X"]}), &[]).unwrap().body["tags"],
            json!(["x"])
        );
        assert!(plan(json!({"add_tags": ["ü".repeat(32)]}), &[]).is_ok());
        assert_eq!(refused(json!({"add_tags": ["ü".repeat(33)]})).0, "tags");
        let long = "l".repeat(40);
        assert!(
            plan(json!({"add_tags": ["x"]}), &[&long]).is_ok(),
            "what is there already is not ours to judge"
        );
    }

    #[test]
    fn a_name_that_is_not_there_is_answered_with_the_nearest() {
        let (field, message) = refused(json!({"queue": "Biling"}));
        assert_eq!(field, "queue");
        assert!(message.contains("did you mean \"Billing\""), "{message}");
        assert_eq!(refused(json!({"priority": "urgent"})).0, "priority");
        let (field, message) = refused(json!({"type": "question"}));
        assert!(field == "type" && message.contains("\"Question\""), "{message}");
        assert_eq!(refused(json!({"custom_fields": {"cf_no": 1}})).0, "custom_fields.cf_no");
    }
}
