//! What an author of an otai plugin imports, and all that he imports.
//!
//! A plugin is a library (`crate-type = ["cdylib"]`) with one `impl` of a plain Rust trait and one [`export_plugin!`] line:
//!
//! - [`TicketSystemService`] speaks to a helpdesk; its documentation holds a complete plugin;
//! - [`ClassificationService`] turns texts into labels.
//!
//! The host owns the network: a plugin asks [`Host::http`] and otherwise only translates. It needs no runtime, no TLS, no retry
//! loop and no rate limiter; it says in [`TicketSystemService::network`] how its helpdesk speaks of limits. Log with `tracing`
//! as usual. A panic costs one call and never the host.
//!
//! What every helpdesk plugin needs besides is here, too: [`Api`] sends requests with the credentials,
//! [`Changes`] reads a list of changed tickets without a gap, [`Kept`]
//! remembers the form of the account, [`Address`] and [`checks`] check parameters, [`rows`] reads lists row by row, [`answers`]
//! says what an HTTP answer means, [`values`] puts a custom field's value into its JSON type, [`names`] answers a wrong name
//! with the nearest right one, [`text`] and [`json`] take what mails really contain.
//!
//! [`ScriptedHost`] tests a plugin without a host. The crate `otai-conformance` tries on it what every helpdesk plugin must do,
//! against a simulator or a real server. `otai plugin new NAME` writes a crate with all of that in it, and `GUIDE.md` in this
//! crate's folder leads from there to triaged tickets.

mod address;
pub mod answers;
mod api;
#[doc(hidden)]
pub mod bridge;
mod changes;
pub mod checks;
mod classifier;
mod guard;
mod host;
mod http;
pub mod json;
mod kept;
mod logging;
mod macros;
pub mod names;
pub mod note;
mod own;
mod params;
pub mod revision;
pub mod rows;
mod scripted;
pub mod tags;
pub mod text;
mod ticket_system;
pub mod time;
pub mod values;
mod walk;

use std::future::Future;

pub use address::Address;
pub use api::Api;
pub use changes::{Changes, Row, first_look, now};
pub use classifier::ClassificationService;
pub use host::Host;
pub use http::{Request, Response};
pub use kept::Kept;
pub use otai_interface::{Failure, model};
pub use params::Secret;
pub use scripted::{Call, ScriptedHost, logged, merged};
pub use ticket_system::TicketSystemService;
pub use walk::{Cursor, Pages, Query, Step};

/// Waits for all of these futures, at most `width` at a time; the results stand in the order of the futures.
///
/// # Errors
/// The first failure; the others are given up.
pub async fn all<T, A>(futures: impl IntoIterator<Item = A>, width: usize) -> Result<Vec<T>, Failure>
where
    A: Future<Output = Result<T, Failure>>,
{
    use futures::{StreamExt as _, TryStreamExt as _, stream};
    stream::iter(futures).buffered(width.max(1)).try_collect().await
}

/// Runs one future to its end on this thread: enough for tests with a [`ScriptedHost`].
pub use futures::executor::block_on;
pub use {schemars, serde, serde_json, tracing};

#[doc(hidden)]
pub mod export {
    //! What [`crate::export_plugin!`] expands to; not for authors.
    pub use abi_stable::{
        library::{
            __call_root_module_loader as call_root_module_loader, CheckTypeLayout, LibHeader, ROOT_MODULE_LOADER_NAME,
            RootModuleResult,
        },
        prefix_type::PrefixTypeTrait,
        std_types::{RResult, RSlice, RStr},
    };
    pub use otai_interface::abi;
}
