//! One call over the border: encode, call, wait no longer than allowed, decode.

use std::time::Duration;

use abi_stable::std_types::{RResult, RVec};
use otai_interface::{Failure, abi::Answer};
use serde::{Serialize, de::DeserializeOwned};

pub(super) fn failure(body: &[u8]) -> Failure {
    serde_json::from_slice(body).unwrap_or_else(|e| Failure::bug(format!("unreadable failure of a plugin: {e}")))
}

pub(super) fn encode(input: &impl Serialize) -> RVec<u8> {
    // The model types have no map with keys that JSON refuses, so this cannot fail; an empty body would be reported as such.
    serde_json::to_vec(input).unwrap_or_default().into()
}

pub(super) async fn wait<T: DeserializeOwned>(op: &str, time: Duration, answer: Answer) -> Result<T, Failure> {
    match tokio::time::timeout(time, answer).await {
        Ok(RResult::ROk(body)) => serde_json::from_slice(&body).map_err(|e| {
            Failure::bug(format!(
                "{op}: the plugin's answer makes no sense ({:?} error at byte {})",
                e.classify(),
                e.column()
            ))
        }),
        Ok(RResult::RErr(body)) => Err(failure(&body)),
        Err(_) => Err(Failure::retry(format!(
            "{op}: no answer of the plugin within {} s",
            time.as_secs()
        ))),
    }
}
