//! `otai run` as a service: new tickets are found, idle costs one question an interval, a signal ends it in time.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use otai_tests::{Config, Desk, Place, rows};
use serde_json::{Value, json};

fn lists(desk: &Desk) -> usize {
    desk.journal(Some("GET"))
        .iter()
        .filter(|entry| entry.path == "/api/v2/tickets")
        .count()
}

#[test]
fn a_ticket_that_comes_later_is_triaged_and_sigterm_ends_the_run_within_ten_seconds() {
    let desk = Desk::open(rows(5));
    let place = Place::new(Config::keyword(&desk, "    every: 1s\n"));
    let running = place.start(&["run"]);
    desk.wait_until("the first tickets", 30, |desk| desk.puts().1.len() == 5);
    let id = desk.create(json!({ "subject": "vpn", "description": "please" }))[0];
    desk.wait_until("the late one", 20, |desk| desk.puts().1.contains_key(&id));
    assert_eq!(desk.ticket(id)["group_id"], desk.group("Network"));
    let asked = Instant::now();
    running.terminate();
    let ended = running.wait(Duration::from_secs(10));
    ended.says(0, &["stopping"]);
    assert!(asked.elapsed() < Duration::from_secs(10));
    assert_eq!(desk.puts().0.values().max(), Some(&1));
}

#[test]
fn p17_a_signal_in_the_middle_of_writes_finishes_or_releases_them() {
    let desk = Desk::open(rows(60));
    desk.faults(json!([{ "match": { "method": "PUT" }, "kind": "delay_after", "ms": 400 }]));
    let place = Place::new(Config::keyword(&desk, "    every: 1s\n"));
    let running = place.start(&["run"]);
    desk.wait_until("some writes", 30, |desk| desk.puts().0.len() > 5);
    running.terminate();
    running.wait(Duration::from_secs(10)).says(0, &[]);
    let counts = place.json(&["tickets", "--json"])[0]["counts"].clone();
    assert_eq!(counts["intended"], 0, "nothing is left in doubt: {counts}");
    assert_eq!(
        counts["done_written"].as_u64(),
        Some(desk.puts().1.len() as u64),
        "{counts}"
    );
    desk.heal();
    place.json(&["run", "--once", "--json"]);
    let tally = otai_tests::oracle::check(&desk, &place, 60);
    assert_eq!(tally.written, 60);
}

#[test]
fn a_second_signal_leaves_at_once() {
    let desk = Desk::open(rows(20));
    desk.faults(json!([{ "match": { "method": "PUT" }, "kind": "delay_after", "ms": 8000 }]));
    let place = Place::new(Config::keyword(&desk, ""));
    let running = place.start(&["run"]);
    desk.wait_until("a write on its way", 30, |desk| !desk.puts().0.is_empty());
    running.terminate();
    sleep(Duration::from_millis(300));
    running.terminate();
    running
        .wait(Duration::from_secs(3))
        .says(1, &["the next start goes on"]);
}

#[test]
fn idle_polling_asks_once_an_interval_and_nothing_else() {
    let desk = Desk::open(rows(3));
    let place = Place::new(Config::keyword(&desk, "    every: 2s\n"));
    let running = place.start(&["run"]);
    desk.wait_until("the first tickets", 30, |desk| desk.puts().1.len() == 3);
    // Behind the first poll, which may see its own writes once more.
    sleep(Duration::from_secs(5));
    desk.forget();
    sleep(Duration::from_secs(8));
    let (all, lists) = (desk.journal(None), lists(&desk));
    assert!((3..=5).contains(&lists), "{lists} lists in 8 s at one every 2 s");
    let others: Vec<&str> = all
        .iter()
        .filter(|e| e.path != "/api/v2/tickets")
        .map(|e| e.path.as_str())
        .collect();
    assert!(others.is_empty(), "an idle poll asks for tickets only: {others:?}");
    running.terminate();
    running.wait(Duration::from_secs(10)).says(0, &[]);
}

#[test]
fn p18_a_second_daemon_on_the_same_state_refuses_to_start() {
    let desk = Desk::open(rows(2));
    let place = Place::new(Config::keyword(&desk, ""));
    let mut first = place.start(&["run"]);
    desk.wait_until("the first tickets", 30, |desk| desk.puts().1.len() == 2);
    place.otai(&["run", "--once"]).says(2, &["otai.db"]).is_for_people();
    // Looking is allowed.
    let counts: Value = place.json(&["tickets", "--json"]);
    assert_eq!(counts[0]["counts"]["done_written"], 2);
    assert!(first.is_running());
}

#[test]
fn an_outage_of_the_desk_is_survived() {
    let desk = Desk::open(rows(3));
    let place = Place::new(Config::keyword(&desk, "    every: 1s\n"));
    let mut running = place.start(&["run"]);
    desk.wait_until("the first tickets", 30, |desk| desk.puts().1.len() == 3);
    desk.faults(json!([{ "kind": "status", "status": 503, "html": true }]));
    let id = desk.create(json!({ "subject": "vpn", "description": "please" }))[0];
    sleep(Duration::from_secs(4));
    assert!(running.is_running() && desk.struck() > 0, "{}", running.stderr());
    desk.heal();
    desk.wait_until("the ticket of the outage", 30, |desk| desk.puts().1.contains_key(&id));
}
