//! The key and what customers write appear in nothing that otai writes (P14).

use std::path::Path;

use otai_sim::Options;
use otai_tests::{Config, Desk, Ended, KEY, Place, rows};
use serde_json::json;

const TEXT: &str = "canarytext7719";

/// Every file below a folder.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push((
                path.display().to_string(),
                std::fs::read(&path).expect("a file can be read"),
            ));
        }
    }
    all
}

#[track_caller]
fn absent(place: &str, bytes: &[u8], canaries: &[&str]) {
    for canary in canaries {
        let found = bytes
            .windows(canary.len())
            .any(|w| w.eq_ignore_ascii_case(canary.as_bytes()));
        assert!(!found, "`{canary}` is in {place}");
    }
}

#[track_caller]
fn quiet(what: &str, ended: &Ended, code: i32) {
    assert_eq!(ended.code, Some(code), "{what}: {ended}");
    // `canary-key-8f3a1c:X` in base64, without its last letters, which depend on the password.
    let canaries = [KEY, TEXT, "Y2FuYXJ5LWtleS04ZjNhMW"];
    absent(&format!("stdout of {what}"), ended.stdout.as_bytes(), &canaries);
    absent(&format!("stderr of {what}"), ended.stderr.as_bytes(), &canaries);
}

#[test]
fn p14_neither_key_nor_text_appears_anywhere() {
    let mut tickets = rows(150);
    for ticket in &mut tickets {
        ticket.body += &format!(" {TEXT}");
    }
    let desk = Desk::start(Options {
        tickets,
        history: 0.8,
        ..Options::default()
    });
    let place = Place::new(Config::order(&desk));
    quiet("train", &place.otai(&["train", "--from", "freshdesk", "-vv"]), 0);
    quiet("check", &place.otai(&["check", "-vv"]), 0);
    quiet("dry run", &place.otai(&["run", "--dry-run", "-vv"]), 0);

    // Every kind of trouble has its sentence; a helpdesk that repeats our request in its answer is among it.
    let echo = json!({ "description": TEXT, "errors": [{ "field": "group_id", "message": format!("{TEXT} {KEY}"), "code": "x" }] });
    let path = |id: u64| json!({ "method": "PUT", "path": format!("/api/v2/tickets/{id}") });
    desk.faults(json!([
        { "match": path(121), "kind": "status", "status": 400, "body": echo },
        { "match": path(122), "kind": "status", "status": 403, "body": { "code": "access_denied", "message": TEXT } },
        { "match": path(123), "kind": "status", "status": 500, "body": TEXT, "times": 1 },
        { "match": path(124), "kind": "truncated", "times": 1 },
        { "match": path(125), "kind": "reset", "times": 1 },
    ]));
    let run = place
        .start(&["run", "--once", "-vv"])
        .wait(std::time::Duration::from_secs(150));
    assert!(desk.struck() > 0);
    quiet("run", &run, run.code.unwrap_or(-1));
    quiet("tickets", &place.otai(&["tickets"]), 0);
    for id in [121, 122, 130] {
        quiet("explain", &place.otai(&["tickets", "explain", &id.to_string()]), 0);
    }
    desk.heal();
    desk.faults(json!([{ "kind": "status", "status": 401, "body": { "message": format!("{KEY} is wrong") } }]));
    quiet("run with a refused key", &place.otai(&["run", "--once", "-vv"]), 1);
    quiet("check with a refused key", &place.otai(&["check", "--json"]), 1);

    for (file, bytes) in files(place.path()) {
        absent(&file, &bytes, &[KEY]);
        if file.contains("/state/") {
            absent(&file, &bytes, &[TEXT]);
        }
    }
    assert!(
        files(&place.path().join("state"))
            .iter()
            .any(|(_, bytes)| bytes.len() > 1000),
        "there is a state to look at"
    );
    assert!(
        !files(&place.path().join("models")).is_empty(),
        "there is a model to look at"
    );
}

#[test]
fn p14_a_key_in_a_broken_config_is_not_repeated() {
    let desk = Desk::open(rows(1));
    let good = Config::order(&desk).to_string().replace("${FRESHDESK_API_KEY}", KEY);
    let broken = [
        good.replace("api_key:", "api_kye:"),
        good.replace(&format!("api_key: {KEY}"), &format!("api_key: [{KEY}]")),
        good.replace(&format!("api_key: {KEY}"), &format!("api_key: {{ {KEY}: 1 }}")),
        good.replace(&format!("api_key: {KEY}"), &format!("api_key: \"{KEY}")),
        good.replace(&format!("api_key: {KEY}"), &format!("api_key: !{KEY} x")),
        good.replace("use: otai_freshdesk:", "use: otai_freshdsk:"),
    ];
    for config in broken {
        let ended = Place::new(config).otai(&["check", "--offline", "-vv"]);
        quiet("check of a broken config", &ended, 2);
    }
    quiet(
        "check of a good config",
        &Place::new(good).otai(&["check", "--offline", "-vv"]),
        2,
    );
}
