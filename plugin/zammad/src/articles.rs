//! What was written in a ticket: the customer's first words, and our own notes.

use otai_plugin::{
    Failure, Response, answers,
    model::{AddNote, Ticket},
    note, rows,
    serde::Deserialize,
    serde_json::{Value, json},
    text,
};

use crate::client::PRODUCT;

/// Where Zammad has found the signature of a mail (documentation of the API, "Articles").
const SIGNATURE: &str = "<span class=\"js-signatureMarker\"";

/// One article, as far as otai needs it.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Article {
    sender: Option<String>,
    from: Option<String>,
    subject: Option<String>,
    body: Option<String>,
    content_type: Option<String>,
}

/// The articles of an answer, oldest first; one that is not as documented is left out.
pub(crate) fn list(response: &Response) -> Result<Vec<Article>, Failure> {
    rows::readable(&response.body, "an article").ok_or_else(|| answers::no_list(PRODUCT, response))
}

/// Puts the customer's first words into the ticket.
pub(crate) fn fill(ticket: &mut Ticket, articles: &[Article]) {
    let by_customer = articles.iter().find(|article| article.is_by_customer());
    let Some(first) = by_customer.or(articles.first()) else {
        return;
    };
    ticket.body = first.text();
    if ticket.subject.is_empty() {
        ticket.subject = text::clean(first.subject.as_deref().unwrap_or_default());
    }
    if let Some(requester) = &mut ticket.requester
        && first.is_by_customer()
    {
        requester.name = first.from.as_deref().and_then(name);
    }
}

/// True if one of these is the note with that mark.
pub(crate) fn carry(articles: &[Article], mark: &str) -> bool {
    let mut bodies = articles.iter().filter_map(|article| article.body.as_deref());
    bodies.any(|body| note::carries(body, mark))
}

/// A note, as `article` of a `PUT`: one transaction with whatever else that changes. It is internal, so no customer sees it, and of
/// the type `note`, which is no communication: it is sent to nobody and moves no deadline. The sender is left to Zammad.
pub(crate) fn note(add: &AddNote) -> Value {
    let kept = note::bounded(&add.text);
    let body = format!("{}\n\n{}", kept.trim(), note::shown(&add.mark));
    json!({"body": body.trim(), "content_type": "text/plain", "type": "note", "internal": true})
}

impl Article {
    fn is_by_customer(&self) -> bool {
        self.sender.as_deref() == Some("Customer")
    }

    fn text(&self) -> String {
        let body = self.body.as_deref().unwrap_or_default();
        if !self
            .content_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("text/html"))
        {
            return text::clean(body);
        }
        let before = body.find(SIGNATURE).map_or(body, |at| &body[..at]);
        let said = text::from_html(before);
        // Nothing but what was taken for a signature.
        if said.is_empty() { text::from_html(body) } else { said }
    }
}

/// `Mara Lind` of `Mara Lind <mara@customer.example>`; nothing of a bare address.
fn name(from: &str) -> Option<String> {
    let before = from.split('<').next().unwrap_or_default();
    let name = text::short(before.trim().trim_matches('"').trim());
    (!name.is_empty() && !name.contains('@')).then_some(name)
}

#[cfg(test)]
mod tests {
    use otai_plugin::{model::Requester, serde_json};

    use super::*;

    fn articles(value: Value) -> Vec<Article> {
        serde_json::from_value(value).unwrap()
    }

    fn filled(subject: &str, value: Value) -> Ticket {
        let mut ticket = Ticket {
            subject: subject.into(),
            requester: Some(Requester::default()),
            ..Ticket::default()
        };
        fill(&mut ticket, &articles(value));
        ticket
    }

    #[test]
    fn the_customers_first_words_are_the_text() {
        let ticket = filled(
            "",
            json!([{"sender": "System", "body": "auto", "from": "Desk"},
                {"sender": "Customer", "from": "\"Mara Lind\" <mara@customer.example>", "subject": "Rechnung", "content_type": "text/html",
                    "body": "<div>Hallo,<br>doppelt &amp; dreifach</div><span class=\"js-signatureMarker\"></span><div>-- <br>Mara</div>"},
                {"sender": "Customer", "body": "noch etwas"}]),
        );
        assert_eq!(ticket.body, "Hallo,\ndoppelt & dreifach");
        assert_eq!(ticket.subject, "Rechnung");
        assert_eq!(ticket.requester.unwrap().name.as_deref(), Some("Mara Lind"));
    }

    #[test]
    fn where_no_customer_wrote_the_first_article_is_the_text() {
        let ticket = filled(
            "there",
            json!([{"sender": "Agent", "from": "Agent Smith", "subject": "x", "body": "by phone"},
            {"sender": "Agent", "body": "later"}]),
        );
        assert_eq!((ticket.body.as_str(), ticket.subject.as_str()), ("by phone", "there"));
        assert_eq!(ticket.requester.unwrap().name, None, "an agent is not the customer");
        assert_eq!(filled("there", json!([])).body, "");
    }

    #[test]
    fn a_mail_that_is_all_signature_is_not_lost_and_plain_text_is_not_stripped() {
        let html = json!([{"sender": "Customer", "content_type": "text/html; charset=utf-8",
            "body": "<span class=\"js-signatureMarker\"></span>only this"}]);
        assert_eq!(filled("", html).body, "only this");
        let plain = json!([{"sender": "Customer", "content_type": "text/plain", "body": "if a <b> then\r\nc"}]);
        assert_eq!(filled("", plain).body, "if a <b> then\nc");
    }

    #[test]
    fn a_bare_address_is_no_name() {
        assert_eq!(name("mara@customer.example"), None);
        assert_eq!(name("<mara@customer.example>"), None);
        assert_eq!(name("Mara Lind").as_deref(), Some("Mara Lind"));
    }

    #[test]
    fn a_note_is_internal_and_can_be_found_again() {
        let add = AddNote {
            text: "KI: <Billing> & so\n".into(),
            mark: "otai-7".into(),
            ..AddNote::default()
        };
        let sent = note(&add);
        assert_eq!(
            sent,
            json!({"body": "KI: <Billing> & so\n\n[otai-7]", "content_type": "text/plain", "type": "note", "internal": true}),
            "no sender, no recipient, nothing else"
        );
        let body = |text: &str| articles(json!([{"body": null}, {"body": text}]));
        assert!(carry(&body(sent["body"].as_str().unwrap()), "otai-7"));
        assert!(!carry(&body("[otai-77]"), "otai-7"));
        let long = AddNote {
            text: "ä".repeat(100_000),
            ..AddNote::default()
        };
        let text = note(&long)["body"].as_str().unwrap().to_owned();
        assert!(text.chars().count() <= 16_000 && !text.ends_with('\n'));
    }
}
