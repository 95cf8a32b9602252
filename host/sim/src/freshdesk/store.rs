//! All tickets, in the orders in which they are asked for.
//!
//! The order sets hold exactly the listed tickets under their current keys; every edit goes through [`Store::edit`],
//! which takes a ticket out of them before and puts it back after. So a page of a walk costs what it skips and shows,
//! not a sort of everything.

use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::freshdesk::ticket::Ticket;

#[derive(Debug, Default)]
pub(crate) struct Store {
    tickets: HashMap<u64, Ticket>,
    by_updated: BTreeSet<(i64, u64)>,
    by_created: BTreeSet<(i64, u64)>,
    /// In the trash, in spam or archived.
    hidden: BTreeSet<u64>,
    by_requester: HashMap<u64, BTreeSet<u64>>,
    last_id: u64,
    lag_ms: i64,
    /// What the search index will learn, and when.
    learning: VecDeque<(i64, u64, Box<Ticket>)>,
    /// What the search index believes about tickets of which it has yet to learn something.
    believed: HashMap<u64, Belief>,
}

#[derive(Debug)]
struct Belief {
    ticket: Option<Box<Ticket>>,
    to_learn: usize,
}

impl Store {
    pub(crate) fn new(lag_ms: i64) -> Self {
        Self {
            lag_ms,
            ..Self::default()
        }
    }

    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Ticket> {
        self.tickets.get(&id)
    }

    pub(crate) fn len(&self) -> usize {
        self.tickets.len()
    }

    /// Adds a ticket which the search index has known for long.
    pub(crate) fn put_indexed(&mut self, ticket: Ticket) {
        self.last_id = self.last_id.max(ticket.id);
        self.file(&ticket);
        self.tickets.insert(ticket.id, ticket);
    }

    /// Adds a ticket; the search index learns of it later.
    pub(crate) fn put(&mut self, ticket: Ticket, now_ms: i64) {
        self.teach(ticket.id, None, &ticket, now_ms);
        self.put_indexed(ticket);
    }

    /// Changes a ticket and keeps the orders right.
    pub(crate) fn edit<T>(&mut self, id: u64, now_ms: i64, change: impl FnOnce(&mut Ticket) -> T) -> Option<T> {
        let mut ticket = self.tickets.remove(&id)?;
        self.unfile(&ticket);
        let before = Box::new(ticket.clone());
        let result = change(&mut ticket);
        self.teach(id, Some(before), &ticket, now_ms);
        self.file(&ticket);
        self.tickets.insert(id, ticket);
        Some(result)
    }

    /// Lets the search index learn what is due.
    pub(crate) fn advance(&mut self, now_ms: i64) {
        while self.learning.front().is_some_and(|(at, ..)| *at <= now_ms) {
            let Some((_, id, ticket)) = self.learning.pop_front() else {
                break;
            };
            if let Some(belief) = self.believed.get_mut(&id) {
                belief.to_learn -= 1;
                belief.ticket = Some(ticket);
                if belief.to_learn == 0 {
                    self.believed.remove(&id);
                }
            }
        }
    }

    /// Listed tickets by `updated_at`, from `since` on, oldest first.
    pub(crate) fn by_updated(&self, since: i64) -> impl DoubleEndedIterator<Item = &Ticket> {
        self.by_updated
            .range((since, 0)..)
            .filter_map(|(_, id)| self.tickets.get(id))
    }

    /// Listed tickets by `created_at`, from `since` on, oldest first.
    pub(crate) fn by_created(&self, since: i64) -> impl DoubleEndedIterator<Item = &Ticket> {
        self.by_created
            .range((since, 0)..)
            .filter_map(|(_, id)| self.tickets.get(id))
    }

    /// Tickets in the trash, in spam or archived, by id.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = &Ticket> {
        self.hidden.iter().filter_map(|id| self.tickets.get(id))
    }

    /// Listed tickets of one requester, by id.
    pub(crate) fn of_requester(&self, id: u64) -> impl Iterator<Item = &Ticket> {
        let ids = self.by_requester.get(&id).into_iter().flatten();
        ids.filter_map(|id| self.tickets.get(id)).filter(|t| t.listed())
    }

    /// The tickets as the search index sees them, newest first.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = &Ticket> {
        let mut late: Vec<&Ticket> = self
            .believed
            .values()
            .filter_map(|b| b.ticket.as_deref())
            .filter(|t| t.listed())
            .collect();
        late.sort_by_key(|t| (t.created_at, t.id));
        let mut known = self
            .by_created(i64::MIN)
            .rev()
            .filter(|t| !self.believed.contains_key(&t.id))
            .peekable();
        std::iter::from_fn(move || {
            let older = match (late.last(), known.peek()) {
                (Some(l), Some(k)) => (l.created_at, l.id) < (k.created_at, k.id),
                (None, _) => true,
                (Some(_), None) => false,
            };
            if older { known.next() } else { late.pop() }
        })
    }

    fn teach(&mut self, id: u64, before: Option<Box<Ticket>>, after: &Ticket, now_ms: i64) {
        if self.lag_ms <= 0 {
            return;
        }
        let belief = self.believed.entry(id).or_insert(Belief {
            ticket: before,
            to_learn: 0,
        });
        belief.to_learn += 1;
        self.learning
            .push_back((now_ms + self.lag_ms, id, Box::new(after.clone())));
    }

    fn file(&mut self, ticket: &Ticket) {
        if ticket.listed() {
            self.by_updated.insert((ticket.updated_at, ticket.id));
            self.by_created.insert((ticket.created_at, ticket.id));
        } else {
            self.hidden.insert(ticket.id);
        }
        self.by_requester
            .entry(ticket.requester_id)
            .or_default()
            .insert(ticket.id);
    }

    fn unfile(&mut self, ticket: &Ticket) {
        self.by_updated.remove(&(ticket.updated_at, ticket.id));
        self.by_created.remove(&(ticket.created_at, ticket.id));
        self.hidden.remove(&ticket.id);
        if let Some(ids) = self.by_requester.get_mut(&ticket.requester_id) {
            ids.remove(&ticket.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn store() -> Store {
        let mut store = Store::new(1000);
        for id in 1..=5 {
            store.put_indexed(Ticket::new(id, 9, 100 * id as i64));
        }
        store
    }

    fn ids<'a>(tickets: impl Iterator<Item = &'a Ticket>) -> Vec<u64> {
        tickets.map(|t| t.id).collect()
    }

    #[test]
    fn an_edit_moves_a_ticket_to_its_new_place() {
        let mut store = store();
        store.edit(2, 0, |t| t.updated_at = 900);
        assert_eq!(ids(store.by_updated(0)), [1, 3, 4, 5, 2]);
        assert_eq!(ids(store.by_updated(500)), [5, 2]);
        assert_eq!(ids(store.by_created(0)), [1, 2, 3, 4, 5]);
        store.edit(3, 0, |t| t.deleted = true);
        assert_eq!(ids(store.by_updated(0)), [1, 4, 5, 2]);
        assert_eq!(ids(store.hidden()), [3]);
        assert_eq!(ids(store.of_requester(9)), [1, 2, 4, 5]);
        assert!(store.edit(77, 0, |_| ()).is_none());
    }

    #[test]
    fn the_index_believes_old_values_until_its_time_has_come() {
        let mut store = store();
        let priority = |store: &Store, id: u64| store.indexed().find(|t| t.id == id).map(|t| t.priority);
        store.put(Ticket::new(6, 9, 250), 0);
        store.edit(2, 0, |t| t.set("priority", &json!(3), 0));
        store.edit(2, 500, |t| t.set("priority", &json!(4), 0));
        assert_eq!((priority(&store, 2), priority(&store, 6)), (Some(1), None));
        store.advance(1000);
        assert_eq!((priority(&store, 2), priority(&store, 6)), (Some(3), Some(1)));
        store.advance(1500);
        assert_eq!(priority(&store, 2), Some(4));
        assert!(store.believed.is_empty() && store.learning.is_empty());
        assert_eq!(ids(store.indexed()), [5, 4, 3, 6, 2, 1]);
    }
}
