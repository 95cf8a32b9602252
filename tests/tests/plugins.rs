//! Plugin files that are no plugins: one sentence, exit code 2, never a signal (acceptance 5). And the lock file.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use otai_tests::{Config, Desk, Ended, Place, Running, built, rows};
use serde_json::{Value, json};

const VICTIM: &str = "otai_test_keyword";

/// A place whose plugins folder holds a good Freshdesk plugin and whatever a test puts beside it.
fn place() -> (Desk, Place, PathBuf) {
    let desk = Desk::open(rows(3));
    let place = Place::new(Config::keyword(&desk, "").head("plugins_dir: plugins"));
    let plugins = place.path().join("plugins");
    built().link(&["otai_freshdesk"], &plugins);
    let victim = plugins.join(built().plugin(VICTIM).file_name().expect("a name"));
    (desk, place, victim)
}

fn bytes() -> Vec<u8> {
    std::fs::read(built().plugin(VICTIM)).expect("the plugin was built")
}

#[track_caller]
fn one_sentence(ended: &Ended, words: &str) {
    ended.says(2, &[words]).is_for_people();
    assert_eq!(ended.stderr.lines().count(), 1, "one sentence: {ended}");
}

/// What `run`, `check` and `plugin check` say of the file.
#[track_caller]
fn refused(place: &Place, victim: &Path, words: &str) {
    one_sentence(&place.otai(&["run", "--once"]), words);
    one_sentence(&place.otai(&["check", "--offline"]), words);
    if victim.exists() {
        one_sentence(&place.otai(&["plugin", "check", &victim.display().to_string()]), words);
    }
}

#[test]
fn p09_a_missing_plugin_is_one_sentence_with_every_place_that_was_tried() {
    let (_desk, place, victim) = place();
    refused(&place, &victim, "no such file");
    let ended = place.otai(&["run", "--once"]);
    ended.says(2, &[VICTIM, "config.yml:", &victim.display().to_string()]);
}

#[test]
fn p09_a_truncated_plugin_is_refused_at_any_length() {
    let (desk, place, victim) = place();
    let whole = bytes();
    for length in [
        0,
        1,
        17,
        63,
        64,
        100,
        1000,
        whole.len() / 3,
        whole.len() / 2,
        whole.len() - 1000,
        whole.len() - 1,
    ] {
        std::fs::write(&victim, &whole[..length]).expect("a file");
        let words = if length < 64 { "is " } else { "is truncated" };
        one_sentence(&place.otai(&["run", "--once"]), words);
        one_sentence(&place.otai(&["plugin", "check", &victim.display().to_string()]), words);
    }
    assert!(desk.writes().is_empty());
}

#[test]
fn p09_what_is_no_library_of_ours_is_refused() {
    let (_desk, place, victim) = place();
    std::fs::write(&victim, "#!/bin/sh\necho hello\n").expect("a file");
    refused(&place, &victim, "is not a shared library");
    if Path::new("/bin/true").exists() {
        std::fs::copy("/bin/true", &victim).expect("a copy");
        refused(&place, &victim, "plugin file");
    }
    if let Some(libm) = [
        "/lib/x86_64-linux-gnu/libm.so.6",
        "/usr/lib64/libm.so.6",
        "/lib/aarch64-linux-gnu/libm.so.6",
    ]
    .iter()
    .find(|file| Path::new(file).exists())
    {
        std::fs::copy(libm, &victim).expect("a copy");
        refused(&place, &victim, "is not an otai plugin");
    }
    std::fs::remove_file(&victim).expect("a file");
    std::fs::create_dir(&victim).expect("a folder");
    refused(&place, &victim, "not a file");
}

#[test]
fn p09_a_plugin_for_another_cpu_is_refused() {
    let (_desk, place, victim) = place();
    let mut foreign = bytes();
    let s390 = 22u16;
    foreign[18..20].copy_from_slice(&s390.to_le_bytes());
    std::fs::write(&victim, foreign).expect("a file");
    refused(&place, &victim, "another CPU");
}

#[test]
fn p12_a_plugin_under_another_ones_name_is_refused() {
    let (_desk, place, victim) = place();
    std::fs::copy(built().plugin("otai_freshdesk"), &victim).expect("a copy");
    one_sentence(&place.otai(&["run", "--once"]), "calls itself `otai_freshdesk`");
}

#[test]
fn p11_a_plugin_of_another_abi_is_refused() {
    let (_desk, place, victim) = place();
    let mut other = bytes();
    let magic = b"otai plugin\0\0\0\0\0\x01\0\0\0";
    let at: Vec<usize> = (0..other.len() - magic.len())
        .filter(|i| other[*i..].starts_with(magic))
        .collect();
    assert!(!at.is_empty(), "the manifest's bytes are in the file");
    for at in at {
        other[at + 16] = 99;
    }
    std::fs::write(&victim, other).expect("a file");
    refused(&place, &victim, "ABI 99");
}

/// Compiles C into the victim; false where there is no compiler.
fn compile(source: &str, into: &Path, more: &[&str]) -> bool {
    let file = into.with_extension("c");
    std::fs::write(&file, source).expect("a file");
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(into)
        .arg(&file)
        .args(more)
        .status();
    let Ok(status) = status else {
        println!("skipped: there is no C compiler");
        return false;
    };
    assert!(status.success(), "cc could not compile {source}");
    std::fs::remove_file(&file).expect("a file");
    true
}

#[test]
fn p09_a_library_with_missing_parts_is_refused() {
    let (_desk, place, victim) = place();
    let gone = place.path().join("libgone.so");
    if !compile("int gone(void) { return 1; }", &gone, &[]) {
        return;
    }
    let here = format!("-L{}", place.path().display());
    compile(
        "int gone(void); int f(void) { return gone(); }",
        &victim,
        &[&here, "-lgone"],
    );
    std::fs::remove_file(&gone).expect("a file");
    refused(&place, &victim, "libgone.so");
    compile(
        "int no_such_function(void); int f(void) { return no_such_function(); }",
        &victim,
        &[],
    );
    refused(&place, &victim, "no_such_function");
}

#[test]
fn p09_a_library_that_kills_its_loader_costs_the_child_of_plugin_check() {
    let (_desk, place, victim) = place();
    if compile(
        "#include <stdlib.h>\n__attribute__((constructor)) static void f(void) { abort(); }",
        &victim,
        &[],
    ) {
        one_sentence(
            &place.otai(&["plugin", "check", &victim.display().to_string()]),
            "(signal 6)",
        );
    }
}

/// What `run`, `plugin check` and `plugin list` say of a plugin that panics before any service of it exists.
#[track_caller]
fn panicked(name: &str, environment: &[(&str, &str)], words: &str) {
    let desk = Desk::open(rows(3));
    let config = Config::keyword(&desk, "").head("plugins_dir: plugins").to_string();
    let place = Place::new(config.replace(VICTIM, name));
    let plugins = place.path().join("plugins");
    built().link(&["otai_freshdesk", name], &plugins);
    let otai = |args: &[&str]| {
        let mut command = place.command(args);
        command.envs(environment.iter().copied());
        Running::start(command).wait(Duration::from_secs(60))
    };
    let victim = plugins.join(built().plugin(name).file_name().expect("a name"));
    for args in [
        &["run", "--once"][..],
        &["check", "--offline"],
        &["plugin", "check", &victim.display().to_string()],
    ] {
        let ended = otai(args);
        ended.says(2, &[words, &victim.display().to_string()]);
        let last = ended.stderr.lines().last().unwrap_or_default();
        assert!(last.contains(words), "the last line is the sentence: {ended}");
        // What the plugin's own copy of std prints of a panic outside the SDK is not the host's to hold back.
        if !environment.is_empty() {
            one_sentence(&ended, words);
        }
    }
    let listed = otai(&["plugin", "list", "--json"]).json();
    assert_eq!(listed["plugins"][0]["name"], "otai_freshdesk", "{listed}");
    let refused = listed["refused"][0].as_str().unwrap_or_default();
    assert!(refused.contains(words), "{listed}");
    assert!(desk.writes().is_empty());
}

#[test]
fn p09_a_plugin_that_panics_while_it_is_loaded_is_refused() {
    panicked("otai_test_panics", &[], "panicked while loading");
}

#[test]
fn p09_a_plugin_that_panics_while_it_describes_itself_is_refused() {
    let environment = [("OTAI_TEST_MISBEHAVE", "panic in describe")];
    panicked(
        "otai_test_misbehave",
        &environment,
        "panicked while it described itself",
    );
}

#[test]
fn p12_several_plugins_live_side_by_side_and_answer_as_themselves() {
    let (desk, place, _) = place();
    built().link(
        &[VICTIM, "otai_local_ai", "otai_test_misbehave"],
        &place.path().join("plugins"),
    );
    let listed = place.json(&["plugin", "list", "--json"]);
    let plugins = listed["plugins"].as_array().expect("a list");
    let names: Vec<&str> = plugins.iter().filter_map(|p| p["name"].as_str()).collect();
    assert_eq!(
        names,
        ["otai_freshdesk", "otai_local_ai", VICTIM, "otai_test_misbehave"]
    );
    let offers = |i: usize| plugins[i]["injectables"].to_string();
    assert!(
        offers(0).contains("FreshdeskTicketsystemService (ticket system)"),
        "{listed}"
    );
    assert!(
        offers(1).contains("TrainedClassificationService (classifier)"),
        "{listed}"
    );
    assert!(
        offers(2).contains("KeywordClassificationService (classifier)"),
        "{listed}"
    );
    assert!(
        offers(3).contains("MisbehavingTicketsystemService") && offers(3).contains("MisbehavingClassificationService")
    );
    assert_eq!(listed["refused"], json!([]));
    assert_eq!(place.json(&["run", "--once", "--json"])["written"], 3);
    assert_eq!(desk.score()["queue"]["accuracy"], 1.0);
}

#[test]
fn p09_one_bad_file_does_not_hide_the_good_ones() {
    let (_desk, place, victim) = place();
    std::fs::write(&victim, "rubbish").expect("a file");
    let listed = place.json(&["plugin", "list", "--json"]);
    assert_eq!(listed["plugins"][0]["name"], "otai_freshdesk");
    assert!(
        listed["refused"][0]
            .as_str()
            .is_some_and(|r| r.contains("is not a shared library")),
        "{listed}"
    );
}

#[test]
fn p09_a_file_that_changed_after_it_was_pinned_is_refused_until_it_is_back() {
    let (_desk, place, victim) = place();
    let good = bytes();
    std::fs::write(&victim, &good).expect("a file");
    place.otai(&["plugin", "pin"]).says(0, &[]);
    let trust = |place: &Place| -> Vec<Value> {
        let listed = place.json(&["plugin", "list", "--json"]);
        listed["plugins"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|p| p["trust"].clone())
            .collect()
    };
    assert_eq!(trust(&place), ["trusted", "trusted"]);
    place.otai(&["run", "--once"]).says(0, &[]);

    // One byte behind the end: still a library, and not the one that was pinned.
    let mut changed = good.clone();
    changed.push(0);
    std::fs::write(&victim, &changed).expect("a file");
    one_sentence(
        &place.otai(&["run", "--once"]),
        "differs from the one pinned in otai.lock",
    );
    one_sentence(&place.otai(&["check", "--offline"]), "differs from the one pinned");
    std::fs::write(&victim, &good).expect("a file");
    place.otai(&["run", "--once"]).says(0, &[]);

    place.write("otai.lock", "{ \"plugins\": ");
    one_sentence(&place.otai(&["run", "--once"]), "otai.lock:1:");
}
