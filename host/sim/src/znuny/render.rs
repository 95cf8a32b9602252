//! Tickets and articles as JSON, with the loose types of the real answers: an id is a number here and a string there.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::catalog::{self, CHANNELS, LOCKS, SENDERS};
use super::ticket::{Article, Ticket};
use super::world::Znuny;

/// What a request wants to see of articles.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shown {
    pub(super) fields: bool,
    pub(super) attachments: bool,
    /// Without it an attachment is named, but empty.
    pub(super) contents: bool,
    /// The HTML of an HTML article counts as an attachment.
    pub(super) html_body: bool,
    /// `FileID` stands in attachments, and `TimeUnit` in tickets and articles.
    pub(super) reading: bool,
}

impl Znuny {
    pub(super) fn show_ticket(&self, ticket: &Ticket, fields: bool, reading: bool, now: i64) -> Map<String, Value> {
        let state = catalog::state(ticket.state);
        let queue = self.catalog.queue(ticket.queue);
        let pending = state.kind.starts_with("pending");
        let until = if pending { ticket.pending_until } else { 0 };
        let shown = json!({
            "Age": now - ticket.created,
            "ArchiveFlag": "n",
            "ChangeBy": ticket.changed_by,
            "Changed": self.zone.show(ticket.changed),
            "CreateBy": ticket.created_by,
            "Created": self.zone.show(ticket.created),
            "CustomerID": ticket.customer_id,
            "CustomerUserID": ticket.customer_user,
            "EscalationResponseTime": 0,
            "EscalationSolutionTime": 0,
            "EscalationTime": 0,
            "EscalationUpdateTime": 0,
            "GroupID": queue.map_or(0, |q| q.group),
            "Lock": catalog::name_of(&LOCKS, ticket.lock),
            "LockID": ticket.lock,
            "Owner": self.people.login_of(ticket.owner),
            "OwnerID": ticket.owner,
            "Priority": catalog::named(&self.catalog.priorities, ticket.priority),
            "PriorityID": ticket.priority,
            "Queue": queue.map_or("", |q| &q.name),
            "QueueID": ticket.queue,
            "RealTillTimeNotUsed": until,
            "Responsible": self.people.login_of(ticket.responsible),
            "ResponsibleID": ticket.responsible,
            "SLAID": "",
            "ServiceID": "",
            "State": state.name,
            "StateID": state.id,
            "StateType": state.kind,
            "TicketID": ticket.id,
            "TicketNumber": ticket.number,
            "Title": ticket.title,
            "Type": catalog::named(&self.catalog.types, ticket.kind),
            "TypeID": ticket.kind,
            "UnlockTimeout": ticket.unlock_timeout,
            "UntilTime": if until > 0 { until - now } else { 0 },
        });
        let Value::Object(mut shown) = shown else {
            return Map::new();
        };
        if reading {
            shown.insert("TimeUnit".to_owned(), json!(0));
        }
        let fields = if fields { self.show_fields(ticket) } else { Vec::new() };
        if !fields.is_empty() {
            shown.insert("DynamicField".to_owned(), Value::Array(fields));
        }
        shown
    }

    fn show_fields(&self, ticket: &Ticket) -> Vec<Value> {
        let own = self.catalog.fields.iter().filter(|f| !f.on_article);
        let mut names: Vec<&str> = own.map(|f| f.name.as_str()).collect();
        names.extend(self.flavour.own_fields());
        names.sort_unstable();
        names
            .into_iter()
            .map(|name| (name, ticket.fields.get(name)))
            .filter(|(_, value)| value.is_some() || self.flavour.shows_unset())
            .map(|(name, value)| json!({ "Name": name, "Value": value }))
            .collect()
    }

    /// An article in full. `number` counts the ticket's articles from 1.
    pub(super) fn show_article(
        &self,
        ticket: u64,
        number: usize,
        article: &Article,
        shown: Shown,
    ) -> Map<String, Value> {
        let mut map = self.show_article_head(ticket, number, article);
        let rest = json!({
            "Bcc": "",
            "Body": article.body,
            "Cc": article.cc,
            "Charset": article.charset,
            "ContentCharset": article.charset,
            "ContentType": article.content_type.clone().unwrap_or_else(|| format!("text/plain; charset={}", article.charset)),
            "From": article.from,
            "InReplyTo": "",
            "IncomingTime": article.created,
            "MessageID": "",
            "MimeType": "text/plain",
            "References": "",
            "ReplyTo": "",
            "Subject": article.subject,
            "To": article.to,
        });
        if let Value::Object(rest) = rest {
            map.extend(rest);
        }
        if self.flavour.names_channels() {
            let channel = catalog::name_of(&CHANNELS, article.channel);
            map.insert("CommunicationChannel".to_owned(), json!(channel));
        }
        if self.flavour.marks_edits() {
            map.insert("IsEdited".to_owned(), json!(0));
            map.insert("IsDeleted".to_owned(), json!(0));
        }
        if shown.reading {
            map.insert("TimeUnit".to_owned(), json!(0));
        }
        if shown.fields {
            let own = self.catalog.fields.iter().filter(|f| f.on_article);
            let fields: Vec<Value> = own
                .map(|f| json!({ "Name": f.name, "Value": article.fields.get(&f.name) }))
                .collect();
            if !fields.is_empty() {
                map.insert("DynamicField".to_owned(), Value::Array(fields));
            }
        }
        if shown.attachments {
            let attachments = show_attachments(article, shown);
            if !attachments.is_empty() {
                map.insert("Attachment".to_owned(), Value::Array(attachments));
            }
        }
        map
    }

    /// What stands about an article in lists.
    pub(super) fn show_article_head(&self, ticket: u64, number: usize, article: &Article) -> Map<String, Value> {
        let head = json!({
            "ArticleID": article.id,
            "ArticleNumber": number,
            "ChangeBy": article.created_by,
            "ChangeTime": self.zone.show(article.created),
            "CommunicationChannelID": article.channel,
            "CreateBy": article.created_by,
            "CreateTime": self.zone.show(article.created),
            "IsVisibleForCustomer": i32::from(article.visible),
            "SenderType": catalog::name_of(&SENDERS, article.sender),
            "SenderTypeID": article.sender.to_string(),
            "TicketID": ticket,
        });
        match head {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

fn show_attachments(article: &Article, shown: Shown) -> Vec<Value> {
    let listed = article.attachments.iter().filter(|a| shown.html_body || !a.html_body);
    listed
        .zip(1..)
        .map(|(attachment, id): (_, u64)| {
            let mut map = json!({
                "Content": if shown.contents { BASE64_STANDARD.encode(&attachment.content) } else { String::new() },
                "ContentAlternative": "",
                "ContentID": "",
                "ContentType": attachment.kind,
                "Disposition": attachment.disposition,
                "Filename": attachment.name,
                "FilesizeRaw": attachment.content.len().to_string(),
            });
            if shown.reading {
                map["FileID"] = json!(id.to_string());
            }
            map
        })
        .collect()
}
