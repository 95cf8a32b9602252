//! What an admin is told: who we are, which names tickets have shown, what could go wrong. Nothing lists names there, so the
//! newest tickets are read for them.

use otai_plugin::{
    Failure,
    model::Catalog,
    serde_json::{Map, Value, json},
    text::short,
};

use crate::{
    client::Op,
    errors::Said,
    learned::Learned,
    params::Settings,
    read::{Read, Reader, Shape},
    wire::{self, Row},
};

/// Newest tickets that are looked at.
const SAMPLE: usize = 300;
/// Of them in one request; without their articles.
const BATCH: usize = 100;
/// Queues that are asked for one by one.
const QUEUES: usize = 20;
/// A queue that nobody has: a write of it is refused, and how shows the right to write.
const NO_QUEUE: &str = "otai asks: may this agent write?";

/// The newest tickets, newest last. The first request of all: a web service that is not there shows here.
pub(crate) async fn newest(reader: &Reader) -> Result<Vec<Row>, Failure> {
    let newest = body(&[
        ("Limit", json!(SAMPLE)),
        ("SortBy", json!("Age")),
        ("OrderBy", json!("Down")),
    ]);
    let ids = reader.search(&newest).await?;
    let mut rows = Vec::new();
    for part in ids[ids.len().saturating_sub(SAMPLE)..].chunks(BATCH) {
        let read = reader.rows(part, Shape::Names).await?;
        rows.extend(read.into_iter().filter_map(|read| match read {
            Read::Row(row) => Some(row),
            Read::Broken(_) => None,
        }));
    }
    Ok(rows)
}

/// The ticket on which the right to write is tried: the newest that is done with, as nobody waits for it, or else the newest.
pub(crate) fn probed(rows: &[Row]) -> Option<&Row> {
    let settled = rows.iter().rev().find(|row| wire::settled(row).is_some());
    settled.or(rows.last())
}

/// Why the agent cannot write to this ticket; `None` if it can, or nothing is proved. A queue that does not exist is refused by
/// Znuny (from 6.5.12) after the right to write was checked, and before anything changes; OTOBO looks at the name first.
pub(crate) async fn lacks_rights(reader: &Reader, row: &Row) -> Result<Option<String>, Failure> {
    let Some(id) = wire::id_of(row) else { return Ok(None) };
    let change = body(&[("Ticket", json!({ "Queue": NO_QUEUE }))]);
    Ok(match reader.client.ask(Op::Update, &[id], change).await? {
        Said::Refused(refusal) if refusal.is_denied() => Some(no_right(&reader.client.settings, row)),
        _ => None,
    })
}

/// The sentence for a ticket that can be read and not written.
pub(crate) fn no_right(settings: &Settings, row: &Row) -> String {
    let queue = wire::text_of(row, "Queue").unwrap_or_default();
    format!(
        "the agent `{}` may read the queue \"{}\" but not change its tickets: give it `rw` on the queue's group (Admin > Agents \
         Groups, or Roles); `ro`, `move_into`, `priority` and `note` together are not enough",
        short(&settings.username),
        short(&queue)
    )
}

/// Queues of the config in which no ticket can be seen.
pub(crate) async fn unseen_queues(reader: &Reader, learned: &Learned) -> Result<Vec<String>, Failure> {
    let mut unseen = Vec::new();
    let queues = reader.client.settings.queues.iter().flatten();
    for queue in queues.filter(|queue| !learned.has_queue(queue)).take(QUEUES) {
        if reader
            .search_queue(body(&[("Limit", json!(1))]), queue.clone())
            .await?
            .is_empty()
        {
            unseen.push(queue.clone());
        }
    }
    Ok(unseen)
}

/// Puts together what is known.
pub(crate) fn catalog(settings: &Settings, learned: &Learned, unseen: &[String], no_right: Option<&str>) -> Catalog {
    let unset = [
        ("queue", settings.inbox.clone()),
        ("priority", vec![settings.default_priority.clone()]),
        ("type", vec![settings.default_type.clone()]),
    ];
    Catalog {
        account: format!("{} (web service {})", settings.username, settings.webservice),
        queues: learned.queues(settings),
        priorities: learned.priorities(settings),
        unset: unset
            .into_iter()
            .map(|(field, names)| (field.to_owned(), names))
            .collect(),
        types: learned.types(settings),
        statuses: learned.statuses(),
        custom_fields: learned.fields(settings),
        unlisted: ["queue", "priority", "type", "status", "custom_fields"]
            .map(str::to_owned)
            .to_vec(),
        free_tags: settings.tags_field.is_some(),
        requests_per_minute: None,
        warnings: warnings(settings, learned, unseen, no_right),
    }
}

fn warnings(settings: &Settings, learned: &Learned, unseen: &[String], no_right: Option<&str>) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |text: String| warnings.push(text);
    if learned.is_empty() {
        warn(format!(
            "the agent `{}` sees no ticket{}: give it `rw` on the groups of the queues, and compare the queues' names",
            short(&settings.username),
            if settings.queues.is_some() {
                " in the configured `queues`"
            } else {
                ""
            }
        ));
    } else {
        for queue in unseen {
            warn(format!(
                "no ticket is visible in the queue \"{}\": it is empty, or its name is another (sub-queues are written as A::B), or \
                 the agent lacks `ro` on its group",
                short(queue)
            ));
        }
        if !settings.inbox.iter().any(|queue| learned.has_queue(queue)) {
            warn(format!(
                "no ticket was seen in `inbox` ({}): name the queues in which new tickets arrive, otherwise each ticket's queue \
                 counts as chosen by somebody",
                settings.inbox.join(", ")
            ));
        }
    }
    warnings.extend(no_right.map(str::to_owned));
    let in_address = [Op::Search, Op::Get]
        .iter()
        .any(|op| settings.route(*op).is_some_and(|r| r.method == "GET"));
    if settings.route(Op::Session).is_none() {
        warnings.push(if in_address {
            "with GET the password stands in the address of each request and so in the web server's log: map POST, or name \
             `SessionCreate` in `operation_urls`"
                .to_owned()
        } else {
            "each request carries the password, which costs the helpdesk about 50 ms to check: import otai's web service and set \
             `operation_urls: {SessionCreate: session-create}`"
                .to_owned()
        });
    }
    warnings
}

fn body(pairs: &[(&str, Value)]) -> Map<String, Value> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect()
}
