//! `TicketSystemService`: Zammad. Tickets are found by a search over conditions, which needs no search index and has no lag, and
//! written with one `PUT` each; tags and texts have calls of their own.
//!
//! ```yaml
//! ticket_systems:
//!   zammad:
//!     use: otai_zammad:ZammadTicketsystemService
//!     params:
//!       base_url: https://support.yourcompany.com
//!       access_token: ${ZAMMAD_TOKEN}
//! ```
//!
//! One file for each idea: [`params`](Params) are checked in `params`, requests made in `client`, statuses become remedies in
//! `errors`, `fields`, `attributes` and `account` know the desk, `wire` and `articles` translate in, `update` translates out; `calls` are the
//! requests that the methods below are put together from.

mod account;
mod articles;
mod attributes;
mod calls;
mod catalog;
mod client;
mod errors;
mod fields;
mod params;
mod update;
mod wire;

use otai_plugin::{
    Changes, Failure, Host, Pages, TicketSystemService, all,
    model::{AddNote, Catalog, Complete, CreateTicket, Find, Network, Page, Ticket, Update},
    now,
    rows::{self, Read},
    serde::Deserialize,
    serde_json::json,
    text, tracing,
};

pub use params::Params;

use crate::{
    client::{Client, PRODUCT},
    errors::Asked,
    fields::Cache,
    params::Settings,
    update::Plan,
};

/// One Zammad.
#[derive(Debug)]
pub struct ZammadTicketsystemService {
    client: Client,
    cache: Cache,
    changes: Changes,
}

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Version {
    version: Option<String>,
}

impl TicketSystemService for ZammadTicketsystemService {
    type Params = Params;

    fn new(params: Params, host: Host) -> Result<Self, Failure> {
        let settings = Settings::new(&params)?;
        if settings.any_certificate {
            tracing::warn!(
                "`verify: false`: any certificate of {} is trusted",
                settings.address.origin
            );
        }
        let changes = Changes::new(Pages {
            per_page: settings.per_page(),
            last: u32::MAX,
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
        let me = self.client.fetch(Asked::Account, "/users/me?expand=true").await?;
        let account = client::json(&me)?;
        let fields = self.cache.load(&self.client).await?;
        // Proves the right to search, which nothing above needs.
        self.search(now(), 1, 1).await?;
        // For administrators only, in many versions.
        let version = match self.client.api.get("/version").await {
            Ok(response) if response.status == 200 => client::json::<Version>(&response).ok().and_then(|v| v.version),
            _ => None,
        };
        Ok(catalog::catalog(
            &account,
            &fields,
            &self.client.settings,
            version.as_deref(),
        ))
    }

    async fn find_tickets(&self, find: Find) -> Result<Page, Failure> {
        let cursor = self.changes.begin(&find)?;
        let fields = self.cache.fields(&self.client).await?;
        let query = cursor.query();
        let (rows, date) = self
            .search(query.since, self.client.settings.per_page(), query.page)
            .await?;
        let fields = self.fitting(fields, &rows).await;
        let seen = rows.iter().map(Read::seen);
        let step = self.changes.advance(cursor, seen, false, date);
        let kept = rows
            .into_iter()
            .zip(step.keep)
            .filter_map(|(row, keep)| keep.then_some(row));
        Ok(Page {
            tickets: kept.filter_map(|row| wire::ticket(row, &fields)).collect(),
            cursor: step.cursor.to_text(),
            more: step.more,
        })
    }

    async fn complete_tickets(&self, wanted: Complete) -> Result<Vec<Ticket>, Failure> {
        let Complete { tickets, tags } = wanted;
        let whole = tickets.into_iter().map(|ticket| self.whole(ticket, tags));
        let tickets = all(whole, self.client.settings.at_once).await?;
        Ok(tickets.into_iter().flatten().collect())
    }

    async fn get_ticket(&self, id: String) -> Result<Option<Ticket>, Failure> {
        let number = number(&id)?;
        let Some(mut ticket) = self.bare(number).await? else {
            return Ok(None);
        };
        self.fill(&mut ticket, number, true).await?;
        Ok(Some(ticket))
    }

    async fn update_ticket(&self, update: Update) -> Result<Option<Ticket>, Failure> {
        let number = number(&update.id)?;
        let (fields, mut plan) = self.plan(&update.change, &update.tags).await?;
        if plan == Plan::default() {
            return self.get_ticket(update.id).await;
        }
        if let Some(note) = &update.note {
            plan.set("note", "article", articles::note(note));
        }
        let mut written = None;
        if !self.has_all(number, &update.change, &fields).await? {
            return Ok(None);
        }
        if !plan.body.is_empty() {
            let Some(ticket) = self.put(number, &plan.body, &plan, fields).await? else {
                return Ok(None);
            };
            written = Some(ticket);
        }
        self.add_tags(number, &plan.tags).await?;
        let ticket = match written {
            Some(ticket) => Some(ticket),
            None => self.bare(number).await?,
        };
        Ok(ticket.map(|ticket| Ticket {
            tags: update.tags.into_iter().chain(plan.tags).collect(),
            noted: update.note.is_some(),
            ..ticket
        }))
    }

    async fn add_note(&self, note: AddNote) -> Result<(), Failure> {
        let number = number(&note.id)?;
        if note.in_doubt && articles::carry(&self.articles(number).await?, &note.mark) {
            return Ok(());
        }
        let fields = self.cache.fields(&self.client).await?;
        // Through the ticket rather than `POST /ticket_articles`: one transaction as well, and the answer tells when the ticket
        // changed, so that the note is not taken for news.
        match self
            .put(
                number,
                &json!({"article": articles::note(&note)}),
                &Plan::default(),
                fields,
            )
            .await?
        {
            Some(_) => Ok(()),
            None => Err(Failure::rejected("the ticket is gone: no note was added")),
        }
    }

    async fn create_ticket(&self, ticket: CreateTicket) -> Result<Ticket, Failure> {
        let (fields, mut plan) = self.plan(&ticket.values, &[]).await?;
        if !plan.body.contains_key("group") {
            let inbox = self.client.settings.inbox.first().cloned().unwrap_or_default();
            plan.set("queue", "group", inbox.into());
        }
        let article = json!({"subject": ticket.subject, "body": ticket.body, "content_type": "text/plain", "type": "note",
            "internal": false});
        plan.set("subject", "title", ticket.subject.into());
        plan.set("body", "article", article);
        plan.set(
            "requester_email",
            "customer_id",
            format!("guess:{}", ticket.requester_email.trim()).into(),
        );
        let response = self.client.api.post("/tickets?expand=true", &plan.body).await?;
        let response = self.written(Asked::New, response, &plan).await?;
        let made = self.one(&response, fields).await?;
        self.add_tags(number(&made.id)?, &plan.tags).await?;
        Ok(Ticket {
            body: text::clean(&ticket.body),
            tags: plan.tags,
            ..made
        })
    }
}

fn number(id: &str) -> Result<i64, Failure> {
    rows::number(PRODUCT, id)
}

otai_plugin::export_plugin!(ZammadPlugin {
    ticket_system: ZammadTicketsystemService
});
