//! Where a behaviour is played: the helpdesk, a service on its wire, and what all behaviours need of both.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use otai_plugin::{
    Failure, TicketSystemService,
    model::{AddNote, Catalog, Change, Complete, Find, Page, Ticket, Update},
    now, serde_json, time, tracing,
};
use tokio::runtime::Runtime;

use crate::{
    desk::{Body, Desk, New, Seen},
    log::Log,
    wire::{Break, Wire},
};

/// Stands in every ticket and note, and must never be seen outside of them.
pub(crate) const CANARY: &str = "canary-5d1e-text";
/// Longest that a call may take.
const LONGEST: Duration = Duration::from_secs(120);

/// Why a behaviour did not come to its end.
#[derive(Debug)]
pub(crate) enum Stop {
    Failed(String),
    Skipped(String),
}

pub(crate) type Check = Result<(), Stop>;

pub(crate) fn failed<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed(why.into()))
}

pub(crate) fn skipped<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Skipped(why.into()))
}

/// The behaviour fails with this sentence unless the condition holds.
macro_rules! ensure {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return crate::stage::failed(format!($($why)+));
        }
    };
}
pub(crate) use ensure;

/// A call that has to work.
pub(crate) fn must<T>(call: &str, outcome: Result<T, Failure>) -> Result<T, Stop> {
    outcome.or_else(|failure| failed(format!("{call} fails: {failure} ({})", kind(&failure))))
}

/// The class of a failure, for a sentence.
pub(crate) fn kind(failure: &Failure) -> &'static str {
    match failure {
        Failure::Retry { .. } => "Retry",
        Failure::Rejected { every_ticket: true, .. } => "Rejected for every ticket",
        Failure::Rejected { .. } => "Rejected for one ticket",
        Failure::Bug { .. } => "Bug",
    }
}

pub(crate) struct Stage<'a, D: Desk> {
    pub(crate) desk: &'a mut D,
    pub(crate) wire: Arc<Wire>,
    pub(crate) truth: Catalog,
    pub(crate) log: Log,
    runtime: Arc<Runtime>,
    opened: u32,
}

/// One instance of the service.
pub(crate) struct Live<S> {
    service: S,
    log: Log,
    runtime: Arc<Runtime>,
}

impl<'a, D: Desk> Stage<'a, D> {
    pub(crate) fn new(desk: &'a mut D) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let truth = desk.truth();
        Ok(Self {
            desk,
            wire: Arc::default(),
            truth,
            log: Log::default(),
            runtime: Arc::new(runtime),
            opened: 0,
        })
    }

    /// A new instance, as after a restart.
    pub(crate) fn service(&mut self) -> Result<Live<D::Service>, Stop> {
        let params = serde_json::from_value(self.desk.params());
        let params = params.or_else(|e| failed(format!("`Desk::params` are not the plugin's: {e}")))?;
        let before = self.wire.sent().0;
        let host = self.wire.host();
        let made = tracing::subscriber::with_default(self.log.clone(), || D::Service::new(params, host));
        let service = must("`new`", made)?;
        ensure!(
            self.wire.sent().0 == before,
            "`new` sends requests: it also runs in `otai check --offline`"
        );
        self.wire.connect(service.network());
        Ok(Live {
            service,
            log: self.log.clone(),
            runtime: Arc::clone(&self.runtime),
        })
    }

    /// A new instance that has read what it reads first.
    pub(crate) fn warm(&mut self) -> Result<Live<D::Service>, Stop> {
        let live = self.service()?;
        must("`catalog`", live.catalog())?;
        Ok(live)
    }

    /// A plain ticket.
    pub(crate) fn open(&mut self) -> Result<String, Stop> {
        self.opened += 1;
        let n = self.opened;
        self.open_as(
            &format!("Case {n} {CANARY}"),
            Body::Plain(format!("Hello, this is case {n}.\n{CANARY}")),
        )
    }

    pub(crate) fn open_as(&mut self, subject: &str, body: Body) -> Result<String, Stop> {
        let new = New {
            subject: subject.to_owned(),
            body,
        };
        match self.desk.open(&new) {
            Some(id) => Ok(id),
            None => skipped("this helpdesk has no tickets of that kind"),
        }
    }

    pub(crate) fn look(&mut self, id: &str) -> Result<Seen, Stop> {
        match self.desk.look(id) {
            Some(seen) => Ok(seen),
            None => failed(format!("ticket {id} is not in the helpdesk any more")),
        }
    }

    /// A value that the ticket does not have.
    pub(crate) fn other(&self, all: &[String], now: Option<&String>, what: &str) -> Result<String, Stop> {
        match all.iter().find(|name| Some(*name) != now) {
            Some(name) => Ok(name.clone()),
            None => skipped(format!("this helpdesk has no two of these: {what}")),
        }
    }

    /// Moves a ticket to another queue, or what else the helpdesk can change; gives the change.
    pub(crate) fn other_queue(&mut self, id: &str) -> Result<Change, Stop> {
        let now = self.look(id)?.ticket.queue;
        let queue = self.other(&self.truth.queues, now.as_ref(), "queues")?;
        Ok(Change {
            queue: Some(queue),
            ..Change::default()
        })
    }

    /// One change for each field that can be written, each to a value that the ticket does not have.
    pub(crate) fn changes(&mut self, id: &str) -> Result<Vec<(String, Change)>, Stop> {
        let seen = self.look(id)?.ticket;
        let other = |all: &[String], now: &Option<String>| all.iter().find(|n| Some(*n) != now.as_ref()).cloned();
        let mut changes = Vec::new();
        if let queue @ Some(_) = other(&self.truth.queues, &seen.queue) {
            changes.push((
                "queue".to_owned(),
                Change {
                    queue,
                    ..Change::default()
                },
            ));
        }
        if let priority @ Some(_) = other(&self.truth.priorities, &seen.priority) {
            changes.push((
                "priority".to_owned(),
                Change {
                    priority,
                    ..Change::default()
                },
            ));
        }
        if let kind @ Some(_) = other(&self.truth.types, &seen.kind) {
            changes.push((
                "type".to_owned(),
                Change {
                    kind,
                    ..Change::default()
                },
            ));
        }
        for field in &self.truth.custom_fields {
            let now = seen.custom_fields.get(&field.name);
            if let Some(value) = crate::behaviours::value_for(field, now) {
                let custom_fields = BTreeMap::from([(field.name.clone(), value)]);
                let change = Change {
                    custom_fields,
                    ..Change::default()
                };
                changes.push((format!("custom_fields.{}", field.name), change));
            }
        }
        match changes.is_empty() {
            true => skipped("`Desk::truth` names no values that could be written"),
            false => Ok(changes),
        }
    }

    /// The whole list from a cursor on, with one instance.
    pub(crate) fn walk(&mut self, live: &Live<D::Service>, cursor: Option<String>) -> Result<Walk, Stop> {
        let mut walk = Walk::from(cursor);
        while walk.turn(live)? {}
        Ok(walk)
    }

    pub(crate) fn breaks(&mut self, how: Break) {
        self.wire.breaks(Some(how));
    }

    /// All is well again.
    pub(crate) fn heal(&mut self) {
        self.wire.breaks(None);
        self.desk.heal();
    }
}

/// A walk over the list.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    pub(crate) tickets: Vec<Ticket>,
    pub(crate) cursor: Option<String>,
    pub(crate) pages: usize,
}

impl Walk {
    pub(crate) fn from(cursor: Option<String>) -> Self {
        Self {
            cursor,
            ..Self::default()
        }
    }

    /// One page; true if there is more.
    pub(crate) fn turn<S: TicketSystemService>(&mut self, live: &Live<S>) -> Result<bool, Stop> {
        let page = must("`find_tickets`", live.find(self.cursor.clone()))?;
        self.pages += 1;
        self.tickets.extend(page.tickets);
        self.cursor = Some(page.cursor);
        ensure!(
            self.pages < 2000,
            "the list does not end: after {} pages there is still more",
            self.pages
        );
        Ok(page.more)
    }

    /// The last state in which a ticket was given.
    pub(crate) fn last(&self, id: &str) -> Option<&Ticket> {
        self.tickets.iter().rev().find(|t| t.id == id)
    }
}

impl<S: TicketSystemService> Live<S> {
    fn ask<T>(&self, call: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let bounded = async {
            tokio::time::timeout(LONGEST, call)
                .await
                .unwrap_or_else(|_| Err(Failure::bug("the call does not end")))
        };
        let outcome = tracing::subscriber::with_default(self.log.clone(), || self.runtime.block_on(bounded));
        if let Err(failure) = &outcome {
            self.log.keep(format!("{failure} {failure:?}"));
        }
        outcome
    }

    pub(crate) fn network(&self) -> otai_plugin::model::Network {
        self.service.network()
    }

    pub(crate) fn catalog(&self) -> Result<Catalog, Failure> {
        self.ask(self.service.catalog())
    }

    /// Without a cursor the look goes back an hour.
    pub(crate) fn find(&self, cursor: Option<String>) -> Result<Page, Failure> {
        let since = Some(time::instant(now() - 3600));
        self.ask(self.service.find_tickets(Find {
            cursor,
            since,
            people: false,
        }))
    }

    /// With their tags.
    pub(crate) fn complete(&self, tickets: Vec<Ticket>) -> Result<Vec<Ticket>, Failure> {
        self.ask(self.service.complete_tickets(Complete { tickets, tags: true }))
    }

    pub(crate) fn get(&self, id: &str) -> Result<Option<Ticket>, Failure> {
        self.ask(self.service.get_ticket(id.to_owned()))
    }

    /// A ticket that has to be there.
    pub(crate) fn ticket(&self, id: &str) -> Result<Ticket, Stop> {
        match must("`get_ticket`", self.get(id))? {
            Some(ticket) => Ok(ticket),
            None => failed(format!("`get_ticket` does not know ticket {id}, which exists")),
        }
    }

    pub(crate) fn update(&self, id: &str, change: &Change, tags: &[String]) -> Result<Option<Ticket>, Failure> {
        let update = Update {
            id: id.to_owned(),
            change: change.clone(),
            tags: tags.to_vec(),
            note: None,
        };
        self.ask(self.service.update_ticket(update))
    }

    /// An update with a note that may go along.
    pub(crate) fn update_and_note(&self, change: &Change, note: AddNote) -> Result<Option<Ticket>, Failure> {
        let update = Update {
            id: note.id.clone(),
            change: change.clone(),
            tags: Vec::new(),
            note: Some(note),
        };
        self.ask(self.service.update_ticket(update))
    }

    /// An update that has to work; the ticket after it.
    pub(crate) fn updated(&self, id: &str, change: &Change) -> Result<Ticket, Stop> {
        let tags = self.ticket(id)?.tags;
        match must("`update_ticket`", self.update(id, change, &tags))? {
            Some(ticket) => Ok(ticket),
            None => failed(format!(
                "`update_ticket` says that ticket {id} is gone, and it is there"
            )),
        }
    }

    pub(crate) fn note(&self, id: &str, text: &str, mark: &str, in_doubt: bool) -> Result<(), Failure> {
        let note = AddNote {
            id: id.to_owned(),
            text: text.to_owned(),
            mark: mark.to_owned(),
            in_doubt,
        };
        self.ask(self.service.add_note(note))
    }
}
