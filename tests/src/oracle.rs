//! Compares what the helpdesk saw with what otai believes.
//!
//! The three things that no crash and no fault may break: every ticket is decided or set aside with a reason, none is half
//! written, none is written twice.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{Desk, Place, want};

/// How many tickets ended in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Written, and the helpdesk agrees.
    pub written: u64,
    /// Set aside with a reason.
    pub parked: u64,
    /// Left to a human.
    pub left: u64,
}

/// Checks the tickets of a desk whose ids are 1 to `n`, made by [`crate::rows`] and triaged by [`crate::Config::keyword`].
#[track_caller]
pub fn check(desk: &Desk, place: &Place, n: usize) -> Tally {
    let believed = place.json(&["tickets", "--json"]);
    let pipeline = &believed[0];
    let counts = |key: &str| pipeline["counts"][key].as_u64().expect("a count");
    for open in ["new", "leased", "intended"] {
        assert_eq!(
            counts(open),
            0,
            "tickets that are neither decided nor set aside: {pipeline}"
        );
    }
    let parked: BTreeMap<u64, &Value> = pipeline["parked"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| (id(&row["ticket"]), row))
        .collect();
    assert!(
        parked
            .values()
            .all(|row| row["why"].as_str().is_some_and(|why| !why.is_empty())),
        "no reason: {pipeline}"
    );

    let mut tally = Tally {
        parked: parked.len() as u64,
        ..Tally::default()
    };
    let (puts, applied) = desk.puts();
    for number in 0..n {
        let id = number as u64 + 1;
        let ticket = desk.ticket(id);
        let effects = effects(&ticket);
        assert!(
            effects.len() <= 1,
            "ticket {id} was changed {} times: {effects:?}",
            effects.len()
        );
        assert!(
            applied.get(&id).copied().unwrap_or(0) <= 1,
            "ticket {id} was written twice"
        );
        if parked.contains_key(&id) {
            continue;
        }
        match effects.len() {
            1 => {
                assert_eq!(
                    shown(desk, &ticket),
                    expected(number),
                    "ticket {id} is half written or wrong"
                );
                tally.written += 1;
            }
            _ => tally.left += 1,
        }
    }
    assert_eq!(
        counts("done_written"),
        tally.written,
        "what otai calls written and what was: {pipeline}"
    );
    assert_eq!(counts("done_left") + counts("done_gone"), tally.left, "{pipeline}");
    assert_eq!(
        puts.keys().filter(|id| **id > n as u64).count(),
        0,
        "a ticket that does not exist was written"
    );
    for put in desk.journal(Some("PUT")) {
        whole(&put.path, put.body.as_ref());
    }
    tally
}

/// The changes that otai's key made to a ticket.
#[must_use]
pub fn effects(ticket: &Value) -> Vec<Value> {
    let revisions = ticket["revisions"].as_array().cloned().unwrap_or_default();
    let changed = |r: &Value| r["who"] == "api" && r["changes"].as_object().is_some_and(|c| !c.is_empty());
    revisions.into_iter().filter(changed).collect()
}

/// Each request must carry everything that was decided for its ticket, and nothing else.
fn whole(path: &str, body: Option<&Value>) {
    let id: usize = path
        .rsplit('/')
        .next()
        .and_then(|id| id.parse().ok())
        .expect("a ticket's path");
    let body = body.and_then(Value::as_object).expect("a PUT has a body");
    let number = id - 1;
    let mut keys = vec!["group_id"];
    if want(number).priority != 1 {
        keys.push("priority");
    }
    if number.is_multiple_of(3) {
        keys.push("tags");
    }
    keys.push("type");
    let mut sent: Vec<&str> = body.keys().map(String::as_str).collect();
    sent.sort_unstable();
    assert_eq!(sent, keys, "ticket {id} was sent {body:?}");
}

fn expected(number: usize) -> Value {
    let tags = if number.is_multiple_of(3) {
        json!(["refund"])
    } else {
        json!([])
    };
    let want = want(number);
    json!({ "queue": want.queue, "priority": want.priority, "type": want.kind, "tags": tags })
}

/// Queue, priority, type and tags as the helpdesk has them.
#[must_use]
pub fn shown(desk: &Desk, ticket: &Value) -> Value {
    let account = desk.control("GET", "/account", Value::Null);
    let groups = account["groups"].as_array().cloned().unwrap_or_default();
    let queue = groups
        .iter()
        .find(|g| !g["id"].is_null() && g["id"] == ticket["group_id"])
        .map(|g| g["name"].clone());
    json!({ "queue": queue, "priority": ticket["priority"], "type": ticket["type"], "tags": ticket["tags"] })
}

fn id(value: &Value) -> u64 {
    value.as_str().and_then(|id| id.parse().ok()).expect("a ticket's id")
}
