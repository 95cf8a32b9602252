//! Filling a world with the rows of a data set.

use std::collections::BTreeSet;

use crate::dice::Dice;
use crate::ledger::Truth;
use crate::options::{Options, StartError};
use crate::rows::Row;
use crate::ticket::{CLOSED, Content, Ticket};
use crate::time::DAY;
use crate::world::World;

/// Groups and types of an account without rows.
const GROUPS: [&str; 3] = ["Billing", "Hardware", "Netzwerk & VPN"];
const TYPES: [&str; 5] = ["Question", "Incident", "Problem", "Feature Request", "Refund"];
const COMPANIES: [&str; 4] = ["Acme Logistik GmbH", "Blue Harbor Ltd", "Nordlicht AG", "Initech"];
const FIRST_NAMES: [&str; 8] = ["Mara", "Jonas", "Aylin", "Peter", "Sofia", "Liam", "Hannah", "Omar"];
const LAST_NAMES: [&str; 8] = ["Lind", "Weber", "Demir", "Novak", "Rossi", "Walsh", "Fischer", "Haddad"];

/// Closed tickets were created this long ago, from the first to the last row.
const HISTORY: (i64, i64) = (180 * DAY, 31 * DAY);
/// How long a closed ticket was worked on.
const WORKED_ON: i64 = 7200;
/// Open tickets were created within the window that a plain list shows, and a little before now.
const RECENT: (i64, i64) = (29 * DAY, 30);

/// Builds the world that the options describe.
pub(crate) fn world(options: &Options) -> Result<World, StartError> {
    let mut world = World::new(options);
    let names = |column: fn(&Row) -> &str| -> BTreeSet<String> {
        options
            .tickets
            .iter()
            .map(|r| column(r).to_owned())
            .filter(|n| !n.is_empty())
            .collect()
    };
    let (queues, kinds) = (names(|r| &r.queue), names(|r| &r.kind));
    let mut queues: Vec<String> = if queues.is_empty() {
        GROUPS.map(Into::into).into()
    } else {
        queues.into_iter().collect()
    };
    // Ids follow the order in which the groups are listed.
    queues.sort_by_key(|q| (q.to_lowercase(), q.clone()));
    for queue in &queues {
        world.account.add_group(queue);
    }
    let kinds = if kinds.is_empty() {
        TYPES.map(Into::into).into()
    } else {
        Vec::from_iter(kinds)
    };
    for kind in &kinds {
        world.account.add_type(kind);
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
    let rows = &options.tickets;
    let now = world.now();
    let closed = ((rows.len() as f64) * options.history).round() as usize;
    let requesters = requesters(world, rows.len(), options.seed);
    for (i, row) in rows.iter().enumerate() {
        let priority = priority(&row.priority).ok_or_else(|| StartError::Priority {
            row: i + 1,
            value: row.priority.clone(),
        })?;
        let created = if i < closed {
            spread((now - HISTORY.0, now - HISTORY.1 - WORKED_ON), i, closed)
        } else {
            spread((now - RECENT.0, now - RECENT.1), i - closed, rows.len() - closed)
        };
        let id = world.store.next_id();
        let requester = requesters[i % requesters.len()];
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
        if i < closed {
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
            world.ledger.know(
                id,
                Truth {
                    group_id,
                    priority,
                    kind,
                    tags,
                    language,
                },
            );
        }
        world.store.put_indexed(ticket);
    }
    Ok(())
}

/// The place of the `i`-th of `n` things in a span, the last one near its end.
fn spread(span: (i64, i64), i: usize, n: usize) -> i64 {
    let length = i128::from(span.1 - span.0);
    span.0 + (length * (i as i128 + 1) / (n.max(1) as i128)) as i64
}

/// One contact for about ten tickets.
fn requesters(world: &mut World, tickets: usize, seed: u64) -> Vec<u64> {
    let mut dice = Dice::new(seed ^ 0xc0_47ac);
    let companies: Vec<u64> = world.people.companies.keys().copied().collect();
    let founded = world.account.founded;
    let pick = |dice: &mut Dice, names: &[&'static str]| names[(dice.next() % names.len() as u64) as usize];
    (0..(tickets / 10).clamp(3, 5000))
        .map(|n| {
            let (first, last) = (pick(&mut dice, &FIRST_NAMES), pick(&mut dice, &LAST_NAMES));
            let email = format!(
                "{}.{}{}@customer.example",
                first.to_lowercase(),
                last.to_lowercase(),
                n + 1
            );
            let id = world
                .people
                .add(&format!("{first} {last}"), Some(&email), founded + n as i64);
            let company = companies.get((dice.next() % 8) as usize).copied();
            if let Some(contact) = world.people.contacts.get_mut(&id) {
                contact.company_id = company;
            }
            id
        })
        .collect()
}

/// `None`: no such priority. `Some(None)`: none given.
fn priority(label: &str) -> Option<Option<u64>> {
    match label.to_lowercase().as_str() {
        "" => Some(None),
        "low" | "very_low" | "very low" | "niedrig" | "1" => Some(Some(1)),
        "medium" | "normal" | "mittel" | "2" => Some(Some(2)),
        "high" | "hoch" | "3" => Some(Some(3)),
        "urgent" | "critical" | "dringend" | "kritisch" | "4" => Some(Some(4)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::OPEN;

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
        world(&Options {
            api_key: "k".into(),
            tickets: rows(n),
            ..Options::default()
        })
        .unwrap()
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
        let error = world(&Options {
            api_key: "k".into(),
            tickets: rows,
            ..Options::default()
        })
        .unwrap_err();
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
            world(&options).unwrap().account.groups.iter().map(|g| g.id).collect()
        };
        assert_eq!(ids(3), ids(3));
        assert_ne!(ids(3), ids(4));
    }
}
