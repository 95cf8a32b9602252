//! Filling a system with the rows of a data set.
//!
//! Queues become groups, the type a select attribute. Zammad knows three priorities: `urgent` becomes `3 high`, too.

use crate::options::{Options, StartError};
use crate::split::{self, Level, WORKED_ON};
use crate::time::Clock;
use crate::zammad::ticket::{Article, Body, CLOSED, Ticket};
use crate::zammad::world::{Truth, World};

/// Zammad's priority for a word of the data set.
pub(crate) fn priority(level: Level) -> u64 {
    (level as u64).min(3)
}

/// Builds the world that the options describe.
pub(crate) fn world(options: &Options, clock: &Clock) -> Result<World, StartError> {
    let mut world = World::new(options, clock);
    for queue in split::queues(&options.tickets) {
        world.system.add_group(&queue);
    }
    let customers: Vec<(u64, std::sync::Arc<str>)> = split::customers(options)
        .into_iter()
        .map(|c| (world.system.add_customer(&c.email, &c.name), c.name.into()))
        .collect();
    for placed in split::place(options, clock.seconds()) {
        let placed = placed?;
        let row = placed.row;
        let (customer, name) = &customers[(placed.n - 1) % customers.len()];
        let id = world.next_ticket();
        let created_ms = placed.created * 1000 + (id % 1000) as i64;
        // Two of three come by mail, the third through the web form.
        let mail = !id.is_multiple_of(3);
        let mut ticket = Ticket::new(id, *customer, created_ms);
        ticket.title.clone_from(&row.subject);
        ticket.create_article_type_id = if mail { 1 } else { 11 };
        ticket.create_article_sender_id = 2;
        let group = world.system.group_id(&row.queue);
        let kind = Some(row.kind.clone()).filter(|k| !k.is_empty());
        world.system.tags.extend(row.tags.iter().cloned());
        if placed.closed {
            ticket.updated_at = created_ms + WORKED_ON * 1000;
            ticket.close_at = Some(ticket.updated_at);
            ticket.state_id = CLOSED;
            ticket.group_id = group.unwrap_or(1);
            ticket.priority_id = placed.level.map_or(2, priority);
            ticket.tags.clone_from(&row.tags);
            if let Some(kind) = kind {
                ticket.custom.insert("type".to_owned(), kind.into());
            }
        } else {
            let truth = Truth {
                queue: Some(row.queue.clone()).filter(|q| !q.is_empty()),
                priority: placed
                    .level
                    .and_then(|l| world.system.priority(priority(l)).map(str::to_owned)),
                kind,
                tags: row.tags.clone(),
                language: row.language.clone(),
            };
            world.ledger.know(id, Some(placed.n), truth, &row.tags);
        }
        let login = world.system.login(*customer).unwrap_or_default().to_owned();
        world.file(ticket);
        let article = Article {
            id: 0,
            ticket_id: id,
            type_id: if mail { 1 } else { 11 },
            sender_id: 2,
            from: format!("{name} <{login}>"),
            to: mail.then(|| "Support <support@northwind.example>".to_owned()),
            subject: mail.then(|| row.subject.clone()),
            body: match mail {
                true => Body::Mail(row.body.as_str().into(), name.clone()),
                false => Body::Plain(row.body.as_str().into()),
            },
            internal: false,
            attachments: Vec::new(),
            created_by: *customer,
            created_at: created_ms,
        };
        world.say(article, false);
    }
    Ok(world)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Row;

    #[test]
    fn open_rows_wait_in_users_and_history_has_its_values() {
        let row = |i: usize| Row {
            subject: format!("s{i}"),
            body: "b".into(),
            kind: "Incident".into(),
            queue: "Sales".into(),
            priority: ["urgent", "medium"][i % 2].into(),
            language: "en".into(),
            tags: vec!["t".into()],
        };
        let options = Options {
            tickets: (0..10).map(row).collect(),
            ..Options::default()
        };
        let world = world(&options, &Clock::default()).unwrap();
        let closed = &world.tickets[&1];
        assert_eq!((closed.state_id, closed.priority_id, closed.tags.len()), (CLOSED, 3, 1));
        assert_eq!(world.system.groups[&closed.group_id], "Sales");
        assert_eq!(closed.get("type"), "Incident");
        let open = &world.tickets[&9];
        assert_eq!((open.state_id, open.priority_id, open.group_id), (1, 2, 1));
        assert!(open.tags.is_empty() && open.get("type").is_null());
        assert_eq!(world.ledger.truth(9).unwrap().priority.as_deref(), Some("3 high"));
        assert_eq!(world.articles_of(9).count(), 1);
    }
}
