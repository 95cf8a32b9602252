use otai_plugin::{model::AddNote, note, text};

use crate::{
    desk::{Desk, Note},
    facts::{differences, facts},
    stage::{CANARY, Check, Live, Stage, Stop, ensure, failed, must, skipped},
};

/// The notes that carry a mark.
fn marked<D: Desk>(stage: &mut Stage<'_, D>, id: &str, mark: &str) -> Result<Vec<Note>, Stop> {
    let notes = stage.look(id)?.notes;
    Ok(notes.into_iter().filter(|n| note::carries(&n.text, mark)).collect())
}

/// Adds a note; skips where the plugin says that its helpdesk has none.
fn add<D: Desk>(live: &Live<D::Service>, id: &str, words: &str, mark: &str, in_doubt: bool) -> Check {
    match live.note(id, words, mark, in_doubt) {
        Ok(()) => Ok(()),
        Err(failure) if failure.to_string().contains("cannot add private notes") => skipped("the plugin adds no notes"),
        Err(failure) => must("`add_note`", Err(failure)),
    }
}

pub(super) fn private<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let before = stage.look(&id)?;
    let words = format!("Queue Billing, 93 % sure 🤖\n2 < 3 & <b>no tag</b> {CANARY}");
    add::<D>(&live, &id, &words, "otai-7-a", false)?;
    let notes = marked(stage, &id, "otai-7-a")?;
    let [note] = notes.as_slice() else {
        return failed(format!("{} notes carry the mark `[otai-7-a]`", notes.len()));
    };
    ensure!(!note.public, "the customer can see the note");
    let shown = if note.text.contains("&lt;") {
        text::from_html(&note.text)
    } else {
        note.text.clone()
    };
    for words in ["Queue Billing, 93 % sure 🤖", "2 < 3 & <b>no tag</b>"] {
        ensure!(
            shown.contains(words),
            "the note's text is not what was to be written: a part is missing or changed"
        );
    }
    let mut after = stage.look(&id)?;
    ensure!(
        after.notes.len() == before.notes.len() + 1,
        "one note makes {} entries",
        after.notes.len()
    );
    after.notes.pop();
    let wrong = differences(&facts(&after), &facts(&before));
    ensure!(wrong.is_empty(), "a note changes the ticket: {wrong}");
    Ok(())
}

pub(super) fn once<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let words = format!("Once {CANARY}");
    for time in [
        "that was never written",
        "that was written",
        "that was written twice in doubt",
    ] {
        add::<D>(&live, &id, &words, "otai-1", true)?;
        let count = marked(stage, &id, "otai-1")?.len();
        ensure!(count == 1, "a note in doubt {time}: there are {count} of it");
    }
    add::<D>(&live, &id, &words, "otai-11", true)?;
    let count = marked(stage, &id, "otai-11")?.len();
    ensure!(count == 1, "the note `otai-11` is taken for the note `otai-1`");
    add::<D>(&live, &id, &words, "otai-2", false)?;
    let count = marked(stage, &id, "otai-2")?.len();
    ensure!(count == 1, "a second note is not written");
    Ok(())
}

/// Told wrongly it would be missing, or there twice.
pub(super) fn with_update<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let change = stage.other_queue(&id)?;
    let before = stage.look(&id)?;
    let note = AddNote {
        id: id.clone(),
        text: format!("Queue Billing {CANARY}"),
        mark: "otai-8".to_owned(),
        in_doubt: false,
    };
    let Some(ticket) = must("`update_ticket` with a note", live.update_and_note(&change, note))? else {
        return failed(format!(
            "`update_ticket` says that ticket {id} is gone, and it is there"
        ));
    };
    let notes = marked(stage, &id, "otai-8")?;
    ensure!(
        notes.len() == usize::from(ticket.noted),
        "`update_ticket` says `noted: {}`, and {} notes were written",
        ticket.noted,
        notes.len()
    );
    ensure!(
        notes.iter().all(|note| !note.public),
        "the customer can see the note that went with an update"
    );
    let after = stage.look(&id)?;
    ensure!(
        after.notes.len() == before.notes.len() + notes.len(),
        "an update with a note makes other entries, too"
    );
    ensure!(
        after.ticket.queue == change.queue,
        "an update with a note leaves the queue as it was"
    );
    Ok(())
}
