use otai_plugin::{Failure, model::Ticket, note};

use crate::{
    desk::{Desk, Fault},
    facts::{differences, facts, with},
    stage::{CANARY, Check, Live, Stage, Stop, ensure, failed, kind, must, skipped},
    wire::Break,
};

/// What every call answers now.
fn calls<D: Desk>(
    stage: &mut Stage<'_, D>,
    live: &Live<D::Service>,
    id: &str,
) -> Result<Vec<(&'static str, Option<Failure>)>, Stop> {
    let change = stage.other_queue(id)?;
    let known = Ticket {
        id: id.to_owned(),
        partial: true,
        ..Ticket::default()
    };
    let together = match live.complete(vec![known]) {
        // It reads nothing, or leaves the reason to `get_ticket`.
        Ok(tickets) if tickets.iter().all(|ticket| ticket.partial) && !tickets.is_empty() => None,
        outcome => Some(("complete_tickets", outcome.err())),
    };
    let all = vec![
        ("catalog", live.catalog().err()),
        ("find_tickets", live.find(None).err()),
        ("get_ticket", live.get(id).err()),
        ("update_ticket", live.update(id, &change, &[]).err()),
        (
            "add_note",
            live.note(id, &format!("note {CANARY}"), "otai-0", false).err(),
        ),
    ];
    Ok(all.into_iter().chain(together).collect())
}

fn has_no_notes(failure: &Failure) -> bool {
    failure.to_string().contains("cannot add private notes")
}

/// Every call fails with something for later, also one that comes first after a start, and nothing is written.
fn later<D: Desk>(stage: &mut Stage<'_, D>, all: &[Break]) -> Check {
    for how in all {
        let id = stage.open()?;
        for warm in [true, false] {
            let live = if warm { stage.warm()? } else { stage.service()? };
            let before = facts(&stage.look(&id)?);
            stage.breaks(*how);
            let outcomes = calls(stage, &live, &id)?;
            stage.heal();
            for (call, outcome) in outcomes {
                match outcome {
                    Some(Failure::Retry { .. }) => {}
                    // What is needed was read before, or arrived in the first half.
                    None if *how == Break::Cut => {}
                    Some(failure) if call == "add_note" && has_no_notes(&failure) => {}
                    Some(failure) => return failed(format!("{how:?}: `{call}` is {}: {failure}", kind(&failure))),
                    None => return failed(format!("{how:?}: `{call}` is taken for a success")),
                }
            }
            if *how != Break::Cut {
                let wrong = differences(&facts(&stage.look(&id)?), &before);
                ensure!(wrong.is_empty(), "{how:?}: and yet {wrong}");
            }
            must("`get_ticket` when all is well again", live.get(&id))?;
        }
    }
    Ok(())
}

pub(super) fn errors<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    later(stage, &[500, 502, 503, 504].map(Break::Status))
}

pub(super) fn pages<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    later(stage, &[Break::Page(200), Break::Page(502)])
}

pub(super) fn halves<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    later(stage, &[Break::Cut])?;
    // What was read may not be taken for all there is.
    let id = stage.open()?;
    let live = stage.warm()?;
    stage.breaks(Break::Cut);
    let (list, one) = (live.find(None), live.get(&id));
    stage.heal();
    ensure!(
        matches!(list, Err(Failure::Retry { .. })),
        "half a list is taken for a whole one"
    );
    ensure!(
        matches!(one, Err(Failure::Retry { .. })),
        "half a ticket is taken for a whole one, or for a deleted one"
    );
    Ok(())
}

pub(super) fn silence<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    later(stage, &[Break::HangUp, Break::Silence])
}

pub(super) fn limit<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    for own in [false, true] {
        let live = stage.warm()?;
        if own && !stage.desk.fault(&Fault::Limit { seconds: 7 }) {
            continue;
        }
        if !own {
            stage.breaks(Break::Limit(7));
        }
        let outcomes = calls(stage, &live, &id)?;
        stage.heal();
        for (call, outcome) in outcomes {
            match outcome {
                Some(Failure::Retry {
                    after_ms: Some(5000..=9000),
                    ..
                }) => {}
                Some(Failure::Retry { after_ms, .. }) => {
                    return failed(format!(
                        "`{call}` is to be repeated after {after_ms:?} ms instead of 7 s"
                    ));
                }
                Some(failure) if call == "add_note" && has_no_notes(&failure) => {}
                Some(failure) => return failed(format!("`{call}` is {}: {failure}", kind(&failure))),
                None => return failed(format!("`{call}` is taken for a success")),
            }
        }
    }
    Ok(())
}

pub(super) fn credentials<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    if !stage.desk.fault(&Fault::WrongCredentials) {
        return skipped("this desk cannot refuse the credentials");
    }
    let new = stage.service()?;
    let outcomes = calls(stage, &new, &id)?;
    stage.heal();
    for (call, outcome) in outcomes {
        match outcome {
            Some(failure) if failure.is_for_every_ticket() => {}
            Some(failure) if call == "add_note" && has_no_notes(&failure) => {}
            Some(failure) => return failed(format!("`{call}` is {}: {failure}", kind(&failure))),
            None => return failed(format!("`{call}` works without valid credentials")),
        }
    }
    Ok(())
}

pub(super) fn right<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let (closed, open) = (stage.open()?, stage.open()?);
    let live = stage.warm()?;
    let (change, other) = (stage.other_queue(&closed)?, stage.other_queue(&open)?);
    if !stage.desk.fault(&Fault::NoRight { id: closed.clone() }) {
        return skipped("this desk cannot take the right to one ticket away");
    }
    let before = facts(&stage.look(&closed)?);
    let outcome = live.update(&closed, &change, &[]);
    let allowed = live.update(&open, &other, &[]);
    stage.heal();
    match outcome {
        Err(Failure::Rejected {
            every_ticket: false, ..
        }) => {}
        Err(failure) => return failed(format!("the update is {}: {failure}", kind(&failure))),
        Ok(_) => return failed("the update is taken for a success"),
    }
    must("`update_ticket` of another ticket", allowed)?;
    let wrong = differences(&facts(&stage.look(&closed)?), &before);
    ensure!(wrong.is_empty(), "it is refused, and yet {wrong}");
    Ok(())
}

pub(super) fn lost_update<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let tags = live.ticket(&id)?.tags;
    let mut change = stage.other_queue(&id)?;
    let wanted = with(facts(&stage.look(&id)?), &change);
    if stage.truth.free_tags {
        change.add_tags = vec!["by-otai".to_owned()];
    }
    stage.breaks(Break::Lost);
    let outcome = live.update(&id, &change, &tags);
    stage.heal();
    match outcome {
        Err(Failure::Retry { .. }) => {}
        Err(failure) => return failed(format!("the update is {}: {failure}", kind(&failure))),
        Ok(_) => return failed("the update is taken for a success, and nobody answered"),
    }
    let happened = stage.look(&id)?.ticket.queue == change.queue;
    ensure!(
        happened,
        "the first request that changes something is not the update (mark logins and searches sent as POST with `reading()`)"
    );
    let read = live.ticket(&id)?;
    ensure!(
        read.queue == change.queue,
        "the write happened, and `get_ticket` does not show it"
    );
    must("the repeat", live.update(&id, &change, &read.tags))?;
    let mut after = stage.look(&id)?;
    if stage.truth.free_tags {
        let count = after.ticket.tags.iter().filter(|t| *t == "by-otai").count();
        ensure!(count == 1, "after the repeat the ticket has the tag {count} times");
        after.ticket.tags.retain(|t| t != "by-otai");
    }
    let wrong = differences(&facts(&after), &wanted);
    ensure!(wrong.is_empty(), "after the repeat {wrong}");
    Ok(())
}

pub(super) fn lost_note<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    live.ticket(&id)?;
    let text = format!("note {CANARY}");
    stage.breaks(Break::Lost);
    let outcome = live.note(&id, &text, "otai-5", false);
    stage.heal();
    match outcome {
        Err(Failure::Retry { .. }) => {}
        Err(failure) if has_no_notes(&failure) => return skipped("the plugin adds no notes"),
        Err(failure) => return failed(format!("the note is {}: {failure}", kind(&failure))),
        Ok(()) => return failed("the note is taken for a success, and nobody answered"),
    }
    must("the repeat", live.note(&id, &text, "otai-5", true))?;
    let notes = stage.look(&id)?.notes;
    let count = notes.iter().filter(|n| note::carries(&n.text, "otai-5")).count();
    ensure!(count == 1, "there are {count} of one note");
    Ok(())
}
