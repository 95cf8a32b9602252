//! What is decided, what is left to a human, and what is said about it.

use otai_tests::{Config, Desk, KEYWORDS, Place, row, rows};
use serde_json::json;

/// A config of two classifiers by keyword: `one` for the queue, `two` for the type, each with more lines of parameters.
fn two(desk: &Desk, one: &str, two: &str, rules: &str) -> Config {
    let classifier = |params: &str| {
        format!("    use: otai_test_keyword:KeywordClassificationService\n    params:\n{KEYWORDS}{params}")
    };
    Config::order(desk)
        .classifier("one", &classifier(one))
        .classifier("two", &classifier(two))
        .pipeline(
            "triage",
            &format!("    ticket_system: freshdesk\n    classify:\n{rules}"),
        )
}

#[test]
fn a_text_that_the_classifier_leaves_gets_no_value_of_it_and_says_why() {
    let desk = Desk::open(rows(6));
    let place = Place::new(two(
        &desk,
        "      leave: { vpn: it is unlike every text of the training }\n",
        "",
        "      queue: { classifier: one, otherwise: Billing }\n      type: { classifier: two }",
    ));
    let tried = place.otai(&["run", "--dry-run"]);
    tried.says(0, &[]);
    assert!(
        tried
            .stdout
            .contains("queue: left: it is unlike every text of the training"),
        "{tried}"
    );

    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(
        (&summary["fields"]["queue"], &summary["fields"]["type"]),
        (&json!(4), &json!(6)),
        "the other classifier's field is decided all the same: {summary}"
    );
    let left: Vec<u64> = (1..=6).filter(|id| desk.ticket(*id)["group_id"].is_null()).collect();
    assert_eq!(left.len(), 2, "nothing is set for the unsure on a text to be left");
    let explained = place.json(&["tickets", "explain", &left[0].to_string()]);
    assert!(
        explained
            .to_string()
            .contains("left: it is unlike every text of the training"),
        "{explained}"
    );
    assert_eq!(explained["outcome"]["result"], "written", "its type was: {explained}");
}

#[test]
fn a_ticket_of_which_nothing_is_decided_is_left_for_that_reason() {
    let desk = Desk::open(vec![row(2)]);
    let place = Place::new(two(
        &desk,
        "      leave: { vpn: it is written in no language that I know }\n",
        "",
        "      queue: { classifier: one }",
    ));
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(summary["left_to_human"], 1, "{summary}");
    let explained = place.json(&["tickets", "explain", "1"]);
    assert_eq!(explained["outcome"]["result"], "left_to_human", "{explained}");
    assert!(
        explained["outcome"].to_string().contains("no language that I know"),
        "{explained}"
    );
    assert!(desk.writes().is_empty(), "{:?}", desk.writes());
}

#[test]
fn a_wanted_precision_decides_what_is_right_often_enough() {
    let desk = Desk::open(rows(6));
    let place = Place::new(two(
        &desk,
        "      confidence: 0.3\n      precision: { Billing: 0.95, Hardware: 0.94 }\n      thresholds: [0.9, 0.95]\n",
        "",
        "      queue: { classifier: one, min_precision: 0.95, otherwise: Network }",
    ));
    for offline in [&["check", "--offline", "--json"][..], &["check", "--json"]] {
        let checked = place.json(offline);
        let warnings = checked["warnings"].to_string();
        assert!(
            warnings.contains(
                "labels of `queue` that are never right in 0.95 of their decisions: `Hardware` and `Network`"
            ),
            "{checked}"
        );
    }
    let tried = place.otai(&["run", "--dry-run"]).stdout;
    for words in [
        "queue: Billing (0.30)",
        "queue: Network (set for the unsure)",
        "queue: left: the model does not know how often `Network` is right",
    ] {
        assert!(tried.contains(words), "`{words}` is missing: {tried}");
    }
}

#[test]
fn each_ticket_goes_to_the_classifier_that_reads_its_language() {
    let desk = Desk::open(vec![row(0)]);
    let words = |queue: &str| {
        format!(
            "    use: otai_test_keyword:KeywordClassificationService\n    params:\n      words:\n        queue: {{ invoice: {queue} }}\n"
        )
    };
    let ticket = |subject: &str, body: &str| json!({ "subject": subject, "description": body });
    desk.create(json!([
        ticket(
            "Rechnung",
            "Guten Tag, die Rechnung (invoice) vom letzten Monat ist leider falsch, bitte schicken Sie uns eine neue."
        ),
        ticket(
            "Facture",
            "Bonjour, la facture (invoice) du mois dernier est fausse, pourriez-vous nous en envoyer une nouvelle ?"
        ),
        ticket("invoice", "invoice"),
    ]));
    let place = Place::new(
        Config::order(&desk)
            .classifier("german", &format!("{}    languages: [de]", words("Hardware")))
            .classifier("english", &format!("{}    languages: [en]", words("Billing")))
            .pipeline(
                "triage",
                "    ticket_system: freshdesk\n    classify:\n      queue: { classifier: [german, english], otherwise: Network }",
            ),
    );
    for name in ["Hardware", "Network"] {
        desk.control("POST", "/groups", json!({ "name": name }));
    }
    let tried = place.otai(&["run", "--dry-run"]);
    let tried = &tried.says(0, &[]).stdout;
    for words in [
        "ticket 1 would be written\n    queue: Billing (1.00)",
        "ticket 2 would be written\n    queue: Hardware (1.00)",
        "ticket 3 would be left to a human\n    queue: left: written in fr; `german` reads de; `english` reads en",
        "ticket 4 would be written\n    queue: Hardware (1.00)",
    ] {
        assert!(tried.contains(words), "`{words}` is missing: {tried}");
    }
}

/// A run over these many tickets with a classifier that thinks so long about each.
#[track_caller]
fn all_written(tickets: usize, slow_ms: u64) -> String {
    let desk = Desk::open(rows(tickets));
    let keyword = format!(
        "    use: otai_test_keyword:KeywordClassificationService\n    params:\n{KEYWORDS}      slow_ms: {slow_ms}\n"
    );
    let config = Config::order(&desk).classifier("keyword", &keyword);
    let place = Place::new(config.pipeline("triage", "    ticket_system: freshdesk"));
    let run = place
        .start(&["run", "--once", "--json"])
        .wait(std::time::Duration::from_secs(180));
    assert_eq!(run.json()["written"], json!(tickets), "{run}");
    run.stderr
}

#[test]
fn a_slow_classifier_gets_no_more_than_it_can_decide_while_there_is_time_to_write() {
    let said = all_written(60, 700);
    assert!(!said.contains("set aside"), "{said}");
}

#[test]
fn a_text_about_which_a_classifier_thinks_longer_than_a_lease_allows_gets_a_longer_one() {
    let said = all_written(1, 35_000);
    assert_eq!(said.matches("too little of the lease is left").count(), 1, "{said}");
}
