//! Changing the helpdesk is a change of `use:` and `params:`: the same pipeline and the same model decide the same, whatever
//! helpdesk the tickets come from.

use std::collections::BTreeMap;

use otai_sim::{DeskKind, Options, Row};
use otai_tests::{Config, Desk, Place, Stranger, row};
use serde_json::Value;

const DESKS: [DeskKind; 3] = [DeskKind::Freshdesk, DeskKind::Zammad, DeskKind::Znuny];

/// Rows with priorities that all three know under one word, since not all have four.
fn rows(n: usize) -> Vec<Row> {
    let known = |row: &Row| row.priority != "urgent";
    (0..).map(row).filter(known).take(n).collect()
}

fn desk(kind: DeskKind, tickets: Vec<Row>, history: f64) -> Desk {
    Desk::start(Options {
        desk: kind,
        tickets,
        history,
        ..Options::default()
    })
}

fn config(desk: &Desk, pipeline: &str) -> Config {
    Config::default()
        .any_system("desk", &desk.system())
        .pipeline("triage", &format!("    ticket_system: desk\n{pipeline}"))
}

/// Row → what the desk has now, in words that do not depend on it.
fn decided(desk: &Desk) -> BTreeMap<u64, (String, String, String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let bare = |priority: String| {
        priority
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
            .to_lowercase()
    };
    let all = desk.decisions().into_iter().map(|d| {
        let row = d["row"].as_u64().expect("a row");
        let tags = d["tags"].as_array().into_iter().flatten().map(text).collect();
        let queue = text(&d["queue"]);
        // Where each of them lets new tickets arrive: nobody has decided anything.
        if ["-", "Users", "Raw"].contains(&queue.as_str()) {
            return (row, ("left to a human".to_owned(), String::new(), String::new(), tags));
        }
        (row, (queue, bare(text(&d["priority"])), text(&d["type"]), tags))
    });
    all.collect()
}

#[test]
fn one_model_and_one_pipeline_decide_the_same_on_every_helpdesk() {
    let tickets = rows(240);
    let teacher = desk(DeskKind::Freshdesk, tickets.clone(), 0.75);
    let school = Place::new(config(&teacher, ""));
    school.json(&["train", "--from", "desk", "--model", "model", "--json"]);
    let lists = teacher.journal(Some("GET"));
    let texts = lists.iter().filter(|entry| entry.query.contains("include=description"));
    let named = texts.clone().filter(|entry| entry.query.contains("requester"));
    let (texts, named) = (texts.count(), named.count());
    assert!(texts > 0 && texts == named, "names are asked for, to be masked");
    let model = school.path().join("model");
    let trained = format!(
        "    use: otai_local_ai:TrainedClassificationService\n    params: {{ model: {:?} }}",
        model.display().to_string()
    );
    let pipeline = "    classify: { queue: { classifier: m }, type: { classifier: m }, tags: { classifier: m, add: true }, \
                    priority: { classifier: m } }\n    note: \"AI: {{ queue.label }}\"";

    let mut seen = Vec::new();
    for kind in DESKS {
        let desk = desk(kind, tickets.clone(), 0.75);
        // Tags live in a dynamic field where the helpdesk has none of its own.
        let system = match kind {
            DeskKind::Znuny => desk.system().replace(" }", ", tags_field: OtaiTags }"),
            _ => desk.system(),
        };
        let config = Config::default()
            .any_system("desk", &system)
            .classifier("m", &trained)
            .pipeline("triage", &format!("    ticket_system: desk\n{pipeline}"));
        let place = Place::new(config);
        place.otai(&["check"]).says(0, &[]);
        let summary = place.json(&["run", "--once", "--json"]);
        assert_eq!(summary["parked"], 0, "{kind:?}: {summary}");
        assert!(summary["written"].as_u64() >= Some(50), "{kind:?}: {summary}");
        for d in desk.decisions() {
            let hidden = |note: &Value| note["visible_to_customer"] == false;
            assert!(
                d["notes"].as_array().is_some_and(|notes| notes.iter().all(hidden)),
                "{kind:?}: {d}"
            );
        }
        println!("{kind:?}: {summary}");
        seen.push((kind, decided(&desk)));
        desk.forget();
        place.json(&["run", "--once", "--json"]);
        let (_, applied) = desk.puts();
        assert!(applied.is_empty(), "{kind:?}: a second run writes nothing: {applied:?}");
    }
    let (_, first) = &seen[0];
    assert_eq!(first.len(), 60);
    for (kind, decisions) in &seen[1..] {
        for (row, wanted) in first {
            assert_eq!(decisions.get(row), Some(wanted), "{kind:?}, row {row}");
        }
    }
}

/// The way that the README shows, with nothing but the address and the key put in.
#[test]
fn what_init_writes_leads_to_triage_on_every_helpdesk() {
    for (name, kind, address, put) in [
        (
            "freshdesk",
            DeskKind::Freshdesk,
            "domain: yourcompany ",
            "base_url: \"BASE\"\n      domain: yourcompany ",
        ),
        ("zammad", DeskKind::Zammad, "https://support.yourcompany.com", "BASE"),
        ("otobo", DeskKind::Znuny, "https://desk.yourcompany.com", "BASE"),
        ("znuny", DeskKind::Znuny, "https://desk.yourcompany.com", "BASE"),
    ] {
        let desk = desk(kind, rows(150), 0.8);
        let place = Place::new("");
        std::fs::remove_file(place.path().join("config.yml")).expect("the empty one");
        place.otai(&["init", name]).says(0, &[]);
        let written = std::fs::read_to_string(place.path().join("config.yml")).expect("the config");
        assert!(written.contains(address), "{written}");
        let mut config = written.replace(address, &put.replace("BASE", &desk.base_url()));
        for key in ["ZAMMAD_TOKEN", "OTOBO_PASSWORD", "ZNUNY_PASSWORD"] {
            config = config.replace(key, "FRESHDESK_API_KEY");
        }
        place.write("config.yml", config);
        place.otai(&["train", "--from", name]).says(0, &[]);
        place.otai(&["check"]).says(0, &[]);
        let summary = place.json(&["run", "--once", "--json"]);
        assert!(summary["written"].as_u64() > Some(0), "{name}: {summary}");
    }
}

#[test]
fn a_helpdesk_that_is_down_does_not_keep_the_other_waiting() {
    let desk = desk(DeskKind::Zammad, rows(9), 0.0);
    let words = "    use: otai_test_keyword:KeywordClassificationService\n    params:\n";
    let pipeline =
        |system: &str| format!("    ticket_system: {system}\n    classify: {{ queue: {{ classifier: keyword }} }}");
    let config = Config::default()
        .classifier("keyword", &format!("{words}{}", otai_tests::KEYWORDS))
        // In the order of their names the one that is down comes first.
        .system("a_down", &Stranger::refusing().url())
        .any_system("up", &desk.system())
        .pipeline("a", &pipeline("a_down"))
        .pipeline("b", &pipeline("up"));
    let place = Place::new(config);
    let running = place.start(&["run"]);
    desk.wait_until("its tickets", 30, |desk| desk.puts().1.len() == 9);
    assert!(running.stderr().contains("a_down: GET"), "{}", running.stderr());
    running.terminate();
    let ended = running.wait(std::time::Duration::from_secs(20));
    ended.is_for_people();
}

#[test]
fn two_helpdesks_in_one_config_run_side_by_side() {
    let words = "    use: otai_test_keyword:KeywordClassificationService\n    params:\n";
    let mut config = Config::default().classifier("keyword", &format!("{words}{}", otai_tests::KEYWORDS));
    let desks: Vec<(usize, Desk)> = DESKS
        .into_iter()
        .enumerate()
        .map(|(n, kind)| (20 + n, desk(kind, rows(20 + n), 0.0)))
        .collect();
    for (n, desk) in &desks {
        let name = format!("desk{n}");
        config = config.any_system(&name, &desk.system()).pipeline(
            &format!("p{n}"),
            &format!("    ticket_system: {name}\n    classify: {{ queue: {{ classifier: keyword }} }}"),
        );
    }
    let place = Place::new(config);
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(summary["written"], 63, "{summary}");
    for (n, desk) in &desks {
        let (puts, applied) = desk.puts();
        assert_eq!((puts.len(), applied.len()), (*n, *n), "each its own tickets");
        assert!(applied.values().all(|count| *count == 1), "{applied:?}");
    }
}
