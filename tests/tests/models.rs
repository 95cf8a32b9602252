//! `otai model`: what lies in `models`, and how it gets there.

use std::{path::Path, time::Duration};

use otai_tests::{Config, Desk, Ended, Hub, Place, Running, WEIGHTS, row, rows, tiny_model};
use serde_json::json;

const TOKEN: &str = "hf_canary-4b1d";

fn place() -> Place {
    let place = Place::new("");
    std::fs::remove_file(place.path().join("config.yml")).expect("no config is needed");
    place
}

fn start(place: &Place, hub: &Hub, args: &[&str]) -> Running {
    let mut command = place.command(&[&["model", "add"], args].concat());
    command.env("HF_ENDPOINT", hub.endpoint()).env("HF_TOKEN", TOKEN);
    Running::start(command)
}

fn add(place: &Place, hub: &Hub, args: &[&str]) -> Ended {
    start(place, hub, args).wait(Duration::from_secs(60))
}

/// The names in `models` that could be taken for a model.
fn names(place: &Place) -> Vec<String> {
    let list = place.json(&["model", "list", "--json"]);
    let entries = list.as_array().expect("a list").clone();
    entries
        .iter()
        .map(|entry| entry["name"].as_str().expect("a name").to_owned())
        .collect()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_model_of_the_hub_arrives_whole_and_says_where_it_is_from() {
    let (place, hub) = (place(), Hub::start());
    let added = add(&place, &hub, &["hf:org/good@v1.0", "--json"]);
    added.says(0, &[]);
    let folder = place.path().join("models/good");
    assert_eq!(
        files(&folder),
        ["config.json", "model.safetensors", "origin.json", "tokenizer.json"]
    );
    assert_eq!(
        std::fs::read(folder.join("model.safetensors")).expect("weights"),
        WEIGHTS
    );
    assert_eq!(files(&place.path().join("models")), ["good"], "nothing is left over");

    let origin: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("origin.json")).expect("an origin")).expect("JSON");
    assert_eq!(added.json()["origin"], origin);
    assert_eq!(
        (&origin["source"], &origin["revision"]),
        (
            &json!("hf:org/good"),
            &json!("0123456789abcdef0123456789abcdef01234567")
        )
    );
    assert_eq!(
        origin["files"]["model.safetensors"].as_str().map(str::len),
        Some(64),
        "{origin}"
    );
    assert!(
        origin["date"].as_str().is_some_and(|date| date.starts_with("20")),
        "{origin}"
    );

    let asked = hub.asked();
    assert!(asked[0].path.ends_with("/revision/v1.0"), "{asked:?}");
    let bearer = format!("Bearer {TOKEN}");
    for one in &asked {
        let wanted = (!one.elsewhere).then_some(bearer.clone());
        assert_eq!(one.token, wanted, "the token is for the hub alone: {one:?}");
    }
    assert!(asked.iter().any(|one| one.elsewhere), "or nothing was shown: {asked:?}");
    assert!(
        !asked
            .iter()
            .any(|one| one.path.contains("pytorch") || one.path.contains("evil")),
        "{asked:?}"
    );

    add(&place, &hub, &["hf:org/good"])
        .says(2, &["a model `good` already", "--replace"])
        .is_for_people();
    add(&place, &hub, &["hf:org/good", "--replace"]).says(0, &[]);
    add(&place, &hub, &["hf:org/good", "--name", "other"]).says(0, &[]);
    assert_eq!(names(&place), ["good", "other"]);
    assert_eq!(files(&place.path().join("models")), ["good", "other"]);
}

#[test]
fn what_cannot_be_had_says_why_and_leaves_nothing() {
    let (place, hub) = (place(), Hub::start());
    for (repo, code, words) in [
        ("absent", 2, "the hub has no org/absent at main"),
        ("gated", 2, "set HF_TOKEN"),
        ("private", 2, "set HF_TOKEN"),
        ("pickle", 2, "pickle files only"),
        ("bare", 2, "no weights"),
        ("cut", 1, "broke off"),
        ("short", 1, "arrived damaged (its size"),
        ("forged", 1, "arrived damaged (its SHA-256"),
        ("circle", 1, "redirect"),
        ("astray", 2, "write https"),
        ("strange", 1, "is HF_ENDPOINT a hub?"),
        ("broken", 1, "500"),
    ] {
        let ended = add(&place, &hub, &["-vv", &format!("hf:org/{repo}")]);
        ended.says(code, &[words]).is_for_people();
        assert!(!format!("{ended}").contains(TOKEN), "{repo} shows the token: {ended}");
        assert_eq!(
            files(&place.path().join("models")),
            [""; 0],
            "{repo} left something behind"
        );
    }
    for (given, words) in [
        ("hf:good", "write hf:ORG/NAME"),
        ("hf:../good", "write hf:ORG/NAME"),
        ("org/good", "for a repository of the hub write hf:org/good"),
        ("absent", "there is no folder `absent`"),
    ] {
        add(&place, &hub, &[given]).says(2, &[words]).is_for_people();
    }
    for name in ["../x", ".x", "a/b", ""] {
        let ended = add(&place, &hub, &["hf:org/good", "--name", name]);
        ended.says(2, &["cannot be the name of a model"]).is_for_people();
    }
    let mut command = place.command(&["model", "add", "hf:org/good"]);
    command.env("HF_ENDPOINT", "http://hub.example").env("HF_TOKEN", TOKEN);
    let ended = Running::start(command).wait(Duration::from_secs(20));
    ended.says(2, &["hub.example", "write https"]);
}

#[test]
fn a_download_that_is_killed_leaves_nothing_that_looks_like_a_model() {
    let (place, hub) = (place(), Hub::start());
    add(&place, &hub, &["hf:org/good", "--name", "kept"]).says(0, &[]);
    let before = std::fs::read(place.path().join("models/kept/origin.json")).expect("an origin");
    for args in [&["hf:org/slow"][..], &["hf:org/slow", "--name", "kept", "--replace"]] {
        let asked = hub.asked().len();
        let running = start(&place, &hub, args);
        let mut patience = 500;
        while !hub.asked()[asked..].iter().any(|one| one.elsewhere) {
            std::thread::sleep(Duration::from_millis(20));
            patience -= 1;
            assert!(patience > 0, "the download never began: {}", running.stderr());
        }
        running.kill();
        assert_eq!(names(&place), ["kept"]);
        assert!(!place.path().join("models/slow").exists());
        assert_eq!(
            std::fs::read(place.path().join("models/kept/origin.json")).expect("an origin"),
            before
        );
    }
    add(&place, &hub, &["hf:org/good"]).says(0, &[]);
    assert_eq!(
        names(&place),
        ["good", "kept"],
        "what was left behind is in nobody's way"
    );
}

#[test]
fn the_proxy_of_the_environment_is_asked() {
    use std::io::Read as _;
    let place = place();
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = proxy.local_addr().expect("bound");
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = proxy.accept().expect("a caller");
        let mut head = [0; 512];
        let count = stream.read(&mut head).expect("a request");
        String::from_utf8_lossy(&head[..count]).into_owned()
    });
    let mut command = place.command(&["model", "add", "hf:org/good"]);
    command
        .env("HF_ENDPOINT", "https://hub.example")
        .env("HTTPS_PROXY", format!("http://{address}"))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env("HF_TOKEN", TOKEN);
    let ended = Running::start(command).wait(Duration::from_secs(60));
    assert_eq!(ended.code, Some(1), "{ended}");
    let heard = heard.join().expect("the proxy");
    assert!(heard.starts_with("CONNECT hub.example:443"), "{heard}");
    assert!(!heard.contains(TOKEN), "the token is for the hub alone");
}

#[test]
fn a_folder_is_copied_without_what_nobody_reads() {
    let place = place();
    let hub = Hub::start();
    for (name, content) in [
        ("config.json", "{}"),
        ("tokenizer.json", "{}"),
        ("model.safetensors", "w"),
        ("pytorch_model.bin", "p"),
        ("README.md", "r"),
        ("1_Pooling/config.json", "{}"),
        (".git/config.json", "{}"),
    ] {
        place.write(&format!("source/{name}"), content);
    }
    add(&place, &hub, &["source"]).says(0, &[]);
    let folder = place.path().join("models/source");
    assert_eq!(
        files(&folder),
        [
            "1_Pooling",
            "config.json",
            "model.safetensors",
            "origin.json",
            "tokenizer.json"
        ]
    );
    assert!(hub.asked().is_empty(), "nobody was asked");

    place.write("bad/config.json", "no JSON");
    place.write("bad/model.safetensors", "w");
    place.write("bad/tokenizer.json", "{}");
    add(&place, &hub, &["bad"])
        .says(2, &["is no model", "config.json is no JSON object"])
        .is_for_people();
    place.write("old/config.json", "{}");
    place.write("old/model.safetensors", "w");
    place.write("old/spm.model", "t");
    add(&place, &hub, &["old"])
        .says(2, &["is no model", "has no tokenizer.json", "AutoTokenizer"])
        .is_for_people();
    place.write("empty/readme.txt", "");
    add(&place, &hub, &["empty"])
        .says(2, &["is no model", "has no config.json"])
        .is_for_people();
    assert_eq!(names(&place), ["source"]);
}

#[test]
fn what_there_is_is_listed_shown_and_checked() {
    let place = place();
    place.otai(&["model", "list"]).says(0, &[]);
    assert_eq!(place.json(&["model", "list", "--json"]), json!([]));
    let mut csv = "subject,body,queue\n".to_owned();
    for r in (0..60).map(row) {
        csv += &format!("\"{}\",\"{}\",\"{}\"\n", r.subject, r.body, r.queue);
    }
    place.write("train.csv", csv);
    let trained = place.json(&["train", "--from", "train.csv", "--json"]);
    place.write("models/encoder/config.json", "{}");
    place.write("models/nothing/readme.txt", "");
    place.write("models/.hidden.1.part/new/config.json", "{}");
    place.write("models/.hidden/config.json", "{}");

    let list = place.json(&["model", "list", "--json"]);
    let kinds: Vec<_> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|e| (&e["name"], &e["kind"]))
        .collect();
    assert_eq!(
        kinds,
        [
            (&json!("default"), &json!("trained")),
            (&json!("encoder"), &json!("hugging_face"))
        ]
    );
    assert!(
        list[0]["bytes"].as_u64() > Some(0) && list[0]["date"].is_string(),
        "{list}"
    );
    assert!(place.otai(&["model", "list"]).stdout.contains("Hugging Face"));

    assert_eq!(place.json(&["model", "card", "--json"]), trained);
    assert_eq!(
        place.json(&["model", "card", "--model", "models/default", "--json"]),
        trained
    );
    let shown = place.otai(&["model", "card"]).stdout;
    assert!(
        shown.contains("queue: 3 labels") && shown.contains("Billing"),
        "{shown}"
    );
    place
        .otai(&["model", "card", "--model", "absent"])
        .says(2, &["otai train"])
        .is_for_people();

    place.otai(&["model", "check", "models/default"]).says(0, &[]);
    place
        .otai(&["model", "check", "absent"])
        .says(2, &["there is no folder", "otai model list"])
        .is_for_people();
    place
        .otai(&["model", "check", "models/nothing"])
        .says(2, &["is no model"])
        .is_for_people();
    let ended = place.otai(&["model", "check", "models/encoder"]);
    assert_eq!(ended.code, Some(2), "{ended}");
    assert_eq!(ended.is_for_people().stderr.trim_end().lines().count(), 1, "{ended}");
    place.write("models/default/readme.txt", "nobody reads it");
    place
        .otai(&["model", "add", "models/default", "--name", "copy"])
        .says(0, &[]);
    assert_eq!(
        files(&place.path().join("models/copy")),
        ["card.json", "model.bin", "origin.json"]
    );
    place.otai(&["model", "check", "models/copy"]).says(0, &[]);
    place.write("models/default/model.bin", "damaged");
    place
        .otai(&["model", "check", "models/default"])
        .says(2, &["model.bin"])
        .is_for_people();
}

#[test]
fn a_model_of_the_form_of_hugging_face_can_be_added_checked_and_used() {
    let desk = Desk::open(rows(6));
    let bert = "    use: otai_local_ai:HFClassificationService\n    params: { model: models/bert }";
    let pipeline = "    ticket_system: freshdesk\n    classify: { queue: { classifier: bert, min_confidence: 0.0 } }";
    let place = Place::new(
        Config::order(&desk)
            .classifier("bert", bert)
            .pipeline("triage", pipeline),
    );
    tiny_model(&place, "tiny");
    place.otai(&["model", "check", "tiny"]).says(0, &[]);
    place.otai(&["model", "add", "tiny", "--name", "bert"]).says(0, &[]);
    let checked = place.json(&["model", "check", "models/bert", "--json"]);
    assert_eq!(
        (&checked["ok"], &checked["fields"]),
        (&json!(true), &json!(["queue"])),
        "{checked}"
    );
    let offline = place.otai(&["check", "--offline"]);
    offline.says(0, &[]);
    assert!(
        offline.stdout.contains("classifier bert: 0 examples; queue (2 labels)"),
        "{offline}"
    );
    let run = place.json(&["run", "--once", "--json"]);
    assert_eq!(run["written"].as_u64(), Some(6), "every queue is sure enough: {run}");
    // From another folder the model is the same: its path counts from the config.
    let config = place.path().join("config.yml");
    let elsewhere = Place::new("");
    let config = config.to_str().expect("a path of letters");
    elsewhere.otai(&["check", "--offline", "--config", config]).says(0, &[]);
}

#[test]
fn labels_in_words_are_checked_offline_with_their_encoder() {
    let desk = Desk::open(rows(1));
    let place = |fields: &str| {
        let lines = format!(
            "    use: otai_local_ai:ZeroShotClassificationService\n    params:\n      encoder: models/tiny\n      fields:\n{fields}"
        );
        let pipeline = "    ticket_system: freshdesk\n    classify: { queue: { classifier: words } }";
        Place::new(
            Config::order(&desk)
                .classifier("words", &lines)
                .pipeline("triage", pipeline),
        )
    };
    let good = "        queue:\n          Billing: the invoice\n          Hardware: { description: the printer, examples: [printer please] }\n";
    let with_model = place(good);
    tiny_model(&with_model, "models/tiny");
    let checked = with_model.otai(&["check", "--offline"]);
    checked.says(0, &[]);
    assert!(checked.stdout.contains("queue (2 labels)"), "{checked}");
    for (fields, words) in [
        (good, "models/tiny"),
        ("        queue: { Billing: the invoice }\n", "at least two labels"),
        (
            "        queue: { Billing: the invoice, Hardware: { exmples: [x] } }\n",
            "exmples",
        ),
        (
            "        queue: { Billing: the invoice, Hardware: ' ' }\n",
            "say in words",
        ),
    ] {
        let without_model = place(fields);
        without_model
            .otai(&["check", "--offline"])
            .says(2, &[words])
            .is_for_people();
    }
}
