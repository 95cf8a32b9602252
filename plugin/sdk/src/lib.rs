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
//! [`ScriptedHost`] tests a plugin without a host.

#[doc(hidden)]
pub mod bridge;
mod classifier;
mod guard;
mod host;
mod http;
mod logging;
mod macros;
mod params;
mod scripted;
mod ticket_system;

pub use classifier::ClassificationService;
pub use host::Host;
pub use http::{Request, Response};
pub use otai_interface::{Failure, model};
pub use params::Secret;
pub use scripted::{Call, ScriptedHost};
pub use ticket_system::TicketSystemService;

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
