//! What customers write: nothing of it stops the run, is executed or gets lost (P21).

use otai_tests::{Config, Desk, Place, rows};
use serde_json::{Value, json};

#[test]
fn p21_no_text_stops_the_triage() {
    let desk = Desk::open(rows(3));
    let long = "x".repeat(1 << 20);
    let nested = format!("invoice {}deep{}", "<div>".repeat(20_000), "</div>".repeat(20_000));
    let texts = [
        json!({ "subject": "invoice", "description": null }),
        json!({ "subject": null, "description": "invoice" }),
        json!({ "subject": format!("invoice {long}"), "description": "x" }),
        json!({ "subject": "x", "description": format!("invoice {long}") }),
        json!({ "subject": "<b>invoice</b><script>alert(1)</script>", "description": "<p>invoice" }),
        json!({ "subject": "invoice", "description": nested }),
        json!({ "subject": "😀 invoice 👩‍👩‍👧‍👦", "description": "\u{202e}\u{200f}\u{feff}\u{fffd}" }),
        json!({ "subject": "invoice \u{0}\u{1}\u{7f}\u{1b}[2J", "description": "a\u{0}b" }),
        json!({ "subject": "invoice {{ 7 * 7 }} {% for x in range(9999999) %}", "description": "{{ ticket.nothing }} ${HOME}" }),
        json!({ "subject": "invoice'); DROP TABLE jobs; --", "description": "\"\\u0000\\\"" }),
        json!({ "subject": "\r\n\t invoice \u{2028}", "description": "\r\n" }),
        json!({ "subject": "", "description": "" }),
        json!({ "subject": null, "description": null }),
    ];
    let ids = desk.create(json!(texts));
    let note = "    note: \"{{ ticket.subject | length }} letters, {{ queue.label }}\"\n    classify: { queue: { classifier: keyword } }\n";
    let place = Place::new(Config::keyword(&desk, note));
    let ended = place.otai(&["run", "--once", "--json", "-vv"]);
    ended.says(0, &[]).is_for_people();
    let summary = ended.json();
    assert_eq!(summary["parked"], 0, "{summary}");
    let billing = desk.group("Billing");
    for (id, text) in ids.iter().zip(&texts) {
        let wanted = if text.to_string().contains("invoice") {
            json!(billing)
        } else {
            Value::Null
        };
        assert_eq!(desk.ticket(*id)["group_id"], wanted, "{:.80}", text.to_string());
    }
    assert!(
        !ended.stderr.contains('\u{1b}'),
        "a customer's control characters reach the admin's terminal"
    );
}

#[test]
fn p21_a_dry_run_shows_no_control_characters_of_a_customer() {
    let desk = Desk::open(rows(1));
    desk.create(
        json!({ "subject": "invoice \u{1b}[2J\u{7}", "description": "\u{1b}]0;owned\u{7}", "tags": ["\u{1b}[31mred"] }),
    );
    let place = Place::new(Config::keyword(&desk, ""));
    let ended = place.otai(&["run", "--dry-run"]);
    ended.says(0, &[]);
    assert!(
        !ended.stdout.contains('\u{1b}') && !ended.stderr.contains('\u{1b}'),
        "{ended}"
    );
}
