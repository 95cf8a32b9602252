//! What every ticket system plugin does, tried on yours.
//!
//! One list of behaviours for all helpdesks: nothing is lost between two pages, only what is to change changes, a human's edit
//! wins, a note is private and written once, an unknown value is refused before the write, every failure has its class, and
//! neither secrets nor texts get out. The suite calls the plugin as the host does and looks at the helpdesk with its own eyes.
//!
//! Implement [`Desk`] for a simulator or for a real server, and write one test. Here for a simulator that keeps its tickets in
//! memory; `self.sim` stands for what you have, and `otai plugin new` writes such a thing whole, with its server:
//!
//! ```no_run
//! use otai_conformance::{Body, Desk, Fault, New, Note, Seen, Settle, statuses};
//! use otai_plugin::model::{Catalog, Change, Ticket};
//! use otai_plugin::serde_json::{Value, json};
//! # use otai_plugin::{Failure, Host, TicketSystemService, model::{Find, Network, Page, Update}};
//! # use std::collections::BTreeMap;
//! # struct MyTicketsystemService;
//! # impl TicketSystemService for MyTicketsystemService {
//! #     type Params = Value;
//! #     fn new(_: Value, _: Host) -> Result<Self, Failure> { Ok(Self) }
//! #     fn network(&self) -> Network { Network::default() }
//! #     async fn catalog(&self) -> Result<Catalog, Failure> { Ok(Catalog::default()) }
//! #     async fn find_tickets(&self, _: Find) -> Result<Page, Failure> { Ok(Page::default()) }
//! #     async fn get_ticket(&self, _: String) -> Result<Option<Ticket>, Failure> { Ok(None) }
//! #     async fn update_ticket(&self, _: Update) -> Result<Option<Ticket>, Failure> { Ok(None) }
//! # }
//! # #[derive(Default)]
//! # struct Row { subject: String, text: String, queue: String, open: bool, owner: String, notes: Vec<(String, bool)> }
//! # #[derive(Default)]
//! # struct Sim { rows: BTreeMap<u64, Row>, writes: u64 }
//! # impl Sim {
//! #     fn start() -> Self { Self::default() }
//! #     fn url(&self) -> String { String::new() }
//! #     fn add(&mut self, row: Row) -> u64 { self.rows.insert(1, row); 1 }
//! # }
//!
//! struct MyDesk {
//!     sim: Sim,
//!     token: &'static str,
//! }
//!
//! impl Desk for MyDesk {
//!     type Service = MyTicketsystemService;
//!
//!     fn params(&mut self) -> Value {
//!         json!({ "url": self.sim.url(), "token": self.token })
//!     }
//!
//!     fn secrets(&self) -> Vec<String> {
//!         vec!["canary-token".into()]
//!     }
//!
//!     fn truth(&mut self) -> Catalog {
//!         Catalog {
//!             queues: vec!["Inbox".into(), "Billing".into()],
//!             statuses: statuses(["open", "closed"]),
//!             ..Catalog::default()
//!         }
//!     }
//!
//!     fn open(&mut self, ticket: &New) -> Option<String> {
//!         let Body::Plain(text) = &ticket.body else { return None }; // no HTML in this helpdesk
//!         let (subject, text) = (ticket.subject.clone(), text.clone());
//!         Some(self.sim.add(Row { subject, text, queue: "Inbox".into(), open: true, ..Row::default() }).to_string())
//!     }
//!
//!     fn edit(&mut self, id: &str, change: &Change) {
//!         let row = self.sim.rows.get_mut(&id.parse().unwrap()).unwrap();
//!         row.queue = change.queue.clone().unwrap_or(row.queue.clone());
//!     }
//!
//!     fn settle(&mut self, id: &str, how: Settle) -> bool {
//!         let id = id.parse().unwrap();
//!         match how {
//!             Settle::Closed => self.sim.rows.get_mut(&id).unwrap().open = false,
//!             Settle::Deleted => drop(self.sim.rows.remove(&id)),
//!             Settle::Merged => return false, // cannot be done here
//!         }
//!         true
//!     }
//!
//!     fn look(&mut self, id: &str) -> Option<Seen> {
//!         let row = self.sim.rows.get(&id.parse().unwrap())?;
//!         let notes = row.notes.iter().map(|(text, public)| Note { text: text.clone(), public: *public });
//!         Some(Seen {
//!             ticket: Ticket {
//!                 subject: row.subject.clone(),
//!                 body: row.text.clone(),
//!                 queue: Some(row.queue.clone()),
//!                 status: Some(if row.open { "open" } else { "closed" }.into()),
//!                 ..Ticket::default()
//!             },
//!             notes: notes.collect(),
//!             rest: [("owner".to_owned(), json!(row.owner))].into(), // must be left alone, too
//!         })
//!     }
//!
//!     fn writes(&mut self) -> u64 {
//!         self.sim.writes
//!     }
//!
//!     fn fault(&mut self, fault: &Fault) -> bool {
//!         match fault {
//!             Fault::WrongCredentials => self.token = "wrong",
//!             _ => return false, // this simulator knows no rights and no limits
//!         }
//!         true
//!     }
//!
//!     fn heal(&mut self) {
//!         self.token = "canary-token";
//!     }
//! }
//!
//! #[test]
//! fn conforms() {
//!     let report = otai_conformance::run(&mut MyDesk { sim: Sim::start(), token: "canary-token" });
//!     report.assert();
//!     // What could not be tried, so that nothing more is ever skipped unnoticed.
//!     assert_eq!(report.skipped(), ["a merged ticket is settled", "a missing right concerns its ticket"]);
//! }
//! ```
//!
//! Answers that are broken, late, cut or lost need no help from the helpdesk: the suite sends the plugin's requests itself and
//! spoils them on the way, so that can be tried on a real server, too. It keeps to no allowance: that is the host's.

mod behaviours;
mod desk;
mod facts;
mod log;
mod report;
mod server;
mod stage;
mod wire;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use desk::{Body, Desk, Fault, New, Note, Seen, Settle, field, members, statuses};
pub use report::{Line, Outcome, Report};
pub use server::Server;

use stage::{Stage, Stop};

/// Tries every behaviour, one after the other. A panic of the plugin or of the desk costs one behaviour.
pub fn run<D: Desk>(desk: &mut D) -> Report {
    let mut stage = match Stage::new(desk) {
        Ok(stage) => stage,
        Err(error) => {
            let outcome = Outcome::Failed(format!("no runtime: {error}"));
            return Report {
                lines: vec![Line {
                    behaviour: "the suite starts",
                    outcome,
                }],
            };
        }
    };
    let mut lines = Vec::new();
    for (behaviour, check) in behaviours::all::<D>() {
        let outcome = match catch_unwind(AssertUnwindSafe(|| check(&mut stage))) {
            Ok(Ok(())) => Outcome::Passed,
            Ok(Err(Stop::Failed(why))) => Outcome::Failed(why),
            Ok(Err(Stop::Skipped(why))) => Outcome::Skipped(why),
            Err(panic) => Outcome::Failed(format!("it panics: {}", message(&*panic))),
        };
        stage.heal();
        lines.push(Line { behaviour, outcome });
    }
    Report { lines }
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
