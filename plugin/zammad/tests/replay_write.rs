//! The service against a scripted Zammad: writing all but tags.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{
    Failure, Response, ScriptedHost, TicketSystemService as _, block_on, logged,
    model::{AddNote, CreateTicket, Find, Update},
    serde_json::{self, Value, json},
};

fn ok(body: &str) -> Response {
    Response::of(200, &[], body)
}

#[test]
fn a_change_is_one_put_with_the_changed_keys_only() {
    let change = json!({"queue": "Billing", "priority": "3 high", "type": "Problem",
        "custom_fields": {"product": "shop", "topic": "Billing > Refund", "vip_case": "true", "seats": "3"}});
    let (ticket, script) = put(change, ok(UPDATED));
    let ticket = ticket.unwrap().unwrap();
    assert_eq!(
        (ticket.queue.as_deref(), ticket.priority.as_deref()),
        (Some("Billing"), Some("3 high"))
    );
    assert_eq!(
        (ticket.custom_fields["topic"].as_str(), ticket.tags),
        (Some("Billing > Refund"), vec!["old".to_owned()])
    );
    assert_eq!(
        script.body(FORM),
        json!({"group": "Billing", "priority": "3 high", "type": "Problem", "product": "shop", "topic": "Billing::Refund",
            "vip_case": true, "seats": 3})
    );
    assert_eq!(script.calls().len(), FORM + 1);
    let (_, script) = put(json!({"priority": "1 low"}), ok(UPDATED));
    assert_eq!(script.body(FORM), json!({"priority": "1 low"}));
}

#[test]
fn a_change_that_changes_nothing_writes_nothing() {
    let script = with_form()
        .answer("GET", "/tickets/4711?expand=true", 200, TICKET)
        .answer("GET", "/by_ticket/4711", 200, ARTICLES)
        .answer("GET", "/tags?", 200, r#"{"tags":["old"]}"#);
    let ticket = block_on(service(&script).update_ticket(update(json!({"add_tags": ["Old"]})))).unwrap();
    assert!(ticket.is_some() && script.left() == 0);
}

#[test]
fn a_name_that_is_not_there_is_looked_for_once_more_and_refused_before_anything_is_sent() {
    let script = and_form(with_form());
    let service = service(&script);
    for _ in 0..2 {
        match block_on(service.update_ticket(update(json!({"queue": "Biling"})))).unwrap_err() {
            Failure::Rejected { message, field, .. } => {
                assert_eq!(field.as_deref(), Some("queue"));
                assert!(message.contains("did you mean \"Billing\""), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(script.calls().len(), 2 * FORM);

    // A group that was made a minute ago is found.
    let script = with_form()
        .answer("GET", "/ticket_priorities?", 200, PRIORITIES)
        .answer("GET", "/ticket_states?", 200, STATES)
        .answer("GET", "/groups?", 200, &GROUPS.replace("Hardware", "Sales"))
        .answer("GET", "/object_manager_attributes", 200, ATTRIBUTES)
        .answer("PUT", "/tickets/4711", 200, UPDATED);
    assert!(
        block_on(common::service(&script).update_ticket(update(json!({"queue": "Sales"}))))
            .unwrap()
            .is_some()
    );
}

#[test]
fn a_ticket_that_is_gone_is_no_failure_unless_the_whole_api_is_gone() {
    let script = with_form()
        .answer("PUT", "/tickets/4711", 404, NO_TICKET)
        .answer("GET", "/users/me", 200, ME);
    let change = || update(json!({"priority": "1 low"}));
    assert_eq!(block_on(service(&script).update_ticket(change())).unwrap(), None);
    let script = with_form()
        .answer("PUT", "/tickets/4711", 404, "<html>")
        .answer("GET", "/users/me", 404, "<html>");
    assert!(
        block_on(service(&script).update_ticket(change()))
            .unwrap_err()
            .is_for_every_ticket()
    );
}

#[test]
fn a_refused_name_makes_the_form_be_read_again_once() {
    let refusal = error("No lookup value found for 'group': \"canary\"");
    let script = and_form(with_form().answer("PUT", "/tickets/4711", 422, &refusal)).answer(
        "PUT",
        "/tickets/4711",
        422,
        &refusal,
    );
    let service = service(&script);
    for _ in 0..2 {
        match block_on(service.update_ticket(update(json!({"queue": "Billing"})))).unwrap_err() {
            Failure::Rejected {
                message,
                field,
                every_ticket: false,
            } => {
                assert_eq!(field.as_deref(), Some("queue"));
                assert!(
                    message.contains("wrote nothing") && !message.contains("canary"),
                    "{message}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(script.left(), 0);
}

#[test]
fn every_other_answer_to_a_write_is_named_by_its_remedy() {
    let told = |status: u16, headers: &[(&str, &str)], text: &str| {
        put(json!({"priority": "1 low"}), Response::of(status, headers, text))
            .0
            .unwrap_err()
    };
    let masked = told(422, &[], &error("Error ID aB1_x-: Please contact your administrator."));
    assert!(
        masked.to_string().contains("Error ID aB1_x-") && masked.to_string().contains("core workflow"),
        "{masked}"
    );
    let denied = told(403, &[], DENIED);
    assert!(
        !denied.is_for_every_ticket() && denied.to_string().contains("`create` on the group that"),
        "{denied}"
    );
    assert!(told(403, &[], TOKEN_DENIED).is_for_every_ticket());
    assert!(told(401, &[], &error("Not authorized (token expired)!")).is_for_every_ticket());
    assert!(matches!(
        told(413, &[], "<html>"),
        Failure::Rejected {
            every_ticket: false,
            ..
        }
    ));
    assert!(matches!(told(415, &[], ""), Failure::Bug { .. }));
    assert!(matches!(
        told(429, &[("retry-after", "2")], ""),
        Failure::Retry {
            after_ms: Some(2000),
            ..
        }
    ));
    for status in [500, 502, 503, 504] {
        assert!(matches!(told(status, &[], "<html>"), Failure::Retry { .. }));
    }
    // Done or not? The host reads back.
    for (status, text) in [
        (200, "<html>"),
        (200, ""),
        (200, "{\"id\":4711,"),
        (200, "[]"),
        (422, "<html>"),
    ] {
        assert!(matches!(told(status, &[], text), Failure::Retry { .. }), "{text}");
    }
}

#[test]
fn a_request_that_got_no_answer_is_passed_on_as_it_is() {
    let lost = Failure::retry("no answer");
    let script = with_form().fail("PUT", "/tickets/4711", lost.clone());
    assert_eq!(
        block_on(service(&script).update_ticket(update(json!({"priority": "1 low"})))).unwrap_err(),
        lost
    );
    assert_eq!(script.calls().len(), FORM + 1, "no retry loop of our own");
}

fn note(in_doubt: bool) -> AddNote {
    AddNote {
        id: "4711".into(),
        text: "KI: <Billing>".into(),
        mark: "otai-9".into(),
        in_doubt,
    }
}

#[test]
fn a_note_is_internal_and_looked_for_first_when_in_doubt() {
    let script = with_form().answer("PUT", "/api/v1/tickets/4711?expand=true", 200, UPDATED);
    block_on(service(&script).add_note(note(false))).unwrap();
    assert_eq!(
        script.body(FORM),
        json!({"article": {"body": "KI: <Billing>\n\n[otai-9]", "content_type": "text/plain", "type": "note", "internal": true}})
    );
    // The fixture holds it already.
    let script = ScriptedHost::new().answer("GET", "/ticket_articles/by_ticket/4711", 200, ARTICLES);
    block_on(service(&script).add_note(note(true))).unwrap();
    assert_eq!(script.calls().len(), 1);
    let script = and_form(ScriptedHost::new().answer("GET", "/by_ticket/4711", 200, "[]")).answer(
        "PUT",
        "/tickets/",
        200,
        UPDATED,
    );
    block_on(service(&script).add_note(note(true))).unwrap();
    assert_eq!(script.left(), 0);
    let script = with_form()
        .answer("PUT", "/tickets/", 404, NO_TICKET)
        .answer("GET", "/users/me", 200, ME);
    assert!(
        block_on(service(&script).add_note(note(false)))
            .unwrap_err()
            .to_string()
            .contains("gone")
    );
}

#[test]
fn a_note_goes_with_the_values_in_one_put() {
    let with_note = |change: Value| Update {
        note: Some(note(false)),
        ..update(change)
    };
    let script = with_form()
        .answer("PUT", "/tickets/4711?", 200, UPDATED)
        .answer("POST", "/tags/add", 201, "true");
    let change = json!({"queue": "Billing", "add_tags": ["ai"]});
    let ticket = block_on(service(&script).update_ticket(with_note(change)))
        .unwrap()
        .unwrap();
    assert!(ticket.noted && script.left() == 0);
    assert_eq!(
        script.body(FORM),
        json!({"group": "Billing",
            "article": {"body": "KI: <Billing>\n\n[otai-9]", "content_type": "text/plain", "type": "note", "internal": true}})
    );
    // Nothing is written, so no note either: the host adds it.
    let script = with_form()
        .answer("GET", "/tickets/4711?expand=true", 200, TICKET)
        .answer("GET", "/by_ticket/4711", 200, ARTICLES)
        .answer("GET", "/tags?", 200, r#"{"tags":["old"]}"#);
    let ticket = block_on(service(&script).update_ticket(with_note(json!({}))))
        .unwrap()
        .unwrap();
    assert!(!ticket.noted && script.left() == 0);
}

/// Otherwise every ticket would come once more after each of our own writes.
#[test]
fn our_own_writes_are_no_news() {
    let find = |cursor| Find {
        cursor,
        since: Some("2026-09-01T00:00:00Z".into()),
        ..Find::default()
    };
    let date = [("date", "Tue, 01 Sep 2026 09:15:02 GMT")];
    let tagged = row(json!({"updated_at": "2026-09-01T09:15:02.480Z", "updated_by_id": 11}));
    let edited = row(json!({"updated_at": "2026-09-01T09:15:04.480Z", "updated_by_id": 3}));
    let page = |row: &Value| Response::of(200, &date, &json!([row]).to_string());
    let script = with_form()
        .respond("POST", "/search?", page(&row(json!({}))))
        .answer("PUT", "/tickets/4711", 200, UPDATED)
        .respond("POST", "/search?", page(&serde_json::from_str(UPDATED).unwrap()))
        .respond("POST", "/tags/add", Response::of(201, &date, "true"))
        .answer("GET", "/tickets/4711", 200, TICKET)
        .respond("POST", "/search?", page(&tagged))
        .respond("POST", "/search?", page(&edited));
    let service = service(&script);
    let one = block_on(service.find_tickets(find(None))).unwrap();
    assert_eq!(one.tickets.len(), 1);
    block_on(service.update_ticket(update(json!({"queue": "Billing"})))).unwrap();
    let two = block_on(service.find_tickets(find(Some(one.cursor)))).unwrap();
    assert_eq!(two.tickets.len(), 0, "the PUT said when");
    block_on(service.update_ticket(update(json!({"add_tags": ["ai"]})))).unwrap();
    let three = block_on(service.find_tickets(find(Some(two.cursor)))).unwrap();
    assert_eq!(three.tickets.len(), 0, "the server's clock said when");
    let four = block_on(service.find_tickets(find(Some(three.cursor)))).unwrap();
    assert_eq!(
        (four.tickets.len(), script.left()),
        (1, 0),
        "somebody else's change is news"
    );
}

#[test]
fn a_ticket_can_be_opened() {
    let new = CreateTicket {
        subject: "Drucker".into(),
        body: "raucht".into(),
        requester_email: "mara.lind@customer.example".into(),
        values: serde_json::from_value(json!({"add_tags": ["demo"], "priority": "3 high"})).unwrap(),
    };
    let script = with_form()
        .answer("POST", "/api/v1/tickets?expand=true", 201, TICKET)
        .answer("POST", "/tags/add", 201, "true");
    let ticket = block_on(service(&script).create_ticket(new)).unwrap();
    assert_eq!(
        (ticket.id.as_str(), ticket.body.as_str(), ticket.tags),
        ("4711", "raucht", vec!["demo".to_owned()])
    );
    assert_eq!(
        script.body(FORM),
        json!({"title": "Drucker", "group": "Users", "priority": "3 high", "customer_id": "guess:mara.lind@customer.example",
            "article": {"subject": "Drucker", "body": "raucht", "content_type": "text/plain", "type": "note", "internal": false}})
    );
    let refusal = error("Invalid email 'canary' of customer");
    let script = with_form().answer("POST", "/tickets?", 422, &refusal);
    let failure = block_on(service(&script).create_ticket(CreateTicket::default())).unwrap_err();
    assert!(!failure.to_string().contains("canary"), "{failure}");
}

/// Whatever happens: no secret and no text of a ticket in a failure, a log line or a `Debug` output.
#[test]
fn neither_token_nor_text_of_a_ticket_leaks() {
    let bodies = [
        error("canary text"),
        error("No lookup value found for 'canary text': \"canary text\""),
        error("Error ID canary text: canary text"),
        r#"{"id":"canary text","title":"canary text"}"#.to_owned(),
        r#"[{"id":1,"title":"canary text","group":["canary text"]}, "canary text"]"#.to_owned(),
        r#"{"tickets":[1],"assets":{"Ticket":{"1":{"title":"canary text"}}}}"#.to_owned(),
        "canary text".to_owned(),
    ];
    let headers = [
        ("x-request-id", "canary text"),
        ("x-failure", "canary text"),
        ("location", "https://x.example/canary text"),
        ("content-type", "canary text"),
    ];
    for status in [200, 301, 400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503] {
        for answer in &bodies {
            let bad = || Response::of(status, &headers, answer);
            let read = |method: &str| with_form().respond(method, "", bad()).respond("GET", "", bad());
            let change = json!({"queue": "Billing", "custom_fields": {"order_no": "canary text"}});
            let (told, log) = logged(async {
                let one = service(&read("POST"));
                let told = format!("{one:?}{:?}", one.find_tickets(Find::default()).await.err());
                let two = service(&read("GET")).get_ticket("1".into()).await.err();
                let three = service(&read("PUT")).update_ticket(update(change)).await.err();
                let script = ScriptedHost::new().respond("GET", "", bad());
                let four = service(&script).catalog().await.err();
                let five = service(&read("POST"))
                    .update_ticket(update(json!({"add_tags": ["x"]})))
                    .await
                    .err();
                format!("{told}{two:?}{three:?}{four:?}{five:?}")
            });
            for text in [told, log] {
                assert!(
                    !text.contains("canary text") && !text.contains(TOKEN),
                    "{status}: {text}"
                );
            }
        }
    }
}
