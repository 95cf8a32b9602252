//! `TicketUpdate`: everything is checked first, then changed step by step, and what has been done stays done when a later
//! step fails.

use serde_json::{Map, Value, json};

use super::article::{Draft, attachments, title};
use super::catalog;
use super::check::{FieldValue, Pending, address, missing};
use super::people::{Caller, ROOT};
use super::render::Shown;
use super::service::Kind;
use super::transport::{Done, Setting, Stop};
use super::value::{given, spelled, trim, truthy};
use super::world::{Hand, Znuny};

const NAME: &str = "TicketUpdate";

/// What a request wants of a ticket, all of it known to exist.
struct Wish {
    ticket: Map<String, Value>,
    customer: Option<String>,
    pending: Option<Pending>,
    drafts: Vec<Draft>,
    fields: Vec<FieldValue>,
}

fn denied(what: &str) -> Stop {
    Stop::refused(NAME, "AccessDenied", what)
}

pub(super) fn broken(what: &str) -> Stop {
    Stop::Fault(format!(
        "{what} could not be updated, please contact system administrator!"
    ))
}

impl Znuny {
    pub(super) fn ticket_update(&mut self, mut data: Map<String, Value>, setting: &Setting, now: i64) -> Done {
        debug_assert_eq!(setting.kind, Kind::TicketUpdate);
        if !truthy(data.get("TicketID")) && !truthy(data.get("TicketNumber")) {
            return Err(missing(NAME, "TicketID or TicketNumber is required!"));
        }
        let who = self.auth_strictly(NAME, &data, now)?;
        let id = match given(&data, "TicketNumber") {
            Some(number) => self.by_number(&number),
            None => data.get("TicketID").and_then(|id| spelled(id).parse().ok()),
        };
        // What is not there and what may not be touched look alike.
        let right = if self.flavour.update_wants_rw() { "rw" } else { "ro" };
        let id = id
            .filter(|id| self.tickets.get(id).is_some_and(|t| self.permits(&who, right, t)))
            .ok_or_else(|| denied("User does not have access to the ticket!"))?;
        let wish = self.read_wish(&mut data, &who)?;
        self.check_rights(id, &wish, &who)?;

        let mut carried: Vec<String> = wish.ticket.keys().cloned().collect();
        carried.extend(wish.fields.iter().map(|f| format!("DynamicField_{}", f.name)));
        let before = self.tickets.get(&id).map(|t| self.facets(t)).unwrap_or_default();
        let articles = self.apply(id, wish, &who, now);
        self.record(id, Hand::Api, "update", carried, &before);
        let articles = articles?;

        let echoed = match given(&data, "TicketNumber") {
            Some(_) => json!(id),
            None => data.remove("TicketID").unwrap_or_default(),
        };
        Ok(self.updated(id, echoed, &articles, setting.include_ticket_data, now))
    }

    fn read_wish(&self, data: &mut Map<String, Value>, who: &Caller) -> Result<Wish, Stop> {
        let mut ticket = match data.remove("Ticket") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(map)) if !map.is_empty() => map,
            Some(_) => {
                return Err(Stop::refused(
                    NAME,
                    "InvalidParameter",
                    "Ticket parameter is not valid!",
                ));
            }
        };
        self.check_structures(NAME, data)?;
        trim(&mut ticket);
        let customer = self.check_customer(NAME, &ticket)?;
        for key in ["Queue", "Lock", "Type", "State", "Priority", "Owner", "Responsible"] {
            self.attribute(NAME, &ticket, key)?;
        }
        let pending = self.check_pending(NAME, &ticket)?;
        let sent = data.remove("Article").unwrap_or_default();
        let mut drafts = self.check_articles(NAME, &sent, self.flavour.article_lists(), who)?;
        let fields = match data.get("DynamicField").filter(|v| truthy(Some(v))) {
            Some(list) => self.check_fields(NAME, list, !drafts.is_empty())?,
            None => Vec::new(),
        };
        let files = attachments(NAME, data.get("Attachment").unwrap_or(&Value::Null))?;
        if !files.is_empty() {
            let first = drafts.first_mut();
            let first = first.ok_or_else(|| missing(NAME, "To create an attachment an article is needed!"))?;
            first.article.attachments.extend(files);
        }
        Ok(Wish {
            ticket,
            customer,
            pending,
            drafts,
            fields,
        })
    }

    /// One right for each kind of change. Where `rw` is wanted anyway, this never refuses.
    fn check_rights(&self, id: u64, wish: &Wish, who: &Caller) -> Result<(), Stop> {
        let Some(ticket) = self.tickets.get(&id) else {
            return Ok(());
        };
        let asks = |key: &str| truthy(wish.ticket.get(key)) || truthy(wish.ticket.get(&format!("{key}ID")));
        let state = self
            .attribute(NAME, &wish.ticket, "State")?
            .map(|s| catalog::state(s).kind);
        let close = state.is_some_and(|kind| kind == "closed" || kind.starts_with("pending"));
        let rights = [
            (!wish.drafts.is_empty(), "note", "create new articles"),
            (!wish.fields.is_empty(), "rw", "update dynamic fields"),
            (asks("Queue"), "move", "update queue"),
            (asks("Owner"), "owner", "update owner"),
            (asks("Responsible"), "responsible", "update responsibe"),
            (asks("Priority"), "priority", "update priority"),
            (close, "close", "update state"),
        ];
        match rights
            .iter()
            .find(|(asked, right, _)| *asked && !self.permits(who, right, ticket))
        {
            Some((_, _, what)) => Err(denied(&format!("Does not have permissions to {what}!"))),
            None => Ok(()),
        }
    }

    /// Does it, in the real order. Gives the ids of new articles.
    fn apply(&mut self, id: u64, wish: Wish, who: &Caller, now: i64) -> Result<Vec<u64>, Stop> {
        let by = Self::hand_of(who);
        let asked = &wish.ticket;
        if let Some(title) = title(asked)? {
            self.change(id, by, now, |c| c.title(&title));
        }
        if let Some(queue) = self.applied(id, asked, "Queue") {
            let target = queue.and_then(|q| self.catalog.queue(q));
            let may =
                target.is_some_and(|q| by == ROOT || self.people.agent(by).is_some_and(|a| a.may("move_into", q)));
            let queue = target
                .filter(|_| may)
                .map(|q| q.id)
                .ok_or_else(|| broken("Ticket queue"))?;
            self.change(id, by, now, |c| c.queue(queue));
        }
        if let Some(lock) = self.applied(id, asked, "Lock") {
            let lock = lock.ok_or_else(midway)?;
            self.change(id, by, now, |c| c.lock(lock));
        }
        if let Some(kind) = self.applied(id, asked, "Type") {
            let kind = kind.ok_or_else(midway)?;
            self.change(id, by, now, |c| c.kind(kind));
        }
        if let Some(checked) = self.attribute(NAME, asked, "State")? {
            if catalog::state(checked).kind.starts_with("pending") {
                let until = match wish.pending {
                    Some(Pending::Minutes(0)) => return Err(midway()),
                    Some(Pending::Minutes(minutes)) => now.saturating_add(minutes.saturating_mul(60)),
                    Some(Pending::At(at)) => at,
                    None => {
                        let text = "Can't set a ticket on a pending state without pendig time!";
                        return Err(Stop::Refused(format!("{NAME}.MissingParameter"), text.to_owned()));
                    }
                };
                self.change(id, by, now, |c| c.pending_until(until));
            }
            if let Some(state) = self.applied(id, asked, "State") {
                let state = state.ok_or_else(midway)?;
                self.change(id, by, now, |c| c.state(state));
            }
        }
        if let Some(user) = &wish.customer {
            let company = given(asked, "CustomerID")
                .or_else(|| self.people.customer(user).map(|c| c.company.clone()))
                .unwrap_or_default();
            self.change(id, by, now, |c| c.customer(user, &company));
        }
        if let (None, Some(company)) = (&wish.customer, given(asked, "CustomerID")) {
            self.change(id, by, now, |c| c.customer("", &company));
        }
        for key in ["Priority", "Owner", "Responsible"] {
            if let Some(value) = self.applied(id, asked, key) {
                let value = value.ok_or_else(midway)?;
                self.change(id, by, now, |c| match key {
                    "Priority" => c.priority(value),
                    "Owner" => c.owner(value),
                    _ => c.responsible(value),
                });
            }
        }
        let mut articles = Vec::new();
        for draft in wish.drafts {
            articles.push(self.add_article(id, draft, who, now)?);
        }
        self.set_fields(id, articles.first().copied(), wish.fields, by, now)?;
        Ok(articles)
    }

    /// What an attribute is to become. The name is what is applied, and it was not looked at if there was an id too:
    /// `Some(None)` is a name that does not exist. `None`: nothing to change.
    #[allow(clippy::option_option)]
    fn applied(&self, id: u64, asked: &Map<String, Value>, key: &str) -> Option<Option<u64>> {
        let (name, number) = (given(asked, key), given(asked, &format!("{key}ID")));
        let ticket = self.tickets.get(&id)?;
        let current = match key {
            "Queue" => ticket.queue,
            "Lock" => ticket.lock,
            "Type" => ticket.kind,
            "State" => ticket.state,
            "Priority" => ticket.priority,
            "Owner" => ticket.owner,
            _ => ticket.responsible,
        };
        name.as_ref().or(number.as_ref())?;
        let mut wanted = self.lookup(key, name.as_deref(), None);
        if name.is_none() || wanted == Some(current) {
            wanted = number
                .as_deref()
                .map_or(wanted, |number| self.lookup(key, None, Some(number)));
        }
        (wanted != Some(current)).then_some(wanted)
    }

    /// Adds an article in the caller's name, and notes which mail to the customer it may set off.
    pub(super) fn add_article(&mut self, id: u64, draft: Draft, who: &Caller, now: i64) -> Result<u64, Stop> {
        if draft.hopeless {
            let text = "Article could not be created, please contact the system administrator";
            return Err(Stop::Fault(text.to_owned()));
        }
        let by = Self::hand_of(who);
        let article_id = self.next_article();
        let mut article = draft.article;
        article.id = article_id;
        article.created = now;
        article.created_by = by;
        let own_address = draft.from.as_deref().and_then(address).map(str::to_owned);
        article.from = draft.from.unwrap_or_else(|| match who {
            Caller::Agent(agent) => self
                .people
                .agent(*agent)
                .map(super::people::Agent::full_name)
                .unwrap_or_default(),
            Caller::Customer(_) => String::new(),
        });
        article.to = draft.to.unwrap_or_default();
        self.mails.push(json!({
            "TicketID": id, "ArticleID": article_id, "AutoResponseType": draft.auto_response, "address": own_address,
        }));
        self.change(id, by, now, |c| c.article(article, draft.history, &draft.comment));
        self.set_fields(id, Some(article_id), draft.fields, by, now)?;
        Ok(article_id)
    }

    pub(super) fn set_fields(
        &mut self,
        id: u64,
        article: Option<u64>,
        fields: Vec<FieldValue>,
        by: u64,
        now: i64,
    ) -> Result<(), Stop> {
        for field in fields {
            if field.hopeless {
                self.change(id, by, now, |c| c.field(&field.name, None));
                let text = format!(
                    "Dynamic Field {} could not be set, please contact the system administrator",
                    field.name
                );
                return Err(Stop::Fault(text));
            }
            if !field.on_article {
                self.change(id, by, now, |c| c.field(&field.name, field.value));
                continue;
            }
            let ticket = self.tickets.get_mut(&id);
            if let Some(own) = ticket.and_then(|t| t.articles.iter_mut().find(|a| Some(a.id) == article)) {
                match field.value {
                    Some(value) => drop(own.fields.insert(field.name, value)),
                    None => drop(own.fields.remove(&field.name)),
                }
            }
        }
        Ok(())
    }

    /// The answer to an update.
    fn updated(&self, id: u64, echoed: Value, articles: &[u64], include: bool, now: i64) -> Value {
        let Some(ticket) = self.tickets.get(&id) else {
            return json!({});
        };
        let mut answer = Map::new();
        answer.insert("TicketID".to_owned(), echoed);
        answer.insert("TicketNumber".to_owned(), json!(ticket.number));
        let newest = ticket.articles.last().map(|a| a.id);
        let named = match articles {
            [] if include && self.flavour.always_article() => newest,
            [one] => Some(*one),
            _ => None,
        };
        if let Some(named) = named {
            answer.insert("ArticleID".to_owned(), json!(named));
        }
        if articles.len() > 1 {
            answer.insert("ArticleIDs".to_owned(), json!(articles));
        }
        if include {
            let mut shown = self.show_ticket(ticket, true, false, now);
            let html = self.flavour.shows_new_html();
            let list: Vec<Value> = articles.iter().filter_map(|a| self.new_article(id, *a, html)).collect();
            match <[Value; 1]>::try_from(list) {
                Ok([one]) => drop(shown.insert("Article".to_owned(), one)),
                Err(none) if none.is_empty() => {
                    let last = ticket.articles.last().filter(|_| self.flavour.always_article());
                    if let Some(last) = last {
                        let head = self.show_article_head(id, ticket.articles.len(), last);
                        shown.insert("Article".to_owned(), Value::Object(head));
                    }
                }
                Err(many) => drop(shown.insert("Articles".to_owned(), Value::Array(many))),
            }
            answer.insert("Ticket".to_owned(), Value::Object(shown));
        }
        Value::Object(answer)
    }

    /// An article as the answer to its making shows it, with or without its HTML.
    pub(super) fn new_article(&self, ticket: u64, id: u64, html_body: bool) -> Option<Value> {
        let ticket = self.tickets.get(&ticket)?;
        let at = ticket.articles.iter().position(|a| a.id == id)?;
        let shown = Shown {
            fields: true,
            attachments: true,
            contents: true,
            html_body,
            reading: false,
        };
        Some(Value::Object(self.show_article(
            ticket.id,
            at + 1,
            &ticket.articles[at],
            shown,
        )))
    }
}

fn midway() -> Stop {
    Stop::Fault("OperationObject returned an error, cancelling Request".to_owned())
}
