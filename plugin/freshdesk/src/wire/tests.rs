use otai_plugin::{
    rows,
    serde_json::{self, json},
};

use super::*;

fn own() -> Fields {
    Fields::read(include_bytes!("../../tests/fixtures/ticket_fields.json")).unwrap()
}

fn ticket(value: &Value) -> Ticket {
    one(value.to_string().as_bytes())
}

fn one(json: &[u8]) -> Ticket {
    super::ticket(rows::object(json).unwrap(), &own()).unwrap()
}

#[test]
fn names_stand_for_numbers() {
    let json: Value = serde_json::from_slice(include_bytes!("../../tests/fixtures/ticket_updated_200.json")).unwrap();
    let ticket = ticket(&json);
    assert_eq!(ticket.id, "4711");
    assert_eq!(ticket.queue.as_deref(), Some("Billing"));
    assert_eq!(ticket.priority.as_deref(), Some("High"));
    assert_eq!(ticket.status.as_deref(), Some("Open"));
    assert_eq!(ticket.kind.as_deref(), Some("Problem"));
    assert_eq!(
        json!(ticket.custom_fields),
        json!({"cf_category": "Billing > Refund"}),
        "levels joined, nulls out"
    );
    assert_eq!(ticket.body, "Hallo,\ndie Rechnung 2291 wurde zweimal abgebucht.");
    assert_eq!(ticket.updated_at.as_deref(), Some("2026-09-01T09:13:20Z"));
    assert_eq!(ticket.settled, None);
}

#[test]
fn a_list_row_and_its_view_have_one_revision() {
    let rows = rows::list(include_bytes!("../../tests/fixtures/ticket_list_row_include_all.json")).unwrap();
    let listed = super::ticket(rows.into_iter().next().unwrap(), &own()).unwrap();
    let viewed = one(include_bytes!("../../tests/fixtures/ticket_view.json"));
    assert_eq!(listed.revision, viewed.revision);
    assert_eq!(
        listed.requester.unwrap().email.as_deref(),
        Some("mara.lind@customer.example")
    );
    assert_eq!((listed.body, listed.queue), (viewed.body, None));
}

#[test]
fn a_revision_changes_with_everything_that_otai_writes() {
    let base =
        json!({"id": 1, "updated_at": "2026-09-01T09:13:20Z", "group_id": 1, "priority": 1, "status": 2, "tags": []});
    let mut seen = vec![ticket(&base).revision];
    for (key, value) in [
        ("group_id", json!(2)),
        ("priority", json!(2)),
        ("status", json!(3)),
        ("type", json!("Problem")),
        ("tags", json!(["x"])),
        ("custom_fields", json!({"cf_vip": true})),
        ("updated_at", json!("2026-09-01T09:13:21Z")),
        ("deleted", json!(true)),
    ] {
        let mut other = base.clone();
        other[key] = value;
        seen.push(ticket(&other).revision);
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
}

#[test]
fn nothing_is_needed_but_an_id() {
    let empty =
        ticket(&json!({"id": 7, "subject": null, "description": null, "tags": null, "custom_fields": null, "new": {}}));
    assert_eq!(
        (empty.id.as_str(), empty.subject.as_str(), empty.body.as_str()),
        ("7", "", "")
    );
    assert_eq!((empty.queue, empty.settled), (None, None));
    let odd = ticket(
        &json!({"id": 9_007_199_254_740_993_i64, "status": 9000, "group_id": 5, "priority": 9, "source": 99,
        "created_at": "2026-09-01T11:00:00+05:30", "updated_at": "yesterday"}),
    );
    assert_eq!(odd.id, "9007199254740993");
    assert_eq!(odd.status.as_deref(), Some("status 9000"));
    assert_eq!(
        odd.queue.as_deref(),
        Some("group 5"),
        "an unknown group is not no group"
    );
    assert_eq!(odd.created_at.as_deref(), Some("2026-09-01T05:30:00Z"));
    assert_eq!(odd.updated_at, None);
}

#[test]
fn the_body_is_found_wherever_it_is() {
    let html = json!({"id": 1, "description_text": " ", "description": "<p>a&nbsp;&lt; <b>b</b></p>"});
    assert_eq!(ticket(&html).body.replace('\u{a0}', " "), "a < b");
    let chat = json!({"id": 1, "description": null, "structured_description":
        {"description_contents": [{"type": "text", "data": {"content": "hello"}}, {"type": "image", "data": {}}]}});
    assert_eq!(ticket(&chat).body, "hello");
    assert_eq!(ticket(&json!({"id": 1, "description_text": "a\u{0}😀"})).body, "a😀");
}

#[test]
fn finished_tickets_say_why() {
    let settled = |json: Value| ticket(&json).settled;
    assert_eq!(settled(json!({"id": 1, "status": 4})).as_deref(), Some("resolved"));
    assert_eq!(settled(json!({"id": 1, "status": 5})).as_deref(), Some("closed"));
    assert_eq!(
        settled(json!({"id": 1, "status": 2, "spam": true})).as_deref(),
        Some("spam")
    );
    assert_eq!(
        settled(json!({"id": 1, "status": 5, "deleted": true})).as_deref(),
        Some("deleted")
    );
    assert_eq!(settled(json!({"id": 1, "status": 8, "spam": false})), None);
}

#[test]
fn one_bad_row_does_not_block_the_others() {
    let page = "[{\"id\":1,\"subject\":\"a\\ud800b\"},\
        {\"id\":2,\"group_id\":\"canary\",\"updated_at\":\"2026-09-01T09:00:00Z\"},\
        {\"id\":3,\"subject\":\"nul\\u0000 raw\u{1}\"},{\"id\":4,\"x\":1e999},17,{\"id\":\"6\",\"tags\":7},\
        {\"id\":8,\"subject\":\"\\ud83d\\ude00\"}]";
    let rows = rows::list(page.as_bytes()).unwrap();
    let tickets: Vec<Ticket> = rows.into_iter().filter_map(|row| super::ticket(row, &own())).collect();
    let ids: Vec<&str> = tickets.iter().map(|t| t.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "6", "8"]);
    assert_eq!(tickets[0].subject, "a\u{fffd}b");
    assert_eq!(tickets[2].subject, "nul raw");
    assert_eq!(tickets[5].subject, "😀");
    for bad in [1, 4] {
        let why = tickets[bad].settled.as_deref().unwrap();
        assert!(why.starts_with("unreadable: ") && !why.contains("canary"), "{why}");
    }
    assert_ne!(tickets[1].revision, tickets[4].revision);
}
