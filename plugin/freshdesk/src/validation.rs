//! A 400 in words: which value was refused, why, and what the admin does about it.
//!
//! Freshdesk lists all wrong fields at once and writes nothing (Freshdesk API v2 reference, "Error Response"). The `code` and
//! `field` of each decide; the message text is never read and never repeated, as it may hold what was sent.

use otai_plugin::{Failure, Response, answers, serde::Deserialize};

use crate::{
    client,
    errors::{self, Asked},
    fields::Fields,
    update::{Plan, Sent},
};

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Body {
    errors: Vec<Refusal>,
    code: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Refusal {
    field: Option<String>,
    code: Option<String>,
}

/// What a refused write means.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) failure: Failure,
    /// A name that the form had is not accepted: the form should be read again.
    pub(crate) stale: bool,
}

/// Reads the answer to a write that was refused with 400, 409 or 422.
pub(crate) fn verdict(asked: Asked, base: &str, response: &Response, plan: &Plan, fields: &Fields) -> Verdict {
    let body: Body = match client::json(response) {
        Ok(body) => body,
        // From a proxy, not from Freshdesk: whether something was written is unknown.
        Err(failure) => return Verdict { failure, stale: false },
    };
    if body.errors.is_empty() || body.code.as_deref() == Some("invalid_json") {
        let failure = errors::failure(asked, base, response);
        return Verdict { failure, stale: false };
    }
    let mut all = Vec::new();
    let mut first = None;
    let mut stale = false;
    for refusal in &body.errors {
        let key = tidy(refusal.field.as_deref());
        let key = key.strip_prefix("custom_fields.").unwrap_or(&key);
        let key = if key == "ticket_type" { "type" } else { key };
        let code = tidy(refusal.code.as_deref());
        let sent = plan.sent.get(key);
        stale |= code == "invalid_value" && sent.is_some_and(|s| s.name.is_some());
        first = first.or_else(|| Some(sent.map_or_else(|| key.to_owned(), |s| s.field.clone())));
        all.push(match sent {
            Some(sent) => ours(sent, &code),
            None => not_ours(key, &code, fields),
        });
    }
    let failure = Failure::Rejected {
        message: format!(
            "Freshdesk wrote nothing: {}{}",
            all.join("; "),
            answers::request_id(response)
        ),
        field: first.filter(|field| !field.is_empty()),
        every_ticket: false,
    };
    Verdict { failure, stale }
}

/// A field that we sent.
fn ours(sent: &Sent, code: &str) -> String {
    let field = &sent.field;
    let value = sent
        .name
        .as_ref()
        .map(|name| format!(" \"{name}\""))
        .unwrap_or_default();
    match code {
        "invalid_value" if sent.name.is_some() => format!(
            "`{field}` does not accept{value} (any more): the names are read again; correct the pipeline if the name is gone"
        ),
        "invalid_value" => format!("`{field}` holds a value that Freshdesk does not accept"),
        "missing_field" => format!("`{field}` must not be empty"),
        "datatype_mismatch" => format!("`{field}` holds another type of value than otai sent"),
        "invalid_field" => format!("`{field}` is not a field of this account (any more)"),
        "readonly_field" => format!("`{field}` cannot be written"),
        "inaccessible_field" => {
            format!("the role of the key's agent may not write `{field}`: allow it under Admin > Roles")
        }
        "incompatible_field" => {
            format!("`{field}` cannot be set on this ticket as it is now, for example because its section is hidden")
        }
        "inconsistent_state" => format!("`{field}` does not fit the state of the ticket"),
        "duplicate_value" => format!("`{field}` must be unique and is taken"),
        _ => format!("`{field}`{value} is refused with the code `{code}`"),
    }
}

/// A field that we did not send: the form as a whole refuses the ticket.
fn not_ours(key: &str, code: &str, fields: &Fields) -> String {
    let label = fields
        .owner(key)
        .map(|c| format!(" (\"{}\")", c.label))
        .unwrap_or_default();
    match code {
        "missing_field" | "invalid_value" | "datatype_mismatch" => format!(
            "the form requires `{key}`{label} on every update, and it is empty or wrong on this ticket: fill it, or make it optional \
             under Admin > Ticket Fields"
        ),
        _ => format!("`{key}`{label} is refused with the code `{code}`, though otai did not send it"),
    }
}

/// Only what a field name or a code is made of.
fn tidy(name: Option<&str>) -> String {
    name.unwrap_or_default()
        .chars()
        .filter(|c| answers::word(*c) || *c == '.')
        .take(80)
        .collect()
}

#[cfg(test)]
mod tests {
    use otai_plugin::{
        model::Change,
        serde_json::{self, Value, json},
    };

    use super::*;

    fn judged(status: u16, change: Value, body: &str) -> Verdict {
        let fields = Fields::read(include_bytes!("../tests/fixtures/ticket_fields.json")).unwrap();
        let change: Change = serde_json::from_value(change).unwrap();
        let plan = Plan::new(&fields, &change, &[]).unwrap();
        let headers = vec![("x-request-id".to_owned(), "r-1".to_owned())];
        let response = Response {
            status,
            headers,
            body: body.as_bytes().to_vec(),
        };
        verdict(Asked::Write, "https://acme.freshdesk.com", &response, &plan, &fields)
    }

    fn refusals(list: &[(&str, &str)]) -> String {
        let errors: Vec<Value> = list
            .iter()
            .map(|(f, c)| json!({"field": f, "code": c, "message": "canary"}))
            .collect();
        json!({"description": "Validation failed", "errors": errors}).to_string()
    }

    #[test]
    fn every_wrong_field_is_listed_with_its_remedy() {
        let body = refusals(&[
            ("group_id", "invalid_value"),
            ("cf_item", "invalid_value"),
            ("custom_fields.cf_order_no", "missing_field"),
        ]);
        let verdict = judged(
            400,
            json!({"queue": "Billing", "custom_fields": {"cf_category": "Technical"}}),
            &body,
        );
        let text = verdict.failure.to_string();
        assert!(text.contains("`queue` does not accept \"Billing\""), "{text}");
        assert!(
            text.contains("`custom_fields.cf_category` does not accept \"Technical\""),
            "a level stands for its parent: {text}"
        );
        assert!(
            text.contains("requires `cf_order_no` (\"Order no\") on every update") && text.contains("make it optional"),
            "{text}"
        );
        assert!(text.contains("request id r-1") && !text.contains("canary"), "{text}");
        assert!(verdict.stale);
        assert!(
            matches!(verdict.failure, Failure::Rejected { field: Some(f), every_ticket: false, .. } if f == "queue")
        );
    }

    #[test]
    fn a_custom_field_is_known_under_both_of_its_names() {
        for name in ["cf_team_lane", "custom_fields.cf_team_lane"] {
            let verdict = judged(
                400,
                json!({"custom_fields": {"cf_team_lane": "First line"}}),
                &refusals(&[(name, "invalid_value")]),
            );
            assert!(
                verdict.stale && verdict.failure.to_string().contains("\"First line\""),
                "{}",
                verdict.failure
            );
        }
        assert!(
            judged(
                400,
                json!({"type": "Refund"}),
                &refusals(&[("ticket_type", "invalid_value")])
            )
            .stale
        );
    }

    #[test]
    fn only_names_make_the_form_stale_and_free_text_is_not_repeated() {
        let change = json!({"custom_fields": {"cf_order_no": "canary"}});
        for code in [
            "invalid_value",
            "readonly_field",
            "inaccessible_field",
            "incompatible_field",
            "datatype_mismatch",
            "new_code",
        ] {
            let verdict = judged(400, change.clone(), &refusals(&[("cf_order_no", code)]));
            assert!(
                !verdict.stale && !verdict.failure.to_string().contains("canary"),
                "{}",
                verdict.failure
            );
        }
    }

    #[test]
    fn conflicts_and_unprocessable_are_refusals_too() {
        for status in [409, 422] {
            let verdict = judged(
                status,
                json!({"priority": "Low"}),
                &refusals(&[("priority", "inconsistent_state")]),
            );
            assert!(matches!(
                verdict.failure,
                Failure::Rejected {
                    every_ticket: false,
                    ..
                }
            ));
        }
    }

    #[test]
    fn what_is_no_refusal_of_a_field_is_not_taken_for_one() {
        let bad = judged(
            400,
            json!({"priority": "Low"}),
            r#"{"code":"invalid_json","message":"canary"}"#,
        );
        assert!(
            matches!(bad.failure, Failure::Bug { .. }) && bad.failure.to_string().contains("invalid_json"),
            "{}",
            bad.failure
        );
        assert!(matches!(
            judged(400, json!({"priority": "Low"}), "<html>").failure,
            Failure::Retry { .. }
        ));
    }
}
