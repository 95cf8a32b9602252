//! Somebody who has only the SDK's documentation writes a plugin (acceptance 7): the example of each trait's documentation, and
//! what the guide makes of `otai plugin new`, in crates of their own outside the workspace, built, put into a plugins folder and
//! used.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use otai_tests::{Built, Config, Desk, HELPLINE_TOKEN, Helpline, Place, built, rows};

/// The code of a documentation comment, as `rustdoc` shows it.
fn example(file: &Path) -> String {
    let source = std::fs::read_to_string(file).expect("the SDK's source");
    let doc = source.lines().filter_map(|line| {
        line.trim_start()
            .strip_prefix("///")
            .map(|l| l.strip_prefix(' ').unwrap_or(l))
    });
    let code: Vec<&str> = doc
        .skip_while(|l| *l != "```")
        .skip(1)
        .take_while(|l| *l != "```")
        .collect();
    code.into_iter()
        .filter(|line| !line.starts_with("# "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Writes the crate and builds it; gives the library. Its dependencies are compiled once and kept below the target folder.
fn author(built: &Built, dir: &Path, name: &str, code: &str) -> PathBuf {
    let sdk = built.workspace.join("plugin/sdk");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n[dependencies]\n\
         otai-plugin = {{ path = {:?} }}\n",
        sdk.display().to_string()
    );
    std::fs::create_dir_all(dir.join("src")).expect("a folder");
    std::fs::write(dir.join("Cargo.toml"), manifest).expect("a file");
    std::fs::write(dir.join("src/lib.rs"), code).expect("a file");
    cargo(built, dir, &["build"]);
    library(built, name)
}

/// Runs cargo in a crate outside the workspace and gives what it printed. Dependencies are compiled once and kept below the
/// target folder.
#[track_caller]
fn cargo(built: &Built, dir: &Path, args: &[&str]) -> String {
    // The versions that are on this machine already.
    std::fs::copy(built.workspace.join("Cargo.lock"), dir.join("Cargo.lock")).expect("the lock file");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .arg(args[0])
        .args(["--offline", "--quiet"])
        .args(&args[1..])
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", target(built))
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .output()
        .expect("cargo runs");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{}: {args:?}: {out}\n{err}", dir.display());
    assert!(!err.contains("warning"), "{}: {args:?}: {err}", dir.display());
    out.into_owned()
}

fn target(built: &Built) -> PathBuf {
    built.target.join("tmp").join("otai-author")
}

/// Where cargo puts it.
fn library(built: &Built, name: &str) -> PathBuf {
    let file = built.plugin(name);
    target(built).join("debug").join(file.file_name().expect("a name"))
}

/// Applies each `diff` of the guide to a file, in order.
fn apply(guide: &str, file: &Path) {
    let mut text = std::fs::read_to_string(file).expect("a file");
    let mut count = 0;
    for block in guide.split("```diff\n").skip(1) {
        let block = block.split("```").next().expect("its end");
        let side = |other: char| -> String {
            let lines = block.lines().filter(|line| !line.starts_with(other));
            lines
                .map(|line| format!("{}\n", line.get(1..).unwrap_or_default()))
                .collect()
        };
        let (old, new) = (side('+'), side('-'));
        assert_eq!(
            text.matches(&old).count(),
            1,
            "the guide changes what is not there (once):\n{block}"
        );
        text = text.replace(&old, &new);
        count += 1;
    }
    assert!(count > 10, "{count} changes");
    std::fs::write(file, text).expect("a file");
}

#[test]
fn the_examples_of_the_documentation_are_plugins_that_work() {
    let built = built();
    let desk = Desk::open(rows(6));
    let word = "    use: my_words:WordClassificationService\n    params: { word: invoice, queue: Billing }";
    let pipeline = "    ticket_system: freshdesk\n    classify: { queue: { classifier: word } }";
    let place = Place::new(
        Config::order(&desk)
            .classifier("word", word)
            .pipeline("triage", pipeline),
    );
    let plugins = place.path().join("plugins");
    std::fs::create_dir_all(&plugins).expect("a folder");

    let code = example(&built.workspace.join("plugin/sdk/src/classifier.rs"));
    assert!((20..60).contains(&code.lines().count()), "a page of code: {code}");
    let library = author(built, &place.path().join("my_words"), "my_words", &code);
    std::fs::copy(&library, plugins.join(library.file_name().expect("a name"))).expect("a copy");
    place.otai(&["check"]).says(0, &[]);
    let summary = place.json(&["run", "--once", "--json"]);
    assert_eq!(
        (&summary["written"], &summary["left_to_human"]),
        (&2.into(), &4.into()),
        "{summary}"
    );
    assert_eq!(desk.ticket(1)["group_id"], desk.group("Billing"));
    place.otai(&["plugin", "list"]).says(0, &[]);

    let code = example(&built.workspace.join("plugin/sdk/src/ticket_system.rs"));
    assert!((40..90).contains(&code.lines().count()), "a page of code: {code}");
    let library = author(built, &place.path().join("my_desk"), "my_desk", &code);
    let checked = place.otai(&["plugin", "check", &library.display().to_string()]);
    checked.says(0, &[]);
    assert!(
        checked
            .stdout
            .contains("my_desk 0.1.0, ABI 1, offers DeskTicketsystemService (ticket system)"),
        "{checked}"
    );
}

#[test]
fn what_plugin_new_writes_conforms_and_becomes_what_the_guide_makes_of_it() {
    let built = built();
    let helpline = Helpline::open(&[
        "My invoice is wrong, I need it soon",
        "The printer is broken",
        "Something else entirely",
    ]);
    let system = format!(
        "    use: helpline:HelplineTicketsystemService\n    params:\n      url: {}\n      token: ${{HELPLINE_TOKEN}}",
        helpline.url()
    );
    let words = "    use: otai_test_keyword:KeywordClassificationService\n    params:\n      words:\n        queue: { invoice: \
                 Billing, printer: Hardware }\n        priority: { soon: high }\n        type: { broken: incident }";
    let config = Config::default()
        .any_system("helpline", &system)
        .classifier("words", words)
        .pipeline(
            "triage",
            "    ticket_system: helpline\n    find: { since: 3650d }\n    note: \"AI: {{ queue.label }}\"",
        );
    let place = Place::new(config);

    // As it is written: it conforms, and otai can load it.
    place
        .otai(&[
            "plugin",
            "new",
            "helpline",
            "--sdk",
            &built.workspace.join("plugin/sdk").display().to_string(),
        ])
        .says(0, &[]);
    let dir = place.path().join("helpline");
    place.otai(&["plugin", "new", "helpline"]).says(2, &["exists already"]);
    place.otai(&["plugin", "new", "help-line"]).says(2, &["help_line"]);
    let report = cargo(built, &dir, &["test", "--", "--nocapture"]);
    assert!(report.contains("39 passed, 0 failed, 0 skipped"), "{report}");
    cargo(built, &dir, &["build"]);
    let library = library(built, "helpline");
    let checked = place.otai(&["plugin", "check", &library.display().to_string()]);
    checked.says(0, &[]);
    let offers = "helpline 0.1.0, ABI 1, offers HelplineTicketsystemService (ticket system)";
    assert!(checked.stdout.contains(offers), "{checked}");

    // As the guide changes it: it speaks to another helpdesk, and tickets are triaged there.
    let guide = std::fs::read_to_string(built.workspace.join("plugin/sdk/GUIDE.md")).expect("the guide");
    apply(&guide, &dir.join("src/wire.rs"));
    cargo(built, &dir, &["build"]);
    let plugins = place.path().join("plugins");
    std::fs::create_dir_all(&plugins).expect("a folder");
    std::fs::copy(&library, plugins.join(library.file_name().expect("a name"))).expect("a copy");
    let otai = |args: &[&str]| {
        let mut command = place.command(args);
        command.env("HELPLINE_TOKEN", HELPLINE_TOKEN);
        let ended = otai_tests::Running::start(command).wait(std::time::Duration::from_secs(60));
        ended.says(0, &[]);
        ended
    };
    otai(&["check"]);
    otai(&["run", "--dry-run", "--once"]);
    assert_eq!(helpline.writes(), [], "a dry run writes nothing");
    otai(&["run", "--once"]);
    let written = [
        (1, serde_json::json!({"group_id": 501, "priority": "high"})),
        (2, serde_json::json!({"group_id": 502, "type": "incident"})),
    ];
    let values = || {
        let all = helpline.writes().into_iter();
        all.filter(|(_, set)| set.get("comment").is_none()).collect::<Vec<_>>()
    };
    assert_eq!(
        values(),
        written,
        "one write for each ticket, of what was decided and nothing else"
    );
    for (id, queue) in [(1, "Billing"), (2, "Hardware")] {
        let comments = helpline.comments(id);
        assert_eq!(comments.len(), 1, "{comments:?}");
        assert_eq!(comments[0]["public"], false);
        let text = comments[0]["body"].as_str().expect("a text");
        assert!(text.starts_with(&format!("AI: {queue}")), "{text}");
    }
    assert_eq!(helpline.ticket(1)["tags"], serde_json::json!(["web"]));
    otai(&["run", "--once"]);
    assert_eq!(helpline.writes().len(), 4, "and none again");
}
