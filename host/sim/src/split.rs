//! Which rows of the data set are closed history and which are open, and who wrote them: the same for every helpdesk.
//!
//! A row lies in the same place of the same time whichever desk it fills, so that two desks can be compared.

use std::collections::BTreeSet;

use crate::dice::Dice;
use crate::options::{Options, StartError};
use crate::rows::Row;
use crate::time::DAY;

/// Closed tickets were created this long ago, from the first to the last row.
const HISTORY: (i64, i64) = (180 * DAY, 31 * DAY);
/// How long a closed ticket was worked on, in seconds.
pub(crate) const WORKED_ON: i64 = 7200;
/// Open tickets were created within the window that Freshdesk's plain list shows, and a little before now.
const RECENT: (i64, i64) = (29 * DAY, 30);

const FIRST_NAMES: [&str; 8] = ["Mara", "Jonas", "Aylin", "Peter", "Sofia", "Liam", "Hannah", "Omar"];
const LAST_NAMES: [&str; 8] = ["Lind", "Weber", "Demir", "Novak", "Rossi", "Walsh", "Fischer", "Haddad"];

/// Groups and types of a helpdesk without rows.
const QUEUES: [&str; 3] = ["Billing", "Hardware", "Netzwerk & VPN"];
const KINDS: [&str; 5] = ["Question", "Incident", "Problem", "Feature Request", "Refund"];

/// The words of the data set for priorities, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Low = 1,
    Medium,
    High,
    Urgent,
}

impl Level {
    pub(crate) const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// `None`: no such priority. `Some(None)`: none given.
    pub(crate) fn read(label: &str) -> Option<Option<Self>> {
        match label.to_lowercase().as_str() {
            "" => Some(None),
            "low" | "very_low" | "very low" | "niedrig" | "1" => Some(Some(Self::Low)),
            "medium" | "normal" | "mittel" | "2" => Some(Some(Self::Medium)),
            "high" | "hoch" | "3" => Some(Some(Self::High)),
            "urgent" | "critical" | "dringend" | "kritisch" | "4" => Some(Some(Self::Urgent)),
            _ => None,
        }
    }
}

/// A row and its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    /// Data row, counted from 1.
    pub(crate) n: usize,
    pub(crate) row: &'a Row,
    /// `None` where the row says nothing.
    pub(crate) level: Option<Level>,
    /// Whether it is history: closed, with the row's values, for so long as [`WORKED_ON`].
    pub(crate) closed: bool,
    /// In seconds since 1970.
    pub(crate) created: i64,
}

/// Places all rows, in file order.
pub(crate) fn place(options: &Options, now: i64) -> impl Iterator<Item = Result<Placed<'_>, StartError>> {
    let rows = &options.tickets;
    let closed = ((rows.len() as f64) * options.history).round() as usize;
    rows.iter().enumerate().map(move |(i, row)| {
        let level = Level::read(&row.priority).ok_or_else(|| StartError::Priority {
            row: i + 1,
            value: row.priority.clone(),
        })?;
        let created = if i < closed {
            spread((now - HISTORY.0, now - HISTORY.1 - WORKED_ON), i, closed)
        } else {
            spread((now - RECENT.0, now - RECENT.1), i - closed, rows.len() - closed)
        };
        Ok(Placed {
            n: i + 1,
            row,
            level,
            closed: i < closed,
            created,
        })
    })
}

/// The place of the `i`-th of `n` things in a span, the last one near its end.
fn spread(span: (i64, i64), i: usize, n: usize) -> i64 {
    let length = i128::from(span.1 - span.0);
    span.0 + (length * (i as i128 + 1) / (n.max(1) as i128)) as i64
}

/// The queues of the rows, alphabetically, or some that every helpdesk has.
pub(crate) fn queues(rows: &[Row]) -> Vec<String> {
    let mut queues = names(rows, |r| &r.queue, &QUEUES);
    queues.sort_by_key(|q| (q.to_lowercase(), q.clone()));
    queues
}

/// The types of the rows, or some that every helpdesk has.
pub(crate) fn kinds(rows: &[Row]) -> Vec<String> {
    names(rows, |r| &r.kind, &KINDS)
}

fn names(rows: &[Row], column: fn(&Row) -> &str, otherwise: &[&str]) -> Vec<String> {
    let names: BTreeSet<&str> = rows.iter().map(column).filter(|n| !n.is_empty()).collect();
    if names.is_empty() {
        return otherwise.iter().map(|n| (*n).to_owned()).collect();
    }
    names.into_iter().map(str::to_owned).collect()
}

/// Somebody who writes tickets.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) email: String,
    /// A throw of the dice, for whatever a desk has to decide about them.
    pub(crate) draw: u64,
}

/// One customer for about ten tickets; row `i` comes from the `i % len`-th.
pub(crate) fn customers(options: &Options) -> Vec<Customer> {
    let mut dice = Dice::new(options.seed ^ 0xc0_47ac);
    let pick = |dice: &mut Dice, names: &[&'static str]| names[(dice.next() % names.len() as u64) as usize];
    (1..=(options.tickets.len() / 10).clamp(3, 5000))
        .map(|n| {
            let (first, last) = (pick(&mut dice, &FIRST_NAMES), pick(&mut dice, &LAST_NAMES));
            Customer {
                name: format!("{first} {last}"),
                email: format!("{}.{}{n}@customer.example", first.to_lowercase(), last.to_lowercase()),
                draw: dice.next(),
            }
        })
        .collect()
}
