//! The list: what every plugin for a helpdesk does.

mod notes;
mod reading;
mod refusals;
mod secrecy;
mod settled;
mod trouble;
mod walking;
mod writing;

use otai_plugin::{
    model::{CustomField, FieldKind},
    serde_json::{Value, json},
};

use crate::{
    desk::Desk,
    stage::{Check, Stage},
};

/// A behaviour and how it is tried.
pub(crate) type Behaviour<D> = (&'static str, fn(&mut Stage<'_, D>) -> Check);

/// In this order: what reads before what writes, and what listens to all the others last.
pub(crate) fn all<D: Desk>() -> Vec<Behaviour<D>> {
    vec![
        ("the catalog tells the truth", reading::catalog),
        ("texts arrive as people wrote them", reading::texts),
        ("an empty text arrives", reading::empty),
        ("a long text arrives", reading::long),
        ("an HTML mail arrives as its text", reading::html),
        ("list and ticket agree", reading::agreement),
        ("tickets read together are those read alone", reading::together),
        ("no ticket is lost between two pages", walking::borders),
        ("no ticket is lost that changes during the walk", walking::moving),
        ("the cursor survives a restart", walking::restart),
        ("a quiet helpdesk brings no repeats", walking::quiet),
        ("only what is in the change changes", writing::partial),
        ("one change is one write", writing::one_write),
        ("tags are added and none is lost", writing::tags),
        ("an update answers with the ticket after it", writing::answer),
        ("the same update again changes nothing", writing::again),
        ("a human's edit is seen and stays", writing::human),
        ("a note is private and carries its mark", notes::private),
        ("a note in doubt is written once", notes::once),
        ("a note that goes with an update is told", notes::with_update),
        ("a closed ticket is settled", settled::closed),
        ("a merged ticket is settled", settled::merged),
        ("a deleted ticket is gone", settled::deleted),
        ("an unknown queue is refused before the write", refusals::queue),
        ("an unknown priority is refused before the write", refusals::priority),
        ("an unknown type is refused before the write", refusals::kind),
        ("an unknown custom field is refused before the write", refusals::field),
        ("an unknown choice is refused before the write", refusals::choice),
        ("wrong credentials are refused for every ticket", trouble::credentials),
        ("a missing right concerns its ticket", trouble::right),
        ("a limit names its time", trouble::limit),
        ("a server error is for later", trouble::errors),
        ("a page instead of JSON is for later", trouble::pages),
        ("half an answer is for later", trouble::halves),
        ("no answer is for later", trouble::silence),
        ("a lost answer to an update is made good", trouble::lost_update),
        ("a lost answer to a note makes no second one", trouble::lost_note),
        ("requests go to the named servers only", secrecy::servers),
        ("secrets and texts stay inside", secrecy::inside),
    ]
}

/// A value that fits a custom field and that the ticket does not have.
pub(crate) fn value_for(field: &CustomField, now: Option<&Value>) -> Option<Value> {
    let two = match field.kind {
        FieldKind::Text => [json!("first value"), json!("second value")].to_vec(),
        FieldKind::Integer => vec![json!(7), json!(8)],
        FieldKind::Decimal => vec![json!(1.5), json!(2.5)],
        FieldKind::Checkbox => vec![json!(true), json!(false)],
        FieldKind::Date => vec![json!("2026-05-04"), json!("2026-05-05")],
        FieldKind::Choice => field.choices.iter().rev().map(|c| json!(c)).collect(),
        FieldKind::Other => return None,
    };
    two.into_iter().find(|value| Some(value) != now)
}
