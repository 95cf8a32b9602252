//! The way between plugin and helpdesk: really sends what the plugin asks for, and breaks it where a behaviour is about that.
//!
//! Answers are spoiled here and not in the helpdesk, so that every helpdesk, a real one too, can be tried with all of them.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use otai_plugin::{Failure, Host, Request, Response, model::Network};
use reqwest::{Certificate, Client, Method, Url, redirect};

/// Longest wait for an answer that nobody breaks.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What happens to every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// Not sent; an answer of this status with JSON that quotes the request.
    Status(u16),
    /// Not sent; too many requests, come back in so many seconds.
    Limit(u64),
    /// Not sent; a page of a proxy with this status.
    Page(u16),
    /// Sent; half of the answer arrives, as if it were all.
    Cut,
    /// Not sent; the connection closes.
    HangUp,
    /// Not sent; nobody answers.
    Silence,
    /// What changes something is sent and done, and nobody hears of it; what only reads goes its way.
    Lost,
}

#[derive(Debug, Default)]
pub(crate) struct Wire {
    client: OnceLock<Result<Client, String>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    network: Network,
    broken: Option<Break>,
    tokens: BTreeSet<String>,
    strays: BTreeSet<String>,
    /// Requests so far, and those of them that change something.
    sent: (u64, u64),
}

impl Wire {
    /// What a service gets. The network that it names follows with [`Wire::connect`].
    pub(crate) fn host(self: &Arc<Self>) -> Host {
        let wire = Arc::clone(self);
        Host::from_fn(move |request| {
            let wire = Arc::clone(&wire);
            async move { wire.send(request).await }
        })
    }

    pub(crate) fn connect(&self, network: Network) {
        self.state().network = network;
    }

    pub(crate) fn breaks(&self, how: Option<Break>) {
        self.state().broken = how;
    }

    /// What stood in `Authorization` headers.
    pub(crate) fn tokens(&self) -> BTreeSet<String> {
        self.state().tokens.clone()
    }

    /// Where requests went that the network does not name.
    pub(crate) fn strays(&self) -> BTreeSet<String> {
        self.state().strays.clone()
    }

    /// Requests so far, and those of them that change something.
    pub(crate) fn sent(&self) -> (u64, u64) {
        self.state().sent
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the request; gives what is to happen to it.
    fn note(&self, request: &Request) -> Result<Option<Break>, Failure> {
        let mut state = self.state();
        state.sent.0 += 1;
        state.sent.1 += u64::from(!only_reads(request));
        for (_, value) in request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
        {
            let token = value.rsplit([' ', '=']).find(|part| part.len() > 3).unwrap_or(value);
            state.tokens.insert(token.to_owned());
        }
        let url = Url::parse(&request.url).map_err(|_| Failure::bug("the plugin asks for something that is no URL"))?;
        let origin = url.origin().ascii_serialization();
        let named = state
            .network
            .origins
            .iter()
            .any(|o| Url::parse(o).is_ok_and(|o| o.origin() == url.origin()));
        if !named {
            state.strays.insert(origin.clone());
            return Err(Failure::refused(format!("{origin} is not a server of this service")));
        }
        Ok(state.broken)
    }

    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let gone = |why: &str| Err(Failure::retry(format!("{}: {why}", request.method)));
        match self.note(&request)? {
            Some(Break::Status(status)) => Ok(quote(&request, status, &[])),
            Some(Break::Limit(seconds)) => Ok(quote(&request, 429, &[("retry-after", &seconds.to_string())])),
            Some(Break::Page(status)) => Ok(page(status)),
            Some(Break::HangUp) => gone("the answer broke off"),
            Some(Break::Silence) => gone("no answer in time"),
            Some(Break::Lost) if !only_reads(&request) => {
                self.exchange(&request).await?;
                gone("the answer broke off")
            }
            Some(Break::Cut) => {
                let mut response = self.exchange(&request).await?;
                response.body.truncate(response.body.len() / 2);
                Ok(response)
            }
            Some(Break::Lost) | None => self.exchange(&request).await,
        }
    }

    async fn exchange(&self, request: &Request) -> Result<Response, Failure> {
        let network = self.state().network.clone();
        let client = self
            .client
            .get_or_init(|| client(&network))
            .as_ref()
            .map_err(Failure::refused)?;
        let bug = |_| Failure::bug("the plugin asks for something that is no HTTP request");
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|e| bug(e.to_string()))?;
        let mut builder = client
            .request(method, &request.url)
            .timeout(request.timeout.unwrap_or(TIMEOUT).min(TIMEOUT));
        for (name, value) in &request.headers {
            builder = builder.header(name.as_str(), value.as_str());
        }
        let lost = |error: reqwest::Error| Failure::retry(format!("{}: {}", request.method, error.without_url()));
        let response = builder.body(request.body.clone()).send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        let body = response.bytes().await.map_err(lost)?.to_vec();
        Ok(Response { status, headers, body })
    }
}

fn only_reads(request: &Request) -> bool {
    request.reads || matches!(request.method.as_str(), "GET" | "HEAD")
}

fn client(network: &Network) -> Result<Client, String> {
    // Fails only if a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .tls_danger_accept_invalid_certs(network.any_certificate);
    if let Some(idle) = network.idle_ms {
        builder = builder.pool_idle_timeout(Duration::from_millis(idle));
    }
    if let Some(file) = &network.ca_file {
        let pem = std::fs::read(file).map_err(|e| format!("{file}: {e}"))?;
        let all = Certificate::from_pem_bundle(&pem).map_err(|e| format!("{file}: {e}"))?;
        builder = all
            .into_iter()
            .fold(builder, reqwest::ClientBuilder::add_root_certificate);
    }
    builder.build().map_err(|e| format!("TLS cannot be set up: {e}"))
}

/// A server that repeats what it was sent: nothing of it may go on.
fn quote(request: &Request, status: u16, headers: &[(&str, &str)]) -> Response {
    let sent: Vec<&str> = request.headers.iter().map(|(_, value)| value.as_str()).collect();
    let body = otai_plugin::serde_json::json!({
        "error": format!("{} {}", crate::stage::CANARY, sent.join(" ")),
        "message": String::from_utf8_lossy(&request.body),
    });
    let kind = ("content-type", "application/json");
    let headers = std::iter::once(&kind).chain(headers);
    Response {
        status,
        headers: headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.to_string().into_bytes(),
    }
}

fn page(status: u16) -> Response {
    Response {
        status,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: format!(
            "<html><body><h1>Please log in</h1>{}</body></html>",
            crate::stage::CANARY
        )
        .into_bytes(),
    }
}
