//! What the demo promises about its tickets.

use std::collections::BTreeSet;

use super::scenario::Scenario;
use super::{DemoTicket, de, demo_tickets, en};

fn values<'a, T: Ord>(tickets: &'a [DemoTicket], of: impl Fn(&'a DemoTicket) -> T) -> BTreeSet<T> {
    tickets.iter().map(of).collect()
}

fn scenarios() -> impl Iterator<Item = &'static Scenario> {
    let queues = en::QUEUES.iter().chain(de::QUEUES).flat_map(|queue| queue.scenarios);
    queues.chain(en::MIXED.iter().chain(de::MIXED).map(|mixed| &mixed.scenario))
}

#[test]
fn same_seed_same_tickets() {
    assert_eq!(demo_tickets(120, 7), demo_tickets(120, 7));
    assert_ne!(demo_tickets(120, 7), demo_tickets(120, 8));
    assert_eq!(demo_tickets(50, 7), demo_tickets(120, 7)[..50]);
}

#[test]
fn none_and_one() {
    assert!(demo_tickets(0, 7).is_empty());
    assert_eq!(demo_tickets(1, 7).len(), 1);
}

#[test]
fn every_value_occurs() {
    let tickets = demo_tickets(800, 7);
    assert_eq!(values(&tickets, |ticket| ticket.queue).len(), 8);
    assert_eq!(values(&tickets, |ticket| ticket.kind).len(), 4);
    assert_eq!(
        values(&tickets, |ticket| ticket.priority),
        BTreeSet::from(["high", "low", "medium", "urgent"])
    );
    let english = tickets.iter().filter(|ticket| ticket.language == "en").count();
    assert!((440..=520).contains(&english), "{english} of 800 are English");
    assert!(tickets.iter().all(|ticket| (1..=3).contains(&ticket.tags.len())));
}

#[test]
fn bodies_differ_and_have_everyday_lengths() {
    let tickets = demo_tickets(800, 7);
    assert_eq!(values(&tickets, |ticket| &ticket.body).len(), 800);
    let subjects = values(&tickets, |ticket| &ticket.subject).len();
    assert!(subjects >= 560, "only {subjects} subjects differ");
    let mut lengths: Vec<usize> = tickets.iter().map(|ticket| ticket.body.chars().count()).collect();
    lengths.sort_unstable();
    assert!((200..=500).contains(&lengths[400]), "median {}", lengths[400]);
    assert!(
        lengths[0] > 0 && lengths[799] < 3000,
        "{} to {}",
        lengths[0],
        lengths[799]
    );
}

#[test]
fn no_slot_stays_open() {
    for ticket in demo_tickets(4000, 11) {
        let text = format!("{}\n{}", ticket.subject, ticket.body);
        assert!(!text.contains(['{', '}']), "{text}");
    }
}

#[test]
fn german_has_umlauts() {
    let tickets = demo_tickets(400, 7);
    let german: Vec<_> = tickets.iter().filter(|ticket| ticket.language == "de").collect();
    let umlauts = german
        .iter()
        .filter(|ticket| ticket.body.contains(['ä', 'ö', 'ü', 'ß', 'Ä', 'Ö', 'Ü']))
        .count();
    assert!(umlauts * 10 > german.len() * 8, "{umlauts} of {}", german.len());
}

#[test]
fn both_languages_have_the_same_queues_with_enough_scenarios() {
    for (english, german) in en::QUEUES.iter().zip(de::QUEUES) {
        assert_eq!((english.name, english.weight), (german.name, german.weight));
        assert!(
            english.scenarios.len() >= 9 && german.scenarios.len() >= 9,
            "{}",
            english.name
        );
    }
    for mixed in en::MIXED.iter().chain(de::MIXED) {
        assert!(
            mixed
                .queues
                .iter()
                .all(|name| en::QUEUES.iter().any(|queue| queue.name == *name))
        );
    }
}

/// Picking from an empty list would panic, so the data must not have any.
#[test]
fn every_scenario_is_complete() {
    for scenario in scenarios() {
        let name = scenario.subjects.first().expect("a subject");
        assert!(!scenario.openings.is_empty() && scenario.details.len() >= 2, "{name}");
        assert!(
            !scenario.apart || scenario.subjects.len() >= scenario.openings.len(),
            "{name}"
        );
        assert!((1..=3).contains(&scenario.tags.len()), "{name}");
        assert!(scenario.weights.iter().any(|&weight| weight > 0), "{name}");
        for (level, text) in scenario.stakes {
            assert!(
                scenario.weights[*level as usize] > 0,
                "{name}: nobody would ever say {text:?}"
            );
        }
    }
}
