//! `TicketCreate`: a ticket with its first article.

use serde_json::{Map, Value, json};

use super::article::attachments;
use super::catalog;
use super::check::{Pending, missing};
use super::people::Caller;
use super::transport::{Done, Setting, Stop};
use super::value::{given, structured, trim};
use super::world::{Facets, Hand, Znuny};

const NAME: &str = "TicketCreate";

impl Znuny {
    pub(super) fn ticket_create(&mut self, mut data: Map<String, Value>, setting: &Setting, now: i64) -> Done {
        let who = self.auth_strictly(NAME, &data, now)?;
        let sent = data.remove("Article").unwrap_or_default();
        if !structured(&sent) || (sent.is_array() && !self.flavour.article_lists()) {
            return Err(missing(NAME, "Article parameter is missing or not valid!"));
        }
        let Some(Value::Object(mut asked)) = data.remove("Ticket").filter(structured) else {
            return Err(missing(NAME, "Ticket parameter is missing or not valid!"));
        };
        self.check_structures(NAME, &data)?;
        trim(&mut asked);
        let title = self.needed(&asked, "Title")?;
        let user = self.needed(&asked, "CustomerUser")?;
        self.check_customer(NAME, &asked)?;
        let queue = self.required(&asked, "Queue")?;
        let lock = self.attribute(NAME, &asked, "Lock")?;
        let kind = self.attribute(NAME, &asked, "Type")?;
        let state = self.required(&asked, "State")?;
        let priority = self.required(&asked, "Priority")?;
        let owner = self.attribute(NAME, &asked, "Owner")?;
        let responsible = self.attribute(NAME, &asked, "Responsible")?;
        let pending = self.check_pending(NAME, &asked)?;
        self.may_create(&who, queue)?;
        let mut drafts = self.check_articles(NAME, &sent, true, &who)?;
        let fields = match data.get("DynamicField") {
            Some(list) => self.check_fields(NAME, list, true)?,
            None => Vec::new(),
        };
        let files = attachments(NAME, data.get("Attachment").unwrap_or(&Value::Null))?;
        if let Some(first) = drafts.first_mut() {
            first.article.attachments.extend(files);
        }

        let by = Self::hand_of(&who);
        let mut ticket = self.draft(by, now);
        let id = ticket.id;
        ticket.title = title;
        ticket.queue = queue;
        ticket.state = state;
        ticket.priority = priority;
        ticket.kind = kind.unwrap_or(ticket.kind);
        ticket.responsible = responsible.unwrap_or(ticket.responsible);
        if catalog::state(state).kind == "closed" {
            ticket.closed = Some(now);
        }
        ticket.pending_until = match pending {
            Some(Pending::Minutes(minutes)) => now.saturating_add(minutes.saturating_mul(60)),
            Some(Pending::At(at)) => at,
            None => 0,
        };
        self.register(ticket, by, now);
        let customer = self.people.customer(&user).cloned();
        let company = given(&asked, "CustomerID").or_else(|| customer.as_ref().map(|c| c.company.clone()));
        self.change(id, by, now, |c| c.customer(&user, &company.unwrap_or_default()));
        // Fields first, then the articles, as the real history shows.
        let (on_article, on_ticket): (Vec<_>, Vec<_>) = fields.into_iter().partition(|f| f.on_article);
        let mut done = self.set_fields(id, None, on_ticket, by, now);
        if let Some(lock) = lock {
            self.change(id, by, now, |c| c.lock(lock));
        }
        let from = customer.map_or_else(|| user.clone(), |c| format!("\"{}\" <{}>", c.name, c.email));
        let queue_name = self.catalog.queue(queue).map(|q| q.name.clone());
        let email = drafts.first().is_some_and(|d| d.article.channel == 1);
        let mut articles = Vec::new();
        for mut draft in drafts {
            // Whom the request names does not count here.
            draft.to.clone_from(&queue_name);
            let unnamed = draft.from.is_none();
            let article = self.add_article(id, draft, &who, now)?;
            articles.push(article);
            if let Some(own) = self
                .tickets
                .get_mut(&id)
                .and_then(|t| t.articles.last_mut())
                .filter(|_| unnamed)
            {
                own.from.clone_from(&from);
            }
        }
        done = done.and_then(|()| self.set_fields(id, articles.first().copied(), on_article, by, now));
        self.change(id, by, now, |c| c.owner(owner.unwrap_or(by)));
        let carried = asked.keys().cloned().collect();
        self.record(id, Hand::Api, "create", carried, &Facets::new());
        done?;
        Ok(self.created(id, &articles, email, setting.include_ticket_data, now))
    }

    fn needed(&self, ticket: &Map<String, Value>, key: &str) -> Result<String, Stop> {
        given(ticket, key).ok_or_else(|| missing(NAME, &format!("Ticket->{key} parameter is missing!")))
    }

    fn required(&self, ticket: &Map<String, Value>, key: &str) -> Result<u64, Stop> {
        self.attribute(NAME, ticket, key)?.ok_or_else(|| {
            missing(
                NAME,
                &format!("Ticket->{key}ID or Ticket->{key} parameter is required!"),
            )
        })
    }

    fn may_create(&self, who: &Caller, queue: u64) -> Result<(), Stop> {
        let may = match who {
            Caller::Agent(id) => {
                let agent = self.people.agent(*id);
                agent
                    .zip(self.catalog.queue(queue))
                    .is_some_and(|(a, q)| a.may("create", q))
            }
            Caller::Customer(_) => true,
        };
        match may {
            true => Ok(()),
            false => Err(Stop::refused(
                NAME,
                "AccessDenied",
                "Can not create tickets in given Queue or QueueID!",
            )),
        }
    }

    /// Puts a new ticket into the system, with the first line of its history.
    pub(super) fn register(&mut self, mut ticket: super::ticket::Ticket, by: u64, now: i64) {
        let line = format!(
            "%%{}%%{}%%{}%%{}%%{}",
            ticket.number,
            self.catalog.queue(ticket.queue).map_or("", |q| &q.name),
            catalog::named(&self.catalog.priorities, ticket.priority),
            catalog::state(ticket.state).name,
            ticket.id,
        );
        ticket.remember("NewTicket", line, 0, by, now);
        self.put(ticket);
    }

    fn created(&self, id: u64, articles: &[u64], email: bool, include: bool, now: i64) -> Value {
        let Some(ticket) = self.tickets.get(&id) else {
            return json!({});
        };
        let mut answer = json!({ "TicketID": id.to_string(), "TicketNumber": ticket.number });
        match articles {
            // Whatever the mail did to it, the id of an e-mail comes back as a string.
            [one] if include && email => answer["ArticleID"] = json!(one.to_string()),
            [one] => answer["ArticleID"] = json!(one),
            many => answer["ArticleID"] = json!(many),
        }
        if include {
            let mut shown = self.show_ticket(ticket, true, false, now);
            let mut list: Vec<Value> = articles
                .iter()
                .filter_map(|a| self.new_article(id, *a, false))
                .collect();
            let list = match self.flavour.otobo() {
                true => list.pop().unwrap_or_default(),
                false => Value::Array(list),
            };
            shown.insert("Article".to_owned(), list);
            answer["Ticket"] = Value::Object(shown);
        }
        answer
    }
}
