//! Faults that are switched on from outside and strike requests that match.
//!
//! Two kinds of fault: what happens around a request (a delay, an edit by a human just before it) adds up; what becomes
//! of the answer is decided by the first fault in the list that strikes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::dice::Dice;

/// A fault and the requests it strikes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    /// Which requests it concerns; by default all.
    #[serde(rename = "match", default)]
    pub matching: Matching,
    /// How many matching requests pass before it strikes for the first time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub after: u64,
    /// How often it strikes at most; for ever if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// With which probability it strikes a matching request; always if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Matching requests so far.
    #[serde(default)]
    pub seen: u64,
    /// Requests struck so far.
    #[serde(default)]
    pub struck: u64,
}

/// Which requests a fault concerns. What is not given matches everything.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Matching {
    /// HTTP method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Beginning of the path, e.g. `/api/v2/tickets/7`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_prefix: Option<String>,
    /// End of the path, e.g. `/notes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_suffix: Option<String>,
    /// The whole path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Part of the query as it was sent, e.g. `page=2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_contains: Option<String>,
}

/// What happens to a request that is struck.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// An error answer; nothing is applied.
    Status {
        /// Status code.
        status: u16,
        /// `Retry-After`, as it stands.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<Value>,
        /// Error code of the body, e.g. `account_suspended`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The body: a text is sent as it is, anything else as JSON. By default what the helpdesk sends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
        /// Send an HTML page where the helpdesk would send JSON.
        #[serde(default)]
        html: bool,
    },
    /// 200 with an HTML page.
    Html,
    /// The true answer, cut. With `cut` the connection ends in the middle of it, else the length fits the short body.
    Truncated {
        /// Whether the connection is closed before the announced end.
        #[serde(default)]
        cut: bool,
    },
    /// Waits, then handles the request, even if the client has gone meanwhile.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Handles the request, then waits with the answer.
    DelayAfter {
        /// Milliseconds.
        ms: u64,
    },
    /// Closes the connection; nothing is applied.
    Reset,
    /// Applies the request, then closes the connection without an answer.
    ResetAfter,
    /// Closes the connection (or never answers) and applies the request later.
    LateApply {
        /// Milliseconds.
        ms: u64,
        /// Keep the connection open and silent instead of closing it.
        #[serde(default)]
        hang: bool,
    },
    /// Somebody puts the ticket into the trash just before the request is handled.
    TrashBefore,
    /// Another agent edits the ticket just before the request is handled.
    HumanBefore {
        /// Keys to set, as in a PUT.
        set: Map<String, Value>,
    },
    /// The true answer, slowly.
    Slowloris {
        /// Bytes per second.
        bytes_per_second: u64,
    },
    /// 200 with a JSON body of so many bytes.
    Huge {
        /// Length of the body.
        bytes: u64,
    },
}

impl FaultKind {
    fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Html => "html",
            Self::Truncated { .. } => "truncated",
            Self::Delay { .. } => "delay",
            Self::DelayAfter { .. } => "delay_after",
            Self::Reset => "reset",
            Self::ResetAfter => "reset_after",
            Self::LateApply { .. } => "late_apply",
            Self::TrashBefore => "trash_before",
            Self::HumanBefore { .. } => "human_before",
            Self::Slowloris { .. } => "slowloris",
            Self::Huge { .. } => "huge",
        }
    }
}

/// What strikes one request.
#[derive(Debug, Default, Clone)]
pub(crate) struct Plan {
    pub(crate) names: Vec<String>,
    pub(crate) delay_ms: u64,
    pub(crate) delay_after_ms: u64,
    pub(crate) trash: bool,
    pub(crate) human: Vec<Map<String, Value>>,
    pub(crate) answer: Option<FaultKind>,
}

#[derive(Debug)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    dice: Dice,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            list: Vec::new(),
            dice: Dice::new(seed),
        }
    }

    pub(crate) fn add(&mut self, faults: Vec<Fault>) {
        self.list.extend(faults);
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.list
    }

    /// Decides what strikes a request.
    pub(crate) fn plan(&mut self, method: &str, path: &str, query: &str) -> Plan {
        let mut plan = Plan::default();
        for fault in &mut self.list {
            if !fault.matching.matches(method, path, query) {
                continue;
            }
            fault.seen += 1;
            let spent = fault.times.is_some_and(|t| fault.struck >= t);
            if fault.seen <= fault.after || spent {
                continue;
            }
            if fault.probability.is_some_and(|p| self.dice.share() >= p) {
                continue;
            }
            match &fault.kind {
                FaultKind::Delay { ms } => plan.delay_ms += ms,
                FaultKind::DelayAfter { ms } => plan.delay_after_ms += ms,
                FaultKind::TrashBefore => plan.trash = true,
                FaultKind::HumanBefore { set } => plan.human.push(set.clone()),
                // Another fault has the answer already: this one waits for its turn.
                _ if plan.answer.is_some() => continue,
                kind => plan.answer = Some(kind.clone()),
            }
            fault.struck += 1;
            plan.names.push(fault.kind.name().to_owned());
        }
        plan
    }
}

impl Matching {
    fn matches(&self, method: &str, path: &str, query: &str) -> bool {
        let ok = |want: &Option<String>, test: &dyn Fn(&str) -> bool| want.as_deref().is_none_or(test);
        ok(&self.method, &|m| m.eq_ignore_ascii_case(method))
            && ok(&self.path_prefix, &|p| path.starts_with(p))
            && ok(&self.path_suffix, &|p| path.ends_with(p))
            && ok(&self.path, &|p| path == p)
            && ok(&self.query_contains, &|q| query.contains(q))
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(list: Value) -> Faults {
        let mut faults = Faults::new(1);
        faults.add(serde_json::from_value(list).unwrap());
        faults
    }

    #[test]
    fn a_fault_strikes_after_so_many_and_so_often() {
        let mut faults = faults(json!([{"match": {"method": "put"}, "after": 1, "times": 2, "kind": "reset"}]));
        let struck: Vec<bool> = (0..5)
            .map(|_| faults.plan("PUT", "/api/v2/tickets/1", "").answer.is_some())
            .collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert!(faults.plan("GET", "/api/v2/tickets/1", "").names.is_empty());
        assert_eq!((faults.list()[0].seen, faults.list()[0].struck), (5, 2));
    }

    #[test]
    fn what_happens_around_a_request_adds_up_and_one_answer_wins() {
        let mut faults = faults(json!([
            {"kind": "delay", "ms": 5}, {"kind": "delay", "ms": 7}, {"kind": "trash_before"},
            {"kind": "human_before", "set": {"priority": 4}}, {"times": 1, "kind": "html"}, {"times": 1, "kind": "reset_after"},
        ]));
        let plan = faults.plan("GET", "/x", "");
        assert_eq!((plan.delay_ms, plan.trash, plan.human.len()), (12, true, 1));
        assert!(matches!(plan.answer, Some(FaultKind::Html)));
        assert!(matches!(
            faults.plan("GET", "/x", "").answer,
            Some(FaultKind::ResetAfter)
        ));
    }

    #[test]
    fn chance_is_the_same_for_the_same_seed() {
        let run = || -> Vec<bool> {
            let mut faults = faults(json!([{"probability": 0.3, "kind": "status", "status": 503}]));
            (0..200).map(|_| faults.plan("GET", "/", "").answer.is_some()).collect()
        };
        assert_eq!(run(), run());
        let hits = run().iter().filter(|h| **h).count();
        assert!((40..80).contains(&hits), "{hits}");
    }

    #[test]
    fn a_misspelt_matcher_is_refused() {
        let bad = json!([{"match": {"paht": "/x"}, "kind": "reset"}]);
        assert!(serde_json::from_value::<Vec<Fault>>(bad).is_err());
        assert!(serde_json::from_value::<Vec<Fault>>(json!([{"kind": "rest"}])).is_err());
    }
}
