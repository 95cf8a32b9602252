//! What an administrator has set up: queues, states, priorities, types and dynamic fields.
//!
//! Ids of what the product brings along are the product's own, because clients may ask by id.

/// Where tickets lie. The group decides who may do what in it.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) group: u64,
}

#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
}

/// A thing that is only a name.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) id: u64,
    pub(super) name: String,
}

/// What values a dynamic field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FieldKind {
    Text,
    TextArea,
    /// One of these keys.
    Dropdown(Vec<String>),
    /// Any of these keys.
    Multiselect(Vec<String>),
    Checkbox,
    DateTime,
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: FieldKind,
    /// It belongs to articles instead of tickets.
    pub(super) on_article: bool,
}

#[derive(Debug)]
pub(super) struct Catalog {
    pub(super) groups: Vec<Named>,
    pub(super) queues: Vec<Queue>,
    pub(super) priorities: Vec<Named>,
    pub(super) types: Vec<Named>,
    pub(super) fields: Vec<Field>,
}

pub(super) const STATES: [State; 9] = [
    State {
        id: 1,
        name: "new",
        kind: "new",
    },
    State {
        id: 2,
        name: "closed successful",
        kind: "closed",
    },
    State {
        id: 3,
        name: "closed unsuccessful",
        kind: "closed",
    },
    State {
        id: 4,
        name: "open",
        kind: "open",
    },
    State {
        id: 5,
        name: "removed",
        kind: "removed",
    },
    State {
        id: 6,
        name: "pending reminder",
        kind: "pending reminder",
    },
    State {
        id: 7,
        name: "pending auto close+",
        kind: "pending auto",
    },
    State {
        id: 8,
        name: "pending auto close-",
        kind: "pending auto",
    },
    State {
        id: 9,
        name: "merged",
        kind: "merged",
    },
];
pub(super) const LOCKS: [(u64, &str); 2] = [(1, "unlock"), (2, "lock")];
pub(super) const SENDERS: [(u64, &str); 3] = [(1, "agent"), (2, "system"), (3, "customer")];
pub(super) const CHANNELS: [(u64, &str); 3] = [(1, "Email"), (2, "Phone"), (3, "Internal")];
const PRIORITIES: [&str; 5] = ["1 very low", "2 low", "3 normal", "4 high", "5 very high"];

pub(super) const NEW: u64 = 1;
pub(super) const CLOSED: u64 = 2;
pub(super) const MERGED: u64 = 9;

/// Groups of a seeded system; `users` holds the queues that the product brings along.
pub(super) const USERS: u64 = 1;
pub(super) const SUPPORT: u64 = 4;
pub(super) const RESTRICTED: u64 = 5;

impl Default for Catalog {
    /// What lies in a fresh installation, plus the two groups of the seed.
    fn default() -> Self {
        let named = |names: &[&str]| -> Vec<Named> {
            names
                .iter()
                .zip(1..)
                .map(|(name, id)| Named {
                    id,
                    name: (*name).to_owned(),
                })
                .collect()
        };
        let mut catalog = Self {
            groups: named(&["users", "admin", "stats", "support", "restricted"]),
            queues: Vec::new(),
            priorities: named(&PRIORITIES),
            types: named(&["Unclassified"]),
            fields: Vec::new(),
        };
        for name in ["Postmaster", "Raw", "Junk", "Misc"] {
            catalog.add_queue(name, USERS);
        }
        catalog
    }
}

impl Catalog {
    /// Adds a queue, or finds it.
    pub(super) fn add_queue(&mut self, name: &str, group: u64) -> u64 {
        if let Some(queue) = self.queue_named(name) {
            return queue.id;
        }
        let id = self.queues.iter().map(|q| q.id).max().unwrap_or(0) + 1;
        let name = name.to_owned();
        self.queues.push(Queue { id, name, group });
        id
    }

    /// Adds a ticket type, or finds it.
    pub(super) fn add_type(&mut self, name: &str) -> u64 {
        if let Some(kind) = self.types.iter().find(|t| t.name == name) {
            return kind.id;
        }
        let id = self.types.iter().map(|t| t.id).max().unwrap_or(0) + 1;
        let name = name.to_owned();
        self.types.push(Named { id, name });
        id
    }

    pub(super) fn add_field(&mut self, name: &str, kind: FieldKind, on_article: bool) {
        self.fields.retain(|f| f.name != name);
        let name = name.to_owned();
        self.fields.push(Field { name, kind, on_article });
        self.fields.sort_by(|a, b| a.name.cmp(&b.name));
    }

    pub(super) fn queue(&self, id: u64) -> Option<&Queue> {
        self.queues.iter().find(|q| q.id == id)
    }

    pub(super) fn queue_named(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|q| q.name == name)
    }

    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}

impl State {
    /// The product's number of the state's type.
    pub(super) fn kind_id(&self) -> u64 {
        let kinds = [
            "new",
            "open",
            "closed",
            "pending reminder",
            "pending auto",
            "removed",
            "merged",
        ];
        kinds
            .iter()
            .zip(1..)
            .find(|(kind, _)| **kind == self.kind)
            .map_or(0, |(_, id)| id)
    }
}

pub(super) fn state(id: u64) -> &'static State {
    STATES.iter().find(|s| s.id == id).unwrap_or(&STATES[0])
}

/// The thing that a name or an id in a request means: what is checked is the id if both are there.
pub(super) fn pick<'a>(
    all: impl IntoIterator<Item = (u64, &'a str)>,
    name: Option<&str>,
    id: Option<&str>,
) -> Option<u64> {
    let mut all = all.into_iter();
    match (id, name) {
        (Some(id), _) => all.find(|(own, _)| own.to_string() == id),
        (None, Some(name)) => all.find(|(_, own)| *own == name),
        (None, None) => None,
    }
    .map(|(id, _)| id)
}

pub(super) fn name_of<'a>(all: &[(u64, &'a str)], id: u64) -> &'a str {
    all.iter().find(|(own, _)| *own == id).map_or("", |(_, name)| name)
}

impl Named {
    pub(super) fn pair(&self) -> (u64, &str) {
        (self.id, &self.name)
    }
}

pub(super) fn named(all: &[Named], id: u64) -> &str {
    all.iter().find(|n| n.id == id).map_or("", |n| &n.name)
}
