//! What a simulated system starts with: the queues, agents, fields and services of a test installation, and the rows of
//! the data set if there are any.

use std::collections::BTreeSet;

use serde_json::json;

use crate::ledger::Ledger;
use crate::options::{Options, StartError};
use crate::rows::Row;
use crate::split::{self, Placed, WORKED_ON};

use super::catalog::{self, FieldKind, RESTRICTED, SUPPORT};
use super::people::{ALL_RIGHTS, Customer, ROOT};
use super::service::Services;
use super::ticket::Article;
use super::truth::{RAW, TAGS, Truth, priority};
use super::world::Znuny;

/// Queues of an installation without rows.
const QUEUES: [&str; 7] = [
    "Incoming",
    "IT-Support",
    "IT-Support::Network",
    "Billing",
    "HR & Payroll",
    "Unclassified",
    "Büro",
];

/// Builds the helpdesk that the options describe, and what is true of its open rows.
pub(super) fn build(options: &Options, now: i64) -> Result<(Znuny, Ledger<Truth>), StartError> {
    let zone = options.time_zone.parse()?;
    let mut znuny = Znuny::empty(options.flavour, zone, options.seed);
    znuny.services = Services::seeded();
    people(&mut znuny, &options.api_key);
    let rows = &options.tickets;
    if rows.is_empty() {
        for queue in QUEUES {
            znuny.catalog.add_queue(queue, SUPPORT);
        }
    } else {
        for queue in split::queues(rows) {
            znuny.catalog.add_queue(&queue, SUPPORT);
        }
        if let Some(raw) = znuny.catalog.queues.iter_mut().find(|q| q.name == RAW) {
            raw.group = SUPPORT;
        }
        for kind in split::kinds(rows) {
            znuny.catalog.add_type(&kind);
        }
    }
    znuny.catalog.add_queue("Restricted", RESTRICTED);
    fields(&mut znuny, rows);
    let mut ledger = Ledger::default();
    fill(&mut znuny, &mut ledger, options, now)?;
    Ok((znuny, ledger))
}

fn people(znuny: &mut Znuny, password: &str) {
    let all = |group| (group, ALL_RIGHTS.as_slice());
    let people = &mut znuny.people;
    people.add_agent("root@localhost", password, &[all(SUPPORT), all(RESTRICTED)]);
    people.add_agent("open_ticket_ai", password, &[all(SUPPORT)]);
    people.add_agent(
        "otai_narrow",
        password,
        &[(SUPPORT, &["ro", "move_into", "priority", "note"])],
    );
    people.add_agent("otai_readonly", password, &[(SUPPORT, &["ro"])]);
    people.add_agent("otai_nogroup", password, &[]);
    people.add_agent("alice.agent", password, &[all(SUPPORT), all(RESTRICTED)]);
    for login in ["carla.customer", "dieter.kunde"] {
        people.add_customer(login, password, "acme");
    }
}

fn fields(znuny: &mut Znuny, rows: &[Row]) {
    let keys = |keys: &[&str]| keys.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>();
    let tags: BTreeSet<&String> = rows.iter().flat_map(|r| &r.tags).collect();
    let tags = match tags.is_empty() {
        true => keys(&["urgent", "vip", "spam"]),
        false => tags.into_iter().cloned().collect(),
    };
    let catalog = &mut znuny.catalog;
    for (name, kind) in [
        ("OtaiLabel", FieldKind::Text),
        ("OtaiConfidence", FieldKind::Text),
        ("OtaiSummary", FieldKind::TextArea),
        ("OtaiTopic", FieldKind::Dropdown(keys(&["billing", "network", "hr"]))),
        (TAGS, FieldKind::Multiselect(tags)),
        ("OtaiReviewed", FieldKind::Checkbox),
        ("OtaiReviewedAt", FieldKind::DateTime),
    ] {
        catalog.add_field(name, kind, false);
    }
    catalog.add_field("OtaiModel", FieldKind::Text, true);
}

fn fill(znuny: &mut Znuny, ledger: &mut Ledger<Truth>, options: &Options, now: i64) -> Result<(), StartError> {
    let customers: Vec<Customer> = split::customers(options)
        .into_iter()
        .map(|c| Customer {
            login: c.email.split('@').next().unwrap_or_default().to_owned(),
            password: options.api_key.clone(),
            name: c.name,
            email: c.email,
            company: format!("company{}", c.draw % 4 + 1),
        })
        .collect();
    if !options.tickets.is_empty() {
        znuny.people.customers.extend(customers.iter().cloned());
    }
    for placed in split::place(options, now) {
        let placed = placed?;
        let customer = &customers[(placed.n - 1) % customers.len()];
        let id = row(znuny, &placed, customer);
        if !placed.closed {
            let some = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
            let truth = Truth {
                queue: some(&placed.row.queue),
                priority: placed.level.map(|level| priority(level).to_owned()),
                kind: some(&placed.row.kind),
                tags: placed.row.tags.clone(),
                language: placed.row.language.clone(),
            };
            ledger.know(id, Some(placed.n), truth, &placed.row.tags);
        }
    }
    Ok(())
}

fn row(znuny: &mut Znuny, placed: &Placed<'_>, customer: &Customer) -> u64 {
    let (row, at) = (placed.row, placed.created);
    let mut ticket = znuny.draft(ROOT, at);
    let id = ticket.id;
    ticket.title.clone_from(&row.subject);
    ticket.customer_user.clone_from(&customer.login);
    ticket.customer_id.clone_from(&customer.company);
    let queue = if placed.closed { row.queue.as_str() } else { RAW };
    ticket.queue = znuny.catalog.queue_named(queue).map_or(2, |q| q.id);
    if placed.closed {
        ticket.state = catalog::CLOSED;
        ticket.closed = Some(at + WORKED_ON);
        ticket.changed = at + WORKED_ON;
        let level = placed.level.map_or("3 normal", priority);
        ticket.priority = znuny.lookup("Priority", Some(level), None).unwrap_or(3);
        ticket.kind = znuny.lookup("Type", Some(&row.kind), None).unwrap_or(1);
        if !row.tags.is_empty() {
            ticket.fields.insert(TAGS.to_owned(), json!(row.tags));
        }
    }
    let mut article = Article {
        id: znuny.next_article(),
        sender: 3,
        channel: 1,
        visible: true,
        from: format!("{} <{}>", customer.name, customer.email),
        to: "Support <support@znuny.example.test>".to_owned(),
        subject: row.subject.clone(),
        charset: "utf-8".to_owned(),
        created: at,
        created_by: ROOT,
        ..Article::default()
    };
    article.write(&row.body, "text/plain", "utf-8");
    let article_id = article.id;
    ticket.articles.push(article);
    znuny.register(ticket, ROOT, at);
    if let Some(ticket) = znuny.tickets.get_mut(&id) {
        ticket.remember("EmailCustomer", "%%".to_owned(), article_id, ROOT, at);
    }
    id
}
