//! From Freshdesk's statuses to remedies.
//!
//! Decided by status and `code`, never by the wording of a message, and nothing of a body but codes and field names gets into
//! a [`Failure`] (Freshdesk API v2 reference, "HTTP Status Codes" and "Error Codes").

use std::time::Duration;

use otai_plugin::{
    Failure, Response,
    answers::{is_trouble, redirect, request_id, trouble, word},
    serde::Deserialize,
    serde_json,
};

/// Wait after a 429 that names no time: the window of the limits.
const WINDOW: Duration = Duration::from_secs(60);

/// The total is 0.
pub(crate) const NO_REQUESTS: &str = "Freshdesk's free plan grants no API requests: otai needs a paid plan or a trial";

/// What was asked for: the same status means different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// `/agents/me`
    Account,
    /// `/ticket_fields`
    Fields,
    /// `/groups`
    Groups,
    /// The list of tickets.
    List,
    /// One ticket and what belongs to it.
    Ticket,
    /// Writing to one ticket.
    Write,
    /// A new ticket.
    New,
}

impl Asked {
    fn one_ticket(self) -> bool {
        matches!(self, Self::Ticket | Self::Write | Self::New)
    }

    fn right(self) -> &'static str {
        match self {
            Self::Account | Self::Fields => "use the API: give it a role with \"View tickets\"",
            Self::Groups => "read the groups",
            Self::List => "list tickets: give it a role with \"View tickets\", for all tickets",
            Self::Ticket => "see this ticket: give it the ticket scope \"Global access\"",
            Self::Write => {
                "change this ticket: give it a role with \"Edit ticket properties\", \"Assign to group\" and \"Add notes\""
            }
            Self::New => "create tickets: give it a role with \"Create tickets\"",
        }
    }
}

/// `{"code":…}` of an answer, whatever else is in it.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Coded {
    code: Option<String>,
}

/// The failure that an unsuccessful answer means.
pub(crate) fn failure(asked: Asked, base: &str, response: &Response) -> Failure {
    let id = request_id(response);
    let status = response.status;
    match status {
        300..=399 => Failure::refused(format!(
            "{base} sends requests on to {}: set `domain` (or `base_url`) to the host that answers itself{id}",
            redirect(response)
        )),
        401 => Failure::refused(format!(
            "Freshdesk does not accept the API key: set `api_key` to the key of an active agent of this account \
             (profile settings > View API key){id}"
        )),
        403 => forbidden(asked, response, &id),
        404 if asked.one_ticket() => Failure::rejected(format!("Freshdesk does not know this ticket (any more){id}")),
        404 => Failure::refused(format!(
            "no API at {base}: the domain is wrong or the API is switched off for the account{id}"
        )),
        405 => Failure::rejected(format!("the ticket is in the trash or marked as spam{id}")),
        406 | 415 => Failure::bug(format!(
            "Freshdesk refuses the form of our request (status {status}){id}"
        )),
        429 if total(response) == Some(0.0) => Failure::refused(format!("{NO_REQUESTS}{id}")),
        429 => trouble("Freshdesk", response, Some(WINDOW)),
        status if is_trouble(status) => trouble("Freshdesk", response, None),
        _ => Failure::bug(format!("Freshdesk answered {status}{}{id}", codes(response))),
    }
}

fn forbidden(asked: Asked, response: &Response, id: &str) -> Failure {
    let code = code(response).unwrap_or_default();
    let sentence = match code.as_str() {
        "account_suspended" => "the Freshdesk account is suspended: its owner has to settle that with Freshdesk",
        "ssl_required" => "Freshdesk answers https only: correct `base_url`",
        "require_feature" => {
            "the account's plan lacks a feature that this needs: see the plan in Freshdesk under Admin > Plans"
        }
        "password_lockout" => "Freshdesk has locked the key's agent after too many failed logins: unlock it or wait",
        "password_expired" => {
            "the password of the key's agent has expired: log in as that agent once and set a new one"
        }
        "access_denied" | "" => {
            let right = asked.right();
            let why = if code.is_empty() {
                " (no code was given: an IP restriction of the account or a firewall answers so, too)"
            } else {
                ""
            };
            let message = format!("the key's agent may not {right}{why}{id}");
            return if asked.one_ticket() {
                Failure::rejected(message)
            } else {
                Failure::refused(message)
            };
        }
        _ => {
            let message = format!("Freshdesk refuses this with the code `{code}` (403){id}");
            return if asked.one_ticket() {
                Failure::rejected(message)
            } else {
                Failure::refused(message)
            };
        }
    };
    Failure::refused(format!("{sentence}{id}"))
}

/// Requests a minute that the account is granted, a decimal number.
pub(crate) fn total(response: &Response) -> Option<f64> {
    let total = response.header("x-ratelimit-total")?.trim().parse::<f64>().ok()?;
    (total.is_finite() && total >= 0.0).then_some(total)
}

fn code(response: &Response) -> Option<String> {
    let coded: Coded = serde_json::from_slice(&response.body).ok()?;
    coded
        .code
        .map(|code| code.chars().filter(|c| word(*c)).take(64).collect())
}

fn codes(response: &Response) -> String {
    code(response)
        .filter(|c| !c.is_empty())
        .map(|c| format!(" with the code `{c}`"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Response {
            status,
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    fn told(asked: Asked, response: &Response) -> Failure {
        failure(asked, "https://acme.freshdesk.com", response)
    }

    #[test]
    fn a_429_without_a_time_waits_for_the_end_of_the_window() {
        let told = |headers: &[(&str, &str)]| told(Asked::List, &answer(429, headers, ""));
        assert!(matches!(
            told(&[]),
            Failure::Retry {
                after_ms: Some(60_000),
                ..
            }
        ));
        assert!(matches!(
            told(&[("retry-after", "34")]),
            Failure::Retry {
                after_ms: Some(34_000),
                ..
            }
        ));
    }

    #[test]
    fn server_trouble_is_for_later() {
        for status in [408, 500, 502, 503, 504, 520, 599] {
            assert!(matches!(
                told(Asked::Write, &answer(status, &[], "<html>")),
                Failure::Retry { after_ms: None, .. }
            ));
        }
        let later = told(Asked::List, &answer(503, &[("retry-after", "7")], ""));
        assert!(matches!(
            later,
            Failure::Retry {
                after_ms: Some(7000),
                ..
            }
        ));
    }

    #[test]
    fn the_free_plan_has_its_own_sentence() {
        let free = told(
            Asked::List,
            &answer(429, &[("x-ratelimit-total", "0.0"), ("retry-after", "30")], ""),
        );
        assert!(
            free.is_for_every_ticket() && free.to_string().contains("free plan"),
            "{free}"
        );
    }

    #[test]
    fn every_refusal_of_the_account_stops_everything_with_its_own_sentence() {
        let mut sentences = std::collections::BTreeSet::new();
        for code in [
            "account_suspended",
            "ssl_required",
            "require_feature",
            "password_lockout",
            "password_expired",
        ] {
            let body = format!(r#"{{"code":"{code}","message":"canary"}}"#);
            let failure = told(Asked::Write, &answer(403, &[], &body));
            assert!(failure.is_for_every_ticket(), "{failure}");
            sentences.insert(failure.to_string());
        }
        assert_eq!(sentences.len(), 5);
        assert!(!format!("{sentences:?}").contains("canary"));
    }

    #[test]
    fn a_missing_right_stops_everything_or_just_one_ticket() {
        let denied = answer(403, &[], r#"{"code":"access_denied","message":"canary"}"#);
        for asked in [Asked::Account, Asked::Fields, Asked::List] {
            assert!(told(asked, &denied).is_for_every_ticket());
        }
        for asked in [Asked::Ticket, Asked::Write, Asked::New] {
            let failure = told(asked, &denied);
            assert!(
                matches!(
                    failure,
                    Failure::Rejected {
                        every_ticket: false,
                        ..
                    }
                ),
                "{failure:?}"
            );
        }
        assert!(
            told(Asked::List, &answer(403, &[], "<html>blocked"))
                .to_string()
                .contains("firewall")
        );
    }

    #[test]
    fn a_redirect_names_the_host_only() {
        let response = answer(301, &[("location", "https://u:canary@other.example/path?canary=1")], "");
        let failure = told(Asked::List, &response);
        assert!(failure.is_for_every_ticket());
        let text = failure.to_string();
        assert!(text.contains("other.example") && !text.contains("canary"), "{text}");
    }

    #[test]
    fn what_we_did_wrong_is_a_bug_with_its_request_id() {
        for status in [406, 415, 418] {
            let response = answer(
                status,
                &[("x-request-id", "ab-12\ncanary!")],
                r#"{"code":"x","message":"canary text"}"#,
            );
            let failure = told(Asked::Write, &response);
            assert!(matches!(failure, Failure::Bug { .. }));
            assert!(failure.to_string().contains("request id ab-12"), "{failure}");
            assert!(!failure.to_string().contains("canary text"));
        }
    }
}
