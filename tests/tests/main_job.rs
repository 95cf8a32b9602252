//! The job that otai is there for: tickets in, one write each, nothing twice, nothing that a human chose.

use std::time::{Duration, Instant};

use otai_sim::Options;
use otai_tests::{Config, Desk, Place, oracle, row, rows, want};
use serde_json::{Value, json};

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

    desk.forget();
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(
        (&summary["tickets"], &summary["written"]),
        (&json!(0), &json!(0)),
        "{summary}"
    );
    assert!(desk.writes().is_empty(), "{:?}", desk.writes());
}
