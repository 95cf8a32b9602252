use crate::{
    desk::{Desk, Settle},
    stage::{Check, Stage, Stop, ensure, must, skipped},
};

fn end<D: Desk>(stage: &mut Stage<'_, D>, how: Settle) -> Result<String, Stop> {
    let id = stage.open()?;
    match stage.desk.settle(&id, how) {
        true => Ok(id),
        false => skipped("this helpdesk (or its desk in the test) knows no such end of a ticket"),
    }
}

pub(super) fn closed<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = end(stage, Settle::Closed)?;
    let live = stage.service()?;
    let ticket = live.ticket(&id)?;
    ensure!(ticket.settled.is_some(), "`get_ticket` gives a closed ticket as alive");
    let catalog = must("`catalog`", live.catalog())?;
    let status = catalog
        .statuses
        .iter()
        .find(|s| Some(&s.name) == ticket.status.as_ref());
    if let Some(status) = status {
        ensure!(
            status.closed && !status.fresh,
            "the catalog says that tickets in \"{}\" still wait",
            status.name
        );
    }
    let walk = stage.walk(&live, None)?;
    let alive = walk.last(&id).is_some_and(|t| t.settled.is_none());
    ensure!(!alive, "the list gives a closed ticket as alive");
    Ok(())
}

pub(super) fn merged<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = end(stage, Settle::Merged)?;
    let live = stage.service()?;
    let ticket = must("`get_ticket`", live.get(&id))?;
    let alive = ticket.is_some_and(|t| t.id == id && t.settled.is_none());
    ensure!(!alive, "`get_ticket` gives a merged ticket as alive");
    let walk = stage.walk(&live, None)?;
    let alive = walk.last(&id).is_some_and(|t| t.settled.is_none());
    ensure!(!alive, "the list gives a merged ticket as alive");
    Ok(())
}

pub(super) fn deleted<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let change = stage.other_queue(&id)?;
    live.ticket(&id)?;
    if !stage.desk.settle(&id, Settle::Deleted) {
        return skipped("this helpdesk (or its desk in the test) deletes no tickets");
    }
    let ticket = must("`get_ticket`", live.get(&id))?;
    ensure!(
        ticket.is_none_or(|t| t.settled.is_some()),
        "`get_ticket` gives a deleted ticket as alive"
    );
    let writes = stage.desk.writes();
    let answer = must("`update_ticket` of a deleted ticket", live.update(&id, &change, &[]))?;
    ensure!(
        answer.is_none_or(|t| t.settled.is_some()),
        "`update_ticket` gives a deleted ticket as alive"
    );
    ensure!(
        stage.desk.writes() == writes,
        "something was written to a deleted ticket"
    );
    let walk = stage.walk(&live, None)?;
    let alive = walk.last(&id).is_some_and(|t| t.settled.is_none());
    ensure!(!alive, "the list gives a deleted ticket as alive");
    Ok(())
}
