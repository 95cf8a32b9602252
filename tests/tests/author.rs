//! Somebody who has only the SDK's documentation writes a plugin (acceptance 7): the example of each trait's documentation,
//! copied into a crate of its own outside the workspace, built, put into a plugins folder and used.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use otai_tests::{Built, Config, Desk, Place, built, rows};

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
    // The versions that are on this machine already.
    std::fs::copy(built.workspace.join("Cargo.lock"), dir.join("Cargo.lock")).expect("the lock file");
    let target = built.target.join("tmp").join("otai-author");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--offline", "--quiet"])
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{name}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    target
        .join("debug")
        .join(built.plugin(name).file_name().expect("a name"))
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
