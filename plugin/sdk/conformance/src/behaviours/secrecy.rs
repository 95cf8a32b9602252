use otai_plugin::{Failure, model::Ticket};

use crate::{
    desk::Desk,
    stage::{CANARY, Check, Stage, Stop, ensure, failed},
    wire::Break,
};

/// Answers that say no, and repeat in doing so what they were sent.
const QUOTING: [u16; 9] = [301, 400, 401, 403, 404, 409, 415, 418, 422];

pub(super) fn servers<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let live = stage.service()?;
    let origins = live.network().origins;
    ensure!(!origins.is_empty(), "`network` names no server");
    for origin in &origins {
        let url = reqwest::Url::parse(origin);
        let sound = url.is_ok_and(|url| url.path() == "/" && url.query().is_none() && url.username().is_empty());
        ensure!(
            sound,
            "`network` names \"{origin}\", which is no origin such as https://desk.example"
        );
    }
    let strays = stage.wire.strays();
    ensure!(
        strays.is_empty(),
        "requests went to {strays:?}, which `network` does not name"
    );
    Ok(())
}

pub(super) fn inside<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    for status in QUOTING {
        let id = stage.open()?;
        let change = stage.other_queue(&id)?;
        for warm in [true, false] {
            let live = if warm { stage.warm()? } else { stage.service()? };
            stage.breaks(Break::Status(status));
            let known = Ticket {
                id: id.clone(),
                partial: true,
                ..Ticket::default()
            };
            let outcomes: [Option<Failure>; 6] = [
                live.catalog().err(),
                live.find(None).err(),
                live.complete(vec![known]).err(),
                live.get(&id).err(),
                live.update(&id, &change, &[]).err(),
                live.note(&id, &format!("note {CANARY}"), "otai-0", false).err(),
            ];
            stage.heal();
            let panics = outcomes.iter().flatten().find(|f| f.to_string().contains("panicked"));
            ensure!(panics.is_none(), "an answer {status} makes the plugin panic");
        }
    }
    search(stage)
}

/// Everything that was said in the whole run.
fn search<D: Desk>(stage: &mut Stage<'_, D>) -> Result<(), Stop> {
    let mut canaries: Vec<(&str, String)> = vec![("the text of a ticket", CANARY.to_owned())];
    canaries.extend(stage.desk.secrets().into_iter().map(|secret| ("a secret", secret)));
    canaries.extend(
        stage
            .wire
            .tokens()
            .into_iter()
            .map(|token| ("an `Authorization`", token)),
    );
    for line in stage.log.all() {
        if let Some((what, canary)) = canaries.iter().find(|(_, c)| !c.is_empty() && line.contains(c)) {
            let shown: String = line.replace(canary, "‹here›").chars().take(400).collect();
            return failed(format!("{what} stands in a log line or a failure: {shown}"));
        }
    }
    Ok(())
}
