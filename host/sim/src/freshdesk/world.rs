//! Everything a simulated Freshdesk account knows.
//!
//! Nothing here runs by itself: what happens later (due dates filled in, bulk jobs, automations) is written down with
//! its time and done by [`World::catch_up`], which every request calls first. So a test that turns the clock forward
//! sees the same world as one that waits.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::dice::Dice;
use crate::freshdesk::account::{Account, Scope};
use crate::freshdesk::people::People;
use crate::freshdesk::store::Store;
use crate::freshdesk::talk::Talks;
use crate::freshdesk::ticket::Ticket;
use crate::freshdesk::truth::Truth;
use crate::freshdesk::webhook::Hook;
use crate::ledger::{Ledger, Who};
use crate::options::Options;
use crate::rate::Meter;
use crate::time::{Clock, DAY};
use crate::webhooks::Webhooks;

/// Something that will happen.
#[derive(Debug, Clone)]
pub(crate) enum Later {
    /// Due dates are computed and `updated_at` moves.
    Sla(u64),
    /// Freshdesk or a human changes a ticket.
    Edit { id: u64, set: Map<String, Value>, who: Who },
    /// A bulk job does its work.
    Job(String),
}

/// A bulk job.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) ids: Vec<u64>,
    /// What to set; `None` moves the tickets into the trash.
    pub(crate) set: Option<Map<String, Value>>,
    pub(crate) reply: Option<String>,
    pub(crate) status: &'static str,
}

/// An automation that changes every new ticket soon after its creation.
#[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dispatch {
    #[serde(default)]
    pub(crate) after_ms: u64,
    pub(crate) set: Map<String, Value>,
}

pub(crate) struct World {
    pub(crate) key: String,
    pub(crate) clock: Clock,
    pub(crate) account: Account,
    pub(crate) store: Store,
    pub(crate) talks: Talks,
    pub(crate) people: People,
    pub(crate) ledger: Ledger<Truth>,
    pub(crate) jobs: HashMap<String, Job>,
    pub(crate) time_entries: BTreeMap<u64, Value>,
    pub(crate) dispatch: Option<Dispatch>,
    pub(crate) webhooks: Webhooks<Hook>,
    pub(crate) dice: Dice,
    pub(crate) meter: Meter,
    sla_ms: i64,
    later: BTreeMap<(i64, u64), Later>,
    appointments: u64,
}

impl World {
    pub(crate) fn new(options: &Options, clock: &Clock) -> Self {
        let account = Account::new(options.seed, clock.seconds());
        Self {
            store: Store::new(options.index_lag.as_millis() as i64),
            talks: Talks::new(account.base),
            people: People::new(account.base),
            ledger: Ledger::default(),
            jobs: HashMap::new(),
            time_entries: BTreeMap::new(),
            dispatch: None,
            webhooks: Webhooks::default(),
            dice: Dice::new(options.seed ^ 0x5eed),
            meter: Meter::new(options.rate, options.sub_limits),
            sla_ms: options.sla_delay.as_millis() as i64,
            later: BTreeMap::new(),
            appointments: 0,
            account,
            key: options.api_key.clone(),
            clock: clock.clone(),
        }
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.seconds()
    }

    /// Writes down something that will happen in so many milliseconds.
    pub(crate) fn appoint(&mut self, in_ms: i64, what: Later) {
        self.appointments += 1;
        self.later
            .insert((self.clock.millis().saturating_add(in_ms), self.appointments), what);
    }

    /// Does what has become due.
    pub(crate) fn catch_up(&mut self) {
        let now_ms = self.clock.millis();
        while let Some(entry) = self.later.first_entry() {
            if entry.key().0 > now_ms {
                break;
            }
            match entry.remove() {
                Later::Sla(id) => self.fill_due_dates(id),
                Later::Edit { id, set, who } => {
                    self.write(id, &set, who);
                }
                Later::Job(job) => self.work_off(&job),
            }
        }
        self.store.advance(now_ms);
    }

    /// Whether the key's agent sees a ticket.
    pub(crate) fn sees(&self, ticket: &Ticket) -> bool {
        let me = self.account.me();
        let mine = ticket.responder_id == Some(me);
        match self.account.scope {
            Scope::Global => true,
            Scope::Restricted => mine,
            Scope::Group => {
                let groups = self
                    .account
                    .agents
                    .iter()
                    .find(|a| a.id == me)
                    .map(|a| a.group_ids.as_slice());
                mine || ticket.group_id.is_some_and(|g| groups.unwrap_or_default().contains(&g))
            }
        }
    }

    /// Adds a ticket and sets going what follows a creation.
    pub(crate) fn create(&mut self, ticket: Ticket) -> u64 {
        let (id, now) = (ticket.id, self.now());
        self.ledger.record(id, Who::Key, now, "create", Vec::new());
        if ticket.due_by.is_none() {
            self.appoint(self.sla_ms, Later::Sla(id));
        }
        if let Some(dispatch) = self.dispatch.clone() {
            self.appoint(
                dispatch.after_ms as i64,
                Later::Edit {
                    id,
                    set: dispatch.set,
                    who: Who::System,
                },
            );
        }
        let now_ms = self.clock.millis();
        self.store.put(ticket, now_ms);
        self.announce(id, "{ticket_action:created}", true);
        id
    }

    /// Changes a ticket with values that are known to be good. `updated_at` moves only if something changes.
    pub(crate) fn write(&mut self, id: u64, set: &Map<String, Value>, who: Who) -> bool {
        let (now, now_ms) = (self.now(), self.clock.millis());
        if who == Who::Key {
            let fields = set.get("custom_fields").and_then(Value::as_object);
            self.ledger
                .carried(id, set.keys().chain(fields.into_iter().flat_map(Map::keys)));
        }
        let changes = self.store.edit(id, now_ms, |ticket| {
            let changes: Vec<_> = set
                .iter()
                .flat_map(|(key, value)| ticket.set(key, value, now))
                .collect();
            if !changes.is_empty() && !set.contains_key("updated_at") {
                ticket.updated_at = ticket.updated_at.max(now);
            }
            changes
        });
        let Some(changes) = changes.filter(|c| !c.is_empty()) else {
            return false;
        };
        let status = changes
            .iter()
            .find(|(key, _)| key == "status")
            .map(|(_, old)| old.clone());
        if let Some(ticket) = self.store.get(id) {
            let event = status.map_or_else(
                || "{ticket_action:updated}".to_owned(),
                |old| format!("{{status:{{from:{old},to:{}}}}}", ticket.status),
            );
            let changes = changes
                .into_iter()
                .map(|(key, old)| {
                    let new = ticket.get(&key);
                    (key, old, new)
                })
                .collect();
            self.ledger.record(id, who, now, "update", changes);
            self.announce(id, &event, false);
        }
        true
    }

    /// Moves `updated_at` because something happened beside the ticket's own fields.
    pub(crate) fn touch(&mut self, id: u64, change: impl FnOnce(&mut Ticket, i64)) {
        let (now, now_ms) = (self.now(), self.clock.millis());
        self.store.edit(id, now_ms, |ticket| {
            ticket.updated_at = ticket.updated_at.max(now);
            change(ticket, now);
        });
    }

    /// Puts a ticket into the trash or takes it out.
    pub(crate) fn move_to_trash(&mut self, id: u64, deleted: bool, who: Who) {
        let set = [("deleted".to_owned(), json!(deleted))].into_iter().collect();
        self.write(id, &set, who);
    }

    pub(crate) fn announce(&mut self, id: u64, event: &str, created: bool) {
        if let Some(ticket) = self.store.get(id) {
            self.webhooks
                .announce(&self.account, &self.people, ticket, event, created);
        }
    }

    fn fill_due_dates(&mut self, id: u64) {
        let now_ms = self.clock.millis();
        self.store.edit(id, now_ms, |ticket| {
            if ticket.due_by.is_none() {
                ticket.due_by = Some(ticket.created_at + 3 * DAY);
                ticket.fr_due_by = Some(ticket.created_at + DAY);
                ticket.updated_at = ticket.updated_at.max(ticket.created_at + 1);
            }
        });
    }

    fn work_off(&mut self, name: &str) {
        let Some(job) = self.jobs.get(name).cloned() else {
            return;
        };
        let (mut done, mut refused) = (0, 0);
        for id in job.ids {
            if !self.store.get(id).is_some_and(Ticket::listed) {
                refused += 1;
                continue;
            }
            done += 1;
            match &job.set {
                Some(set) => {
                    self.write(id, set, Who::Key);
                }
                None => self.move_to_trash(id, true, Who::Key),
            }
            if let Some(body) = &job.reply {
                let (me, now) = (self.account.me(), self.now());
                self.talks.reply(id, body, me, now);
                self.touch(id, |t, now| t.stats.agent_responded_at = Some(now));
            }
        }
        if let Some(job) = self.jobs.get_mut(name) {
            job.status = match (done, refused) {
                (_, 0) => "COMPLETED",
                (0, _) => "FAILED",
                _ => "PARTIAL",
            };
        }
    }
}
