use std::collections::BTreeMap;

use otai_plugin::{
    Failure,
    model::{Change, FieldKind},
    serde_json::json,
};

use crate::{
    desk::Desk,
    facts::{differences, facts},
    stage::{Check, Stage, ensure, failed, kind as class, must, skipped},
};

/// No helpdesk has it.
const NOWHERE: &str = "Nowhere Zz9";

/// The change is refused, with its field named, and nothing at all is written.
fn refused<D: Desk>(stage: &mut Stage<'_, D>, field: &str, wrong: Change) -> Check {
    let id = stage.open()?;
    let live = stage.warm()?;
    let catalog = must("`catalog`", live.catalog())?;
    let group = field.split('.').next().unwrap_or(field);
    let unlisted = catalog.unlisted.iter().any(|u| u == group);
    let before = facts(&stage.look(&id)?);
    let writes = (stage.desk.writes(), stage.wire.sent().1);
    let failure = match live.update(&id, &wrong, &[]) {
        Err(failure) => failure,
        Ok(_) => return failed(format!("`{field}: {NOWHERE}` is taken for a success")),
    };
    match &failure {
        Failure::Rejected {
            every_ticket: false,
            field: named,
            ..
        } => ensure!(
            named.as_deref() == Some(field) || (unlisted && named.as_deref().is_none_or(|n| n == field)),
            "the failure names the field {named:?} instead of \"{field}\": {failure}"
        ),
        other => return failed(format!("it is {}, not Rejected for one ticket: {other}", class(other))),
    }
    let lost = differences(&facts(&stage.look(&id)?), &before);
    ensure!(lost.is_empty(), "it is refused, and yet: {lost}");
    ensure!(
        stage.desk.writes() == writes.0,
        "it is refused, and yet the helpdesk got a write"
    );
    ensure!(
        unlisted || stage.wire.sent().1 == writes.1,
        "the catalog lists `{group}`, and yet an unknown value is sent to the helpdesk"
    );
    // Not even the half of it that would be right.
    if !unlisted && field != "queue" {
        let mut both = stage.other_queue(&id)?;
        both.priority = wrong.priority;
        both.kind = wrong.kind;
        both.custom_fields = wrong.custom_fields;
        ensure!(
            live.update(&id, &both, &[]).is_err(),
            "with a good queue beside it, it is taken for a success"
        );
        let lost = differences(&facts(&stage.look(&id)?), &before);
        ensure!(
            lost.is_empty(),
            "it is refused, and yet the queue beside it was written: {lost}"
        );
    }
    Ok(())
}

pub(super) fn queue<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    refused(
        stage,
        "queue",
        Change {
            queue: Some(NOWHERE.into()),
            ..Change::default()
        },
    )
}

pub(super) fn priority<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    if stage.truth.priorities.is_empty() {
        return skipped("this helpdesk has no priorities");
    }
    refused(
        stage,
        "priority",
        Change {
            priority: Some(NOWHERE.into()),
            ..Change::default()
        },
    )
}

pub(super) fn kind<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    if stage.truth.types.is_empty() {
        return skipped("this helpdesk has no types");
    }
    refused(
        stage,
        "type",
        Change {
            kind: Some(NOWHERE.into()),
            ..Change::default()
        },
    )
}

pub(super) fn field<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let custom_fields = BTreeMap::from([("zz9_nowhere".to_owned(), json!(1))]);
    refused(
        stage,
        "custom_fields.zz9_nowhere",
        Change {
            custom_fields,
            ..Change::default()
        },
    )
}

pub(super) fn choice<D: Desk>(stage: &mut Stage<'_, D>) -> Check {
    let choices = |kind| kind == FieldKind::Choice;
    let Some(field) = stage.truth.custom_fields.iter().find(|f| choices(f.kind)) else {
        return skipped("this helpdesk has no custom field with choices");
    };
    let name = field.name.clone();
    let custom_fields = BTreeMap::from([(name.clone(), json!(NOWHERE))]);
    refused(
        stage,
        &format!("custom_fields.{name}"),
        Change {
            custom_fields,
            ..Change::default()
        },
    )
}
