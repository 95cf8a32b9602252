use std::collections::BTreeMap;

use otai_plugin::{
    TicketSystemService,
    model::{Catalog, Change, CustomField, FieldKind, Status, Ticket},
    serde_json::Value,
};

/// A helpdesk with a plugin for it, and the hands behind the helpdesk: what the suite needs to play customer, agent and
/// administrator without the plugin's help.
///
/// Everything that is asked of the helpdesk here must go another way than through the plugin under test: a simulator's inside, an
/// administrator's API, a database. Otherwise the plugin is its own witness. A method that cannot do its work may panic: the
/// behaviour under test then fails with that message.
pub trait Desk {
    /// The plugin under test.
    type Service: TicketSystemService;

    /// What the config's `params` hold, for the helpdesk as it is now. Asked before each new service.
    fn params(&mut self) -> Value;

    /// Texts that must never get into a log line or a failure, as far as no `Authorization` header carries them: passwords,
    /// tokens.
    fn secrets(&self) -> Vec<String>;

    /// What the helpdesk really has: names of queues, priorities, types and statuses, custom fields with their kinds and choices,
    /// and whether tags may be any text. The catalog of the plugin is held against it, and the suite takes the values from it
    /// that it writes: let there be two of each.
    fn truth(&mut self) -> Catalog;

    /// Tickets on a full page of the plugin's list: the suite opens more.
    fn page(&self) -> usize {
        100
    }

    /// Opens a ticket, as a customer's mail would; gives its id. `None` if the helpdesk knows no ticket of that kind.
    fn open(&mut self, ticket: &New) -> Option<String>;

    /// An agent changes a ticket. `add_tags` are added.
    fn edit(&mut self, id: &str, change: &Change);

    /// An agent is done with a ticket. False if the helpdesk knows no such end.
    fn settle(&mut self, id: &str, how: Settle) -> bool;

    /// The ticket as the helpdesk itself has it; `None` if it is gone.
    fn look(&mut self, id: &str) -> Option<Seen>;

    /// Writes that took effect so far, whatever they changed: values, tags and notes; not logins, not searches.
    fn writes(&mut self) -> u64;

    /// Something goes wrong from now on, until [`Desk::heal`]. False if this helpdesk cannot be brought to do so.
    fn fault(&mut self, fault: &Fault) -> bool {
        let _ = fault;
        false
    }

    /// Nothing is wrong any more.
    fn heal(&mut self) {}

    /// Lets time pass in the helpdesk. False if it cannot be done. A simulator with a clock of its own turns that; the default
    /// sleeps, but not for longer than five seconds.
    fn pass(&mut self, seconds: u64) -> bool {
        let short = seconds <= 5;
        if short {
            std::thread::sleep(std::time::Duration::from_secs(seconds));
        }
        short
    }
}

/// A ticket that a customer opens: in no queue or the one for new mail, unclassified, open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// One line, or empty.
    pub subject: String,
    /// The message.
    pub body: Body,
}

/// The message of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// As text.
    Plain(String),
    /// As HTML.
    Html(String),
}

/// What the helpdesk itself shows of a ticket.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// In otai's terms and the helpdesk's names. Of these are compared: `subject`, `body`, `queue`, `priority`, `status`, `kind`,
    /// `tags` and `custom_fields`; the rest may be left out.
    pub ticket: Ticket,
    /// All notes and replies behind the customer's message.
    pub notes: Vec<Note>,
    /// What else an update must leave alone, under any names: owner, customer, due date. Not the time of the last change.
    pub rest: BTreeMap<String, Value>,
}

/// A note or reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// As text or HTML.
    pub text: String,
    /// The customer can see it, or was sent it.
    pub public: bool,
}

/// How a ticket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// Done.
    Closed,
    /// Moved into another ticket; the desk opens one for it.
    Merged,
    /// Thrown away.
    Deleted,
}

/// What the suite cannot do without the helpdesk's help. Broken answers, dead connections and overloaded servers it makes
/// itself, on the way between plugin and helpdesk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The credentials in [`Desk::params`] are not accepted (any more). It is as good to give wrong ones there.
    WrongCredentials,
    /// The plugin's account may not change this ticket, others it may.
    NoRight {
        /// Which.
        id: String,
    },
    /// The helpdesk wants no request for so long, and says so in its own way. That of HTTP, 429 with `Retry-After`, the suite
    /// tries anyway.
    Limit {
        /// How long.
        seconds: u64,
    },
}

/// A custom field for [`Desk::truth`].
#[must_use]
pub fn field(name: &str, label: &str, kind: FieldKind, choices: &[&str]) -> CustomField {
    CustomField {
        name: name.into(),
        label: label.into(),
        kind,
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
    }
}

/// Statuses for [`Desk::truth`], of which the names alone are compared.
pub fn statuses<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Status> {
    let status = |name: &str| Status {
        name: name.into(),
        ..Status::default()
    };
    names.into_iter().map(status).collect()
}

/// Members of a JSON object by their names, `null` where there is none: for [`Seen::rest`], of what the helpdesk shows of a ticket.
pub fn members<'a>(shown: &Value, names: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, Value> {
    let member = |name: &str| (name.to_owned(), shown[name].clone());
    names.into_iter().map(member).collect()
}
