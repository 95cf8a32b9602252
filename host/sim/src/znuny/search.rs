//! `TicketSearch`: ids of what fits, and an empty object for everything that went wrong.
//!
//! The empty object is the trap of this interface, so it is kept with care: an unknown name, a date in another form, a bad
//! key to sort by and a negative limit all look like a search without a hit, while an unknown key is not looked at and
//! widens the search to all that the agent sees.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::catalog::{self, LOCKS, STATES};
use super::people::Caller;
use super::select::{FieldTest, Matcher, field_tests};
use super::ticket::Ticket;
use super::transport::{Done, Stop};
use super::value::{filled, given, listed, truthy};
use super::world::Znuny;

/// What the search result may be at most, unless the request says otherwise.
const LIMIT: f64 = 500.0;

/// What a ticket must be like.
#[derive(Default)]
struct Wanted {
    ids: Option<Vec<String>>,
    queues: Option<BTreeSet<u64>>,
    states: Option<BTreeSet<u64>>,
    state_kinds: Option<BTreeSet<u64>>,
    priorities: Option<BTreeSet<u64>>,
    types: Option<BTreeSet<u64>>,
    locks: Option<BTreeSet<u64>>,
    owners: Option<BTreeSet<u64>>,
    responsibles: Option<BTreeSet<u64>>,
    titles: Option<Vec<Matcher>>,
    numbers: Option<Vec<Matcher>>,
    customers: Option<Vec<Matcher>>,
    companies: Option<Vec<Matcher>>,
    texts: Vec<(&'static str, Matcher)>,
    spans: Vec<Span>,
    fields: Vec<FieldTest>,
}

/// One of a ticket's times.
type Moment = fn(&Ticket) -> Option<i64>;

/// A bound on one of a ticket's times.
struct Span {
    of: Moment,
    /// Later than the bound, or earlier.
    newer: bool,
    bound: i64,
}

const TIMES: [(&str, Moment); 6] = [
    ("TicketCreateTime", |t| Some(t.created)),
    ("TicketLastChangeTime", |t| Some(t.changed)),
    // Any line of the history counts; the last one answers both bounds well enough.
    ("TicketChangeTime", |t| t.past.last().map(|p| p.at)),
    ("TicketCloseTime", |t| t.closed),
    ("TicketPendingTime", |t| Some(t.pending_until).filter(|at| *at > 0)),
    ("ArticleCreateTime", |t| t.articles.last().map(|a| a.created)),
];

impl Znuny {
    pub(super) fn ticket_search(&mut self, data: &Map<String, Value>, now: i64) -> Done {
        let Some(who) = self.auth(data, now) else {
            return Err(Stop::refused("TicketSearch", "AuthFail", "Authorization failing!"));
        };
        let ids = self.search(data, &who, now).unwrap_or_default();
        Ok(match ids.is_empty() {
            true => json!({}),
            false => json!({ "TicketID": ids.iter().map(u64::to_string).collect::<Vec<_>>() }),
        })
    }

    /// `None`: the search itself failed.
    fn search(&self, data: &Map<String, Value>, who: &Caller, now: i64) -> Option<Vec<u64>> {
        let limit: f64 = match given(data, "Limit") {
            Some(limit) => limit.trim().parse().ok()?,
            None => LIMIT,
        };
        // The database rounds what is no whole number.
        let limit = Some(limit.round()).filter(|l| (0.0..1e15).contains(l))? as usize;
        let order = Order::read(self, data)?;
        let wanted = self.wanted(data, who, now)?;
        let visible = self.visible(who);
        let mut found: Vec<&Ticket> = self
            .tickets
            .values()
            .filter(|t| match (who, &visible) {
                (Caller::Customer(login), _) => t.customer_user == *login,
                (_, Some(queues)) => queues.contains(&t.queue),
                (_, None) => true,
            })
            .filter(|t| wanted.fits(t))
            .collect();
        found.sort_by(|a, b| order.compare(self, a, b));
        Some(found.iter().take(limit).map(|t| t.id).collect())
    }

    /// Queues in which an agent may read; `None` for all.
    fn visible(&self, who: &Caller) -> Option<BTreeSet<u64>> {
        let Caller::Agent(id) = who else { return None };
        let agent = self.people.agent(*id)?;
        let queues = self.catalog.queues.iter().filter(|q| agent.may("ro", q));
        Some(queues.map(|q| q.id).collect())
    }

    fn wanted(&self, data: &Map<String, Value>, who: &Caller, now: i64) -> Option<Wanted> {
        let catalog = &self.catalog;
        let pairs =
            |list: &[catalog::Named]| -> Vec<(u64, String)> { list.iter().map(|n| (n.id, n.name.clone())).collect() };
        let queues: Vec<(u64, String)> = catalog.queues.iter().map(|q| (q.id, q.name.clone())).collect();
        let states: Vec<(u64, String)> = STATES.iter().map(|s| (s.id, s.name.to_owned())).collect();
        let locks: Vec<(u64, String)> = LOCKS.iter().map(|(id, name)| (*id, (*name).to_owned())).collect();
        let matchers = |key: &str| listed(data, key).map(|all| all.iter().map(|text| Matcher::new(text)).collect());
        let mut wanted = Wanted {
            ids: listed(data, "TicketID"),
            queues: chosen(data, "QueueIDs", "Queues", &queues)?,
            states: chosen(data, "StateIDs", "States", &states)?,
            priorities: chosen(data, "PriorityIDs", "Priorities", &pairs(&catalog.priorities))?,
            types: chosen(data, "TypeIDs", "Types", &pairs(&catalog.types))?,
            locks: chosen(data, "LockIDs", "Locks", &locks)?,
            owners: numbers(data, "OwnerIDs")?,
            responsibles: numbers(data, "ResponsibleIDs")?,
            titles: matchers("Title"),
            numbers: matchers("TicketNumber"),
            companies: matchers("CustomerID"),
            fields: field_tests(self, data)?,
            ..Wanted::default()
        };
        if matches!(who, Caller::Agent(_)) {
            wanted.customers = matchers("CustomerUserLogin");
        }
        if let Some(kinds) = listed(data, "StateTypeIDs") {
            let asked = |s: &&catalog::State| kinds.iter().any(|kind| *kind == s.kind_id().to_string());
            wanted.state_kinds = Some(STATES.iter().filter(asked).map(|s| s.id).collect());
        }
        if let Some(kinds) = listed(data, "StateType") {
            // A name that is none is left out; only if none is left, nothing is found.
            let asked = |s: &&catalog::State| kinds.iter().any(|kind| kind == s.kind);
            let states: BTreeSet<u64> = STATES.iter().filter(asked).map(|s| s.id).collect();
            if states.is_empty() {
                return None;
            }
            wanted.state_kinds = Some(states);
        }
        if let Some(queues) = wanted.queues.as_mut().filter(|_| truthy(data.get("UseSubQueues"))) {
            let parents: Vec<String> = catalog
                .queues
                .iter()
                .filter(|q| queues.contains(&q.id))
                .map(|q| format!("{}::", q.name))
                .collect();
            let below = catalog
                .queues
                .iter()
                .filter(|q| parents.iter().any(|p| q.name.starts_with(p)));
            queues.extend(below.map(|q| q.id));
        }
        for key in ["Subject", "Body", "From", "To"] {
            if let Some(text) = filled(data, &format!("MIMEBase_{key}")) {
                wanted.texts.push((key, Matcher::new(&format!("*{text}*"))));
            }
        }
        if let Some(text) = filled(data, "Fulltext") {
            wanted.texts.push(("", Matcher::new(&format!("*{text}*"))));
        }
        for (name, of) in TIMES {
            for newer in [true, false] {
                let side = if newer { "Newer" } else { "Older" };
                let mut bound = None;
                if let Some(text) = filled(data, &format!("{name}{side}Date")) {
                    bound = Some(self.zone.read(text.trim())?);
                }
                if let Some(text) = filled(data, &format!("{name}{side}Minutes")) {
                    bound = Some(now - text.trim().parse::<i64>().ok()?.checked_mul(60)?);
                }
                if let Some(bound) = bound {
                    wanted.spans.push(Span { of, newer, bound });
                }
            }
        }
        Some(wanted)
    }
}

/// Ids by id or by name; the ids win. `None`: one of them does not exist.
#[allow(clippy::option_option)]
fn chosen(data: &Map<String, Value>, ids: &str, names: &str, all: &[(u64, String)]) -> Option<Option<BTreeSet<u64>>> {
    if let Some(ids) = listed(data, ids) {
        return Some(Some(ids.iter().map(|id| id.parse().ok()).collect::<Option<_>>()?));
    }
    let Some(names) = listed(data, names) else {
        return Some(None);
    };
    let id = |name: &String| all.iter().find(|(_, own)| own == name).map(|(id, _)| *id);
    Some(Some(names.iter().map(id).collect::<Option<_>>()?))
}

#[allow(clippy::option_option)]
fn numbers(data: &Map<String, Value>, key: &str) -> Option<Option<BTreeSet<u64>>> {
    chosen(data, key, "", &[])
}

impl Wanted {
    fn fits(&self, t: &Ticket) -> bool {
        fn one_of(wanted: &Option<BTreeSet<u64>>, id: u64) -> bool {
            wanted.as_ref().is_none_or(|w| w.contains(&id))
        }
        fn like(wanted: &Option<Vec<Matcher>>, text: &str) -> bool {
            wanted.as_ref().is_none_or(|w| w.iter().any(|m| m.fits(text)))
        }
        one_of(&self.queues, t.queue)
            && one_of(&self.states, t.state)
            && one_of(&self.state_kinds, t.state)
            && one_of(&self.priorities, t.priority)
            && one_of(&self.types, t.kind)
            && one_of(&self.locks, t.lock)
            && one_of(&self.owners, t.owner)
            && one_of(&self.responsibles, t.responsible)
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&t.id.to_string()))
            && like(&self.titles, &t.title)
            && like(&self.numbers, &t.number)
            && like(&self.customers, &t.customer_user)
            && like(&self.companies, &t.customer_id)
            && self.spans.iter().all(|s| s.fits(t))
            && self.fields.iter().all(|f| f.fits(t))
            && self.texts.iter().all(|(part, matcher)| {
                t.articles.iter().any(|a| match *part {
                    "Subject" => matcher.fits(&a.subject),
                    "Body" => matcher.fits(&a.body),
                    "From" => matcher.fits(&a.from),
                    "To" => matcher.fits(&a.to),
                    _ => [&a.subject, &a.body, &a.from, &a.to]
                        .iter()
                        .any(|text| matcher.fits(text)),
                })
            })
    }
}

impl Span {
    fn fits(&self, ticket: &Ticket) -> bool {
        (self.of)(ticket).is_some_and(|at| if self.newer { at >= self.bound } else { at <= self.bound })
    }
}

/// By what a result is sorted.
struct Order(Vec<(Key, bool)>);

enum Key {
    Created,
    Changed,
    Priority,
    Queue,
    Title,
    Number,
    State,
    Type,
    Lock,
    Owner,
    Customer,
    Pending,
    Field(String),
}

impl Order {
    /// `None`: a key or a direction that does not exist, or not as many of the one as of the other.
    fn read(znuny: &Znuny, data: &Map<String, Value>) -> Option<Self> {
        let given = |key, default: &str| {
            listed(data, key)
                .filter(|_| truthy(data.get(key)))
                .unwrap_or_else(|| vec![default.to_owned()])
        };
        let (keys, directions) = (given("SortBy", "Age"), given("OrderBy", "Down"));
        if keys.len() != directions.len() {
            return None;
        }
        let read = |(key, direction): (&String, &String)| {
            let up = match direction.as_str() {
                "Up" => true,
                "Down" => false,
                _ => return None,
            };
            let key = match key.as_str() {
                "Age" | "Created" => Key::Created,
                "Changed" => Key::Changed,
                "Priority" => Key::Priority,
                "Queue" => Key::Queue,
                "Title" => Key::Title,
                "TicketNumber" => Key::Number,
                "State" => Key::State,
                "Type" => Key::Type,
                "Lock" => Key::Lock,
                "Owner" | "Responsible" => Key::Owner,
                "CustomerID" => Key::Customer,
                "PendingTime" => Key::Pending,
                other => {
                    let name = other.strip_prefix("DynamicField_")?;
                    let field = znuny.catalog.field(name).filter(|f| !f.on_article)?;
                    Key::Field(field.name.clone())
                }
            };
            Some((key, up))
        };
        keys.iter().zip(&directions).map(read).collect::<Option<_>>().map(Self)
    }

    /// What is equal comes in the order of ids, whatever the direction.
    fn compare(&self, znuny: &Znuny, a: &Ticket, b: &Ticket) -> Ordering {
        for (key, up) in &self.0 {
            let name = |id| znuny.catalog.queue(id).map(|q| q.name.as_str());
            let ordering = match key {
                Key::Created => a.created.cmp(&b.created),
                Key::Changed => a.changed.cmp(&b.changed),
                Key::Priority => a.priority.cmp(&b.priority),
                Key::Queue => name(a.queue).cmp(&name(b.queue)),
                Key::Title => a.title.cmp(&b.title),
                Key::Number => a.number.cmp(&b.number),
                Key::State => a.state.cmp(&b.state),
                Key::Type => a.kind.cmp(&b.kind),
                Key::Lock => a.lock.cmp(&b.lock),
                Key::Owner => a.owner.cmp(&b.owner),
                Key::Customer => a.customer_id.cmp(&b.customer_id),
                Key::Pending => a.pending_until.cmp(&b.pending_until),
                // What has no value counts as the greatest, as in PostgreSQL.
                Key::Field(name) => {
                    let text = |t: &Ticket| t.fields.get(name).map(Value::to_string);
                    match (text(a), text(b)) {
                        (None, None) => Ordering::Equal,
                        (None, Some(_)) => Ordering::Greater,
                        (Some(_), None) => Ordering::Less,
                        (Some(a), Some(b)) => a.cmp(&b),
                    }
                }
            };
            let ordering = if *up { ordering } else { ordering.reverse() };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        a.id.cmp(&b.id)
    }
}
