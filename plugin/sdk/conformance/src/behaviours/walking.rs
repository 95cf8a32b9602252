use crate::{
    desk::Desk,
    stage::{Check, Stage, Stop, Walk, ensure, skipped},
};

/// Opens so many tickets: the first half spread over three seconds, the rest at once.
fn crowd<D: Desk>(stage: &mut Stage<'_, D>, count: usize) -> Result<Vec<String>, Stop> {
    let mut ids = Vec::new();
    for n in 0..count {
        if n == count / 4 || n == count / 2 {
            stage.desk.pass(1);
        }
        ids.push(stage.open()?);
    }
    Ok(ids)
}

fn missing(ids: &[String], walk: &Walk) -> Vec<String> {
    ids.iter().filter(|id| walk.last(id).is_none()).cloned().collect()
}

pub(super) fn borders<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let page = stage.desk.page();
    let ids = crowd(stage, page * 5 / 2)?;
    let live = stage.service()?;
    let walk = stage.walk(&live, None)?;
    let lost = missing(&ids, &walk);
    ensure!(
        lost.is_empty(),
        "{} of {} tickets never come, for example {}",
        lost.len(),
        ids.len(),
        lost[0]
    );
    ensure!(
        walk.pages > 1,
        "{} tickets come on one page: give the plugin's page size in `Desk::page`",
        ids.len()
    );
    for id in &ids {
        let seen = stage.look(id)?.ticket.subject;
        ensure!(
            walk.last(id).is_some_and(|t| t.subject == seen),
            "ticket {id} comes with another's subject"
        );
    }
    Ok(())
}

pub(super) fn moving<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let page = stage.desk.page();
    let ids = crowd(stage, page * 5 / 2)?;
    stage.desk.pass(1);
    let live = stage.service()?;
    let mut walk = Walk::from(None);
    // An edited ticket moves to the end of the list, and what lies behind it one place forward.
    let mut edited = Vec::new();
    let mut untouched = ids.iter();
    while walk.turn(&live)? {
        let given: Vec<String> = walk.tickets.iter().map(|t| t.id.clone()).collect();
        let read = ids
            .iter()
            .filter(|id| given.contains(id) && !edited.contains(*id))
            .take(3);
        let unread = untouched.by_ref().rev().take(1).filter(|id| !given.contains(id));
        let now: Vec<String> = read.chain(unread).cloned().collect();
        for id in &now {
            let change = stage.other_queue(id)?;
            stage.desk.edit(id, &change);
        }
        edited.extend(now);
    }
    stage.desk.pass(2);
    let mut later = Walk::from(walk.cursor.clone());
    while later.turn(&live)? {}
    for id in &ids {
        let wanted = stage.look(id)?.ticket.queue;
        let last = later.last(id).or_else(|| walk.last(id));
        let Some(last) = last else {
            let moved = if edited.contains(id) {
                "was changed"
            } else {
                "lay behind one that was changed"
            };
            return crate::stage::failed(format!("ticket {id}, which {moved} during the walk, never comes"));
        };
        ensure!(
            last.queue == wanted,
            "ticket {id} was changed during the walk, and comes only as it was before"
        );
    }
    Ok(())
}

pub(super) fn restart<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let page = stage.desk.page();
    let ids = crowd(stage, page * 5 / 2)?;
    let mut walk = Walk::from(None);
    loop {
        let fresh = stage.service()?;
        if !walk.turn(&fresh)? {
            break;
        }
    }
    let lost = missing(&ids, &walk);
    ensure!(
        lost.is_empty(),
        "{} tickets never come when another instance goes on with the cursor",
        lost.len()
    );
    // Between two walks, too.
    stage.desk.pass(2);
    let new = stage.open()?;
    let fresh = stage.service()?;
    let later = stage.walk(&fresh, walk.cursor)?;
    ensure!(
        later.last(&new).is_some(),
        "a new ticket does not come after a restart between two walks"
    );
    Ok(())
}

pub(super) fn quiet<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let count = stage.desk.page() + 5;
    crowd(stage, count)?;
    stage.desk.pass(2);
    stage.open()?;
    if !stage.desk.pass(600) && !stage.desk.pass(3) {
        return skipped("this desk cannot let time pass");
    }
    let live = stage.service()?;
    let mut walk = stage.walk(&live, None)?;
    for _ in 0..3 {
        walk = stage.walk(&live, walk.cursor)?;
    }
    ensure!(
        walk.tickets.len() <= 1 + count / 10,
        "nothing has changed, and each walk gives {} tickets once more",
        walk.tickets.len()
    );
    let new = stage.open()?;
    let later = stage.walk(&live, walk.cursor)?;
    ensure!(
        later.last(&new).is_some(),
        "after a quiet time a new ticket does not come"
    );
    Ok(())
}
