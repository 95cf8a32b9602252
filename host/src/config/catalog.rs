//! The config against what the helpdesk really has and what the models were taught.

use std::collections::BTreeMap;

use otai_interface::model::{Catalog, CustomField, FieldCard, FieldKind, ModelCard};

use super::loaded::Loaded;
use super::model::{FieldRule, Mark, Otherwise, Pipeline};
use super::nearest;
use super::problem::{Problem, Problems, list, shown};
use super::resolve::resolve;

/// What may be written to a field.
enum Values<'a> {
    /// One of these.
    Listed(Vec<&'a str>),
    /// These are known; the helpdesk lists none and may have others.
    Unlisted(Vec<&'a str>),
    /// Whatever has this form.
    Form(FieldKind),
}

/// Why a name that is not known is no mistake.
const UNLISTED: &str = "the helpdesk lists none, so only writing it will show whether it exists";

/// The values of a checkbox, as the pipeline reads them.
const CHECKBOX: [&str; 2] = ["true", "false"];

impl Values<'_> {
    fn resolve(&self, label: &str, labels: &BTreeMap<String, String>) -> bool {
        match self {
            Self::Listed(values) => resolve(label, labels, values).is_some(),
            Self::Unlisted(_) => true,
            Self::Form(kind) => has_form(labels.get(label).map_or(label, String::as_str), *kind),
        }
    }
}

fn has_form(value: &str, kind: FieldKind) -> bool {
    match kind {
        FieldKind::Integer => value.parse::<i64>().is_ok(),
        FieldKind::Decimal => value.parse::<f64>().is_ok_and(f64::is_finite),
        FieldKind::Date => value.parse::<jiff::civil::Date>().is_ok(),
        _ => true,
    }
}

/// The check of one pipeline.
struct Check<'a> {
    loaded: &'a Loaded,
    name: &'a str,
    catalog: &'a Catalog,
    problems: Vec<Problem>,
}

impl Loaded {
    /// What pipeline `pipeline` names and the helpdesk does not have; and, as warnings, which labels of its models
    /// (classifier → card) no value of the helpdesk answers to.
    #[must_use]
    pub fn check_catalog(
        &self,
        pipeline: &str,
        catalog: &Catalog,
        models: &BTreeMap<String, ModelCard>,
    ) -> Vec<Problem> {
        let Some((name, pipeline)) = self.config.pipelines.get_key_value(pipeline) else {
            return Vec::new();
        };
        let mut check = Check {
            loaded: self,
            name,
            catalog,
            problems: Vec::new(),
        };
        check.find(pipeline);
        for (field, rule) in &pipeline.fields {
            let Some(values) = check.values(field) else { continue };
            check.rule(field, rule, &values);
            let cards = |name: &'_ String| models.get(name).map(|card| (name.clone(), card));
            let cards: Vec<_> = rule.classifiers.iter().filter_map(cards).collect();
            for (name, card) in &cards {
                check.labels(field, rule, &values, name, card);
            }
            check.mapping(
                field,
                rule,
                cards.iter().filter_map(|(_, card)| card.fields.get(field)).collect(),
            );
        }
        check.mark(pipeline);
        Problems::new(check.problems).0
    }
}

impl<'a> Check<'a> {
    fn problem(&mut self, path: &[&str], message: String, help: Option<String>) {
        let path: Vec<_> = ["pipelines", self.name].iter().chain(path).copied().collect();
        self.problems.push(self.loaded.problem(&path, message, help));
    }

    fn warning(&mut self, path: &[&str], message: String, help: String) {
        self.problem(path, message, Some(help));
        if let Some(problem) = self.problems.last_mut() {
            problem.warning = true;
        }
    }

    /// Notes a problem unless `value` is one of `values`, spelt exactly; a warning where the helpdesk lists none for `field`, so
    /// that it may have this one all the same.
    fn known(&mut self, field: &str, path: &[&str], value: &str, values: &[&str], plural: &str) {
        if values.contains(&value) {
            return;
        }
        let (value, help) = (
            shown(value),
            nearest::did_you_mean(value, values.iter().copied(), &format!("{plural} of the helpdesk")),
        );
        match self.unlisted(field) {
            true => self.warning(path, format!("no {field} {value} is known: {UNLISTED}"), help),
            false => self.problem(path, format!("the helpdesk has no {field} {value}"), Some(help)),
        }
    }

    fn unlisted(&self, what: &str) -> bool {
        self.catalog.unlisted.iter().any(|unlisted| unlisted == what)
    }

    fn find(&mut self, pipeline: &Pipeline) {
        let statuses: Vec<_> = self
            .catalog
            .statuses
            .iter()
            .map(|status| status.name.as_str())
            .collect();
        for (index, status) in pipeline.find.status.iter().flatten().enumerate() {
            let path = ["find", "status", &index.to_string()];
            self.known("status", &path, status, &statuses, "statuses");
        }
        let queues: Vec<_> = self.catalog.queues.iter().map(String::as_str).collect();
        for (index, queue) in pipeline.find.queue.iter().flatten().enumerate() {
            if let Some(queue) = queue {
                let path = ["find", "queue", &index.to_string()];
                self.known("queue", &path, queue, &queues, "queues");
            }
        }
    }

    /// The values of `field`; `None` after a problem was noted with the field itself.
    fn values(&mut self, field: &str) -> Option<Values<'a>> {
        let unlisted = self.unlisted(field);
        let listed = |names: &'a [String]| {
            let names = names.iter().map(String::as_str).collect();
            Some(match unlisted {
                true => Values::Unlisted(names),
                false => Values::Listed(names),
            })
        };
        let Some(name) = field.strip_prefix("custom_fields.") else {
            return match field {
                "queue" => listed(&self.catalog.queues),
                "priority" => listed(&self.catalog.priorities),
                "type" => listed(&self.catalog.types),
                _ => Some(Values::Form(FieldKind::Text)),
            };
        };
        let custom = match self.custom_field(&["classify", field], name) {
            Some(custom) => custom,
            None if self.unlisted("custom_fields") => return Some(Values::Form(FieldKind::Text)),
            None => return None,
        };
        match custom.kind {
            FieldKind::Choice => listed(&custom.choices),
            FieldKind::Checkbox => Some(Values::Listed(CHECKBOX.to_vec())),
            FieldKind::Other => {
                let message = format!("custom field {} is of a kind that otai cannot write", shown(name));
                self.problem(&["classify", field], message, None);
                None
            }
            kind => Some(Values::Form(kind)),
        }
    }

    fn custom_field(&mut self, path: &[&str], name: &str) -> Option<&'a CustomField> {
        let catalog = self.catalog;
        let found = catalog.custom_fields.iter().find(|field| field.name == name);
        if found.is_none() {
            // Admins know the label; the config wants the technical name.
            let labelled = catalog
                .custom_fields
                .iter()
                .find(|field| field.label.to_lowercase() == name.to_lowercase());
            let help = match labelled {
                Some(field) => format!(
                    "did you mean {}? agents see it as {}",
                    shown(&field.name),
                    shown(&field.label)
                ),
                None => {
                    let names: Vec<_> = catalog.custom_fields.iter().map(|field| field.name.as_str()).collect();
                    nearest::did_you_mean(name, names, "custom fields of the helpdesk")
                }
            };
            let name = shown(name);
            match self.unlisted("custom_fields") {
                true => self.warning(path, format!("no custom field {name} is known: {UNLISTED}"), help),
                false => self.problem(path, format!("the helpdesk has no custom field {name}"), Some(help)),
            }
        }
        found
    }

    /// What the admin wrote as a value of `field`.
    fn rule(&mut self, field: &str, rule: &FieldRule, values: &Values<'_>) {
        if let Otherwise::Value(value) = &rule.otherwise {
            self.value(&["classify", field, "otherwise"], field, value, values);
        }
        for (label, value) in &rule.labels {
            self.value(&["classify", field, "labels", label], field, value, values);
        }
    }

    fn value(&mut self, path: &[&str], field: &str, value: &str, values: &Values<'_>) {
        match values {
            Values::Listed(known) | Values::Unlisted(known) => {
                if resolve(value, &BTreeMap::new(), known).is_none() {
                    self.known(field, path, value, known, &format!("values of {field}"));
                }
            }
            Values::Form(kind) if has_form(value, *kind) => {}
            Values::Form(kind) => {
                let form = match kind {
                    FieldKind::Integer => "a whole number",
                    FieldKind::Decimal => "a number",
                    _ => "a date such as 2026-12-31",
                };
                self.problem(
                    path,
                    format!("{} holds {form}; found {}", shown(field), shown(value)),
                    None,
                );
            }
        }
    }

    /// Labels that no value answers to.
    fn labels(&mut self, field: &str, rule: &FieldRule, values: &Values<'_>, classifier: &str, card: &ModelCard) {
        let Some(known) = card.fields.get(field) else {
            // A field that the admin did not ask for needs no excuse.
            if !self.loaded.source.map.find(&["pipelines", self.name, "classify"]).1 {
                return;
            }
            let message = format!(
                "classifier {} was not taught {}, so it will be left to a human",
                shown(classifier),
                shown(field)
            );
            let help = format!("it was taught {}", list(card.fields.keys().map(String::as_str)));
            self.warning(&["classify", field], message, help);
            return;
        };
        let lost: Vec<_> = known
            .labels
            .keys()
            .map(String::as_str)
            .filter(|label| !values.resolve(label, &rule.labels))
            .collect();
        if !lost.is_empty() {
            let message = format!(
                "labels of {} that the helpdesk has no value for: {}",
                shown(field),
                list(lost.iter().copied())
            );
            let help = format!(
                "they are left to a human; say what they mean in the helpdesk: `labels: {{ \"{}\": \"...\" }}`",
                shown(lost[0]).trim_matches('`')
            );
            self.warning(&["classify", field], message, help);
        }
    }

    /// Entries of `labels` that no label of any of the models answers to.
    fn mapping(&mut self, field: &str, rule: &FieldRule, known: Vec<&FieldCard>) {
        let has = |label: &&String| known.iter().any(|card| card.labels.contains_key(*label));
        for label in rule.labels.keys().filter(|label| !known.is_empty() && !has(label)) {
            let message = format!("the model has no label {} for {}", shown(label), shown(field));
            let all: Vec<&str> = known
                .iter()
                .flat_map(|card| card.labels.keys())
                .map(String::as_str)
                .collect();
            let help = nearest::did_you_mean(label, all, "its labels");
            self.warning(&["classify", field, "labels", label], message, help);
        }
    }

    fn mark(&mut self, pipeline: &Pipeline) {
        let Some(Mark::CustomField(name)) = &pipeline.mark else {
            return;
        };
        let path = ["mark", "custom_field"];
        if let Some(field) = self.custom_field(&path, name)
            && !matches!(field.kind, FieldKind::Checkbox | FieldKind::Text)
        {
            let fit = |field: &&CustomField| matches!(field.kind, FieldKind::Checkbox | FieldKind::Text);
            let names: Vec<_> = self
                .catalog
                .custom_fields
                .iter()
                .filter(fit)
                .map(|field| field.name.as_str())
                .collect();
            let help = format!("fields that can: {}", list(names));
            self.problem(
                &path,
                format!(
                    "custom field {} can hold no mark: it is neither a checkbox nor a text",
                    shown(name)
                ),
                Some(help),
            );
        }
    }
}

#[cfg(test)]
#[path = "tests/catalog.rs"]
mod tests;
