//! The one thing that runs by itself: what is due is done, and webhooks are delivered.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::gate::Sim;

const TICK: Duration = Duration::from_millis(50);
/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A webhook to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Sending {
    /// `http://HOST:PORT/PATH`; there is no TLS here.
    pub(crate) url: String,
    /// Beside host, length and content type, which is JSON.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// Waits before the repetitions after a failure.
    pub(crate) retries_ms: Vec<u64>,
}

/// Runs until the simulator stops.
pub(crate) async fn run(sim: Arc<Sim>, mut quitting: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            biased;
            // An error means that the simulator is gone: the same wish.
            _ = quitting.wait_for(|q| *q) => return,
            () = tokio::time::sleep(TICK) => {}
        }
        let waiting = sim.world().desk.outbox();
        for sending in waiting {
            tokio::spawn(deliver(sending, quitting.clone()));
        }
    }
}

/// Tries once, and again after each of the hook's waits.
async fn deliver(sending: Sending, mut quitting: watch::Receiver<bool>) {
    let waits = sending.retries_ms.iter().map(Some).chain([None]);
    for wait in waits {
        let sent = tokio::time::timeout(PATIENCE, post(&sending)).await;
        if matches!(sent, Ok(Some(200..=299))) {
            return;
        }
        let Some(ms) = wait else { return };
        tokio::select! {
            _ = quitting.wait_for(|q| *q) => return,
            () = tokio::time::sleep(Duration::from_millis(*ms)) => {}
        }
    }
}

/// Sends one request and returns the status of the answer.
async fn post(sending: &Sending) -> Option<u16> {
    let rest = sending.url.strip_prefix("http://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let authority = if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let body = &sending.body;
    let mut request = format!("POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n");
    // A line break in a header would let a test write a request of its own; it is dropped.
    for (name, value) in &sending.headers {
        let clean = |text: &str| text.replace(['\r', '\n'], "");
        request.push_str(&format!("{}: {}\r\n", clean(name), clean(value)));
    }
    request.push_str(&format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    ));
    let mut stream = TcpStream::connect(authority).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = [0u8; 12];
    stream.read_exact(&mut answer).await.ok()?;
    std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
}
