//! Values that the helpdesk has refused, so that the next ticket with the same value costs no request: nothing lists the names
//! there, and a label that is no queue would otherwise be sent for ticket after ticket.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use otai_plugin::Failure;

use crate::update::Sent;

/// After this the admin may have made the name, or given the right.
const REMEMBERED: Duration = Duration::from_secs(3600);
/// Values remembered at most.
const KEPT: usize = 1000;

/// Field and value → when, how often, with which sentence.
#[derive(Debug, Default)]
pub(crate) struct Refused(Mutex<HashMap<Sent, (Instant, u32, Failure)>>);

impl Refused {
    fn kept(&self) -> MutexGuard<'_, HashMap<Sent, (Instant, u32, Failure)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a refusal. One that is not `certain` counts from the second time on: what looks like one may have been chance.
    pub(crate) fn remember(&self, sent: &Sent, failure: &Failure, certain: bool) {
        let mut kept = self.kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        let entry = kept.entry(sent.clone()).or_insert((Instant::now(), 0, failure.clone()));
        *entry = (Instant::now(), entry.1 + if certain { 2 } else { 1 }, failure.clone());
    }

    /// The failure with which one of these values was refused lately.
    pub(crate) fn check<'a>(&self, sent: impl IntoIterator<Item = &'a Sent>) -> Result<(), Failure> {
        let mut kept = self.kept();
        kept.retain(|_, (at, ..)| at.elapsed() < REMEMBERED);
        let found = sent
            .into_iter()
            .find_map(|sent| kept.get(sent).filter(|(_, strikes, _)| *strikes >= 2));
        found.map_or(Ok(()), |(_, _, failure)| Err(failure.clone()))
    }
}

#[cfg(test)]
mod tests {
    use otai_plugin::serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_remembered_and_its_neighbour_is_not() {
        let sent = |field: &str, value: &str| Sent {
            field: field.into(),
            value: json!(value).to_string(),
        };
        let refused = Refused::default();
        let failure = Failure::rejected_field("queue", "no such queue");
        refused.remember(&sent("queue", "Nope"), &failure, true);
        assert_eq!(
            refused.check(&[sent("type", "x"), sent("queue", "Nope")]),
            Err(failure.clone())
        );
        assert_eq!(refused.check(&[sent("queue", "Yes"), sent("type", "Nope")]), Ok(()));
        // A fault may pass; two of them do not.
        refused.remember(&sent("queue", "Dead"), &failure, false);
        assert_eq!(refused.check(&[sent("queue", "Dead")]), Ok(()));
        refused.remember(&sent("queue", "Dead"), &failure, false);
        assert_eq!(refused.check(&[sent("queue", "Dead")]), Err(failure));
    }
}
