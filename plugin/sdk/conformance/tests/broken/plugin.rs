//! The plugin that can be broken.

use std::sync::Mutex;

use new_desk::{NewDeskTicketsystemService, Params};
use otai_plugin::{
    Failure, Host, Request, TicketSystemService,
    model::{AddNote, Catalog, Complete, Find, Network, Page, Ticket, Update},
    serde_json::{self, Value, json},
    tracing,
};

otai_plugin::params! {
    /// The sound plugin's, and what is to be broken.
    pub(crate) struct BrokenParams {
        /// The helpdesk.
        pub(crate) url: String,
        /// Its token.
        pub(crate) token: String,
        /// One of `CASES`.
        pub(crate) breaks: String,
    }
}

/// The sound plugin with one fault.
pub(crate) struct Broken {
    sound: NewDeskTicketsystemService,
    host: Host,
    params: BrokenParams,
    kept: Mutex<Vec<Ticket>>,
    calls: Mutex<u32>,
}

impl Broken {
    fn is(&self, what: &str) -> bool {
        self.params.breaks == what
    }

    /// Goes to the helpdesk past the sound plugin.
    async fn raw(&self, method: &str, path: &str, body: Value) -> Result<Value, Failure> {
        let url = format!("{}/api/tickets/{path}", self.params.url);
        let mut request = Request::put(url).header("authorization", format!("Bearer {}", self.params.token));
        request.method = method.to_owned();
        self.host.http(request.json(&body)?).await?.json()
    }
}

impl Broken {
    /// The list as somebody would read it who does not know that it moves.
    async fn turn_pages(&self, find: Find) -> Result<Page, Failure> {
        self.sound.catalog().await?;
        let place = find
            .cursor
            .unwrap_or_else(|| format!("1 {}", find.since.unwrap_or_default()));
        let (page, since) = place.split_once(' ').unwrap();
        let path = format!("?changed_since={since}&per_page=50&page={page}");
        let rows = self.raw("GET", &path, Value::Null).await?;
        let Some(rows) = rows.as_array() else {
            return Err(Failure::retry("no list"));
        };
        let mut tickets = Vec::new();
        for row in rows {
            tickets.extend(self.sound.get_ticket(row["id"].to_string()).await?);
        }
        let more = rows.len() == 50;
        let last = rows.last().and_then(|row| row["updated_at"].as_str()).unwrap_or(since);
        let cursor = match more {
            true => format!("{} {since}", page.parse::<u32>().unwrap() + 1),
            false => format!("1 {last}"),
        };
        Ok(Page { tickets, cursor, more })
    }
}

impl TicketSystemService for Broken {
    type Params = BrokenParams;

    fn new(params: BrokenParams, host: Host) -> Result<Self, Failure> {
        let inner = json!({"url": params.url, "token": params.token});
        let inner: Params = serde_json::from_value(inner).unwrap();
        let sound = NewDeskTicketsystemService::new(inner, host.clone())?;
        let (kept, calls) = (Mutex::default(), Mutex::default());
        Ok(Self {
            sound,
            host,
            params,
            kept,
            calls,
        })
    }

    fn network(&self) -> Network {
        self.sound.network()
    }

    async fn catalog(&self) -> Result<Catalog, Failure> {
        if self.is("asks a stranger") {
            let _ = self.host.http(Request::get("http://127.0.0.2:9/")).await;
        }
        let mut catalog = self.sound.catalog().await?;
        if self.params.breaks.starts_with("lists nothing") {
            catalog.unlisted = ["queue", "priority", "type", "status", "custom_fields"]
                .map(str::to_owned)
                .to_vec();
        }
        match self.params.breaks.as_str() {
            "invents a queue" | "lists nothing, invents a queue" => catalog.queues.push("Ghosts".into()),
            "lists nothing, forgets priorities" => catalog.priorities.clear(),
            "forgets a priority" => drop(catalog.priorities.pop()),
            "calls closed tickets fresh" => catalog
                .statuses
                .iter_mut()
                .for_each(|s| (s.fresh, s.closed) = (true, false)),
            _ => {}
        }
        Ok(catalog)
    }

    async fn find_tickets(&self, find: Find) -> Result<Page, Failure> {
        if self.is("turns pages") {
            return self.turn_pages(find).await;
        }
        let turned = find.cursor.is_some();
        if self.is("repeats for ever") {
            let again = Find {
                cursor: None,
                ..find.clone()
            };
            let mut page = self.sound.find_tickets(find).await?;
            if turned && !page.more {
                page.tickets.extend(self.sound.find_tickets(again).await?.tickets);
            }
            return Ok(page);
        }
        if self.is("cursor of this instance") && turned {
            let mut calls = self.calls.lock().unwrap();
            *calls += 1;
            if *calls == 1 && self.kept.lock().unwrap().is_empty() {
                return Ok(Page {
                    cursor: find.cursor.unwrap(),
                    ..Page::default()
                });
            }
        }
        let mut page = self.sound.find_tickets(find).await?;
        match self.params.breaks.as_str() {
            "loses at a border" if turned && page.more && !page.tickets.is_empty() => drop(page.tickets.remove(0)),
            "gives no ticket twice" => {
                let mut kept = self.kept.lock().unwrap();
                page.tickets.retain(|t| !kept.iter().any(|k| k.id == t.id));
                kept.extend(page.tickets.clone());
            }
            "never gives what it wrote" => {
                let kept = self.kept.lock().unwrap();
                page.tickets.retain(|t| !kept.iter().any(|k| k.id == t.id));
            }
            "cursor of this instance" => self.kept.lock().unwrap().extend(page.tickets.clone()),
            "another revision in the list" => page.tickets.iter_mut().for_each(|t| t.revision += "-list"),
            "closed tickets alive" => page.tickets.iter_mut().for_each(|t| t.settled = None),
            _ => {}
        }
        Ok(page)
    }

    async fn complete_tickets(&self, wanted: Complete) -> Result<Vec<Ticket>, Failure> {
        if !self.params.breaks.starts_with("reads together") {
            return Ok(wanted.tickets);
        }
        let mut tickets = Vec::new();
        for partial in wanted.tickets {
            let mut ticket = self.sound.get_ticket(partial.id).await?;
            match self.params.breaks.as_str() {
                "reads together, fails for a deleted one" if ticket.is_none() => return Err(Failure::retry("gone")),
                "reads together, another text" => ticket.iter_mut().for_each(|t| t.body += "."),
                "reads together, forgets one" if tickets.is_empty() => ticket = None,
                _ => {}
            }
            tickets.extend(ticket);
        }
        Ok(tickets)
    }

    async fn get_ticket(&self, id: String) -> Result<Option<Ticket>, Failure> {
        if self.is("logs texts")
            && let Some(ticket) = self.sound.get_ticket(id.clone()).await?
        {
            tracing::debug!("read {}", ticket.subject);
        }
        let outcome = self.sound.get_ticket(id).await;
        if self.is("half is nothing") && matches!(outcome, Err(Failure::Retry { .. })) {
            return Ok(None);
        }
        if self.is("says the token") {
            let quoted = |_| Failure::retry(format!("{} was not accepted", self.params.token));
            return outcome.map_err(quoted);
        }
        let mut ticket = outcome?;
        if let Some(ticket) = &mut ticket {
            match self.params.breaks.as_str() {
                "HTML as it is" if ticket.subject.contains("HTML") => ticket.body = format!("<p>{}</p>", ticket.body),
                "says \"no text\"" if ticket.body.is_empty() => ticket.body = "(no text)".into(),
                "cuts texts" => ticket.body.truncate(5000),
                "no emoji" => ticket.body.retain(|c| (c as u32) < 0x1_0000),
                "closed tickets alive" => ticket.settled = None,
                "revision is the id" => ticket.revision.clone_from(&ticket.id),
                _ => {}
            }
        }
        Ok(ticket)
    }

    async fn update_ticket(&self, mut update: Update) -> Result<Option<Ticket>, Failure> {
        match self.params.breaks.as_str() {
            "replaces tags" => update.tags.clear(),
            "writes unknown queues" if update.change.queue.as_deref().is_some_and(|q| q.starts_with("Nowhere")) => {
                update.change.queue = None;
                update.change.priority = Some("high".into());
            }
            "writes piece by piece" => {
                let mut first = update.clone();
                first.change.priority = None;
                first.change.kind = None;
                first.change.custom_fields.clear();
                if !first.change.is_empty() {
                    self.sound.update_ticket(first).await?;
                }
                update.change.queue = None;
            }
            "answers with the ticket before" if update.change.add_tags.is_empty() => {
                let before = self.sound.get_ticket(update.id.clone()).await?;
                self.sound.update_ticket(update).await?;
                return Ok(before);
            }
            "adds up" => {
                let ticket = self.sound.get_ticket(update.id.clone()).await?;
                let there = ticket.is_some_and(|t| t.queue == update.change.queue && update.change.priority.is_some());
                if there {
                    update
                        .change
                        .custom_fields
                        .insert("order".into(), json!("second value"));
                }
            }
            _ => {}
        }
        if self.is("never gives what it wrote") {
            let id = update.id.clone();
            self.kept.lock().unwrap().push(Ticket {
                id,
                ..Ticket::default()
            });
        }
        let queue_alone =
            update.change.queue.is_some() && update.change.priority.is_none() && update.change.add_tags.is_empty();
        let id = update.id.clone();
        let note = update.note.clone();
        let mut outcome = self.sound.update_ticket(update).await;
        if let (Some(note), Ok(Some(ticket))) = (note, &mut outcome) {
            match self.params.breaks.as_str() {
                "says noted and writes no note" => ticket.noted = true,
                "writes the note of an update in secret" => self.sound.add_note(note).await?,
                _ => {}
            }
        }
        if self.is("resets the owner") && queue_alone && outcome.is_ok() {
            self.raw("PUT", &id, json!({"owner": "otai"})).await?;
        }
        match (self.params.breaks.as_str(), outcome) {
            (
                "says no when the server is down",
                Err(Failure::Retry {
                    message,
                    after_ms: None,
                }),
            ) => Err(Failure::rejected(message)),
            ("waits as it likes", Err(Failure::Retry { message, .. })) => Err(Failure::retry(message)),
            ("takes silence for yes", Err(Failure::Retry { after_ms: None, .. })) => Ok(Some(Ticket::default())),
            (
                "names no field",
                Err(Failure::Rejected {
                    message,
                    field: Some(_),
                    ..
                }),
            ) => Err(Failure::rejected(message)),
            (
                "gives up everything",
                Err(Failure::Rejected {
                    message, field: None, ..
                }),
            ) => Err(Failure::refused(message)),
            (
                "credentials of one ticket",
                Err(Failure::Rejected {
                    message,
                    every_ticket: true,
                    ..
                }),
            ) => Err(Failure::rejected(message)),
            ("deleted is an error", Ok(None)) => Err(Failure::rejected("gone")),
            (_, outcome) => outcome,
        }
    }

    async fn add_note(&self, mut note: AddNote) -> Result<(), Failure> {
        match self.params.breaks.as_str() {
            "public notes" if note.mark == "otai-7-a" => {
                let text = format!("{}\n[{}]", note.text, note.mark);
                return self
                    .raw("POST", &format!("{}/notes", note.id), json!({ "text": text }))
                    .await
                    .map(drop);
            }
            "no mark" => note.mark.clear(),
            "never looks for its notes" => note.in_doubt = false,
            "cuts notes" => note.text.truncate(20),
            _ => {}
        }
        self.sound.add_note(note).await
    }
}
