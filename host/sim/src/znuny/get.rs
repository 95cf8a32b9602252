//! `TicketGet` and `TicketHistoryGet`: many tickets in one call, and one that may not be seen fails them all.

use serde_json::{Map, Value, json};

use super::catalog::SENDERS;
use super::people::Caller;
use super::render::Shown;
use super::ticket::{Ticket, history_id};
use super::transport::{Done, Stop};
use super::value::{filled, given, listed, scalar, spelled, truthy};
use super::world::Znuny;

impl Znuny {
    pub(super) fn ticket_get(&mut self, data: &Map<String, Value>, now: i64) -> Done {
        let refused = |code, text| Err(Stop::refused("TicketGet", code, text));
        let Some(who) = self.auth(data, now) else {
            return refused("AuthFail", "Authorization failing!");
        };
        let ids = self.ids("TicketGet", data)?;
        let number = |id: &String| !id.starts_with('0') && !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        if self.flavour.checks_ids() && !ids.iter().all(number) {
            return refused("WrongStructure", "Invalid ticket ID parameter(s) found!");
        }
        let mut tickets = Vec::with_capacity(ids.len());
        for id in &ids {
            match self.readable(&who, id) {
                Some(ticket) => tickets.push(ticket),
                None => return refused("AccessDenied", "User does not have access to the ticket!"),
            }
        }
        let asked = |key: &str| truthy(data.get(key));
        let shown = Shown {
            fields: asked("DynamicFields"),
            attachments: asked("Attachments"),
            contents: data
                .get("GetAttachmentContents")
                .is_none_or(|v| v.is_null() || truthy(Some(v))),
            html_body: asked("HTMLBodyAsAttachment"),
            reading: true,
        };
        let senders = listed(data, "ArticleSenderType").map(|names| {
            let sender = |name: &String| SENDERS.iter().find(|(_, own)| own == name).map(|(id, _)| *id);
            names.iter().filter_map(sender).collect::<Vec<u64>>()
        });
        let limit = given(data, "ArticleLimit").and_then(|l| l.parse::<usize>().ok());
        let reverse = filled(data, "ArticleOrder").as_deref() == Some("DESC");
        let shown: Vec<Value> = tickets
            .into_iter()
            .map(|ticket| {
                let mut map = self.show_ticket(ticket, shown.fields, true, now);
                if asked("Extended") {
                    self.extend(ticket, &mut map);
                }
                if asked("AllArticles") {
                    let articles = self.articles(ticket, &who, senders.as_deref(), limit, reverse, shown);
                    if !articles.is_empty() {
                        map.insert("Article".to_owned(), Value::Array(articles));
                    }
                }
                Value::Object(map)
            })
            .collect();
        Ok(json!({ "Ticket": shown }))
    }

    /// When it was first locked, answered and closed.
    fn extend(&self, ticket: &Ticket, map: &mut Map<String, Value>) {
        let locked = ticket.past.iter().find(|p| p.kind == "Lock").map(|p| p.at);
        let answered = ticket
            .articles
            .iter()
            .find(|a| a.sender == 1 && a.visible)
            .map(|a| a.created);
        for (key, at) in [
            ("FirstLock", locked),
            ("FirstResponse", answered),
            ("Closed", ticket.closed),
        ] {
            if let Some(at) = at {
                map.insert(key.to_owned(), json!(self.zone.show(at)));
            }
        }
        if let Some(closed) = ticket.closed {
            map.insert("SolutionInMin".to_owned(), json!((closed - ticket.created) / 60));
        }
    }

    fn articles(
        &self,
        ticket: &Ticket,
        who: &Caller,
        senders: Option<&[u64]>,
        limit: Option<usize>,
        reverse: bool,
        shown: Shown,
    ) -> Vec<Value> {
        let numbered = ticket.articles.iter().zip(1..);
        let mut list: Vec<_> = numbered
            .filter(|(a, _)| a.visible || matches!(who, Caller::Agent(_)))
            .filter(|(a, _)| senders.is_none_or(|s| s.contains(&a.sender)))
            .collect();
        // Several sender types are listed one after the other.
        if let Some(senders) = senders {
            list.sort_by_key(|(a, _)| senders.iter().position(|s| *s == a.sender));
        }
        // An order without a limit is not looked at.
        if let Some(limit) = limit {
            if reverse {
                list.reverse();
            }
            list.truncate(limit);
        }
        list.into_iter()
            .map(|(article, number)| Value::Object(self.show_article(ticket.id, number, article, shown)))
            .collect()
    }

    /// The ids of a request: one, several between commas, or a list.
    fn ids(&self, operation: &str, data: &Map<String, Value>) -> Result<Vec<String>, Stop> {
        let refused = |code, text| Err(Stop::refused(operation, code, text));
        match data.get("TicketID") {
            value if !truthy(value) => refused("MissingParameter", "TicketID parameter is missing!"),
            Some(Value::Array(list)) if !list.is_empty() => Ok(list.iter().map(spelled).collect()),
            Some(value) => match scalar(value) {
                // As in Perl, empty parts at the end do not count.
                Some(text) => {
                    let text = text.trim_end_matches([',', ' ']);
                    Ok(text.split(',').map(|id| id.trim().to_owned()).collect())
                }
                None => refused("WrongStructure", "Structure for TicketID is not correct!"),
            },
            None => refused("MissingParameter", "TicketID parameter is missing!"),
        }
    }

    fn readable(&self, who: &Caller, id: &str) -> Option<&Ticket> {
        let ticket = self.tickets.get(&id.parse().ok()?)?;
        self.permits(who, "ro", ticket).then_some(ticket)
    }

    pub(super) fn ticket_history_get(&mut self, data: &Map<String, Value>, now: i64) -> Done {
        const NAME: &str = "TicketHistoryGet";
        let who = self.auth(data, now);
        let Some(who @ Caller::Agent(_)) = who else {
            let text = if who.is_none() {
                "Authorization failing!"
            } else {
                "User needs to an Agent!"
            };
            return Err(Stop::refused(NAME, "AuthFail", text));
        };
        let mut shown = Vec::new();
        for id in self.ids(NAME, data)? {
            let Some(ticket) = self.readable(&who, &id) else {
                let text = format!("User does not have access to the ticket {id}!");
                return Err(Stop::refused(NAME, "AccessDenied", &text));
            };
            let lines: Vec<Value> = ticket
                .past
                .iter()
                .map(|past| {
                    json!({
                        "ArticleID": past.article,
                        "CreateBy": past.by,
                        "CreateTime": self.zone.show(past.at),
                        "HistoryType": past.kind,
                        "HistoryTypeID": history_id(past.kind),
                        "Name": past.name,
                        "OwnerID": past.owner,
                        "PriorityID": past.priority,
                        "QueueID": past.queue,
                        "StateID": past.state,
                        "TicketID": id,
                        "TypeID": past.type_id,
                    })
                })
                .collect();
            shown.push(json!({ "TicketID": id, "History": lines }));
        }
        Ok(json!({ "TicketHistory": shown }))
    }
}
