//! One mistake each: where it is found, what is said and what is advised.

use super::read;

/// Text, `line:column`, part of the message, part of the help.
pub(super) type Row = (&'static str, &'static str, &'static str, &'static str);

/// Every row must give exactly one problem: a mistake that is told twice hides the others.
pub(super) fn check(head: &str, rows: &[Row]) {
    let mut wrong = Vec::new();
    for (text, place, message, help) in rows {
        let text = format!("{head}{text}");
        let problems = read(&text).map_or_else(|problems| problems.0, |_| Vec::new());
        let found = match problems.as_slice() {
            [problem] => {
                format!("{}:{}", problem.line, problem.column) == *place
                    && problem.message.contains(message)
                    && problem.help.as_deref().unwrap_or_default().contains(help)
                    && (problem.help.is_none() || !help.is_empty())
                    && problem.file == std::path::Path::new("/etc/otai/config.yml")
                    && !problem.warning
            }
            _ => false,
        };
        if !found {
            let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
            wrong.push(format!(
                "{text}\nexpected {place}: {message}\n    {help}\nfound {}",
                shown.join("\n")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n------\n"));
}

#[test]
fn what_is_no_yaml() {
    check(
        "",
        &[
            ("", "1:1", "the config is empty", "`otai init`"),
            ("# nothing\n\n  # here\n", "1:1", "the config is empty", "`otai init`"),
            ("a:\n\tb: 1\n", "2:1", "a tab in the indentation", "spaces"),
            ("a:\n  b: 1\n  \tc: 2\n", "3:3", "a tab in the indentation", "spaces"),
            ("a: b: c\n", "1:5", "a second `:`", "quotes"),
            ("note: AI: {{ queue.label }}\n", "1:9", "a second `:`", "quotes"),
            ("a: @b\n", "1:4", "cannot start with this character", "quotes"),
            ("a: `b`\n", "1:4", "cannot start with this character", "quotes"),
            ("a: *b\n", "1:4", "there is none of that name", "quotes"),
            ("a: \"b\nc: 1\n", "1:4", "a quote is opened", "close it"),
            ("a: \"b\" c\n", "1:8", "text follows a closing quote", "whole value"),
            ("a: \"C:\\dir\"\n", "1:4", "a `\\` in double quotes", "single quotes"),
            ("a: [1, 2\nb: 3\n", "2:2", "a second `:`", "bracket above is closed"),
            ("a: { b: 1\n", "2:1", "a bracket is opened", "write `[a, b]`"),
            (
                "a: 1\nb\nc: 2\n",
                "3:1",
                "does not fit where it stands",
                "blank after the colon",
            ),
            (
                "a:\n  b: 1\n c: 2\n",
                "3:2",
                "does not fit where it stands",
                "same column",
            ),
            ("a: {{ x }}\n", "1:5", "cannot be a key", "quotes"),
            (
                "a: 1\nb: 2\na: 3\n",
                "3:1",
                "key `a` is there twice; the first is in line 1",
                "remove one",
            ),
            (
                "a: 1\n---\nb: 1\n",
                "2:1",
                "a second YAML document",
                "remove everything",
            ),
            (
                "- a\n",
                "1:1",
                "should be a mapping that starts with `ticket_systems:`; found a list",
                "without the `-`",
            ),
            ("just words\n", "1:1", "should be a mapping", ""),
        ],
    );
}

#[test]
fn the_top_level() {
    let head = "ticket_systems: { fd: { use: a:B } }\n";
    check(
        "",
        &[
            (
                "state: x.db\n",
                "1:1",
                "`ticket_systems` is missing",
                "api_key: ${FRESHDESK_API_KEY}",
            ),
            (
                "ticket_systems:\n",
                "1:1",
                "should be a mapping of names to services; found nothing",
                "",
            ),
            ("ticket_systems: {}\n", "1:1", "`ticket_systems` is empty", "name one"),
            (
                "ticket_systems: [a]\n",
                "1:1",
                "should be a mapping of names to services; found a list",
                "without the `-`",
            ),
        ],
    );
    check(
        head,
        &[
            (
                "pipeline: {}\n",
                "2:1",
                "unknown key `pipeline`",
                "did you mean `pipelines`?",
            ),
            (
                "webhooks: 1\n",
                "2:1",
                "unknown key `webhooks`",
                "valid keys: `ticket_systems`, `classifiers`, `pipelines`",
            ),
            ("1: 1\n", "2:1", "a key should be a text; found the number `1`", "\"1\""),
            (
                "state: 5\n",
                "2:8",
                "`state` should be the path of a file",
                "state/otai.db",
            ),
            (
                "state: ''\n",
                "2:8",
                "`state` should be the path of a file",
                "state/otai.db",
            ),
            (
                "state: postgres://u:p@h/d\n",
                "2:8",
                "PostgreSQL is not supported yet",
                "a later release",
            ),
            (
                "state: PostgreSQL://h\n",
                "2:8",
                "PostgreSQL is not supported yet",
                "a later release",
            ),
            (
                "state: mysql://h\n",
                "2:8",
                "a URL that otai does not know",
                "path of a file",
            ),
            (
                "plugins_dir: 5\n",
                "2:14",
                "`plugins_dir` should be a text; found the number `5`",
                "\"5\"",
            ),
            (
                "plugins: otai_x\n",
                "2:10",
                "`plugins` should be a list; found the text `otai_x`",
                "write `[otai_x]`",
            ),
            ("plugins: []\n", "2:1", "`plugins` is an empty list", "remove the line"),
            (
                "plugins: [a, ../x]\n",
                "2:14",
                "`../x` cannot be the name of a plugin",
                "plugins_dir",
            ),
            (
                "plugins: [a, otai-x]\n",
                "2:14",
                "`otai-x` cannot be",
                "did you mean `otai_x`?",
            ),
            ("plugins: [a, é]\n", "2:14", "`é` cannot be", "lower-case letters"),
            (
                "plugins: [a, otai_local_ai, a]\n",
                "2:29",
                "plugin `a` is there twice",
                "remove one",
            ),
            (
                "plugins: [x, otai_local_ai]\n",
                "1:30",
                "plugin `a` is not in `plugins`",
                "add it there",
            ),
            ("plugins: [a]\n", "2:1", "needs plugin `otai_local_ai`", "add it to `a`"),
        ],
    );
}

#[test]
fn all_at_once_and_in_order() {
    let text = "\
statte: x
ticket_systems:
  fd: { params: { k: '${NOPE}', l: ['${NOPE_2}'] } }
pipelines:
  p:
    every: 60
    classify: { quue: {}, type: { min_confidence: 7 } }
    dry_run: yes
";
    let problems = read(text).expect_err("bad").0;
    let places: Vec<_> = problems.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(
        places,
        [(1, 1), (3, 3), (3, 23), (3, 38), (6, 12), (7, 17), (7, 51), (8, 14)]
    );
}

#[test]
fn bytes_that_are_no_text() {
    let path = std::path::Path::new("config.yml");
    let problems = super::understand(path, b"a: 1\nb: \xe9\n", &super::env).expect_err("latin 1");
    assert_eq!(
        problems.to_string(),
        "config.yml:2:4: the file is not UTF-8 here\n    save it again as UTF-8"
    );
}

#[test]
fn a_password_in_a_url_is_not_shown() {
    let text = format!(
        "ticket_systems: {{ fd: {{ use: a:B }} }}\nstate: postgres://u:{}@h/d\n",
        super::CANARY
    );
    let problems = read(&text).expect_err("bad");
    assert!(!format!("{problems}{problems:?}").contains(super::CANARY), "{problems}");
}
