use otai_interface::model::CustomField;

use super::*;
use crate::config::{FindFilter, Threshold};

fn spec(fields: &[&str]) -> Pipeline {
    Pipeline {
        ticket_system: "desk".into(),
        every: Pipeline::EVERY,
        find: FindFilter::default(),
        text: Pipeline::TEXT.into(),
        fields: fields
            .iter()
            .map(|f| ((*f).to_owned(), FieldRule::new(f, "local")))
            .collect(),
        overwrite: Overwrite::IfUnset,
        mark: None,
        note: None,
        dry_run: false,
    }
}

fn catalog() -> Catalog {
    let field = |name: &str, kind, choices: &[&str]| CustomField {
        name: name.into(),
        label: name.into(),
        kind,
        choices: choices.iter().map(|c| (*c).to_owned()).collect(),
    };
    Catalog {
        queues: vec!["Billing".into(), "Hardware".into()],
        priorities: vec!["Low".into(), "High".into()],
        unset: BTreeMap::from([("priority".into(), vec!["Low".into()])]),
        types: vec!["Incident".into()],
        free_tags: true,
        custom_fields: vec![
            field("cf_lane", FieldKind::Choice, &["First line"]),
            field("cf_vip", FieldKind::Checkbox, &[]),
            field("cf_seats", FieldKind::Integer, &[]),
        ],
        ..Catalog::default()
    }
}

fn labels(field: &str, got: &[(&str, f32)]) -> Said {
    let labels = got.iter().map(|(name, confidence)| Label::new(*name, *confidence));
    Said::of(BTreeMap::from([(field.to_owned(), labels.collect())]))
}

fn one(spec: &Pipeline, ticket: &Ticket, field: &str, got: &[(&str, f32)]) -> (Change, String) {
    let decision = decide(spec, &catalog(), ticket, &labels(field, got));
    (decision.change, decision.fields[field].to_string())
}

#[test]
fn writes_what_is_sure_and_in_the_helpdesks_own_spelling() {
    let (change, _) = one(
        &spec(&["queue"]),
        &Ticket::default(),
        "queue",
        &[("billing", 0.8), ("Hardware", 0.2)],
    );
    assert_eq!(
        change,
        Change {
            queue: Some("Billing".into()),
            ..Change::default()
        }
    );
}

#[test]
fn leaves_what_is_unsure_unknown_or_chosen() {
    let spec = spec(&["queue"]);
    let (change, why) = one(&spec, &Ticket::default(), "queue", &[("Billing", 0.79)]);
    assert!(
        change.is_empty() && why.contains("only 0.79 sure, 0.80 is wanted"),
        "{why}"
    );
    let (change, why) = one(&spec, &Ticket::default(), "queue", &[("Sales", 0.99)]);
    assert!(change.is_empty() && why.contains("has no queue `Sales`"), "{why}");
    let taken = Ticket {
        queue: Some("Hardware".into()),
        ..Ticket::default()
    };
    let (change, why) = one(&spec, &taken, "queue", &[("Billing", 0.99)]);
    assert!(change.is_empty() && why.contains("somebody chose"), "{why}");
    let (change, why) = one(&spec, &taken, "queue", &[("Hardware", 0.99)]);
    assert!(change.is_empty() && why.contains("already"), "{why}");
    let (change, why) = one(&spec, &Ticket::default(), "queue", &[("Billing", f32::NAN)]);
    assert!(change.is_empty(), "{why}");
}

#[test]
fn the_default_priority_counts_as_unset_and_another_does_not() {
    let spec = spec(&["priority"]);
    let low = Ticket {
        priority: Some("Low".into()),
        ..Ticket::default()
    };
    assert_eq!(
        one(&spec, &low, "priority", &[("high", 0.9)]).0.priority.as_deref(),
        Some("High")
    );
    let high = Ticket {
        priority: Some("High".into()),
        ..Ticket::default()
    };
    assert!(one(&spec, &high, "priority", &[("Low", 0.9)]).0.is_empty());
}

#[test]
fn overwrites_only_when_told() {
    let taken = Ticket {
        queue: Some("Hardware".into()),
        ..Ticket::default()
    };
    for overwrite in [Overwrite::IfUnchanged, Overwrite::Always] {
        let spec = Pipeline {
            overwrite,
            ..spec(&["queue"])
        };
        assert_eq!(
            one(&spec, &taken, "queue", &[("Billing", 0.9)]).0.queue.as_deref(),
            Some("Billing")
        );
    }
}

#[test]
fn tags_are_added_once_and_never_taken_away() {
    let spec = spec(&["tags"]);
    let ticket = Ticket {
        tags: vec!["VIP".into(), "keep".into()],
        ..Ticket::default()
    };
    let (change, shown) = one(&spec, &ticket, "tags", &[("vip", 0.95), ("refund", 0.9), ("late", 0.3)]);
    assert_eq!(change.add_tags, ["refund"]);
    assert_eq!(shown, "refund (0.90)");
    assert!(one(&spec, &ticket, "tags", &[("vip", 0.95)]).0.is_empty());
}

#[test]
fn custom_fields_get_their_own_types() {
    let spec = spec(&[
        "custom_fields.cf_vip",
        "custom_fields.cf_seats",
        "custom_fields.cf_lane",
    ]);
    let mut got = labels("custom_fields.cf_vip", &[("True", 0.9)]);
    got.labels
        .extend(labels("custom_fields.cf_seats", &[("12", 0.9)]).labels);
    got.labels
        .extend(labels("custom_fields.cf_lane", &[("first LINE", 0.9)]).labels);
    let change = decide(&spec, &catalog(), &Ticket::default(), &got).change;
    assert_eq!(change.custom_fields["cf_vip"], Value::Bool(true));
    assert_eq!(change.custom_fields["cf_seats"], Value::from(12));
    assert_eq!(change.custom_fields["cf_lane"], Value::from("First line"));
    let (change, _) = one(&spec, &Ticket::default(), "custom_fields.cf_seats", &[("many", 0.9)]);
    assert!(change.is_empty());
}

#[test]
fn the_mark_goes_with_a_change_and_never_alone() {
    let spec = Pipeline {
        mark: Some(Mark::CustomField("cf_vip".into())),
        ..spec(&["queue"])
    };
    let (change, _) = one(&spec, &Ticket::default(), "queue", &[("Billing", 0.9)]);
    assert_eq!(change.custom_fields["cf_vip"], Value::Bool(true));
    assert!(
        one(&spec, &Ticket::default(), "queue", &[("Billing", 0.1)])
            .0
            .is_empty()
    );
    let marked = Ticket {
        custom_fields: BTreeMap::from([("cf_vip".into(), Value::Bool(true))]),
        ..Ticket::default()
    };
    assert!(is_marked(spec.mark.as_ref(), &marked) && !is_marked(spec.mark.as_ref(), &Ticket::default()));
}

#[test]
fn the_value_for_the_unsure_is_written_and_said() {
    let mut spec = spec(&["queue"]);
    spec.fields.get_mut("queue").unwrap().otherwise = Otherwise::Value("Hardware".into());
    let (change, shown) = one(&spec, &Ticket::default(), "queue", &[("Billing", 0.1)]);
    assert_eq!(
        (change.queue.as_deref(), shown.as_str()),
        (Some("Hardware"), "Hardware (set for the unsure)")
    );
}

#[test]
fn nothing_is_decided_on_a_text_to_be_left_not_even_the_value_for_the_unsure() {
    let mut spec = spec(&["queue", "tags", "type"]);
    spec.fields.get_mut("queue").unwrap().otherwise = Otherwise::Value("Hardware".into());
    spec.fields.get_mut("tags").unwrap().otherwise = Otherwise::Value("unsure".into());
    let mut said = labels("queue", &[("Billing", 0.99)]);
    said.labels.extend(labels("type", &[("Incident", 0.99)]).labels);
    said.leave(&["queue".to_owned(), "tags".to_owned()], "it is unlike every text");
    let decision = decide(&spec, &catalog(), &Ticket::default(), &said);
    let only_the_other_classifiers = Change {
        kind: Some("Incident".into()),
        ..Change::default()
    };
    assert_eq!(decision.change, only_the_other_classifiers);
    for field in ["queue", "tags"] {
        assert_eq!(decision.fields[field].to_string(), "left: it is unlike every text");
    }
}

#[test]
fn a_ticket_left_for_one_reason_says_that_one() {
    let spec = spec(&["queue", "type"]);
    let mut said = Said::default();
    said.leave(spec.fields.keys(), "it is unlike every text");
    let decision = decide(&spec, &catalog(), &Ticket::default(), &said);
    assert_eq!(decision.why_left(), "it is unlike every text");
    let unsure = decide(
        &spec,
        &catalog(),
        &Ticket::default(),
        &labels("type", &[("Incident", 0.1)]),
    );
    assert!(unsure.why_left().contains("no field was sure enough"));
}

/// Labels of one field with the precision that was measured for each.
fn measured(field: &str, got: &[(&str, Option<f32>)]) -> Said {
    let labels = got.iter().map(|(name, precision)| Label {
        precision: *precision,
        ..Label::new(*name, 0.5)
    });
    Said::of(BTreeMap::from([(field.to_owned(), labels.collect())]))
}

#[test]
fn a_wanted_precision_is_asked_of_the_label_and_not_of_its_confidence() {
    let mut spec = spec(&["queue", "tags"]);
    for rule in spec.fields.values_mut() {
        rule.threshold = Threshold::Precision(0.95);
        rule.otherwise = Otherwise::Value("Hardware".into());
    }
    let decided = |said: &Said| decide(&spec, &catalog(), &Ticket::default(), said);
    let sure = decided(&measured("queue", &[("Billing", Some(0.95))]));
    assert_eq!(sure.change.queue.as_deref(), Some("Billing"));
    let unsure = decided(&measured("queue", &[("Billing", Some(0.949))]));
    assert_eq!(unsure.change.queue.as_deref(), Some("Hardware"), "set for the unsure");

    let unknown = decided(&measured("queue", &[("Billing", None)]));
    assert_eq!(unknown.change.queue, None, "of an unknown precision nothing follows");
    assert_eq!(
        unknown.fields["queue"].to_string(),
        "left: the model does not know how often `Billing` is right"
    );

    let tags = decided(&measured("tags", &[("a", Some(0.99)), ("b", Some(0.9)), ("c", None)]));
    assert_eq!(tags.change.add_tags, ["a"]);
    let unsure = decided(&measured("tags", &[("a", Some(0.9))]));
    assert_eq!(unsure.change.add_tags, ["Hardware"]);
    let unknown = decided(&measured("tags", &[("a", None)]));
    assert!(unknown.change.add_tags.is_empty());
    assert!(
        unknown.fields["tags"]
            .to_string()
            .contains("does not know how often `a`")
    );
}

#[test]
fn where_the_helpdesk_lists_no_names_a_label_stands_for_itself() {
    let open = Catalog {
        unlisted: vec!["queue".into(), "custom_fields".into()],
        ..catalog()
    };
    let decided = |field: &str, label: &str| {
        decide(
            &spec(&[field]),
            &open,
            &Ticket::default(),
            &labels(field, &[(label, 0.99)]),
        )
        .change
    };
    assert_eq!(decided("queue", "Sales").queue.as_deref(), Some("Sales"));
    assert_eq!(
        decided("queue", "billing").queue.as_deref(),
        Some("Billing"),
        "what is known is spelt as it is known"
    );
    assert_eq!(decided("custom_fields.new", "x").custom_fields["new"], "x");
    assert!(decided("type", "Nonsense").is_empty(), "types are listed");
}

#[test]
fn the_queue_where_mail_arrives_counts_as_unset() {
    let catalog = Catalog {
        unset: BTreeMap::from([("queue".into(), vec!["Raw".into()])]),
        ..catalog()
    };
    let lies_in = |queue: &str| {
        let ticket = Ticket {
            queue: Some(queue.into()),
            ..Ticket::default()
        };
        decide(
            &spec(&["queue"]),
            &catalog,
            &ticket,
            &labels("queue", &[("Billing", 0.99)]),
        )
        .change
    };
    assert_eq!(lies_in("Raw").queue.as_deref(), Some("Billing"));
    assert!(lies_in("Hardware").is_empty());
}
