//! Private notes. The only place that writes text, and it never writes it to the customer: `private` is always true, nobody is
//! notified (Freshdesk API v2 reference, "Create a Note").

use otai_plugin::{
    model::AddNote,
    note::{self, shown},
    serde::Deserialize,
    serde_json::{Value, json},
    text,
};

/// One entry of a ticket's conversation.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
pub(crate) struct Entry {
    body: Option<String>,
    body_text: Option<String>,
}

/// The JSON body of a note.
pub(crate) fn body(add: &AddNote) -> Value {
    let kept = note::bounded(&add.text);
    let mark = match add.mark.as_str() {
        "" => String::new(),
        _ => format!(
            "<br><span style=\"font-size:10px;color:#888\">{}</span>",
            text::to_html(&shown(&add.mark))
        ),
    };
    json!({ "body": format!("<div>{}{mark}</div>", text::to_html(&kept)), "private": true })
}

/// True if this entry is the note with that mark.
pub(crate) fn carries(entry: &Entry, mark: &str) -> bool {
    [&entry.body_text, &entry.body]
        .into_iter()
        .flatten()
        .any(|text| note::carries(text, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_private_escaped_and_marked() {
        let note = AddNote {
            text: "a <b>\n& c".into(),
            mark: "otai-7".into(),
            ..AddNote::default()
        };
        let body = body(&note);
        assert_eq!(body["private"], true);
        assert_eq!(body.as_object().unwrap().len(), 2, "nothing that notifies anybody");
        let html = body["body"].as_str().unwrap();
        assert!(
            html.starts_with("<div>a &lt;b&gt;<br>&amp; c<br>") && html.contains("[otai-7]"),
            "{html}"
        );
    }

    #[test]
    fn a_note_is_found_in_its_text_and_in_its_html() {
        let text = Entry {
            body_text: Some("AI: Billing\n[otai-7]".into()),
            body: None,
        };
        let html = Entry {
            body: Some("<div>x<br>[a&amp;b]</div>".into()),
            body_text: None,
        };
        assert!(carries(&text, "otai-7") && carries(&html, "a&b"));
        assert!(!carries(&text, "otai") && !carries(&Entry::default(), "otai-7"));
    }

    #[test]
    fn a_note_is_bounded() {
        let note = AddNote {
            text: "ä".repeat(100_000),
            mark: "m".into(),
            ..AddNote::default()
        };
        let html = body(&note)["body"].as_str().unwrap().to_owned();
        assert!(html.len() < 64 * 1024 && html.contains("[m]"));
    }
}
