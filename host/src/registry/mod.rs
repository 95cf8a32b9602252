//! The services that a config names, made from plugins, with typed methods on this side of the border.

mod call;
mod classifier;
mod ticket_system;

use std::sync::Arc;

use abi_stable::std_types::{RResult, RSlice, RStr};
use otai_interface::{
    Failure,
    abi::{Body, HostObject},
    model::{Injectable, InjectableKind},
};

pub use classifier::Classifier;
pub use ticket_system::TicketSystem;

use crate::{
    config::Service,
    loader::LoadedPlugin,
    services::{HostObjectOf, Http, HttpSetup, Services},
};

/// Why a service of the config could not be made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The plugin refused its parameters.
    #[error("{0}")]
    Refused(Failure),
    /// The plugin asks for a network that it may not have.
    #[error(transparent)]
    Network(#[from] HttpSetup),
}

/// Makes a ticket system. No I/O.
///
/// # Errors
/// [`MakeError`]
pub fn ticket_system(
    name: &str,
    service: &Service,
    plugin: &LoadedPlugin,
    services: &Arc<Services>,
) -> Result<TicketSystem, MakeError> {
    let make = plugin.root.ticket_system();
    let (object, http) = connected(name, service, services, |n, p, h| make(n, p, h), |made| made.network())?;
    Ok(TicketSystem::new(object, http))
}

/// Makes a classifier. No I/O.
///
/// # Errors
/// [`MakeError`]
pub fn classifier(
    name: &str,
    service: &Service,
    plugin: &LoadedPlugin,
    services: &Arc<Services>,
) -> Result<Classifier, MakeError> {
    let make = plugin.root.classifier();
    let (object, _) = connected(name, service, services, |n, p, h| make(n, p, h), |made| made.network())?;
    let this = |i: &&Injectable| i.kind == InjectableKind::Classifier && i.name == service.injectable;
    let cpu_bound = plugin
        .description
        .injectables
        .iter()
        .find(this)
        .is_some_and(|i| i.cpu_bound);
    Ok(Classifier::new(object, cpu_bound))
}

/// Calls a constructor of the plugin and gives the new object the network that it asks for.
fn connected<O>(
    name: &str,
    service: &Service,
    services: &Arc<Services>,
    make: impl FnOnce(RStr<'_>, RSlice<'_, u8>, HostObject) -> RResult<O, Body>,
    network: impl FnOnce(&O) -> Body,
) -> Result<(O, Arc<Http>), MakeError> {
    let host = HostObjectOf::new(name);
    let params = serde_json::to_vec(&service.params).unwrap_or_default();
    let made = make(
        RStr::from(service.injectable.as_str()),
        RSlice::from_slice(&params),
        host.object(),
    );
    let object = made
        .into_result()
        .map_err(|failure| MakeError::Refused(call::failure(&failure)))?;
    let network = serde_json::from_slice(&network(&object)).unwrap_or_default();
    let http = Arc::new(Http::new(&network, services)?);
    host.connect(Arc::clone(&http));
    Ok((object, http))
}
