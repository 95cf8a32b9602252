//! A ticket, its articles and its past.

use std::collections::BTreeMap;

use serde_json::Value;

use super::people::ROOT;

#[derive(Debug, Clone)]
pub(super) struct Ticket {
    pub(super) id: u64,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) queue: u64,
    pub(super) priority: u64,
    pub(super) state: u64,
    pub(super) kind: u64,
    pub(super) lock: u64,
    pub(super) owner: u64,
    pub(super) responsible: u64,
    pub(super) customer_id: String,
    pub(super) customer_user: String,
    pub(super) created: i64,
    pub(super) created_by: u64,
    pub(super) changed: i64,
    pub(super) changed_by: u64,
    pub(super) closed: Option<i64>,
    /// When a pending state ends; 0 outside of one.
    pub(super) pending_until: i64,
    pub(super) unlock_timeout: i64,
    /// Dynamic fields that have a value: a string, a number (checkbox) or a list (multiselect).
    pub(super) fields: BTreeMap<String, Value>,
    pub(super) articles: Vec<Article>,
    pub(super) past: Vec<Past>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Article {
    pub(super) id: u64,
    pub(super) sender: u64,
    pub(super) channel: u64,
    pub(super) visible: bool,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) cc: String,
    pub(super) subject: String,
    /// Plain text; of an HTML article the text that was made of it.
    pub(super) body: String,
    pub(super) charset: String,
    /// As it was sent, if it was sent so and is plain text.
    pub(super) content_type: Option<String>,
    pub(super) created: i64,
    pub(super) created_by: u64,
    pub(super) attachments: Vec<Attachment>,
    pub(super) fields: BTreeMap<String, Value>,
}

#[derive(Debug, Clone)]
pub(super) struct Attachment {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) disposition: &'static str,
    pub(super) content: Vec<u8>,
    /// It is the HTML from which the article's text was made.
    pub(super) html_body: bool,
}

/// One line of a ticket's history, with what the ticket was like afterwards.
#[derive(Debug, Clone)]
pub(super) struct Past {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) article: u64,
    pub(super) at: i64,
    pub(super) by: u64,
    pub(super) queue: u64,
    pub(super) owner: u64,
    pub(super) priority: u64,
    pub(super) state: u64,
    pub(super) type_id: u64,
}

/// Ids of the kinds of history, as the product numbers them.
pub(super) const HISTORY: [(u64, &str); 22] = [
    (1, "NewTicket"),
    (2, "FollowUp"),
    (8, "SendAnswer"),
    (9, "SendAgentNotification"),
    (11, "EmailAgent"),
    (12, "EmailCustomer"),
    (13, "PhoneCallAgent"),
    (14, "PhoneCallCustomer"),
    (15, "AddNote"),
    (16, "Move"),
    (17, "Lock"),
    (18, "Unlock"),
    (21, "CustomerUpdate"),
    (22, "PriorityUpdate"),
    (23, "OwnerUpdate"),
    (25, "Misc"),
    (26, "SetPendingTime"),
    (27, "StateUpdate"),
    (28, "TicketDynamicFieldUpdate"),
    (33, "Merged"),
    (34, "ResponsibleUpdate"),
    (37, "TypeUpdate"),
];
pub(super) const TITLE_UPDATE: (u64, &str) = (50, "TitleUpdate");

impl Ticket {
    /// A new, unlocked ticket that nobody owns.
    pub(super) fn new(id: u64, number: String, by: u64, at: i64) -> Self {
        Self {
            id,
            number,
            title: String::new(),
            queue: 1,
            priority: 3,
            state: 1,
            kind: 1,
            lock: 1,
            owner: ROOT,
            responsible: ROOT,
            customer_id: String::new(),
            customer_user: String::new(),
            created: at,
            created_by: by,
            changed: at,
            changed_by: by,
            closed: None,
            pending_until: 0,
            unlock_timeout: 0,
            fields: BTreeMap::new(),
            articles: Vec::new(),
            past: Vec::new(),
        }
    }

    pub(super) fn remember(&mut self, kind: &'static str, name: String, article: u64, by: u64, at: i64) {
        self.past.push(Past {
            kind,
            name,
            article,
            at,
            by,
            queue: self.queue,
            owner: self.owner,
            priority: self.priority,
            state: self.state,
            type_id: self.kind,
        });
    }

    pub(super) fn touch(&mut self, by: u64, at: i64) {
        self.changed = self.changed.max(at);
        self.changed_by = by;
    }
}

/// The kind of history that a request may name, spelled as the product does.
pub(super) fn history_kind(name: &str) -> Option<&'static str> {
    let all = HISTORY.iter().chain(std::iter::once(&TITLE_UPDATE));
    all.map(|(_, own)| *own).find(|own| *own == name)
}

pub(super) fn history_id(name: &str) -> u64 {
    let mut all = HISTORY.iter().chain(std::iter::once(&TITLE_UPDATE));
    all.find(|(_, own)| *own == name).map_or(25, |(id, _)| *id)
}
