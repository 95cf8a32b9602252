//! The host as a plugin sees it.

use std::sync::{Arc, OnceLock};

use abi_stable::std_types::{RResult, RStr, RString, RVec};
use async_ffi::{FfiFuture, FutureExt as _};
use otai_interface::{
    Failure,
    abi::{Host, Host_TO, HostObject, HttpRequest, HttpResponse},
    model::LogRecord,
};

use super::{Http, log};

/// The services for one instance. The network joins once the instance has said which it needs.
#[derive(Clone)]
pub(crate) struct HostObjectOf {
    instance: Arc<str>,
    http: Arc<OnceLock<Arc<Http>>>,
}

impl HostObjectOf {
    pub(crate) fn new(instance: &str) -> Self {
        Self {
            instance: instance.into(),
            http: Arc::default(),
        }
    }

    pub(crate) fn connect(&self, http: Arc<Http>) {
        // A second call would change nothing; there is none.
        let _ = self.http.set(http);
    }

    pub(crate) fn object(&self) -> HostObject {
        Host_TO::from_value(self.clone(), abi_stable::sabi_trait::TD_Opaque)
    }
}

fn encode(failure: &Failure) -> RVec<u8> {
    serde_json::to_vec(failure).unwrap_or_default().into()
}

impl Host for HostObjectOf {
    fn http(&self, request: HttpRequest) -> FfiFuture<RResult<HttpResponse, RVec<u8>>> {
        let http = self.http.get().cloned();
        async move {
            let Some(http) = http else {
                return RResult::RErr(encode(&Failure::bug("a request was sent before the service was ready")));
            };
            match http.send(request).await {
                Ok(response) => RResult::ROk(response),
                Err(failure) => RResult::RErr(encode(&failure)),
            }
        }
        .into_ffi()
    }

    fn log_enabled(&self, level: u32, _: RStr<'_>) -> bool {
        log::enabled(level)
    }

    fn log(&self, record: RVec<u8>) {
        if let Ok(record) = serde_json::from_slice::<LogRecord>(&record) {
            log::write(&self.instance, &record);
        }
    }

    fn invoke(&self, op: RString, _: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        let failure = encode(&Failure::rejected(format!(
            "this host does not know the operation `{op}`"
        )));
        async move { RResult::RErr(failure) }.into_ffi()
    }
}
