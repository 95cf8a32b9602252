use otai_plugin::serde_json::{self, Value, json};

use super::*;

pub(crate) fn with(more: Value) -> Result<Settings, Failure> {
    let mut all = json!({"base_url": "https://desk.example/znuny/nph-genericinterface.pl", "password": "canary two"});
    for (key, value) in more.as_object().unwrap() {
        all[key] = value.clone();
    }
    Settings::new(&serde_json::from_value(all).unwrap())
}

pub(crate) fn settings() -> Settings {
    with(json!({})).unwrap()
}

fn refused(more: Value, named: &str) -> String {
    match with(more).unwrap_err() {
        Failure::Rejected { message, field, .. } if field.as_deref() == Some(named) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn three_lines_are_enough_and_mean_what_upstream_means() {
    let settings = settings();
    assert_eq!(
        settings.service_url,
        "https://desk.example/znuny/nph-genericinterface.pl/Webservice/OpenTicketAI"
    );
    assert_eq!(
        (settings.username.as_str(), settings.password.expose()),
        ("open_ticket_ai", "canary two")
    );
    let route = |op| settings.route(op).map(|r| (r.method.as_str(), r.path.as_str()));
    assert_eq!(route(Op::Search), Some(("POST", "ticket-search")));
    assert_eq!(route(Op::Get), Some(("POST", "ticket-get")));
    assert_eq!(route(Op::Update), Some(("PUT", "ticket-update")));
    assert_eq!(route(Op::Create), Some(("POST", "ticket-create")));
    assert_eq!(route(Op::Session), None);
    let network = settings.network();
    assert_eq!(network.origins, ["https://desk.example"]);
    assert_eq!((network.limits.at_once, network.any_certificate), (Some(2), false));
    assert!(
        network.idle_ms.is_some_and(|ms| ms < 5000),
        "the server drops idle connections after 5 s"
    );
    assert!(!format!("{settings:?}").contains("canary"));
}

#[test]
fn an_address_may_be_that_of_an_operation() {
    let base = "https://desk.example/otobo/nph-genericinterface.pl";
    for tail in ["", "/", "/Webservice/Other/ticket-search", "/WebserviceID/7/x"] {
        let settings = with(json!({ "base_url": format!("{base}{tail}") })).unwrap();
        assert_eq!(settings.service_url, format!("{base}/Webservice/OpenTicketAI"));
    }
    let why = refused(json!({"base_url": "https://desk.example/otobo/index.pl"}), "base_url");
    assert!(why.contains("nph-genericinterface.pl for OTOBO"), "{why}");
    assert!(
        refused(
            json!({"base_url": "http://desk.example/otobo/nph-genericinterface.pl"}),
            "base_url"
        )
        .contains("https")
    );
    assert!(refused(json!({"password": "${ZNUNY_PASSWORD}"}), "password").contains("environment"));
    assert!(refused(json!({"webservice_name": "a/b"}), "webservice_name").contains("rename"));
    assert!(refused(json!({"username": " "}), "username").contains("leave it out"));
    assert!(refused(json!({"timeout": "90"}), "timeout").contains("unit"));
}

#[test]
fn routes_are_those_of_the_web_service() {
    let own = json!({
        "operation_urls": {"TicketGet": "/Ticket/:TicketID", "TicketSearch": "Ticket/Search/", "SessionCreate": "Session"},
        "operation_methods": {"TicketGet": "get", "TicketUpdate": "PATCH"},
    });
    let settings = with(own).unwrap();
    let route = |op| settings.route(op).map(|r| (r.method.as_str(), r.path.as_str()));
    assert_eq!(route(Op::Get), Some(("GET", "Ticket/:TicketID")));
    assert_eq!(route(Op::Search), Some(("POST", "Ticket/Search")));
    assert_eq!(route(Op::Session), Some(("POST", "Session")));
    for (operation, path, word) in [
        ("TicketSearch", "/", "is empty"),
        ("TicketSearch", "a?b", "is no route"),
        ("TicketGet", "Ticket/:ID", ":TicketID"),
        ("TicketSearch", "Ticket/:TicketID", ":TicketID"),
    ] {
        let why = refused(
            json!({"operation_urls": {operation: path}}),
            &format!("operation_urls.{operation}"),
        );
        assert!(why.contains(word), "{why}");
    }
    let why = refused(
        json!({"operation_methods": {"TicketUpdate": "GET"}}),
        "operation_methods.TicketUpdate",
    );
    assert!(why.contains("POST, PUT or PATCH"), "{why}");
}
