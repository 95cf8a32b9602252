//! The service against a scripted Zammad: reading.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{
    Failure, Response, ScriptedHost, TicketSystemService as _, block_on, logged,
    model::{Complete, Find, Page, Ticket},
    serde_json::{Value, json},
};
use otai_zammad::ZammadTicketsystemService;

fn find(cursor: Option<String>) -> Find {
    Find {
        cursor,
        since: Some("2026-09-01T00:00:00Z".to_owned()),
        ..Find::default()
    }
}

fn complete(service: &ZammadTicketsystemService, tickets: Vec<Ticket>, tags: bool) -> Result<Vec<Ticket>, Failure> {
    block_on(service.complete_tickets(Complete { tickets, tags }))
}

fn rows(rows: &[Value]) -> String {
    json!(rows).to_string()
}

/// A ticket that changed at this second of an hour.
fn at(id: u32, second: u32) -> Value {
    row(json!({"id": id, "updated_at": format!("2026-09-01T09:{:02}:{:02}.500Z", second / 60, second % 60)}))
}

const DATE: (&str, &str) = ("date", "Tue, 01 Sep 2026 10:00:00 GMT");

#[test]
fn changes_are_searched_by_a_condition_without_a_request_for_any_text() {
    let closed = row(json!({"id": 4712, "state": "closed", "updated_at": "2026-09-01T09:20:00.000Z"}));
    let script = with_form().respond(
        "POST",
        "/tickets/search?",
        Response::of(200, &[DATE], &rows(&[row(json!({})), closed])),
    );
    let page = block_on(service(&script).find_tickets(find(None))).unwrap();
    assert_eq!((page.tickets.len(), page.more, script.left()), (2, false, 0));
    assert!(
        page.tickets
            .iter()
            .all(|ticket| ticket.partial && ticket.body.is_empty())
    );
    assert_eq!(page.tickets[1].settled.as_deref(), Some("closed"));

    let call = &script.calls()[FORM];
    assert_eq!(
        call.url,
        "https://desk.example/api/v1/tickets/search?expand=true&sort_by=updated_at,id&order_by=asc,asc&per_page=100&page=1"
    );
    assert_eq!(
        script.body(FORM),
        json!({"condition": {"ticket.updated_at": {"operator": "after (absolute)", "value": "2026-09-01T00:00:00Z"}}})
    );
}

#[test]
fn a_text_costs_one_request_and_tags_another_where_they_matter() {
    let tags = r#"{"tags":["ai","VIP"]}"#;
    for wanted in [false, true] {
        let script = with_form().answer("POST", "/search?", 200, &rows(&[row(json!({}))]));
        let script = script.answer("GET", "/api/v1/ticket_articles/by_ticket/4711", 200, ARTICLES);
        let script = match wanted {
            true => script.answer("GET", "/api/v1/tags?object=Ticket&o_id=4711", 200, tags),
            false => script,
        };
        let service = service(&script);
        let tickets = block_on(service.find_tickets(find(None))).unwrap().tickets;
        let whole = complete(&service, tickets, wanted).unwrap();
        let ticket = &whole[0];
        assert_eq!(
            ticket.body, "Hallo,\ndie Rechnung 2291 wurde zweimal abgebucht.",
            "no signature, no note"
        );
        assert_eq!(ticket.requester.as_ref().unwrap().name.as_deref(), Some("Mara Lind"));
        assert_eq!(
            (ticket.partial, ticket.tags.len(), script.left()),
            (false, if wanted { 2 } else { 0 }, 0)
        );
        assert_eq!(
            complete(&service, whole.clone(), wanted).unwrap(),
            whole,
            "nothing is read twice"
        );
    }
}

#[test]
fn of_an_id_alone_the_ticket_is_read_too_and_one_that_is_gone_is_left_out() {
    let known = |id: &str| Ticket {
        id: id.to_owned(),
        partial: true,
        ..Ticket::default()
    };
    let script = with_form()
        .answer("GET", "/tickets/4711?expand=true", 200, TICKET)
        .answer("GET", "/by_ticket/4711", 200, ARTICLES)
        .answer("GET", "/tickets/4712?expand=true", 404, NO_TICKET)
        .answer("GET", "/users/me", 200, ME)
        .answer("GET", "/tickets/4713?expand=true", 403, DENIED);
    let service = service_with(&script, json!({"at_once": 1}));
    let all = ["4711", "4712", "4713"].map(known).to_vec();
    let read = complete(&service, all, false).unwrap();
    assert_eq!((read.len(), script.left()), (2, 0));
    assert!(!read[0].partial && read[0].body.starts_with("Hallo") && !read[0].revision.is_empty());
    assert_eq!(read[1], known("4713"), "whoever asks for it alone hears why");
}

#[test]
fn a_walk_goes_on_from_its_last_row_and_gives_none_twice() {
    let first: Vec<Value> = (1..=100).map(|n| at(n, n)).collect();
    let second: Vec<Value> = (100..=150).map(|n| at(n, n)).collect();
    let script = with_form()
        .respond("POST", "page=1", Response::of(200, &[DATE], &rows(&first)))
        .respond("POST", "page=1", Response::of(200, &[DATE], &rows(&second)));
    let service = service(&script);
    let one = block_on(service.find_tickets(find(None))).unwrap();
    assert_eq!((one.tickets.len(), one.more), (100, true));
    let two = block_on(service.find_tickets(find(Some(one.cursor)))).unwrap();
    assert_eq!(
        (two.tickets.len(), two.more, two.tickets[0].id.as_str()),
        (50, false, "101")
    );
    assert_eq!(script.left(), 0);
    let asked = script.body(FORM + 1);
    assert_eq!(asked["condition"]["ticket.updated_at"]["value"], "2026-09-01T09:01:40Z");
}

#[test]
fn a_busy_second_is_read_to_its_end() {
    let page = |ids: std::ops::Range<u32>| {
        rows(
            &ids.map(|id| row(json!({"id": id, "state": "closed"})))
                .collect::<Vec<_>>(),
        )
    };
    let script = with_form()
        .respond("POST", "&page=1", Response::of(200, &[DATE], &page(1..4)))
        .respond("POST", "&page=1", Response::of(200, &[DATE], &page(1..4)))
        .respond("POST", "&page=2", Response::of(200, &[DATE], &page(4..6)))
        .respond("POST", "&page=1", Response::of(200, &[DATE], &page(1..4)))
        .respond("POST", "&page=1", Response::of(200, &[DATE], "[]"));
    let service = service_with(&script, json!({"requests_per_minute": 3}));
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page: Page = block_on(service.find_tickets(find(cursor))).unwrap();
        ids.extend(page.tickets.into_iter().map(|ticket| ticket.id));
        cursor = Some(page.cursor);
        if !page.more {
            break;
        }
    }
    assert_eq!(
        (ids, script.left()),
        (["1", "2", "3", "4", "5"].map(str::to_owned).to_vec(), 0)
    );
}

#[test]
fn one_ticket_whose_text_is_not_given_does_not_keep_the_others_back() {
    for (status, answer) in [(403, DENIED), (404, NO_TICKET)] {
        let script = with_form()
            .answer(
                "POST",
                "/search?",
                200,
                &rows(&[row(json!({"id": 1})), row(json!({"id": 2}))]),
            )
            .answer("GET", "/by_ticket/1", status, answer)
            .answer("GET", "/by_ticket/2", 200, ARTICLES);
        let service = service(&script);
        let tickets = block_on(service.find_tickets(find(None))).unwrap().tickets;
        let (tickets, log) = logged(service.complete_tickets(Complete { tickets, tags: false }));
        let tickets = tickets.unwrap();
        assert!(tickets[0].settled.as_deref().unwrap().starts_with("unreadable") && !tickets[0].partial);
        assert!(tickets[1].settled.is_none() && !tickets[1].body.is_empty());
        assert!(log.contains("ticket 1 is left alone"), "{log}");
    }
    // What concerns all is not one ticket's fault.
    for (status, answer) in [(401, "{}"), (502, "<html>"), (200, "<html>")] {
        let script = with_form()
            .answer("POST", "/search?", 200, &rows(&[row(json!({}))]))
            .answer("GET", "/by_ticket/", status, answer);
        let service = service(&script);
        let tickets = block_on(service.find_tickets(find(None))).unwrap().tickets;
        assert!(complete(&service, tickets, false).is_err(), "{status}");
    }
}

#[test]
fn trouble_on_the_way_to_a_page_is_named_by_its_remedy() {
    let told = |status: u16, headers: &[(&str, &str)], body: &str| {
        let script = with_form().respond("POST", "/search?", Response::of(status, headers, body));
        block_on(service(&script).find_tickets(find(None))).unwrap_err()
    };
    for body in [
        "<html>maintenance</html>",
        "[{\"id\":1},{\"id\":",
        "",
        "null",
        "{\"id\":1}",
    ] {
        let failure = told(200, &[("content-type", "text/html")], body);
        assert!(
            matches!(failure, Failure::Retry { after_ms: None, .. }),
            "{body}: {failure:?}"
        );
    }
    let after = told(429, &[("retry-after", "34")], "");
    assert!(matches!(
        after,
        Failure::Retry {
            after_ms: Some(34_000),
            ..
        }
    ));
    assert!(matches!(told(503, &[], "<html>"), Failure::Retry { .. }));
    assert!(matches!(
        told(403, &[], &error("Maintenance mode enabled!")),
        Failure::Retry { .. }
    ));
    for (status, text) in [
        (401, "Can't find User for Token"),
        (403, "Not authorized (token)!"),
        (404, "No route matches"),
        (422, "x"),
    ] {
        assert!(told(status, &[], &error(text)).is_for_every_ticket(), "{text}");
    }
    let unexpanded = told(200, &[], r#"{"tickets":[1],"tickets_count":1,"assets":{}}"#);
    assert!(
        unexpanded.is_for_every_ticket() && unexpanded.to_string().contains("expand=true"),
        "{unexpanded}"
    );
}

#[test]
fn one_ticket_is_there_gone_or_forbidden() {
    let script = with_form()
        .answer("GET", "/api/v1/tickets/4711?expand=true", 200, TICKET)
        .answer("GET", "/ticket_articles/by_ticket/4711", 200, ARTICLES)
        .answer("GET", "/tags?object=Ticket&o_id=4711", 200, r#"{"tags":["ai"]}"#);
    let ticket = block_on(service(&script).get_ticket("4711".into())).unwrap().unwrap();
    assert_eq!(
        (ticket.tags, ticket.queue.as_deref()),
        (vec!["ai".to_owned()], Some("Users"))
    );
    assert!(ticket.body.starts_with("Hallo") && script.left() == 0);

    let script = with_form()
        .answer("GET", "/tickets/4711", 404, NO_TICKET)
        .answer("GET", "/users/me", 200, ME);
    assert_eq!(block_on(service(&script).get_ticket("4711".into())).unwrap(), None);

    for (status, answer) in [(404, "<html>"), (401, "{}"), (502, "")] {
        let script =
            with_form()
                .answer("GET", "/tickets/4711", 404, NO_TICKET)
                .answer("GET", "/users/me", status, answer);
        assert!(
            block_on(service(&script).get_ticket("4711".into())).is_err(),
            "not gone, only out of reach: {status}"
        );
    }
    let page = Response::of(200, &[("content-type", "text/html; charset=utf-8")], "<html>");
    let script = with_form()
        .answer("GET", "/tickets/4711", 404, "")
        .respond("GET", "/users/me", page);
    let failure = block_on(service(&script).get_ticket("4711".into())).unwrap_err();
    assert!(failure.to_string().contains("web page"), "{failure}");

    let script = with_form().answer("GET", "/tickets/4711", 403, DENIED);
    let failure = block_on(service(&script).get_ticket("4711".into())).unwrap_err();
    assert!(
        !failure.is_for_every_ticket() && failure.to_string().contains("`read`"),
        "{failure}"
    );
}

#[test]
fn an_id_that_is_no_number_reaches_no_url() {
    for id in ["", "0", "-1", "../users", "1/x", "1?x=y"] {
        let script = ScriptedHost::new();
        assert!(block_on(service(&script).get_ticket(id.into())).is_err(), "{id}");
        assert!(script.calls().is_empty());
    }
}

#[test]
fn a_state_that_is_new_makes_the_form_be_read_again_but_not_for_ever() {
    let one = rows(&[row(json!({"state": "abgelegt"}))]);
    let newer = STATES.replace("\"erledigt\"", "\"abgelegt\"");
    let script = and_form(ScriptedHost::new()).answer("POST", "/search?", 200, &one);
    let script = script
        .answer("GET", "/ticket_priorities?", 200, PRIORITIES)
        .answer("GET", "/ticket_states?", 200, &newer)
        .answer("GET", "/groups?", 200, GROUPS)
        .answer("GET", "/object_manager_attributes", 200, ATTRIBUTES)
        .answer("POST", "/search?", 200, &one.replace("abgelegt", "ganz neu"));
    let service = service(&script);
    let page = block_on(service.find_tickets(find(None))).unwrap();
    assert_eq!(page.tickets[0].settled.as_deref(), Some("closed"));
    let page = block_on(service.find_tickets(find(None))).unwrap();
    assert_eq!(
        (page.tickets[0].settled.as_deref(), page.tickets[0].fresh, script.left()),
        (None, None, 0)
    );
}

#[test]
fn a_page_with_broken_rows_and_articles_is_read_and_the_rest_set_apart() {
    let body = "[{\"id\":1,\"title\":\"half \\ud83d pair\",\"state\":\"new\",\"updated_at\":\"2026-09-01T09:00:00Z\"},\
        {\"id\":2,\"title\":\"canary text\",\"group\":[\"canary text\"],\"updated_at\":\"2026-09-01T09:00:01Z\"}]";
    let articles = "[{\"body\":[\"canary text\"]},{\"sender\":\"Customer\",\"body\":\"nul \\u0000 \\ud83d\\ude00\"}]";
    let script = with_form()
        .answer("POST", "/search?", 200, body)
        .answer("GET", "/by_ticket/1", 200, articles);
    let service = service(&script);
    let (tickets, log) = logged(async {
        let tickets = service.find_tickets(find(None)).await?.tickets;
        service.complete_tickets(Complete { tickets, tags: false }).await
    });
    let tickets = tickets.unwrap();
    assert_eq!(
        (tickets[0].subject.as_str(), tickets[0].body.as_str()),
        ("half \u{fffd} pair", "nul  😀")
    );
    assert!(tickets[1].settled.as_deref().unwrap().starts_with("unreadable"));
    assert!(log.contains("ticket 2") && !log.contains("canary"), "{log}");
}
