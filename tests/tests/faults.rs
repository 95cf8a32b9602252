//! A helpdesk in trouble: each answer gets its remedy, one bad ticket never holds up the next, waiting is obeyed.

use std::time::Duration;

use otai_tests::{Config, Desk, Ended, Place, oracle, rows};
use serde_json::{Value, json};

/// A write in doubt waits for the end of its lease of a minute.
const WITH_DOUBTS: Duration = Duration::from_secs(150);

fn run(desk: &Desk) -> (Place, Ended) {
    let place = Place::new(Config::keyword(desk, ""));
    let ended = place.start(&["run", "--once", "--json"]).wait(WITH_DOUBTS);
    ended.is_for_people();
    (place, ended)
}

fn put(id: u64) -> Value {
    json!({ "method": "PUT", "path": format!("/api/v2/tickets/{id}") })
}

/// A question for tickets, but not the catalog's look whether it may ask at all.
fn list() -> Value {
    json!({ "method": "GET", "path": "/api/v2/tickets", "query_contains": "updated_since" })
}

#[test]
fn p01_a_ticket_that_is_refused_for_ever_is_parked_and_the_others_go_on() {
    let desk = Desk::open(rows(12));
    let statuses = [(2, 400), (4, 403), (6, 405), (8, 409), (10, 422)];
    for (id, status) in statuses {
        desk.faults(json!([{ "match": put(id), "kind": "status", "status": status }]));
    }
    let (place, ended) = run(&desk);
    assert_eq!(ended.code, Some(1), "something needs a human: {ended}");
    let tally = oracle::check(&desk, &place, 12);
    assert_eq!(tally.written, 7, "{tally:?} {ended}");
    assert_eq!(tally.parked + tally.left, 5, "{tally:?} {ended}");
    let (puts, _) = desk.puts();
    assert!(puts.values().all(|n| *n <= 4), "a refusal is not hammered: {puts:?}");
    let parked = place.json(&["tickets", "--json"])[0]["parked"].clone();
    for row in parked.as_array().expect("a list") {
        assert!(row["until"].is_null(), "it waits for a human: {row}");
    }
    let shown = place.otai(&["tickets"]);
    assert!(shown.stdout.contains("WHY"), "{shown}");

    // What the admin does then: mend it and say so.
    desk.heal();
    place.otai(&["tickets", "retry"]).says(0, &[]);
    let again = place.start(&["run", "--once", "--json"]).wait(WITH_DOUBTS);
    again.says(0, &[]);
    assert_eq!(oracle::check(&desk, &place, 12).parked, 0);
}

#[test]
fn p06_a_spoilt_answer_is_no_loss_and_no_second_write() {
    let desk = Desk::open(rows(12));
    let spoilt = [
        (1, json!({ "kind": "status", "status": 500 })),
        (2, json!({ "kind": "status", "status": 502, "html": true })),
        (3, json!({ "kind": "status", "status": 503, "html": true })),
        (4, json!({ "kind": "html" })),
        (5, json!({ "kind": "truncated" })),
        (6, json!({ "kind": "truncated", "cut": true })),
        (7, json!({ "kind": "reset" })),
        (8, json!({ "kind": "reset_after" })),
        (9, json!({ "kind": "huge", "bytes": 40_000_000 })),
        (10, json!({ "kind": "slowloris", "bytes_per_second": 2000 })),
    ];
    for (id, fault) in &spoilt {
        let mut fault = fault.clone();
        fault["match"] = put(*id);
        fault["times"] = json!(1);
        desk.faults(json!([fault]));
    }
    let (place, ended) = run(&desk);
    ended.says(0, &[]);
    assert_eq!(desk.struck(), spoilt.len() as u64);
    let tally = oracle::check(&desk, &place, 12);
    assert_eq!((tally.written, tally.parked), (12, 0), "{ended}");
}

/// The write took effect and its answer makes no sense: the work is done, and nobody may do it again.
#[test]
fn p07_a_write_that_is_never_answered_is_given_up_and_looked_up() {
    let desk = Desk::open(rows(3));
    desk.faults(json!([{ "match": put(2), "times": 1, "kind": "late_apply", "ms": 1000, "hang": true }]));
    let (place, ended) = run(&desk);
    ended.says(0, &[]);
    assert_eq!(oracle::check(&desk, &place, 3).written, 3);
    assert_eq!(desk.puts().0[&2], 1, "it had arrived, so it is not sent again");
}

#[test]
fn p04_nothing_is_sent_before_retry_after() {
    let desk = Desk::open(rows(30));
    let limit = json!({ "kind": "status", "status": 429, "retry_after": 4, "times": 1 });
    for matching in [list(), json!({ "method": "PUT" })] {
        let mut fault = limit.clone();
        fault["match"] = matching;
        desk.faults(json!([fault]));
    }
    let (place, ended) = run(&desk);
    ended.says(0, &[]);
    assert_eq!(oracle::check(&desk, &place, 30).written, 30);
    let journal = desk.journal(None);
    let mut refusals = 0;
    for limited in journal.iter().filter(|entry| entry.status == Some(429)) {
        refusals += 1;
        let answered = limited.at + limited.took_ms.unwrap_or(0.0);
        // What was on its way when the answer came cannot be called back; a moment later nothing may start.
        let early = journal
            .iter()
            .filter(|e| e.at > answered + 150.0 && e.at < answered + 3990.0);
        let early: Vec<_> = early.map(|e| (&e.method, &e.path, e.at - answered)).collect();
        assert!(early.is_empty(), "sent before the time: {early:?}");
    }
    assert_eq!(refusals, 2);
}

#[test]
fn p04_an_account_with_a_small_limit_is_not_overrun() {
    let desk = Desk::open(rows(20));
    desk.control("POST", "/account", json!({ "rate": "100/10" }));
    let (place, ended) = run(&desk);
    ended.says(0, &[]);
    assert_eq!(oracle::check(&desk, &place, 20).written, 20);
    assert!(
        desk.journal(None).iter().all(|entry| entry.status != Some(429)),
        "it ran into the limit"
    );
}

#[test]
fn trouble_with_the_list_is_waited_out_or_said() {
    let passing = [
        json!({ "kind": "status", "status": 500 }),
        json!({ "kind": "status", "status": 503, "html": true }),
        json!({ "kind": "reset" }),
        json!({ "kind": "truncated", "cut": true }),
    ];
    let desk = Desk::open(rows(3));
    for (n, mut fault) in passing.into_iter().enumerate() {
        fault["match"] = list();
        if n >= 2 {
            // Past the first question, which proves the right to list.
            fault["match"]["query_contains"] = json!("order_by=updated_at");
        }
        fault["times"] = json!(1);
        desk.faults(json!([fault]));
    }
    let (_, ended) = run(&desk);
    ended.says(0, &["status 500", "asking for tickets"]);
    assert_eq!(ended.json()["written"], 3);
}

#[test]
fn what_only_an_admin_can_mend_is_one_sentence_with_its_remedy() {
    let cases = [
        (json!({ "kind": "status", "status": 401 }), "api_key"),
        (
            json!({ "kind": "status", "status": 403, "code": "account_suspended" }),
            "suspended",
        ),
        (
            json!({ "kind": "status", "status": 403, "code": "access_denied" }),
            "View tickets",
        ),
        (json!({ "kind": "status", "status": 404 }), "domain"),
    ];
    for (mut fault, words) in cases {
        let desk = Desk::open(rows(3));
        fault["match"] = list();
        desk.faults(json!([fault]));
        let (_, ended) = run(&desk);
        ended.says(1, &[words]);
        assert!(desk.writes().is_empty());
        desk.heal();
        let place = Place::new(Config::keyword(&desk, ""));
        fault["match"] = json!({});
        desk.faults(json!([fault]));
        let checked = place.otai(&["check"]);
        assert_eq!(checked.code, Some(1), "{checked}");
        checked.is_for_people();
    }
}

#[test]
fn a_key_that_is_taken_back_in_the_middle_stops_the_run_and_parks_what_it_hit() {
    let desk = Desk::open(rows(30));
    desk.faults(json!([{ "match": { "method": "PUT" }, "after": 5, "kind": "status", "status": 401 }]));
    let (place, ended) = run(&desk);
    ended.says(1, &["api_key"]);
    let counts = place.json(&["tickets", "--json"])[0]["counts"].clone();
    assert_eq!(counts["done_written"], 5, "{counts}");
    desk.heal();
    let again = place.start(&["run", "--once", "--json"]).wait(WITH_DOUBTS);
    again.says(0, &[]);
    assert_eq!(oracle::check(&desk, &place, 30).written, 30);
}

#[test]
fn a_group_that_is_deleted_after_the_start_costs_its_own_tickets_only() {
    let desk = Desk::open(rows(9));
    let network = desk.group("Network");
    // The catalog has been read by then, and no ticket yet.
    desk.faults(json!([{ "match": list(), "times": 1, "kind": "delay", "ms": 1500 }]));
    let place = Place::new(Config::keyword(&desk, ""));
    let running = place.start(&["run", "--once", "--json"]);
    desk.wait_until("the list", 30, |desk| desk.struck() == 1);
    desk.control("DELETE", &format!("/groups/{network}"), Value::Null);
    let ended = running.wait(WITH_DOUBTS);
    ended.is_for_people();
    let summary = ended.json();
    let count = |key: &str| summary[key].as_u64().expect("a count");
    assert!(count("written") >= 6, "{ended}");
    assert_eq!(
        count("written") + count("left_to_human") + count("parked"),
        9,
        "{ended}"
    );
    for id in [3, 6, 9] {
        assert_eq!(desk.ticket(id)["group_id"], Value::Null);
    }
    for row in place.json(&["tickets", "--json"])[0]["parked"]
        .as_array()
        .expect("a list")
    {
        assert!(row["why"].as_str().is_some_and(|why| why.contains("group")), "{row}");
    }
}

#[test]
fn a_ticket_that_is_gone_when_it_is_written_is_closed_as_gone() {
    let desk = Desk::open(rows(3));
    desk.faults(json!([{ "match": put(2), "times": 1, "kind": "trash_before" }]));
    let (place, ended) = run(&desk);
    ended.says(0, &[]);
    let explained = place.json(&["tickets", "explain", "2"]);
    assert_ne!(explained["outcome"]["result"], "written", "{explained}");
    assert_eq!(desk.ticket(2)["group_id"], Value::Null);
    assert_eq!(ended.json()["written"], 2);
}
