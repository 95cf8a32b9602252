//! The requests that the service's methods are put together from. Each leaves the desk's form and the list of our own writes as
//! they must be afterwards.

use std::{collections::BTreeMap, sync::Arc};

use otai_plugin::{
    Failure, Response, answers,
    model::{Change, Ticket},
    names,
    rows::{self, Read},
    serde::{Deserialize, Serialize, de::IgnoredAny},
    serde_json::json,
    text, time, tracing,
};

use crate::{
    ZammadTicketsystemService, articles,
    attributes::is_own,
    client::{self, PRODUCT},
    errors::Asked,
    fields::Fields,
    number,
    update::Plan,
    wire::{self, Row},
};

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Tags {
    tags: Vec<String>,
}

impl ZammadTicketsystemService {
    /// One page of the tickets that changed in this second or later, the oldest change first, and the server's clock.
    ///
    /// A condition is compared in the database (`lib/selector/sql.rb`: `>=`), so it needs no Elasticsearch and has no lag. Of
    /// tickets with one time the id decides, or a page could hold others than the page before it left over.
    pub(crate) async fn search(
        &self,
        since: i64,
        per_page: usize,
        page: u32,
    ) -> Result<(Vec<Read<Row>>, Option<i64>), Failure> {
        let path = format!(
            "/tickets/search?expand=true&sort_by=updated_at,id&order_by=asc,asc&per_page={per_page}&page={page}"
        );
        let condition = json!({"condition": {"ticket.updated_at": {"operator": "after (absolute)", "value": time::instant(since)}}});
        let response = self.client.ask(Asked::Search, &path, &condition).await?;
        Ok((wire::list(&response)?, answers::date(&response)))
    }

    /// A partial ticket with what it lacks; `None` if it is gone. What concerns this ticket alone must not keep the others from
    /// being read.
    pub(crate) async fn whole(&self, mut ticket: Ticket, tags: bool) -> Result<Option<Ticket>, Failure> {
        let number = match number(&ticket.id) {
            Ok(number) if ticket.partial => number,
            _ => return Ok(Some(ticket)),
        };
        if ticket.revision.is_empty() {
            ticket = match self.bare(number).await {
                Ok(Some(ticket)) => ticket,
                Ok(None) => return Ok(None),
                // It stays as it is, and whoever asks for it alone hears why.
                Err(failure) if is_of_one(&failure) => return Ok(Some(ticket)),
                Err(failure) => return Err(failure),
            };
        }
        match self.fill(&mut ticket, number, tags).await {
            Ok(()) => Ok(Some(ticket)),
            Err(failure) if is_of_one(&failure) => {
                tracing::warn!("ticket {number} is left alone, as its text cannot be read: {failure}");
                ticket.settled = Some("unreadable: Zammad does not give its text".to_owned());
                ticket.partial = false;
                Ok(Some(ticket))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Reads text and tags, the latter if they are wanted.
    pub(crate) async fn fill(&self, ticket: &mut Ticket, number: i64, tags: bool) -> Result<(), Failure> {
        articles::fill(ticket, &self.articles(number).await?);
        if tags {
            ticket.tags = self.tags(number).await?;
        }
        ticket.partial = false;
        Ok(())
    }

    /// All articles of a ticket. Zammad has no call that gives those of several tickets to an agent: a list of all articles is for
    /// `admin` (`ticket_articles_controller.rb`), and the arguments of its GraphQL, which is for its own pages, changed from version to
    /// version (`gql/queries/ticket/articles.rb`). So a ticket costs one read, and a page of a search what it costs anyway.
    pub(crate) async fn articles(&self, number: i64) -> Result<Vec<articles::Article>, Failure> {
        let path = format!("/ticket_articles/by_ticket/{number}");
        articles::list(&self.client.fetch(Asked::Ticket, &path).await?)
    }

    pub(crate) async fn tags(&self, number: i64) -> Result<Vec<String>, Failure> {
        let path = format!("/tags?object=Ticket&o_id={number}");
        let response = self.client.fetch(Asked::Ticket, &path).await?;
        Ok(client::json::<Tags>(&response)?.tags)
    }

    /// One call for each, and each may be repeated: a tag that is there already is not added twice.
    pub(crate) async fn add_tags(&self, number: i64, tags: &[String]) -> Result<(), Failure> {
        for tag in tags {
            let body = json!({"object": "Ticket", "o_id": number, "item": tag});
            let response = self.client.api.post("/tags/add", &body).await?;
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
    pub(crate) async fn bare(&self, number: i64) -> Result<Option<Ticket>, Failure> {
        let fields = self.cache.fields(&self.client).await?;
        match self.raw(number).await? {
            Some(response) => self.one(&response, fields).await.map(Some),
            None => Ok(None),
        }
    }

    /// Refuses custom fields that the ticket does not have, where Zammad lists none: it drops such a key without a word. A ticket
    /// has a key for each attribute, also for an empty one. False if the ticket is gone.
    pub(crate) async fn has_all(&self, number: i64, change: &Change, fields: &Fields) -> Result<bool, Failure> {
        if fields.attributes_listed || change.custom_fields.is_empty() {
            return Ok(true);
        }
        let Some(response) = self.raw(number).await? else {
            return Ok(false);
        };
        let has = client::json::<BTreeMap<String, IgnoredAny>>(&response)?;
        match change.custom_fields.keys().find(|name| !has.contains_key(*name)) {
            None => Ok(true),
            Some(name) => {
                let keys = has.keys().filter(|key| !is_own(key)).map(String::as_str);
                let message = format!("Zammad's tickets have no such attribute{}", names::hint(name, keys));
                Err(Failure::rejected_field(format!("custom_fields.{name}"), message))
            }
        }
    }

    /// The answer with a ticket; `None` if it is gone.
    async fn raw(&self, number: i64) -> Result<Option<Response>, Failure> {
        let response = self.client.api.get(&format!("/tickets/{number}?expand=true")).await?;
        if response.status == 404 {
            self.client.confirm_gone().await?;
            return Ok(None);
        }
        self.client.expect(Asked::Ticket, response).map(Some)
    }

    /// Writes, and gives the ticket as it is then; `None` if it is gone.
    pub(crate) async fn put(
        &self,
        number: i64,
        body: &impl Serialize,
        plan: &Plan,
        fields: Arc<Fields>,
    ) -> Result<Option<Ticket>, Failure> {
        let response = self
            .client
            .api
            .put(&format!("/tickets/{number}?expand=true"), body)
            .await?;
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
    pub(crate) async fn written(&self, asked: Asked, response: Response, plan: &Plan) -> Result<Response, Failure> {
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
    pub(crate) async fn plan(&self, change: &Change, tags: &[String]) -> Result<(Arc<Fields>, Plan), Failure> {
        self.cache
            .make(&self.client, |fields| Plan::new(fields, change, tags))
            .await
    }

    /// The one ticket of an answer.
    pub(crate) async fn one(&self, response: &Response, fields: Arc<Fields>) -> Result<Ticket, Failure> {
        let rows = [rows::object::<Row>(&response.body).ok_or_else(|| answers::no_object(PRODUCT, response))?];
        let fields = self.fitting(fields, &rows).await;
        let [row] = rows;
        wire::ticket(row, &fields).ok_or_else(|| answers::no_object(PRODUCT, response))
    }

    /// The form, read again if a row holds a state that it does not know.
    pub(crate) async fn fitting(&self, fields: Arc<Fields>, rows: &[Read<Row>]) -> Arc<Fields> {
        if rows.iter().all(|row| wire::fits(row, &fields)) {
            return fields;
        }
        self.cache.reload(&self.client).await.unwrap_or(fields)
    }
}

fn is_of_one(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Rejected {
            every_ticket: false,
            ..
        }
    )
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
