use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A ticket as the helpdesk has it now, in the helpdesk's own names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ticket {
    /// The helpdesk's id, as text.
    pub id: String,
    /// One line; empty if there is none.
    pub subject: String,
    /// The customer's first message as plain text; empty if there is none.
    pub body: String,
    /// Name of the queue (Freshdesk: group). `None`: in no queue.
    pub queue: Option<String>,
    /// Name of the priority.
    pub priority: Option<String>,
    /// Name of the status.
    pub status: Option<String>,
    /// Name of the type.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// All tags.
    pub tags: Vec<String>,
    /// Every custom field by its technical name. A nested field is one entry whose value is the path `"A > B > C"`.
    pub custom_fields: BTreeMap<String, Value>,
    /// Who wrote it.
    pub requester: Option<Requester>,
    /// ISO 639-1 code, if the helpdesk knows the language.
    pub language: Option<String>,
    /// RFC 3339, UTC.
    pub created_at: Option<String>,
    /// RFC 3339, UTC; `None` where the helpdesk tells it in a local time without a zone.
    pub updated_at: Option<String>,
    /// Opaque; differs whenever the ticket differs.
    pub revision: String,
    /// Why nothing may be written to it any more (`"closed"`, `"spam"`, `"deleted"`, `"merged"`); `None` while it is alive.
    pub settled: Option<String>,
    /// Whether it waits for somebody to look at it, where the ticket itself tells; `None`: what [`super::Status::fresh`] says of
    /// its status.
    pub fresh: Option<bool>,
    /// Its text (and tags) were left out because they cost a request for each ticket: `complete_tickets` reads them.
    pub partial: bool,
    /// In the answer to an [`Update`]: its note is written, too.
    pub noted: bool,
}

/// The person who wrote a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Requester {
    /// The helpdesk's id.
    pub id: String,
    /// Full name, if known.
    pub name: Option<String>,
    /// E-mail address, if known.
    pub email: Option<String>,
}

/// A question for tickets: "what changed since the cursor?"
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Find {
    /// The cursor of the last [`Page`]; `None` for the first question ever.
    pub cursor: Option<String>,
    /// Without a cursor: how far to look back (RFC 3339, compared with the time of the last update).
    pub since: Option<String>,
    /// Who wrote the tickets matters, by name: to be masked in what is learned. Where names cost more, they are left out otherwise.
    pub people: bool,
}

/// Read what these tickets leave out, for all of them at once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Complete {
    /// As [`Find`] gave them; of one that is [`Ticket::partial`] without a revision, only the id is known.
    pub tickets: Vec<Ticket>,
    /// Tags matter. Where they cost a request for each ticket, they are left out otherwise.
    pub tags: bool,
}

impl Complete {
    /// Its name in `invoke`: younger than the frozen border.
    pub const OP: &'static str = "complete_tickets";
}

/// One page of an answer to [`Find`]. Order: oldest change first, where the helpdesk can sort so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// The tickets, settled ones included; [`Ticket::partial`] where a text costs a request for each.
    pub tickets: Vec<Ticket>,
    /// Where to go on; the plugin's own business. Stored in the same transaction as the tickets.
    pub cursor: String,
    /// True if asking again at once will bring more.
    pub more: bool,
}

/// What is to be written to a ticket. Absolute values; `None` leaves the field as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// Name of the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Name of the priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Name of the type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Tags that the ticket shall have besides those that it has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_tags: Vec<String>,
    /// Custom fields by technical name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_fields: BTreeMap<String, Value>,
}

impl Change {
    /// True if there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Write `change` to the ticket, in one request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Update {
    /// Which ticket.
    pub id: String,
    /// What.
    pub change: Change,
    /// The tags that the ticket had when it was last read: where a helpdesk replaces the whole list, the basis for it.
    pub tags: Vec<String>,
    /// A note that may go along where values and note are one request; whoever writes it says [`Ticket::noted`]. It may be ignored:
    /// the host then adds it with a call of its own.
    pub note: Option<AddNote>,
}

/// Add a private note. It must never be visible to the customer and never send mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddNote {
    /// Which ticket.
    pub id: String,
    /// Plain text.
    pub text: String,
    /// Short text that must stand in the note, by which it can be found again.
    pub mark: String,
    /// An earlier try may have worked: look for the mark first and add nothing if it is there.
    pub in_doubt: bool,
}

/// Open a new ticket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateTicket {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Who asks.
    pub requester_email: String,
    /// First values.
    pub values: Change,
}
