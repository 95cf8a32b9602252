//! `train` and `evaluate` on CSV files, good ones and those that people have.

use std::fmt::Write as _;

use otai_tests::{Place, row};
use serde_json::json;

fn csv(n: usize) -> String {
    let mut text = "subject,body,type,queue,priority,language,tags\n".to_owned();
    for r in (0..n).map(row) {
        let line = [
            &r.subject,
            &r.body,
            &r.kind,
            &r.queue,
            &r.priority,
            &r.language,
            &r.tags.join("|"),
        ]
        .map(|c| format!("\"{c}\""));
        writeln!(text, "{}", line.join(",")).expect("a string");
    }
    text
}

#[test]
fn what_was_learnt_from_a_file_is_measured_on_another() {
    let place = Place::new("");
    std::fs::remove_file(place.path().join("config.yml")).expect("no config is needed");
    place.write("train.csv", csv(150));
    let rest = csv(210)
        .lines()
        .enumerate()
        .filter(|(n, _)| *n == 0 || *n > 150)
        .map(|(_, l)| format!("{l}\n"))
        .collect::<String>();
    place.write("test.csv", rest);
    let card = place.json(&["train", "--from", "train.csv", "--model", "m", "--json"]);
    assert_eq!(card["examples"], 150, "{card}");
    let again = place.json(&["train", "--from", "train.csv", "--model", "again", "--json"]);
    assert_eq!(card["fields"], again["fields"], "same file, same seed, same model");
    let report = place.json(&["evaluate", "--on", "test.csv", "--model", "m", "--json"]);
    let text = report.to_string();
    assert!(text.contains("queue") && text.contains("60"), "{report}");
    place
        .otai(&["evaluate", "--on", "test.csv", "--model", "m"])
        .says(0, &[]);
}

#[test]
fn a_file_that_teaches_nothing_says_why_and_what_to_do() {
    let place = Place::new("");
    std::fs::remove_file(place.path().join("config.yml")).expect("no config is needed");
    let one_class = format!("subject,body,queue\n{}", "a printer,is broken,Hardware\n".repeat(3));
    let cases: [(&str, &[u8], &str); 9] = [
        ("empty", b"", "has no header"),
        ("no rows", b"subject,body,queue\n", "no rows"),
        ("no text", b"a,queue\nx,Billing\n", "--text"),
        ("no target", b"subject,body\nx,y\n", "--target"),
        ("latin", b"subject,body,queue\nhello,w\xf6rld,Billing\n", "not UTF-8"),
        ("utf16", b"\xff\xfes\0u\0b\0", "UTF-16"),
        ("workbook", b"PK\x03\x04............", "workbook"),
        ("ragged", b"subject,body,queue\na,b\n", "fields"),
        ("one class", one_class.as_bytes(), "queue"),
    ];
    for (what, content, words) in cases {
        place.write("file.csv", content);
        let ended = place.otai(&["train", "--from", "file.csv", "--model", "m"]);
        assert_eq!(ended.code, Some(2), "{what}: {ended}");
        ended.says(2, &[words]).is_for_people();
        assert!(!place.path().join("m").exists(), "{what} left a model behind");
    }
    place
        .otai(&["train", "--from", "absent.csv"])
        .says(2, &["absent.csv"])
        .is_for_people();
    place.write("file.csv", csv(60));
    place
        .otai(&["evaluate", "--on", "file.csv", "--model", "absent"])
        .says(2, &["absent"])
        .is_for_people();
    place
        .otai(&["evaluate", "--on", "absent.csv", "--model", "absent"])
        .says(2, &["absent.csv"])
        .is_for_people();
    place
        .otai(&["train", "--from", "file.csv", "--target", "queue=Quue"])
        .says(2, &["Quue", "queue"])
        .is_for_people();
    place
        .otai(&["evaluate", "--on", "file.csv", "--threshold", "7"])
        .says(2, &["between 0 and 1"]);
}

#[test]
fn a_training_that_fails_leaves_the_old_model_whole() {
    let place = Place::new("");
    std::fs::remove_file(place.path().join("config.yml")).expect("no config is needed");
    place.write("good.csv", csv(60));
    place.write("bad.csv", "subject,body,queue\n");
    place.json(&["train", "--from", "good.csv", "--model", "m", "--json"]);
    let before = place.json(&["evaluate", "--on", "good.csv", "--model", "m", "--json"]);
    place.otai(&["train", "--from", "bad.csv", "--model", "m"]).says(2, &[]);
    place.start(&["train", "--from", "good.csv", "--model", "m"]).kill();
    assert_eq!(
        place.json(&["evaluate", "--on", "good.csv", "--model", "m", "--json"]),
        before
    );
    assert_ne!(before, json!(null));
}

#[test]
fn labels_that_the_model_does_not_know_are_out_of_its_scope() {
    let place = Place::new("");
    std::fs::remove_file(place.path().join("config.yml")).expect("no config is needed");
    place.write("train.csv", csv(150));
    place.json(&["train", "--from", "train.csv", "--model", "m", "--json"]);
    let strange = "\"a song\",\"la la la\",\"Question\",\"oos\",\"Low\",\"en\",\"\"\n";
    place.write("test.csv", format!("{}{}", csv(30), strange.repeat(2)));
    let report = place.json(&["evaluate", "--on", "test.csv", "--model", "m", "--json"]);
    let (queue, kind) = (&report["fields"]["queue"], &report["fields"]["type"]);
    assert_eq!(
        (&queue["in_scope"]["rows"], &queue["out_of_scope"]["rows"]),
        (&json!(30), &json!(2)),
        "{queue}"
    );
    assert_eq!(
        (&kind["in_scope"]["rows"], &kind["out_of_scope"]["rows"]),
        (&json!(32), &json!(0)),
        "{kind}"
    );
    assert!(kind["out_of_scope"]["left_share"].is_null(), "{kind}");
    let left = queue["out_of_scope"]["left"].as_f64().expect("a count");
    assert_eq!(queue["out_of_scope"]["left_share"], left / 2.0, "{queue}");
    let shown = place.otai(&["evaluate", "--on", "test.csv", "--model", "m"]).stdout;
    assert!(
        shown.contains("out of scope") && shown.contains("threshold found"),
        "{shown}"
    );
}

#[test]
fn a_training_killed_at_any_moment_leaves_a_whole_model() {
    let place = Place::new("");
    std::fs::remove_file(place.path().join("config.yml")).expect("no config is needed");
    place.write("old.csv", csv(60));
    place.write("new.csv", csv(240));
    let measured = |model: &str| place.json(&["evaluate", "--on", "old.csv", "--model", model, "--json"]);
    place.json(&["train", "--from", "old.csv", "--model", "old", "--json"]);
    let whole = place.otai(&["train", "--from", "new.csv", "--model", "new", "--json"]);
    whole.says(0, &[]);
    let (old, new) = (measured("old"), measured("new"));
    assert_ne!(old, new, "or nobody could tell which one is there");
    let (mut stayed, mut killed) = (0, 0);
    for step in 0..16 {
        let model = format!("m{step}");
        for file in ["model.bin", "card.json"] {
            let content = std::fs::read(place.path().join("old").join(file)).expect("a trained model");
            place.write(&format!("{model}/{file}"), content);
        }
        let running = place.start(&["train", "--from", "new.csv", "--model", &model]);
        // The last ones strike around the moment in which the model is written.
        std::thread::sleep(whole.took.mul_f64(f64::from(step) / 14.0));
        killed += usize::from(running.kill().code.is_none());
        let left = measured(&model);
        assert!(
            left == old || left == new,
            "after {step} of 14 parts it is neither: {left}"
        );
        stayed += usize::from(left == old);
    }
    assert!(
        killed > 0 && stayed > 0,
        "{killed} killed, {stayed} times the old one stayed"
    );
}

#[test]
fn the_params_of_the_config_hold_for_training_too() {
    let place = Place::new(
        "ticket_systems:\n  freshdesk: { use: otai_freshdesk:FreshdeskTicketsystemService, params: { domain: x, api_key: y } }\n\
         classifiers:\n  local: { use: otai_local_ai:TrainedClassificationService, params: { model: m, threads: 0 } }\n",
    );
    place.write("good.csv", csv(60));
    place
        .otai(&["train", "--from", "good.csv"])
        .says(2, &["`threads` is 0"])
        .is_for_people();
}

#[test]
fn what_is_wrong_with_the_options_is_said_before_anything_is_read() {
    let place = Place::new("");
    std::fs::remove_file(place.path().join("config.yml")).expect("no config is needed");
    place.write("good.csv", csv(60));
    place.write("no-encoder/readme.txt", "nothing");
    let train = |more: &[&str]| place.otai(&[&["train", "--from", "good.csv", "--model", "m"], more].concat());
    train(&["--months", "0"]).says(2, &["--months"]);
    train(&["--months", "x"]).says(2, &["--months"]);
    train(&["--months", "3", "--days", "9"]).says(2, &["--days", "cannot be used with"]);
    train(&["--encoder", "absent"])
        .says(2, &["`absent` is no encoder", "otai model list"])
        .is_for_people();
    train(&["--encoder", "no-encoder"])
        .says(2, &["has no config.json"])
        .is_for_people();
    train(&["--encoder", "no-encoder", "--no-encoder"]).says(2, &["cannot be used with"]);
    assert!(!place.path().join("m").exists(), "nothing was learnt");
    place
        .otai(&["demo", "--encoder", "absent"])
        .says(2, &["`absent` is no encoder"]);
    place
        .otai(&["evaluate", "--on", "good.csv", "--encoder", "absent"])
        .says(2, &["`absent` is no encoder"]);
}

#[test]
fn the_demo_shows_what_an_encoder_is_good_for() {
    let Some(encoder) = std::env::var_os("OTAI_MINILM") else {
        println!("skipped: OTAI_MINILM names no folder of an encoder (all-MiniLM-L6-v2, say)");
        return;
    };
    let place = Place::new("");
    let encoder = encoder.to_string_lossy().into_owned();
    let run = place.start(&["demo", "--tickets", "400", "--json", "--encoder", &encoder]);
    let report = run.wait(std::time::Duration::from_secs(900));
    report.says(0, &[]);
    let report = report.json();
    for side in ["with_encoder", "without_encoder"] {
        let share = |value: &serde_json::Value| value.as_f64().is_some_and(|n| (0.0..=1.0).contains(&n));
        assert!(
            share(&report[side]["coverage"]) && share(&report[side]["accuracy"]["queue"]),
            "{report}"
        );
    }
    assert_eq!(report["tickets"], 80, "{report}");
    assert_ne!(
        report["with_encoder"], report["without_encoder"],
        "the encoder changed nothing: {report}"
    );
}
