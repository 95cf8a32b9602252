//! Filling a world with the rows of a data set.

use crate::freshdesk::ticket::{CLOSED, Content, Ticket};
use crate::freshdesk::truth::Truth;
use crate::freshdesk::world::World;
use crate::options::{Options, StartError};
use crate::split::{self, WORKED_ON};
use crate::time::{Clock, DAY};

const COMPANIES: [&str; 4] = ["Acme Logistik GmbH", "Blue Harbor Ltd", "Nordlicht AG", "Initech"];

/// Builds the world that the options describe.
pub(crate) fn world(options: &Options, clock: &Clock) -> Result<World, StartError> {
    let mut world = World::new(options, clock);
    // Ids follow the order in which the groups are listed.
    for queue in split::queues(&options.tickets) {
        world.account.add_group(&queue);
    }
    for kind in split::kinds(&options.tickets) {
        world.account.add_type(&kind);
    }
    let members: Vec<u64> = world.account.groups.iter().map(|g| g.id).collect();
    if let [bot, human] = world.account.agents.as_mut_slice() {
        bot.group_ids = members.first().copied().into_iter().collect();
        human.group_ids = members;
    }
    for (company, founded) in COMPANIES.iter().zip(0..) {
        let founded = world.account.founded + founded;
        world.people.add_company(company, founded);
    }
    fill(&mut world, options)?;
    Ok(world)
}

fn fill(world: &mut World, options: &Options) -> Result<(), StartError> {
    let requesters = requesters(world, options);
    for placed in split::place(options, world.now()) {
        let placed = placed?;
        let (row, created) = (placed.row, placed.created);
        let id = world.store.next_id();
        let requester = requesters[(placed.n - 1) % requesters.len()];
        let priority = placed.level.map(|level| level as u64);
        let mut ticket = Ticket::new(id, requester, created);
        ticket.subject = Some(row.subject.clone());
        ticket.content = Content::Text(row.body.as_str().into());
        ticket.source = 1;
        ticket.email_config_id = Some(world.account.email_config_id());
        ticket.company_id = world.people.contacts.get(&requester).and_then(|c| c.company_id);
        ticket.due_by = Some(created + 3 * DAY);
        ticket.fr_due_by = Some(created + DAY);
        ticket.stats.status_updated_at = Some(created + 1);
        let group_id = world.account.groups.iter().find(|g| g.name == row.queue).map(|g| g.id);
        let kind = Some(row.kind.clone()).filter(|k| !k.is_empty());
        if placed.closed {
            let done = created + WORKED_ON;
            ticket.updated_at = done;
            ticket.status = CLOSED;
            ticket.stats.status_updated_at = Some(done);
            ticket.stats.resolved_at = Some(done);
            ticket.stats.closed_at = Some(done);
            ticket.group_id = group_id;
            ticket.kind = kind;
            ticket.priority = priority.unwrap_or(1);
            ticket.tags.clone_from(&row.tags);
        } else {
            ticket.updated_at = created + 1;
            let (tags, language) = (row.tags.clone(), row.language.clone());
            let truth = Truth {
                group_id,
                priority,
                kind,
                tags,
                language,
            };
            world.ledger.know(id, Some(placed.n), truth, &row.tags);
        }
        world.store.put_indexed(ticket);
    }
    Ok(())
}

fn requesters(world: &mut World, options: &Options) -> Vec<u64> {
    let companies: Vec<u64> = world.people.companies.keys().copied().collect();
    let founded = world.account.founded;
    split::customers(options)
        .into_iter()
        .enumerate()
        .map(|(n, customer)| {
            let id = world
                .people
                .add(&customer.name, Some(&customer.email), founded + n as i64);
            let company = companies.get((customer.draw % 8) as usize).copied();
            if let Some(contact) = world.people.contacts.get_mut(&id) {
                contact.company_id = company;
            }
            id
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::freshdesk::ticket::OPEN;
    use crate::rows::Row;

    fn rows(n: usize) -> Vec<Row> {
        (0..n)
            .map(|i| Row {
                subject: format!("s{i}"),
                body: "b".into(),
                kind: ["Incident", "Request"][i % 2].into(),
                queue: ["zeta", "Alpha"][i % 2].into(),
                priority: ["Critical", "normal"][i % 2].into(),
                language: "en".into(),
                tags: vec!["t".into()],
            })
            .collect()
    }

    fn filled(n: usize) -> World {
        let options = Options {
            api_key: "k".into(),
            tickets: rows(n),
            ..Options::default()
        };
        world(&options, &Clock::default()).unwrap()
    }

    #[test]
    fn the_first_rows_are_history_and_the_rest_is_untouched() {
        let world = filled(10);
        let now = world.now();
        for id in 1..=8 {
            let ticket = world.store.get(id).unwrap();
            assert_eq!((ticket.status, ticket.tags.len()), (CLOSED, 1));
            assert!(ticket.group_id.is_some() && ticket.kind.is_some() && ticket.priority > 1);
            assert!(ticket.created_at >= now - 180 * DAY && ticket.updated_at <= now - 31 * DAY);
        }
        for id in 9..=10 {
            let ticket = world.store.get(id).unwrap();
            assert_eq!((ticket.status, ticket.priority), (OPEN, 1));
            assert!(ticket.group_id.is_none() && ticket.kind.is_none() && ticket.tags.is_empty());
            assert!(ticket.created_at > now - 29 * DAY && ticket.updated_at < now);
            assert_eq!(ticket.updated_at, ticket.created_at + 1);
            assert_eq!(
                world.ledger.truth(id).unwrap().priority,
                Some([4, 2][(id as usize - 1) % 2])
            );
        }
        let names: Vec<&str> = world.account.groups.iter().map(|g| g.name.as_str()).collect();
        assert_eq!(names, ["Alpha", "zeta"]);
        assert!(world.account.groups[0].id < world.account.groups[1].id);
    }

    #[test]
    fn open_tickets_have_seconds_of_their_own_in_file_order() {
        let world = filled(20_000);
        let times: Vec<i64> = (16_001..=20_000)
            .map(|id| world.store.get(id).unwrap().created_at)
            .collect();
        assert!(times.windows(2).all(|w| w[1] - w[0] > 5));
    }

    #[test]
    fn an_unknown_priority_is_placed() {
        let mut rows = rows(3);
        rows[1].priority = "soon".into();
        let options = Options {
            api_key: "k".into(),
            tickets: rows,
            ..Options::default()
        };
        let error = world(&options, &Clock::default()).err().unwrap();
        assert_eq!(
            error.to_string(),
            "row 2: \"soon\" is no priority; use low, medium, high or urgent"
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let ids = |seed| -> Vec<u64> {
            let options = Options {
                api_key: "k".into(),
                tickets: rows(9),
                seed,
                ..Options::default()
            };
            world(&options, &Clock::default())
                .unwrap()
                .account
                .groups
                .iter()
                .map(|g| g.id)
                .collect()
        };
        assert_eq!(ids(3), ids(3));
        assert_ne!(ids(3), ids(4));
    }
}
