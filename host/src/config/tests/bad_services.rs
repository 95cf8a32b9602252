//! Mistakes in `ticket_systems:` and `classifiers:`.

use super::bad::check;

#[test]
fn services() {
    check(
        "ticket_systems:\n",
        &[
            (
                "  f d: { use: a:B }\n",
                "2:3",
                "`f d` cannot be a name",
                "letters, digits",
            ),
            (
                "  fd: a:B\n",
                "2:7",
                "`fd` should be a mapping with `use` and `params`",
                "write `use: a:B`",
            ),
            (
                "  fd: 5\n",
                "2:7",
                "`fd` should be a mapping with `use` and `params`; found the number `5`",
                "",
            ),
            (
                "  fd: { params: {} }\n",
                "2:3",
                "`fd` has no `use`",
                "use: otai_freshdesk",
            ),
            (
                "  fd: { use: a:B, parms: {} }\n",
                "2:19",
                "unknown key `parms` in ticket_systems.fd",
                "did you mean `params`?",
            ),
            (
                "  fd: { use: a:B, domain: x }\n",
                "2:19",
                "unknown key `domain`",
                "below `params:`",
            ),
            (
                "  fd: { use: otai_x }\n",
                "2:14",
                "should be `plugin:Service`; found `otai_x`",
                "otai_x:NameOfTheService",
            ),
            (
                "  fd: { use: Free Desk }\n",
                "2:14",
                "should be `plugin:Service`",
                "otai_freshdesk:",
            ),
            (
                "  fd: { use: ../a:B }\n",
                "2:14",
                "`../a` cannot be the name of a plugin",
                "not its file",
            ),
            (
                "  fd: { use: 'a:B C' }\n",
                "2:14",
                "`B C` cannot be the name of a service",
                "use: otai_freshdesk",
            ),
            (
                "  fd: { use: 'a:' }\n",
                "2:14",
                "`` cannot be the name of a service",
                "use: otai_freshdesk",
            ),
            (
                "  fd: { use: 5 }\n",
                "2:14",
                "`use` should be a text; found the number `5`",
                "\"5\"",
            ),
            (
                "  fd: { use: a:B, params: x }\n",
                "2:27",
                "`params` should be a mapping",
                "blank after the colon",
            ),
            (
                "  fd: { use: a:B, params: { k: .inf } }\n",
                "2:32",
                "cannot be infinite",
                "",
            ),
            (
                "  fd: { use: a:B, params: { k: !x y } }\n",
                "2:32",
                "cannot have a `!tag`",
                "quotes",
            ),
            (
                "  fd: { use: a:B, params: { 5: x } }\n",
                "2:29",
                "a key should be a text",
                "\"5\"",
            ),
            (
                "  fd:\n    use: a:B\n    <<: 5\n",
                "4:9",
                "`<<` merges mappings",
                "`<<: *name`",
            ),
        ],
    );
}

#[test]
fn secrets() {
    check(
        "ticket_systems:\n  fd:\n    use: a:B\n    params:\n",
        &[
            (
                "      k: ${NOPE}\n",
                "5:10",
                "`NOPE` is not set, or empty",
                "export NOPE='...'",
            ),
            (
                "      k: ${EMPTY}\n",
                "5:10",
                "`EMPTY` is not set, or empty",
                "export EMPTY=",
            ),
            (
                "      k: 'ü${FRESHDESK_API_KEY}${NOPE}'\n",
                "5:32",
                "`NOPE` is not set",
                "export NOPE=",
            ),
            (
                "      k: |\n        a\n        b ${NOPE}\n",
                "7:11",
                "`NOPE` is not set",
                "export NOPE=",
            ),
            (
                "      l: [a, { k: '${NOPE}' }]\n",
                "5:20",
                "`NOPE` is not set",
                "export NOPE=",
            ),
            ("      k: a${NOPE\n", "5:11", "`${` has no `}`", "`${NAME}`"),
            ("      k: ${NO PE}\n", "5:10", "not the name of a variable", "`$${`"),
            (
                "      k: file:/no/such/file\n",
                "5:10",
                "`file:/no/such/file` cannot be read",
                "holds the secret",
            ),
            (
                "      k: file:/\n",
                "5:10",
                "`file:/` is not a file",
                "holds the secret",
            ),
            (
                "      k: credential:key\n",
                "5:10",
                "credential `key` is not there",
                "LoadCredential=key:",
            ),
            ("      ${NOPE}: ${NOPE}\n", "5:16", "`NOPE` is not set", "export NOPE="),
            (
                "      k: credential:a/b\n",
                "5:10",
                "names no credential",
                "credential:NAME",
            ),
        ],
    );
}

#[test]
fn languages() {
    check(
        "ticket_systems: { fd: { use: a:B } }\nclassifiers:\n  c:\n    use: a:C\n",
        &[
            (
                "    language: [de]\n",
                "5:5",
                "unknown key `language` in classifiers.c",
                "did you mean `languages`?",
            ),
            (
                "    languages: de\n",
                "5:16",
                "`languages` should be a list",
                "write `[de]`",
            ),
            (
                "    languages: []\n",
                "5:5",
                "`languages` is an empty list",
                "remove the line",
            ),
            ("    languages:\n", "5:5", "`languages` should be a list", ""),
            (
                "    languages: [de, german]\n",
                "5:21",
                "there is no language `german`",
                "did you mean `de`?",
            ),
            (
                "    languages: [DE]\n",
                "5:17",
                "there is no language `DE`",
                "did you mean `de`?",
            ),
            (
                "    languages: [en-GB]\n",
                "5:17",
                "there is no language `en-GB`",
                "did you mean `en`?",
            ),
            (
                "    languages: [xx]\n",
                "5:17",
                "there is no language `xx`",
                "two letters as in ISO 639-1",
            ),
            (
                "    languages: [5]\n",
                "5:17",
                "should be a text; found the number `5`",
                "\"5\"",
            ),
            (
                "    languages: [de, en, de]\n",
                "5:25",
                "language `de` is there twice",
                "remove one",
            ),
        ],
    );
    check(
        "ticket_systems:\n  fd:\n    use: a:B\n",
        &[(
            "    languages: [de]\n",
            "4:5",
            "unknown key `languages` in ticket_systems.fd",
            "only `use` and `params` stand here",
        )],
    );
}
