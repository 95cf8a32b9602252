//! Notes and replies of tickets. The customer's first message is not among them: that is the ticket itself.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::html;
use crate::time;

/// A note or a reply.
#[derive(Debug, Clone)]
pub(crate) struct Talk {
    pub(crate) id: u64,
    pub(crate) ticket_id: u64,
    pub(crate) html: String,
    pub(crate) private: bool,
    pub(crate) incoming: bool,
    /// 0 reply, 2 note.
    pub(crate) source: u64,
    pub(crate) user_id: Option<u64>,
    pub(crate) to_emails: Vec<String>,
    pub(crate) cc_emails: Vec<String>,
    pub(crate) attachments: Vec<Value>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Talks {
    base: u64,
    last: u64,
    all: HashMap<u64, Vec<Talk>>,
    home: HashMap<u64, u64>,
}

impl Talks {
    pub(crate) fn new(base: u64) -> Self {
        Self {
            base,
            ..Self::default()
        }
    }

    pub(crate) fn of(&self, ticket: u64) -> &[Talk] {
        self.all.get(&ticket).map_or(&[], Vec::as_slice)
    }

    /// A new private note, not yet stored.
    pub(crate) fn draft(&self, ticket: u64, body: &str, user: u64, now: i64) -> Talk {
        Talk {
            id: 0,
            ticket_id: ticket,
            html: html::wrap(body),
            private: true,
            incoming: false,
            source: 2,
            user_id: Some(user),
            to_emails: Vec::new(),
            cc_emails: Vec::new(),
            attachments: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }

    pub(crate) fn reply(&mut self, ticket: u64, body: &str, user: u64, now: i64) -> Talk {
        let draft = self.draft(ticket, body, user, now);
        self.add(Talk {
            private: false,
            source: 0,
            ..draft
        })
    }

    pub(crate) fn add(&mut self, mut talk: Talk) -> Talk {
        self.last += 1;
        talk.id = self.base + 44_120_000 + self.last;
        self.home.insert(talk.id, talk.ticket_id);
        self.all.entry(talk.ticket_id).or_default().push(talk.clone());
        talk
    }

    pub(crate) fn find(&mut self, id: u64) -> Option<&mut Talk> {
        let home = self.home.get(&id)?;
        self.all.get_mut(home)?.iter_mut().find(|t| t.id == id)
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<u64> {
        let home = self.home.remove(&id)?;
        self.all.get_mut(&home)?.retain(|t| t.id != id);
        Some(home)
    }
}

impl Talk {
    /// A row of `GET /tickets/{id}/conversations`.
    pub(crate) fn show(&self) -> Value {
        json!({
            "body": self.html, "body_text": html::strip(&self.html), "structured_body": null, "id": self.id,
            "incoming": self.incoming, "private": self.private, "user_id": self.user_id, "support_email": null,
            "source": self.source, "category": if self.incoming { 1 } else { 2 }, "ticket_id": self.ticket_id,
            "to_emails": self.to_emails, "from_email": null, "cc_emails": self.cc_emails, "bcc_emails": [],
            "email_failure_count": null, "outgoing_failures": null, "created_at": time::show(self.created_at),
            "updated_at": time::show(self.updated_at), "attachments": self.attachments, "auto_response": false,
            "automation_id": null, "automation_type_id": null, "source_additional_info": null,
            "last_edited_at": null, "last_edited_user_id": null,
        })
    }

    /// The answer to a new note.
    pub(crate) fn show_note(&self) -> Value {
        json!({
            "body": self.html, "body_text": html::strip(&self.html), "structured_body": null, "id": self.id,
            "incoming": self.incoming, "private": self.private, "user_id": self.user_id,
            "support_email": "support@northwind.example", "ticket_id": self.ticket_id, "to_emails": self.to_emails,
            "created_at": time::show(self.created_at), "updated_at": time::show(self.updated_at),
            "attachments": self.attachments,
        })
    }

    /// The answer to a new reply.
    pub(crate) fn show_reply(&self) -> Value {
        json!({
            "id": self.id, "user_id": self.user_id, "from_email": "Northwind Support <support@northwind.example>",
            "cc_emails": self.cc_emails, "bcc_emails": [], "body": self.html, "body_text": html::strip(&self.html),
            "ticket_id": self.ticket_id, "to_emails": self.to_emails, "attachments": self.attachments,
            "source_additional_info": null, "created_at": time::show(self.created_at),
            "updated_at": time::show(self.updated_at),
        })
    }
}
