//! From the four layers in which the GenericInterface fails to remedies.
//!
//! An ordinary refusal is HTTP 200 with an `Error` object; an operation that dies midway is 500 with a `faultstring`; what the
//! transport refuses is 500 or 413 with a bare sentence; 401, 403, 404 and web pages come from a proxy or from another program
//! (captured from Znuny 6.5 and OTOBO 11). Nothing of a body but codes gets into a [`Failure`].

use otai_plugin::{
    Failure, Response, answers,
    serde_json::{Map, Value},
};

use crate::{client::Op, params::Settings};

/// The product, where it cannot be told which.
pub(crate) const DESK: &str = "OTOBO/Znuny";

/// What an operation answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Said {
    /// It was done.
    Done(Map<String, Value>),
    /// It was refused by the operation itself; nothing was changed.
    Refused(Refusal),
    /// It died midway: part of it may have been done.
    Fault,
}

/// `{"Error": …}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Behind the operation's name: `AuthFail`, `AccessDenied`, `InvalidParameter`, …
    pub(crate) code: String,
    /// The helpdesk's words, which name the parameter. Never shown.
    message: String,
}

impl Refusal {
    pub(crate) fn is_auth(&self) -> bool {
        self.code == "AuthFail"
    }

    /// No right or no such ticket: the two cannot be told apart.
    pub(crate) fn is_denied(&self) -> bool {
        ["AccessDenied", "NotValidTicketID", "NotTicketData"].contains(&self.code.as_str())
    }

    /// True if the message names this parameter, as `Ticket->Queue` or `DynamicField->Value`.
    pub(crate) fn names(&self, parameter: &str) -> bool {
        self.message.split([' ', ',']).any(|word| word == parameter)
    }

    /// True if the message names a part of the article that goes along.
    pub(crate) fn is_about_article(&self) -> bool {
        self.message.split([' ', ',']).any(|word| word.starts_with("Article"))
    }

    /// The failure that it is where nothing better is known.
    pub(crate) fn failure(&self, op: Op) -> Failure {
        match self.code.as_str() {
            "InvalidConfiguration" => Failure::refused(format!(
                "the web service's own configuration is broken ({op}): import it again"
            )),
            "AccessDenied" => Failure::rejected(format!("the agent may not do this ({op}.AccessDenied)")),
            code => Failure::rejected(format!("{DESK} refuses this with {op}.{code}")),
        }
    }
}

/// Reads an answer.
pub(crate) fn read(op: Op, settings: &Settings, response: &Response) -> Result<Said, Failure> {
    let status = response.status;
    let body = response.body.trim_ascii_start();
    match status {
        // Also what a proxy shows while the helpdesk is being repaired, so it may pass.
        200..300 if body.starts_with(b"<") => Err(Failure::retry(format!(
            "{} answers with a web page: `base_url` leads to another program, or a login page or proxy stands before it",
            settings.service_url
        ))),
        200..300 => {
            let mut answer: Map<String, Value> = answers::read(DESK, response)?;
            match answer.remove("Error") {
                Some(error) => Ok(Said::Refused(refusal(&error))),
                None => Ok(Said::Done(answer)),
            }
        }
        300..=399 => Err(Failure::refused(format!(
            "{} sends requests on to {}: set `base_url` to the host that answers itself",
            settings.service_url,
            answers::redirect(response)
        ))),
        401 | 403 | 407 => Err(Failure::refused(format!(
            "something before {DESK} refuses the request ({status}), a proxy or the web server: the API itself never answers so; \
             let otai's machine through to {}",
            settings.service_url
        ))),
        404 | 405 => Err(Failure::refused(format!(
            "there is no GenericInterface at {} ({status}): in `base_url` the part before nph-genericinterface.pl is /otobo/ for \
             OTOBO, /znuny/ or /otrs/ for Znuny",
            settings.service_url
        ))),
        413 => Err(Failure::rejected(format!(
            "the request is larger than the web service allows: raise its \"maximum message length\" (Network Transport > \
             Configure), upstream's template has 10 MB ({op})"
        ))),
        500 => internal(op, settings, response, body),
        status if answers::is_trouble(status) => Err(answers::trouble(DESK, response, None)),
        _ => Err(Failure::bug(format!("{DESK} answered {status} to {op}"))),
    }
}

fn internal(op: Op, settings: &Settings, response: &Response, body: &[u8]) -> Result<Said, Failure> {
    let said = String::from_utf8_lossy(body);
    if body.starts_with(b"{") && said.contains("\"faultstring\"") {
        return Ok(Said::Fault);
    }
    if body.is_empty() {
        // OTOBO; Znuny closes the connection instead.
        return Err(Failure::retry(nothing_said(settings)));
    }
    if said.contains("determine Operation") {
        let route = settings.route(op).cloned();
        let (method, path) = route.map(|r| (r.method, r.path)).unwrap_or_default();
        return Err(Failure::refused(format!(
            "the web service `{}` has no route {method} /{path} for {op}: write in `operation_urls` (and `operation_methods`) what \
             its Network Transport maps, or import otai's own web service",
            settings.webservice
        )));
    }
    if said.contains("decoding request content") {
        return Err(Failure::bug(format!("{DESK} cannot read our JSON ({op})")));
    }
    Err(answers::trouble(DESK, response, None))
}

/// What a server means that closes the connection, or says 500 and nothing else.
pub(crate) fn nothing_said(settings: &Settings) -> String {
    format!(
        "{DESK} ends the request without a word: most likely there is no web service `{}`, or it is not valid (Admin > Web \
         Services; the name counts to the letter), or a Perl module for it is missing: see the web server's log",
        settings.webservice
    )
}

fn refusal(error: &Value) -> Refusal {
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let code = text("ErrorCode");
    let code = code.rsplit('.').next().unwrap_or(code);
    Refusal {
        code: code.chars().filter(|c| answers::word(*c)).take(40).collect(),
        message: text("ErrorMessage").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::tests::settings;

    fn answer(status: u16, body: &str) -> Response {
        Response {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn said(status: u16, body: &str) -> Result<Said, Failure> {
        read(Op::Update, &settings(), &answer(status, body))
    }

    #[test]
    fn an_ordinary_refusal_is_a_success_with_an_error() {
        let body = r#"{"Error":{"ErrorCode":"TicketUpdate.InvalidParameter","ErrorMessage":"TicketUpdate: Ticket->QueueID or Ticket->Queue parameter is invalid!"}}"#;
        let Ok(Said::Refused(refusal)) = said(200, body) else {
            panic!()
        };
        assert_eq!(refusal.code, "InvalidParameter");
        assert!(refusal.names("Ticket->Queue") && !refusal.names("Ticket->Type"));
        assert!(
            !refusal.failure(Op::Update).to_string().contains("parameter is"),
            "never its words"
        );
    }

    #[test]
    fn a_fault_is_no_refusal() {
        assert_eq!(
            said(500, r#"{"faultcode":"Server","faultstring":"canary"}"#),
            Ok(Said::Fault)
        );
    }

    #[test]
    fn every_layer_has_its_own_sentence() {
        for (status, body, every, word) in [
            (200, "<html>canary", false, "web page"),
            (401, "", true, "proxy"),
            (403, "canary", true, "proxy"),
            (404, "<html>", true, "/otobo/"),
            (302, "", true, "sends requests on"),
            (413, "Payload Too Large", false, "maximum message length"),
            (
                500,
                "HTTP::REST Error while determine Operation for request URI '/canary'.",
                true,
                "no route PUT /ticket-update",
            ),
            (500, "", false, "no web service `OpenTicketAI`"),
            (500, "Internal Server Error canary", false, "not able to answer"),
            (503, "canary", false, "503"),
            (200, "{\"Ticket\":[{", false, "ends in the middle"),
        ] {
            let failure = said(status, body).unwrap_err();
            let text = failure.to_string();
            assert!(
                text.contains(word) && !text.contains("canary"),
                "{status} {body}: {text}"
            );
            assert_eq!(failure.is_for_every_ticket(), every, "{text}");
        }
        assert!(matches!(
            said(500, "Error while decoding request content."),
            Err(Failure::Bug { .. })
        ));
        assert!(matches!(said(413, ""), Err(Failure::Rejected { .. })));
    }
}
