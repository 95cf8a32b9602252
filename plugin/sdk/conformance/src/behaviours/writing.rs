use otai_plugin::model::Change;

use crate::{
    desk::Desk,
    facts::{differences, facts, with},
    stage::{Check, Stage, Stop, ensure, must, skipped},
};

/// All changes in one.
fn together(changes: &[(String, Change)]) -> Change {
    let mut all = Change::default();
    for (_, change) in changes {
        all.queue = all.queue.or_else(|| change.queue.clone());
        all.priority = all.priority.or_else(|| change.priority.clone());
        all.kind = all.kind.or_else(|| change.kind.clone());
        all.custom_fields.extend(change.custom_fields.clone());
    }
    all
}

/// The helpdesk has exactly what the change says, and everything else as before.
fn exactly<D: Desk>(
    stage: &mut Stage<'_, D>,
    id: &str,
    before: &crate::Seen,
    change: &Change,
    what: &str,
) -> Result<(), Stop> {
    let after = facts(&stage.look(id)?);
    let wanted = with(facts(before), change);
    let wrong = differences(&after, &wanted);
    ensure!(wrong.is_empty(), "{what}: {wrong}");
    Ok(())
}

pub(super) fn partial<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    for (field, change) in stage.changes(&id)? {
        let before = stage.look(&id)?;
        live.updated(&id, &change)?;
        exactly(stage, &id, &before, &change, &format!("a change of `{field}` alone"))?;
    }
    // A ticket that people have worked on, all at once.
    let id = stage.open()?;
    let changes = stage.changes(&id)?;
    stage.desk.edit(&id, &together(&changes));
    let changes = stage.changes(&id)?;
    let before = stage.look(&id)?;
    let all = together(&changes);
    live.updated(&id, &all)?;
    exactly(stage, &id, &before, &all, "a change of everything")?;
    // Nothing is nothing.
    let before = stage.look(&id)?;
    live.updated(&id, &Change::default())?;
    exactly(stage, &id, &before, &Change::default(), "an empty change")
}

pub(super) fn one_write<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let change = together(&stage.changes(&id)?);
    live.ticket(&id)?;
    let (desk, sent) = (stage.desk.writes(), stage.wire.sent().1);
    must("`update_ticket`", live.update(&id, &change, &[]))?;
    let (desk, sent) = (stage.desk.writes() - desk, stage.wire.sent().1 - sent);
    ensure!(desk == 1, "the helpdesk got {desk} writes for one change without tags");
    ensure!(
        sent == 1,
        "{sent} requests that change something were sent for one change (mark questions sent as POST with `reading()`)"
    );
    live.ticket(&id)?;
    stage.walk(&live, None)?;
    let more = stage.wire.sent().1;
    live.ticket(&id)?;
    must("`catalog`", live.catalog())?;
    ensure!(
        stage.wire.sent().1 == more,
        "reading sends requests that change something"
    );
    Ok(())
}

pub(super) fn tags<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    if !stage.truth.free_tags {
        return skipped("this helpdesk has no free tags");
    }
    let id = stage.open()?;
    let tag = |name: &str| Change {
        add_tags: vec![name.to_owned()],
        ..Change::default()
    };
    stage.desk.edit(&id, &tag("by-hand"));
    let live = stage.warm()?;
    let has = |ticket: &otai_plugin::model::Ticket, tag: &str| ticket.tags.iter().filter(|t| *t == tag).count();
    let before = stage.look(&id)?;
    for (name, wanted) in [("by-otai", [1, 1]), ("by-otai", [1, 1]), ("by-hand", [1, 1])] {
        let answer = live.updated(&id, &tag(name))?;
        let seen = stage.look(&id)?.ticket;
        for (ticket, whose) in [(&seen, "the helpdesk's"), (&answer, "the answer's")] {
            let counts = [has(ticket, "by-hand"), has(ticket, "by-otai")];
            ensure!(
                counts == wanted,
                "after adding \"{name}\" to by-hand, {whose} tags are {:?}",
                ticket.tags
            );
        }
    }
    let mut after = stage.look(&id)?;
    after.ticket.tags.retain(|t| t != "by-otai");
    let wrong = differences(&facts(&after), &facts(&before));
    ensure!(wrong.is_empty(), "a new tag changes more than the tags: {wrong}");
    Ok(())
}

pub(super) fn answer<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let change = together(&stage.changes(&id)?);
    let before = live.ticket(&id)?;
    let answer = live.updated(&id, &change)?;
    let seen = stage.look(&id)?.ticket;
    for (field, told, is) in [
        ("queue", &answer.queue, &seen.queue),
        ("priority", &answer.priority, &seen.priority),
        ("type", &answer.kind, &seen.kind),
        ("status", &answer.status, &seen.status),
    ] {
        ensure!(
            told == is,
            "the answer's `{field}` is {told:?}, and the helpdesk has {is:?}"
        );
    }
    let next = live.ticket(&id)?;
    ensure!(answer.id == id && next.id == id, "the answer is about another ticket");
    ensure!(
        answer.revision == next.revision,
        "the revision in the answer is not that of the next `get_ticket`: every write looks like somebody else's"
    );
    ensure!(
        answer.revision != before.revision,
        "the ticket has changed and its revision has not"
    );
    let values = |t: &otai_plugin::model::Ticket| {
        (
            t.queue.clone(),
            t.priority.clone(),
            t.kind.clone(),
            t.custom_fields.clone(),
        )
    };
    ensure!(
        values(&answer) == values(&next),
        "the answer and the next `get_ticket` differ in values"
    );
    Ok(())
}

pub(super) fn again<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let mut change = together(&stage.changes(&id)?);
    if stage.truth.free_tags {
        change.add_tags = vec!["by-otai".to_owned()];
    }
    live.updated(&id, &change)?;
    let once = stage.look(&id)?;
    // As before a crash, with the tags as they were read then.
    must("`update_ticket` for the second time", live.update(&id, &change, &[]))?;
    live.updated(&id, &change)?;
    let thrice = stage.look(&id)?;
    let wrong = differences(&facts(&thrice), &facts(&once));
    ensure!(wrong.is_empty(), "the same update again changes the ticket: {wrong}");
    Ok(())
}

pub(super) fn human<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let ours = stage.other_queue(&id)?;
    let written = live.updated(&id, &ours)?;
    let walk = stage.walk(&live, None)?;
    stage.desk.pass(2);

    let mut theirs = stage.other_queue(&id)?;
    if let Some(priority) = stage.look(&id)?.ticket.priority {
        theirs.priority = stage.truth.priorities.iter().find(|p| **p != priority).cloned();
    }
    stage.desk.edit(&id, &theirs);
    let edited = facts(&stage.look(&id)?);
    let seen = live.ticket(&id)?;
    ensure!(
        seen.queue == theirs.queue,
        "`get_ticket` gives the queue as it was before a human changed it"
    );
    ensure!(
        seen.revision != written.revision,
        "a human has changed the ticket, and its revision is the same: the edit would be overwritten"
    );
    stage.desk.pass(2);
    let later = stage.walk(&live, walk.cursor)?;
    let Some(listed) = later.last(&id) else {
        return crate::stage::failed("a ticket that a human changed after our write does not come again");
    };
    ensure!(
        listed.queue == theirs.queue,
        "a ticket that a human changed comes as it was before"
    );
    must("`catalog`", live.catalog())?;
    let wrong = differences(&facts(&stage.look(&id)?), &edited);
    ensure!(wrong.is_empty(), "a human's edit is undone by reading: {wrong}");
    // Two edits within a second differ, too.
    let again = stage.other_queue(&id)?;
    stage.desk.edit(&id, &again);
    let last = live.ticket(&id)?;
    ensure!(
        last.revision != seen.revision,
        "two edits shortly one after the other have the same revision"
    );
    Ok(())
}
