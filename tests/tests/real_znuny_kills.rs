//! The acceptance over OTOBO/Znuny, against a simulated one and, with `OTAI_REAL_ZNUNY=1`, against a real one: 200 tickets, `kill -9`
//! five times in between.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use otai_tests::{Znuny, on_both};
use serde_json::json;

on_both! {
    two_hundred_with_five_kills => simulated_znuny_200_tickets_and_five_kills, real_znuny_200_tickets_and_five_kills;
}

const NOTE: &str = "    note: \"AI: {{ queue.label }}\"\n";
const TICKETS: usize = 200;
const KILLS: usize = 5;

/// The order's acceptance: nothing is lost, nothing written twice, no note seen by a customer, and few requests.
fn two_hundred_with_five_kills(znuny: &Znuny) {
    let words = [
        ("invoice", "Billing"),
        ("printer", "IT-Support"),
        ("vpn", "IT-Support::Network"),
    ];
    let mut ids: Vec<u64> = std::thread::scope(|scope| {
        let makers: Vec<_> = (0..3)
            .map(|third| {
                let numbers = (0..TICKETS).filter(move |n| n % 3 == third);
                scope.spawn(move || {
                    let make = |n: usize| znuny.say(&format!("case {n}: my {} needs help soon", words[n % 3].0));
                    numbers.map(make).collect::<Vec<u64>>()
                })
            })
            .collect();
        makers
            .into_iter()
            .flat_map(|maker| maker.join().expect("tickets are made"))
            .collect()
    });
    ids.sort_unstable();
    let place = znuny.place(json!({}), NOTE);
    znuny.counter.forget();
    for kill in 0..KILLS {
        let running = znuny.start(&place, &["run"]);
        let (before, end) = (
            znuny.counter.count("ticket-update"),
            Instant::now() + Duration::from_secs(60),
        );
        while znuny.counter.count("ticket-update") < before + 7 * kill + 3 && Instant::now() < end {
            sleep(Duration::from_millis(5));
        }
        running.kill();
    }
    let killed = requests(znuny, "five killed runs");
    assert!(killed < 3 * TICKETS, "the kills fell among the work: {killed}");
    znuny.counter.forget();
    znuny.run_once(&place);
    requests(znuny, "the clean run");
    let mut wrong = Vec::new();
    let history = znuny.history(&ids);
    for id in &ids {
        let of = |kind: &str| history[id].get(kind).copied().unwrap_or_default();
        let (moves, priorities, notes) = (of("Move"), of("PriorityUpdate"), of("AddNote"));
        if (moves, priorities, notes) != (1, 1, 1) {
            wrong.push((*id, moves, priorities, notes));
        }
    }
    assert!(wrong.is_empty(), "(ticket, moves, priorities, notes): {wrong:?}");
    let mut texts = znuny.seen_by_the_customer(&ids);
    texts.retain(|text| !text.starts_with("case "));
    assert!(texts.is_empty(), "a customer sees {texts:?}");
    for (id, (_, _)) in ids.iter().zip(words.iter().cycle()) {
        let ticket = znuny.ticket(*id);
        let body = ticket["Article"][0]["Body"].as_str().unwrap_or_default().to_owned();
        let (_, queue) = words.iter().find(|(word, _)| body.contains(word)).expect("a word");
        assert_eq!(
            (&ticket["Queue"], &ticket["Priority"]),
            (&json!(queue), &json!("4 high")),
            "{ticket}"
        );
    }

    // A clean run over as many, to count: without kills each ticket costs its own update, and a share of what is read.
    let more: Vec<u64> = (0..TICKETS / 2)
        .map(|n| znuny.say(&format!("case {n}: my {} soon", words[n % 3].0)))
        .collect();
    let quiet = znuny.place(json!({}), "");
    znuny.counter.forget();
    let summary = znuny.run_once(&quiet);
    assert_eq!(summary["written"], more.len(), "{summary}");
    requests(znuny, "100 tickets without kills and notes");
    let reads = znuny.counter.count("ticket-search") + znuny.counter.count("ticket-get");
    println!("per ticket: {} read, 1 update", reads as f64 / more.len() as f64);
    assert_eq!(
        znuny.counter.count("ticket-update"),
        more.len() + 1,
        "and one to prove the right to write"
    );
    assert!(reads * 10 <= more.len(), "{reads} reads for {} tickets", more.len());
}

fn requests(znuny: &Znuny, what: &str) -> usize {
    let of = |route: &str| znuny.counter.count(route);
    println!(
        "{what}: {} searches, {} gets, {} updates, {} sessions",
        of("ticket-search"),
        of("ticket-get"),
        of("ticket-update"),
        of("session-create")
    );
    znuny.counter.total()
}
