//! A change as the body of one TicketUpdate: names only, as the helpdesk checks an id but applies the name where it gets both.

use otai_plugin::{
    Failure,
    model::{Change, Ticket},
    serde_json::{Map, Value, json},
    tags,
    text::short,
};

use crate::{
    errors::{DESK, Refusal},
    params::Settings,
    values,
};

/// One value that is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Sent {
    /// `queue`, `custom_fields.NAME`, …
    pub(crate) field: String,
    /// As JSON.
    pub(crate) value: String,
}

/// What is sent, in the order in which the helpdesk writes it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Plan {
    ticket: Map<String, Value>,
    dynamic: Vec<Value>,
    pub(crate) sent: Vec<Sent>,
    change: Change,
    tags: Vec<String>,
}

impl Plan {
    /// `there`: the tags that the ticket has.
    pub(crate) fn new(settings: &Settings, change: &Change, there: &[String]) -> Result<Self, Failure> {
        let mut plan = Self {
            change: change.clone(),
            ..Self::default()
        };
        // TicketUpdate writes the queue first, then the type, then the priority, and the fields last.
        let named = [
            ("queue", "Queue", &change.queue),
            ("type", "Type", &change.kind),
            ("priority", "Priority", &change.priority),
        ];
        for (field, key, name) in named {
            if let Some(name) = name {
                plan.ticket.insert(key.to_owned(), json!(name));
                plan.note(field.to_owned(), &json!(name));
            }
        }
        for (name, value) in &change.custom_fields {
            if Some(name) == settings.tags_field.as_ref() {
                let message = "stands for tags (`tags_field`): write `tags` instead";
                return Err(Failure::rejected_field(format!("custom_fields.{name}"), message));
            }
            plan.dynamic(&format!("custom_fields.{name}"), name, &values::write(value));
        }
        let new = tags::missing(there, &change.add_tags);
        if !new.is_empty() {
            let Some(field) = &settings.tags_field else {
                let message = format!("{DESK} has no tags: name a multiselect dynamic field in `tags_field`");
                return Err(Failure::rejected_field("tags", message));
            };
            plan.tags = there.iter().cloned().chain(new).collect();
            let all = json!(plan.tags);
            plan.dynamic("tags", field, &all);
        }
        Ok(plan)
    }

    fn dynamic(&mut self, field: &str, name: &str, value: &Value) {
        self.dynamic.push(json!({ "Name": name, "Value": value }));
        self.note(field.to_owned(), value);
    }

    fn note(&mut self, field: String, value: &Value) {
        self.sent.push(Sent {
            field,
            value: value.to_string(),
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sent.is_empty()
    }

    /// The JSON body. An empty `Ticket` would be refused.
    pub(crate) fn body(&self) -> Map<String, Value> {
        let mut body = Map::new();
        if !self.ticket.is_empty() {
            body.insert("Ticket".into(), self.ticket.clone().into());
        }
        if !self.dynamic.is_empty() {
            body.insert("DynamicField".into(), self.dynamic.clone().into());
        }
        body
    }

    /// Those values that the ticket does not have.
    pub(crate) fn missing<'a>(&'a self, now: &Ticket) -> Vec<&'a Sent> {
        let has = |sent: &&Sent| match sent.field.as_str() {
            "queue" => now.queue == self.change.queue,
            "type" => now.kind == self.change.kind,
            "priority" => now.priority == self.change.priority,
            "tags" => tags::missing(&now.tags, &self.tags).is_empty(),
            field => {
                let name = field.strip_prefix("custom_fields.").unwrap_or_default();
                let wanted = self.change.custom_fields.get(name).unwrap_or(&Value::Null);
                now.custom_fields.get(name).unwrap_or(&Value::Null) == wanted
            }
        };
        self.sent.iter().filter(|sent| !has(sent)).collect()
    }

    /// The queue that is sent.
    pub(crate) fn queue(&self) -> &str {
        self.change.queue.as_deref().unwrap_or_default()
    }

    /// The value that a refusal means, where it is certain.
    pub(crate) fn culprit(&self, refusal: &Refusal) -> Option<&Sent> {
        let find = |field: &str| self.sent.iter().find(|sent| sent.field == field);
        if refusal.names("Ticket->Queue") {
            return find("queue");
        }
        if refusal.names("Ticket->Priority") {
            return find("priority");
        }
        if refusal.names("Ticket->Type") {
            return find("type");
        }
        let dynamic = refusal.names("DynamicField->Name") || refusal.names("DynamicField->Value");
        let mut fields = self
            .sent
            .iter()
            .filter(|s| s.field == "tags" || s.field.starts_with("custom_fields."));
        fields.next().filter(|_| dynamic && fields.next().is_none())
    }

    /// Why a value was refused. A name is shown, the value of a field never: it may be a customer's words.
    pub(crate) fn unknown(&self, settings: &Settings, refusal: &Refusal) -> Failure {
        let Some(sent) = self.culprit(refusal) else {
            let all: Vec<&str> = self.sent.iter().map(|sent| sent.field.as_str()).collect();
            let message = format!(
                "{DESK} refuses one of {} ({}): nothing was written",
                all.join(", "),
                refusal.code
            );
            return Failure::rejected(message);
        };
        let name = |name: &Option<String>| short(name.as_deref().unwrap_or_default());
        let message = match sent.field.as_str() {
            "queue" => format!(
                "{DESK} has no valid queue \"{}\" (sub-queues are written as A::B)",
                name(&self.change.queue)
            ),
            "priority" => format!("{DESK} has no valid priority \"{}\"", name(&self.change.priority)),
            "type" => format!("{DESK} has no valid type \"{}\"", name(&self.change.kind)),
            "tags" => format!(
                "the dynamic field \"{}\" (`tags_field`) refuses one of the tags: it must be a multiselect that has them all as \
                 possible values",
                short(settings.tags_field.as_deref().unwrap_or_default())
            ),
            _ if refusal.names("DynamicField->Name") => format!("{DESK} has no such dynamic field for tickets"),
            _ => "the dynamic field does not take this value: a dropdown takes its keys only, a checkbox true or false"
                .to_owned(),
        };
        Failure::rejected_field(&sent.field, message)
    }
}

#[cfg(test)]
mod tests;
