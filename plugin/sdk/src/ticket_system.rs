use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{
    Failure, Host,
    model::{AddNote, Catalog, Complete, CreateTicket, Find, Network, Page, Ticket, Update},
};

/// A helpdesk: tickets out, decisions in.
///
/// Write the methods as `async fn`. Each call may be dropped at any await (the host cancels it) and may be repeated after a
/// crash, so write absolute values only. Every [`Failure`] names its remedy: [`Failure::retry`] for "later",
/// [`Failure::rejected`] for "not this ticket", [`Failure::refused`] for "nothing will work before somebody changes the set-up".
///
/// A complete plugin for a helpdesk that has one list and one update:
///
/// ```
/// use otai_plugin::{Failure, Host, Request, Secret, TicketSystemService, model::*};
///
/// otai_plugin::params! {
///     /// Where the desk is and how to get in.
///     pub struct Params {
///         /// `https://desk.example`
///         pub url: String,
///         /// A token with the right to edit tickets.
///         pub token: Secret,
///     }
/// }
///
/// pub struct DeskTicketsystemService {
///     host: Host,
///     params: Params,
/// }
///
/// impl TicketSystemService for DeskTicketsystemService {
///     type Params = Params;
///
///     fn new(params: Params, host: Host) -> Result<Self, Failure> {
///         Ok(Self { host, params })
///     }
///
///     fn network(&self) -> Network {
///         Network { origins: vec![self.params.url.clone()], ..Network::default() }
///     }
///
///     async fn catalog(&self) -> Result<Catalog, Failure> {
///         let queues: Vec<String> = self.get("/queues").await?;
///         Ok(Catalog { queues, statuses: vec![Status { name: "open".into(), fresh: true, closed: false }], ..Catalog::default() })
///     }
///
///     async fn find_tickets(&self, find: Find) -> Result<Page, Failure> {
///         let from = find.cursor.or(find.since).unwrap_or_default();
///         let tickets: Vec<Ticket> = self.get(&format!("/tickets?from={from}")).await?;
///         let cursor = tickets.last().and_then(|t| t.updated_at.clone()).unwrap_or(from);
///         Ok(Page { tickets, cursor, more: false })
///     }
///
///     async fn get_ticket(&self, id: String) -> Result<Option<Ticket>, Failure> {
///         self.get(&format!("/tickets/{id}")).await
///     }
///
///     async fn update_ticket(&self, update: Update) -> Result<Option<Ticket>, Failure> {
///         let url = format!("{}/tickets/{}", self.params.url, update.id);
///         let request = Request::put(url).bearer(&self.params.token).json(&update.change)?;
///         self.host.http(request).await?.json().map(Some)
///     }
/// }
///
/// impl DeskTicketsystemService {
///     async fn get<T: otai_plugin::serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
///         let request = Request::get(format!("{}{path}", self.params.url)).bearer(&self.params.token);
///         let response = self.host.http(request).await?;
///         match response.status {
///             200 => response.json(),
///             401 => Err(Failure::refused("the desk does not accept the token: set `token` to a valid one")),
///             429 | 500.. => Err(Failure::retry(format!("the desk answered {}", response.status))),
///             other => Err(Failure::rejected(format!("the desk answered {other} to {path}"))),
///         }
///     }
/// }
///
/// otai_plugin::export_plugin!(DeskPlugin { ticket_system: DeskTicketsystemService });
/// # fn main() {}
/// ```
///
/// It is small enough to be read, and leaves out what real helpdesks ask for; `otai plugin new` writes one that does not, with
/// the suite that shows it.
///
/// `Cargo.toml` needs `crate-type = ["cdylib"]` and this crate, nothing else. A crate `my_desk` becomes `libmy_desk.so`; put it
/// into the plugins folder and write `use: my_desk:DeskTicketsystemService`.
pub trait TicketSystemService: Send + Sync + Sized + 'static {
    /// What the config's `params` hold; see [`crate::params!`].
    type Params: DeserializeOwned + JsonSchema;

    /// Checks the parameters and keeps them. No I/O: it also runs in `otai check --offline`.
    ///
    /// # Errors
    /// [`Failure::rejected_field`] names the parameter that is wrong.
    fn new(params: Self::Params, host: Host) -> Result<Self, Failure>;

    /// Where requests may go and how the server speaks of limits.
    fn network(&self) -> Network;

    /// Which values the helpdesk has and who we are there.
    ///
    /// # Errors
    /// [`Failure::refused`] if the credentials do not work.
    fn catalog(&self) -> impl Future<Output = Result<Catalog, Failure>> + Send;

    /// The next page of tickets changed since the cursor, oldest change first, without a gap; repeats are harmless. A ticket whose
    /// text would cost a request of its own is given as [`Ticket::partial`]: the host knows most tickets already.
    ///
    /// # Errors
    /// Any [`Failure`]; the host asks again with the same cursor.
    fn find_tickets(&self, find: Find) -> impl Future<Output = Result<Page, Failure>> + Send;

    /// Reads what partial tickets leave out, for all of them at once; those that are whole stay as they are. The default reads
    /// nothing, which is right where the list has the texts.
    ///
    /// - A ticket that is gone is left out.
    /// - One whose text cannot be read comes back [`Ticket::settled`], `"unreadable: …"`, and costs no other ticket.
    /// - One of which only the id is known (no revision) is read whole, many with one request where the helpdesk can.
    /// - What stays partial the host reads with [`Self::get_ticket`], and so it confirms whether a ticket is gone.
    ///
    /// # Errors
    /// Any [`Failure`] that is not one ticket's own; the host then reads each ticket by itself.
    fn complete_tickets(&self, wanted: Complete) -> impl Future<Output = Result<Vec<Ticket>, Failure>> + Send {
        async { Ok(wanted.tickets) }
    }

    /// The first ticket that [`Self::find_tickets`] gives, whole.
    ///
    /// # Errors
    /// As [`Self::find_tickets`].
    fn find_first_ticket(&self, find: Find) -> impl Future<Output = Result<Option<Ticket>, Failure>> + Send {
        async {
            for ticket in self.find_tickets(find).await?.tickets {
                let wanted = Complete {
                    tickets: vec![ticket],
                    tags: true,
                };
                if let Some(ticket) = self.complete_tickets(wanted).await?.pop() {
                    return Ok(Some(ticket));
                }
            }
            Ok(None)
        }
    }

    /// The ticket as it is now; `None` if it is gone.
    ///
    /// # Errors
    /// Any [`Failure`].
    fn get_ticket(&self, id: String) -> impl Future<Output = Result<Option<Ticket>, Failure>> + Send;

    /// Writes exactly the given values in one request; `None` if the ticket is gone. Otherwise the ticket after the write.
    ///
    /// Where the helpdesk takes a private note in the same request, write [`Update::note`] with it and answer with
    /// [`Ticket::noted`]: that saves a request for each ticket. Ignore it otherwise, and the host calls [`Self::add_note`].
    ///
    /// # Errors
    /// [`Failure::Rejected`] if the helpdesk refuses a value: then nothing was written.
    fn update_ticket(&self, update: Update) -> impl Future<Output = Result<Option<Ticket>, Failure>> + Send;

    /// Adds a private note.
    ///
    /// # Errors
    /// [`Failure::Rejected`] where the helpdesk has no private notes.
    fn add_note(&self, note: AddNote) -> impl Future<Output = Result<(), Failure>> + Send {
        let _ = note;
        async {
            Err(Failure::rejected(
                "this ticket system cannot add private notes: remove `note` from the pipeline",
            ))
        }
    }

    /// Opens a ticket.
    ///
    /// # Errors
    /// [`Failure::Rejected`] where that is not possible.
    fn create_ticket(&self, ticket: CreateTicket) -> impl Future<Output = Result<Ticket, Failure>> + Send {
        let _ = ticket;
        async { Err(Failure::rejected("this ticket system cannot create tickets")) }
    }
}
