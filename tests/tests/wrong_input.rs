//! What an admin reads when something about a helpdesk is wrong: for each of them one sentence that says what to do, whatever
//! the cause. What only Znuny has (routes, sessions, refusals with status 200) is in `real_znuny`.

use otai_sim::{DeskKind, Options};
use otai_tests::{Config, Desk, Ended, KEY, KEYWORDS, Place, Stranger, row, rows};
use serde_json::{Value, json};

const DESKS: [DeskKind; 3] = [DeskKind::Freshdesk, DeskKind::Zammad, DeskKind::Znuny];

fn desk(kind: DeskKind) -> Desk {
    Desk::start(Options {
        desk: kind,
        tickets: rows(6),
        history: 0.0,
        ..Options::default()
    })
}

fn place(system: &str, fields: &str) -> Place {
    let keyword = format!("    use: otai_test_keyword:KeywordClassificationService\n    params:\n{KEYWORDS}");
    let pipeline = format!("    ticket_system: desk\n    classify: {{ {fields} }}");
    Place::new(
        Config::default()
            .any_system("desk", system)
            .classifier("keyword", &keyword)
            .pipeline("triage", &pipeline),
    )
}

/// `otai check` says one thing, in words for people, and keeps the key to itself.
#[track_caller]
fn one_sentence(what: &str, system: &str, code: i32, words: &[&str]) -> Ended {
    let ended = place(system, "queue: { classifier: keyword }").otai(&["check"]);
    assert_eq!(ended.code, Some(code), "{what}: {ended}");
    assert_eq!(ended.stderr.lines().count(), 1, "{what}: {ended}");
    for word in words {
        assert!(ended.stderr.contains(word), "{what}: `{word}` is missing: {ended}");
    }
    assert!(!format!("{ended}").contains(KEY), "{what}: {ended}");
    ended.is_for_people().clone()
}

/// What the three say, in the order of [`DESKS`].
fn of<'a>(kind: DeskKind, words: [&'a [&'a str]; 3]) -> &'a [&'a str] {
    let at = DESKS.iter().position(|k| *k == kind).expect("one of the three");
    words[at]
}

#[test]
fn an_address_that_leads_nowhere_or_elsewhere() {
    let [refusing, stranger] = [Stranger::refusing(), Stranger::with_its_own_certificate()];
    let plain = Stranger::without_tls();
    for kind in DESKS {
        let desk = desk(kind);
        let at = |url: &str| desk.system().replace(&desk.base_url(), url);
        one_sentence(
            "nobody listens",
            &at(&refusing.url()),
            1,
            &["cannot connect", "is the address right and the server up", "try again"],
        );
        let no_host = one_sentence(
            "no such host",
            &at("https://desk.invalid"),
            1,
            &["desk.invalid", "cannot connect"],
        );
        assert!(
            !no_host.stderr.contains("web service"),
            "only the address is to blame: {no_host}"
        );
        one_sentence(
            "no https",
            &at("http://desk.example"),
            2,
            &["config.yml:", "must be https"],
        );
        one_sentence(
            "no scheme",
            &at("desk.example"),
            2,
            &["config.yml:", "must begin with https://"],
        );
        one_sentence(
            "a certificate of its own",
            &at(&stranger.url()),
            1,
            &["certificate is not trusted", "add the certificate of its authority"],
        );
        one_sentence("no TLS at all", &at(&plain.url()), 1, &["does this port speak https"]);
        one_sentence(
            "another folder",
            &at(&format!("{}/nowhere", desk.base_url())),
            1,
            of(
                kind,
                [
                    &["no API at", "the domain is wrong"],
                    &[
                        "no Zammad API at",
                        "set `base_url` to the address that agents log in at",
                    ],
                    &["no GenericInterface at", "/otobo/ for OTOBO"],
                ],
            ),
        );
        assert!(
            desk.writes().iter().all(|entry| entry.method == "POST"),
            "nothing was written"
        );
    }
}

#[test]
fn credentials_that_are_wrong_or_may_too_little() {
    for kind in DESKS {
        let desk = desk(kind);
        let wrong = desk.system().replace("${FRESHDESK_API_KEY}", "canary-wrong");
        let told = one_sentence(
            "a wrong key",
            &wrong,
            1,
            of(
                kind,
                [
                    &["does not accept the API key", "View API key"],
                    &["does not know the access token", "Token Access"],
                    &[
                        "does not accept the login `open_ticket_ai`",
                        "set `username` and `password`",
                    ],
                ],
            ),
        );
        assert!(!told.stderr.contains("canary-wrong"), "{told}");
        let empty = desk.system().replace("${FRESHDESK_API_KEY}", "");
        one_sentence("an empty key", &empty, 2, &["config.yml:", "is empty"]);

        match kind {
            DeskKind::Freshdesk => desk.control("POST", "/account", json!({ "deny": ["ticket_fields"] })),
            DeskKind::Zammad => desk.control("POST", "/account", json!({ "user_permissions": [] })),
            DeskKind::Znuny => continue,
        };
        one_sentence(
            "a missing right",
            &desk.system(),
            1,
            of(
                kind,
                [
                    &["give it a role with \"View tickets\""],
                    &["it needs the permission `ticket.agent`"],
                    &[],
                ],
            ),
        );
    }
}

#[test]
fn an_api_that_is_switched_off() {
    for kind in DESKS {
        let desk = desk(kind);
        match kind {
            DeskKind::Freshdesk => desk.control("POST", "/account", json!({ "api_enabled": false })),
            DeskKind::Zammad => desk.control("POST", "/account", json!({ "api_token_access": false })),
            DeskKind::Znuny => desk.control("PATCH", "/services/OpenTicketAI", json!({ "valid": false })),
        };
        one_sentence(
            "switched off",
            &desk.system(),
            1,
            of(
                kind,
                [
                    &["the API is switched off for the account"],
                    &["switch on \"Token Access\" under System > API"],
                    &["no web service `OpenTicketAI`", "not valid"],
                ],
            ),
        );
    }
}

#[test]
fn an_answer_that_is_none() {
    let page = json!({ "kind": "html" });
    let cases: [(&str, Value, &[&str]); 8] = [
        ("a web page", page, &["web page", "try again"]),
        (
            "a refusal with status 200",
            json!({ "kind": "status", "status": 200, "body": { "error": "canary" } }),
            &["answer"],
        ),
        (
            "a list",
            json!({ "kind": "status", "status": 200, "body": [] }),
            &["another shape"],
        ),
        (
            "a page of a firewall",
            json!({ "kind": "status", "status": 403, "html": true }),
            &["firewall"],
        ),
        ("half of it", json!({ "kind": "truncated" }), &["ends in the middle"]),
        (
            "too much",
            json!({ "kind": "huge", "bytes": 40_000_000 }),
            &["larger than 32 MB"],
        ),
        (
            "another address",
            json!({ "kind": "status", "status": 301 }),
            &["sends requests on", "set `"],
        ),
        (
            "trouble",
            json!({ "kind": "status", "status": 503, "html": true }),
            &["not able to answer now", "try again"],
        ),
    ];
    for kind in DESKS {
        let desk = desk(kind);
        for (what, fault, words) in &cases {
            // A refusal with status 200 is an answer of Znuny's own, and a proxy the only firewall that it knows.
            let words: &[&str] = match (kind, *what) {
                (DeskKind::Znuny, "a refusal with status 200") => continue,
                (DeskKind::Znuny, "a page of a firewall") => {
                    &["a proxy or the web server", "let otai's machine through"]
                }
                _ => words,
            };
            desk.faults(json!([fault]));
            let told = one_sentence(&format!("{kind:?}, {what}"), &desk.system(), 1, words);
            assert!(
                !told.stderr.contains("canary") && !told.stderr.contains("web service `"),
                "{told}"
            );
            desk.heal();
        }
    }
}

#[test]
fn a_version_that_is_too_old_is_named() {
    let desk = desk(DeskKind::Zammad);
    desk.faults(json!([{ "match": { "path_suffix": "/tickets/search" }, "kind": "status", "status": 422, "body": { "error": "no" } }]));
    let ended = place(&desk.system(), "queue: { classifier: keyword }").otai(&["run", "--once"]);
    ended.says(1, &["otai needs version 4.0 or newer"]).is_for_people();
}

#[test]
fn a_value_that_the_helpdesk_does_not_have_is_named_before_anything_is_written() {
    for kind in DESKS {
        let desk = desk(kind);
        let place = place(
            &desk.system(),
            "queue: { classifier: keyword, labels: { Billing: Biling } }, custom_fields.nowhere: { classifier: keyword }",
        );
        let ended = place.otai(&["check"]);
        let told = format!("{}{}", ended.stdout, ended.stderr);
        // Znuny lists neither: there only writing shows it, and parks the ticket.
        if kind != DeskKind::Znuny {
            assert!(told.contains("Biling"), "{kind:?}: {ended}");
        }
        if kind == DeskKind::Freshdesk {
            assert!(told.contains("nowhere"), "{kind:?}: {ended}");
        }
    }
}

#[test]
fn a_ticket_that_is_gone_when_it_is_written_costs_itself_alone() {
    for kind in DESKS {
        let desk = desk(kind);
        desk.faults(json!([{ "match": { "method": "PUT" }, "times": 1, "kind": "trash_before" }]));
        let place = place(&desk.system(), "queue: { classifier: keyword }");
        let ended = place.otai(&["run", "--once", "--json"]);
        ended.is_for_people();
        assert_eq!(desk.struck(), 1, "{kind:?}");
        let summary = ended.json();
        assert_eq!(
            (&summary["written"], &summary["parked"]),
            (&json!(5), &json!(0)),
            "{kind:?}: {ended}"
        );
    }
}

/// Eight mails that are too much for one answer, one that is too much by itself, and two others.
#[test]
fn a_text_that_is_too_large_costs_itself_alone() {
    const MEGABYTE: usize = 1 << 20;
    let long = |n: usize, size: usize| {
        let mut row = row(n);
        row.body += &" and so on".repeat(size / 10);
        row
    };
    for kind in DESKS {
        let mut tickets = rows(2);
        tickets.extend((2..10).map(|n| long(n, 5 * MEGABYTE)));
        tickets.push(long(10, 34 * MEGABYTE));
        let desk = Desk::start(Options {
            desk: kind,
            tickets,
            history: 0.0,
            ..Options::default()
        });
        let place = place(&desk.system(), "queue: { classifier: keyword }");
        let ended = place.otai(&["run", "--once", "--json"]);
        ended.is_for_people();
        let summary = ended.json();
        assert_eq!(summary["written"], 10, "{kind:?}: {ended}");
        assert!(ended.stderr.contains("is left alone"), "{kind:?}: {ended}");
        let (_, applied) = desk.puts();
        assert_eq!(applied.len(), 10, "{kind:?}: {applied:?}");
    }
}
