//! Step 9 to 13: write down what is intended, send it, close the job. Whatever happens, the job ends `done` or `parked`.

use std::{sync::Arc, time::Duration};

use otai_interface::{
    Failure,
    model::{AddNote, Change, Ticket, Update},
};

use super::{
    Pipeline, StopReason,
    decide::Decision,
    doubt::{ReadBack, read_back},
    report::Ending,
};
use crate::{
    services::{CallScope, Sent},
    state::{Intent, Job, Outcome, Park, Seen, StoreError},
};

/// First wait after a failure; doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// A refusal is tried once more with a fresh catalog; then a human decides.
const REFUSALS: u32 = 1;
/// A plugin may stumble over something that passes; after that a human decides.
const BUGS: u32 = 2;

impl Pipeline {
    /// Carries out a decision that has something to write.
    pub(super) async fn write(&self, job: &Job, ticket: &Ticket, decision: Decision) -> Result<Ending, StopReason> {
        if self.spec.dry_run {
            let outcome = outcome_of(&decision, Outcome::written(decision.change.clone(), None));
            self.store.done(job, outcome).await?;
            return Ok(Ending::Written);
        }
        let note = match self.templates.note(ticket, &decision) {
            Ok(note) => note,
            Err(e) => return self.park(job, &Failure::rejected(format!("note: {e}")), Sent::No).await,
        };
        let seen = Seen::of(ticket, &decision.change);
        let intent = Intent {
            change: decision.change.clone(),
            fields: decision.fields.clone(),
            seen,
            note: note.is_some(),
        };
        if let Err(e) = self.store.intend(job, intent).await {
            return stale(e);
        }
        let end = self
            .send(job, &decision.change, &ticket.tags, note.as_deref(), false)
            .await;
        self.close(job, end, |revision| {
            outcome_of(&decision, Outcome::written(decision.change.clone(), revision))
        })
        .await
    }

    /// Settles a job whose earlier write may have happened.
    pub(super) async fn settle(&self, job: &Job, intent: &Intent, now: Option<&Ticket>) -> Result<Ending, StopReason> {
        let Some(now) = now else {
            return self.done(job, Outcome::gone("the ticket is gone"), Ending::Left).await;
        };
        let left = |why: String| self.done(job, Outcome::left_to_human(why), Ending::Left);
        let missing = match read_back(intent, now, self.spec.overwrite) {
            ReadBack::Written => Change::default(),
            ReadBack::Touched(field) => return left(format!("somebody changed {field} meanwhile")).await,
            ReadBack::Missing(_) if now.settled.is_some() => {
                return left(format!("the ticket is {}", now.settled.as_deref().unwrap_or("settled"))).await;
            }
            ReadBack::Missing(change) => change,
        };
        tracing::info!(
            ticket = job.ticket,
            "an earlier write was in doubt: {}",
            if missing.is_empty() {
                "it had worked"
            } else {
                "it had not arrived"
            }
        );
        let decision = Decision {
            change: intent.change.clone(),
            fields: intent.fields.clone(),
        };
        let note = match self.templates.note(now, &decision) {
            Ok(note) => note.filter(|_| intent.note),
            Err(e) => {
                let failure = Failure::rejected(format!("note: {e}"));
                return self.park(job, &failure, Sent::Maybe).await;
            }
        };
        if !missing.is_empty() {
            let again = Intent {
                seen: Seen::of(now, &missing),
                ..intent.clone()
            };
            if let Err(e) = self.store.intend(job, again).await {
                return stale(e);
            }
        }
        let end = self.send(job, &missing, &now.tags, note.as_deref(), true).await;
        // A note of the earlier try may be there, whatever becomes of the values now: it stays to be looked for.
        let end = end.map_err(|(failure, sent)| (failure, if intent.note { Sent::Maybe } else { sent }));
        self.close(job, end, |revision| {
            outcome_of(&decision, Outcome::written(decision.change.clone(), revision))
        })
        .await
    }

    /// One PUT, with the note where the plugin can write both together, and otherwise the note behind it. A note in doubt is never
    /// sent along: it has to be looked for first. `Ok(None)`: the ticket is gone.
    async fn send(
        &self,
        job: &Job,
        change: &Change,
        tags: &[String],
        note: Option<&str>,
        in_doubt: bool,
    ) -> Result<Option<Option<String>>, (Failure, Sent)> {
        let scope = CallScope::under_lease(job.remaining(), job.deadline);
        let failed = |failure, scope: &Arc<CallScope>| (failure, scope.sent());
        let note = note.map(|text| AddNote {
            id: job.ticket.clone(),
            text: text.to_owned(),
            mark: format!("otai {}", job.ticket),
            in_doubt,
        });
        let (mut revision, mut noted) = (None, false);
        if !change.is_empty() {
            let update = Update {
                id: job.ticket.clone(),
                change: change.clone(),
                tags: tags.to_vec(),
                note: note.clone().filter(|note| !note.in_doubt),
            };
            match self.desk.update_ticket(&update, &scope).await {
                Ok(Some(after)) => (revision, noted) = (Some(after.revision), after.noted && update.note.is_some()),
                Ok(None) => return Ok(None),
                Err(failure) => return Err(failed(failure, &scope)),
            }
        }
        if let Some(note) = note.filter(|_| !noted) {
            // The change is written by now: whatever becomes of the note, the job stays in doubt until it is there.
            self.desk
                .add_note(&note, &scope)
                .await
                .map_err(|failure| (failure, Sent::Maybe))?;
        }
        Ok(Some(revision))
    }

    async fn close(
        &self,
        job: &Job,
        end: Result<Option<Option<String>>, (Failure, Sent)>,
        outcome: impl FnOnce(Option<String>) -> Outcome,
    ) -> Result<Ending, StopReason> {
        match end {
            Ok(Some(revision)) => self.done(job, outcome(revision), Ending::Written).await,
            Ok(None) => {
                self.done(job, Outcome::gone("the ticket was deleted meanwhile"), Ending::Left)
                    .await
            }
            Err((failure, sent)) => self.park(job, &failure, sent).await,
        }
    }

    pub(super) async fn done(&self, job: &Job, outcome: Outcome, ending: Ending) -> Result<Ending, StopReason> {
        match self.store.done(job, outcome).await {
            Ok(()) => Ok(ending),
            Err(e) => stale(e),
        }
    }

    /// Sets a job aside for as long as its failure says. The only place in the program that decides when to try again.
    pub(super) async fn park(&self, job: &Job, failure: &Failure, sent: Sent) -> Result<Ending, StopReason> {
        let backoff = jitter(FIRST_WAIT.saturating_mul(1 << job.attempts.min(16)).min(LONGEST_WAIT));
        let (until, count_attempt) = match failure {
            // The other side named the time: waiting for a limit is not the ticket's fault.
            Failure::Retry { after_ms: Some(ms), .. } => (Some(Duration::from_millis(*ms)), false),
            Failure::Retry { .. } => (Some(backoff), true),
            Failure::Rejected { every_ticket: true, .. } => (Some(backoff), false),
            Failure::Rejected { .. } if job.attempts < REFUSALS => (Some(backoff), true),
            Failure::Bug { .. } if job.attempts < BUGS => (Some(backoff), true),
            Failure::Rejected { .. } | Failure::Bug { .. } => (None, true),
        };
        match until {
            Some(until) => tracing::warn!(
                pipeline = self.name,
                ticket = job.ticket,
                wait_s = until.as_secs(),
                attempt = job.attempts + 1,
                "set aside: {failure}"
            ),
            None => tracing::error!(
                pipeline = self.name,
                ticket = job.ticket,
                "set aside until a human retries it: {failure}"
            ),
        }
        let park = Park {
            until,
            why: failure.to_string(),
            in_doubt: sent == Sent::Maybe,
            count_attempt,
        };
        if let Err(e) = self.store.park(job, park).await {
            return stale(e);
        }
        if failure.is_for_every_ticket() {
            return Err(StopReason::Desk(failure.clone()));
        }
        if matches!(failure, Failure::Rejected { .. }) {
            self.doubt_catalog().await;
        }
        Ok(Ending::Parked)
    }
}

/// A job that is no longer ours is somebody else's to finish; everything else stops the pipeline.
fn stale(error: StoreError) -> Result<Ending, StopReason> {
    match error {
        StoreError::Stale { ticket } => {
            tracing::warn!(ticket, "its lease ended before the work did");
            Ok(Ending::Overtaken)
        }
        other => Err(other.into()),
    }
}

pub(super) fn outcome_of(decision: &Decision, outcome: Outcome) -> Outcome {
    decision.fields.iter().fold(outcome, |outcome, (field, decided)| {
        outcome.because(field, decided.to_string())
    })
}

/// Between half and all of it, so that tickets which failed together do not come back together.
fn jitter(wait: Duration) -> Duration {
    use std::hash::{BuildHasher as _, RandomState};
    let random = RandomState::new().hash_one(()) % 1000;
    wait / 2 + wait.mul_f64(random as f64 / 2000.0)
}
