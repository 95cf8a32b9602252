//! After a crash or a lost answer: did the write happen, and did a person step in? Read the ticket back and compare.

use otai_interface::model::{Change, Ticket};
use serde_json::Value;

use super::decide::current;
use crate::{config::Overwrite, state::Intent};

/// What reading back showed.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadBack {
    /// Everything that we meant to write is there.
    Written,
    /// These values are still as they were before; writing them is safe.
    Missing(Change),
    /// Somebody changed this field meanwhile.
    Touched(String),
}

/// Compares the ticket as it is with what was intended and with what had been seen before.
#[must_use]
pub fn read_back(intent: &Intent, now: &Ticket, overwrite: Overwrite) -> ReadBack {
    let Intent { change, seen, .. } = intent;
    let mut missing = Change::default();
    let texts = [
        ("queue", &change.queue, &seen.queue, &mut missing.queue),
        ("priority", &change.priority, &seen.priority, &mut missing.priority),
        ("type", &change.kind, &seen.kind, &mut missing.kind),
    ];
    for (field, wanted, before, slot) in texts {
        let Some(wanted) = wanted else { continue };
        let is = current(field, now).unwrap_or(Value::Null);
        if is.as_str() == Some(wanted.as_str()) {
            continue;
        }
        if is.as_str() != before.as_deref() && overwrite != Overwrite::Always {
            return ReadBack::Touched(field.to_owned());
        }
        *slot = Some(wanted.clone());
    }
    for (name, wanted) in &change.custom_fields {
        let is = now.custom_fields.get(name).unwrap_or(&Value::Null);
        let before = seen.custom_fields.get(name).unwrap_or(&Value::Null);
        if is == wanted {
            continue;
        }
        if is != before && overwrite != Overwrite::Always {
            return ReadBack::Touched(format!("custom_fields.{name}"));
        }
        missing.custom_fields.insert(name.clone(), wanted.clone());
    }
    for tag in &change.add_tags {
        let folded = tag.to_lowercase();
        if now.tags.iter().all(|t| t.to_lowercase() != folded) {
            missing.add_tags.push(tag.clone());
        }
    }
    if missing.is_empty() {
        ReadBack::Written
    } else {
        ReadBack::Missing(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent() -> Intent {
        let change = Change {
            queue: Some("Billing".into()),
            add_tags: vec!["refund".into()],
            ..Change::default()
        };
        Intent {
            change,
            ..Intent::default()
        }
    }

    #[test]
    fn tells_written_missing_and_touched_apart() {
        let written = Ticket {
            queue: Some("Billing".into()),
            tags: vec!["Refund".into(), "x".into()],
            ..Ticket::default()
        };
        assert_eq!(read_back(&intent(), &written, Overwrite::IfUnset), ReadBack::Written);

        assert_eq!(
            read_back(&intent(), &Ticket::default(), Overwrite::IfUnset),
            ReadBack::Missing(intent().change)
        );

        let touched = Ticket {
            queue: Some("Hardware".into()),
            ..Ticket::default()
        };
        assert_eq!(
            read_back(&intent(), &touched, Overwrite::IfUnset),
            ReadBack::Touched("queue".into())
        );
        assert_eq!(
            read_back(&intent(), &touched, Overwrite::IfUnchanged),
            ReadBack::Touched("queue".into())
        );
        assert_eq!(
            read_back(&intent(), &touched, Overwrite::Always),
            ReadBack::Missing(intent().change)
        );
    }

    #[test]
    fn a_persons_tag_is_no_conflict() {
        let tagged = Ticket {
            queue: Some("Billing".into()),
            tags: vec!["vip".into()],
            ..Ticket::default()
        };
        let missing = Change {
            add_tags: vec!["refund".into()],
            ..Change::default()
        };
        assert_eq!(
            read_back(&intent(), &tagged, Overwrite::IfUnset),
            ReadBack::Missing(missing)
        );
    }
}
