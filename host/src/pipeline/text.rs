//! The text that is classified, and the note, from templates. Strict: a misspelt name is an error and not an empty text.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, context, value::Serde};
use otai_interface::model::Ticket;
use serde::Serialize;

use super::decide::Decision;
use crate::state::FieldDecision;

/// Steps a template may take; an endless loop ends here.
const FUEL: u64 = 100_000;

/// The templates of a pipeline, compiled.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    has_note: bool,
    /// Those that the note may name.
    fields: Vec<String>,
}

/// A template that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the template: {message}")]
pub struct TemplateError {
    /// `text` or `note`: the key in the pipeline.
    pub key: &'static str,
    /// 1-based, within the template.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

#[derive(Default, Serialize)]
struct Chosen {
    label: Option<String>,
    confidence: Option<f32>,
    why: Option<String>,
}

impl Templates {
    /// Compiles and tries them on an empty ticket, so that a misspelt name is found before the first real one.
    ///
    /// # Errors
    /// [`TemplateError`]
    pub fn new(text: &str, note: Option<&str>, fields: &[&str]) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment
            .add_template_owned("text", text.to_owned())
            .map_err(|e| broken("text", &e))?;
        if let Some(note) = note {
            environment
                .add_template_owned("note", note.to_owned())
                .map_err(|e| broken("note", &e))?;
        }
        let templates = Self {
            environment,
            has_note: note.is_some(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        };
        templates.text(&Ticket::default())?;
        templates.note(&Ticket::default(), &Decision::default())?;
        Ok(templates)
    }

    /// The text of a ticket.
    ///
    /// # Errors
    /// [`TemplateError`], for example if the ticket is so large that the template runs out of fuel.
    pub fn text(&self, ticket: &Ticket) -> Result<String, TemplateError> {
        self.render("text", context! { ticket => Serde(ticket) })
    }

    /// The note for a decision; `None` if the pipeline writes none. A field on which it says nothing has neither label nor reason: it
    /// came into the config after the decision.
    ///
    /// # Errors
    /// [`TemplateError`]
    pub fn note(&self, ticket: &Ticket, decision: &Decision) -> Result<Option<String>, TemplateError> {
        if !self.has_note {
            return Ok(None);
        }
        let mut top = BTreeMap::new();
        let mut custom = BTreeMap::new();
        let unsaid = self.fields.iter().map(|field| (field, Chosen::default()));
        let said = decision.fields.iter().map(|(field, d)| (field, Chosen::from(d)));
        for (field, chosen) in unsaid.chain(said) {
            match field.strip_prefix("custom_fields.") {
                Some(name) => custom.insert(name.to_owned(), chosen),
                None => top.insert(field.clone(), chosen),
            };
        }
        let top = minijinja::Value::from(Serde(&top));
        let values = context! { ticket => Serde(ticket), custom_fields => Serde(&custom), ..top };
        self.render("note", values).map(Some)
    }

    fn render(&self, key: &'static str, values: minijinja::Value) -> Result<String, TemplateError> {
        self.environment
            .get_template(key)
            .and_then(|t| t.render(values))
            .map_err(|e| broken(key, &e))
    }
}

impl From<&FieldDecision> for Chosen {
    fn from(decided: &FieldDecision) -> Self {
        match decided {
            FieldDecision::Write { value, confidence } | FieldDecision::Right { value, confidence } => Self {
                label: Some(value.clone()),
                confidence: confidence.map(|c| (c * 100.0).round() / 100.0),
                why: None,
            },
            FieldDecision::Leave { why } => Self {
                label: None,
                confidence: None,
                why: Some(why.clone()),
            },
        }
    }
}

fn broken(key: &'static str, error: &minijinja::Error) -> TemplateError {
    let detail = error
        .detail()
        .map_or_else(|| error.kind().to_string(), |d| format!("{}: {d}", error.kind()));
    TemplateError {
        key,
        line: error.line().unwrap_or(1),
        message: detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_ticket_and_decision() {
        let templates = Templates::new(
            "{{ ticket.subject }}\n{{ ticket.body }}",
            Some("AI: {{ queue.label }} ({{ queue.confidence }})"),
            &["queue"],
        )
        .unwrap();
        let ticket = Ticket {
            subject: "a {{ evil }} <b>".into(),
            body: "b".into(),
            ..Ticket::default()
        };
        assert_eq!(templates.text(&ticket).unwrap(), "a {{ evil }} <b>\nb");
        let fields = BTreeMap::from([(
            "queue".to_owned(),
            FieldDecision::Write {
                value: "Billing".into(),
                confidence: Some(0.934),
            },
        )]);
        let note = templates
            .note(
                &ticket,
                &Decision {
                    fields,
                    ..Decision::default()
                },
            )
            .unwrap()
            .unwrap();
        assert!(note.starts_with("AI: Billing (0.93"), "{note}");
    }

    #[test]
    fn a_note_may_name_a_field_that_came_after_the_decision() {
        let note = "{{ queue.label }} {% if type.label %}{{ type.label }}{% else %}-{% endif %}";
        let templates = Templates::new("x", Some(note), &["queue", "type"]).unwrap();
        let fields = BTreeMap::from([(
            "queue".to_owned(),
            FieldDecision::Right {
                value: "Billing".into(),
                confidence: None,
            },
        )]);
        let decision = Decision {
            fields,
            ..Decision::default()
        };
        let note = templates.note(&Ticket::default(), &decision).unwrap();
        assert_eq!(note.as_deref(), Some("Billing -"));
    }

    #[test]
    fn misspelt_names_and_syntax_are_found_at_once() {
        let unknown = Templates::new("{{ ticket.subjet }}", None, &[]).unwrap_err();
        assert_eq!((unknown.key, unknown.line), ("text", 1));
        let syntax = Templates::new("one\n{{ ticket.subject ", None, &[]).unwrap_err();
        assert_eq!(syntax.line, 2);
        let note = Templates::new("x", Some("{{ queue.label }}"), &["priority"]).unwrap_err();
        assert_eq!(note.key, "note");
        assert!(Templates::new("{% for i in range(10000000) %}x{% endfor %}", None, &[]).is_err());
    }
}
