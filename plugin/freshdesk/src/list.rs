//! One page of the list of changes.
//!
//! A page carries the texts of its tickets. Where these are larger than the host reads, the page is asked for without them, and
//! each text with its own ticket: one huge mail must not keep the others from being read.

use std::sync::Arc;

use otai_plugin::{
    Failure, Query, Response, all, answers,
    model::Ticket,
    rows::{self, Read},
    time, tracing,
};

use crate::{
    FreshdeskTicketsystemService as Service, PER_PAGE,
    client::{self, INCLUDE_COST, LIST_COST, PRODUCT},
    errors::Asked,
    fields::Fields,
    wire::{self, Row},
};

/// Texts that are read at a time; each has up to 32 MB.
const WIDTH: usize = 2;

/// The rows of a page as Freshdesk gave them.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) rows: Vec<Read<Row>>,
    pub(crate) response: Response,
    /// The texts were left out.
    bare: bool,
}

impl Service {
    /// One page; with `people`, the names of those who wrote the tickets.
    pub(crate) async fn page(&self, query: Query, people: bool) -> Result<Listing, Failure> {
        let path = format!(
            "/tickets?updated_since={}&order_by=updated_at&order_type=asc&per_page={PER_PAGE}&page={}",
            time::instant(query.since),
            query.page
        );
        let (include, cost) = match people {
            true => ("description,requester", LIST_COST + 2.0 * INCLUDE_COST),
            false => ("description", LIST_COST + INCLUDE_COST),
        };
        let whole = format!("{path}&include={include}");
        let (response, bare) = match self.client.fetch(Asked::List, &whole, cost).await {
            Err(failure) if answers::too_large(&failure) => {
                tracing::info!("a page of tickets is too large to be read at once: reading its texts one by one");
                (self.client.fetch(Asked::List, &path, LIST_COST).await?, true)
            }
            listed => (listed?, false),
        };
        let rows = rows::list(&response.body).ok_or_else(|| answers::no_list(PRODUCT, &response))?;
        Ok(Listing { rows, response, bare })
    }

    /// The rows that the walk keeps, as tickets. One that is gone meanwhile is left out.
    pub(crate) async fn tickets(
        &self,
        listing: Listing,
        keep: Vec<bool>,
        fields: &Arc<Fields>,
    ) -> Result<Vec<Ticket>, Failure> {
        let kept = listing.rows.into_iter().zip(keep);
        let kept = kept.filter_map(|(row, keep)| keep.then_some(row));
        let tickets: Vec<Ticket> = kept.filter_map(|row| wire::ticket(row, fields)).collect();
        if !listing.bare {
            return Ok(tickets);
        }
        let reads: Vec<_> = tickets
            .into_iter()
            .map(|ticket| self.with_text(ticket, fields))
            .collect();
        let whole = all(reads, WIDTH).await?;
        Ok(whole.into_iter().flatten().collect())
    }

    async fn with_text(&self, bare: Ticket, fields: &Arc<Fields>) -> Result<Option<Ticket>, Failure> {
        match self.read(&client::ticket_path(&bare.id)?, Arc::clone(fields)).await {
            Err(failure) if answers::too_large(&failure) => {
                tracing::warn!("ticket {} is left alone, as it cannot be read: {failure}", bare.id);
                Ok(Some(Ticket {
                    settled: Some("unreadable: Freshdesk does not give its text".to_owned()),
                    ..bare
                }))
            }
            read => read,
        }
    }
}
