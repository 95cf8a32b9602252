//! What a ticket costs the helpdesk: requests, counted by the helpdesk itself.

use std::{collections::BTreeMap, time::Duration};

use otai_sim::{DeskKind, Entry, Options};
use otai_tests::{Config, Desk, KEYWORDS, Place, rows};
use serde_json::{Value, json};

/// More than one page of either, and more than one batch of work.
const TICKETS: usize = 250;

fn desk(kind: DeskKind) -> Desk {
    Desk::start(Options {
        desk: kind,
        tickets: rows(TICKETS),
        history: 0.0,
        ..Options::default()
    })
}

/// Every ticket gets a queue, a type and a note.
fn place(desk: &Desk) -> Place {
    place_with(desk, "")
}

/// With rules for more fields.
fn place_with(desk: &Desk, rules: &str) -> Place {
    let keyword = format!("    use: otai_test_keyword:KeywordClassificationService\n    params:\n{KEYWORDS}");
    let pipeline = format!(
        "    ticket_system: desk\n    classify: {{ queue: {{ classifier: keyword }}, type: {{ classifier: keyword }}{rules} }}\n    \
         note: \"AI: {{{{ queue.label }}}}\"\n"
    );
    let config = Config::default()
        .any_system("desk", &desk.system())
        .classifier("keyword", &keyword)
        .pipeline("triage", &pipeline);
    Place::new(config)
}

fn requests(desk: &Desk, method: &str, path: &str) -> Vec<Entry> {
    let all = desk.journal(Some(method)).into_iter();
    all.filter(|entry| entry.path.contains(path)).collect()
}

/// Path → requests.
fn by_path(all: &[Entry]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for entry in all {
        *counts.entry(entry.path.as_str()).or_default() += 1;
    }
    counts
}

/// Each ticket has one note, as the template says, and no customer sees it.
#[track_caller]
fn noted_once(desk: &Desk) {
    for decision in desk.decisions() {
        let notes = decision["notes"].as_array().cloned().unwrap_or_default();
        assert_eq!(notes.len(), 1, "{decision}");
        assert_eq!(notes[0]["visible_to_customer"], false, "{decision}");
        let wanted = format!("AI: {}\n", decision["queue"].as_str().unwrap_or_default());
        let text = notes[0]["text"].as_str().unwrap_or_default();
        assert!(text.starts_with(&wanted), "{decision}");
    }
}

#[test]
fn zammad_is_asked_once_and_written_to_once_for_each_ticket_and_its_note() {
    let desk = desk(DeskKind::Zammad);
    let place = place(&desk);
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(summary["written"], TICKETS, "{summary}");
    let (puts, texts) = (
        requests(&desk, "PUT", "/tickets/"),
        requests(&desk, "GET", "/ticket_articles/"),
    );
    let searches = requests(&desk, "POST", "/tickets/search").len();
    let all = desk.journal(None).len();
    println!(
        "Zammad: {} puts, {} texts, {searches} searches, {all} requests",
        puts.len(),
        texts.len()
    );
    for (what, all) in [("put", &puts), ("text", &texts)] {
        let counts = by_path(all);
        assert_eq!(counts.len(), TICKETS, "{what}");
        assert!(counts.values().all(|n| *n == 1), "{what}: {counts:?}");
    }
    assert!(searches <= TICKETS.div_ceil(100) + 2, "{searches} searches");
    // The form, the account and the version besides.
    assert!(all <= 2 * TICKETS + searches + 10, "{all} requests");
    noted_once(&desk);

    desk.forget();
    assert_eq!(place.json(&["run", "--once", "--json"])["written"], 0);
    let asked: Vec<String> = desk.journal(None).into_iter().map(|entry| entry.path).collect();
    println!("Zammad, a second run: {} requests", asked.len());
    assert!(
        asked.iter().all(|path| !path.contains("/ticket_articles/")),
        "texts of tickets that are done: {asked:?}"
    );
    assert!(requests(&desk, "PUT", "").is_empty(), "{asked:?}");
    // Pages, not tickets. How many depends on how many tickets were written in one second: the pages of such a second are turned
    // forwards and back.
    assert!(asked.len() * 10 <= TICKETS, "{asked:?}");
    noted_once(&desk);
}

/// Zammad takes values and note, and then refuses the tag: the note is there, whoever tries again and however often.
#[test]
fn a_refused_tag_makes_no_second_note() {
    let desk = Desk::start(Options {
        desk: DeskKind::Zammad,
        tickets: rows(4),
        history: 0.0,
        ..Options::default()
    });
    let place = place_with(&desk, ", tags: { classifier: keyword, add: true }");
    let refused = json!([{ "match": { "path_suffix": "/tags/add" }, "kind": "status", "status": 422 }]);
    desk.faults(refused);
    let patience = Duration::from_secs(150);
    place.start(&["run", "--once"]).wait(patience).says(1, &["tag"]);
    noted_once(&desk);
    desk.heal();
    place.otai(&["tickets", "retry"]).says(0, &[]);
    place.start(&["run", "--once"]).wait(patience).says(0, &[]);
    noted_once(&desk);
    let tags = desk.decisions().into_iter().filter(|d| d["tags"] == json!(["refund"]));
    assert_eq!(tags.count(), 2, "{:?}", desk.decisions());
}

fn reads(desk: &Desk) -> usize {
    requests(desk, "POST", "/ticket-search").len() + requests(desk, "POST", "/ticket-get").len()
}

#[test]
fn znuny_reads_in_batches_and_writes_once_for_each_ticket_and_its_note() {
    let desk = desk(DeskKind::Znuny);
    let place = place(&desk);
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(summary["written"], TICKETS, "{summary}");
    let (read, updates) = (reads(&desk), requests(&desk, "PUT", "/ticket-update").len());
    println!("Znuny: {read} searches and gets, {updates} updates");
    assert!(read * 10 <= TICKETS, "{read} searches and gets");
    assert_eq!(updates, TICKETS + 1, "one more proves the right to write");
    noted_once(&desk);

    desk.forget();
    assert_eq!(place.json(&["run", "--once", "--json"])["written"], 0);
    println!("Znuny, a second run: {} searches and gets", reads(&desk));
    assert!(reads(&desk) * 10 <= TICKETS);
    assert_eq!(requests(&desk, "PUT", "/ticket-update").len(), 1);
}

/// What is known by its id alone, and what is in doubt, is read together, too.
#[test]
fn after_a_kill_znuny_is_read_in_batches_and_every_note_is_there_once() {
    let desk = desk(DeskKind::Znuny);
    let place = place(&desk);
    let slow = |ms: u64| json!([{ "match": { "method": "PUT" }, "kind": "delay_after", "ms": ms }]);
    desk.faults(slow(300));
    let running = place.start(&["run"]);
    desk.wait_until("some writes", 60, |desk| {
        requests(desk, "PUT", "/ticket-update").len() > 30
    });
    running.kill();
    desk.heal();
    desk.forget();
    let counts: Value = place.json(&["tickets", "--json"])[0]["counts"].clone();
    let waiting = |state: &str| counts[state].as_u64().unwrap_or_default();
    assert!(
        waiting("new") + waiting("leased") >= 50,
        "noted and not yet read: {counts}"
    );
    assert!(waiting("intended") > 0, "in doubt: {counts}");
    let clean = place.start(&["run", "--once", "--json"]).wait(Duration::from_secs(150));
    clean.says(0, &[]);
    println!("Znuny, after a kill with {counts}: {} searches and gets", reads(&desk));
    noted_once(&desk);
    // The note of one that is in doubt is looked for with a request of its own.
    let looks = waiting("intended") as usize;
    assert!(
        reads(&desk) <= TICKETS / 10 + looks,
        "{} searches and gets, {looks} in doubt",
        reads(&desk)
    );
}

/// The note goes with the values, so what is in doubt is both; answers are lost and late, and runs are killed on the way.
#[test]
fn after_kills_every_ticket_of_zammad_has_its_values_and_one_note() {
    let desk = desk(DeskKind::Zammad);
    let place = place(&desk);
    let put = json!({ "method": "PUT" });
    desk.faults(json!([
        { "match": put, "kind": "delay_after", "ms": 200 },
        { "match": put, "probability": 0.1, "kind": "reset_after" },
        { "match": put, "probability": 0.1, "kind": "late_apply", "ms": 2000 },
    ]));
    let puts = |desk: &Desk| requests(desk, "PUT", "/tickets/").len();
    for _ in 0..4 {
        let running = place.start(&["run"]);
        let before = puts(&desk);
        desk.wait_until("some writes", 60, |desk| puts(desk) >= before + 20);
        running.kill();
    }
    desk.heal();
    let counts = place.json(&["tickets", "--json"])[0]["counts"].clone();
    assert!(counts["intended"].as_u64() > Some(0), "in doubt: {counts}");
    let clean = place.start(&["run", "--once", "--json"]).wait(Duration::from_secs(150));
    clean.says(0, &[]);
    println!("Zammad, after four kills: {counts}, {} puts", puts(&desk));
    noted_once(&desk);
    let all = requests(&desk, "PUT", "/tickets/");
    let twice = by_path(&all).into_iter().filter(|(_, n)| *n > 1).map(|(path, _)| path);
    for path in twice.take(3) {
        let id = path.rsplit('/').next().expect("a ticket's path");
        let known = place.json(&["tickets", "explain", id]);
        let why = &known["outcome"]["fields"]["queue"];
        assert!(
            why.as_str().is_some_and(|why| why.contains('(')),
            "how sure it was: {known}"
        );
    }
    for decision in desk.decisions() {
        assert_ne!(decision["queue"], "Users", "{decision}");
        assert!(decision["type"].is_string(), "{decision}");
    }
}
