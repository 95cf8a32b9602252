//! Searches and reads: many tickets with one request, and one that cannot be read never costs the others.

use std::sync::{Mutex, PoisonError};

use otai_plugin::{
    Failure, all, answers,
    model::Ticket,
    serde_json::{Map, Value, json},
    tracing,
};

use crate::{
    client::{Client, Op},
    errors::{DESK, Said},
    learned::Learned,
    wire::{self, Row},
};

/// More tickets than any helpdesk has: `0` or nothing would mean 500.
pub(crate) const NO_LIMIT: i64 = 100_000_000;
/// Searches at a time where several queues are read.
const WIDTH: usize = 2;

/// What is to be read of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// With the first message, and its dynamic fields.
    Whole,
    /// Without any message.
    Names,
    /// With every note that we may have written.
    Notes,
}

/// One ticket of several that were asked for.
#[derive(Debug)]
pub(crate) enum Read {
    Row(Row),
    /// The helpdesk fails to give it.
    Broken(i64),
}

/// Reads tickets, and learns names from all of them.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) client: Client,
    learned: Mutex<Learned>,
}

impl Reader {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            learned: Mutex::default(),
        }
    }

    /// What has been learned so far.
    pub(crate) fn learned(&self) -> Learned {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Learns names from a row, which also shows whether the helpdesk is one that otai can work with.
    pub(crate) fn learn(&self, row: &Row) -> Result<(), Failure> {
        if wire::is_too_old(row) {
            return Err(Failure::refused(
                "the articles of this helpdesk are those of OTRS 5 or older, where otai cannot write a note that customers do not see: \
                 update to OTOBO 10, Znuny 6.5 or newer",
            ));
        }
        self.learned.lock().unwrap_or_else(PoisonError::into_inner).learn(row);
        Ok(())
    }

    /// Ids that fit, sorted. Each configured queue is searched for by itself: one name that the helpdesk does not know empties
    /// the result of all.
    pub(crate) async fn search(&self, what: &Map<String, Value>) -> Result<Vec<i64>, Failure> {
        let Some(queues) = &self.client.settings.queues else {
            return self.search_once(what.clone()).await;
        };
        let searches = queues
            .iter()
            .cloned()
            .map(|queue| self.search_queue(what.clone(), queue));
        let mut ids = all(searches, WIDTH).await?.concat();
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// The same in one queue.
    pub(crate) async fn search_queue(&self, mut what: Map<String, Value>, queue: String) -> Result<Vec<i64>, Failure> {
        what.insert("Queues".into(), json!([queue]));
        self.search_once(what).await
    }

    async fn search_once(&self, what: Map<String, Value>) -> Result<Vec<i64>, Failure> {
        match self.client.ask(Op::Search, &[], what).await? {
            Said::Done(answer) => Ok(wire::ids(&answer)),
            Said::Refused(refusal) => Err(refusal.failure(Op::Search)),
            Said::Fault => Err(Failure::retry(format!("{DESK}'s search died midway: see its log"))),
        }
    }

    /// Reads these tickets with as few requests as possible. One that is gone or forbidden fails a request for many, so that is
    /// halved until it is found; it is left out, with a warning.
    pub(crate) async fn rows(&self, ids: &[i64], shape: Shape) -> Result<Vec<Read>, Failure> {
        let mut read = Vec::with_capacity(ids.len());
        let mut todo = vec![ids];
        while let Some(part) = todo.pop() {
            if part.is_empty() {
                continue;
            }
            let said = match self.client.ask(Op::Get, part, question(shape)).await {
                // Half as many are half as large.
                Err(failure) if answers::too_large(&failure) => Said::Fault,
                said => said?,
            };
            let broken = match said {
                Said::Done(answer) => {
                    for row in wire::rows(answer) {
                        self.learn(&row)?;
                        read.push(Read::Row(row));
                    }
                    continue;
                }
                Said::Refused(refusal) if refusal.is_denied() => false,
                Said::Refused(refusal) => return Err(refusal.failure(Op::Get)),
                Said::Fault => true,
            };
            match part {
                [id] if broken => read.push(Read::Broken(*id)),
                [id] => tracing::warn!("ticket {id} is gone or the agent may not read it any more: it is left out"),
                many => {
                    let (first, second) = many.split_at(many.len() / 2);
                    todo.extend([second, first]);
                }
            }
        }
        Ok(read)
    }

    /// The same as tickets.
    pub(crate) async fn tickets(&self, ids: &[i64]) -> Result<Vec<Ticket>, Failure> {
        let settings = &self.client.settings;
        let mut tickets = Vec::with_capacity(ids.len());
        for read in self.rows(ids, Shape::Whole).await? {
            match read {
                Read::Row(row) => tickets.extend(wire::ticket(&row, settings)),
                Read::Broken(id) => {
                    tracing::warn!("the helpdesk fails to give ticket {id}: it is left alone");
                    tickets.push(wire::unreadable(id));
                }
            }
        }
        Ok(tickets)
    }

    /// Those that a search has found, of the configured queues only: a search that ignores a parameter finds everything.
    pub(crate) async fn listed(&self, ids: &[i64]) -> Result<Vec<Ticket>, Failure> {
        let mut tickets = self.tickets(ids).await?;
        if let Some(queues) = &self.client.settings.queues {
            let before = tickets.len();
            tickets.retain(|ticket| ticket.queue.as_ref().is_none_or(|queue| queues.contains(queue)));
            if tickets.len() < before {
                tracing::info!(
                    "{} tickets lie in none of the `queues` (any more): left out",
                    before - tickets.len()
                );
            }
        }
        Ok(tickets)
    }

    /// One ticket's row. `None`: gone, or out of the agent's sight, which the helpdesk does not tell apart; believed only while
    /// the agent sees any ticket at all.
    pub(crate) async fn row(&self, id: i64, shape: Shape) -> Result<Option<Row>, Failure> {
        match self.client.ask(Op::Get, &[id], question(shape)).await? {
            Said::Done(answer) => match wire::rows(answer).into_iter().next() {
                Some(row) => {
                    self.learn(&row)?;
                    Ok(Some(row))
                }
                None => Err(Failure::retry(format!("{DESK}'s TicketGet answered without a ticket"))),
            },
            Said::Refused(refusal) if refusal.is_denied() => {
                let any: Map<String, Value> = [("Limit".to_owned(), json!(1))].into_iter().collect();
                if self.search_once(any).await?.is_empty() {
                    return Err(Failure::refused(format!(
                        "the agent `{}` sees no ticket at all (any more): give it `rw` on the groups of the queues",
                        self.client.settings.username
                    )));
                }
                Ok(None)
            }
            Said::Refused(refusal) => Err(refusal.failure(Op::Get)),
            Said::Fault => Err(Failure::rejected(format!(
                "{DESK} fails to give this ticket: see its log (Admin > System Log)"
            ))),
        }
    }

    /// One ticket as the host wants it.
    pub(crate) async fn ticket(&self, id: i64) -> Result<Option<Ticket>, Failure> {
        let row = self.row(id, Shape::Whole).await?;
        Ok(row.and_then(|row| wire::ticket(&row, &self.client.settings)))
    }
}

/// The parameters of TicketGet. Articles come in the order of the sender types: the customer's first message, and where no
/// customer has written, what an agent wrote for him.
fn question(shape: Shape) -> Map<String, Value> {
    let articles: &[(&str, Value)] = match shape {
        Shape::Whole => &[
            ("AllArticles", json!(1)),
            ("ArticleSenderType", json!(["customer", "agent"])),
            ("ArticleLimit", json!(1)),
        ],
        Shape::Names => &[],
        Shape::Notes => &[("AllArticles", json!(1)), ("ArticleSenderType", json!(["system"]))],
    };
    let fields = [("DynamicFields", json!(1))];
    let all = fields
        .iter()
        .chain(articles)
        .map(|(key, value)| ((*key).to_owned(), value.clone()));
    all.collect()
}
