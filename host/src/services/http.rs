//! The one HTTP client. Sends to allowed origins only, within the allowance, with TLS verified and answers capped.

use std::{sync::Arc, time::Duration};

use otai_interface::{
    Failure,
    abi::{HttpHeader, HttpRequest, HttpResponse},
    model::{Network, RequestOptions},
};
use reqwest::{Method, Url};
use tokio::{sync::Semaphore, time::Instant};

use super::{
    Allowance, CallScope, Services,
    call::LEAST_LEASE,
    client::{HttpSetup, allowed_with, client_for, loopback},
    trouble::on_the_way,
};

/// A read that takes longer is given up.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// A write that takes longer is in doubt.
pub(crate) const WRITE_TIMEOUT: Duration = Duration::from_secs(20);
/// A page of 100 tickets with descriptions stays below 10 MB; anything near this is not an answer.
const MAX_BODY: usize = 32 << 20;
/// How long a call without a scope may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(120);

/// The network of one instance of a service.
pub struct Http {
    client: reqwest::Client,
    origins: Vec<String>,
    allowance: Option<Arc<Allowance>>,
    /// For a server that takes only so many requests at a time.
    turns: Option<Semaphore>,
    services: Arc<Services>,
}

impl Http {
    /// Sets up the network that an instance asked for.
    ///
    /// # Errors
    /// [`HttpSetup`]
    pub fn new(network: &Network, services: &Arc<Services>) -> Result<Self, HttpSetup> {
        let origins = network
            .origins
            .iter()
            .map(|o| allowed_with(o, network.plain_http))
            .collect::<Result<Vec<_>, _>>()?;
        let allowance = origins
            .first()
            .map(|origin| services.allowance(origin, &network.limits));
        let on_this_machine = origins
            .iter()
            .all(|o| Url::parse(o).is_ok_and(|url| loopback(&url) && url.scheme() == "http"));
        Ok(Self {
            client: client_for(network, on_this_machine)?,
            origins,
            allowance,
            turns: network.limits.at_once.map(|n| Semaphore::new(n.max(1) as usize)),
            services: Arc::clone(services),
        })
    }

    /// The allowance of the account, if the instance has a network.
    #[must_use]
    pub fn allowance(&self) -> Option<&Arc<Allowance>> {
        self.allowance.as_ref()
    }

    /// Sends a request. Every HTTP status is `Ok`.
    ///
    /// # Errors
    /// [`Failure::Rejected`] for a server that is not allowed or not trusted, and, for this request alone, if the answer to a
    /// question is too large; [`Failure::Retry`] for everything that may pass.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let scope = CallScope::current();
        let url = self.target(&request.url)?;
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| Failure::bug(format!("`{}` is not an HTTP method", request.method)))?;
        let options: RequestOptions = serde_json::from_slice(&request.options).unwrap_or_default();
        let writes = !options.reads && !matches!(method, Method::GET | Method::HEAD);

        let deadline = scope.as_ref().map_or_else(|| Instant::now() + PATIENCE, |s| s.deadline);
        // A write that would have to wait until its lease is too short had better not wait.
        let latest = scope
            .as_ref()
            .and_then(|s| s.lease)
            .filter(|_| writes)
            .map_or(deadline, |l| l - LEAST_LEASE);
        if writes && latest < Instant::now() {
            let why = "too little of the lease is left to send a write: what came before it took too long";
            return Err(Failure::retry(why));
        }
        if let Some(allowance) = &self.allowance {
            allowance
                .acquire(options.cost, latest.min(deadline))
                .await
                .map_err(|wait| {
                    Failure::retry_after(
                        format!("the allowance is used up for {} s", wait.as_secs().max(1)),
                        wait,
                    )
                })?;
        }
        let usual = if writes { WRITE_TIMEOUT } else { READ_TIMEOUT };
        // Under a lease the time of a write is part of the bargain with the store; elsewhere the plugin knows its server.
        let longest = match scope.as_ref().and_then(|s| s.lease) {
            Some(_) => usual,
            None => deadline.saturating_duration_since(Instant::now()),
        };
        let timeout = options
            .timeout_ms
            .map_or(usual, |asked| Duration::from_millis(asked).min(longest));
        let _turn = match &self.turns {
            Some(turns) => tokio::time::timeout_at(latest.min(deadline), turns.acquire())
                .await
                .map_err(|_| Failure::retry("the requests before it took too long"))?
                .ok(),
            None => None,
        };
        let response = self
            .exchange(method, url, request, timeout, scope.as_deref().filter(|_| writes))
            .await?;
        if let Some(allowance) = &self.allowance {
            let header = |name: &str| {
                response
                    .headers
                    .iter()
                    .find(|h| h.name.as_str() == name)
                    .map(|h| h.value.as_str())
            };
            allowance.observe(response.status, options.cost, header);
        }
        Ok(response)
    }

    async fn exchange(
        &self,
        method: Method,
        url: Url,
        request: HttpRequest,
        timeout: Duration,
        write: Option<&CallScope>,
    ) -> Result<HttpResponse, Failure> {
        let place = format!("{method} {}", shown(&url));
        let mut builder = self.client.request(method, url).timeout(timeout);
        for header in request.headers {
            builder = builder.header(header.name.as_str(), header.value.as_str());
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body.into_vec());
        }
        self.services
            .requests
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if let Some(scope) = write {
            scope.write_goes_out();
        }
        let started = Instant::now();
        let mut response = match builder.send().await {
            Ok(response) => response,
            Err(error) => {
                if error.is_connect() || error.is_builder() {
                    write.inspect(|s| s.write_was_refused());
                }
                return Err(on_the_way(&place, &error));
            }
        };
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| HttpHeader {
                name: name.as_str().into(),
                value: String::from_utf8_lossy(value.as_bytes()).into_owned().into(),
            })
            .collect();
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_BODY => body.extend_from_slice(&chunk),
                Ok(Some(_)) => {
                    let message = format!("{place}: the answer is larger than {} MB", MAX_BODY >> 20);
                    // The same question would get the same answer; what became of a write has to be looked up.
                    return Err(match write {
                        Some(_) => Failure::retry(message),
                        None => Failure::rejected(message),
                    });
                }
                Ok(None) => break,
                Err(error) => return Err(on_the_way(&place, &error)),
            }
        }
        // A success is the plugin's to read; what it cannot read, it will want to look at again.
        if (300..500).contains(&status) {
            write.inspect(|s| s.write_was_refused());
        }
        tracing::debug!(
            status,
            bytes = body.len(),
            ms = started.elapsed().as_millis(),
            "{place}"
        );
        Ok(HttpResponse {
            status,
            headers,
            body: body.into(),
            meta: abi_stable::std_types::RVec::new(),
        })
    }

    fn target(&self, url: &str) -> Result<Url, Failure> {
        let url =
            Url::parse(url).map_err(|e| Failure::bug(format!("the plugin asked for something that is no URL: {e}")))?;
        let origin = url.origin().ascii_serialization();
        if self.origins.contains(&origin) {
            Ok(url)
        } else {
            Err(Failure::refused(format!(
                "{origin} is not a server of this service; allowed: {}",
                self.origins.join(", ")
            )))
        }
    }
}

/// Scheme, host and path: queries may hold what customers wrote.
fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

#[cfg(test)]
mod tests;
