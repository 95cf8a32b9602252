//! Step 6 to 8: claim a batch, read what is not at hand, classify, decide; and the loop around it.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt as _, stream};
use otai_interface::{
    Failure,
    model::{Complete, Ticket},
};
use tokio::time::Instant;

use super::{
    ASKS, PATIENCE, Pipeline, STAMP, STUCK, StopReason,
    decide::{Decision, decide},
    eligible::left_alone,
    report::{Decided, Ending, Summary},
    write::outcome_of,
};
use crate::{
    services::Sent,
    state::{FieldDecision, Job, Outcome},
};

/// Longer than any write may take plus what a slow server may need to apply one after we gave up on it.
const LEASE: Duration = Duration::from_secs(60);
/// Tickets claimed at a time: one page.
const BATCH: usize = 100;
/// Writes on the way at a time, where the allowance is generous.
const WIDTH: f64 = 16.0;

impl Pipeline {
    /// Asks until there is no more, and works through what waits. With `to_the_end` also waits a while for what is due soon.
    pub(super) async fn drain(&self, summary: &mut Summary, to_the_end: bool) -> Result<(), StopReason> {
        self.renew_catalog().await;
        let mut more = true;
        let mut failed = 0;
        let mut progress = Instant::now();
        let mut begins = true;
        while !self.stopping() {
            // The next page is read while this batch is worked on.
            let ask = more && !self.held.is_full();
            let (asked, worked) = tokio::join!(
                async {
                    match ask {
                        true => self.intake().await.map(Some),
                        false => Ok(None),
                    }
                },
                self.work_through_one(summary)
            );
            let worked = worked?;
            if worked > 0 {
                progress = Instant::now();
            }
            match asked {
                Ok(Some(there_is_more)) => {
                    (more, failed) = (there_is_more, 0);
                    if std::mem::take(&mut begins) && more {
                        self.pause(STAMP).await;
                    }
                    continue;
                }
                Ok(None) => {}
                Err(StopReason::Desk(Failure::Retry { message, after_ms })) if to_the_end && failed < ASKS => {
                    failed += 1;
                    let wait = after_ms
                        .map_or(Duration::from_secs(1 << failed), Duration::from_millis)
                        .min(PATIENCE);
                    tracing::warn!(
                        pipeline = self.name,
                        wait_s = wait.as_secs(),
                        "asking for tickets: {message}"
                    );
                    self.pause(wait).await;
                    continue;
                }
                Err(stop) => return Err(stop),
            }
            if worked > 0 {
                continue;
            }
            if more {
                // Whatever is held and cannot be claimed must not keep us from asking.
                self.held.clear();
                continue;
            }
            let due = self.store.due(&self.name).await?;
            if due.waiting > 0 {
                continue;
            }
            match due.next {
                Some(next) if to_the_end && next <= PATIENCE && progress.elapsed() < STUCK => {
                    tracing::info!(
                        pipeline = self.name,
                        wait_s = next.as_secs(),
                        held = due.held,
                        parked = due.parked,
                        "waiting for tickets that are in doubt or set aside"
                    );
                    self.pause(next.max(Duration::from_millis(50))).await;
                }
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    async fn pause(&self, time: Duration) {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    /// Works on everything that waits, without asking for more.
    pub(super) async fn work_through(&self, summary: &mut Summary) -> Result<usize, StopReason> {
        let mut all = 0;
        loop {
            match self.work_through_one(summary).await? {
                0 => return Ok(all),
                worked => all += worked,
            }
            if self.stopping() {
                return Ok(all);
            }
        }
    }

    /// Claims a batch and ends each of its jobs; gives their number.
    async fn work_through_one(&self, summary: &mut Summary) -> Result<usize, StopReason> {
        // What cannot be sent within a third of the lease had better not be claimed.
        let per_minute = self.desk.allowance().map_or(f64::INFINITY, |a| a.per_minute());
        let limit = ((per_minute / 3.0) as usize).clamp(1, BATCH).min(self.pace.batch());
        let width = (per_minute / 60.0).ceil().clamp(1.0, WIDTH) as usize;

        let jobs = self.store.claim(&self.name, limit, LEASE + self.pace.more()).await?;
        let claimed = jobs.len();
        if claimed == 0 {
            return Ok(0);
        }

        let mut endings = Vec::with_capacity(claimed);
        let mut batch: Vec<(Job, Ticket)> = Vec::with_capacity(claimed);
        let mut tickets = self.read_together(&jobs).await;
        let with_tickets = jobs.into_iter().map(|job| {
            let ticket = tickets.remove(&job.ticket);
            (job, ticket)
        });
        let mut readings = stream::iter(with_tickets)
            .map(|(job, ticket)| self.read(job, ticket))
            .buffer_unordered(width);
        while let Some(read) = readings.next().await {
            match read? {
                Read::ToClassify(taken) => batch.push(*taken),
                Read::Ended(ending) => endings.push(ending),
            }
        }
        drop(readings);

        let texts: Vec<&Ticket> = batch.iter().map(|(_, ticket)| ticket).collect();
        let begin = Instant::now();
        let answers = self.classify(&texts).await;
        self.pace.took(texts.len(), begin.elapsed());
        let catalog = self.catalog();
        let decided = batch.into_iter().zip(answers).map(|((job, ticket), said)| {
            let decision = said.map(|said| decide(&self.spec, &catalog, &ticket, &said));
            (job, ticket, decision)
        });
        let mut ends = stream::iter(decided)
            .map(|(job, ticket, d)| self.carry_out(job, ticket, d))
            .buffer_unordered(width);
        let mut stop = None;
        while let Some(end) = ends.next().await {
            match end {
                Ok((ending, fields)) => {
                    endings.push(ending);
                    for field in fields {
                        *summary.fields.entry(field).or_default() += 1;
                    }
                }
                // The jobs beside it are finished first: their requests are on the way.
                Err(reason) => stop = Some(reason),
            }
        }
        endings.into_iter().for_each(|ending| summary.count(ending));
        stop.map_or(Ok(claimed), Err)
    }

    /// Brings the tickets of these jobs, from memory or from the helpdesk, with one call for all that are not there: those that a
    /// process before us has noted, and those in doubt, which are looked at as they are now.
    ///
    /// What is absent from the result was not read; that it is gone nobody has said.
    async fn read_together(&self, jobs: &[Job]) -> HashMap<String, Ticket> {
        let mut whole = HashMap::new();
        let mut partial = Vec::new();
        for job in jobs {
            match self.held.take(&job.ticket).filter(|_| job.intent.is_none()) {
                Some(ticket) if !ticket.partial => drop(whole.insert(job.ticket.clone(), ticket)),
                Some(ticket) => partial.push(ticket),
                None => partial.push(Ticket {
                    id: job.ticket.clone(),
                    partial: true,
                    ..Ticket::default()
                }),
            }
        }
        if partial.is_empty() {
            return whole;
        }
        let in_doubt = |job: &Job| job.intent.as_ref().is_some_and(|i| !i.change.add_tags.is_empty());
        let wanted = Complete {
            tickets: partial,
            tags: self.wants_tags() || jobs.iter().any(in_doubt),
        };
        match self.desk.complete_tickets(&wanted).await {
            Ok(tickets) => {
                // Without a revision it could not be read at all, and nothing that it says can be compared.
                let read = tickets.into_iter().filter(|t| !t.partial && !t.revision.is_empty());
                whole.extend(read.map(|ticket| (ticket.id.clone(), ticket)));
            }
            Err(failure) => tracing::warn!(
                pipeline = self.name,
                tickets = wanted.tickets.len(),
                "they cannot be read together, so one by one: {failure}"
            ),
        }
        whole
    }

    /// Brings the ticket of a job, if it was not read with the others. A job in doubt is settled at once.
    async fn read(&self, job: Job, ticket: Option<Ticket>) -> Result<Read, StopReason> {
        let ticket = match ticket {
            Some(ticket) => Some(ticket),
            None => match self.desk.get_ticket(&job.ticket).await {
                Ok(ticket) => ticket,
                // What was in doubt stays in doubt.
                Err(failure) => {
                    let sent = if job.intent.is_some() { Sent::Maybe } else { Sent::No };
                    return self.park(&job, &failure, sent).await.map(Read::Ended);
                }
            },
        };
        if let Some(intent) = job.intent.clone() {
            return self.settle(&job, &intent, ticket.as_ref()).await.map(Read::Ended);
        }
        let Some(ticket) = ticket else {
            return self
                .done(&job, Outcome::gone("the ticket is gone"), Ending::Left)
                .await
                .map(Read::Ended);
        };
        match left_alone(&self.spec, &self.catalog(), &ticket) {
            Some(why) => self
                .done(&job, Outcome::left_to_human(why), Ending::Left)
                .await
                .map(Read::Ended),
            None => Ok(Read::ToClassify(Box::new((job, ticket)))),
        }
    }

    async fn carry_out(
        &self,
        job: Job,
        ticket: Ticket,
        decision: Result<Decision, Failure>,
    ) -> Result<(Ending, Vec<String>), StopReason> {
        if self.stopping() {
            // Nothing was sent under this lease, so the next start takes it up again.
            return Ok((Ending::Overtaken, Vec::new()));
        }
        let decision = match decision {
            Ok(decision) => decision,
            Err(failure) => return Ok((self.park(&job, &failure, Sent::No).await?, Vec::new())),
        };
        let ending = if decision.change.is_empty() {
            let why = decision.why_left();
            self.done(&job, outcome_of(&decision, Outcome::left_to_human(why)), Ending::Left)
                .await?
        } else {
            self.write(&job, &ticket, decision.clone()).await?
        };
        tracing::debug!(pipeline = self.name, ticket = job.ticket, ?ending, "decided");
        (self.observer)(&Decided {
            pipeline: &self.name,
            ticket: &ticket,
            decision: &decision,
            ending,
        });
        let written = |d: &FieldDecision| ending == Ending::Written && matches!(d, FieldDecision::Write { .. });
        Ok((
            ending,
            decision
                .fields
                .into_iter()
                .filter(|(_, d)| written(d))
                .map(|(f, _)| f)
                .collect(),
        ))
    }
}

enum Read {
    ToClassify(Box<(Job, Ticket)>),
    Ended(Ending),
}
