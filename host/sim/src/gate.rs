//! Where requests come in, and what becomes of their connections.
//!
//! A request that has come in whole is handled to its end even if the client leaves, because that is what a real server
//! does: a client that ran into its own timeout does not know whether its write was applied.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::Response;

use crate::answer::Answer;
use crate::desk::Arrival;
use crate::faults::FaultKind;
use crate::listener::Kill;
use crate::query::Query;
use crate::visit::Visit;
use crate::world::World;
use crate::{control, spoil};

/// Beyond what any of the helpdesks takes (20 MB of attachments), and a bound for our memory.
const LARGEST_BODY: usize = 32 << 20;

/// What all connections share.
pub(crate) struct Sim {
    world: Mutex<World>,
    base: String,
}

/// What becomes of the connection.
enum Outcome {
    Answer(Response<Body>),
    /// An orderly end after some bytes.
    Farewell(Vec<u8>),
    Close,
    Hang,
}

impl std::fmt::Debug for Sim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Neither the key nor a hundred thousand tickets.
        f.debug_struct("Sim").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Sim {
    pub(crate) fn new(world: World, base: String) -> Arc<Self> {
        Arc::new(Self {
            world: Mutex::new(world),
            base,
        })
    }

    /// The world, brought up to date. A handler that panicked must not end the simulator.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.desk.advance();
        world
    }
}

/// The one entry for all requests.
pub(crate) async fn serve(
    State(sim): State<Arc<Sim>>,
    ConnectInfo(kill): ConnectInfo<Kill>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return Answer::html(413, "<html><body>Request Entity Too Large</body></html>").into_response();
    };
    let text = |t: Option<&str>| t.unwrap_or_default().to_owned();
    let query = text(parts.uri.query());
    let host = parts.headers.get("host").and_then(|h| h.to_str().ok());
    let arrival = Arrival {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        params: Query::parse(&query),
        query,
        base: host
            .filter(|h| !h.is_empty())
            .map_or_else(|| sim.base.clone(), |h| format!("http://{h}")),
        headers: parts.headers,
        body,
        request_id: String::new(),
    };
    if let Some(path) = arrival.path.strip_prefix("/_sim") {
        let body = serde_json::from_slice(&arrival.body).ok();
        let (status, value) = control::run(&sim, &arrival.method, path, &arrival.params, body);
        return Answer::json(status, &value).into_response();
    }
    match tokio::spawn(handle(sim, arrival)).await {
        Ok(Outcome::Answer(response)) => response,
        Ok(Outcome::Hang) => std::future::pending().await,
        Ok(Outcome::Farewell(words)) => {
            kill.after(words);
            Answer::nothing().with("connection", "close".to_owned()).into_response()
        }
        Ok(Outcome::Close) => {
            kill.now();
            Response::default()
        }
        // A bug of the simulator: it is no reason to leave the client without an answer.
        Err(_) => Answer::html(500, "").into_response(),
    }
}

async fn handle(sim: Arc<Sim>, arrival: Arrival) -> Outcome {
    let visit = Visit::begin(&sim, arrival);
    if let Some(wait) = visit.admission.refused {
        let refused = visit.failure(&sim, 429, None).with("retry-after", wait.to_string());
        return Outcome::Answer(visit.end(&sim, refused, None));
    }
    pause(visit.plan.delay_ms).await;
    let fault = visit.plan.answer.clone();
    let answer = match &fault {
        Some(FaultKind::Reset) => return Outcome::Close,
        Some(FaultKind::LateApply { ms, hang }) => {
            let (ms, hang) = (*ms, *hang);
            tokio::spawn(async move {
                pause(ms).await;
                visit.process(&sim);
            });
            return if hang { Outcome::Hang } else { Outcome::Close };
        }
        Some(FaultKind::ResetAfter) => {
            visit.process(&sim);
            return Outcome::Close;
        }
        Some(kind @ (FaultKind::Status { .. } | FaultKind::Html | FaultKind::Huge { .. })) => {
            spoil::instead(kind, |status, code| visit.failure(&sim, status, code))
        }
        _ => visit.process(&sim),
    };
    pause(visit.plan.delay_after_ms).await;
    if answer.closes {
        return Outcome::Farewell(answer.body);
    }
    Outcome::Answer(visit.end(&sim, answer, fault))
}

async fn pause(ms: u64) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}
