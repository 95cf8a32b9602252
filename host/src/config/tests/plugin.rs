use otai_interface::model::{Injectable, InjectableKind, PluginDescription};
use serde_json::{Value, json};

use crate::config::tests::{CANARY, good};

fn plugin(kind: InjectableKind, params: Value) -> PluginDescription {
    let injectable = |name: &str, kind| Injectable {
        name: name.to_owned(),
        kind,
        params: params.clone(),
        cpu_bound: false,
    };
    let injectables = vec![
        injectable("FreshdeskTicketsystemService", kind),
        injectable("OtherClassifier", InjectableKind::Classifier),
        injectable("FromTheFuture", InjectableKind::Unknown),
    ];
    PluginDescription {
        name: "otai_freshdesk".to_owned(),
        version: "1".to_owned(),
        injectables,
    }
}

fn schema() -> Value {
    json!({
        "type": "object",
        "required": ["domain", "api_key", "bare"],
        "properties": {
            "domain": { "type": "string", "description": "What stands before `.freshdesk.com`\nand more." },
            "api_key": { "type": "string" },
            "bare": { "type": "string" },
            "port": { "type": ["integer", "null"] },
            "share": { "type": "number" },
            "mode": { "$ref": "#/$defs/Mode" },
            "level": { "enum": ["low", "high"] },
            "limits": { "anyOf": [{ "$ref": "#/$defs/Limits" }, { "type": "null" }] },
            "hosts": { "type": "array", "items": { "type": "string" } },
            "extra": { "type": "object", "additionalProperties": { "type": "string" } },
            "anything": true,
            "ca": { "type": ["string", "null"], "format": "path" },
            "cas": { "type": "array", "items": { "type": "string", "format": "path" } },
        },
        "$defs": {
            "Mode": { "oneOf": [{ "const": "read", "type": "string" }, { "type": "string", "enum": ["write", "both"] }] },
            "Limits": {
                "type": "object",
                "properties": { "minute": { "type": "integer" }, "key": { "type": "string", "format": "path" } },
                "required": ["minute"],
            },
        },
    })
}

fn check(params: &str) -> Vec<String> {
    let head = "ticket_systems:\n  fd:\n    use: otai_freshdesk:FreshdeskTicketsystemService\n    params:\n";
    let loaded = good(&format!("{head}{params}"));
    let problems = loaded.check_plugin("ticket_systems", "fd", &plugin(InjectableKind::TicketSystem, schema()));
    problems
        .iter()
        .map(|problem| problem.to_string().replace("/etc/otai/config.yml:", ""))
        .collect()
}

const NEEDED: &str = "      { domain: d, api_key: k, bare: b, ";

#[test]
fn good_params_are_good() {
    for params in [
        "}",
        "port: 5 }",
        "port: null }",
        "port: 5.0 }",
        "share: 1 }",
        "mode: read }",
        "mode: both }",
        "level: low }",
        "limits: null }",
        "limits: { minute: 5 } }",
        "hosts: [a, b] }",
        "extra: { whatever: x } }",
        "anything: [1] }",
    ] {
        assert_eq!(check(&format!("{NEEDED}{params}\n")), [""; 0], "{params}");
    }
}

#[test]
fn bad_params_are_found_where_they_are() {
    for (params, place, message, help) in [
        ("prot: 5 }", "5:41:", "unknown param `prot`", "did you mean `port`?"),
        (
            "zzzzzzz: 5 }",
            "5:41:",
            "unknown param `zzzzzzz`",
            "params: `anything`, `api_key`",
        ),
        (
            "port: x }",
            "5:47:",
            "`port` should be a whole number or nothing; found a text",
            "without quotes",
        ),
        (
            "port: 1.5 }",
            "5:47:",
            "`port` should be a whole number or nothing; found a number",
            "",
        ),
        (
            "share: x }",
            "5:48:",
            "`share` should be a number; found a text",
            "always a text",
        ),
        (
            "mode: reed }",
            "5:47:",
            "`mode` should be `read` or `write` or `both`",
            "did you mean `read`?",
        ),
        ("level: 5 }", "5:48:", "`level` should be `low` or `high`", ""),
        (
            "limits: 5 }",
            "5:49:",
            "`limits` should be a mapping or nothing; found a number",
            "",
        ),
        (
            "limits: {} }",
            "5:41:",
            "param `minute` is missing",
            "add `minute: ...`",
        ),
        (
            "limits: { minute: m } }",
            "5:59:",
            "`minute` should be a whole number; found a text",
            "",
        ),
        (
            "limits: { minute: 1, minutes: 2 } }",
            "5:62:",
            "unknown param `minutes`",
            "did you mean `minute`?",
        ),
        ("hosts: a }", "5:48:", "`hosts` should be a list; found a text", ""),
        (
            "hosts: [a, 5] }",
            "5:52:",
            "should be a text; found a number",
            "put the value into quotes",
        ),
        ("ca: true }", "5:45:", "`ca` should be a text or nothing", "quotes"),
    ] {
        let problems = check(&format!("{NEEDED}{params}\n"));
        assert_eq!(problems.len(), 1, "{params}: {problems:?}");
        assert!(problems[0].starts_with(&format!("{place} ")), "{params}: {problems:?}");
        assert!(
            problems[0].contains(message) && problems[0].contains(help),
            "{params}: {problems:?}"
        );
    }
}

#[test]
fn missing_params_come_with_what_they_are() {
    let expected = [
        "4:5: param `domain` is missing\n    add `domain: ...`: What stands before `.freshdesk.com`",
        "4:5: param `bare` is missing\n    add `bare: ...`",
    ];
    assert_eq!(check("      api_key: k\n"), expected);
}

#[test]
fn no_value_is_shown() {
    let params = format!(
        "      {{ domain: [{CANARY}], api_key: 5, mode: {CANARY}, level: {CANARY}, port: '${{FRESHDESK_API_KEY}}' }}\n"
    );
    let problems = check(&params);
    assert_eq!(problems.len(), 6, "{problems:?}");
    assert!(!problems.concat().contains(CANARY), "{problems:?}");
}

#[test]
fn unreadable_schemas_let_everything_through() {
    let loaded =
        good("ticket_systems: { fd: { use: otai_freshdesk:FreshdeskTicketsystemService, params: { x: { y: 1 } } } }\n");
    for schema in [
        Value::Null,
        json!(true),
        json!({}),
        json!({ "$ref": "#/$defs/nope" }),
        json!({ "$ref": "#" }),
        json!({ "anyOf": [{ "$ref": "#" }, { "$ref": "#" }] }),
        json!({ "properties": { "x": { "$ref": "#" } }, "additionalProperties": true }),
        json!({ "properties": 5, "required": "x", "type": 7 }),
    ] {
        let plugin = plugin(InjectableKind::TicketSystem, schema.clone());
        assert_eq!(loaded.check_plugin("ticket_systems", "fd", &plugin), [], "{schema}");
    }
}

#[test]
fn the_service_must_exist_and_be_of_the_kind() {
    let check = |injectable: &str, kind| {
        let loaded = good(&format!(
            "ticket_systems:\n  fd:\n    use: otai_freshdesk:{injectable}\n"
        ));
        let problems = loaded.check_plugin("ticket_systems", "fd", &plugin(kind, json!({})));
        problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .concat()
            .replace("/etc/otai/config.yml:", "")
    };
    let kind = InjectableKind::TicketSystem;
    assert_eq!(check("FreshdeskTicketsystemService", kind), "");
    let misspelt = check("FreshdeskTicketSytemService", kind);
    assert!(
        misspelt.starts_with("3:10: plugin `otai_freshdesk` has no service `FreshdeskTicketSytemService`"),
        "{misspelt}"
    );
    assert!(
        misspelt.contains("did you mean `FreshdeskTicketsystemService`?"),
        "{misspelt}"
    );
    let other = check("OtherClassifier", kind);
    assert!(
        other.starts_with("3:10: `OtherClassifier` is no ticket system"),
        "{other}"
    );
    assert!(
        other.contains("the ticket systems of the plugin: `FreshdeskTicketsystemService`"),
        "{other}"
    );
    assert!(check("OtherClassifier", InjectableKind::Classifier).contains("has no ticket system"));
    assert!(check("FromTheFuture", kind).contains("too old"));
    let classifier =
        good("ticket_systems: { f: { use: a:B } }\nclassifiers: { c: { use: otai_freshdesk:OtherClassifier } }\n");
    assert_eq!(
        classifier.check_plugin("classifiers", "c", &plugin(kind, json!({}))),
        []
    );
}

#[test]
fn params_that_are_paths_start_at_the_config() {
    let text = "ticket_systems:
  fd: { use: otai_freshdesk:FreshdeskTicketsystemService, params: { ca: certs/ca.pem, bare: certs/x, cas: [a, /b], limits: { key: ../k } } }
  other: { use: another:FreshdeskTicketsystemService, params: { ca: certs/ca.pem } }
";
    let mut loaded = good(text);
    for _ in 0..2 {
        loaded.resolve_paths(&plugin(InjectableKind::TicketSystem, schema()));
        let expected = json!({
            "ca": "/etc/otai/certs/ca.pem", "bare": "certs/x", "cas": ["/etc/otai/a", "/b"], "limits": { "key": "/etc/otai/../k" },
        });
        assert_eq!(loaded.config.ticket_systems["fd"].params, expected);
        assert_eq!(loaded.config.ticket_systems["other"].params["ca"], "certs/ca.pem");
    }
}
