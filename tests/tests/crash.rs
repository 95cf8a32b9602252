//! Killed at any moment, with answers lost and delayed: acceptance 0. Every ticket is decided or set aside with a reason, none
//! is half written, none is written twice.
//!
//! What a killed process had sent stays in doubt until its lease of a minute has ended, so the clean run at the end waits.

use std::{thread::sleep, time::Duration};

use otai_tests::{Config, Desk, Place, oracle, rows};
use serde_json::{Value, json};

const TICKETS: usize = 300;
const KILLS: usize = 10;
/// A minute of lease, and the work itself on a busy machine.
const CLEAN_RUN: Duration = Duration::from_secs(150);

/// A small generator: the moments differ, the next run has the same ones.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Kills ten runs, then lets one end. The moments are counted in writes that reached the desk, so that the kills fall among
/// the writes on a machine of any speed, and some of them before the first.
fn kill_and_recover(faults: Value, seed: u64) -> (Desk, oracle::Tally) {
    let desk = Desk::open(rows(TICKETS));
    let place = Place::new(Config::keyword(&desk, ""));
    let mut dice = Dice(seed);
    // So many are on the way at each kill that there are doubts to settle.
    desk.faults(json!([{ "match": { "method": "PUT" }, "kind": "delay_after", "ms": 120 }]));
    desk.faults(faults);
    for kill in 0..KILLS {
        let mut running = place.start(&["run"]);
        if kill % 5 == 0 {
            sleep(Duration::from_millis(dice.below(400)));
        } else {
            let before = sent(&desk);
            let more = 1 + dice.below(40);
            for _ in 0..1000 {
                if sent(&desk) >= before + more || !running.is_running() {
                    break;
                }
                sleep(Duration::from_millis(10));
            }
            sleep(Duration::from_millis(dice.below(60)));
        }
        assert!(running.is_running(), "it ended by itself: {}", running.stderr());
        let killed = running.kill();
        assert_eq!(killed.code, None, "{killed}");
    }
    desk.heal();
    let doubts = place.json(&["tickets", "--json"])[0]["counts"]["intended"].clone();
    let clean = place.start(&["run", "--once", "--json"]).wait(CLEAN_RUN);
    clean.says(0, &[]);
    println!(
        "{doubts} in doubt after the last kill; {} requests; clean run {:?}",
        sent(&desk),
        clean.took
    );
    let tally = oracle::check(&desk, &place, TICKETS);
    assert_eq!(tally.written, TICKETS as u64, "{tally:?}");
    (desk, tally)
}

fn sent(desk: &Desk) -> u64 {
    desk.puts().0.values().sum()
}

#[test]
fn p02_ten_kills_lose_nothing_and_write_nothing_twice() {
    let (desk, _) = kill_and_recover(json!([]), 1);
    let (puts, _) = desk.puts();
    let twice: Vec<_> = puts.iter().filter(|(_, n)| **n > 1).collect();
    // A request that dies with its process on the way is the only one that may be sent again.
    assert!(twice.is_empty(), "sent twice although no answer was late: {twice:?}");
}

#[test]
fn p02_ten_kills_with_lost_and_late_answers_lose_nothing_and_write_nothing_twice() {
    let put = json!({ "method": "PUT" });
    kill_and_recover(
        json!([
            { "match": put, "probability": 0.1, "kind": "reset_after" },
            { "match": put, "probability": 0.1, "kind": "late_apply", "ms": 3000 },
            { "match": put, "probability": 0.1, "kind": "delay_after", "ms": 1500 },
            { "match": put, "probability": 0.05, "kind": "reset" },
        ]),
        2,
    );
}

#[test]
fn p05_a_human_who_edits_between_the_lost_answer_and_the_look_back_wins() {
    let desk = Desk::open(rows(3));
    let place = Place::new(Config::keyword(&desk, ""));
    let hardware = desk.group("Hardware");
    // The write never arrives, the process dies, and a human decides meanwhile.
    desk.faults(json!([{ "match": { "method": "PUT" }, "kind": "reset" }]));
    let running = place.start(&["run"]);
    desk.wait_until("the lost write", 30, |desk| desk.puts().0.contains_key(&1));
    sleep(Duration::from_millis(200));
    running.kill();
    desk.heal();
    desk.control("PATCH", "/tickets/1", json!({ "group_id": hardware }));
    let clean = place.start(&["run", "--once", "--json"]).wait(CLEAN_RUN);
    clean.says(0, &[]);
    assert_eq!(desk.ticket(1)["group_id"], hardware, "{}", desk.ticket(1));
    assert_eq!(desk.ticket(1)["type"], Value::Null, "half a decision is none");
    let explained = place.json(&["tickets", "explain", "1"]);
    assert_eq!(explained["outcome"]["result"], "left_to_human", "{explained}");
}
