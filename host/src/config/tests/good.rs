use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::super::{FieldRule, FindFilter, Mark, Otherwise, Overwrite, Pipeline, Threshold, load_with};
use super::{CANARY, env, good};

/// The order's own snippet.
const ORDER: &str = "\
ticket_systems:
  freshdesk:
    use: otai_freshdesk:FreshdeskTicketsystemService
    params:
      domain: yourcompany
      api_key: ${FRESHDESK_API_KEY}
";

/// The full shape of the architecture.
const FULL: &str = r#"
plugins_dir: plugins
plugins: [otai_freshdesk, otai_local_ai]
state: state/otai.db
ticket_systems:
  freshdesk: { use: "otai_freshdesk:FreshdeskTicketsystemService", params: { domain: acme, port: 8080, on: true } }
classifiers:
  local:
    use: otai_local_ai:TrainedClassificationService
    params: { model: models/support }
pipelines:
  triage:
    ticket_system: freshdesk
    every: 1m30s
    find: { status: [Open], queue: [Incoming, null], since: 7d }
    text: "{{ ticket.subject }}"
    classify:
      queue:    { classifier: local, min_confidence: 0.85, otherwise: leave }
      priority: { classifier: local, min_confidence: 1, otherwise: Low }
      type:
      tags:     { classifier: local, add: true }
      custom_fields.cf_product: { classifier: local, labels: { "label of the model": "choice of the helpdesk" } }
      custom_fields: { cf_region: {} }
    overwrite: if_unchanged
    mark: { custom_field: cf_ai_triaged }
    note: "AI: {{ queue.label }} ({{ queue.confidence }})"
    dry_run: true
"#;

#[test]
fn the_orders_snippet_is_a_whole_config() {
    let config = good(ORDER).config;
    assert_eq!(config.file, Path::new("/etc/otai/config.yml"));
    assert_eq!(config.dir, Path::new("/etc/otai"));
    assert_eq!(config.plugins, ["otai_freshdesk", "otai_local_ai"]);
    assert_eq!(config.plugins_dir, None);
    assert_eq!(config.state.as_str(), "state/otai.db");
    assert_eq!(config.state.file(&config.dir), Path::new("/etc/otai/state/otai.db"));
    let service = &config.ticket_systems["freshdesk"];
    assert_eq!(
        (&*service.plugin, &*service.injectable),
        ("otai_freshdesk", "FreshdeskTicketsystemService")
    );
    assert_eq!(service.params, json!({ "domain": "yourcompany", "api_key": CANARY }));
    let classifier = &config.classifiers["default"];
    assert_eq!(
        (&*classifier.plugin, &*classifier.injectable),
        ("otai_local_ai", "TrainedClassificationService")
    );
    assert_eq!(classifier.params, json!({ "model": "/etc/otai/models/default" }));
    let fields = ["queue", "priority", "type", "tags"].map(|field| {
        let (classifiers, labels) = (vec!["default".to_owned()], BTreeMap::new());
        let add = field == "tags";
        (
            field.to_owned(),
            FieldRule {
                classifiers,
                threshold: Threshold::Confidence(0.8),
                otherwise: Otherwise::Leave,
                add,
                labels,
            },
        )
    });
    let pipeline = Pipeline {
        ticket_system: "freshdesk".to_owned(),
        every: Duration::from_secs(60),
        find: FindFilter {
            status: None,
            queue: None,
            since: Duration::from_secs(30 * 24 * 3600),
        },
        text: "{{ ticket.subject }}\n{{ ticket.body }}".to_owned(),
        fields: BTreeMap::from(fields),
        overwrite: Overwrite::IfUnset,
        mark: None,
        note: None,
        dry_run: false,
    };
    assert_eq!(config.pipelines, BTreeMap::from([("freshdesk".to_owned(), pipeline)]));
}

#[test]
fn every_key_arrives() {
    let loaded = good(FULL);
    assert_eq!(loaded.warnings, []);
    let config = loaded.config;
    assert_eq!(config.plugins_dir, Some(PathBuf::from("/etc/otai/plugins")));
    assert_eq!(
        config.ticket_systems["freshdesk"].params,
        json!({ "domain": "acme", "port": 8080, "on": true })
    );
    assert_eq!(config.classifiers["local"].params, json!({ "model": "models/support" }));
    let pipeline = &config.pipelines["triage"];
    assert_eq!(pipeline.every, Duration::from_secs(90));
    assert_eq!(pipeline.find.status, Some(vec!["Open".to_owned()]));
    assert_eq!(pipeline.find.queue, Some(vec![Some("Incoming".to_owned()), None]));
    assert_eq!(pipeline.find.since, Duration::from_secs(7 * 86_400));
    assert_eq!(pipeline.text, "{{ ticket.subject }}");
    assert_eq!(pipeline.overwrite, Overwrite::IfUnchanged);
    assert_eq!(pipeline.mark, Some(Mark::CustomField("cf_ai_triaged".to_owned())));
    assert_eq!(
        pipeline.note.as_deref(),
        Some("AI: {{ queue.label }} ({{ queue.confidence }})")
    );
    assert!(pipeline.dry_run);
    let names: Vec<_> = pipeline.fields.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "custom_fields.cf_product",
            "custom_fields.cf_region",
            "priority",
            "queue",
            "tags",
            "type"
        ]
    );
    assert!(pipeline.fields.values().all(|rule| rule.classifiers == ["local"]));
    assert!(
        pipeline
            .fields
            .iter()
            .all(|(field, rule)| rule.add == (field == "tags"))
    );
    assert_eq!(pipeline.fields["queue"].threshold, Threshold::Confidence(0.85));
    assert_eq!(pipeline.fields["queue"].otherwise, Otherwise::Leave);
    assert_eq!(pipeline.fields["priority"].threshold, Threshold::Confidence(1.0));
    assert_eq!(
        pipeline.fields["priority"].otherwise,
        Otherwise::Value("Low".to_owned())
    );
    assert_eq!(pipeline.fields["type"].threshold, Threshold::Confidence(0.8));
    let labels = &pipeline.fields["custom_fields.cf_product"].labels;
    assert_eq!(labels["label of the model"], "choice of the helpdesk");
}

#[test]
fn other_ways_to_write_it() {
    let one = "ticket_systems: { fd: { use: a:B } }\n";
    for (text, check) in [
        (
            "overwrite: always",
            (|p| p.overwrite == Overwrite::Always) as fn(&Pipeline) -> bool,
        ),
        ("overwrite: if_unset", |p| p.overwrite == Overwrite::IfUnset),
        ("mark: { tag: ai }", |p| p.mark == Some(Mark::Tag("ai".to_owned()))),
        ("mark: null\n    note: ~", |p| p.mark.is_none() && p.note.is_none()),
        ("ticket_system: fd", |p| p.ticket_system == "fd" && p.fields.len() == 4),
        ("find:", |p| p.find == FindFilter::default()),
        ("classify: { queue: }", |p| {
            p.fields.len() == 1 && p.fields["queue"].classifiers == ["default"]
        }),
        ("classify: { queue: { min_precision: 0.95 } }", |p| {
            p.fields["queue"].threshold == Threshold::Precision(0.95)
        }),
        ("every: 24h", |p| p.every == Duration::from_secs(86_400)),
    ] {
        let config = good(&format!("{one}pipelines:\n  p:\n    {text}\n")).config;
        assert!(check(&config.pipelines["p"]), "{text}: {:?}", config.pipelines);
    }
    for (line, plugins) in [
        ("plugins: [otai_local_ai, x, a]", &["otai_local_ai", "x", "a"] as &[_]),
        ("x-anchors: { a: 1 }", &["a", "otai_local_ai"]),
        ("classifiers: { c: { use: a:C } }", &["a"]),
    ] {
        assert_eq!(good(&format!("{one}{line}\n")).config.plugins, plugins, "{line}");
    }
}

#[test]
fn the_only_classifier_or_the_one_called_default_is_meant() {
    let system = "ticket_systems: { fd: { use: a:B } }\n";
    let only = good(&format!("{system}classifiers: {{ mine: {{ use: a:C }} }}\n")).config;
    assert_eq!(only.pipelines["fd"].fields["type"].classifiers, ["mine"]);
    assert_eq!(only.classifiers.len(), 1);
    let several = format!("{system}classifiers: {{ mine: {{ use: a:C }}, default: {{ use: a:C }} }}\n");
    let loaded = good(&several);
    assert_eq!(loaded.config.pipelines["fd"].fields["type"].classifiers, ["default"]);
    let warnings: Vec<_> = loaded.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["/etc/otai/config.yml:2:16: warning: no pipeline uses classifier `mine`"]
    );
}

#[test]
fn two_pipelines_may_share_a_field_if_one_only_tries() {
    let text = "ticket_systems: { fd: { use: a:B } }\npipelines: { a: , b: { dry_run: true } }\n";
    assert_eq!(good(text).config.pipelines.len(), 2);
}

#[test]
fn aliases_and_merges_chain() {
    let text = "\
ticket_systems: { fd: { use: a:B } }
x-rule: &rule { min_confidence: 0.5, otherwise: Low }
x-strict: &strict
  <<: *rule
  min_confidence: 0.9
pipelines:
  p:
    classify:
      queue: *rule
      type: { <<: [*strict, *rule], otherwise: High }
";
    let fields = &good(text).config.pipelines["p"].fields;
    assert_eq!(
        (fields["queue"].threshold, fields["type"].threshold),
        (Threshold::Confidence(0.5), Threshold::Confidence(0.9))
    );
    assert_eq!(fields["type"].otherwise, Otherwise::Value("High".to_owned()));
}

#[test]
fn secrets_come_from_files_and_are_shown_nowhere() {
    let dir = tempfile::tempdir().expect("folder");
    let file = dir.path().join("config.yml");
    std::fs::write(dir.path().join("key"), format!("{CANARY}\n")).expect("write");
    let text = format!(
        "ticket_systems:\n  fd:\n    use: a:B\n    params:\n      file: file:key\n      env: 'x${{FRESHDESK_API_KEY}}y'\n      \
         list: [{{ deep: '${{FRESHDESK_API_KEY}}' }}]\n      plain: {CANARY}\n      other: '$${{X}} ${{X:-d}}'\n"
    );
    std::fs::write(&file, &text).expect("write");
    let loaded = load_with(&file, &env).expect("good");
    let expected = json!({
        "file": CANARY, "env": format!("x{CANARY}y"), "list": [{ "deep": CANARY }], "plain": CANARY, "other": "${X} d",
    });
    assert_eq!(loaded.config.ticket_systems["fd"].params, expected);
    let debug = format!("{loaded:?}{loaded:#?}{:?}", loaded.config.clone());
    assert!(!debug.contains(CANARY) && debug.contains("(values hidden)"), "{debug}");
    // And no problem with these params says what they are.
    for spoil in [
        "      bad: ${NOPE}",
        "      bad: !t x",
        "      file: twice",
        "oops: 1",
        "      - list",
    ] {
        let text = format!("{text}{spoil}\n");
        std::fs::write(&file, &text).expect("write");
        let problems = load_with(&file, &env).expect_err(spoil);
        assert!(!format!("{problems}{problems:?}").contains(CANARY), "{problems}");
    }
}

#[test]
fn windows_line_ends_and_marks_do_no_harm() {
    let text = format!("\u{feff}{}", ORDER.replace('\n', "\r\n"));
    assert_eq!(
        good(&text).config.ticket_systems["freshdesk"].params["domain"],
        "yourcompany"
    );
}

#[test]
fn later_problems_find_their_place() {
    let loaded = good(FULL);
    let at = |path: &[&str]| {
        let problem = loaded.problem(path, "m", None);
        (problem.line, problem.column)
    };
    assert_eq!(at(&["pipelines", "triage", "text"]), (16, 11));
    assert_eq!(at(&["pipelines", "triage", "find", "queue", "0"]), (15, 37));
    assert_eq!(at(&["pipelines", "triage", "find", "nope"]), (15, 5));
    assert_eq!(
        at(&["pipelines", "triage", "classify", "custom_fields.cf_product", "labels"]),
        (22, 54)
    );
    assert_eq!(
        at(&["pipelines", "triage", "classify", "custom_fields.cf_region"]),
        (23, 24)
    );
    assert_eq!(
        at(&["pipelines", "triage", "classify", "custom_fields", "cf_product"]),
        (22, 7)
    );
    assert_eq!(at(&["nothing"]), (2, 1));
    let order = good(ORDER);
    let problem = order.problem(
        &["pipelines", "freshdesk", "classify", "queue"],
        "m",
        Some("h".to_owned()),
    );
    assert_eq!(problem.to_string(), "/etc/otai/config.yml:2:3: m\n    h");
}

#[test]
fn several_classifiers_share_a_field_by_language() {
    let head = "ticket_systems: { fd: { use: a:B } }\nclassifiers:\n  all: { use: a:C }\n  one: { use: a:C, languages: [de, nb] }\n  \
                two: { use: a:C, languages: [de] }\npipelines:\n  p:\n    classify:\n";
    let read = |rules: &str| {
        let loaded = good(&format!("{head}{rules}"));
        let warnings: Vec<_> = loaded
            .warnings
            .iter()
            .filter(|w| !w.message.contains("no pipeline uses"))
            .map(|w| (w.line, w.column, w.message.clone()))
            .collect();
        (loaded.config, warnings)
    };
    let (config, warnings) = read("      queue: { classifier: [two, one, all] }\n");
    assert_eq!(config.pipelines["p"].fields["queue"].classifiers, ["two", "one", "all"]);
    let codes: Vec<_> = config.classifiers["one"].languages.iter().map(|l| l.code()).collect();
    assert_eq!(codes, ["de", "no"]);
    assert!(config.classifiers["all"].languages.is_empty());
    assert_eq!(warnings, []);

    let (_, warnings) = read("      queue: { classifier: [one, two, all] }\n");
    let never = "classifier `two` is never asked: what it reads is read by `one` before it";
    assert_eq!(warnings, [(9, 34, never.to_owned())]);
    let (_, warnings) = read("      queue: { classifier: [all, one] }\n      type: { classifier: two }\n");
    let never = "classifier `one` is never asked: `all` reads every language";
    assert_eq!(warnings, [(9, 34, never.to_owned())]);
}
