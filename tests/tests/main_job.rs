//! The job that otai is there for: tickets in, one write each, nothing twice, nothing over what a human chose.

use std::collections::BTreeSet;

use otai_sim::Options;
use otai_tests::{Config, Desk, Place, oracle, rows};
use serde_json::{Value, json};

fn keys(body: Option<&Value>) -> BTreeSet<String> {
    body.and_then(Value::as_object)
        .into_iter()
        .flat_map(|b| b.keys().cloned())
        .collect()
}

/// The tickets that were sent a PUT, with the keys of its body.
fn puts(desk: &Desk) -> Vec<(u64, BTreeSet<String>)> {
    let id = |path: &str| {
        path.rsplit('/')
            .next()
            .and_then(|id| id.parse().ok())
            .expect("a ticket's path")
    };
    desk.journal(Some("PUT"))
        .iter()
        .map(|put| (id(&put.path), keys(put.body.as_ref())))
        .collect()
}

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|k| (*k).to_owned()).collect()
}

#[test]
fn p01_every_open_ticket_is_decided_and_a_second_run_writes_nothing() {
    let desk = Desk::open(rows(60));
    let place = Place::new(Config::keyword(&desk, ""));
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(summary["tickets"], 60, "{summary}");
    assert_eq!(summary["written"], 60, "{summary}");
    let tally = oracle::check(&desk, &place, 60);
    assert_eq!((tally.written, tally.parked), (60, 0));
    assert_eq!(desk.puts().0.values().max(), Some(&1), "one request a ticket");
    assert_eq!(desk.score()["queue"]["accuracy"], 1.0, "{}", desk.score());
    let explained = place.json(&["tickets", "explain", "7"]);
    assert_eq!(explained["outcome"]["result"], "written", "{explained}");

    desk.forget();
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(
        (&summary["tickets"], &summary["written"]),
        (&json!(0), &json!(0)),
        "{summary}"
    );
    assert!(desk.writes().is_empty(), "{:?}", desk.writes());
}

#[test]
fn the_shortest_config_learns_from_the_desk_and_triages_it() {
    let desk = Desk::start(Options {
        tickets: rows(180),
        history: 5.0 / 6.0,
        ..Options::default()
    });
    let place = Place::new(Config::order(&desk));
    place.otai(&["run", "--once"]).says(2, &["otai train"]).is_for_people();
    assert!(desk.writes().is_empty(), "nothing is written without a model");

    let card = place.json(&["train", "--from", "freshdesk", "--json"]);
    assert_eq!(card["examples"], 150, "{card}");
    for field in ["queue", "priority", "type", "tags"] {
        assert!(card["fields"][field].is_object(), "{field} was not learnt: {card}");
    }
    let summary = place.json(&["run", "--once", "--json"]);
    let count = |key: &str| summary[key].as_u64().expect("a count");
    assert_eq!(count("tickets"), 30, "{summary}");
    assert_eq!(
        count("written") + count("left_to_human") + count("parked"),
        30,
        "{summary}"
    );
    let score = desk.score();
    for field in ["queue", "type"] {
        let share = |key: &str| score[field][key].as_f64().unwrap_or(0.0);
        assert!(share("accuracy") >= 0.9 && share("coverage") >= 0.5, "{field}: {score}");
    }
    assert_eq!(score["tickets"]["touched"], summary["written"]);
    desk.forget();
    place.json(&["run", "--once", "--json"]);
    assert!(desk.writes().is_empty(), "{:?}", desk.writes());
}

#[test]
fn a_dry_run_tells_and_touches_nothing() {
    let desk = Desk::open(rows(12));
    let place = Place::new(Config::keyword(&desk, ""));
    let ended = place.otai(&["run", "--dry-run"]);
    ended.says(0, &[]);
    for words in [
        "ticket 1 would be written",
        "queue: Billing (1.00)",
        "12 tickets",
        "12 would be written",
    ] {
        assert!(ended.stdout.contains(words), "`{words}`: {ended}");
    }
    assert!(desk.writes().is_empty(), "{:?}", desk.writes());
    assert!(!place.path().join("state").exists(), "a dry run left a state behind");
    assert_eq!(
        place.json(&["run", "--once", "--json"])["written"],
        12,
        "it must not have used the tickets up"
    );

    // With a state that a real run left: the same tickets are not shown again, and the state stays as it is.
    let late = desk.create(json!({ "subject": "the printer", "description": "is broken" }));
    let before = std::fs::read(place.path().join("state/otai.db")).expect("the state");
    let ended = place.otai(&["run", "--dry-run"]);
    ended.says(0, &[]);
    assert!(
        ended.stdout.contains(&format!("ticket {} would", late[0])) && ended.stdout.contains("1 tickets"),
        "{ended}"
    );
    assert_eq!(
        std::fs::read(place.path().join("state/otai.db")).expect("the state"),
        before
    );
}

#[test]
fn p05_a_put_carries_changed_keys_only_and_never_a_field_that_a_human_filled() {
    let desk = Desk::open(rows(3));
    let hardware = desk.group("Hardware");
    let text = json!({ "subject": "my invoice", "description": "is broken, immediately, refund" });
    let with = |more: Value| {
        let mut ticket = text.clone();
        ticket
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        ticket
    };
    desk.forget();
    let ids = desk.create(json!([
        with(json!({ "group_id": hardware })),
        with(json!({ "priority": 3 })),
        with(json!({ "type": "Question", "tags": ["vip"] })),
        with(json!({ "group_id": hardware, "priority": 4, "type": "Incident", "tags": ["Refund"] })),
        with(json!({})),
    ]));
    let place = Place::new(Config::keyword(&desk, ""));
    place.json(&["run", "--once", "--json"]);
    let sent: Vec<_> = puts(&desk).into_iter().filter(|(id, _)| ids.contains(id)).collect();
    let find = |id: u64| {
        sent.iter()
            .filter(|(i, _)| *i == id)
            .map(|(_, keys)| keys.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(find(ids[0]), [set(&["priority", "tags", "type"])]);
    assert_eq!(find(ids[1]), [set(&["group_id", "tags", "type"])]);
    assert_eq!(find(ids[2]), [set(&["group_id", "priority", "tags"])]);
    assert_eq!(
        find(ids[3]),
        Vec::<BTreeSet<String>>::new(),
        "everything was chosen already"
    );
    assert_eq!(find(ids[4]), [set(&["group_id", "priority", "tags", "type"])]);
    assert_eq!(desk.ticket(ids[0])["group_id"], hardware, "the human's queue stays");
    let mut tags: Vec<Value> = desk.ticket(ids[2])["tags"].as_array().cloned().expect("tags");
    tags.sort_by_key(Value::to_string);
    assert_eq!(tags, [json!("refund"), json!("vip")], "the human's tag stays");
}

#[test]
fn p05_overwrite_always_replaces_what_stands_there() {
    let desk = Desk::open(rows(3));
    let hardware = desk.group("Hardware");
    let id = desk.create(json!({ "subject": "my invoice", "description": "is broken", "group_id": hardware }))[0];
    let place = Place::new(Config::keyword(&desk, "    overwrite: always\n"));
    place.json(&["run", "--once", "--json"]);
    assert_eq!(desk.ticket(id)["group_id"], desk.group("Billing"));
}

#[test]
fn closed_spam_deleted_and_marked_tickets_are_left_alone() {
    let desk = Desk::open(rows(1));
    let ticket = |more: Value| {
        let mut ticket = json!({ "subject": "my printer", "description": "is broken" });
        ticket
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        ticket
    };
    let ids = desk.create(json!([
        ticket(json!({ "status": 4 })),
        ticket(json!({ "status": 5 })),
        ticket(json!({ "status": 3 })),
        ticket(json!({ "spam": true })),
        ticket(json!({ "deleted": true })),
        ticket(json!({ "tags": ["AI"] })),
        ticket(json!({})),
    ]));
    let place = Place::new(Config::keyword(&desk, "    mark: { tag: ai }\n"));
    place.json(&["run", "--once", "--json"]);
    let touched: BTreeSet<u64> = puts(&desk).into_iter().map(|(id, _)| id).collect();
    assert_eq!(touched, BTreeSet::from([1, ids[6]]));
    assert_eq!(
        desk.ticket(ids[6])["tags"],
        json!(["ai"]),
        "what was done carries the mark"
    );

    // Without its memory otai still knows its own work by the mark.
    std::fs::remove_dir_all(place.path().join("state")).expect("the state is there");
    desk.forget();
    place.json(&["run", "--once", "--json"]);
    assert!(desk.writes().is_empty(), "{:?}", desk.writes());
}

#[test]
fn a_mark_may_be_a_custom_field() {
    let desk = Desk::open(rows(4));
    let place = Place::new(Config::keyword(&desk, "    mark: { custom_field: cf_ai_triaged }\n"));
    place.json(&["run", "--once", "--json"]);
    for id in 1..=4 {
        assert_eq!(desk.ticket(id)["custom_fields"]["cf_ai_triaged"], true);
    }
    assert_eq!(desk.puts().0.values().max(), Some(&1), "the mark goes with the rest");
    std::fs::remove_dir_all(place.path().join("state")).expect("the state is there");
    desk.forget();
    place.json(&["run", "--once", "--json"]);
    assert!(desk.writes().is_empty(), "{:?}", desk.writes());
}

#[test]
fn a_note_is_private_and_written_once() {
    let desk = Desk::open(rows(6));
    let note = "    note: \"AI: {{ queue.label }} ({{ queue.confidence }})\"\n";
    let place = Place::new(Config::keyword(&desk, note));
    let (one, two) = (
        place.json(&["run", "--once", "--json"]),
        place.json(&["run", "--once", "--json"]),
    );
    assert_eq!((&one["written"], &two["written"]), (&json!(6), &json!(0)));
    for id in 1..=6 {
        let ticket = desk.ticket(id);
        let notes = ticket["conversations"].as_array().expect("conversations");
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert_eq!(
            (&notes[0]["private"], &notes[0]["incoming"]),
            (&json!(true), &json!(false)),
            "{notes:?}"
        );
        assert!(
            notes[0]["body_text"].as_str().is_some_and(|text| text.contains("AI: ")),
            "{notes:?}"
        );
    }
}

#[test]
fn one_plugin_serves_two_desks_and_mixes_nothing() {
    let desks = [Desk::open(rows(30)), Desk::open(rows(21))];
    let pipelines = |name: &str| format!("    ticket_system: {name}");
    let keyword = format!(
        "    use: otai_test_keyword:KeywordClassificationService\n    params:\n{}",
        otai_tests::KEYWORDS
    );
    let config = Config::default()
        .system("north", &desks[0].base_url())
        .system("south", &desks[1].base_url())
        .classifier("keyword", &keyword)
        .pipeline("north", &pipelines("north"))
        .pipeline("south", &pipelines("south"));
    let place = Place::new(config);
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(summary["written"], 51, "{summary}");
    for (desk, n) in desks.iter().zip([30, 21]) {
        let (puts, applied) = desk.puts();
        assert_eq!(puts.keys().copied().collect::<Vec<_>>(), (1..=n).collect::<Vec<u64>>());
        assert!(applied.values().all(|n| *n == 1), "{applied:?}");
        assert_eq!(desk.score()["queue"]["accuracy"], 1.0);
        assert_eq!(desk.score()["queue"]["coverage"], 1.0);
    }
}
