//! The services that a config names, made from plugins, with typed methods on this side of the border.

mod call;
mod classifier;
mod ticket_system;

use std::sync::Arc;

use abi_stable::std_types::{RResult, RSlice, RStr};
use otai_interface::{Failure, model::InjectableKind};

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
    let host = HostObjectOf::new(name);
    let params = serde_json::to_vec(&service.params).unwrap_or_default();
    let made = (plugin.root.ticket_system())(
        RStr::from(service.injectable.as_str()),
        RSlice::from_slice(&params),
        host.object(),
    );
    let object = match made {
        RResult::ROk(object) => object,
        RResult::RErr(failure) => return Err(MakeError::Refused(call::failure(&failure))),
    };
    let network = serde_json::from_slice(&object.network()).unwrap_or_default();
    let http = Arc::new(Http::new(&network, services)?);
    host.connect(Arc::clone(&http));
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
    let host = HostObjectOf::new(name);
    let params = serde_json::to_vec(&service.params).unwrap_or_default();
    let made = (plugin.root.classifier())(
        RStr::from(service.injectable.as_str()),
        RSlice::from_slice(&params),
        host.object(),
    );
    let object = match made {
        RResult::ROk(object) => object,
        RResult::RErr(failure) => return Err(MakeError::Refused(call::failure(&failure))),
    };
    let network = serde_json::from_slice(&object.network()).unwrap_or_default();
    host.connect(Arc::new(Http::new(&network, services)?));
    let cpu_bound = plugin
        .description
        .injectables
        .iter()
        .any(|i| i.kind == InjectableKind::Classifier && i.name == service.injectable && i.cpu_bound);
    Ok(Classifier::new(object, cpu_bound))
}
