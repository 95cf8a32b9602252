//! Everything a simulated Zammad knows.
//!
//! Nothing here runs by itself: what happens later is written down with its time and done by [`World::catch_up`], which
//! every request calls first.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::{Map, Value, json};

use crate::dice::Dice;
use crate::ledger::{Ledger, Who};
use crate::options::Options;
use crate::rate::Meter;
use crate::split;
use crate::time::Clock;
use crate::webhooks::Webhooks;
use crate::zammad::system::{HUMAN, ME, System};
use crate::zammad::ticket::{Article, Ticket};
use crate::zammad::webhook::Hook;

/// What a human made of a ticket that is still open here.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Truth {
    pub(crate) queue: Option<String>,
    /// Zammad's name, e.g. `3 high`.
    pub(crate) priority: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) language: String,
}

/// A change the search index has yet to learn: when it does, and what it believes until then.
#[derive(Debug)]
struct Unlearnt {
    at_ms: i64,
    id: u64,
    before: Option<Box<Ticket>>,
}

pub(crate) struct World {
    pub(crate) key: String,
    pub(crate) clock: Clock,
    pub(crate) system: System,
    pub(crate) tickets: BTreeMap<u64, Ticket>,
    pub(crate) articles: BTreeMap<u64, Article>,
    pub(crate) ledger: Ledger<Truth>,
    pub(crate) webhooks: Webhooks<Hook>,
    pub(crate) meter: Meter,
    pub(crate) dice: Dice,
    lag_ms: i64,
    unlearnt: VecDeque<Unlearnt>,
    later: BTreeMap<(i64, u64), (u64, Map<String, Value>)>,
    appointments: u64,
    last_ticket: u64,
    last_article: u64,
}

impl World {
    pub(crate) fn new(options: &Options, clock: &Clock) -> Self {
        Self {
            key: options.api_key.clone(),
            system: System::new(clock.millis(), &split::kinds(&options.tickets)),
            clock: clock.clone(),
            tickets: BTreeMap::new(),
            articles: BTreeMap::new(),
            ledger: Ledger::default(),
            webhooks: Webhooks::default(),
            meter: Meter::new(options.rate, options.sub_limits),
            dice: Dice::new(options.seed ^ 0x2a_44ad),
            lag_ms: options.index_lag.as_millis() as i64,
            unlearnt: VecDeque::new(),
            later: BTreeMap::new(),
            appointments: 0,
            last_ticket: 0,
            last_article: 0,
        }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.millis()
    }

    pub(crate) fn next_ticket(&mut self) -> u64 {
        self.last_ticket += 1;
        self.last_ticket
    }

    /// The tickets as the search index sees them.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = &Ticket> {
        let mut believed: HashMap<u64, Option<&Ticket>> = HashMap::new();
        for change in &self.unlearnt {
            believed.entry(change.id).or_insert(change.before.as_deref());
        }
        let late: Vec<&Ticket> = believed.values().copied().flatten().collect();
        let known = self.tickets.values().filter(move |t| !believed.contains_key(&t.id));
        known.chain(late)
    }

    fn unlearn(&mut self, id: u64) {
        if self.lag_ms > 0 {
            let before = self.tickets.get(&id).cloned().map(Box::new);
            self.unlearnt.push_back(Unlearnt {
                at_ms: self.now_ms() + self.lag_ms,
                id,
                before,
            });
        }
    }

    /// Writes down an edit by a human that will happen in so many milliseconds.
    pub(crate) fn appoint(&mut self, in_ms: i64, id: u64, set: Map<String, Value>) {
        self.appointments += 1;
        self.later
            .insert((self.now_ms().saturating_add(in_ms), self.appointments), (id, set));
    }

    /// Does what has become due.
    pub(crate) fn catch_up(&mut self) {
        let now_ms = self.now_ms();
        while let Some(entry) = self.later.first_entry() {
            if entry.key().0 > now_ms {
                break;
            }
            let (id, set) = entry.remove();
            self.write(id, &set, Who::Human);
        }
        while self.unlearnt.front().is_some_and(|u| u.at_ms <= now_ms) {
            self.unlearnt.pop_front();
        }
    }

    /// Adds a ticket that has always been there.
    pub(crate) fn file(&mut self, ticket: Ticket) {
        self.last_ticket = self.last_ticket.max(ticket.id);
        self.tickets.insert(ticket.id, ticket);
    }

    /// Adds a new ticket.
    pub(crate) fn create(&mut self, ticket: Ticket, who: Who) {
        let (id, now_ms) = (ticket.id, self.now_ms());
        self.unlearn(id);
        self.ledger.record(id, who, now_ms / 1000, "create", Vec::new());
        self.file(ticket);
    }

    /// Adds an article. It counts as a change of its ticket unless both have always been there.
    pub(crate) fn say(&mut self, mut article: Article, touch: bool) -> u64 {
        self.last_article += 1;
        let (id, ticket) = (self.last_article, article.ticket_id);
        article.id = id;
        let (by, at) = (article.created_by, article.created_at);
        self.articles.insert(id, article);
        if touch {
            self.touch(ticket, by);
        }
        if let Some(ticket) = self.tickets.get_mut(&ticket) {
            if touch {
                ticket.updated_at = ticket.updated_at.max(at);
            }
            ticket.articles.push(id);
        }
        id
    }

    /// Moves `updated_at` because something happened beside the ticket's own columns: an article, a tag.
    pub(crate) fn touch(&mut self, id: u64, by: u64) {
        self.unlearn(id);
        let now_ms = self.now_ms();
        if let Some(ticket) = self.tickets.get_mut(&id) {
            ticket.updated_at = ticket.updated_at.max(now_ms);
            ticket.updated_by = by;
        }
    }

    /// Changes a ticket with values that are known to be good. `updated_at` moves only if something changes.
    pub(crate) fn write(&mut self, id: u64, set: &Map<String, Value>, who: Who) -> bool {
        if !self.tickets.contains_key(&id) {
            return false;
        }
        let now_ms = self.now_ms();
        let before = self.tickets.get(&id).cloned().map(Box::new);
        let Some(ticket) = self.tickets.get_mut(&id) else {
            return false;
        };
        let changes: Vec<(String, Value, Value)> = set
            .iter()
            .filter_map(|(key, value)| ticket.set(key, value, now_ms))
            .map(|(key, old)| (key, old, Value::Null))
            .collect();
        if changes.is_empty() {
            return false;
        }
        if !set.contains_key("updated_at") {
            ticket.updated_at = ticket.updated_at.max(now_ms);
        }
        ticket.updated_by = if who == Who::Key { ME } else { HUMAN };
        let changes = changes
            .into_iter()
            .map(|(key, old, _)| {
                let new = ticket.get(&key);
                (key, old, new)
            })
            .collect();
        if self.lag_ms > 0 {
            self.unlearnt.push_back(Unlearnt {
                at_ms: now_ms + self.lag_ms,
                id,
                before,
            });
        }
        self.ledger.record(id, who, now_ms / 1000, "update", changes);
        true
    }

    /// Sets a ticket's tags, as the endpoints for tags do one by one.
    pub(crate) fn tag(&mut self, id: u64, tags: &[String], who: Who) -> bool {
        self.system.tags.extend(tags.iter().cloned());
        let set = [("tags".to_owned(), json!(tags))].into_iter().collect();
        self.write(id, &set, who)
    }

    /// Deletes a ticket for good.
    pub(crate) fn delete(&mut self, id: u64) -> bool {
        self.unlearn(id);
        let Some(ticket) = self.tickets.remove(&id) else {
            return false;
        };
        for article in ticket.articles {
            self.articles.remove(&article);
        }
        true
    }

    pub(crate) fn articles_of(&self, id: u64) -> impl Iterator<Item = &Article> {
        let ids = self.tickets.get(&id).map(|t| t.articles.as_slice());
        ids.unwrap_or_default().iter().filter_map(|id| self.articles.get(id))
    }

    /// Sends a webhook of what has just become of a ticket.
    pub(crate) fn announce(&mut self, id: u64, created: bool, article: Option<u64>) {
        if self.webhooks.is_empty() {
            return;
        }
        let Some(ticket) = self.tickets.get(&id) else { return };
        let body = crate::zammad::show::payload(self, ticket, article.and_then(|a| self.articles.get(&a)));
        let delivery = self.dice.uuid();
        self.webhooks.announce(&body, created, &delivery);
    }
}
