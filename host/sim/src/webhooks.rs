//! Webhooks as far as they are the same for all desks: who wants to hear of what, and what is on its way.
//!
//! `H` is what a desk holds of one hook; what is sent to whom is its own business.

use std::collections::VecDeque;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::control::{Result, missing, parse, wanted};
use crate::courier::Sending;

/// Deliveries waiting to be sent; more are dropped, oldest first.
const WAITING: usize = 10_000;

#[derive(Debug)]
pub(crate) struct Webhooks<H> {
    hooks: Vec<H>,
    waiting: VecDeque<Sending>,
}

impl<H> Default for Webhooks<H> {
    fn default() -> Self {
        Self {
            hooks: Vec::new(),
            waiting: VecDeque::new(),
        }
    }
}

impl<H> Webhooks<H> {
    pub(crate) fn is_empty(&self) -> bool {
        self.hooks.is_empty()
    }

    /// Puts on its way what each hook is to be sent, if anything.
    pub(crate) fn send(&mut self, make: impl Fn(&H) -> Option<Sending>) {
        for sending in self.hooks.iter().filter_map(make) {
            if self.waiting.len() == WAITING {
                self.waiting.pop_front();
            }
            self.waiting.push_back(sending);
        }
    }

    /// What has been put on its way since the last call.
    pub(crate) fn outbox(&mut self) -> Vec<Sending> {
        std::mem::take(&mut self.waiting).into()
    }
}

impl<H: Serialize + DeserializeOwned> Webhooks<H> {
    /// The calls of the control interface below `webhooks`: `GET` shows them, `POST` adds one, `DELETE` forgets all.
    pub(crate) fn control(&mut self, method: &str, body: Option<Value>) -> Result {
        match method {
            "GET" => {}
            "POST" => self.hooks.push(parse(wanted(body)?)?),
            "DELETE" => *self = Self::default(),
            _ => return Err(missing()),
        }
        Ok(json!(self.hooks))
    }
}

/// Whether a hook that is for these events, all of them if it names none, is for this one.
pub(crate) fn wants(events: &[String], event: &str) -> bool {
    events.is_empty() || events.iter().any(|e| e == event)
}
