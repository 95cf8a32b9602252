//! Step 2 to 5: ask for a page and note it. Rows and cursor go down in one transaction, so a crash skips nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use otai_interface::model::{Find, Ticket};
use tokio::time::Instant;

use super::{Pipeline, StopReason, eligible::left_alone};
use crate::{config::Mark, state::Noted};

/// Tickets held in memory at most, besides the page that is being read.
const HELD: usize = 200;
/// A text that was read longer ago is read again before anything is decided on it.
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
            settled: false,
            // Otherwise adding one that is there already does no harm.
            tags: matches!(self.spec.mark, Some(Mark::Tag(_))),
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

        let mut new = 0;
        let mut held = self.held.map();
        for (ticket, _) in taken.into_iter().zip(waiting).filter(|(_, waits)| *waits) {
            new += 1;
            held.insert(ticket.id.clone(), (ticket, read));
        }
        drop(held);
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

    fn look_back(&self) -> String {
        let since = SystemTime::now()
            .checked_sub(self.spec.find.since)
            .unwrap_or(SystemTime::UNIX_EPOCH);
        let since = Timestamp::try_from(since).unwrap_or(Timestamp::UNIX_EPOCH);
        since.round(jiff::Unit::Second).unwrap_or(since).to_string()
    }
}
