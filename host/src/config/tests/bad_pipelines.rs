//! Mistakes in `pipelines:`, but for its `classify:`.

use super::bad::check;

#[test]
fn pipelines() {
    check(
        "ticket_systems: { fd: { use: a:B } }\npipelines:\n",
        &[
            ("", "2:1", "`pipelines` is empty", "one pipeline per ticket system"),
            (
                "  - a\n",
                "2:1",
                "should be a mapping of names to pipelines; found a list",
                "without the `-`",
            ),
            ("  a.b: {}\n", "3:3", "`a.b` cannot be a name", "letters, digits"),
            ("  p: fd\n", "3:6", "`p` should be a mapping; found the text `fd`", ""),
            (
                "  p: { evry: 60s }\n",
                "3:8",
                "unknown key `evry` in pipelines.p",
                "did you mean `every`?",
            ),
            (
                "  p: { schedule: 1 }\n",
                "3:8",
                "unknown key `schedule`",
                "valid keys: `ticket_system`, `every`",
            ),
            (
                "  p: { ticket_system: df }\n",
                "3:23",
                "there is no ticket system `df`",
                "did you mean `fd`?",
            ),
            (
                "  p: { ticket_system: zammad }\n",
                "3:23",
                "there is no ticket system `zammad`",
                "ticket systems: `fd`",
            ),
            (
                "  p: { ticket_system: [fd] }\n",
                "3:8",
                "should be a text; found a list",
                "",
            ),
            (
                "  p: { every: 60 }\n",
                "3:15",
                "`every` needs a unit; found the number `60`",
                "write `60s`",
            ),
            ("  p: { every: 1.5h }\n", "3:15", "`1.5h` has a fraction", "`1h30m`"),
            ("  p: { every: -5s }\n", "3:15", "`-5s` is negative", "`30s`"),
            (
                "  p: { every: 1 hour }\n",
                "3:15",
                "`1 hour` has a unit that otai does not know",
                "`30s`",
            ),
            (
                "  p: { every: 999ms }\n",
                "3:15",
                "between `1s` and `1d`; found `999ms`",
                "",
            ),
            (
                "  p: { every: 25h }\n",
                "3:15",
                "between `1s` and `1d`; found `25h`",
                "",
            ),
            (
                "  p: { every: }\n",
                "3:8",
                "`every` should be a duration; found nothing",
                "`30s`",
            ),
            (
                "  p: { find: { stauts: [x] } }\n",
                "3:16",
                "unknown key `stauts` in find",
                "did you mean `status`?",
            ),
            (
                "  p: { find: { status: Open } }\n",
                "3:24",
                "should be a list; found the text `Open`",
                "write `[Open]`",
            ),
            (
                "  p: { find: { status: [Open, 2] } }\n",
                "3:31",
                "`status` should be a text; found the number `2`",
                "\"2\"",
            ),
            (
                "  p: { find: { status: [null] } }\n",
                "3:25",
                "`status` should be a text; found nothing",
                "quotes",
            ),
            (
                "  p: { find: { queue: [true] } }\n",
                "3:24",
                "`queue` should be a text; found `true`",
                "\"true\"",
            ),
            (
                "  p: { find: { since: 9999d } }\n",
                "3:23",
                "between `0s` and `3650d`",
                "",
            ),
            (
                "  p: { find: [] }\n",
                "3:8",
                "`find` should be a mapping",
                "without the `-`",
            ),
            ("  p: { text: '' }\n", "3:14", "`text` is empty", ""),
            (
                "  p: { text: { a: 1 } }\n",
                "3:8",
                "`text` should be a text; found a mapping",
                "quotes around it",
            ),
            (
                "  p: { note: no note, text: 5 }\n",
                "3:29",
                "`text` should be a text; found the number `5`",
                "\"5\"",
            ),
            (
                "  p: { overwrite: if-unset }\n",
                "3:19",
                "should be `if_unset` or `if_unchanged` or `always`",
                "did you mean `if_unset`?",
            ),
            (
                "  p: { overwrite: false }\n",
                "3:19",
                "`overwrite` should be a text; found `false`",
                "\"false\"",
            ),
            (
                "  p: { dry_run: yes }\n",
                "3:17",
                "`dry_run` should be `true` or `false`; found the text `yes`",
                "write `true`",
            ),
            (
                "  p: { dry_run: Off }\n",
                "3:17",
                "found the text `Off`",
                "write `false`",
            ),
            ("  p: { dry_run: 1 }\n", "3:17", "found the number `1`", ""),
            (
                "  p: { mark: done }\n",
                "3:14",
                "`mark` should be a mapping",
                "{ tag: NAME }",
            ),
            (
                "  p: { mark: {} }\n",
                "3:8",
                "neither a custom field nor a tag",
                "{ tag: NAME }",
            ),
            (
                "  p: { mark: { tag: a, custom_field: b } }\n",
                "3:8",
                "not both",
                "{ tag: NAME }",
            ),
            (
                "  p: { mark: { tags: a } }\n",
                "3:16",
                "unknown key `tags` in mark",
                "did you mean `tag`?",
            ),
            (
                "  p: { mark: { custom_field: c }, classify: { custom_fields.c: } }\n",
                "3:8",
                "cannot be the mark",
                "of its own",
            ),
            (
                "  a: { classify: { type: } }\n  b: { classify: { tags: , type: } }\n",
                "4:28",
                "pipelines `a` and `b` both write `type` of `fd`",
                "dry_run",
            ),
            (
                "  b: { classify: { tags: } }\n  a: { classify: { tags: } }\n",
                "4:20",
                "pipelines `b` and `a` both write `tags`",
                "dry_run",
            ),
        ],
    );
}
