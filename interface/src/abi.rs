//! The binary form of the border. **Frozen**: nothing here is ever changed or added to.
//!
//! abi_stable compares the layout of these types in plugin and host at load time and refuses an older plugin as soon as the
//! host's types gained anything. So named methods cross with JSON bodies of [`crate::model`] types, and what is invented later
//! crosses through `invoke`. The one typed exception is HTTP, whose bodies are large and never ours to parse.
//!
//! Every method that works returns an [`Answer`]: a future that may be dropped to cancel the call. Its error side is a
//! [`crate::Failure`] as JSON.

// abi_stable's derive was written before this lint; its impls are in the right place.
#![allow(non_local_definitions)]
// `sabi_trait` and `StableAbi` expand to unsafe impls; nothing in this file is written by hand as such.
#![allow(unsafe_code)]
#![allow(missing_docs)] // the derives generate public items that cannot carry any

use abi_stable::{
    StableAbi,
    library::RootModule,
    package_version_strings, sabi_trait,
    sabi_types::VersionStrings,
    std_types::{RBox, RResult, RSlice, RStr, RString, RVec},
};
use async_ffi::FfiFuture;

/// Increased only for a border that is incompatible with this one; the host reads it before anything of the plugin runs.
pub const ABI: u32 = 1;

/// First bytes of a [`Manifest`].
pub const MAGIC: [u8; 16] = *b"otai plugin\0\0\0\0\0";

/// Name under which a plugin exports its [`Manifest`], a plain static.
pub const MANIFEST_SYMBOL: &str = "otai_plugin_manifest_v1";

/// Read before any code of the plugin runs, so that a foreign or outdated library gets a sentence and not a crash.
#[repr(C)]
pub struct Manifest {
    /// [`MAGIC`].
    pub magic: [u8; 16],
    /// [`ABI`].
    pub abi: u32,
    /// Crate name.
    pub name: RStr<'static>,
    /// Crate version.
    pub version: RStr<'static>,
}

/// JSON in, JSON out.
pub type Body = RVec<u8>;

/// What every call gives: a body, or a [`crate::Failure`] as JSON.
pub type Answer = FfiFuture<RResult<Body, Body>>;

/// Owned trait object of a helpdesk backend.
pub type TicketSystemObject = TicketSystem_TO<'static, RBox<()>>;
/// Owned trait object of a classifier.
pub type ClassifierObject = Classifier_TO<'static, RBox<()>>;
/// Owned trait object of the host's services for one instance of a plugin's service.
pub type HostObject = Host_TO<'static, RBox<()>>;

/// The root module.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = PluginRef)))]
#[sabi(missing_field(panic))]
pub struct Plugin {
    /// A [`crate::model::PluginDescription`].
    pub describe: extern "C" fn() -> Body,
    /// Makes the ticket system of that name from its parameters (JSON). No I/O happens here.
    pub ticket_system:
        extern "C" fn(name: RStr<'_>, params: RSlice<'_, u8>, host: HostObject) -> RResult<TicketSystemObject, Body>,
    /// Makes the classifier of that name from its parameters (JSON). No I/O happens here.
    #[sabi(last_prefix_field)]
    pub classifier:
        extern "C" fn(name: RStr<'_>, params: RSlice<'_, u8>, host: HostObject) -> RResult<ClassifierObject, Body>,
}

impl RootModule for PluginRef {
    abi_stable::declare_root_module_statics! {PluginRef}
    const BASE_NAME: &'static str = "otai_plugin";
    const NAME: &'static str = "otai_plugin";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}

/// A helpdesk backend.
#[sabi_trait]
pub trait TicketSystem: Send + Sync {
    /// A [`crate::model::Network`].
    fn network(&self) -> RVec<u8>;
    /// `()` → [`crate::model::Catalog`]
    fn catalog(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// [`crate::model::Find`] → [`crate::model::Page`]
    fn find_tickets(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// [`crate::model::Find`] → `Option<Ticket>`
    fn find_first_ticket(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// id → `Option<Ticket>`
    fn get_ticket(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// [`crate::model::Update`] → `Option<Ticket>`
    fn update_ticket(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// [`crate::model::AddNote`] → `()`
    fn add_note(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// [`crate::model::CreateTicket`] → [`crate::model::Ticket`]
    fn create_ticket(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// What was invented after this border was frozen.
    #[sabi(last_prefix_field)]
    fn invoke(&self, op: RString, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
}

/// A classifier.
#[sabi_trait]
pub trait Classifier: Send + Sync {
    /// A [`crate::model::Network`].
    fn network(&self) -> RVec<u8>;
    /// `()` → [`crate::model::ModelCard`]
    fn model(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// [`crate::model::Classify`] → [`crate::model::Classified`]
    fn classify(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// [`crate::model::Train`] → [`crate::model::ModelCard`]
    fn train(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
    /// What was invented after this border was frozen.
    #[sabi(last_prefix_field)]
    fn invoke(&self, op: RString, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
}

/// What the host does for a plugin.
#[sabi_trait]
pub trait Host: Send + Sync {
    /// Sends a request within the allowance. The error side is a [`crate::Failure`] as JSON; every HTTP status is a success.
    fn http(&self, request: HttpRequest) -> FfiFuture<RResult<HttpResponse, RVec<u8>>>;
    /// True if a line of that level (1 error to 5 trace) would be written.
    fn log_enabled(&self, level: u32, target: RStr<'_>) -> bool;
    /// A [`crate::model::LogRecord`].
    fn log(&self, record: RVec<u8>);
    /// What was invented after this border was frozen.
    #[sabi(last_prefix_field)]
    fn invoke(&self, op: RString, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>>;
}

/// One HTTP header.
#[repr(C)]
#[derive(StableAbi, Clone, Debug)]
pub struct HttpHeader {
    /// Any case in requests, lower case in responses.
    pub name: RString,
    /// Text.
    pub value: RString,
}

/// One HTTP request.
#[repr(C)]
#[derive(StableAbi, Clone)]
pub struct HttpRequest {
    /// `GET`, `PUT`, ...
    pub method: RString,
    /// Absolute.
    pub url: RString,
    /// All headers that the plugin sets; secrets may be among them.
    pub headers: RVec<HttpHeader>,
    /// Empty for none.
    pub body: RVec<u8>,
    /// A [`crate::model::RequestOptions`] as JSON, or empty.
    pub options: RVec<u8>,
}

/// One HTTP response.
#[repr(C)]
#[derive(StableAbi, Clone)]
pub struct HttpResponse {
    /// 100 to 599.
    pub status: u16,
    /// Names in lower case.
    pub headers: RVec<HttpHeader>,
    /// Whole; the host caps its size.
    pub body: RVec<u8>,
    /// JSON, for later use; empty today.
    pub meta: RVec<u8>,
}
