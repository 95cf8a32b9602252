//! Plugins that load well and then do everything wrong: a panic, a hang or a nonsense answer costs one job, not the host (P10).

use std::{thread::sleep, time::Duration};

use otai_tests::{Config, Desk, Ended, Place, rows};
use serde_json::json;

fn classifier(desk: &Desk, how: &str, on: &str) -> Place {
    let lines = format!(
        "    use: otai_test_misbehave:MisbehavingClassificationService\n    params: {{ how: \"{how}\", on: \"{on}\" }}"
    );
    let pipeline = "    ticket_system: freshdesk\n    classify: { queue: { classifier: bad } }";
    Place::new(
        Config::order(desk)
            .classifier("bad", &lines)
            .pipeline("triage", pipeline),
    )
}

fn desk(how: &str, on: &str) -> Place {
    let lines = format!(
        "    use: otai_test_misbehave:MisbehavingTicketsystemService\n    params: {{ how: \"{how}\", on: \"{on}\" }}"
    );
    let good = "    use: otai_test_misbehave:MisbehavingClassificationService\n    params: {}";
    let pipeline = "    ticket_system: desk\n    classify: { queue: { classifier: good } }";
    Place::new(
        Config::default()
            .any_system("desk", &lines)
            .classifier("good", good)
            .pipeline("triage", pipeline),
    )
}

/// Of six tickets the fourth is the one that the classifier stumbles over.
#[track_caller]
fn costs_one_job(how: &str, words: &str) {
    let desk = Desk::open(rows(6));
    let place = classifier(&desk, how, "case 3");
    let ended = place.otai(&["run", "--once", "--json"]);
    assert_eq!(ended.code, Some(1), "something needs a human: {ended}");
    let summary = ended.json();
    assert_eq!(
        (&summary["written"], &summary["parked"]),
        (&json!(5), &json!(1)),
        "{how}: {ended}"
    );
    let parked = place.json(&["tickets", "--json"])[0]["parked"].clone();
    assert_eq!(parked[0]["ticket"], "4");
    assert!(
        parked[0]["why"].as_str().is_some_and(|why| why.contains(words)),
        "{how}: {parked}"
    );
    assert!(parked[0]["until"].is_null(), "it waits for a human: {parked}");
    assert!(!desk.puts().0.contains_key(&4));
}

#[test]
fn p10_a_panic_over_one_text_costs_that_text() {
    costs_one_job("panic", "panic");
}

#[test]
fn p10_a_panic_whose_value_panics_costs_one_text() {
    costs_one_job("panic with a value that panics", "panic");
}

#[test]
fn p10_too_few_predictions_cost_one_text() {
    costs_one_job("nothing", "0 predictions for 1 texts");
}

#[test]
fn p10_too_many_predictions_cost_one_text() {
    costs_one_job("too many", "2 predictions for 1 texts");
}

#[test]
fn p10_a_confidence_that_is_no_number_costs_one_text() {
    costs_one_job("not a number", "makes no sense");
}

#[test]
fn p10_a_confidence_beyond_certainty_costs_one_text() {
    costs_one_job("infinitely sure", "does not lie between 0 and 1");
}

#[test]
fn p10_a_text_that_is_refused_costs_itself() {
    costs_one_job("reject", "does not like this text");
}

#[test]
fn p10_a_label_that_the_desk_does_not_have_is_left_to_a_human() {
    let desk = Desk::open(rows(6));
    let place = classifier(&desk, "unknown label", "case 3");
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(
        (&summary["written"], &summary["left_to_human"]),
        (&json!(5), &json!(1)),
        "{summary}"
    );
    let why = place.json(&["tickets", "explain", "4"])["outcome"]["fields"]["queue"].clone();
    assert!(why.as_str().is_some_and(|why| why.contains("No Such Queue")), "{why}");
}

#[track_caller]
fn one_sentence(ended: &Ended, code: i32, words: &[&str]) {
    ended.says(code, words);
    assert!(
        !ended.stderr.contains("RUST_BACKTRACE") && !ended.stderr.contains("thread '"),
        "{ended}"
    );
}

#[test]
fn p10_a_panic_in_a_constructor_is_a_sentence() {
    let sim = Desk::open(rows(1));
    let place = classifier(&sim, "panic in new", "");
    for command in [&["run", "--once"][..], &["check", "--offline"]] {
        one_sentence(
            &place.otai(command),
            2,
            &["config.yml:", "the constructor panics", "lib.rs:"],
        );
    }
    one_sentence(
        &classifier(&sim, "refuse in new", "").otai(&["check", "--offline"]),
        2,
        &["config.yml:", "this one is refused"],
    );
    one_sentence(
        &desk("panic in new", "").otai(&["run", "--once"]),
        2,
        &["the constructor panics"],
    );
}

#[test]
fn p10_a_panic_in_any_call_is_a_sentence() {
    let sim = Desk::open(rows(1));
    one_sentence(
        &classifier(&sim, "panic in model", "").otai(&["run", "--once"]),
        2,
        &["the model panics"],
    );
    one_sentence(
        &desk("panic in catalog", "").otai(&["run", "--once"]),
        1,
        &["catalog panics"],
    );
    one_sentence(
        &desk("panic in find_tickets", "").otai(&["run", "--once"]),
        1,
        &["find_tickets panics"],
    );
    one_sentence(
        &desk("plain http", "").otai(&["run", "--once"]),
        2,
        &["http://desk.example", "write https"],
    );
}

#[test]
fn p10_a_panic_while_writing_parks_that_ticket() {
    let place = desk("panic in update_ticket", "3");
    let ended = place.otai(&["run", "--once", "--json"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    let summary = ended.json();
    assert_eq!(
        (&summary["written"], &summary["parked"]),
        (&json!(4), &json!(1)),
        "{ended}"
    );
    let parked = place.json(&["tickets", "--json"])[0]["parked"].clone();
    assert_eq!(parked[0]["ticket"], "3", "{parked}");
}

#[test]
fn p10_a_desk_that_works_is_triaged_and_its_log_lines_arrive() {
    let ended = desk("", "").otai(&["run", "--once", "--json", "-v"]);
    assert_eq!(ended.json()["written"], 5, "{ended}");
    ended.says(0, &["an update"]);
}

#[test]
fn p17_a_plugin_that_never_comes_back_cannot_keep_the_process() {
    let sim = Desk::open(rows(2));
    let hanging = [
        classifier(&sim, "block", ""),
        classifier(&sim, "pend", ""),
        desk("block in update_ticket", ""),
    ];
    let running: Vec<_> = hanging.iter().map(|place| place.start(&["run"])).collect();
    for mut one in running {
        // Before it is ready a signal ends it without ceremony; afterwards it has to get past the hanging call.
        for _ in 0..3000 {
            if one.stderr().contains("ready") || !one.is_running() {
                break;
            }
            sleep(Duration::from_millis(10));
        }
        sleep(Duration::from_secs(1));
        assert!(one.is_running(), "{}", one.stderr());
        one.terminate();
        let ended = one.wait(Duration::from_secs(14));
        assert_eq!(ended.code, Some(1), "{ended}");
    }
}

#[test]
fn p10_a_desk_that_promises_more_for_ever_does_not_keep_a_run() {
    let ended = desk("more for ever", "nothing").otai(&["run", "--once", "--json"]);
    ended.says(0, &["promises more tickets but does not move"]);
}
