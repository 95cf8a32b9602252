//! The service against a scripted Freshdesk: reading.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{
    Failure, ScriptedHost, TicketSystemService as _, block_on, logged,
    model::Find,
    serde_json::{Value, json},
};

fn rows(json: &[Value]) -> String {
    json!(json).to_string()
}

fn find(cursor: Option<String>) -> Find {
    let since = Some("2026-09-01T00:00:00Z".to_owned());
    Find {
        cursor,
        since,
        people: false,
    }
}

#[test]
fn a_list_is_asked_for_and_translated() {
    let date = [("date", "Tue, 01 Sep 2026 10:00:00 GMT")];
    let script = with_fields().respond("GET", "/tickets?", reply(200, &date, ROWS));
    let page = block_on(service(&script).find_tickets(find(None))).unwrap();
    assert!(!page.more);
    assert_eq!(page.tickets.len(), 1);
    assert_eq!(page.tickets[0].subject, "Rechnung 2291 doppelt abgebucht");
    let call = &script.calls()[1];
    assert_eq!(
        call.url,
        "https://acme.freshdesk.com/api/v2/tickets?updated_since=2026-09-01T00:00:00Z&order_by=updated_at&order_type=asc\
         &per_page=100&page=1&include=description"
    );
    assert_eq!((call.cost, script.calls()[0].cost), (3.0, 1.0));
}

#[test]
fn names_are_asked_for_where_they_are_to_be_masked() {
    let script = with_fields().answer("GET", "include=description,requester", 200, ROWS);
    let question = Find {
        people: true,
        ..find(None)
    };
    let page = block_on(service(&script).find_tickets(question)).unwrap();
    let person = page.tickets[0].requester.clone().unwrap();
    assert_eq!(person.name.as_deref(), Some("Mara Lind"));
    assert_eq!(script.calls()[1].cost, 5.0, "one, and two for each include");
}

#[test]
fn a_walk_goes_on_from_its_last_row_and_ends_without_an_empty_page() {
    let row = |n: u32| json!({"id": n, "subject": format!("t{n}"), "updated_at": format!("2026-09-01T09:{:02}:{:02}Z", n / 60, n % 60)});
    let next = [
        (
            "link",
            r#"<https://acme.freshdesk.com/api/v2/tickets?page=2>; rel="next""#,
        ),
        ("date", "Tue, 01 Sep 2026 10:00:00 GMT"),
    ];
    let first: Vec<Value> = (1..=100).map(row).collect();
    // The last row again, then exactly 99 new ones: a full page, and no link.
    let second: Vec<Value> = (100..=199).map(row).collect();
    let script = with_fields()
        .respond(
            "GET",
            "updated_since=2026-09-01T00:00:00Z&",
            reply(200, &next, &rows(&first)),
        )
        .respond(
            "GET",
            "updated_since=2026-09-01T09:01:40Z&",
            reply(200, &next[1..], &rows(&second)),
        )
        .respond(
            "GET",
            "updated_since=2026-09-01T09:55:00Z&",
            reply(200, &next[1..], "[]"),
        );
    let service = service(&script);
    let one = block_on(service.find_tickets(find(None))).unwrap();
    assert_eq!((one.tickets.len(), one.more), (100, true));
    let two = block_on(service.find_tickets(find(Some(one.cursor)))).unwrap();
    assert_eq!((two.tickets.len(), two.more), (99, false));
    assert_eq!(two.tickets[0].id, "101", "the row at the seam is not given twice");
    // A quiet hour: the next poll begins five minutes before the server's clock.
    block_on(service.find_tickets(find(Some(two.cursor)))).unwrap();
    assert_eq!(script.left(), 0);
}

#[test]
fn a_page_that_is_too_large_is_read_without_its_texts_and_those_one_by_one() {
    let large = || Failure::rejected("GET https://acme.freshdesk.com/x: the answer is larger than 32 MB");
    let row = |n: u32| json!({"id": n, "subject": format!("t{n}"), "updated_at": "2026-09-01T09:00:00Z"});
    let whole = |n: u32| {
        let mut row = row(n);
        row["description_text"] = json!(format!("text {n}"));
        row.to_string()
    };
    let script = with_fields()
        .fail("GET", "&include=description", large())
        .answer(
            "GET",
            "&per_page=100&page=1",
            200,
            &rows(&[row(1), row(2), row(3), row(4)]),
        )
        .answer("GET", "/tickets/1", 200, &whole(1))
        .fail("GET", "/tickets/2", large())
        .answer("GET", "/tickets/3", 404, "")
        .answer("GET", "/agents/me", 200, ME)
        .answer("GET", "/tickets/4", 200, &whole(4));
    let (page, log) = logged(service(&script).find_tickets(find(None)));
    let page = page.unwrap();
    let read: Vec<_> = page
        .tickets
        .iter()
        .map(|t| (t.id.as_str(), t.body.as_str(), t.settled.is_some()))
        .collect();
    assert_eq!(read, [("1", "text 1", false), ("2", "", true), ("4", "text 4", false)]);
    assert!(log.contains("ticket 2 is left alone") && script.left() == 0, "{log}");
    assert!(!script.calls()[2].url.contains("include"));
}

#[test]
fn a_link_to_a_stranger_is_no_link() {
    for url in [
        "https://evil.example/api/v2/tickets?page=2",
        "https://acme.freshdesk.com.evil.example/x",
        "http://acme.freshdesk.com/x",
    ] {
        let link = format!("<{url}>; rel=\"next\"");
        let script = with_fields().respond("GET", "/tickets?", reply(200, &[("link", &link)], ROWS));
        assert!(
            !block_on(service(&script).find_tickets(find(None))).unwrap().more,
            "{url}"
        );
    }
    let both = r#"<https://acme.freshdesk.com/a>; rel="prev", <https://acme.freshdesk.com/b>; rel="next""#;
    let script = with_fields().respond("GET", "/tickets?", reply(200, &[("link", both)], ROWS));
    assert!(block_on(service(&script).find_tickets(find(None))).unwrap().more);
}

#[test]
fn a_cursor_that_cannot_be_read_starts_a_fresh_walk() {
    let script = with_fields().answer("GET", "updated_since=2026-09-01T00:00:00Z", 200, "[]");
    let (page, log) = logged(service(&script).find_tickets(find(Some("{from another age}".into()))));
    assert!(!page.unwrap().more);
    assert!(log.contains("starting again"), "{log}");
    let bad = Find {
        cursor: None,
        since: Some("yesterday".into()),
        ..Find::default()
    };
    assert!(matches!(
        block_on(service(&with_fields()).find_tickets(bad)),
        Err(Failure::Bug { .. })
    ));
}

#[test]
fn lists_that_are_no_lists_are_for_later_and_lose_nothing() {
    for body in [
        "<html>maintenance</html>",
        "[{\"id\":1},{\"id\":",
        "",
        "{\"id\":1}",
        "null",
    ] {
        let script = with_fields().respond("GET", "/tickets?", reply(200, &[("content-type", "text/html")], body));
        let failure = block_on(service(&script).find_tickets(find(None))).unwrap_err();
        assert!(
            matches!(failure, Failure::Retry { after_ms: None, .. }),
            "{body}: {failure:?}"
        );
    }
}

#[test]
fn trouble_on_the_way_to_a_list_is_named_by_its_remedy() {
    let told = |status: u16, headers: &[(&str, &str)], body: &str| {
        let script = with_fields().respond("GET", "/tickets?", reply(status, headers, body));
        block_on(service(&script).find_tickets(find(None))).unwrap_err()
    };
    assert!(matches!(
        told(429, &[("retry-after", "34")], ""),
        Failure::Retry {
            after_ms: Some(34_000),
            ..
        }
    ));
    assert!(matches!(
        told(429, &[], ""),
        Failure::Retry {
            after_ms: Some(60_000),
            ..
        }
    ));
    assert!(matches!(
        told(503, &[], "<html>upstream error</html>"),
        Failure::Retry { .. }
    ));
    assert!(matches!(
        told(500, &[], r#"{"code":"internal_error"}"#),
        Failure::Retry { .. }
    ));
    assert!(matches!(told(406, &[], ""), Failure::Bug { .. }));
    assert!(told(401, &[], "").is_for_every_ticket());
    assert!(told(403, &[], DENIED).is_for_every_ticket());
    assert!(told(404, &[], "").is_for_every_ticket());
    let bug = told(
        400,
        &[("x-request-id", "abc-1")],
        r#"{"code":"x","errors":[{"field":"page"}]}"#,
    );
    assert!(
        matches!(&bug, Failure::Bug { .. }) && bug.to_string().contains("request id abc-1"),
        "{bug}"
    );
}

#[test]
fn one_ticket_is_there_gone_or_forbidden() {
    let script = with_fields().answer("GET", "/api/v2/tickets/4711", 200, VIEW);
    let ticket = block_on(service(&script).get_ticket("4711".into())).unwrap().unwrap();
    assert_eq!(ticket.body, "Hallo,\ndie Rechnung 2291 wurde zweimal abgebucht.");

    let script = with_fields()
        .answer("GET", "/tickets/4711", 404, "")
        .answer("GET", "/agents/me", 200, ME);
    assert_eq!(block_on(service(&script).get_ticket("4711".into())).unwrap(), None);

    let script = with_fields().answer("GET", "/tickets/4711", 403, DENIED);
    let failure = block_on(service(&script).get_ticket("4711".into())).unwrap_err();
    assert!(
        matches!(
            failure,
            Failure::Rejected {
                every_ticket: false,
                ..
            }
        ),
        "{failure:?}"
    );

    let script = with_fields().answer("GET", "/tickets/4711", 200, r#"{"id":4711,"status":2,"deleted":true}"#);
    let deleted = block_on(service(&script).get_ticket("4711".into())).unwrap().unwrap();
    assert_eq!(deleted.settled.as_deref(), Some("deleted"));
}

#[test]
fn an_api_that_was_switched_off_takes_no_ticket_for_gone() {
    let script = with_fields()
        .answer("GET", "/tickets/4711", 404, "")
        .answer("GET", "/agents/me", 404, "");
    let failure = block_on(service(&script).get_ticket("4711".into())).unwrap_err();
    assert!(
        failure.is_for_every_ticket() && failure.to_string().contains("switched off"),
        "{failure}"
    );
}

#[test]
fn an_id_that_is_no_number_reaches_no_url() {
    for id in ["", "0", "-1", "../agents", "1/notes", "1?x=y", "４"] {
        let script = ScriptedHost::new();
        assert!(block_on(service(&script).get_ticket(id.into())).is_err(), "{id}");
        assert!(script.calls().is_empty());
    }
}

#[test]
fn a_page_with_a_broken_row_is_read_and_the_row_set_apart() {
    let body = "[{\"id\":1,\"updated_at\":\"2026-09-01T09:00:00Z\",\"subject\":null,\"description\":null},\
        {\"id\":2,\"updated_at\":\"2026-09-01T09:00:01Z\",\"subject\":\"half \\ud83d pair\"},\
        {\"id\":3,\"updated_at\":\"2026-09-01T09:00:02Z\",\"subject\":\"canary text\",\"group_id\":\"canary text\"},\
        {\"id\":4,\"updated_at\":\"2026-09-01T09:00:03Z\",\"description_text\":\"nul \\u0000 \\ud83d\\ude00\"}]";
    let script = with_fields().answer("GET", "/tickets?", 200, body);
    let (page, log) = logged(service(&script).find_tickets(find(None)));
    let tickets = page.unwrap().tickets;
    assert_eq!(tickets.len(), 4);
    assert_eq!((tickets[0].subject.as_str(), tickets[0].body.as_str()), ("", ""));
    assert_eq!(tickets[1].subject, "half \u{fffd} pair");
    assert!(tickets[2].settled.as_deref().unwrap().starts_with("unreadable"));
    assert_eq!(tickets[3].body, "nul  😀");
    assert!(log.contains("ticket 3") && !log.contains("canary"), "{log}");
}

#[test]
fn a_megabyte_of_html_is_no_trouble() {
    let html = "<div><p title=\"a>b\">Zeile &amp; mehr</p>".repeat(25_000);
    let body = rows(&[json!({"id": 1, "description": html, "updated_at": "2026-09-01T09:00:00Z"})]);
    let script = with_fields().answer("GET", "/tickets?", 200, &body);
    let began = std::time::Instant::now();
    let page = block_on(service(&script).find_tickets(find(None))).unwrap();
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    assert!(page.tickets[0].body.starts_with("Zeile & mehr\n"));
    assert_eq!(page.tickets[0].body.chars().count(), 100_000);
}

#[test]
fn a_group_that_is_new_makes_the_form_be_read_again_but_not_for_ever() {
    let row = rows(&[json!({"id": 1, "group_id": 77, "updated_at": "2026-09-01T09:00:00Z"})]);
    let newer = FIELDS.replace("\"Billing\": 151000201001", "\"Sales\": 77");
    assert_ne!(newer, FIELDS);
    let script = with_fields()
        .answer("GET", "/tickets?", 200, &row)
        .answer("GET", "/ticket_fields", 200, &newer)
        .answer("GET", "/tickets?", 200, &row.replace("77", "78"));
    let service = service(&script);
    let page = block_on(service.find_tickets(find(None))).unwrap();
    assert_eq!(page.tickets[0].queue.as_deref(), Some("Sales"));
    let page = block_on(service.find_tickets(find(None))).unwrap();
    assert_eq!(
        page.tickets[0].queue.as_deref(),
        Some("group 78"),
        "reloaded at most once a minute"
    );
    assert_eq!(script.left(), 0);
}

#[test]
fn groups_are_asked_for_only_when_the_form_hides_one() {
    let row = rows(&[json!({"id": 1, "group_id": 77, "updated_at": "2026-09-01T09:00:00Z"})]);
    let ask = |status: u16, groups: &str| {
        let script = with_fields()
            .answer("GET", "/tickets?", 200, &row)
            .answer("GET", "/ticket_fields", 200, FIELDS)
            .answer("GET", "/groups?", status, groups);
        block_on(service(&script).find_tickets(find(None))).unwrap().tickets[0]
            .queue
            .clone()
            .unwrap()
    };
    assert_eq!(ask(200, r#"[{"id":77,"name":"Billing"}]"#), "Billing (77)");
    assert_eq!(
        ask(403, DENIED),
        "group 77",
        "an ordinary agent is not refused, only less is known"
    );
}

#[test]
fn samples_of_another_project_are_read() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/freshdesk/python-freshdesk");
    let Ok(list) = std::fs::read_to_string(folder.join("all_tickets.json")) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    let script = with_fields().answer("GET", "/tickets?", 200, &list);
    let (page, _) = logged(service(&script).find_tickets(find(None)));
    let page = page.unwrap();
    assert!(!page.tickets.is_empty() && page.tickets.iter().all(|t| t.settled.as_deref() != Some("unreadable")));
    let view = std::fs::read_to_string(folder.join("ticket_1.json")).unwrap();
    let script = with_fields().answer("GET", "/tickets/1", 200, &view);
    let ticket = block_on(service(&script).get_ticket("1".into())).unwrap().unwrap();
    assert_eq!(
        (ticket.subject.as_str(), ticket.tags.len()),
        ("This is a sample ticket", 2)
    );
}
