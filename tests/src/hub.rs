//! A Hugging Face hub on this machine: its two documented calls, and another origin from which it sends large files.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures::{StreamExt as _, stream};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::desk::runtime;

/// What every `model.safetensors` of the hub holds.
pub const WEIGHTS: &[u8] = b"0123456789abcdef these are the weights";

/// A commit of the hub.
const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// A request that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// True if it came to the other origin.
    pub elsewhere: bool,
    /// Path and query.
    pub path: String,
    /// The header `authorization`.
    pub token: Option<String>,
}

#[derive(Clone)]
struct Side {
    elsewhere: bool,
    other: SocketAddr,
    asked: Arc<Mutex<Vec<Sent>>>,
}

/// A hub. The name of a repository says what is wrong with it: `org/good`, `org/absent`, `org/gated`, `org/private`,
/// `org/pickle`, `org/bare`, `org/cut` (a body that breaks off), `org/forged` (other bytes than announced), `org/short` (fewer),
/// `org/circle`, `org/strange` (no list), `org/broken` (500), `org/slow` (never ends), `org/astray` (redirects to plain http).
#[derive(Debug)]
pub struct Hub {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Sent>>>,
}

impl Hub {
    /// Starts one; it lives as long as the test process.
    #[must_use]
    pub fn start() -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let bind = || {
            runtime()
                .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
                .expect("a port")
        };
        let (hub, cdn) = (bind(), bind());
        let (address, other) = (hub.local_addr().expect("bound"), cdn.local_addr().expect("bound"));
        for (listener, elsewhere) in [(hub, false), (cdn, true)] {
            let side = Side {
                elsewhere,
                other,
                asked: Arc::clone(&asked),
            };
            let app = Router::new().fallback(answer).with_state(side);
            runtime().spawn(async move { axum::serve(listener, app).await });
        }
        Self { address, asked }
    }

    /// What HF_ENDPOINT has to be.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Sent> {
        self.asked.lock().expect("no handler panics").clone()
    }
}

async fn answer(State(side): State<Side>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok());
    side.asked.lock().expect("no handler panics").push(Sent {
        elsewhere: side.elsewhere,
        path: path.clone(),
        token: token.map(str::to_owned),
    });
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["api", "models", "org", name, "revision", _] => revision(name),
        ["org", name, "resolve", SHA, file] => file_of(name, file, &side),
        ["cdn", name] if side.elsewhere => weights(name),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn revision(name: &str) -> Response {
    let files = match name {
        "absent" => return StatusCode::NOT_FOUND.into_response(),
        "gated" => return StatusCode::FORBIDDEN.into_response(),
        "private" => return StatusCode::UNAUTHORIZED.into_response(),
        "broken" => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "strange" => return "<html>welcome to this network</html>".into_response(),
        "pickle" => vec!["config.json", "pytorch_model.bin"],
        "bare" => vec!["config.json", "README.md"],
        _ => vec![
            "README.md",
            "config.json",
            "tokenizer.json",
            "model.safetensors",
            "pytorch_model.bin",
            "../evil.safetensors",
        ],
    };
    let siblings: Vec<_> = files.iter().map(|file| json!({ "rfilename": file })).collect();
    let list = json!({ "sha": SHA, "siblings": siblings });
    ([(header::CONTENT_TYPE, "application/json")], list.to_string()).into_response()
}

fn file_of(name: &str, file: &str, side: &Side) -> Response {
    if file != "model.safetensors" {
        // As git names a small file.
        return ([(header::ETAG, format!("\"{}\"", "a".repeat(40)))], "{}").into_response();
    }
    let mut headers = HeaderMap::new();
    let to = match name {
        "circle" => format!("/org/circle/resolve/{SHA}/model.safetensors"),
        "astray" => "http://store.example/model.safetensors".to_owned(),
        _ => format!("http://{}/cdn/{name}", side.other),
    };
    let sum: String = Sha256::digest(WEIGHTS)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    for (key, value) in [
        ("location", to),
        ("x-linked-etag", format!("\"{sum}\"")),
        ("x-linked-size", WEIGHTS.len().to_string()),
    ] {
        headers.insert(key, value.parse().expect("a header"));
    }
    (StatusCode::FOUND, headers).into_response()
}

fn weights(name: &str) -> Response {
    let begin = || stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(&WEIGHTS[..10]))]);
    let body = match name {
        "forged" => Body::from(vec![b'x'; WEIGHTS.len()]),
        "short" => Body::from(&WEIGHTS[..10]),
        "cut" => Body::from_stream(begin().chain(stream::once(async {
            // The beginning shall be on its way.
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            Err(std::io::Error::other("cut"))
        }))),
        "slow" => Body::from_stream(begin().chain(stream::pending())),
        _ => Body::from(WEIGHTS),
    };
    body.into_response()
}
