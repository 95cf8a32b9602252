//! What an admin types wrong: every mistake at once, each with its place and what to write (P13). Exit code 2.

use otai_tests::{Config, Desk, Ended, Place, rows};
use serde_json::json;

#[track_caller]
fn wrong(ended: &Ended, words: &[&str]) {
    ended.says(2, words).is_for_people();
}

/// Where a text stands in a config, as a message names it.
fn at(config: &str, text: &str) -> String {
    let (number, line) = config
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains(text))
        .expect("it is in the config");
    let column = line.find(text).expect("it is in the line") + 1;
    format!("config.yml:{}:{column}:", number + 1)
}

#[test]
fn p13_each_mistake_has_its_place_and_the_nearest_right_name() {
    let desk = Desk::open(rows(3));
    let good = Config::keyword(&desk, "    every: 60s\n").to_string();
    Place::new(&good).otai(&["check", "--offline"]).says(0, &[]);
    let cases: &[(&str, &str, &[&str])] = &[
        ("ticket_systems:", "ticket_system:", &["did you mean `ticket_systems`?"]),
        ("otai_freshdesk:", "otai_freshdsk:", &["did you mean `otai_freshdesk`?"]),
        (
            ":FreshdeskTicketsystemService",
            ":FreshdeskTicketSystem",
            &["FreshdeskTicketsystemService"],
        ),
        ("domain:", "domian:", &["did you mean `domain`?"]),
        (
            "api_key: ${FRESHDESK_API_KEY}",
            "api_key: ${NO_SUCH_VARIABLE_7}",
            &["NO_SUCH_VARIABLE_7"],
        ),
        ("every: 60s", "every: 60", &["60s"]),
        ("every: 60s", "every: soon", &["soon"]),
        ("every: 60s", "evry: 60s", &["did you mean `every`?"]),
        (
            "ticket_system: freshdesk",
            "ticket_system: freshdsk",
            &["did you mean `freshdesk`?"],
        ),
        ("      words:", "      wrods:", &["did you mean `words`?"]),
    ];
    for (right, bad, words) in cases {
        let config = good.replacen(right, bad, 1);
        assert_ne!(config, good);
        for command in [&["check", "--offline"][..], &["check"], &["run", "--once"]] {
            let ended = Place::new(&config).otai(command);
            wrong(&ended, words);
            assert!(ended.stderr.contains("config.yml:"), "{bad}: {ended}");
        }
        let ended = Place::new(&config).otai(&["check", "--offline"]);
        let line = config
            .lines()
            .position(|line| line.contains(bad.trim()))
            .expect("the mistake")
            + 1;
        assert!(
            ended.stderr.contains(&format!("config.yml:{line}:")),
            "{bad} stands in line {line}: {ended}"
        );
    }
    assert!(desk.writes().is_empty());
}

#[test]
fn p13_all_mistakes_are_said_at_once() {
    let desk = Desk::open(rows(3));
    let config = Config::keyword(
        &desk,
        "    every: 60\n    overwrit: always\n    classify: { queu: {} }\n",
    )
    .to_string();
    let ended = Place::new(&config).otai(&["check", "--offline"]);
    let places = ["every", "overwrit", "queu:"].map(|text| at(&config, text));
    wrong(&ended, &["did you mean `overwrite`?", "did you mean `queue`?", "60s"]);
    for place in &places[1..] {
        assert!(ended.stderr.contains(place.as_str()), "{place}: {ended}");
    }
    let as_json = Place::new(&config).otai(&["check", "--offline", "--json"]);
    assert_eq!(as_json.code, Some(2), "{as_json}");
    assert_eq!(as_json.json()["ok"], false);
}

#[test]
fn p13_a_file_that_is_no_config_is_a_sentence() {
    let place = Place::new("");
    let cases: [(&[u8], &str); 6] = [
        (b"", "is empty"),
        (b"a: [1, 2", "bracket"),
        (b"a:\n\tb: 1\n", "tab"),
        (b"- a\n- b\n", "ticket_systems"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"ticket_systems: {}\n", "`ticket_systems` is empty"),
    ];
    for (content, words) in cases {
        place.write("config.yml", content);
        wrong(&place.otai(&["check", "--offline"]), &["config.yml", words]);
    }
    wrong(
        &place.otai(&["check", "--config", "absent.yml"]),
        &["absent.yml", "no such file"],
    );
    wrong(&place.otai(&["run", "--config", "."]), &["folder"]);
}

#[test]
fn check_asks_the_desk_whether_the_names_exist() {
    let desk = Desk::open(rows(3));
    let classify = "    find: { queue: [Biling, null] }
    mark: { custom_field: cf_ai_triagd }
    classify:
      queue: { classifier: keyword, labels: { Network: Netwrk } }
      type: { classifier: keyword, otherwise: Incidnt }
      custom_fields.cf_team_lane: { classifier: keyword, otherwise: No such lane }
      custom_fields.cf_absent: { classifier: keyword }
";
    let config = Config::keyword(&desk, classify).to_string();
    let place = Place::new(&config);
    place.otai(&["check", "--offline"]).says(0, &[]);
    let ended = place.otai(&["check"]);
    wrong(
        &ended,
        &[
            "Biling",
            "did you mean `Billing`?",
            "Netwrk",
            "Incidnt",
            "No such lane",
            "cf_absent",
            "cf_ai_triagd",
        ],
    );
    let line = config.lines().position(|l| l.contains("Netwrk")).expect("the line") + 1;
    assert!(ended.stderr.contains(&format!("config.yml:{line}:")), "{ended}");
    wrong(&place.otai(&["run", "--once"]), &["Netwrk"]);
    assert!(desk.writes().is_empty());
}

#[test]
fn check_says_who_we_are_and_ends_with_a_code_that_scripts_understand() {
    let desk = Desk::open(rows(3));
    let place = Place::new(Config::keyword(&desk, ""));
    let ended = place.otai(&["check"]);
    ended.says(0, &[]);
    for words in ["Classifier Bot", "3 queues", "config.yml: good"] {
        assert!(ended.stdout.contains(words), "`{words}`: {ended}");
    }
    assert!(desk.writes().is_empty(), "a check writes nothing");
    desk.forget();
    place.otai(&["check", "--offline"]).says(0, &[]);
    assert!(desk.journal(None).is_empty(), "offline means offline");
    let report = place.json(&["check", "--json"]);
    assert_eq!((&report["ok"], &report["problems"]), (&json!(true), &json!([])));
    place.otai(&["no-such-command"]).says(2, &["no-such-command"]);
    place.otai(&["run", "--no-such-option"]).says(2, &["--no-such-option"]);
    place.otai(&["tickets", "explain", "99999"]).says(2, &["99999"]);
}
