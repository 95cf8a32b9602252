use otai_interface::model::CustomField;

use super::*;
use crate::config::FindFilter;

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
        default_priority: Some("Low".into()),
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

fn labels(field: &str, got: &[(&str, f32)]) -> BTreeMap<String, Vec<Label>> {
    let labels = got.iter().map(|(name, confidence)| Label::new(*name, *confidence));
    BTreeMap::from([(field.to_owned(), labels.collect())])
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
    got.extend(labels("custom_fields.cf_seats", &[("12", 0.9)]));
    got.extend(labels("custom_fields.cf_lane", &[("first LINE", 0.9)]));
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
