use otai_plugin::{merged, serde_json::json};

use super::*;
use crate::fields::tests::own;

const TICKET: &str = include_str!("../../tests/fixtures/ticket.json");

fn with(fields: &Fields, changes: Value) -> Ticket {
    let row = merged(serde_json::from_str(TICKET).unwrap(), changes);
    super::ticket(rows::object(row.to_string().as_bytes()).unwrap(), fields).unwrap()
}

fn ticket(changes: Value) -> Ticket {
    with(&own(), changes)
}

fn response(body: &str) -> Response {
    Response::of(200, &[("content-type", "application/json")], body)
}

#[test]
fn a_ticket_is_read_with_its_names() {
    let ticket = ticket(json!({"type": "Problem", "topic": "Billing::Refund", "seats": 3, "order_no": "A-1"}));
    assert_eq!(
        (ticket.id.as_str(), ticket.subject.as_str()),
        ("4711", "Rechnung 2291 doppelt abgebucht")
    );
    assert_eq!(ticket.queue.as_deref(), Some("Users"));
    assert_eq!(ticket.priority.as_deref(), Some("2 normal"));
    assert_eq!(
        (ticket.status.as_deref(), ticket.kind.as_deref()),
        (Some("new"), Some("Problem"))
    );
    assert_eq!(
        json!(ticket.custom_fields),
        json!({"product": "none", "topic": "Billing > Refund", "vip_case": false, "seats": 3, "order_no": "A-1"})
    );
    let requester = ticket.requester.unwrap();
    assert_eq!(
        (requester.id.as_str(), requester.email.as_deref()),
        ("26", Some("mara.lind@customer.example"))
    );
    assert_eq!(ticket.created_at.as_deref(), Some("2026-09-01T09:13:20.093Z"));
    assert_eq!((ticket.settled, ticket.fresh), (None, Some(true)));
}

#[test]
fn a_ticket_without_names_is_named_by_its_ids() {
    let bare = json!({"group": null, "priority": null, "state": null, "customer": null, "group_id": 4, "priority_id": 3, "state_id": 9});
    let bare = ticket(bare);
    assert_eq!(bare.queue.as_deref(), Some("Support::2nd Level"));
    assert_eq!(bare.priority.as_deref(), Some("3 high"));
    assert_eq!(
        (bare.status.as_deref(), bare.settled.as_deref()),
        (Some("erledigt"), Some("closed"))
    );
    let strange = ticket(
        json!({"group": null, "priority": null, "state": null, "group_id": 77, "priority_id": 78, "state_id": 79}),
    );
    assert_eq!(
        strange.queue.as_deref(),
        Some("group 77"),
        "an unknown group is not no group"
    );
    assert_eq!(
        (strange.priority.as_deref(), strange.status.as_deref()),
        (Some("priority 78"), Some("state 79"))
    );
    assert_eq!((strange.settled, strange.fresh), (None, None));
}

#[test]
fn new_tickets_and_open_ones_that_nobody_has_taken_wait_for_somebody() {
    for (state, owner, fresh) in [
        ("new", 1, Some(true)),
        ("new", 3, Some(true)),
        ("open", 1, Some(true)),
        ("open", 3, Some(false)),
        ("in Arbeit", 1, Some(true)),
        ("pending reminder", 1, Some(false)),
        ("closed", 1, Some(false)),
        ("frisch erfunden", 1, None),
    ] {
        assert_eq!(
            ticket(json!({"state": state, "owner_id": owner})).fresh,
            fresh,
            "{state} {owner}"
        );
    }
}

#[test]
fn finished_tickets_say_why() {
    for (state, why) in [
        ("closed", "closed"),
        ("erledigt", "closed"),
        ("merged", "merged"),
        ("removed", "removed"),
    ] {
        assert_eq!(ticket(json!({"state": state})).settled.as_deref(), Some(why));
    }
    for state in ["new", "open", "pending close"] {
        assert_eq!(ticket(json!({"state": state})).settled, None);
    }
}

#[test]
fn a_revision_changes_with_everything_that_otai_writes() {
    let mut seen = vec![ticket(json!({})).revision];
    for change in [
        json!({"group": "Billing"}),
        json!({"priority": "3 high"}),
        json!({"state": "open"}),
        json!({"type": "Problem"}),
        json!({"product": "shop"}),
        json!({"owner_id": 3}),
        json!({"updated_at": "2026-09-01T09:13:20.855Z"}),
    ] {
        seen.push(ticket(change).revision);
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
    assert_eq!(ticket(json!({})).revision, ticket(json!({"article_count": 2})).revision);
}

#[test]
fn without_the_list_of_attributes_everything_that_is_not_zammads_is_one() {
    let mut fields = own();
    fields.attributes_listed = false;
    (fields.custom, fields.kind) = (Vec::new(), None);
    let ticket = with(
        &fields,
        json!({"type": "Problem", "topic": "Billing::Refund", "new_in_eight": {"a": 1}, "order_no": null}),
    );
    assert_eq!(ticket.kind.as_deref(), Some("Problem"));
    assert_eq!(
        json!(ticket.custom_fields),
        json!({"product": "none", "topic": "Billing::Refund", "vip_case": false}),
        "plain values only, and none of the forty keys of Zammad's own"
    );
}

#[test]
fn a_type_that_the_desk_does_not_use_is_none() {
    let mut fields = own();
    fields.kind = None;
    assert_eq!(with(&fields, json!({"type": "Problem"})).kind, None);
}

#[test]
fn a_search_that_was_not_expanded_is_refused_with_what_is_wrong() {
    for body in [
        r#"{"tickets":[374,373],"tickets_count":2,"assets":{"Ticket":{"374":{"id":374,"title":"canary"}}}}"#,
        r#"{"tickets":[],"tickets_count":0,"assets":{}}"#,
        r#"{"record_ids":[374],"assets":{},"total_count":1}"#,
        "[374,373]",
    ] {
        let failure = list(&response(body)).unwrap_err();
        assert!(failure.is_for_every_ticket(), "{failure:?}");
        assert!(
            failure.to_string().contains("expand=true") && !failure.to_string().contains("canary"),
            "{failure}"
        );
    }
    assert_eq!(list(&response("[]")).unwrap().len(), 0);
    assert!(matches!(list(&response("<html>")), Err(Failure::Retry { .. })));
    let mixed = format!("[17,{TICKET},{{\"id\":5,\"group\":9}}]");
    let tickets: Vec<Ticket> = list(&response(&mixed))
        .unwrap()
        .into_iter()
        .filter_map(|row| super::ticket(row, &own()))
        .collect();
    assert_eq!(tickets.len(), 2);
    assert!(tickets[1].settled.as_deref().unwrap().starts_with("unreadable"));
}
