//! From Zammad's answers to remedies.
//!
//! Decided by the status and by texts that stand word for word in Zammad's source (`authenticates.rb`, `handles_errors.rb`, both
//! under `app/controllers/application_controller/`); of what the server says only these and the id of a masked error are
//! repeated, never anything else. Older versions answer with 401 what newer ones answer with 403, so the text goes first.

use std::time::Duration;

use otai_plugin::{
    Failure, Response,
    answers::{is_trouble, redirect, request_id, trouble, word},
    serde::Deserialize,
    serde_json,
};

/// Wait after a 429 that names no time. Zammad's ticket API has no limit, so it comes from a proxy, and those count by minutes.
const WINDOW: Duration = Duration::from_secs(60);
/// Maintenance takes minutes.
const MAINTENANCE: Duration = Duration::from_secs(60);

/// What was asked for: the same status means different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// `/users/me`
    Account,
    /// States, priorities, groups, attributes.
    Form,
    /// The search for changes.
    Search,
    /// One ticket and what belongs to it.
    Ticket,
    /// Writing to one ticket.
    Write,
    /// Adding a tag to one ticket.
    Tag,
    /// A new ticket.
    New,
}

impl Asked {
    fn one_ticket(self) -> bool {
        matches!(self, Self::Ticket | Self::Write | Self::Tag | Self::New)
    }

    fn right(self) -> &'static str {
        match self {
            Self::Account | Self::Form | Self::Search => "use tickets: it needs the permission `ticket.agent`",
            Self::Ticket => "see this ticket: it needs `read` on the ticket's group",
            Self::Write => {
                "change this ticket: it needs `change` on the ticket's group and `create` on the group that the ticket goes to"
            }
            Self::Tag => {
                "add this tag: it needs `change` on the ticket's group, and if new tags are forbidden (Manage > Tags) the tag must be \
                 made there first"
            }
            Self::New => "create this ticket: it needs `create` on the group",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Body {
    error: Option<String>,
    error_human: Option<String>,
}

/// What the server says; only to be compared, never to be repeated.
pub(crate) fn said(response: &Response) -> Option<String> {
    let body: Body = serde_json::from_slice(&response.body).ok()?;
    let both = [body.error, body.error_human];
    both.iter()
        .any(Option::is_some)
        .then(|| both.map(Option::unwrap_or_default).join("\n"))
}

/// What the texts mean that come with 401 and 403: nothing will work before somebody changes something.
const CLOSED: [(&str, &str); 11] = [
    (
        "Can't find User for Token",
        "Zammad does not know the access token: set `access_token` to one that is listed under avatar > Profile > Token Access",
    ),
    (
        "token expired",
        "the access token has expired: make a new one under avatar > Profile > Token Access and set `access_token` to it",
    ),
    (
        "OAuth2 token is expired",
        "the OAuth2 token has expired: set `bearer_token` to a new one",
    ),
    (
        "provided token is invalid",
        "Zammad does not know the OAuth2 token: set `bearer_token` to a valid one",
    ),
    (
        "Invalid BasicAuth credentials",
        "Zammad does not accept `username` and `password`: correct them; users with two-factor authentication need an `access_token`",
    ),
    (
        "Login failed",
        "the user of these credentials is not active, or its e-mail address is not verified: activate it under Manage > Users",
    ),
    (
        "API token access disabled",
        "Zammad refuses every access token: switch on \"Token Access\" under System > API",
    ),
    (
        "API password access disabled",
        "Zammad refuses every password: use an `access_token`, or switch on \"Password Access\" under System > API",
    ),
    (
        "Authentication required",
        "no credentials reached Zammad: a proxy before it drops the header `Authorization`",
    ),
    (
        "Not authorized (token)",
        "the access token lacks a permission: make one with `ticket.agent`, for a user that has it, too",
    ),
    (
        "Token authorization failed",
        "the access token lacks a permission: make one with `ticket.agent`, for a user that has it, too",
    ),
];

/// The failure that an unsuccessful answer means.
pub(crate) fn failure(asked: Asked, base: &str, response: &Response) -> Failure {
    let id = request_id(response);
    match response.status {
        300..=399 => Failure::refused(format!(
            "{base} sends requests on to {}: set `base_url` to the address that answers itself{id}",
            redirect(response)
        )),
        status @ (401 | 403) => closed(asked, status, response, &id),
        404 if asked.one_ticket() => Failure::rejected(format!("Zammad does not know this ticket (any more){id}")),
        404 => Failure::refused(format!(
            "no Zammad API at {base}: set `base_url` to the address that agents log in at{id}"
        )),
        413 => Failure::rejected(format!(
            "what otai sends is larger than the web server before Zammad takes (413): raise its limit{id}"
        )),
        400 | 405 | 406 | 415 => Failure::bug(format!(
            "Zammad refuses the form of our request (status {}){id}",
            response.status
        )),
        422 => unprocessable(asked, response, &id),
        429 => trouble("Zammad", response, Some(WINDOW)),
        status if is_trouble(status) => trouble("Zammad", response, None),
        status => Failure::bug(format!("Zammad answered {status}{id}")),
    }
}

fn closed(asked: Asked, status: u16, response: &Response, id: &str) -> Failure {
    let header = response.header("x-failure").map(str::to_owned);
    let Some(text) = said(response).or(header) else {
        return refuse(
            asked,
            status,
            format!(
                "something before Zammad refuses this ({status}, no word of Zammad's in it): a proxy or a firewall{id}"
            ),
        );
    };
    if text.contains("Maintenance mode") {
        let message = "Zammad is in maintenance mode: otai waits until it is switched off (System > Maintenance)";
        return Failure::retry_after(format!("{message}{id}"), MAINTENANCE);
    }
    if let Some((_, sentence)) = CLOSED.iter().find(|(known, _)| text.contains(known)) {
        return Failure::refused(format!("{sentence}{id}"));
    }
    if status == 401 {
        return Failure::refused(format!("Zammad does not accept the credentials (401){id}"));
    }
    refuse(
        asked,
        status,
        format!("the user of these credentials may not {}{id}", asked.right()),
    )
}

/// For one ticket, or for all of them.
fn refuse(asked: Asked, status: u16, message: String) -> Failure {
    if asked.one_ticket() && status == 403 {
        Failure::rejected(message)
    } else {
        Failure::refused(message)
    }
}

fn unprocessable(asked: Asked, response: &Response, id: &str) -> Failure {
    if let Some(error) = error_id(response) {
        return Failure::rejected(format!(
            "Zammad refuses this and tells only administrators why: look for \"Error ID {error}\" in its production.log; often a \
             core workflow or a required attribute is behind it{id}"
        ));
    }
    match asked {
        Asked::Search => Failure::refused(format!(
            "Zammad refuses a search by conditions (422): otai needs version 4.0 or newer{id}"
        )),
        _ => Failure::rejected(format!(
            "Zammad refuses this (422) for a reason that otai does not know{id}"
        )),
    }
}

/// The id of an error whose cause is masked: `Error ID AbC123: Please contact your administrator.`
pub(crate) fn error_id(response: &Response) -> Option<String> {
    let text = said(response)?;
    let (_, rest) = text.split_once("Error ID ")?;
    let id: String = rest.chars().take_while(|c| word(*c)).take(40).collect();
    (!id.is_empty()).then_some(id)
}

/// True for a web page: what a login page, a proxy or Zammad's own start page answers.
pub(crate) fn is_page(response: &Response) -> bool {
    response
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/html"))
}

/// A success that is no API.
pub(crate) fn a_page(base: &str, response: &Response) -> Failure {
    Failure::refused(format!(
        "{base} answers with a web page where the API should be: set `base_url` to Zammad itself, without a page that asks for a \
         login before it{}",
        request_id(response)
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use otai_plugin::serde_json::json;

    use super::*;

    fn told(asked: Asked, status: u16, headers: &[(&str, &str)], body: &str) -> Failure {
        failure(asked, "https://desk.example", &Response::of(status, headers, body))
    }

    fn error(text: &str) -> String {
        json!({"error": text, "error_human": text}).to_string()
    }

    #[test]
    fn every_closed_door_has_its_own_sentence_under_both_statuses() {
        let mut sentences = BTreeSet::new();
        for (text, _) in CLOSED {
            for (status, asked) in [(401, Asked::Write), (403, Asked::Search)] {
                let failure = told(asked, status, &[], &error(text));
                assert!(failure.is_for_every_ticket(), "{text}: {failure}");
                sentences.insert(failure.to_string());
            }
        }
        assert_eq!(
            sentences.len(),
            CLOSED.len() - 1,
            "the two of a missing permission are one"
        );
        let by_header = told(
            Asked::Account,
            403,
            &[("x-failure", "API token access disabled!")],
            "<html>",
        );
        assert!(by_header.to_string().contains("Token Access"), "{by_header}");
    }

    #[test]
    fn maintenance_ends_by_itself() {
        let failure = told(Asked::Search, 403, &[], &error("Maintenance mode enabled!"));
        assert!(
            matches!(
                failure,
                Failure::Retry {
                    after_ms: Some(60_000),
                    ..
                }
            ),
            "{failure:?}"
        );
    }

    #[test]
    fn a_missing_right_stops_everything_or_just_one_ticket() {
        for asked in [Asked::Account, Asked::Form, Asked::Search] {
            assert!(told(asked, 403, &[], &error("Not authorized")).is_for_every_ticket());
        }
        for (asked, word) in [
            (Asked::Ticket, "`read`"),
            (Asked::Write, "`change`"),
            (Asked::Tag, "Tags"),
            (Asked::New, "`create`"),
        ] {
            let failure = told(asked, 403, &[], &error("Not authorized"));
            assert!(
                !failure.is_for_every_ticket() && failure.to_string().contains(word),
                "{failure}"
            );
            assert!(told(asked, 403, &[], "<html>").to_string().contains("firewall"));
        }
        assert!(told(Asked::Write, 401, &[], "<html>").is_for_every_ticket());
    }

    #[test]
    fn a_masked_error_is_told_by_its_id_and_nothing_else() {
        let failure = told(
            Asked::Write,
            422,
            &[],
            &error("Error ID aB-3_x: Please contact your canary."),
        );
        let text = failure.to_string();
        assert!(
            text.contains("Error ID aB-3_x") && text.contains("core workflow"),
            "{text}"
        );
        assert!(!text.contains("canary") && !failure.is_for_every_ticket(), "{text}");
        assert!(
            !told(Asked::Write, 422, &[], &error("canary"))
                .to_string()
                .contains("canary")
        );
    }

    #[test]
    fn wrong_places_and_tired_servers_are_told_apart() {
        let to = [("location", "https://u:canary@other.example/path?canary=1")];
        let failure = told(Asked::Account, 301, &to, "");
        assert!(failure.is_for_every_ticket() && failure.to_string().contains("other.example"));
        assert!(!failure.to_string().contains("canary"));
        assert!(told(Asked::Search, 404, &[], "<html>").is_for_every_ticket());
        assert!(!told(Asked::Ticket, 404, &[], "").is_for_every_ticket());
        assert!(told(Asked::Search, 422, &[], "").to_string().contains("4.0"));
        for status in [408, 500, 502, 503, 504, 520] {
            assert!(matches!(
                told(Asked::Write, status, &[], "<html>"),
                Failure::Retry { after_ms: None, .. }
            ));
        }
        assert!(matches!(
            told(Asked::Search, 429, &[], ""),
            Failure::Retry {
                after_ms: Some(60_000),
                ..
            }
        ));
        assert!(matches!(
            told(Asked::Search, 429, &[("retry-after", "7")], ""),
            Failure::Retry {
                after_ms: Some(7000),
                ..
            }
        ));
        for status in [400, 405, 406, 415, 418] {
            assert!(matches!(told(Asked::Write, status, &[], ""), Failure::Bug { .. }));
        }
        assert!(matches!(
            told(Asked::Write, 413, &[], ""),
            Failure::Rejected {
                every_ticket: false,
                ..
            }
        ));
    }
}
