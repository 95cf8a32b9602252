use otai_plugin::serde_json::{self, json};

use super::*;
use crate::params::tests::{settings, with};

fn row(fixture: &str) -> Row {
    let rows = rows(serde_json::from_str(fixture).unwrap());
    assert_eq!(rows.len(), 1);
    rows.into_iter().next().unwrap()
}

const ZNUNY: &str = include_str!("../../tests/fixtures/znuny_get_one_full.json");
const OTOBO: &str = include_str!("../../tests/fixtures/otobo_get_one_full.json");

#[test]
fn a_ticket_of_either_helpdesk_reads_the_same() {
    let settings = with(json!({"tags_field": "OtaiTags"})).unwrap();
    for (fixture, id, second) in [
        (ZNUNY, "27", "2026-11-22T08:28:03Z"),
        (OTOBO, "12", "2026-11-22T07:55:34Z"),
    ] {
        let ticket = ticket(&row(fixture), &settings).unwrap();
        assert_eq!(
            (ticket.id.as_str(), ticket.subject.as_str()),
            (id, "Mail does not arrive")
        );
        assert_eq!(ticket.body, "Since Monday no mail arrives. Grüße, Carla");
        assert_eq!(ticket.queue.as_deref(), Some("Incoming"));
        assert_eq!(
            (ticket.priority.as_deref(), ticket.kind.as_deref()),
            (Some("3 normal"), Some("Unclassified"))
        );
        assert_eq!(
            (ticket.status.as_deref(), ticket.fresh, &ticket.settled),
            (Some("new"), Some(true), &None)
        );
        assert_eq!(ticket.tags, ["urgent", "vip"]);
        let fields = json!({"OtaiLabel": "mail", "OtaiTopic": "network"});
        assert_eq!(json!(ticket.custom_fields), fields, "unset fields are absent in both");
        let who = ticket.requester.unwrap();
        assert_eq!(
            (who.id.as_str(), who.name.as_deref()),
            ("carla.customer", Some("Carla Customer"))
        );
        assert_eq!(who.email.as_deref(), Some("carla.customer@acme.example.test"));
        assert_eq!(
            (ticket.created_at.as_deref(), ticket.updated_at),
            (Some(second), None),
            "only what has a zone"
        );
    }
}

#[test]
fn html_is_plain_text_in_either() {
    for fixture in [
        include_str!("../../tests/fixtures/znuny_get_html_article.json"),
        include_str!("../../tests/fixtures/otobo_get_html_article.json"),
    ] {
        assert_eq!(ticket(&row(fixture), &settings()).unwrap().body, "Hello world & all");
    }
    let mut row = row(ZNUNY);
    row["Article"] = json!({"ContentType": "Text/HTML; charset=utf-8", "Body": "<p>a &amp; b</p>"});
    assert_eq!(
        ticket(&row, &settings()).unwrap().body,
        "a & b",
        "one article may be an object"
    );
}

#[test]
fn an_update_answers_with_the_revision_that_a_read_gives() {
    let whole = row(ZNUNY);
    let mut updated = whole.clone();
    updated.remove("Article");
    updated.insert("UnlockTimeout".into(), json!(1_795_336_096));
    updated.insert("TicketID".into(), json!("27"));
    let revision = |row: &Row| ticket(row, &settings()).unwrap().revision;
    assert_eq!(revision(&whole), revision(&updated));
    for (key, value) in [
        ("Queue", json!("Billing")),
        ("Priority", json!("4 high")),
        ("State", json!("open")),
        ("Title", json!("x")),
        ("Changed", json!("2026-11-22 08:28:04")),
        ("DynamicField", json!([{"Name": "OtaiLabel", "Value": "x"}])),
    ] {
        let mut other = whole.clone();
        other.insert(key.into(), value);
        assert_ne!(revision(&whole), revision(&other), "{key}");
    }
}

#[test]
fn who_works_on_a_ticket_decides_whether_it_waits() {
    for (kind, lock, owner, fresh) in [
        ("new", "lock", 7, true),
        ("open", "unlock", 7, true),
        ("open", "lock", 1, true),
        ("open", "lock", 7, false),
        ("pending reminder", "unlock", 1, false),
        ("closed", "unlock", 1, false),
    ] {
        assert_eq!(is_fresh(kind, Some(lock), Some(owner)), fresh, "{kind} {lock} {owner}");
    }
    let mut row = row(ZNUNY);
    for (kind, wanted) in [("closed", "closed"), ("merged", "merged"), ("removed", "deleted")] {
        row.insert("StateType".into(), json!(kind));
        assert_eq!(ticket(&row, &settings()).unwrap().settled.as_deref(), Some(wanted));
    }
}

#[test]
fn loose_types_are_read_and_nothing_fails() {
    assert_eq!(
        ids(serde_json::from_str(r#"{"TicketID":["28","9",27,"27","x"]}"#)
            .as_ref()
            .unwrap()),
        [9, 27, 28]
    );
    assert_eq!(ids(&Row::new()), [0_i64; 0]);
    let odd = json!({"Ticket": [{"TicketID": "5", "Queue": 7, "SLAID": "", "Title": null, "DynamicField": "x", "Article": [1]}, 3]});
    let rows = rows(odd.as_object().unwrap().clone());
    let ticket = ticket(&rows[0], &settings()).unwrap();
    assert_eq!(
        (ticket.id.as_str(), ticket.queue.as_deref(), ticket.body.as_str()),
        ("5", Some("7"), "")
    );
    assert!(super::ticket(&Row::new(), &settings()).is_none());
    assert_eq!(
        person("\"B, Anna\" <a@b.example>"),
        (Some("B, Anna".into()), Some("a@b.example".into()))
    );
    assert_eq!(person("a@b.example"), (None, Some("a@b.example".into())));
}
