use std::{fmt, sync::Arc};

use abi_stable::std_types::{RResult, RStr, RVec};
use futures::future::BoxFuture;
use otai_interface::{
    abi::{HostObject, HttpHeader, HttpRequest},
    model::{LogRecord, RequestOptions},
};

use crate::{Failure, Request, Response};

/// The host's services for one instance of a service. Cheap to clone.
#[derive(Clone)]
pub struct Host(pub(crate) Arc<dyn Backend>);

impl Host {
    /// Sends a request, within the allowance, to one of the allowed origins. Every HTTP status is `Ok`.
    ///
    /// # Errors
    /// [`Failure::Retry`] if there was no answer in time, or the allowance is used up; [`Failure::Rejected`] if the origin is
    /// not allowed or its certificate not trusted, and, for this request alone, if the answer to a question is larger than
    /// 32 MB ([`crate::answers::too_large`]).
    pub async fn http(&self, request: Request) -> Result<Response, Failure> {
        self.0.http(request).await
    }
}

impl Host {
    /// A host of one's own, for tests against a server: each request goes to this function, log lines go nowhere.
    pub fn from_fn<F, A>(send: F) -> Self
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Response, Failure>> + Send + 'static,
    {
        Self(Arc::new(FromFn(send)))
    }
}

struct FromFn<F>(F);

impl<F, A> Backend for FromFn<F>
where
    F: Fn(Request) -> A + Send + Sync,
    A: Future<Output = Result<Response, Failure>> + Send + 'static,
{
    fn http(&self, request: Request) -> BoxFuture<'static, Result<Response, Failure>> {
        Box::pin((self.0)(request))
    }

    fn log_enabled(&self, _: u32, _: &str) -> bool {
        false
    }

    fn log(&self, _: &LogRecord) {}
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Host")
    }
}

pub(crate) trait Backend: Send + Sync {
    fn http(&self, request: Request) -> BoxFuture<'static, Result<Response, Failure>>;
    fn log_enabled(&self, level: u32, target: &str) -> bool;
    fn log(&self, record: &LogRecord);
}

/// The real host, behind the border.
pub(crate) struct AcrossTheBorder(pub(crate) HostObject);

impl Backend for AcrossTheBorder {
    fn http(&self, request: Request) -> BoxFuture<'static, Result<Response, Failure>> {
        let options = RequestOptions {
            cost: request.cost,
            timeout_ms: request
                .timeout
                .map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            reads: request.reads,
        };
        let options = serde_json::to_vec(&options).unwrap_or_default();
        let headers = request.headers.into_iter().map(|(name, value)| HttpHeader {
            name: name.into(),
            value: value.into(),
        });
        let answer = self.0.http(HttpRequest {
            method: request.method.into(),
            url: request.url.into(),
            headers: headers.collect(),
            body: request.body.into(),
            options: options.into(),
        });
        Box::pin(async move {
            match answer.await {
                RResult::ROk(response) => {
                    let headers = response
                        .headers
                        .into_iter()
                        .map(|h| (h.name.into_string(), h.value.into_string()));
                    Ok(Response {
                        status: response.status,
                        headers: headers.collect(),
                        body: response.body.into_vec(),
                    })
                }
                RResult::RErr(failure) => Err(crate::bridge::decode_failure(&failure)),
            }
        })
    }

    fn log_enabled(&self, level: u32, target: &str) -> bool {
        self.0.log_enabled(level, RStr::from(target))
    }

    fn log(&self, record: &LogRecord) {
        self.0.log(RVec::from(serde_json::to_vec(record).unwrap_or_default()));
    }
}
