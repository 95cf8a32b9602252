//! Articles that are written. Defaults of the helpdesk are dangerous here and all of them are sent: an article is visible for the
//! customer, and may answer him by mail, unless the request says otherwise.

use otai_plugin::{
    model::AddNote,
    note,
    serde_json::{Value, json},
};

/// Characters of a note that are sent.
const MAX_NOTE: usize = 16_000;
const PLAIN: &str = "text/plain; charset=utf-8";

/// A note for agents. No `From`: with an address there the helpdesk may send an automatic answer to it.
pub(crate) fn internal(add: &AddNote) -> Value {
    let mut body: String = add.text.trim().chars().take(MAX_NOTE).collect();
    let mark = note::shown(&add.mark);
    if !mark.is_empty() {
        body = format!("{body}\n\n{mark}");
    }
    json!({
        "Subject": "otai",
        "Body": body,
        "ContentType": PLAIN,
        "CommunicationChannel": "Internal",
        "IsVisibleForCustomer": 0,
        "SenderType": "system",
        "HistoryType": "AddNote",
        "HistoryComment": "%%otai",
        "NoAgentNotify": 1,
    })
}

/// The first message of a customer, for a new ticket.
pub(crate) fn message(subject: &str, body: &str, from: &str) -> Value {
    json!({
        "Subject": subject,
        "Body": body,
        "ContentType": PLAIN,
        "CommunicationChannel": "Internal",
        "IsVisibleForCustomer": 1,
        "SenderType": "customer",
        "From": from,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_invisible_silent_marked_and_bounded() {
        let note = internal(&AddNote {
            text: "ä".repeat(100_000),
            mark: "otai 7".into(),
            ..AddNote::default()
        });
        assert_eq!(
            (&note["IsVisibleForCustomer"], &note["NoAgentNotify"]),
            (&json!(0), &json!(1))
        );
        assert_eq!(
            (&note["SenderType"], &note["CommunicationChannel"]),
            (&json!("system"), &json!("Internal"))
        );
        assert!(note.get("From").is_none(), "an address there may be answered");
        let body = note["Body"].as_str().unwrap();
        assert!(body.len() < 64 * 1024 && note::carries(body, "otai 7") && !note::carries(body, "otai 77"));
    }
}
