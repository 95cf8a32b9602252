//! What goes into the five verbs, and the job that comes out of them.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use otai_interface::model::{Change, Ticket};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;

/// A ticket that the helpdesk has named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Noted {
    /// The helpdesk's id.
    pub ticket: String,
    /// What the helpdesk gave as its revision; opaque.
    pub revision: String,
}

/// A ticket that is ours until the lease ends. Every verb that closes or continues it takes this as the proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The pipeline it was claimed for.
    pub pipeline: String,
    /// The helpdesk's id.
    pub ticket: String,
    /// The revision noted last.
    pub revision: String,
    /// Grows with every claim; a verb with an older one is refused.
    pub epoch: i64,
    /// When the lease ends, on the store's clock. For people; reckon with [`remaining`](Job::remaining).
    pub until: Timestamp,
    /// The same moment on this process's monotonic clock, never later than the store sees it.
    pub deadline: Instant,
    /// How many tries were counted by [`Park::count_attempt`] so far; 0 for the first.
    pub attempts: u32,
    /// `Some`: an earlier try wrote this down and nobody knows whether it was applied. Look before writing.
    pub intent: Option<Intent>,
}

impl Job {
    /// How much of the lease is left; zero once it has ended.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// What was decided for one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldDecision {
    /// This value is written.
    Write {
        /// The helpdesk's value; of several tags, joined by a comma.
        value: String,
        /// The lowest confidence behind it, 0 to 1; `None` for a value that the config sets for the unsure.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<f32>,
    },
    /// The ticket has the value already.
    Right {
        /// The helpdesk's value.
        value: String,
        /// Of the label behind it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<f32>,
    },
    /// Left to a human.
    Leave {
        /// Because.
        why: String,
    },
}

impl fmt::Display for FieldDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sure = |c: &Option<f32>| c.map_or_else(|| " (set for the unsure)".to_owned(), |c| format!(" ({c:.2})"));
        match self {
            Self::Write { value, confidence } => write!(f, "{value}{}", sure(confidence)),
            Self::Right { value, confidence } => write!(f, "is {value} already{}", sure(confidence)),
            Self::Leave { why } => write!(f, "left: {why}"),
        }
    }
}

/// What is written down before anything is sent: the change, how it came about, and the values seen before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Intent {
    /// What is going to be written.
    pub change: Change,
    /// Field → what was decided: a later process may have to say it in the note.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldDecision>,
    /// What the ticket had before.
    pub seen: Seen,
    /// A note follows the change.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub note: bool,
}

/// The values that a ticket had when the decision was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// Name of the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Name of the priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Name of the type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// All tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Only those custom fields that the change names. A field that the ticket did not have is missing here too.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_fields: BTreeMap<String, Value>,
}

impl Seen {
    /// What `ticket` has now, as far as `change` concerns it.
    #[must_use]
    pub fn of(ticket: &Ticket, change: &Change) -> Self {
        let concerned = |(name, _): &(&String, &Value)| change.custom_fields.contains_key(*name);
        Self {
            queue: ticket.queue.clone(),
            priority: ticket.priority.clone(),
            kind: ticket.kind.clone(),
            tags: ticket.tags.clone(),
            custom_fields: ticket
                .custom_fields
                .iter()
                .filter(concerned)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    }
}

/// How a ticket ended. Kept for ever.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// In one word.
    pub result: Verdict,
    /// What was written; empty unless [`Verdict::Written`].
    #[serde(skip_serializing_if = "Change::is_empty")]
    pub change: Change,
    /// The ticket's revision afterwards, if the helpdesk told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// One sentence for people; empty if there is nothing to say.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// For single fields (`"queue"`, `"custom_fields.cf_product"`): why it was written or left.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

/// How a ticket ended, in one word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The change is in the helpdesk.
    Written,
    /// Nothing was written; a person has it.
    #[default]
    LeftToHuman,
    /// The ticket is deleted, merged, closed or spam.
    Gone,
}

impl Outcome {
    /// The change is in the helpdesk.
    #[must_use]
    pub fn written(change: Change, revision: Option<String>) -> Self {
        Self {
            result: Verdict::Written,
            change,
            revision,
            ..Self::default()
        }
    }

    /// Nothing was written, because.
    #[must_use]
    pub fn left_to_human(why: impl Into<String>) -> Self {
        Self {
            result: Verdict::LeftToHuman,
            why: why.into(),
            ..Self::default()
        }
    }

    /// There is no such ticket any more, because.
    #[must_use]
    pub fn gone(why: impl Into<String>) -> Self {
        Self {
            result: Verdict::Gone,
            why: why.into(),
            ..Self::default()
        }
    }

    /// Adds the reason for one field.
    #[must_use]
    pub fn because(mut self, field: impl Into<String>, why: impl Into<String>) -> Self {
        self.fields.insert(field.into(), why.into());
        self
    }
}

/// How a ticket is set aside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Park {
    /// How long from now; `None`: until a person retries it.
    pub until: Option<Duration>,
    /// One sentence for people.
    pub why: String,
    /// The write may have happened: the intent is kept, and the ticket stays aside at least until the lease ends, because the
    /// request may still be on the way.
    pub in_doubt: bool,
    /// This try counts (a wait for a rate limit does not).
    pub count_attempt: bool,
}
