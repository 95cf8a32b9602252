//! `TicketSystemService`: OTOBO 10/11 and Znuny 6.5/7 through the GenericInterface, as a REST web service. Tickets are read many
//! at a time and written with one TicketUpdate each.
//!
//! ```yaml
//! ticket_systems:
//!   znuny:
//!     use: otai_otobo_znuny:OTOBOZnunyTicketSystemService
//!     params:
//!       base_url: https://desk.example.com/znuny/nph-genericinterface.pl
//!       password: ${ZNUNY_PASSWORD}
//!       operation_urls: { SessionCreate: session-create }
//!       inbox: [Raw]
//! ```
//!
//! One file for each idea: [`params`](Params) are checked in `params`, requests made in `client`, failures become remedies in
//! `errors`, `window` walks over the changes, `read` reads, `wire` and `values` translate in, `update` and `note` translate out,
//! `learned` and `catalog` know the names that nothing lists, `refused` those that the helpdesk does not take.
//!
//! The facts stand in the files that use them; all were captured from Znuny 6.5.1 and 6.5.15 and OTOBO 11.

mod catalog;
mod client;
mod errors;
mod learned;
mod note;
mod params;
mod read;
mod refused;
mod update;
mod values;
mod window;
mod wire;

use std::sync::{Arc, Mutex, PoisonError};

use otai_plugin::{
    Failure, Host, Kept, TicketSystemService,
    model::{AddNote, Catalog, Complete, CreateTicket, Find, Network, Page, Ticket, Update},
    note as marks, now, rows,
    serde_json::{Map, Value, json},
    text, tracing,
};

pub use params::{Kind, OperationMethods, OperationUrls, Params};

use crate::{
    client::{Client, Op},
    errors::{DESK, Refusal, Said},
    params::Settings,
    read::{NO_LIMIT, Reader, Shape},
    refused::Refused,
    update::Plan,
    window::Cursor,
    wire::Row,
};

/// Tickets of one page, read with one request: a second of work for the helpdesk.
const PAGE: usize = 50;
/// Walks whose ids are kept in memory, one for each pipeline on this service.
const WALKS: usize = 4;

/// A walk, and the ids that its search found.
type Walk = ((i64, i64), Arc<Vec<i64>>);

/// One web service of one OTOBO or Znuny.
#[derive(Debug)]
pub struct OTOBOZnunyTicketSystemService {
    reader: Reader,
    walks: Mutex<Vec<Walk>>,
    refused: Refused,
    /// Why the agent may not write, if that was proved.
    no_right: Kept<Option<String>>,
}

impl TicketSystemService for OTOBOZnunyTicketSystemService {
    type Params = Params;

    fn new(params: Params, host: Host) -> Result<Self, Failure> {
        let settings = Settings::new(&params)?;
        Ok(Self {
            reader: Reader::new(Client::new(host, settings)),
            walks: Mutex::default(),
            refused: Refused::default(),
            no_right: Kept::default(),
        })
    }

    fn network(&self) -> Network {
        self.settings().network()
    }

    async fn catalog(&self) -> Result<Catalog, Failure> {
        let rows = catalog::newest(&self.reader).await?;
        let learned = self.reader.learned();
        let unseen = catalog::unseen_queues(&self.reader, &learned).await?;
        let no_right = match catalog::probed(&rows) {
            Some(row) => self
                .no_right
                .get(catalog::lacks_rights(&self.reader, row))
                .await?
                .as_ref()
                .clone(),
            None => None,
        };
        Ok(catalog::catalog(
            self.settings(),
            &learned,
            &unseen,
            no_right.as_deref(),
        ))
    }

    async fn find_tickets(&self, find: Find) -> Result<Page, Failure> {
        let cursor = Cursor::begin(&find, now())?;
        let ids = self.walk(&cursor).await?;
        let (page, more) = cursor.page(&ids, PAGE);
        let tickets = self.reader.listed(page).await?;
        let cursor = match page.last() {
            Some(last) if more => cursor.behind(*last),
            _ => {
                self.forget(&cursor);
                cursor.ended()
            }
        };
        Ok(Page {
            tickets,
            cursor: cursor.to_text(),
            more,
        })
    }

    async fn complete_tickets(&self, wanted: Complete) -> Result<Vec<Ticket>, Failure> {
        let (partial, mut tickets): (Vec<Ticket>, Vec<Ticket>) = wanted.tickets.into_iter().partition(|t| t.partial);
        let ids = partial.iter().map(|ticket| rows::number(DESK, &ticket.id));
        for page in ids.collect::<Result<Vec<i64>, _>>()?.chunks(PAGE) {
            tickets.extend(self.reader.tickets(page).await?);
        }
        Ok(tickets)
    }

    async fn get_ticket(&self, id: String) -> Result<Option<Ticket>, Failure> {
        self.reader.ticket(rows::number(DESK, &id)?).await
    }

    async fn update_ticket(&self, update: Update) -> Result<Option<Ticket>, Failure> {
        let id = rows::number(DESK, &update.id)?;
        let plan = Plan::new(self.settings(), &update.change, &update.tags)?;
        if plan.is_empty() {
            return self.reader.ticket(id).await;
        }
        self.refused.check(&plan.sent)?;
        let note = update.note.as_ref();
        let mut body = plan.body();
        body.extend(note.map(|note| ("Article".to_owned(), note::internal(note))));
        match self.reader.client.ask(Op::Update, &[id], body).await? {
            Said::Done(answer) => {
                let noted = note.is_some();
                let ticket = self.written(id, answer).await?;
                Ok(ticket.map(|ticket| Ticket { noted, ..ticket }))
            }
            Said::Refused(refusal) if refusal.is_denied() => self.denied(id).await.map(|()| None),
            Said::Refused(refusal) if refusal.is_about_article() => Err(Failure::rejected_field(
                "note",
                format!("{DESK} refuses the note ({}): nothing was written", refusal.code),
            )),
            Said::Refused(refusal) => Err(self.refuses(&plan, &refusal)),
            Said::Fault => self.after_fault(id, &plan, note).await,
        }
    }

    async fn add_note(&self, note: AddNote) -> Result<(), Failure> {
        let id = rows::number(DESK, &note.id)?;
        if note.in_doubt && self.has_note(id, &note.mark).await? {
            return Ok(());
        }
        let body = [("Article".to_owned(), note::internal(&note))].into_iter().collect();
        match self.reader.client.ask(Op::Update, &[id], body).await? {
            Said::Done(_) => Ok(()),
            Said::Refused(refusal) if refusal.is_denied() => {
                self.denied(id).await?;
                Err(Failure::rejected("the ticket is gone: no note was added"))
            }
            Said::Refused(refusal) => Err(refusal.failure(Op::Update)),
            Said::Fault if self.has_note(id, &note.mark).await? => Ok(()),
            Said::Fault => Err(Failure::rejected(format!(
                "{DESK} could not add the note: see its log (Admin > System Log)"
            ))),
        }
    }

    async fn create_ticket(&self, ticket: CreateTicket) -> Result<Ticket, Failure> {
        let settings = self.settings();
        let plan = Plan::new(settings, &ticket.values, &[])?;
        let mut body = plan.body();
        let mut first = match body.remove("Ticket") {
            Some(Value::Object(values)) => values,
            _ => Map::new(),
        };
        let inbox = settings.inbox.first().cloned().unwrap_or_default();
        for (key, value) in [
            ("Queue", inbox),
            ("Priority", settings.default_priority.clone()),
            ("Type", settings.default_type.clone()),
            ("State", "new".to_owned()),
            ("Title", ticket.subject.clone()),
            ("CustomerUser", ticket.requester_email.clone()),
        ] {
            first.entry(key).or_insert(value.into());
        }
        body.insert("Ticket".into(), first.into());
        let message = note::message(&ticket.subject, &ticket.body, &ticket.requester_email);
        body.insert("Article".into(), message);
        match self.reader.client.ask(Op::Create, &[], body).await? {
            Said::Done(answer) => {
                let id =
                    wire::id_of(&answer).ok_or_else(|| Failure::bug(format!("{DESK} gave no id for a new ticket")))?;
                let made = self.reader.ticket(id).await?;
                made.ok_or_else(|| Failure::rejected("the new ticket lies where the agent may not read it"))
            }
            Said::Refused(refusal) if refusal.is_denied() => Err(Failure::rejected(
                "the agent may not create tickets in this queue: give it `create` on the queue's group",
            )),
            Said::Refused(refusal) => Err(plan.unknown(settings, &refusal)),
            Said::Fault => Err(Failure::bug(format!(
                "{DESK} died while it made a ticket: look whether it is there"
            ))),
        }
    }
}

impl OTOBOZnunyTicketSystemService {
    fn settings(&self) -> &Settings {
        &self.reader.client.settings
    }

    /// All ids of a walk: from memory, or searched for.
    async fn walk(&self, cursor: &Cursor) -> Result<Arc<Vec<i64>>, Failure> {
        let walk = cursor.walk();
        let known = self
            .walks()
            .iter()
            .find(|(known, _)| *known == walk)
            .map(|(_, ids)| Arc::clone(ids));
        if let Some(ids) = known {
            return Ok(ids);
        }
        let what: [(&str, Value); 4] = [
            ("TicketLastChangeTimeNewerMinutes", json!(cursor.minutes(now()))),
            ("Limit", json!(NO_LIMIT)),
            ("SortBy", json!("Age")),
            ("OrderBy", json!("Up")),
        ];
        let what = what.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let ids = Arc::new(self.reader.search(&what).await?);
        let mut walks = self.walks();
        walks.insert(0, (walk, Arc::clone(&ids)));
        walks.truncate(WALKS);
        Ok(ids)
    }

    fn walks(&self) -> std::sync::MutexGuard<'_, Vec<Walk>> {
        self.walks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, cursor: &Cursor) {
        self.walks().retain(|(walk, _)| *walk != cursor.walk());
    }

    /// The ticket after a write. Its text is left out where the answer holds the ticket, as the web service should give it.
    async fn written(&self, id: i64, answer: Row) -> Result<Option<Ticket>, Failure> {
        if let Some(row) = wire::rows(answer).into_iter().next() {
            self.reader.learn(&row)?;
            if let Some(ticket) = wire::ticket(&row, self.settings()) {
                return Ok(Some(ticket));
            }
        }
        tracing::debug!(
            "TicketUpdate answers without the ticket: switch on \"include ticket data\" to save a request for each"
        );
        self.reader.ticket(id).await
    }

    /// The right to write was refused: either the ticket is gone, or the agent may only read it.
    async fn denied(&self, id: i64) -> Result<(), Failure> {
        match self.reader.row(id, Shape::Names).await? {
            None => Ok(()),
            Some(row) => Err(Failure::rejected(catalog::no_right(self.settings(), &row))),
        }
    }

    fn refuses(&self, plan: &Plan, refusal: &Refusal) -> Failure {
        let failure = plan.unknown(self.settings(), refusal);
        if let Some(culprit) = plan.culprit(refusal) {
            self.refused.remember(culprit, &failure, true);
        }
        failure
    }

    /// TicketUpdate died midway, and it is not atomic: what it has written shows only on the ticket.
    async fn after_fault(&self, id: i64, plan: &Plan, note: Option<&AddNote>) -> Result<Option<Ticket>, Failure> {
        let Some(now) = self.reader.ticket(id).await? else {
            return Ok(None);
        };
        let noted = match note {
            Some(note) => self.has_note(id, &note.mark).await?,
            None => false,
        };
        let missing = plan.missing(&now);
        let Some(first) = missing.first() else {
            return Ok(Some(Ticket { noted, ..now }));
        };
        let field = &first.field;
        if noted || missing.len() < plan.sent.len() {
            let fields: Vec<&str> = missing.iter().map(|sent| sent.field.as_str()).collect();
            return Err(Failure::bug(format!(
                "{DESK} died in the middle of an update and did not write {}: see its log (Admin > System Log)",
                fields.join(", ")
            )));
        }
        let why = match field.as_str() {
            "queue" => format!(
                "{DESK} does not move tickets to the queue \"{}\": give the agent `rw`, or at least `move_into`, on its group",
                text::short(plan.queue())
            ),
            _ => format!("{DESK} fails to write this: see its log (Admin > System Log); nothing was written"),
        };
        let failure = Failure::rejected_field(field, why);
        self.refused.remember(first, &failure, false);
        Err(failure)
    }

    async fn has_note(&self, id: i64, mark: &str) -> Result<bool, Failure> {
        let Some(row) = self.reader.row(id, Shape::Notes).await? else {
            return Err(Failure::rejected("the ticket is gone: no note was added"));
        };
        let carries = |article: &&Row| {
            article
                .get("Body")
                .and_then(Value::as_str)
                .is_some_and(|text| marks::carries(text, mark))
        };
        Ok(wire::articles(&row).iter().any(carries))
    }
}

otai_plugin::export_plugin!(OTOBOZnunyPlugin {
    ticket_system: OTOBOZnunyTicketSystemService
});
