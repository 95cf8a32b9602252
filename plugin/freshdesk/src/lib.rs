//! `TicketSystemService`: Freshdesk. Tickets are read through the list of changes and written with one `PUT` each.
//!
//! ```yaml
//! ticket_systems:
//!   freshdesk:
//!     use: otai_freshdesk:FreshdeskTicketsystemService
//!     params:
//!       domain: yourcompany
//!       api_key: ${FRESHDESK_API_KEY}
//! ```
//!
//! One file for each idea: [`params`](Params) are checked in `params`, requests made in `client`, statuses become remedies in
//! `errors` and `validation`, `wire` translates in, `update` and `values` translate out.

mod cache;
mod catalog;
mod client;
mod errors;
mod fields;
mod list;
mod nested;
mod note;
mod params;
mod update;
mod validation;
mod values;
mod wire;

use std::sync::Arc;

use otai_plugin::{
    Changes, Failure, Host, Pages, Response, TicketSystemService, answers,
    model::{AddNote, Catalog, Change, CreateTicket, Find, Network, Page, Ticket, Update},
    now,
    rows::{self, Read},
    text, time,
};

pub use params::Params;

use crate::{
    cache::Cache,
    client::{Client, PRODUCT},
    errors::Asked,
    fields::Fields,
    params::Settings,
    update::Plan,
};

/// Rows on a full page; the most that Freshdesk allows (Freshdesk API v2 reference, "Pagination").
const PER_PAGE: usize = 100;
/// Page 301 of the ticket list is an error (Freshdesk API v2 reference, "List All Tickets").
const LAST_PAGE: u32 = 300;
/// Pages of a conversation that are searched for a note.
const CONVERSATION_PAGES: u32 = 300;

/// One Freshdesk account.
#[derive(Debug)]
pub struct FreshdeskTicketsystemService {
    client: Client,
    cache: Cache,
    changes: Changes,
}

impl TicketSystemService for FreshdeskTicketsystemService {
    type Params = Params;

    fn new(params: Params, host: Host) -> Result<Self, Failure> {
        let settings = Settings::new(&params)?;
        let changes = Changes::new(Pages {
            per_page: PER_PAGE,
            last: LAST_PAGE,
            overlap: settings.overlap,
        });
        Ok(Self {
            client: Client::new(host, settings),
            cache: Cache::default(),
            changes,
        })
    }

    fn network(&self) -> Network {
        self.client.settings.network()
    }

    async fn catalog(&self) -> Result<Catalog, Failure> {
        let me = self.client.fetch(Asked::Account, "/agents/me", 1.0).await?;
        let agent = client::json(&me)?;
        let fields = self.cache.load(&self.client).await?;
        // Proves the right to list, which neither of the two above needs.
        let path = format!("/tickets?updated_since={}&per_page=1", time::instant(now()));
        let list = self.client.fetch(Asked::List, &path, 1.0).await?;
        if rows::list::<wire::Row>(&list.body).is_none() {
            return Err(answers::no_list(PRODUCT, &list));
        }
        let total = errors::total(&list).or_else(|| errors::total(&me));
        if total == Some(0.0) {
            return Err(Failure::refused(errors::NO_REQUESTS));
        }
        Ok(catalog::catalog(&agent, &fields, total))
    }

    async fn find_tickets(&self, find: Find) -> Result<Page, Failure> {
        let cursor = self.changes.begin(&find)?;
        let fields = self.cache.fields(&self.client).await?;
        let listing = self.page(cursor.query(), find.people).await?;
        let fields = self.fitting(fields, &listing.rows).await;
        let next = self.client.has_next(&listing.response);
        let seen = listing.rows.iter().map(Read::seen);
        let step = self
            .changes
            .advance(cursor, seen, next, answers::date(&listing.response));
        Ok(Page {
            tickets: self.tickets(listing, step.keep, &fields).await?,
            cursor: step.cursor.to_text(),
            more: step.more,
        })
    }

    async fn get_ticket(&self, id: String) -> Result<Option<Ticket>, Failure> {
        let path = client::ticket_path(&id)?;
        let fields = self.cache.fields(&self.client).await?;
        self.read(&path, fields).await
    }

    async fn update_ticket(&self, update: Update) -> Result<Option<Ticket>, Failure> {
        let path = client::ticket_path(&update.id)?;
        let (fields, plan) = self.plan(&update.change, &update.tags).await?;
        if plan.body.is_empty() {
            return self.get_ticket(update.id).await;
        }
        let response = self.client.api.put(&path, &plan.body).await?;
        match response.status {
            404 => {
                self.client.confirm_gone().await?;
                Ok(None)
            }
            // In the trash or spam (Freshdesk API v2 reference, "Update a Ticket").
            405 => Ok(None),
            _ => {
                let response = self.written(Asked::Write, response, &plan, &fields).await?;
                if let Some(row) = rows::object::<wire::Row>(&response.body) {
                    self.changes.wrote(row.seen());
                }
                self.one(&response, fields).await.map(Some)
            }
        }
    }

    async fn add_note(&self, note: AddNote) -> Result<(), Failure> {
        let path = client::ticket_path(&note.id)?;
        if note.in_doubt && self.has_note(&path, &note.mark).await? {
            return Ok(());
        }
        let response = self
            .client
            .api
            .post(&format!("{path}/notes"), &note::body(&note))
            .await?;
        match response.status {
            404 | 405 => Err(self.gone(&response).await),
            _ => {
                let nothing = (Plan::default(), Fields::default());
                let response = self.written(Asked::Write, response, &nothing.0, &nothing.1).await?;
                // A page of a proxy with status 200 has added nothing.
                match rows::object::<wire::Row>(&response.body) {
                    Some(_) => Ok(()),
                    None => Err(answers::no_object(PRODUCT, &response)),
                }
            }
        }
    }

    async fn create_ticket(&self, ticket: CreateTicket) -> Result<Ticket, Failure> {
        let (fields, mut plan) = self.plan(&ticket.values, &[]).await?;
        let html = format!("<div>{}</div>", text::to_html(&ticket.body));
        plan.set("subject", "subject", ticket.subject.into(), None);
        plan.set("body", "description", html.into(), None);
        plan.set("requester_email", "email", ticket.requester_email.into(), None);
        // Open and Low: Freshdesk's own defaults (Freshdesk API v2 reference, "Create a Ticket").
        plan.set("status", "status", 2.into(), None);
        plan.body.entry("priority").or_insert(1.into());
        let response = self.client.api.post("/tickets", &plan.body).await?;
        let response = self.written(Asked::New, response, &plan, &fields).await?;
        self.one(&response, fields).await
    }
}

impl FreshdeskTicketsystemService {
    /// The change in Freshdesk's ids; a name that is not there may be newer than the form that we know.
    async fn plan(&self, change: &Change, tags: &[String]) -> Result<(Arc<Fields>, Plan), Failure> {
        self.cache
            .make(&self.client, |fields| Plan::new(fields, change, tags))
            .await
    }

    async fn read(&self, path: &str, fields: Arc<Fields>) -> Result<Option<Ticket>, Failure> {
        let response = self.client.api.get(path).await?;
        if response.status == 404 {
            self.client.confirm_gone().await?;
            return Ok(None);
        }
        let response = self.client.expect(Asked::Ticket, response)?;
        self.one(&response, fields).await.map(Some)
    }

    /// The answer to a write, if it was done.
    async fn written(
        &self,
        asked: Asked,
        response: Response,
        plan: &Plan,
        fields: &Fields,
    ) -> Result<Response, Failure> {
        if !matches!(response.status, 400 | 409 | 422) {
            return self.client.expect(asked, response);
        }
        let verdict = validation::verdict(asked, &self.client.settings.base, &response, plan, fields);
        if verdict.stale {
            self.cache.reload(&self.client).await;
        }
        Err(verdict.failure)
    }

    /// The one ticket of an answer.
    async fn one(&self, response: &Response, fields: Arc<Fields>) -> Result<Ticket, Failure> {
        let rows = [rows::object::<wire::Row>(&response.body).ok_or_else(|| answers::no_object(PRODUCT, response))?];
        let fields = self.fitting(fields, &rows).await;
        let [row] = rows;
        wire::ticket(row, &fields).ok_or_else(|| answers::no_object(PRODUCT, response))
    }

    /// The form, read again if a row holds a number that it does not know.
    async fn fitting(&self, fields: Arc<Fields>, rows: &[Read<wire::Row>]) -> Arc<Fields> {
        if rows.iter().all(|row| wire::fits(row, &fields)) {
            return fields;
        }
        match self.cache.reload(&self.client).await {
            Some(fields) if rows.iter().any(|row| !wire::knows_group(row, &fields)) => {
                self.cache.add_groups(&self.client, fields).await
            }
            Some(fields) => fields,
            None => fields,
        }
    }

    async fn has_note(&self, path: &str, mark: &str) -> Result<bool, Failure> {
        for page in 1..=CONVERSATION_PAGES {
            let path = format!("{path}/conversations?per_page=100&page={page}");
            let response = self.client.api.get(&path).await?;
            if matches!(response.status, 404 | 405) {
                return Err(self.gone(&response).await);
            }
            let response = self.client.expect(Asked::Ticket, response)?;
            let entries: Vec<note::Entry> = client::json(&response)?;
            if entries.iter().any(|entry| note::carries(entry, mark)) {
                return Ok(true);
            }
            if !self.client.has_next(&response) && entries.len() < 100 {
                return Ok(false);
            }
        }
        Ok(false)
    }

    async fn gone(&self, response: &Response) -> Failure {
        if response.status == 404
            && let Err(failure) = self.client.confirm_gone().await
        {
            return failure;
        }
        Failure::rejected(format!(
            "the ticket is gone: no note was added{}",
            answers::request_id(response)
        ))
    }
}

otai_plugin::export_plugin!(FreshdeskPlugin {
    ticket_system: FreshdeskTicketsystemService
});
