use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request as Incoming,
    http::{HeaderName, HeaderValue, StatusCode},
};
use otai_plugin::{Request, Response};
use tokio::{net::TcpListener, runtime::Runtime};

/// Largest request that is read.
const LARGEST: usize = 32 << 20;

/// A server on this machine for a simulated helpdesk. It ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    url: String,
    _runtime: Runtime,
}

impl Server {
    /// Answers every request with what `answer` makes of it. Of the URL, path and query arrive; header names are in lower case.
    ///
    /// # Errors
    /// If the machine has no free port or thread.
    pub fn start(answer: impl Fn(Request) -> Response + Send + Sync + 'static) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let answer = Arc::new(answer);
        let app = Router::new().fallback(move |incoming: Incoming| {
            let answer = Arc::clone(&answer);
            async move { outgoing(answer(read(incoming).await)) }
        });
        runtime.spawn(async move { axum::serve(listener, app).await });
        Ok(Self { url, _runtime: runtime })
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn read(incoming: Incoming) -> Request {
    let (parts, body) = incoming.into_parts();
    let mut request = Request::get(parts.uri.to_string());
    request.method = parts.method.to_string();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    request.headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect();
    request.body = to_bytes(body, LARGEST).await.map(|b| b.to_vec()).unwrap_or_default();
    request
}

fn outgoing(response: Response) -> axum::http::Response<Body> {
    let mut answer = axum::http::Response::new(Body::from(response.body));
    *answer.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in response.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}
