use std::{sync::Arc, time::Duration};

use otai_interface::{
    Failure,
    abi::TicketSystemObject,
    model::{AddNote, Catalog, Complete, CreateTicket, Find, Page, Ticket, Update},
};

use super::call::{encode, wait};
use crate::services::{Allowance, CallScope, Http};

/// A read may wait for its turn in the allowance and then for the server.
const READ: Duration = Duration::from_secs(180);

/// A helpdesk, on this side of the border.
pub struct TicketSystem {
    object: TicketSystemObject,
    http: Arc<Http>,
}

impl TicketSystem {
    pub(super) fn new(object: TicketSystemObject, http: Arc<Http>) -> Self {
        Self { object, http }
    }

    /// The account's allowance; `None` for a plugin that brings its own network.
    #[must_use]
    pub fn allowance(&self) -> Option<&Arc<Allowance>> {
        self.http.allowance()
    }

    /// Which values exist, who we are.
    ///
    /// # Errors
    /// Any [`Failure`]
    pub async fn catalog(&self) -> Result<Catalog, Failure> {
        CallScope::within(READ)
            .run(wait("catalog", READ, self.object.catalog(encode(&()))))
            .await
    }

    /// The next page.
    ///
    /// # Errors
    /// Any [`Failure`]
    pub async fn find_tickets(&self, find: &Find) -> Result<Page, Failure> {
        CallScope::within(READ)
            .run(wait("find_tickets", READ, self.object.find_tickets(encode(find))))
            .await
    }

    /// The first ticket of the next page.
    ///
    /// # Errors
    /// Any [`Failure`]
    pub async fn find_first_ticket(&self, find: &Find) -> Result<Option<Ticket>, Failure> {
        CallScope::within(READ)
            .run(wait(
                "find_first_ticket",
                READ,
                self.object.find_first_ticket(encode(find)),
            ))
            .await
    }

    /// Reads what these tickets leave out, together. Only what comes back whole was read: one that is absent may be gone, and one
    /// that is still partial was not read.
    ///
    /// # Errors
    /// Any [`Failure`]
    pub async fn complete_tickets(&self, wanted: &Complete) -> Result<Vec<Ticket>, Failure> {
        let answer = self.object.invoke(Complete::OP.into(), encode(wanted));
        match CallScope::within(READ).run(wait(Complete::OP, READ, answer)).await {
            // One ticket's fault fails no call for many, so this is a plugin that was built before there was this operation.
            Err(Failure::Rejected {
                every_ticket: false, ..
            }) => Ok(wanted.tickets.clone()),
            outcome => outcome,
        }
    }

    /// The ticket as it is now, `None` if it is gone.
    ///
    /// # Errors
    /// Any [`Failure`]
    pub async fn get_ticket(&self, id: &str) -> Result<Option<Ticket>, Failure> {
        CallScope::within(READ)
            .run(wait("get_ticket", READ, self.object.get_ticket(encode(&id))))
            .await
    }

    /// Writes a change; `None` if the ticket is gone.
    ///
    /// # Errors
    /// Any [`Failure`]; the scope tells whether the write may have happened all the same.
    pub async fn update_ticket(&self, update: &Update, scope: &Arc<CallScope>) -> Result<Option<Ticket>, Failure> {
        let answer = self.object.update_ticket(encode(update));
        Arc::clone(scope)
            .run(wait("update_ticket", time_left(scope), answer))
            .await
    }

    /// Adds a private note.
    ///
    /// # Errors
    /// Any [`Failure`]
    pub async fn add_note(&self, note: &AddNote, scope: &Arc<CallScope>) -> Result<(), Failure> {
        Arc::clone(scope)
            .run(wait("add_note", time_left(scope), self.object.add_note(encode(note))))
            .await
    }

    /// Opens a ticket.
    ///
    /// # Errors
    /// Any [`Failure`]
    pub async fn create_ticket(&self, ticket: &CreateTicket) -> Result<Ticket, Failure> {
        CallScope::within(READ)
            .run(wait("create_ticket", READ, self.object.create_ticket(encode(ticket))))
            .await
    }
}

fn time_left(scope: &CallScope) -> Duration {
    scope.deadline.saturating_duration_since(tokio::time::Instant::now())
}
