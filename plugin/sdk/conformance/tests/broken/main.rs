//! Each behaviour can fail: a sound plugin is broken in one place at a time, and exactly the behaviours that are about that
//! place say so.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../../template/tests/desk/mod.rs"]
mod desk;
mod plugin;

use otai_plugin::serde_json::json;
use plugin::Broken;

/// What is broken, and which behaviours say so.
const CASES: [(&str, &[&str]); 44] = [
    ("nothing", &[]),
    ("invents a queue", &["the catalog tells the truth"]),
    ("forgets a priority", &["the catalog tells the truth"]),
    ("lists nothing", &[]),
    ("lists nothing, invents a queue", &["the catalog tells the truth"]),
    ("lists nothing, forgets priorities", &["the catalog tells the truth"]),
    ("asks a stranger", &["requests go to the named servers only"]),
    ("HTML as it is", &["an HTML mail arrives as its text"]),
    ("says \"no text\"", &["an empty text arrives"]),
    ("cuts texts", &["a long text arrives"]),
    ("no emoji", &["texts arrive as people wrote them"]),
    ("another revision in the list", &["list and ticket agree"]),
    ("reads together", &[]),
    (
        "reads together, fails for a deleted one",
        &["tickets read together are those read alone"],
    ),
    (
        "reads together, another text",
        &["tickets read together are those read alone"],
    ),
    (
        "reads together, forgets one",
        &["tickets read together are those read alone"],
    ),
    (
        "loses at a border",
        &[
            "no ticket is lost between two pages",
            "no ticket is lost that changes during the walk",
            "the cursor survives a restart",
        ],
    ),
    (
        "gives no ticket twice",
        &["no ticket is lost that changes during the walk"],
    ),
    ("never gives what it wrote", &["a human's edit is seen and stays"]),
    ("turns pages", &["no ticket is lost that changes during the walk"]),
    ("cursor of this instance", &["the cursor survives a restart"]),
    ("repeats for ever", &["a quiet helpdesk brings no repeats"]),
    ("resets the owner", &["only what is in the change changes"]),
    (
        "writes piece by piece",
        &[
            "one change is one write",
            "an unknown priority is refused before the write",
            "an unknown type is refused before the write",
            "an unknown custom field is refused before the write",
            "an unknown choice is refused before the write",
        ],
    ),
    ("replaces tags", &["tags are added and none is lost"]),
    (
        "answers with the ticket before",
        &["an update answers with the ticket after it"],
    ),
    ("adds up", &["the same update again changes nothing"]),
    (
        "revision is the id",
        &[
            "list and ticket agree",
            "an update answers with the ticket after it",
            "a human's edit is seen and stays",
        ],
    ),
    ("public notes", &["a note is private and carries its mark"]),
    (
        "no mark",
        &[
            "a note is private and carries its mark",
            "a note in doubt is written once",
            "a lost answer to a note makes no second one",
        ],
    ),
    ("cuts notes", &["a note is private and carries its mark"]),
    (
        "never looks for its notes",
        &[
            "a note in doubt is written once",
            "a lost answer to a note makes no second one",
        ],
    ),
    (
        "says noted and writes no note",
        &["a note that goes with an update is told"],
    ),
    (
        "writes the note of an update in secret",
        &["a note that goes with an update is told"],
    ),
    (
        "closed tickets alive",
        &["a closed ticket is settled", "a merged ticket is settled"],
    ),
    ("calls closed tickets fresh", &["a closed ticket is settled"]),
    ("deleted is an error", &["a deleted ticket is gone"]),
    (
        "writes unknown queues",
        &["an unknown queue is refused before the write"],
    ),
    (
        "names no field",
        &[
            "an unknown queue is refused before the write",
            "an unknown priority is refused before the write",
            "an unknown type is refused before the write",
            "an unknown custom field is refused before the write",
            "an unknown choice is refused before the write",
        ],
    ),
    (
        "credentials of one ticket",
        &["wrong credentials are refused for every ticket"],
    ),
    ("gives up everything", &["a missing right concerns its ticket"]),
    ("waits as it likes", &["a limit names its time"]),
    (
        "says no when the server is down",
        &[
            "a server error is for later",
            "a page instead of JSON is for later",
            "half an answer is for later",
            "no answer is for later",
            "a lost answer to an update is made good",
        ],
    ),
    (
        "takes silence for yes",
        &[
            "a server error is for later",
            "a page instead of JSON is for later",
            "no answer is for later",
            "a lost answer to an update is made good",
        ],
    ),
];

/// Those that only the last two behaviours see.
const SECRETS: [(&str, &[&str]); 3] = [
    (
        "half is nothing",
        &[
            "a server error is for later",
            "a page instead of JSON is for later",
            "half an answer is for later",
            "no answer is for later",
            "a limit names its time",
        ],
    ),
    ("logs texts", &["secrets and texts stay inside"]),
    (
        "says the token",
        &[
            "secrets and texts stay inside",
            "a limit names its time",
            "wrong credentials are refused for every ticket",
        ],
    ),
];

fn try_cases(cases: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (breaks, wanted) in cases {
        let mut desk = desk::Simulated::<Broken>::start().with("breaks", json!(breaks));
        let report = otai_conformance::run(&mut desk);
        let (mut wanted, mut failed) = (wanted.to_vec(), report.failed());
        wanted.sort_unstable();
        failed.sort_unstable();
        if failed != wanted || !report.skipped().is_empty() {
            wrong += &format!("broken: {breaks}; expected {wanted:?} and no more\n{report}\n\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_broken_is_what_fails() {
    let (first, second) = CASES.split_at(CASES.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| try_cases(first));
        try_cases(second);
        other.join().unwrap();
    });
}

#[test]
fn what_gets_out_is_found() {
    try_cases(&SECRETS);
}
