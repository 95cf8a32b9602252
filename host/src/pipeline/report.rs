//! What a run has done, for people and for scripts.

use std::collections::BTreeMap;

use otai_interface::model::Ticket;
use serde::Serialize;

use super::decide::Decision;
use crate::config;

/// How a ticket ended in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Something was written.
    Written,
    /// Nothing was written; a human has it.
    Left,
    /// Set aside.
    Parked,
    /// Somebody else has the job now.
    Overtaken,
}

/// One decision, as it happens.
pub struct Decided<'a> {
    /// The pipeline.
    pub pipeline: &'a str,
    /// The ticket as it was read.
    pub ticket: &'a Ticket,
    /// What was decided.
    pub decision: &'a Decision,
    /// What came of it.
    pub ending: Ending,
}

/// Told of each decision.
pub type Observer = std::sync::Arc<dyn Fn(&Decided<'_>) + Send + Sync>;

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Tickets decided or set aside.
    pub tickets: u64,
    /// Tickets to which something was written.
    pub written: u64,
    /// Tickets that were left as they are.
    pub left_to_human: u64,
    /// Tickets that are set aside at the end of the run.
    pub parked: u64,
    /// Requests sent to the helpdesk.
    pub http_requests: u64,
    /// Wall clock.
    pub seconds: f64,
    /// Field → tickets in which it was written.
    pub fields: BTreeMap<String, u64>,
}

impl Summary {
    /// Nothing done yet in any of the pipeline's fields.
    pub(super) fn of(spec: &config::Pipeline) -> Self {
        Self {
            fields: spec.fields.keys().map(|field| (field.clone(), 0)).collect(),
            ..Self::default()
        }
    }

    pub(super) fn count(&mut self, ending: Ending) {
        match ending {
            Ending::Written => self.written += 1,
            Ending::Left => self.left_to_human += 1,
            Ending::Parked | Ending::Overtaken => {}
        }
    }

    /// Adds another pipeline's.
    pub fn add(&mut self, other: &Self) {
        self.tickets += other.tickets;
        self.written += other.written;
        self.left_to_human += other.left_to_human;
        self.parked += other.parked;
        for (field, count) in &other.fields {
            *self.fields.entry(field.clone()).or_default() += count;
        }
    }
}
