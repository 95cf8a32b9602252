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
//! `errors`, `fields`, `attributes` and `account` know the desk, `wire` and `articles` translate in, `update` translates out.

mod account;
mod articles;
mod attributes;
mod catalog;
mod client;
mod errors;
mod fields;
mod params;
mod update;
mod wire;

use std::sync::Arc;

use otai_plugin::{
    Changes, Failure, Host, Pages, Response, TicketSystemService, all, answers,
    model::{AddNote, Catalog, Change, CreateTicket, Find, Network, Page, Ticket, Update},
    now,
    rows::{self, Read},
    serde::Deserialize,
    serde_json::json,
    text, time, tracing,
};

pub use params::Params;

use crate::{
    client::Client,
    errors::Asked,
    fields::{Cache, Fields},
    params::Settings,
    update::Plan,
    wire::Row,
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
struct Tags {
    tags: Vec<String>,
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
            client: Client { host, settings },
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
        let version = match self.client.get("/version").await {
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
        let tickets = kept.filter_map(|row| wire::ticket(row, &fields));
        let whole = tickets.map(|ticket| self.whole(ticket, &find));
        let tickets = all(whole, self.client.settings.at_once).await?;
        Ok(Page {
            tickets: tickets.into_iter().flatten().collect(),
            cursor: step.cursor.to_text(),
            more: step.more,
        })
    }

    async fn get_ticket(&self, id: String) -> Result<Option<Ticket>, Failure> {
        let number = number(&id)?;
        let Some(mut ticket) = self.bare(number).await? else {
            return Ok(None);
        };
        articles::fill(&mut ticket, &self.articles(number).await?);
        ticket.tags = self.tags(number).await?;
        Ok(Some(ticket))
    }

    async fn update_ticket(&self, update: Update) -> Result<Option<Ticket>, Failure> {
        let number = number(&update.id)?;
        let (fields, plan) = self.plan(&update.change, &update.tags).await?;
        if plan == Plan::default() {
            return self.get_ticket(update.id).await;
        }
        let mut written = None;
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
            .put(number, &articles::note(&note), &Plan::default(), fields)
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
        let response = self.client.post("/tickets?expand=true", &plan.body).await?;
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

impl ZammadTicketsystemService {
    /// One page of the tickets that changed in this second or later, the oldest change first, and the server's clock.
    ///
    /// A condition is compared in the database (`lib/selector/sql.rb`: `>=`), so it needs no Elasticsearch and has no lag. Of
    /// tickets with one time the id decides, or a page could hold others than the page before it left over.
    async fn search(&self, since: i64, per_page: usize, page: u32) -> Result<(Vec<Read<Row>>, Option<i64>), Failure> {
        let path = format!(
            "/tickets/search?expand=true&sort_by=updated_at,id&order_by=asc,asc&per_page={per_page}&page={page}"
        );
        let condition = json!({"condition": {"ticket.updated_at": {"operator": "after (absolute)", "value": time::instant(since)}}});
        let response = self.client.ask(Asked::Search, &path, &condition).await?;
        Ok((wire::list(&response)?, answers::date(&response)))
    }

    /// Text and tags, as far as they are wanted; `None` if the ticket is gone meanwhile.
    async fn whole(&self, mut ticket: Ticket, find: &Find) -> Result<Option<Ticket>, Failure> {
        let Ok(number) = number(&ticket.id) else {
            return Ok(Some(ticket));
        };
        if ticket.settled.is_some() && !find.settled {
            return Ok(Some(ticket));
        }
        let read = async {
            articles::fill(&mut ticket, &self.articles(number).await?);
            if find.tags {
                ticket.tags = self.tags(number).await?;
            }
            Ok(())
        };
        match read.await {
            Ok(()) => Ok(Some(ticket)),
            // This ticket alone: it must not keep the others from being read.
            Err(
                failure @ Failure::Rejected {
                    every_ticket: false, ..
                },
            ) => {
                tracing::warn!("ticket {number} is left alone, as its text cannot be read: {failure}");
                ticket.settled = Some("unreadable: Zammad does not give its text".to_owned());
                Ok(Some(ticket))
            }
            Err(failure) => Err(failure),
        }
    }

    async fn articles(&self, number: i64) -> Result<Vec<articles::Article>, Failure> {
        let path = format!("/ticket_articles/by_ticket/{number}");
        articles::list(&self.client.fetch(Asked::Ticket, &path).await?)
    }

    async fn tags(&self, number: i64) -> Result<Vec<String>, Failure> {
        let path = format!("/tags?object=Ticket&o_id={number}");
        let response = self.client.fetch(Asked::Ticket, &path).await?;
        Ok(client::json::<Tags>(&response)?.tags)
    }

    /// One call for each, and each may be repeated: a tag that is there already is not added twice.
    async fn add_tags(&self, number: i64, tags: &[String]) -> Result<(), Failure> {
        for tag in tags {
            let body = json!({"object": "Ticket", "o_id": number, "item": tag});
            let response = self.client.post("/tags/add", &body).await?;
            let response = match response.status {
                422 => Err(Plan::default()
                    .verdict(Asked::Tag, &self.client.settings.address.base, &response)
                    .failure),
                _ => self.client.expect(Asked::Tag, response),
            }
            .map_err(|failure| at_tag(tag, failure))?;
            // A tag touches the ticket; by the server's clock, as the answer does not tell when.
            self.changes.wrote(otai_plugin::Row {
                id: Some(number),
                at: answers::date(&response),
            });
        }
        Ok(())
    }

    /// The ticket without text and tags; `None` if it is gone.
    async fn bare(&self, number: i64) -> Result<Option<Ticket>, Failure> {
        let fields = self.cache.fields(&self.client).await?;
        let response = self.client.get(&format!("/tickets/{number}?expand=true")).await?;
        if response.status == 404 {
            self.client.confirm_gone().await?;
            return Ok(None);
        }
        let response = self.client.expect(Asked::Ticket, response)?;
        self.one(&response, fields).await.map(Some)
    }

    /// Writes, and gives the ticket as it is then; `None` if it is gone.
    async fn put(
        &self,
        number: i64,
        body: &impl otai_plugin::serde::Serialize,
        plan: &Plan,
        fields: Arc<Fields>,
    ) -> Result<Option<Ticket>, Failure> {
        let response = self.client.put(&format!("/tickets/{number}?expand=true"), body).await?;
        if response.status == 404 {
            self.client.confirm_gone().await?;
            return Ok(None);
        }
        let response = self.written(Asked::Write, response, plan).await?;
        if let Some(row) = rows::object::<Row>(&response.body) {
            self.changes.wrote(row.seen());
        }
        self.one(&response, fields).await.map(Some)
    }

    /// The answer to a write, if it was done.
    async fn written(&self, asked: Asked, response: Response, plan: &Plan) -> Result<Response, Failure> {
        if response.status != 422 {
            return self.client.expect(asked, response);
        }
        let verdict = plan.verdict(asked, &self.client.settings.address.base, &response);
        if verdict.stale {
            self.cache.reload(&self.client).await;
        }
        Err(verdict.failure)
    }

    /// The change in Zammad's words; a name that is not there may be newer than the form that we know.
    async fn plan(&self, change: &Change, tags: &[String]) -> Result<(Arc<Fields>, Plan), Failure> {
        let fields = self.cache.fields(&self.client).await?;
        match Plan::new(&fields, change, tags) {
            Ok(plan) => Ok((fields, plan)),
            Err(failure) => match self.cache.reload(&self.client).await {
                Some(fields) => Plan::new(&fields, change, tags).map(|plan| (fields, plan)),
                None => Err(failure),
            },
        }
    }

    /// The one ticket of an answer.
    async fn one(&self, response: &Response, fields: Arc<Fields>) -> Result<Ticket, Failure> {
        let rows = [rows::object::<Row>(&response.body).ok_or_else(|| client::no_object(response))?];
        let fields = self.fitting(fields, &rows).await;
        let [row] = rows;
        wire::ticket(row, &fields).ok_or_else(|| client::no_object(response))
    }

    /// The form, read again if a row holds a state that it does not know.
    async fn fitting(&self, fields: Arc<Fields>, rows: &[Read<Row>]) -> Arc<Fields> {
        if rows.iter().all(|row| wire::fits(row, &fields)) {
            return fields;
        }
        self.cache.reload(&self.client).await.unwrap_or(fields)
    }
}

fn number(id: &str) -> Result<i64, Failure> {
    rows::number("Zammad", id)
}

/// Says which tag it was: by then everything else is written.
fn at_tag(tag: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Rejected {
            message,
            field: _,
            every_ticket,
        } => Failure::Rejected {
            message: format!(
                "the tag \"{}\" was not added, everything else is written: {message}",
                text::short(tag)
            ),
            field: Some("tags".to_owned()),
            every_ticket,
        },
        other => other,
    }
}

otai_plugin::export_plugin!(ZammadPlugin {
    ticket_system: ZammadTicketsystemService
});
