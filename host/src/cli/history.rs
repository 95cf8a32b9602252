//! What a helpdesk's closed tickets teach: their texts with the values that agents gave them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::SystemTime,
};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Span, Timestamp, tz::TimeZone};
use otai_interface::model::{Complete, Example, FieldKind, Find, Ticket};
use serde_json::Value;

use super::{
    CliError,
    patience::{A_FEW, patiently},
    run::stop_signal,
    setup::Setup,
};
use crate::{
    config::{Mark, Pipeline},
    pipeline::{Templates, people::people},
};

/// How far back closed tickets count, since their last change.
#[derive(Debug, Clone, Copy)]
pub(super) enum LookBack {
    Months(u32),
    Days(u32),
}

/// Tickets whose texts are read with one call, which has three minutes.
const AT_ONCE: usize = 100;

impl LookBack {
    /// A year has every season once, and what is older was mostly decided by other rules.
    pub(super) const MONTHS: u32 = 12;

    fn from(self, now: Timestamp) -> Timestamp {
        let span = match self {
            Self::Months(months) => Span::new().try_months(months),
            Self::Days(days) => Span::new().try_days(days),
        };
        let past = span.and_then(|span| now.to_zoned(TimeZone::UTC).checked_sub(span));
        past.map_or(Timestamp::UNIX_EPOCH, |past| {
            past.timestamp().max(Timestamp::UNIX_EPOCH)
        })
    }
}

impl fmt::Display for LookBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Months(1) => f.write_str("month"),
            Self::Months(months) => write!(f, "{months} months"),
            Self::Days(1) => f.write_str("day"),
            Self::Days(days) => write!(f, "{days} days"),
        }
    }
}

/// The closed tickets of a helpdesk with the values that agents gave them.
pub(super) async fn from_desk(
    setup: &Setup,
    name: &str,
    look_back: LookBack,
) -> Result<(Vec<Example>, Vec<String>), CliError> {
    let names = || setup.desks.keys().map(String::as_str);
    let desk = setup.desks.get(name).ok_or_else(|| {
        let hint = crate::config::nearest(name, names()).map_or_else(
            || format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
            |n| format!("did you mean `{n}`?"),
        );
        CliError::WrongUse(format!(
            "`{name}` is neither a file nor a ticket system of the config; {hint}"
        ))
    })?;
    let human = |e: otai_interface::Failure| CliError::NeedsHuman(format!("{name}: {e}"));
    let mut stop = stop_signal();
    let catalog = patiently(name, A_FEW, &mut stop, || desk.catalog())
        .await
        .map_err(human)?;
    let spec = setup.config().pipelines.values().find(|p| p.ticket_system == name);
    let text = spec.map_or(Pipeline::TEXT, |p| &p.text);
    let templates = Templates::new(text, None, &[]).map_err(|e| CliError::WrongUse(e.to_string()))?;
    let closed: BTreeSet<&str> = catalog
        .statuses
        .iter()
        .filter(|s| s.closed)
        .map(|s| s.name.as_str())
        .collect();
    let learnt: BTreeSet<&str> = catalog
        .custom_fields
        .iter()
        .filter(|f| matches!(f.kind, FieldKind::Choice | FieldKind::Checkbox))
        .map(|f| f.name.as_str())
        .collect();
    let mark = spec.and_then(|p| p.mark.as_ref());

    let (begin, end) = (look_back.from(now()), now());
    let bar = progress(name);
    let mut find = Find {
        cursor: None,
        since: Some(begin.to_string()),
        people: true,
    };
    let mut examples: BTreeMap<String, Example> = BTreeMap::new();
    let mut read = 0;
    loop {
        let page = patiently(name, A_FEW, &mut stop, || desk.find_tickets(&find))
            .await
            .map_err(human)?;
        // A helpdesk that lists no statuses tells of each ticket whether it is closed.
        let is_closed = |ticket: &&Ticket| {
            ticket.status.as_deref().is_some_and(|s| closed.contains(s)) || ticket.settled.as_deref() == Some("closed")
        };
        let finished = page.tickets.iter().filter(is_closed);
        let mut finished: Vec<Ticket> = finished
            .filter(|t| t.settled.as_deref() != Some("spam"))
            .cloned()
            .collect();
        for part in finished
            .chunks_mut(AT_ONCE)
            .filter(|part| part.iter().any(|t| t.partial))
        {
            let wanted = Complete {
                tickets: part.to_vec(),
                tags: true,
            };
            let whole = patiently(name, A_FEW, &mut stop, || desk.complete_tickets(&wanted))
                .await
                .map_err(human)?;
            for ticket in whole {
                if let Some(partial) = part.iter_mut().find(|partial| partial.id == ticket.id) {
                    *partial = ticket;
                }
            }
        }
        // What is still partial is gone meanwhile.
        for ticket in finished.iter().filter(|ticket| !ticket.partial) {
            if let Ok(text) = templates.text(ticket) {
                examples.insert(
                    ticket.id.clone(),
                    Example {
                        text,
                        labels: labels(ticket, &learnt, mark),
                        names: people(ticket),
                    },
                );
            }
        }
        read += page.tickets.len();
        bar.set_message(format!("{read} tickets read, {} of them closed", examples.len()));
        let latest = page
            .tickets
            .iter()
            .rev()
            .find_map(|ticket| ticket.updated_at.as_deref());
        if let Some(share) = latest.and_then(|at| share_of(begin, end, at)) {
            bar.set_position(share);
        }
        find.cursor = Some(page.cursor);
        if !page.more {
            break;
        }
    }
    bar.finish_and_clear();
    eprintln!("{} closed tickets of the last {look_back} from {name}", examples.len());
    if examples.is_empty() {
        return Err(CliError::NeedsHuman(format!(
            "{name} has no closed ticket of the last {look_back} to learn from: raise --months, or train from a CSV file"
        )));
    }
    Ok((examples.into_values().collect(), vec!["tags".to_owned()]))
}

fn labels(ticket: &Ticket, custom: &BTreeSet<&str>, mark: Option<&Mark>) -> BTreeMap<String, Vec<String>> {
    let mut labels = BTreeMap::new();
    for (field, value) in [
        ("queue", &ticket.queue),
        ("priority", &ticket.priority),
        ("type", &ticket.kind),
    ] {
        if let Some(value) = value {
            labels.insert(field.to_owned(), vec![value.clone()]);
        }
    }
    let ours = |tag: &&String| !matches!(mark, Some(Mark::Tag(mark)) if mark == *tag);
    labels.insert("tags".to_owned(), ticket.tags.iter().filter(ours).cloned().collect());
    for (name, value) in &ticket.custom_fields {
        let is_mark = matches!(mark, Some(Mark::CustomField(mark)) if mark == name);
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(flag) => flag.to_string(),
            _ => continue,
        };
        if custom.contains(name.as_str()) && !is_mark {
            labels.insert(format!("custom_fields.{name}"), vec![text]);
        }
    }
    labels
}

/// No helpdesk says how many tickets there are, but they come oldest change first: how far the clock has come is how far the
/// reading is.
fn progress(name: &str) -> ProgressBar {
    let bar = ProgressBar::new(WHOLE).with_prefix(name.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {percent:>3} % {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

/// Steps of the bar.
const WHOLE: u64 = 1000;

/// How much of the time from `begin` to `end` lies before `at`, in steps of the bar.
fn share_of(begin: Timestamp, end: Timestamp, at: &str) -> Option<u64> {
    let at: Timestamp = at.parse().ok()?;
    let (passed, whole) = (at.as_second() - begin.as_second(), end.as_second() - begin.as_second());
    let share = passed.max(0) as f64 / whole.max(1) as f64;
    Some((share.min(1.0) * WHOLE as f64) as u64)
}

pub(super) fn now() -> Timestamp {
    let now = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
    now.round(jiff::Unit::Second).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let now = at("2026-03-31T12:00:00Z");
        for (look_back, wanted) in [
            (LookBack::Months(1), "2026-02-28T12:00:00Z"),
            (LookBack::Months(12), "2025-03-31T12:00:00Z"),
            (LookBack::Days(31), "2026-02-28T12:00:00Z"),
            (LookBack::Months(1200), "1970-01-01T00:00:00Z"),
            (LookBack::Days(u32::MAX), "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(look_back.from(now), at(wanted), "{look_back}");
        }
    }

    #[test]
    fn the_bar_follows_the_clock_and_never_leaves_its_ends() {
        let (begin, end) = (at("2026-01-01T00:00:00Z"), at("2026-01-11T00:00:00Z"));
        for (text, wanted) in [
            ("2026-01-06T00:00:00Z", Some(500)),
            ("2025-01-01T00:00:00Z", Some(0)),
            ("2027-01-01T00:00:00Z", Some(1000)),
            ("yesterday", None),
        ] {
            assert_eq!(share_of(begin, end, text), wanted, "{text}");
        }
        assert_eq!(share_of(end, end, "2026-01-11T00:00:00Z"), Some(0), "no time at all");
    }
}
