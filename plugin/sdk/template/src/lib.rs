//! `TicketSystemService`: New Desk.
//!
//! ```yaml
//! ticket_systems:
//!   new_desk:
//!     use: new_desk:NewDeskTicketsystemService
//!     params:
//!       url: https://desk.example.com
//!       token: ${NEW_DESK_TOKEN}
//! ```
//!
//! What is the same for every helpdesk with a REST interface stands here; what only this one does stands in `wire`: paths,
//! JSON, names.

mod wire;

use otai_plugin::{
    Address, Changes, Failure, Host, Kept, Pages, Request, Response, Secret, TicketSystemService, answers,
    model::{AddNote, Catalog, Find, Limits, Network, Page, Ticket, Update},
    note,
    serde_json::{Map, Value},
};

use wire::{Form, PRODUCT};

otai_plugin::params! {
    /// Where the helpdesk is and how to get in.
    pub struct Params {
        /// Its address: `https://desk.example.com`
        pub url: String,
        /// A token of an agent of its own, who may see and edit all tickets and add notes.
        pub token: Secret,
    }
}

/// Requests a minute before the helpdesk has said what it grants.
const ASSUMED_PER_MINUTE: f64 = 60.0;
/// Seconds that a change may take to show in the list.
const OVERLAP: i64 = 90;

/// One account.
pub struct NewDeskTicketsystemService {
    host: Host,
    address: Address,
    token: Secret,
    form: Kept<Form>,
    changes: Changes,
}

impl TicketSystemService for NewDeskTicketsystemService {
    type Params = Params;

    fn new(params: Params, host: Host) -> Result<Self, Failure> {
        if params.token.expose().trim().is_empty() {
            return Err(Failure::rejected_field("token", "is empty"));
        }
        Ok(Self {
            host,
            address: Address::new("url", &params.url, &["/api"])?,
            token: params.token,
            form: Kept::default(),
            changes: Changes::new(Pages {
                per_page: wire::PER_PAGE,
                last: u32::MAX,
                overlap: OVERLAP,
            }),
        })
    }

    fn network(&self) -> Network {
        Network {
            origins: vec![self.address.origin.clone()],
            limits: Limits {
                assumed_per_minute: Some(ASSUMED_PER_MINUTE),
                ..Limits::default()
            },
            ..Network::default()
        }
    }

    async fn catalog(&self) -> Result<Catalog, Failure> {
        let me = wire::me(&self.fetch(wire::ME).await?)?;
        let form = self.form.put(self.read_form().await?);
        Ok(form.catalog(me))
    }

    async fn find_tickets(&self, find: Find) -> Result<Page, Failure> {
        let form = self.form.get(self.read_form()).await?;
        let cursor = self.changes.begin(&find)?;
        let query = cursor.query();
        let response = self.fetch(&wire::list(query.since, query.page)).await?;
        let rows = wire::rows(&response)?;
        let seen = rows.iter().map(wire::Row::seen);
        let step = self.changes.advance(cursor, seen, false, answers::date(&response));
        let kept = rows.into_iter().zip(step.keep).filter(|(_, keep)| *keep);
        Ok(Page {
            tickets: kept.map(|(row, _)| row.ticket(&form)).collect(),
            cursor: step.cursor.to_text(),
            more: step.more,
        })
    }

    async fn get_ticket(&self, id: String) -> Result<Option<Ticket>, Failure> {
        let form = self.form.get(self.read_form()).await?;
        let response = self.send(Request::get(self.url(&wire::ticket(&id)?))).await?;
        self.one(response, &form)
    }

    async fn update_ticket(&self, update: Update) -> Result<Option<Ticket>, Failure> {
        let path = wire::ticket(&update.id)?;
        let form = self.form.get(self.read_form()).await?;
        let (form, body) = match wire::change(&form, &update.change, &update.tags) {
            // The name may be newer than the form that we know.
            Err(failure) => match self.form.renew("form", self.read_form()).await {
                Some(form) => {
                    let body = wire::change(&form, &update.change, &update.tags)?;
                    (form, body)
                }
                None => return Err(failure),
            },
            Ok(body) => (form, body),
        };
        let Some(body) = body else {
            return self.get_ticket(update.id).await;
        };
        let request = Request::put(self.url(&path)).json(&body)?;
        let response = self.send(request).await?;
        if response.status == 200 {
            self.changes.wrote(wire::row(&response)?.seen());
        }
        self.one(response, &form)
    }

    async fn add_note(&self, note: AddNote) -> Result<(), Failure> {
        let path = wire::notes(&note.id)?;
        if note.in_doubt && self.has_note(&path, &note.mark).await? {
            return Ok(());
        }
        let text = format!("{}\n{}", note.text, note::shown(&note.mark));
        let request = wire::add_note(&self.address.base, &note.id, &text)?;
        let response = expect(self.send(request).await?)?;
        // A page of a proxy with status 200 has added nothing.
        answers::read::<Map<String, Value>>(PRODUCT, &response).map(drop)
    }
}

impl NewDeskTicketsystemService {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address.base)
    }

    async fn send(&self, request: Request) -> Result<Response, Failure> {
        self.host.http(wire::authorized(request, &self.token)).await
    }

    async fn fetch(&self, path: &str) -> Result<Response, Failure> {
        expect(self.send(Request::get(self.url(path))).await?)
    }

    async fn read_form(&self) -> Result<Form, Failure> {
        answers::read(PRODUCT, &self.fetch(wire::FORM).await?)
    }

    /// The ticket of an answer; `None` if the helpdesk has none.
    fn one(&self, response: Response, form: &Form) -> Result<Option<Ticket>, Failure> {
        if response.status == 404 {
            return Ok(None);
        }
        let row = wire::row(&expect(response)?)?;
        Ok(Some(row.ticket(form)))
    }

    async fn has_note(&self, path: &str, mark: &str) -> Result<bool, Failure> {
        let response = self.fetch(path).await?;
        Ok(wire::note_texts(&response)?
            .iter()
            .any(|text| note::carries(text, mark)))
    }
}

/// Success, or the failure that the status means. Nothing of the body gets into it: it may be a customer's text.
fn expect(response: Response) -> Result<Response, Failure> {
    let id = answers::request_id(&response);
    match response.status {
        200..=299 => Ok(response),
        300..=399 => Err(Failure::refused(format!(
            "{PRODUCT} sends requests on to {}: set `url` to the host that answers itself{id}",
            answers::redirect(&response)
        ))),
        401 => Err(Failure::refused(format!(
            "{PRODUCT} does not accept the token: set `token` to a valid one{id}"
        ))),
        403 => Err(Failure::rejected(format!(
            "{PRODUCT} does not allow the token's agent to do this: give it the right to edit all tickets{id}"
        ))),
        404 => Err(Failure::rejected(format!(
            "{PRODUCT} does not know this ticket or page{id}"
        ))),
        status if answers::is_trouble(status) => Err(answers::trouble(PRODUCT, &response, None)),
        status => Err(Failure::rejected(format!(
            "{PRODUCT} refuses this with status {status}{id}"
        ))),
    }
}

otai_plugin::export_plugin!(NewDeskPlugin {
    ticket_system: NewDeskTicketsystemService
});
