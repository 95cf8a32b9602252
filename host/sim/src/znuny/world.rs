//! Everything a simulated Znuny or OTOBO knows.
//!
//! It stands for itself: it hears of the time with every call and keeps no clock, so the same calls at the same times give
//! the same answers.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::catalog::{self, Catalog, LOCKS};
use super::change::Change;
use super::flavour::Flavour;
use super::people::{Caller, People, ROOT};
use super::service::Services;
use super::session::Sessions;
use super::ticket::Ticket;
use super::zone::Zone;

/// Who changed a ticket: the interface or a person, played by a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hand {
    Api,
    Human,
}

/// What a write did to one ticket: keys as the interface names them, old and new value.
#[derive(Debug, Clone)]
pub(crate) struct Revision {
    pub(crate) ticket: u64,
    pub(crate) hand: Hand,
    pub(crate) action: &'static str,
    /// Keys that the write carried, whether they changed anything or not.
    pub(crate) carried: Vec<String>,
    pub(crate) changes: Vec<(String, Value, Value)>,
}

/// A simulated helpdesk.
#[derive(Debug)]
pub(crate) struct Znuny {
    pub(super) flavour: Flavour,
    pub(super) zone: Zone,
    pub(super) catalog: Catalog,
    pub(super) people: People,
    pub(super) sessions: Sessions,
    pub(super) services: Services,
    pub(super) tickets: BTreeMap<u64, Ticket>,
    numbers: HashMap<String, u64>,
    last_ticket: u64,
    last_article: u64,
    /// What was asked to be mailed to a customer, newest last.
    pub(super) mails: Vec<Value>,
    /// What happened since the shell last looked.
    pub(super) revisions: Vec<Revision>,
}

impl Znuny {
    pub(super) fn empty(flavour: Flavour, zone: Zone, seed: u64) -> Self {
        Self {
            flavour,
            zone,
            catalog: Catalog::default(),
            people: People::default(),
            sessions: Sessions::new(seed),
            services: Services::default(),
            tickets: BTreeMap::new(),
            numbers: HashMap::new(),
            last_ticket: 0,
            last_article: 0,
            mails: Vec::new(),
            revisions: Vec::new(),
        }
    }

    /// A ticket with the next id and number, not yet in the system.
    pub(super) fn draft(&mut self, by: u64, at: i64) -> Ticket {
        self.last_ticket += 1;
        let body = format!("{}10{:05}", self.zone.day(at), self.last_ticket);
        let number = format!("{body}{}", checksum(&body));
        Ticket::new(self.last_ticket, number, by, at)
    }

    pub(super) fn next_article(&mut self) -> u64 {
        self.last_article += 1;
        self.last_article
    }

    pub(super) fn put(&mut self, ticket: Ticket) {
        self.numbers.insert(ticket.number.clone(), ticket.id);
        self.tickets.insert(ticket.id, ticket);
    }

    pub(super) fn by_number(&self, number: &str) -> Option<u64> {
        self.numbers.get(number).copied()
    }

    /// Takes a ticket out of the system, as an administrator's deletion does.
    pub(super) fn delete(&mut self, id: u64) -> Option<Ticket> {
        let ticket = self.tickets.remove(&id)?;
        self.numbers.remove(&ticket.number);
        Some(ticket)
    }

    /// Changes a ticket step by step.
    pub(super) fn change<T>(
        &mut self,
        id: u64,
        by: u64,
        now: i64,
        work: impl FnOnce(&mut Change<'_>) -> T,
    ) -> Option<T> {
        let ticket = self.tickets.get_mut(&id)?;
        Some(work(&mut Change {
            ticket,
            catalog: &self.catalog,
            people: &self.people,
            zone: &self.zone,
            by,
            now,
            otobo: self.flavour.otobo(),
        }))
    }

    /// Notes how a ticket differs from what it was.
    pub(super) fn record(&mut self, id: u64, hand: Hand, action: &'static str, carried: Vec<String>, before: &Facets) {
        let after = self.tickets.get(&id).map(|t| self.facets(t)).unwrap_or_default();
        let keys = before.keys().chain(after.keys().filter(|k| !before.contains_key(*k)));
        let changes = keys
            .filter(|key| before.get(*key) != after.get(*key))
            .map(|key| {
                let value = |facets: &Facets| facets.get(key).cloned().unwrap_or_default();
                (key.clone(), value(before), value(&after))
            })
            .collect();
        self.revisions.push(Revision {
            ticket: id,
            hand,
            action,
            carried,
            changes,
        });
    }

    /// What there is to change about a ticket, under the interface's own keys.
    pub(super) fn facets(&self, ticket: &Ticket) -> Facets {
        let mut facets: Facets = [
            ("Title", json!(ticket.title)),
            ("Queue", json!(self.catalog.queue(ticket.queue).map(|q| &q.name))),
            (
                "Priority",
                json!(catalog::named(&self.catalog.priorities, ticket.priority)),
            ),
            ("State", json!(catalog::state(ticket.state).name)),
            ("Type", json!(catalog::named(&self.catalog.types, ticket.kind))),
            ("Lock", json!(catalog::name_of(&LOCKS, ticket.lock))),
            ("Owner", json!(self.people.login_of(ticket.owner))),
            ("Responsible", json!(self.people.login_of(ticket.responsible))),
            ("CustomerUser", json!(ticket.customer_user)),
            ("Articles", json!(ticket.articles.len())),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
        for (name, value) in &ticket.fields {
            facets.insert(format!("DynamicField_{name}"), value.clone());
        }
        facets
    }

    /// Whether a caller has a right on a ticket. The owner and the responsible agent have all of them.
    pub(super) fn permits(&self, who: &Caller, right: &str, ticket: &Ticket) -> bool {
        match who {
            Caller::Agent(id) => {
                ticket.owner == *id || ticket.responsible == *id || *id == ROOT || {
                    let agent = self.people.agent(*id);
                    let queue = self.catalog.queue(ticket.queue);
                    agent.zip(queue).is_some_and(|(agent, queue)| agent.may(right, queue))
                }
            }
            // Customers see what belongs to their company.
            Caller::Customer(login) => {
                let company = self.people.customer(login).map(|c| c.company.as_str());
                ticket.customer_user == *login || company == Some(ticket.customer_id.as_str())
            }
        }
    }

    /// In whose name a caller's changes stand.
    pub(super) fn hand_of(who: &Caller) -> u64 {
        match who {
            Caller::Agent(id) => *id,
            Caller::Customer(_) => ROOT,
        }
    }
}

pub(super) type Facets = BTreeMap<String, Value>;

/// The last digit of a ticket number.
fn checksum(digits: &str) -> u32 {
    let weighted = digits.bytes().zip([1, 2].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match 10 - sum % 10 {
        10 => 1,
        rest => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticket_numbers_end_as_the_real_ones() {
        for number in [
            "2026112210000264",
            "2026112210000273",
            "2026112210000282",
            "2026112210000308",
        ] {
            let (body, last) = number.split_at(15);
            assert_eq!(checksum(body).to_string(), last);
        }
    }
}
