//! The service against a scripted helpdesk: reading, sessions, the catalog.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{
    Failure, Response, ScriptedHost, TicketSystemService as _, block_on, logged,
    model::{Complete, Ticket},
    serde_json::{Value, json},
};

#[test]
fn a_walk_costs_one_search_and_one_read_for_fifty_tickets() {
    let script = ScriptedHost::new()
        .answer(
            "POST",
            "/Webservice/OpenTicketAI/ticket-search",
            200,
            &found((1..=60).rev()),
        )
        .answer("POST", "/ticket-get", 200, &tickets(1..=50))
        .answer("POST", "/ticket-get", 200, &tickets(51..=60));
    let service = service(&script);
    let one = block_on(service.find_tickets(find(None))).unwrap();
    assert_eq!((one.tickets.len(), one.more), (50, true));
    let two = block_on(service.find_tickets(find(Some(one.cursor)))).unwrap();
    assert_eq!((two.tickets.len(), two.more, script.left()), (10, false, 0));
    let search = script.body(0);
    assert_eq!(search["UserLogin"], "open_ticket_ai");
    assert!(search["TicketLastChangeTimeNewerMinutes"].as_i64().unwrap() >= 30 * 24 * 60);
    assert!(
        search["Limit"].as_i64().unwrap() > 1_000_000,
        "the default would be 500"
    );
    let get = script.body(1);
    assert_eq!(get["TicketID"].as_array().unwrap().len(), 50);
    assert_eq!(
        (&get["AllArticles"], &get["ArticleLimit"], &get["DynamicFields"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(get["ArticleSenderType"], json!(["customer", "agent"]));
}

#[test]
fn after_a_restart_the_walk_goes_on_behind_the_last_id() {
    let first = ScriptedHost::new()
        .answer("POST", "/ticket-search", 200, &found(1..=60))
        .answer("POST", "/ticket-get", 200, &tickets(1..=50));
    let page = block_on(service(&first).find_tickets(find(None))).unwrap();
    let again = ScriptedHost::new()
        .answer("POST", "/ticket-search", 200, &found([3, 55, 56, 70]))
        .answer("POST", "/ticket-get", 200, &tickets([55, 56, 70]));
    let page = block_on(service(&again).find_tickets(find(Some(page.cursor)))).unwrap();
    assert_eq!((page.tickets.len(), page.more), (3, false));
    assert_eq!(again.body(1)["TicketID"], json!([55, 56, 70]));
}

#[test]
fn nothing_changed_costs_one_search() {
    let script = ScriptedHost::new().answer("POST", "/ticket-search", 200, "{}");
    let page = block_on(service(&script).find_tickets(find(None))).unwrap();
    assert!(page.tickets.is_empty() && !page.more && script.left() == 0);
}

#[test]
fn one_bad_id_is_found_and_does_not_cost_the_others() {
    let script = ScriptedHost::new()
        .answer("POST", "/ticket-search", 200, &found(1..=4))
        .answer("POST", "/ticket-get", 200, DENIED_GET)
        .answer("POST", "/ticket-get", 200, &tickets([1, 2]))
        .answer("POST", "/ticket-get", 200, DENIED_GET)
        .answer("POST", "/ticket-get", 200, DENIED_GET)
        .answer("POST", "/ticket-get", 500, FAULT);
    let page = block_on(service(&script).find_tickets(find(None))).unwrap();
    let ids: Vec<&str> = page.tickets.iter().map(|t| t.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "4"], "3 is gone");
    assert!(
        page.tickets[2].settled.as_deref().unwrap().contains("unreadable"),
        "4 kills the operation"
    );
    assert_eq!(script.left(), 0);
}

#[test]
fn what_is_known_by_its_id_is_read_fifty_at_a_time_whatever_its_queue() {
    let known = |id: i64| Ticket {
        id: id.to_string(),
        partial: true,
        ..Ticket::default()
    };
    let whole = Ticket {
        id: "7".into(),
        ..Ticket::default()
    };
    let script = ScriptedHost::new()
        .answer("POST", "/ticket-get", 200, &tickets(101..=150))
        .answer("POST", "/ticket-get", 200, DENIED_GET)
        .answer("POST", "/ticket-get", 200, DENIED_GET)
        .answer("POST", "/ticket-get", 200, &tickets([152]));
    let wanted = Complete {
        tickets: std::iter::once(whole.clone()).chain((101..=152).map(known)).collect(),
        tags: false,
    };
    let service = service_with(&script, json!({"queues": ["Elsewhere"]}));
    let read = block_on(service.complete_tickets(wanted)).unwrap();
    assert_eq!((read.len(), script.left()), (52, 0), "151 is gone or forbidden");
    assert_eq!(read[0], whole, "nothing was asked for");
    assert!(read.iter().all(|ticket| !ticket.partial && ticket.id != "151"));
}

#[test]
fn each_queue_is_searched_by_itself_and_foreign_tickets_are_left_out() {
    let script = ScriptedHost::new()
        .answer("POST", "/ticket-search", 200, "{}")
        .answer("POST", "/ticket-search", 200, &found([1, 27]))
        .answer(
            "POST",
            "/ticket-get",
            200,
            &tickets([1]).replace("]}", &format!(",{}]}}", inner(FULL))),
        );
    let page = block_on(service_with(&script, json!({"queues": ["Mispelt", "Raw"]})).find_tickets(find(None))).unwrap();
    assert_eq!(
        (script.body(0)["Queues"].clone(), script.body(1)["Queues"].clone()),
        (json!(["Mispelt"]), json!(["Raw"]))
    );
    assert_eq!(page.tickets.len(), 1, "27 lies in Incoming");
}

#[test]
fn a_session_is_kept_and_renewed_once() {
    let script = ScriptedHost::new()
        .answer("POST", "/session-create", 200, SESSION)
        .answer("POST", "/ticket-search", 200, "{}")
        .answer("POST", "/ticket-search", 200, NO_LOGIN)
        .answer("POST", "/session-create", 200, r#"{"SessionID":"second"}"#)
        .answer("POST", "/ticket-search", 200, "{}");
    let service = service_with(&script, json!({"operation_urls": {"SessionCreate": "session-create"}}));
    block_on(service.find_tickets(find(None))).unwrap();
    block_on(service.find_tickets(find(None))).unwrap();
    assert_eq!(script.left(), 0);
    assert_eq!(script.body(0)["Password"], PASSWORD);
    for call in [1, 2, 4] {
        let sent = script.body(call);
        assert!(
            sent.get("Password").is_none() && sent.get("UserLogin").is_none(),
            "a bad session wins over a good password"
        );
    }
    assert_eq!(script.body(4)["SessionID"], "second");
}

#[test]
fn a_login_that_was_refused_is_not_tried_again_at_once() {
    for urls in [json!({}), json!({"SessionCreate": "s"})] {
        let script = ScriptedHost::new().answer("POST", "/", 200, NO_LOGIN);
        let service = service_with(&script, json!({"operation_urls": urls}));
        let failure = block_on(service.catalog()).unwrap_err();
        assert!(
            failure.is_for_every_ticket() && failure.to_string().contains("`username` and `password`"),
            "{failure}"
        );
        assert_eq!(block_on(service.find_tickets(find(None))).unwrap_err(), failure);
        assert_eq!(block_on(service.update_ticket(to_queue("x"))).unwrap_err(), failure);
        assert_eq!(script.calls().len(), 1);
        assert!(!failure.to_string().contains("canary"));
    }
}

#[test]
fn the_right_to_write_is_tried_rather_on_a_ticket_that_is_done_with() {
    let row = |id: i64, kind: &str| json!({"TicketID": id, "Queue": "Raw", "State": kind, "StateType": kind});
    for (kinds, tried) in [
        (["closed", "merged", "open"], 2),
        (["removed", "pending reminder", "new"], 1),
        (["new", "open", "pending auto"], 3),
    ] {
        let rows: Vec<Value> = (1..=3).zip(kinds).map(|(id, kind)| row(id, kind)).collect();
        let read = json!({ "Ticket": rows }).to_string();
        let script = ScriptedHost::new()
            .answer("POST", "/ticket-search", 200, &found(1..=3))
            .answer("POST", "/ticket-get", 200, &read)
            .answer("PUT", "/ticket-update", 200, DENIED);
        let catalog = block_on(service(&script).catalog()).unwrap();
        let trial = script.body(2);
        assert_eq!(trial["TicketID"], tried, "{kinds:?}");
        let sent = trial["Ticket"].as_object().unwrap();
        assert_eq!(sent.len(), 1, "a queue that nobody has, and nothing else: {sent:?}");
        assert!(
            catalog.warnings.iter().any(|w| w.contains("`rw` on the queue's group")),
            "{kinds:?}"
        );
    }
}

#[test]
fn a_catalog_is_learned_from_the_newest_tickets_and_the_config() {
    let params = json!({"queues": ["Incoming", "Empty"], "inbox": ["Incoming"], "known_queues": ["Billing"],
        "tags_field": "OtaiTags", "priorities": ["1 very low"], "dynamic_fields": {"OtaiReviewed": "checkbox"}});
    let script = ScriptedHost::new()
        .answer("POST", "/ticket-search", 200, &found([27]))
        .answer("POST", "/ticket-search", 200, "{}")
        .answer("POST", "/ticket-get", 200, FULL)
        .answer("POST", "/ticket-search", 200, "{}")
        .answer("PUT", "/ticket-update", 200, NO_QUEUE);
    let catalog = block_on(service_with(&script, params).catalog()).unwrap();
    assert_eq!(catalog.queues, ["Incoming", "Empty", "Billing"]);
    assert_eq!(catalog.priorities, ["1 very low", "3 normal"]);
    assert_eq!(catalog.unset["queue"], ["Incoming"]);
    assert!(catalog.unlisted.contains(&"queue".to_owned()) && catalog.free_tags);
    let names: Vec<&str> = catalog.custom_fields.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["OtaiLabel", "OtaiReviewed", "OtaiTopic"]);
    assert!(catalog.statuses[0].fresh && catalog.statuses[0].name == "new");
    let all = catalog.warnings.join("\n");
    for word in ["no ticket is visible in the queue \"Empty\"", "SessionCreate"] {
        assert!(all.contains(word), "{word}: {all}");
    }
}

#[test]
fn a_service_that_says_nothing_is_named_only_if_the_web_server_answers() {
    let broke = || Failure::retry("POST https://desk.example/x: the answer broke off");
    let told = |script: &ScriptedHost| block_on(service(script).catalog()).unwrap_err().to_string();
    let silent = ScriptedHost::new().fail("POST", "/ticket-search", broke()).answer(
        "GET",
        "https://desk.example/",
        404,
        "<html>",
    );
    let failure = told(&silent);
    assert!(
        failure.contains("broke off") && failure.contains("no web service `OpenTicketAI`"),
        "{failure}"
    );
    let down =
        ScriptedHost::new()
            .fail("POST", "/ticket-search", broke())
            .fail("GET", "https://desk.example/", broke());
    assert_eq!(told(&down), broke().to_string());
    let otobo = ScriptedHost::new().respond(
        "POST",
        "/ticket-search",
        Response {
            status: 500,
            ..Response::default()
        },
    );
    let failure = told(&otobo);
    assert!(failure.contains("no web service `OpenTicketAI`"), "{failure}");
    // Once it has answered, there is one.
    let script =
        ScriptedHost::new()
            .answer("POST", "/ticket-search", 200, "{}")
            .fail("POST", "/ticket-search", broke());
    let service = service(&script);
    block_on(service.find_tickets(find(None))).unwrap();
    let failure = block_on(service.find_tickets(find(None))).unwrap_err();
    assert_eq!(failure, broke());
}

#[test]
fn a_helpdesk_that_is_too_old_is_told_by_its_articles() {
    let row = |article: Value| {
        json!({"Ticket": [{"TicketID": 1, "Queue": "Raw", "State": "new", "StateType": "new", "Article": [article]}]})
            .to_string()
    };
    let told = |article: Value| {
        let script = ScriptedHost::new()
            .answer("POST", "/ticket-search", 200, &found([1]))
            .answer("POST", "/ticket-get", 200, &row(article));
        block_on(service(&script).find_tickets(find(None)))
    };
    let failure = told(json!({"ArticleType": "email-external", "Body": "canary"})).unwrap_err();
    let sentence = failure.to_string();
    assert!(failure.is_for_every_ticket(), "{sentence}");
    assert!(
        sentence.contains("OTRS 5") && sentence.contains("update to"),
        "{sentence}"
    );
    let new = json!({"ArticleType": "kept by an add-on", "CommunicationChannelID": 1, "Body": "x"});
    assert_eq!(told(new).unwrap().tickets.len(), 1);
}

#[test]
fn what_is_too_large_together_is_read_apart_and_one_that_is_too_large_costs_itself() {
    let large = || Failure::rejected("POST https://desk.example/x: the answer is larger than 32 MB");
    let script = ScriptedHost::new()
        .answer("POST", "/ticket-search", 200, &found([1, 2, 3]))
        .fail("POST", "/ticket-get", large())
        .answer("POST", "/ticket-get", 200, &tickets([1]))
        .fail("POST", "/ticket-get", large())
        .fail("POST", "/ticket-get", large())
        .answer("POST", "/ticket-get", 200, &tickets([3]));
    let (page, log) = logged(service(&script).find_tickets(find(None)));
    let read: Vec<(String, bool)> = page
        .unwrap()
        .tickets
        .into_iter()
        .map(|ticket| (ticket.id, ticket.settled.is_some()))
        .collect();
    assert_eq!(read, [("1".into(), false), ("2".into(), true), ("3".into(), false)]);
    assert!(log.contains("ticket 2"), "{log}");
}

#[test]
fn other_templates_have_ids_in_the_path_and_parameters_in_the_query() {
    let script = ScriptedHost::new()
        .answer("GET", "/OpenTicketAI/Ticket/27?", 200, FULL)
        .answer("PATCH", "/OpenTicketAI/Ticket/27", 200, UPDATED);
    let more = json!({
        "operation_urls": {"TicketGet": "/Ticket/:TicketID", "TicketUpdate": "/Ticket/:TicketID"},
        "operation_methods": {"TicketGet": "GET", "TicketUpdate": "PATCH"},
    });
    let service = service_with(&script, more);
    assert!(block_on(service.get_ticket("27".into())).unwrap().is_some());
    assert!(
        block_on(service.update_ticket(to_queue("IT-Support")))
            .unwrap()
            .is_some()
    );
    let url = script.calls()[0].url.clone();
    assert!(
        url.contains("ArticleSenderType=customer&ArticleSenderType=agent")
            && url.contains("Password=canary%20password"),
        "{url}"
    );
    assert!(script.body(1).get("TicketID").is_none());
}

#[test]
fn only_a_number_is_a_ticket() {
    let script = ScriptedHost::new();
    for id in ["", "0", "-1", "1,2", "../x"] {
        rejected(block_on(service(&script).get_ticket(id.into())).unwrap_err());
    }
    assert!(script.calls().is_empty());
}
