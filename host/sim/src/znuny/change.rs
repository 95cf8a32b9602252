//! The single steps by which a ticket changes, for the interface and for humans alike.
//!
//! Each step leaves its line in the history, and one that sets what is there already does nothing at all.

use serde_json::Value;

use super::catalog::{self, Catalog, LOCKS};
use super::people::{People, ROOT};
use super::ticket::{Article, Ticket};
use super::zone::Zone;

const LOCKED: u64 = 2;

/// One ticket in the hands of one agent.
pub(super) struct Change<'a> {
    pub(super) ticket: &'a mut Ticket,
    pub(super) catalog: &'a Catalog,
    pub(super) people: &'a People,
    pub(super) zone: &'a Zone,
    pub(super) by: u64,
    pub(super) now: i64,
    pub(super) otobo: bool,
}

impl Change<'_> {
    fn note(&mut self, kind: &'static str, name: String) {
        self.ticket.touch(self.by, self.now);
        self.ticket.remember(kind, name, 0, self.by, self.now);
    }

    pub(super) fn title(&mut self, title: &str) {
        if self.ticket.title != title {
            let name = format!("%%{}%%{title}", self.ticket.title);
            self.ticket.title = title.to_owned();
            self.note("TitleUpdate", name);
        }
    }

    pub(super) fn queue(&mut self, id: u64) {
        let old = self.ticket.queue;
        if old != id {
            let name = |id| self.catalog.queue(id).map_or("", |q| q.name.as_str());
            let name = format!("%%{}%%{id}%%{}%%{old}", name(id), name(old));
            self.ticket.queue = id;
            self.note("Move", name);
            // The system itself unlocks what is moved.
            if self.ticket.lock == LOCKED {
                self.by = ROOT;
                self.lock(1);
            }
        }
    }

    pub(super) fn lock(&mut self, id: u64) {
        if self.ticket.lock != id {
            self.ticket.lock = id;
            if id == LOCKED {
                self.ticket.unlock_timeout = self.now;
            }
            let kind = if catalog::name_of(&LOCKS, id) == "lock" {
                "Lock"
            } else {
                "Unlock"
            };
            self.note(kind, format!("%%{}", catalog::name_of(&LOCKS, id)));
        }
    }

    pub(super) fn kind(&mut self, id: u64) {
        let old = self.ticket.kind;
        if old != id {
            let name = |id| catalog::named(&self.catalog.types, id);
            let name = format!("%%{}%%{old}%%{}%%{id}", name(old), name(id));
            self.ticket.kind = id;
            self.note("TypeUpdate", name);
        }
    }

    /// Sets a state. Leaving a pending one clears its time; closing unlocks.
    pub(super) fn state(&mut self, id: u64) {
        let (old, new) = (catalog::state(self.ticket.state), catalog::state(id));
        if old.id == new.id {
            return;
        }
        if new.kind == "closed" {
            self.ticket.closed = Some(self.now);
            self.lock(1);
        }
        self.ticket.state = id;
        self.note("StateUpdate", format!("%%{}%%{}%%", old.name, new.name));
        // Znuny says so even if there was nothing to clear.
        if !new.kind.starts_with("pending") && (self.ticket.pending_until != 0 || !self.otobo) {
            self.ticket.pending_until = 0;
            self.note("SetPendingTime", "%%00-00-00 00:00".to_owned());
        }
    }

    pub(super) fn pending_until(&mut self, until: i64) {
        self.ticket.pending_until = until;
        let shown = self.zone.show(until);
        self.note("SetPendingTime", format!("%%{}", shown.get(..16).unwrap_or(&shown)));
    }

    pub(super) fn priority(&mut self, id: u64) {
        let old = self.ticket.priority;
        if old != id {
            let name = |id| catalog::named(&self.catalog.priorities, id);
            let name = format!("%%{}%%{old}%%{}%%{id}", name(old), name(id));
            self.ticket.priority = id;
            self.note("PriorityUpdate", name);
        }
    }

    pub(super) fn owner(&mut self, id: u64) {
        if self.ticket.owner != id {
            self.ticket.owner = id;
            let name = format!("%%{}%%{id}", self.people.login_of(id));
            self.note("OwnerUpdate", name);
        }
    }

    pub(super) fn responsible(&mut self, id: u64) {
        if self.ticket.responsible != id {
            self.ticket.responsible = id;
            let name = format!("%%{}%%{id}", self.people.login_of(id));
            self.note("ResponsibleUpdate", name);
        }
    }

    pub(super) fn customer(&mut self, user: &str, company: &str) {
        if self.ticket.customer_user != user || self.ticket.customer_id != company {
            self.ticket.customer_user = user.to_owned();
            self.ticket.customer_id = company.to_owned();
            self.note("CustomerUpdate", format!("%%CustomerID={company};CustomerUser={user};"));
        }
    }

    /// Sets a dynamic field; `None` empties it.
    pub(super) fn field(&mut self, name: &str, value: Option<Value>) {
        let old = self.ticket.fields.get(name).cloned();
        if old == value {
            return;
        }
        let line = format!(
            "%%FieldName%%{name}%%Value%%{}%%OldValue%%{}",
            shown(&value),
            shown(&old)
        );
        match value {
            Some(value) => drop(self.ticket.fields.insert(name.to_owned(), value)),
            None => drop(self.ticket.fields.remove(name)),
        }
        self.note("TicketDynamicFieldUpdate", line);
    }

    /// Adds an article. What an agent says, and the first answer of a customer to it, restarts the unlock time.
    pub(super) fn article(&mut self, article: Article, history: &'static str, comment: &str) {
        let (id, sender) = (article.id, article.sender);
        let last = self
            .ticket
            .articles
            .iter()
            .rev()
            .find(|a| a.sender != 2)
            .map(|a| a.sender);
        self.ticket.articles.push(article);
        self.ticket.touch(self.by, self.now);
        self.ticket.remember(history, comment.to_owned(), id, self.by, self.now);
        if (sender == 1 || (sender == 3 && last == Some(1))) && self.ticket.unlock_timeout != self.now {
            self.ticket.unlock_timeout = self.now;
            self.note("Misc", "Reset of unlock time.".to_owned());
        }
    }
}

/// A field's value as the history writes it.
pub(super) fn shown(value: &Option<Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
