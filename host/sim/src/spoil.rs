//! Answers that are not what they should be.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response};
use futures::stream;
use serde_json::Value;

use crate::answer::Answer;
use crate::faults::FaultKind;

/// The answer that a fault gives instead of the API. `desk` says what the helpdesk itself would send.
pub(crate) fn instead(kind: &FaultKind, desk: impl FnOnce(u16, Option<&str>) -> Answer) -> Answer {
    match kind {
        FaultKind::Status {
            status,
            retry_after,
            code,
            body,
            html,
        } => {
            let answer = match body {
                Some(Value::String(text)) => looks_like(*status, text),
                Some(body) => Answer::json(*status, body),
                None if *html && code.is_none() => Answer::edge(*status),
                None => desk(*status, code.as_deref()),
            };
            match retry_after {
                Some(Value::String(text)) => answer.with("retry-after", text.clone()),
                Some(other) => answer.with("retry-after", other.to_string()),
                None => answer,
            }
        }
        FaultKind::Html => Answer::html(200, "<html><body><h1>Please sign in</h1></body></html>"),
        // The body is made while it is sent.
        _ => Answer::empty_json(200),
    }
}

/// A text is taken for what it looks like.
fn looks_like(status: u16, text: &str) -> Answer {
    let answer = Answer::html(status, text);
    if text.trim_start().starts_with(['{', '[']) {
        Answer {
            kind: Some("application/json; charset=utf-8"),
            ..answer
        }
    } else {
        answer
    }
}

/// The answer as it is sent when a fault spoils the sending.
pub(crate) fn during(mut answer: Answer, kind: &FaultKind) -> Response<Body> {
    match kind {
        FaultKind::Truncated { cut: false } => {
            answer.body.truncate(answer.body.len() / 2);
            answer.into_response()
        }
        FaultKind::Truncated { cut: true } => {
            let body = Bytes::from(std::mem::take(&mut answer.body));
            // Even an empty answer announces one byte that never comes.
            let announced = (body.len() as u64).max(1);
            let half = body.slice(0..body.len() / 2);
            stream_of(
                answer,
                announced,
                pieces(half, usize::MAX, Duration::from_millis(30), true),
            )
        }
        FaultKind::Slowloris { bytes_per_second } => {
            let body = Bytes::from(std::mem::take(&mut answer.body));
            let (piece, rest) = pace(*bytes_per_second);
            stream_of(answer, body.len() as u64, pieces(body, piece, rest, false))
        }
        FaultKind::Huge { bytes } => stream_of(answer, *bytes, huge(*bytes)),
        _ => answer.into_response(),
    }
}

/// How much is sent at once, and how long the wait is between.
fn pace(bytes_per_second: u64) -> (usize, Duration) {
    let rate = bytes_per_second.max(1);
    let piece = (rate / 10).max(1);
    (
        usize::try_from(piece).unwrap_or(usize::MAX),
        Duration::from_secs_f64(piece as f64 / rate as f64),
    )
}

fn stream_of(
    answer: Answer,
    length: u64,
    body: impl futures::Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Response<Body> {
    let mut response = answer.into_response();
    response
        .headers_mut()
        .insert("content-length", HeaderValue::from(length));
    *response.body_mut() = Body::from_stream(body);
    response
}

/// A body in pieces with a rest between them; at the end, optionally, a broken connection.
fn pieces(
    body: Bytes,
    piece: usize,
    rest: Duration,
    breaks: bool,
) -> impl futures::Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold((body, true), move |(mut body, first)| async move {
        if !first {
            tokio::time::sleep(rest).await;
        }
        if body.is_empty() {
            // The rest before has given the pieces time to leave.
            let error = io::Error::from(io::ErrorKind::ConnectionReset);
            return breaks.then(|| (Err(error), (body, false)));
        }
        let next = body.split_to(piece.min(body.len()));
        Some((Ok(next), (body, false)))
    })
}

/// JSON of a given length: a list with one long text.
fn huge(bytes: u64) -> impl futures::Stream<Item = io::Result<Bytes>> + Send {
    const PIECE: u64 = 64 * 1024;
    let filler = Bytes::from(vec![b'x'; PIECE as usize]);
    stream::unfold(0u64, move |sent| {
        let filler = filler.clone();
        async move {
            let left = bytes.checked_sub(sent).filter(|l| *l > 0)?;
            let next = match (sent, left) {
                (0, _) => Bytes::from_static(b"[\"").slice(0..left.min(2) as usize),
                (_, 1) => Bytes::from_static(b"]"),
                (_, 2) => Bytes::from_static(b"\"]"),
                _ => filler.slice(0..(left - 2).min(PIECE) as usize),
            };
            let sent = sent + next.len() as u64;
            Some((Ok(next), sent))
        }
    })
}
