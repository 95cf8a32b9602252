//! From the author's trait to the frozen border: decode, call under guard, encode.

use std::{future::Future, sync::Arc};

use abi_stable::std_types::{RResult, RSlice, RString, RVec};
use async_ffi::{FfiFuture, FutureExt as _};
use otai_interface::{
    abi::{
        Answer, Body, Classifier, Classifier_TO, ClassifierObject, HostObject, TicketSystem, TicketSystem_TO,
        TicketSystemObject,
    },
    model::{Complete, Injectable, InjectableKind, PluginDescription},
};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    ClassificationService, Failure, Host, TicketSystemService,
    guard::{self, Guarded},
    host::AcrossTheBorder,
    logging,
};

/// A failure as it crosses.
#[must_use]
pub fn encode_failure(failure: &Failure) -> Body {
    serde_json::to_vec(failure).unwrap_or_default().into()
}

/// A failure that crossed.
#[must_use]
pub fn decode_failure(body: &[u8]) -> Failure {
    serde_json::from_slice(body)
        .unwrap_or_else(|e| Failure::bug(format!("unreadable failure from the other side: {e}")))
}

fn encode(value: &impl Serialize) -> Result<Body, Failure> {
    serde_json::to_vec(value)
        .map(Into::into)
        .map_err(|e| Failure::bug(format!("answer has no JSON form: {e}")))
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|e| Failure::bug(format!("unreadable call from the host: {e}")))
}

/// A service behind the border.
pub struct Bridge<S> {
    service: Arc<S>,
    host: Host,
}

impl<S: Send + Sync + 'static> Bridge<S> {
    fn answer<I, O, F, R>(&self, call: &'static str, body: RVec<u8>, run: F) -> Answer
    where
        I: DeserializeOwned,
        O: Serialize,
        F: FnOnce(Arc<S>, I) -> R + Send + 'static,
        R: Future<Output = Result<O, Failure>> + Send + 'static,
    {
        let service = Arc::clone(&self.service);
        let future = async move {
            let input = decode::<I>(&body)?;
            encode(&run(service, input).await?)
        };
        let guarded = Guarded::new(call, self.host.clone(), future);
        async move {
            match guarded.await {
                Ok(body) => RResult::ROk(body),
                Err(failure) => RResult::RErr(encode_failure(&failure)),
            }
        }
        .into_ffi()
    }
}

fn unknown(op: &str) -> Answer {
    let failure = encode_failure(&Failure::rejected(format!(
        "this plugin does not know the operation `{op}`"
    )));
    FfiFuture::new(async move { RResult::RErr(failure) })
}

impl<S: TicketSystemService> TicketSystem for Bridge<S> {
    fn network(&self) -> RVec<u8> {
        guard::guarded("network", &self.host, || encode(&self.service.network())).unwrap_or_default()
    }
    fn catalog(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer("catalog", body, |s, ()| async move { s.catalog().await })
    }
    fn find_tickets(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer(
            "find_tickets",
            body,
            |s, find| async move { s.find_tickets(find).await },
        )
    }
    fn find_first_ticket(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer("find_first_ticket", body, |s, find| async move {
            s.find_first_ticket(find).await
        })
    }
    fn get_ticket(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer("get_ticket", body, |s, id| async move { s.get_ticket(id).await })
    }
    fn update_ticket(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer("update_ticket", body, |s, update| async move {
            s.update_ticket(update).await
        })
    }
    fn add_note(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer("add_note", body, |s, note| async move { s.add_note(note).await })
    }
    fn create_ticket(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer("create_ticket", body, |s, ticket| async move {
            s.create_ticket(ticket).await
        })
    }
    fn invoke(&self, op: RString, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        match op.as_str() {
            Complete::OP => self.answer(Complete::OP, body, |s, wanted| async move {
                s.complete_tickets(wanted).await
            }),
            op => unknown(op),
        }
    }
}

impl<S: ClassificationService> Classifier for Bridge<S> {
    fn network(&self) -> RVec<u8> {
        guard::guarded("network", &self.host, || encode(&self.service.network())).unwrap_or_default()
    }
    fn model(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer("model", body, |s, ()| async move { s.model().await })
    }
    fn classify(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer("classify", body, |s, batch| async move { s.classify(batch).await })
    }
    fn train(&self, body: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        self.answer("train", body, |s, lesson| async move { s.train(lesson).await })
    }
    fn invoke(&self, op: RString, _: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        unknown(&op)
    }
}

/// What the config's `params` hold, or why they are not those of the service.
pub(crate) fn params<P: DeserializeOwned>(params: &[u8]) -> Result<P, Failure> {
    serde_json::from_slice(params).map_err(|e| {
        // serde_json adds a position in a JSON text that the admin never wrote, and quotes values, which may be secrets.
        let text = e.to_string();
        let text = text.split(" at line ").next().unwrap_or(&text);
        let quotes = text.starts_with("invalid ") || text.starts_with("unknown variant");
        Failure::rejected(match text.rsplit_once("expected ") {
            Some((_, wanted)) if quotes => format!("a parameter has the wrong type or value: expected {wanted}"),
            _ => text.to_owned(),
        })
    })
}

fn make<S: Send + Sync + 'static, P: DeserializeOwned>(
    name: &str,
    body: &[u8],
    host: HostObject,
    new: impl FnOnce(P, Host) -> Result<S, Failure>,
) -> Result<Bridge<S>, Failure> {
    guard::install_hook();
    logging::install_forwarder();
    let host = Host(Arc::new(AcrossTheBorder(host)));
    let inner = host.clone();
    let service = guard::guarded(name, &host, move || new(params(body)?, inner))?;
    Ok(Bridge {
        service: Arc::new(service),
        host,
    })
}

/// For [`crate::export_plugin!`].
#[must_use]
pub fn ticket_system<S: TicketSystemService>(
    name: &str,
    params: RSlice<'_, u8>,
    host: HostObject,
) -> RResult<TicketSystemObject, Body> {
    match make(name, params.as_slice(), host, S::new) {
        Ok(bridge) => RResult::ROk(TicketSystem_TO::from_value(bridge, abi_stable::sabi_trait::TD_Opaque)),
        Err(failure) => RResult::RErr(encode_failure(&failure)),
    }
}

/// For [`crate::export_plugin!`].
#[must_use]
pub fn classifier<S: ClassificationService>(
    name: &str,
    params: RSlice<'_, u8>,
    host: HostObject,
) -> RResult<ClassifierObject, Body> {
    match make(name, params.as_slice(), host, S::new) {
        Ok(bridge) => RResult::ROk(Classifier_TO::from_value(bridge, abi_stable::sabi_trait::TD_Opaque)),
        Err(failure) => RResult::RErr(encode_failure(&failure)),
    }
}

/// For [`crate::export_plugin!`]: an injectable of this name is not in this plugin.
pub fn no_such<T>(name: &str) -> RResult<T, Body> {
    RResult::RErr(encode_failure(&Failure::rejected(format!(
        "this plugin has no `{name}`"
    ))))
}

fn schema<P: JsonSchema>() -> serde_json::Value {
    let generator = SchemaSettings::draft2020_12()
        .with(|s| s.inline_subschemas = true)
        .into_generator();
    generator.into_root_schema_for::<P>().into()
}

/// For [`crate::export_plugin!`].
#[must_use]
pub fn describe_ticket_system<S: TicketSystemService>(name: &str) -> Injectable {
    Injectable {
        name: name.to_owned(),
        kind: InjectableKind::TicketSystem,
        params: schema::<S::Params>(),
        cpu_bound: false,
    }
}

/// For [`crate::export_plugin!`].
#[must_use]
pub fn describe_classifier<S: ClassificationService>(name: &str) -> Injectable {
    Injectable {
        name: name.to_owned(),
        kind: InjectableKind::Classifier,
        params: schema::<S::Params>(),
        cpu_bound: S::CPU_BOUND,
    }
}

/// For [`crate::export_plugin!`].
#[must_use]
pub fn describe(name: &str, version: &str, injectables: fn() -> Vec<Injectable>) -> Body {
    guard::install_hook();
    // A schema is the author's code and may panic; an empty description then tells the host.
    let described = std::panic::catch_unwind(|| {
        let injectables = injectables();
        let description = PluginDescription {
            name: name.to_owned(),
            version: version.to_owned(),
            injectables,
        };
        encode(&description).unwrap_or_default()
    });
    described.unwrap_or_else(|payload| {
        std::mem::forget(payload);
        b"{}".to_vec().into()
    })
}

/// For [`crate::export_plugin!`]: compares two names at compile time.
#[must_use]
pub const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_refused_parameter_is_not_quoted() {
        #[derive(Debug, serde::Deserialize)]
        struct Params {
            #[allow(dead_code)]
            api_key: crate::Secret,
        }
        let failure = super::params::<Params>(br#"{"api_key": 4711}"#)
            .unwrap_err()
            .to_string();
        assert!(
            failure.contains("expected a string") && !failure.contains("4711"),
            "{failure}"
        );
        let failure = super::params::<Params>(b"{}").unwrap_err().to_string();
        assert_eq!(failure, "missing field `api_key`");
    }
}
