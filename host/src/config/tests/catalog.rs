use std::collections::BTreeMap;

use otai_interface::model::{Catalog, CustomField, FieldCard, FieldKind, ModelCard, Status};

use crate::config::tests::good;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn catalog() -> Catalog {
    let custom = |name: &str, kind, choices: &[&str]| CustomField {
        name: format!("cf_{name}"),
        label: format!("Our {name}"),
        kind,
        choices: names(choices),
    };
    Catalog {
        queues: names(&["Incoming", "Billing", "Ops", "OPS"]),
        priorities: names(&["Low", "High"]),
        types: names(&["Question"]),
        statuses: ["Open", "Closed"]
            .map(|name| Status {
                name: name.to_owned(),
                ..Status::default()
            })
            .to_vec(),
        custom_fields: vec![
            custom("product", FieldKind::Choice, &["Pump", "Valve"]),
            custom("urgent", FieldKind::Checkbox, &[]),
            custom("count", FieldKind::Integer, &[]),
            custom("due", FieldKind::Date, &[]),
            custom("note", FieldKind::Text, &[]),
            custom("odd", FieldKind::Other, &[]),
        ],
        ..Catalog::default()
    }
}

/// Checks pipeline `p` with these lines from line 4 on; the models know the labels given for each field.
fn check(pipeline: &str, fields: &[(&str, &[&str])]) -> Vec<String> {
    check_with(&catalog(), pipeline, fields)
}

fn check_with(catalog: &Catalog, pipeline: &str, fields: &[(&str, &[&str])]) -> Vec<String> {
    let text = format!("ticket_systems: {{ fd: {{ use: a:B }} }}\npipelines:\n  p:\n{pipeline}\n");
    let card = |labels: &[&str]| FieldCard {
        labels: labels.iter().map(|label| ((*label).to_owned(), 1)).collect(),
        ..FieldCard::default()
    };
    let fields: BTreeMap<_, _> = fields
        .iter()
        .map(|(field, labels)| ((*field).to_owned(), card(labels)))
        .collect();
    let models = match fields.is_empty() {
        true => BTreeMap::new(),
        false => BTreeMap::from([(
            "default".to_owned(),
            ModelCard {
                fields,
                ..ModelCard::default()
            },
        )]),
    };
    let problems = good(&text).check_catalog("p", catalog, &models);
    problems
        .iter()
        .map(|problem| problem.to_string().replace("/etc/otai/config.yml:", ""))
        .collect()
}

#[test]
fn what_the_helpdesk_has_is_good() {
    let pipeline = "    find: { status: [Open], queue: [Billing, null] }
    classify:
      queue: { otherwise: Incoming, labels: { bill: Billing } }
      priority: { otherwise: low }
      tags: { otherwise: whatever, labels: { a: b } }
      custom_fields.cf_product: { otherwise: Pump }
      custom_fields: { cf_urgent: { otherwise: 'true' }, cf_count: { otherwise: '5' }, cf_due: { otherwise: '2026-12-31' } }
    mark: { custom_field: cf_note }";
    let models: &[(&str, &[&str])] = &[
        ("queue", &["bill", "BILLING", "Ops"]),
        ("priority", &["high"]),
        ("tags", &["a", "anything"]),
        ("custom_fields.cf_product", &["valve"]),
        ("custom_fields.cf_urgent", &["True"]),
        ("custom_fields.cf_count", &["7"]),
        ("custom_fields.cf_due", &["2026-01-01"]),
        ("unused", &["x"]),
    ];
    assert_eq!(check(pipeline, models), [""; 0]);
    assert_eq!(check(pipeline, &[]), [""; 0]);
    assert_eq!(check("    mark: { tag: new }", &[]), [""; 0]);
}

#[test]
fn what_it_does_not_have_is_found() {
    for (line, place, message, help) in [
        (
            "find: { status: [Open, Opne] }",
            "4:28:",
            "no status `Opne`",
            "did you mean `Open`?",
        ),
        (
            "find: { queue: [null, bilIing] }",
            "4:27:",
            "no queue `bilIing`",
            "did you mean `Billing`?",
        ),
        (
            "find: { queue: [Zoo] }",
            "4:21:",
            "no queue `Zoo`",
            "queues of the helpdesk: `Incoming`, `Billing`, `Ops` and `OPS`",
        ),
        (
            "classify: { queue: { otherwise: Biling } }",
            "4:37:",
            "no queue `Biling`",
            "did you mean `Billing`?",
        ),
        (
            "classify: { queue: { otherwise: ops } }",
            "4:37:",
            "no queue `ops`",
            "did you mean `Ops`?",
        ),
        (
            "classify: { queue: { labels: { a: Biling } } }",
            "4:39:",
            "no queue `Biling`",
            "did you mean",
        ),
        (
            "classify: { priority: { otherwise: Urgent } }",
            "4:40:",
            "no priority `Urgent`",
            "values of priority of the helpdesk: `Low` and `High`",
        ),
        (
            "classify: { type: { otherwise: Q } }",
            "4:36:",
            "no type `Q`",
            "`Question`",
        ),
        (
            "classify: { custom_fields.cf_prodct: }",
            "4:17:",
            "no custom field `cf_prodct`",
            "did you mean `cf_product`?",
        ),
        (
            "classify: { custom_fields: { our product: } }",
            "4:34:",
            "no custom field `our product`",
            "`cf_product`? agents see it as `Our product`",
        ),
        (
            "classify: { custom_fields.cf_product: { otherwise: Pomp } }",
            "4:56:",
            "`Pomp`",
            "did you mean `Pump`?",
        ),
        (
            "classify: { custom_fields.cf_urgent: { otherwise: 'maybe' } }",
            "4:55:",
            "`maybe`",
            "`true` and `false`",
        ),
        (
            "classify: { custom_fields.cf_count: { otherwise: many } }",
            "4:54:",
            "holds a whole number; found `many`",
            "",
        ),
        (
            "classify: { custom_fields.cf_due: { otherwise: soon } }",
            "4:52:",
            "holds a date",
            "",
        ),
        (
            "classify: { custom_fields.cf_odd: }",
            "4:17:",
            "of a kind that otai cannot write",
            "",
        ),
        (
            "mark: { custom_field: cf_nte }",
            "4:27:",
            "no custom field `cf_nte`",
            "did you mean `cf_note`?",
        ),
        (
            "mark: { custom_field: cf_product }",
            "4:27:",
            "can hold no mark",
            "fields that can: `cf_urgent` and `cf_note`",
        ),
    ] {
        let problems = check(&format!("    {line}"), &[]);
        assert_eq!(problems.len(), 1, "{line}: {problems:?}");
        assert!(problems[0].starts_with(&format!("{place} ")), "{line}: {problems:?}");
        assert!(
            problems[0].contains(message) && problems[0].contains(help),
            "{line}: {problems:?}"
        );
    }
}

#[test]
fn labels_without_a_value_are_warned_of() {
    let classify = "    classify: { queue: { labels: { bill: Billing, bil: Ops } } }";
    let expected = [
        "4:17: warning: labels of `queue` that the helpdesk has no value for: `Sales` and `ops`\n    \
         they are left to a human; say what they mean in the helpdesk: `labels: { \"Sales\": \"...\" }`",
        "4:56: warning: the model has no label `bil` for `queue`\n    did you mean `bill`?",
    ];
    assert_eq!(
        check(classify, &[("queue", &["bill", "Sales", "ops", "Incoming"])]),
        expected
    );
}

#[test]
fn a_field_that_was_not_taught_is_warned_of_only_if_it_is_asked_for() {
    let warnings = check("    classify: { queue: , type: }", &[("queue", &["Incoming"])]);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].starts_with("4:26: warning: classifier `default` was not taught `type`"),
        "{warnings:?}"
    );
    assert_eq!(check("    every: 1m", &[("queue", &["Incoming"])]), [""; 0]);
}

#[test]
fn a_pipeline_that_does_not_exist_has_no_problems() {
    assert_eq!(
        good("ticket_systems: { fd: { use: a:B } }").check_catalog("nope", &catalog(), &BTreeMap::new()),
        []
    );
}

#[test]
fn where_the_helpdesk_lists_nothing_an_unknown_name_is_only_a_warning() {
    let catalog = Catalog {
        unlisted: names(&["queue", "status", "custom_fields"]),
        ..catalog()
    };
    let pipeline = "    find: { status: [New], queue: [Biling] }
    classify: { queue: { otherwise: Sales }, priority: { otherwise: Lo }, custom_fields.cf_new: {} }";
    let models: &[(&str, &[&str])] = &[
        ("queue", &["Support"]),
        ("priority", &["high"]),
        ("custom_fields.cf_new", &["x"]),
    ];
    let found = check_with(&catalog, pipeline, models);
    let (warnings, wrong): (Vec<_>, Vec<_>) = found.iter().partition(|p| p.contains("only writing it will show"));
    assert_eq!(warnings.len(), 4, "{found:#?}");
    assert!(warnings.iter().all(|w| w.contains("warning")), "{warnings:#?}");
    assert!(
        warnings.iter().any(|w| w.contains("did you mean `Billing`")),
        "{warnings:#?}"
    );
    assert!(wrong.len() == 1 && wrong[0].contains("no priority `Lo`"), "{wrong:#?}");
}
