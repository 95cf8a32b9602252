//! A change in otai's words to a body in Zammad's, with only the keys that change.

use std::collections::BTreeMap;

use otai_plugin::{
    Failure, Response,
    answers::{request_id, word},
    model::Change,
    names,
    serde_json::{Map, Value},
    tags, text,
    values::{fit, no_field},
};

use crate::{
    attributes::is_own,
    client,
    errors::{self, Asked},
    fields::Fields,
};

/// What is sent.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// The JSON body of the `PUT`; empty if only tags change.
    pub(crate) body: Map<String, Value>,
    /// Tags that are not there yet.
    pub(crate) tags: Vec<String>,
    /// Key of the API → what otai calls it.
    sent: BTreeMap<String, String>,
}

/// What a refused write means.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) failure: Failure,
    /// A name that the form had is not accepted: the form should be read again.
    pub(crate) stale: bool,
}

impl Plan {
    /// Checks every name that is listed. The error names the field and the nearest name that there is.
    pub(crate) fn new(fields: &Fields, change: &Change, tags: &[String]) -> Result<Self, Failure> {
        let mut plan = Self {
            tags: tags::missing(tags, &change.add_tags),
            ..Self::default()
        };
        if let Some(name) = &change.queue {
            if fields.groups_listed {
                known("queue", "group", name, fields.open_groups.iter())?;
            }
            plan.set("queue", "group", name.as_str().into());
        }
        if let Some(name) = &change.priority {
            known(
                "priority",
                "priority",
                name,
                fields.priorities.iter().map(|(name, _)| name),
            )?;
            plan.set("priority", "priority", name.as_str().into());
        }
        if let Some(name) = &change.kind {
            if fields.attributes_listed {
                known("type", "type", name, fields.types().iter())?;
            }
            plan.set("type", "type", name.as_str().into());
        }
        for (name, value) in &change.custom_fields {
            let field = format!("custom_fields.{name}");
            let value = attribute(fields, name, value).map_err(|why| Failure::rejected_field(&field, why))?;
            plan.set(&field, name, value);
        }
        Ok(plan)
    }

    pub(crate) fn set(&mut self, field: &str, key: &str, value: Value) {
        self.body.insert(key.to_owned(), value);
        self.sent.insert(key.to_owned(), field.to_owned());
    }

    /// Reads the answer to a write that was refused with 422: Zammad then has written nothing.
    pub(crate) fn verdict(&self, asked: Asked, base: &str, response: &Response) -> Verdict {
        let Some(said) = errors::said(response) else {
            // From a proxy, not from Zammad: whether something was written is unknown.
            return Verdict {
                failure: client::no_object(response),
                stale: false,
            };
        };
        let id = request_id(response);
        let about = ["No lookup value found for '", "Invalid value for param '"];
        let key = about
            .iter()
            .find_map(|known| said.split_once(known))
            .map(|(_, rest)| tidy(rest));
        if let Some(key) = key {
            let field = self
                .sent
                .get(key.strip_suffix("_id").unwrap_or(&key))
                .cloned()
                .unwrap_or(key);
            return Verdict {
                failure: Failure::rejected_field(
                    &field,
                    format!(
                        "Zammad wrote nothing: it does not have what `{field}` names (any more); the names are read again, correct the \
                         pipeline if it is gone{id}"
                    ),
                ),
                stale: true,
            };
        }
        let failure = if said.contains("follow-up") || said.contains("follow up") {
            Failure::rejected(format!(
                "the ticket is closed and its group allows no changes after that{id}"
            ))
        } else if said.contains("can't be blank") || said.contains("required!") || said.contains("is required") {
            Failure::rejected(format!(
                "Zammad wrote nothing: an attribute that it requires on this ticket is empty; fill it, or make it optional under \
                 System > Objects or in the core workflow{id}"
            ))
        } else {
            errors::failure(asked, base, response)
        };
        // A choice that is gone is refused without its name.
        Verdict { failure, stale: false }
    }
}

/// A name of the form.
fn known<'a>(
    field: &str,
    what: &str,
    name: &str,
    all: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), Failure> {
    if all.clone().any(|one| one == name) {
        return Ok(());
    }
    Err(names::unknown("Zammad", field, what, name, all.map(String::as_str)))
}

/// The value of one attribute as Zammad wants it, or why it cannot be written.
fn attribute(fields: &Fields, name: &str, value: &Value) -> Result<Value, String> {
    if let Some(attribute) = fields.custom(name) {
        return fit(&attribute.field, value).map(|value| attribute.write(value));
    }
    if fields.attributes_listed {
        let all: Vec<_> = fields.custom.iter().map(|one| one.field.clone()).collect();
        return Err(no_field("Zammad", &all, name));
    }
    if is_own(name) || name.is_empty() || !name.chars().all(word) {
        return Err(format!(
            "\"{}\" is no attribute that a desk has made itself",
            text::short(name)
        ));
    }
    Ok(value.clone())
}

/// What stands before the next quote, if it is a name of a key.
fn tidy(rest: &str) -> String {
    rest.split('\'')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| word(*c))
        .take(80)
        .collect()
}

#[cfg(test)]
mod tests {
    use otai_plugin::serde_json::{self, json};

    use super::*;
    use crate::fields::tests::own;

    fn plan_with(fields: &Fields, change: Value, tags: &[&str]) -> Result<Plan, Failure> {
        let change: Change = serde_json::from_value(change).unwrap();
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Plan::new(fields, &change, &tags)
    }

    fn refused(fields: &Fields, change: Value) -> (String, String) {
        match plan_with(fields, change, &[]).unwrap_err() {
            Failure::Rejected {
                message,
                field,
                every_ticket: false,
            } => (field.unwrap(), message),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_goes_together_under_zammads_names() {
        let change = json!({"queue": "Support::2nd Level", "priority": "3 high", "type": "Problem", "add_tags": ["ai", "OLD"],
            "custom_fields": {"topic": "Billing > Refund", "product": "shop", "vip_case": "yes", "seats": "12",
                "due_day": "2026-10-01", "order_no": null}});
        let plan = plan_with(&own(), change, &["old"]).unwrap();
        assert_eq!(
            Value::Object(plan.body),
            json!({"group": "Support::2nd Level", "priority": "3 high", "type": "Problem", "topic": "Billing::Refund",
                "product": "shop", "vip_case": true, "seats": 12, "due_day": "2026-10-01", "order_no": null})
        );
        assert_eq!(plan.tags, ["ai"]);
        assert_eq!(plan_with(&own(), json!({}), &["old"]).unwrap(), Plan::default());
    }

    #[test]
    fn a_name_that_is_not_there_is_answered_with_the_nearest() {
        for (change, field, word) in [
            (json!({"queue": "Biling"}), "queue", "did you mean \"Billing\""),
            (json!({"queue": "Alte Gruppe"}), "queue", "has no group"),
            (json!({"priority": "high"}), "priority", "3 high"),
            (json!({"type": "Problems"}), "type", "did you mean \"Problem\""),
            (
                json!({"custom_fields": {"produckt": "x"}}),
                "custom_fields.produckt",
                "did you mean \"product\"",
            ),
            (
                json!({"custom_fields": {"Produkt": "x"}}),
                "custom_fields.Produkt",
                "name is `product`",
            ),
            (
                json!({"custom_fields": {"product": "shops"}}),
                "custom_fields.product",
                "did you mean \"shop\"",
            ),
            (
                json!({"custom_fields": {"topic": "Billing > Refnd"}}),
                "custom_fields.topic",
                "Billing > Refund",
            ),
            (
                json!({"custom_fields": {"areas": "x"}}),
                "custom_fields.areas",
                "cannot write",
            ),
            (
                json!({"custom_fields": {"title": "x"}}),
                "custom_fields.title",
                "no such custom field",
            ),
        ] {
            let (named, message) = refused(&own(), change);
            assert!(named == field && message.contains(word), "{named}: {message}");
        }
    }

    #[test]
    fn what_is_not_listed_is_sent_as_it_is_but_never_a_key_of_zammads_own() {
        let mut fields = own();
        (fields.groups_listed, fields.attributes_listed) = (false, false);
        fields.custom.clear();
        fields.kind = None;
        let change = json!({"queue": "Anything", "type": "Anything", "custom_fields": {"lane": "one"}});
        let plan = plan_with(&fields, change, &[]).unwrap();
        assert_eq!(
            Value::Object(plan.body),
            json!({"group": "Anything", "type": "Anything", "lane": "one"})
        );
        for name in ["title", "state_id", "article", "number", "", "a b"] {
            let (_, message) = refused(&fields, json!({"custom_fields": {name: "x"}}));
            assert!(message.contains("no attribute"), "{message}");
        }
        assert_eq!(
            refused(&fields, json!({"priority": "x"})).0,
            "priority",
            "an agent lists these"
        );
    }

    fn verdict(text: &str) -> Verdict {
        let plan = plan_with(
            &own(),
            json!({"queue": "Billing", "custom_fields": {"product": "shop"}}),
            &[],
        )
        .unwrap();
        let body = json!({"error": text, "error_human": text}).to_string();
        plan.verdict(Asked::Write, "https://desk.example", &Response::of(422, &[], &body))
    }

    #[test]
    fn a_refused_name_is_told_by_its_field_and_makes_the_form_stale() {
        for (text, named) in [
            ("No lookup value found for 'group': \"canary\"", "queue"),
            ("Invalid value for param 'group_id': 99", "queue"),
            ("Invalid value for param 'product': \"canary\"", "custom_fields.product"),
            ("No lookup value found for 'owner': \"canary\"", "owner"),
        ] {
            let verdict = verdict(text);
            assert!(verdict.stale, "{text}");
            match &verdict.failure {
                Failure::Rejected {
                    message,
                    field: Some(field),
                    every_ticket: false,
                } => {
                    assert!(
                        field == named && message.contains("wrote nothing") && !message.contains("canary"),
                        "{message}"
                    );
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn other_refusals_have_their_sentence_and_are_not_repeated() {
        for (text, word) in [
            (
                "Cannot follow-up on a closed ticket. Please create a new ticket.",
                "closed",
            ),
            (
                "Missing required value for field 'canary': is required",
                "make it optional",
            ),
            ("Title can't be blank", "make it optional"),
            ("Error ID Xy_1: Please contact your administrator.", "Error ID Xy_1"),
            ("canary", "does not know"),
        ] {
            let verdict = verdict(text);
            let message = verdict.failure.to_string();
            assert!(
                message.contains(word) && !message.contains("canary") && !verdict.stale,
                "{message}"
            );
            assert!(matches!(
                verdict.failure,
                Failure::Rejected {
                    every_ticket: false,
                    ..
                }
            ));
        }
        let proxy = Plan::default().verdict(Asked::Write, "x", &Response::of(422, &[], "<html>"));
        assert!(matches!(proxy.failure, Failure::Retry { .. }));
    }
}
