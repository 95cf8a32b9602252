use std::collections::BTreeSet;

use otai_plugin::{
    model::{Catalog, Change, FieldKind, Ticket},
    time,
};

use crate::{
    desk::{Body, Desk, Settle},
    stage::{CANARY, Check, Stage, Stop, ensure, failed, must},
};

/// Names and choices, as sets.
fn names(catalog: &Catalog, field: &str) -> BTreeSet<String> {
    match field {
        "queue" => catalog.queues.iter().cloned().collect(),
        "priority" => catalog.priorities.iter().cloned().collect(),
        "type" => catalog.types.iter().cloned().collect(),
        "status" => catalog.statuses.iter().map(|s| s.name.clone()).collect(),
        _ => catalog.custom_fields.iter().map(|f| f.name.clone()).collect(),
    }
}

pub(super) fn catalog<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let live = stage.service()?;
    let mut found = must("`catalog`", live.catalog())?;
    if !found.unlisted.is_empty() {
        found = learned(stage, found.unlisted)?;
    }
    let truth = &stage.truth;
    let unlisted = |field: &str| found.unlisted.iter().any(|u| u == field);
    for field in ["queue", "priority", "type", "status", "custom_fields"] {
        let (found_names, true_names) = (names(&found, field), names(truth, field));
        let invented: Vec<_> = found_names.difference(&true_names).collect();
        let missing: Vec<_> = true_names.difference(&found_names).collect();
        ensure!(
            invented.is_empty(),
            "`{field}`: the catalog names {invented:?}, which the helpdesk does not have"
        );
        ensure!(
            missing.is_empty() || unlisted(field),
            "`{field}`: the catalog leaves out {missing:?} (or must name it in `unlisted`)"
        );
    }
    for field in &truth.custom_fields {
        let Some(own) = found.custom_fields.iter().find(|f| f.name == field.name) else {
            continue;
        };
        // What nothing lists shows in its values alone, and a choice is a text there.
        let guessed = unlisted("custom_fields") && (own.kind, field.kind) == (FieldKind::Text, FieldKind::Choice);
        ensure!(
            own.kind == field.kind || guessed,
            "custom field `{}` is {:?}, not {:?}",
            field.name,
            field.kind,
            own.kind
        );
        let of = |all: &[String]| all.iter().cloned().collect::<BTreeSet<_>>();
        ensure!(
            own.kind != FieldKind::Choice || of(&own.choices) == of(&field.choices),
            "custom field `{}` has other choices than the catalog says",
            field.name
        );
    }
    ensure!(
        found.free_tags == truth.free_tags,
        "`free_tags` is {}, which is wrong",
        found.free_tags
    );
    ensure!(
        !found.account.trim().is_empty(),
        "`account` is empty: the admin cannot see whose credentials these are"
    );
    for (field, values) in &found.unset {
        let all = names(&found, field);
        let strange: Vec<_> = values.iter().filter(|v| !all.contains(*v)).collect();
        ensure!(
            field.starts_with("custom_fields.") || unlisted(field) || strange.is_empty(),
            "`unset` names {strange:?} for `{field}`, which the catalog does not have"
        );
    }
    Ok(())
}

/// The catalog of a helpdesk that does not list these: what a ticket shows must be in it, although nobody lists it.
fn learned<D: Desk>(stage: &mut Stage<'_, D>, unlisted: Vec<String>) -> Result<Catalog, Stop> {
    let id = stage.open()?;
    let mut all = Change::default();
    for (_, change) in stage.changes(&id)? {
        stage.desk.edit(&id, &change);
        all.custom_fields.extend(change.custom_fields);
    }
    let seen = stage.look(&id)?.ticket;
    let live = stage.service()?;
    let found = must("`catalog`", live.catalog())?;
    ensure!(
        found.unlisted == unlisted,
        "with another ticket the catalog has other `unlisted` fields"
    );
    let one = |name: Option<String>| name.into_iter().collect::<Vec<_>>();
    for (field, shown) in [
        ("queue", one(seen.queue)),
        ("priority", one(seen.priority)),
        ("type", one(seen.kind)),
        ("status", one(seen.status)),
        ("custom_fields", all.custom_fields.into_keys().collect()),
    ] {
        let all = names(&found, field);
        // Queue, priority and status every ticket has. The others are attributes, which a plugin that may not list them learns as
        // it reads tickets; then it names none.
        let unknown = matches!(field, "type" | "custom_fields") && all.is_empty();
        let missing: Vec<_> = shown.iter().filter(|name| !unknown && !all.contains(*name)).collect();
        ensure!(
            missing.is_empty(),
            "`{field}`: the newest ticket has {missing:?}, and the catalog does not name it"
        );
    }
    Ok(found)
}

/// Opens a ticket with this message and gives it as the plugin reads it; what every open ticket has is checked.
fn opened<D: Desk>(stage: &mut Stage<'_, D>, what: &str, subject: &str, body: Body) -> Result<Ticket, Stop> {
    let id = stage.open_as(subject, body)?;
    let ticket = stage.service()?.ticket(&id)?;
    ensure!(
        ticket.id == id,
        "{what}: the id is \"{}\" instead of \"{id}\"",
        ticket.id
    );
    ensure!(ticket.subject.trim() == subject, "{what}: the subject is another text");
    let created = ticket.created_at.as_deref().and_then(time::second);
    ensure!(created.is_some(), "{what}: `created_at` is missing or no time");
    // Some helpdesks tell the last change in local time only.
    let updated = ticket.updated_at.as_deref().map(time::second);
    ensure!(
        updated.is_none_or(|at| at >= created),
        "{what}: `updated_at` is no time, or lies before `created_at`"
    );
    ensure!(!ticket.revision.is_empty(), "{what}: there is no revision");
    ensure!(ticket.settled.is_none(), "{what}: an open ticket is settled");
    Ok(ticket)
}

pub(super) fn texts<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    for (what, subject, body) in [
        ("two lines", "Printer broken", "My printer is broken.\nPlease help!"),
        (
            "emoji and other scripts",
            "Hilfe 🖨️ äöüß 日本語",
            "Größe 👩‍💻 привет العربية",
        ),
        (
            "template syntax",
            "{{ 7 * 7 }} ${HOME}",
            "{% raw %} {{ ticket.id }} ${HOME}",
        ),
    ] {
        let body = format!("{body}\n{CANARY}");
        let ticket = opened(stage, what, subject, Body::Plain(body.clone()))?;
        ensure!(lines(&ticket.body) == lines(&body), "{what}: the body is another text");
    }
    Ok(())
}

pub(super) fn empty<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let ticket = opened(stage, "an empty text", "Only a subject", Body::Plain(String::new()))?;
    ensure!(
        ticket.body.trim().is_empty(),
        "there is a body where nothing was written"
    );
    Ok(())
}

pub(super) fn long<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let body: String = (0..2000).map(|n| format!("line {n} of a long story\n")).collect();
    let ticket = opened(stage, "a long text", "A long story", Body::Plain(body.clone()))?;
    let (read, wrote) = (lines(&ticket.body), lines(&body));
    ensure!(
        read.len() > 500 && wrote.starts_with(&read[..500]),
        "it does not begin as it was written"
    );
    Ok(())
}

pub(super) fn html<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let html = format!(
        "<html><head><style>p {{ color: red }}</style></head><body><p>Dear team,</p><p>the sum of 2 &lt; 3 &amp; 4<br>is \
         <b>wrong</b>.</p><script>alert(1)</script>{CANARY}</body></html>"
    );
    let ticket = opened(stage, "an HTML mail", "An HTML mail", Body::Html(html))?;
    let (body, own) = (ticket.body, stage.look(&ticket.id)?.ticket.body);
    // A helpdesk that makes a text of the mail itself, as Znuny, may leave a script's words in it: nothing tells them apart.
    let left = |words: &str| !words.starts_with(['<', '&']) && !own.contains("<p") && own.contains(words);
    for tag in ["<p", "<br", "<b>", "&lt;", "&amp;", "alert(1)", "color: red"] {
        ensure!(
            !body.contains(tag) || left(tag),
            "`{tag}` is no text that anybody wrote to be read"
        );
    }
    for words in ["Dear team,", "2 < 3 & 4", "wrong"] {
        ensure!(body.contains(words), "\"{words}\" is missing in the text");
    }
    Ok(())
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

pub(super) fn agreement<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let change = stage.other_queue(&id)?;
    stage.desk.edit(&id, &change);
    let live = stage.service()?;
    let one = live.ticket(&id)?;
    let queue = stage.look(&id)?.ticket.queue;
    ensure!(one.queue == queue, "the queue is {:?} instead of {queue:?}", one.queue);
    let walk = stage.walk(&live, None)?;
    let Some(mut listed) = walk.last(&id).cloned() else {
        return failed("the list does not give a new ticket");
    };
    let same = (&listed.priority, &listed.status, &listed.kind) == (&one.priority, &one.status, &one.kind);
    ensure!(
        same && listed.queue == one.queue,
        "the ticket in the list has another queue, priority, status or type than `get_ticket` gives"
    );
    ensure!(
        listed.revision == one.revision,
        "the list and `get_ticket` give different revisions of one state"
    );
    if listed.partial {
        let completed = must("`complete_tickets`", live.complete(vec![listed]))?;
        let Some(ticket) = completed.into_iter().find(|t| t.id == id && !t.partial) else {
            return failed("the list gives a ticket without its text, and `complete_tickets` does not complete it");
        };
        listed = ticket;
    }
    let same = (&listed.subject, &listed.body, &listed.tags) == (&one.subject, &one.body, &one.tags);
    ensure!(
        same && listed.revision == one.revision,
        "the ticket in the list, completed, has another subject, body, tags or revision than `get_ticket` gives"
    );
    Ok(())
}

/// Three of which only the ids are known, one of them deleted if that can be.
pub(super) fn together<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let ids = [stage.open()?, stage.open()?, stage.open()?];
    let [edited, plain, deleted] = &ids;
    let mut change = stage.other_queue(edited)?;
    if stage.truth.free_tags {
        change.add_tags = vec!["by-hand".to_owned()];
    }
    stage.desk.edit(edited, &change);
    let live = stage.service()?;
    let is_deleted = stage.desk.settle(deleted, Settle::Deleted);
    let known = |id: &String| Ticket {
        id: id.clone(),
        partial: true,
        ..Ticket::default()
    };
    let read = must("`complete_tickets`", live.complete(ids.iter().map(known).collect()))?;
    let strange = read.iter().any(|t| !ids.contains(&t.id));
    ensure!(
        !strange && read.len() <= ids.len(),
        "`complete_tickets` gives tickets that nobody asked for"
    );
    for id in [edited, plain] {
        match read.iter().find(|t| t.id == *id) {
            None => return failed(format!("`complete_tickets` leaves out ticket {id}, which exists")),
            // Then the host reads it alone.
            Some(ticket) if ticket.partial => {}
            Some(ticket) => {
                let alone = live.ticket(id)?;
                ensure!(
                    *ticket == alone,
                    "`complete_tickets` and `get_ticket` give different tickets (revisions {} and {})",
                    ticket.revision,
                    alone.revision
                );
            }
        }
    }
    let alive = |t: &Ticket| t.id == *deleted && !t.partial && t.settled.is_none();
    ensure!(
        !is_deleted || !read.iter().any(alive),
        "`complete_tickets` gives a deleted ticket as alive"
    );
    Ok(())
}
