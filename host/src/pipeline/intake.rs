//! Step 2 to 5: ask for a page and note it, then read the texts of those that wait. Rows and cursor go down in one transaction, so
//! a crash skips nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use otai_interface::model::{Complete, Find, Ticket};
use tokio::time::Instant;

use super::{Pipeline, StopReason, eligible::left_alone};
use crate::{config::Mark, state::Noted};

/// Tickets held in memory at most, besides the page that is being read.
const HELD: usize = 200;
/// A ticket that was read longer ago is read again before anything is decided on it.
const FRESH: Duration = Duration::from_secs(60);

/// Tickets that wait for their turn, by id. Their text lives here and nowhere else; after a restart it is read again.
#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<String, (Ticket, Instant)>>);

impl Held {
    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Ticket, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ticket, if it is here and was read a short while ago.
    pub(super) fn take(&self, id: &str) -> Option<Ticket> {
        self.map()
            .remove(id)
            .filter(|(_, read)| read.elapsed() < FRESH)
            .map(|(ticket, _)| ticket)
    }

    pub(super) fn clear(&self) {
        self.map().clear();
    }

    pub(super) fn is_full(&self) -> bool {
        self.map().len() >= HELD
    }
}

impl Pipeline {
    /// Asks for one page and notes it; true if there is more.
    pub(super) async fn intake(&self) -> Result<bool, StopReason> {
        let cursor = self.store.cursor(&self.name).await?;
        let before = cursor.clone();
        let find = Find {
            since: cursor.is_none().then(|| self.look_back()),
            cursor,
            people: false,
        };
        let page = self.desk.find_tickets(&find).await.map_err(StopReason::Desk)?;
        let read = Instant::now();

        let catalog = self.catalog();
        let seen = page.tickets.len();
        let taken: Vec<Ticket> = page
            .tickets
            .into_iter()
            .filter(|t| left_alone(&self.spec, &catalog, t).is_none())
            .collect();
        let noted = taken
            .iter()
            .map(|t| Noted {
                ticket: t.id.clone(),
                revision: t.revision.clone(),
            })
            .collect();
        let stands_still = before.as_ref() == Some(&page.cursor);
        let waiting = self.store.note(&self.name, noted, page.cursor).await?;

        let waiting = taken.into_iter().zip(waiting).filter(|(_, waits)| *waits);
        let waiting: Vec<Ticket> = waiting.map(|(ticket, _)| ticket).collect();
        let new = waiting.len();
        let waiting = self.with_texts(waiting).await?;
        self.held
            .map()
            .extend(waiting.into_iter().map(|ticket| (ticket.id.clone(), (ticket, read))));
        tracing::debug!(pipeline = self.name, seen, new, more = page.more, "page");
        if page.more && stands_still && new == 0 {
            tracing::warn!(
                pipeline = self.name,
                "the plugin promises more tickets but does not move: asking again later"
            );
            return Ok(false);
        }
        Ok(page.more)
    }

    /// Reads what the list left out. It is read only now, when it is known on which tickets nobody has decided, and not under their
    /// leases, which are for writing. One that stays as it was is read when its turn comes, like after a restart.
    async fn with_texts(&self, tickets: Vec<Ticket>) -> Result<Vec<Ticket>, StopReason> {
        let (partial, mut whole): (Vec<Ticket>, Vec<Ticket>) = tickets.into_iter().partition(|ticket| ticket.partial);
        if partial.is_empty() {
            return Ok(whole);
        }
        let wanted = Complete {
            tickets: partial,
            tags: self.wants_tags(),
        };
        match self.desk.complete_tickets(&wanted).await {
            Ok(tickets) => whole.extend(tickets),
            Err(failure) if failure.is_for_every_ticket() => return Err(StopReason::Desk(failure)),
            Err(failure) => {
                tracing::warn!(
                    pipeline = self.name,
                    tickets = wanted.tickets.len(),
                    "their texts are read later: {failure}"
                );
                whole.extend(wanted.tickets);
            }
        }
        Ok(whole)
    }

    /// Without a mark among them they need not be known: adding one that is there already does no harm.
    pub(super) fn wants_tags(&self) -> bool {
        matches!(self.spec.mark, Some(Mark::Tag(_)))
    }

    fn look_back(&self) -> String {
        let since = SystemTime::now()
            .checked_sub(self.spec.find.since)
            .unwrap_or(SystemTime::UNIX_EPOCH);
        let since = Timestamp::try_from(since).unwrap_or(Timestamp::UNIX_EPOCH);
        since.round(jiff::Unit::Second).unwrap_or(since).to_string()
    }
}
