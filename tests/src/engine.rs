//! An engine as an admin may run it on the own premises: text-embeddings-inference and an OpenAI-compatible API in one, with
//! words instead of a model.
//!
//! Shapes: text-embeddings-inference's `router/src/http`; OpenAI's chat completions as vLLM and
//! llama.cpp answer them. It refuses what they refuse, so a client that asks in another form is found out.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::desk::runtime;

/// The key of every engine.
pub const ENGINE_KEY: &str = "canary-engine-key-77b2";
/// The model that it serves.
const MODEL: &str = "words-1b";
/// How sure it is of a word that it found.
const SURE: f64 = 0.97;
/// Texts in one request of text-embeddings-inference.
const MOST: usize = 8;
/// Which words mean which label; the first that stands in a text and is among the allowed labels wins.
const WORDS: [(&str, &str); 9] = [
    ("invoice", "Billing"),
    ("printer", "Hardware"),
    ("vpn", "Network"),
    ("sometime", "Low"),
    ("soon", "High"),
    ("immediately", "Urgent"),
    ("broken", "Incident"),
    ("please", "Question"),
    ("refund", "refund"),
];

/// How the engine behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Good,
    /// As it should, without probabilities.
    NoLogprobs,
    /// So many requests are too many; then as it should.
    Busy(u32),
    /// Prattles.
    Garbage,
    /// Does what a customer writes behind `ANSWER:`, whatever the schema says.
    Obedient,
    /// As it should, after so many milliseconds.
    Slow(u64),
    /// A web page for everything.
    Html,
}

/// One request that reached it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path.
    pub path: String,
    /// JSON, or null.
    pub body: Value,
}

#[derive(Debug)]
struct Inside {
    mood: Mood,
    asked: Vec<Asked>,
    now: usize,
    peak: usize,
}

type Shared = Arc<Mutex<Inside>>;

/// An engine on this machine. Stops when dropped.
#[derive(Debug)]
pub struct Engine {
    address: SocketAddr,
    inside: Shared,
    task: JoinHandle<()>,
}

impl Engine {
    /// Starts one.
    #[must_use]
    pub fn start(mood: Mood) -> Self {
        let inside = Arc::new(Mutex::new(Inside {
            mood,
            asked: Vec::new(),
            now: 0,
            peak: 0,
        }));
        let app = Router::new()
            .route("/v1/models", get(serve))
            .route("/v1/chat/completions", post(serve))
            .route("/info", get(serve))
            .route("/predict", post(serve))
            .route("/embed", post(serve))
            .with_state(Arc::clone(&inside));
        let listener = runtime()
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let task = runtime().spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self { address, inside, task }
    }

    /// Where it listens.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes how it behaves.
    pub fn set(&self, mood: Mood) {
        self.inside.lock().expect("no handler panics").mood = mood;
    }

    /// Requests to this path.
    #[must_use]
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        let inside = self.inside.lock().expect("no handler panics");
        inside
            .asked
            .iter()
            .filter(|asked| asked.path == path)
            .cloned()
            .collect()
    }

    /// Most requests that it had at one time.
    #[must_use]
    pub fn peak(&self) -> usize {
        self.inside.lock().expect("no handler panics").peak
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Counts a request as long as it is worked on, also if the client goes away.
struct Working(Shared);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.lock().expect("no handler panics").now -= 1;
    }
}

async fn serve(State(inside): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mood = {
        let mut inside = inside.lock().expect("no handler panics");
        inside.now += 1;
        inside.peak = inside.peak.max(inside.now);
        let path = uri.path().to_owned();
        inside.asked.push(Asked {
            path,
            body: body.clone(),
        });
        let mood = inside.mood;
        if let Mood::Busy(left @ 1..) = mood
            && uri.path() != "/v1/models"
            && uri.path() != "/info"
        {
            inside.mood = Mood::Busy(left - 1);
        }
        mood
    };
    let _working = Working(Arc::clone(&inside));
    if let Mood::Slow(ms) = mood {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    if mood == Mood::Html {
        return ([(header::CONTENT_TYPE, "text/html")], "<html>Please log in</html>").into_response();
    }
    let key = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if key != Some(&format!("Bearer {ENGINE_KEY}")) {
        let said = key.unwrap_or_default();
        return error(
            StatusCode::UNAUTHORIZED,
            &format!("wrong key: {said}"),
            "authentication",
        );
    }
    match uri.path() {
        "/v1/models" => Json(json!({ "object": "list", "data": [{ "id": MODEL, "object": "model" }] })).into_response(),
        "/info" => Json(info()).into_response(),
        _ if matches!(mood, Mood::Busy(1..)) => {
            let answer = error(StatusCode::TOO_MANY_REQUESTS, "Model is overloaded", "Overloaded");
            ([(header::RETRY_AFTER, "1")], answer).into_response()
        }
        "/v1/chat/completions" => chat(mood, &body),
        "/predict" => predict(&body),
        _ => embed(&body),
    }
}

fn error(status: StatusCode, message: &str, kind: &str) -> Response {
    let body = json!({ "error": message, "error_type": kind, "message": message });
    (status, Json(body)).into_response()
}

/// The label of a text among the allowed ones.
fn label(text: &str, allowed: &[Value]) -> Option<&'static str> {
    let text = text.to_lowercase();
    let fits = |(word, label): &&(&str, &str)| text.contains(word) && allowed.iter().any(|a| a == label);
    WORDS.iter().find(fits).map(|(_, label)| *label)
}

fn chat(mood: Mood, body: &Value) -> Response {
    let text = body["messages"][1]["content"].as_str().unwrap_or_default();
    let format = &body["response_format"];
    let Some(properties) = format["json_schema"]["schema"]["properties"].as_object() else {
        return error(
            StatusCode::BAD_REQUEST,
            "'response_format.type' must be 'json_schema'",
            "BadRequestError",
        );
    };
    if body["model"] != MODEL || body["messages"][0]["role"] != "system" || body["messages"][1]["role"] != "user" {
        return error(StatusCode::NOT_FOUND, "The model does not exist.", "NotFoundError");
    }
    // Pieces of the answer with the probability and the rivals of each.
    let mut pieces: Vec<(String, f64, Vec<String>)> = Vec::new();
    let plain = |text: String| (text, 1.0, Vec::new());
    for (n, (field, schema)) in properties.iter().enumerate() {
        let list = schema["type"] == "array";
        let allowed = if list {
            &schema["items"]["enum"]
        } else {
            &schema["enum"]
        };
        let allowed = allowed.as_array().map(Vec::as_slice).unwrap_or_default();
        let start = if n == 0 { "{" } else { "," };
        let chosen = match label(text, allowed) {
            None if list => {
                pieces.push(plain(format!("{start}\"{field}\":[]")));
                continue;
            }
            None => allowed[0].as_str().unwrap_or_default(),
            Some(label) => label,
        };
        let rivals = allowed
            .iter()
            .filter_map(Value::as_str)
            .filter(|a| *a != chosen)
            .map(str::to_owned);
        let (open, close) = if list { ("[\"", "\"]") } else { ("\"", "\"") };
        pieces.push(plain(format!("{start}\"{field}\":{open}")));
        pieces.push((chosen.to_owned(), SURE, rivals.collect()));
        pieces.push(plain(close.to_owned()));
    }
    pieces.push(plain("}".to_owned()));
    let obeyed = text
        .split_once("ANSWER:")
        .map(|(_, rest)| rest.split(';').next().unwrap_or_default());
    let content = match (mood, obeyed) {
        (Mood::Garbage, _) => format!("Well, the customer says: {text}"),
        (Mood::Obedient, Some(order)) => order.to_owned(),
        _ => pieces.iter().map(|(text, ..)| text.as_str()).collect(),
    };
    let logprobs = match mood {
        Mood::NoLogprobs => Value::Null,
        _ if body["logprobs"] != true => Value::Null,
        _ => json!({ "content": pieces.iter().map(token).collect::<Vec<_>>() }),
    };
    let message = json!({ "role": "assistant", "content": content });
    let choice = json!({ "index": 0, "message": message, "finish_reason": "stop", "logprobs": logprobs });
    Json(json!({ "object": "chat.completion", "model": MODEL, "choices": [choice] })).into_response()
}

fn token((text, p, rivals): &(String, f64, Vec<String>)) -> Value {
    let one = |text: &str, p: f64| json!({ "token": text, "logprob": p.ln(), "bytes": text.as_bytes() });
    let others = rivals.iter().map(|rival| one(rival, (1.0 - p) / rivals.len() as f64));
    let mut token = one(text, *p);
    token["top_logprobs"] = std::iter::once(one(text, *p)).chain(others).collect();
    token
}

fn info() -> Value {
    let labels = json!({ "0": "Billing", "1": "Hardware", "2": "Network" });
    json!({
        "model_id": MODEL, "model_type": { "classifier": { "id2label": labels }, "embedding": { "pooling": "mean" } },
        "max_client_batch_size": MOST, "max_input_length": 512, "version": "1.8.0",
    })
}

fn predict(body: &Value) -> Response {
    let Some(inputs) = body["inputs"]
        .as_array()
        .filter(|inputs| inputs.iter().all(Value::is_array))
    else {
        return error(
            StatusCode::UNPROCESSABLE_ENTITY,
            "a list of two texts is a pair",
            "Tokenizer",
        );
    };
    if inputs.len() > MOST {
        return error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "batch size > maximum allowed batch size",
            "Validation",
        );
    }
    let labels = [json!("Billing"), json!("Hardware"), json!("Network")];
    let row = |input: &Value| {
        let chosen = label(input[0].as_str().unwrap_or_default(), &labels).unwrap_or("Billing");
        let score = |l: &Value| if l == chosen { SURE } else { (1.0 - SURE) / 2.0 };
        let mut row: Vec<Value> = labels
            .iter()
            .map(|l| json!({ "label": l, "score": score(l) }))
            .collect();
        row.sort_by(|a, b| {
            b["score"]
                .as_f64()
                .unwrap_or(0.0)
                .total_cmp(&a["score"].as_f64().unwrap_or(0.0))
        });
        Value::Array(row)
    };
    Json(inputs.iter().map(row).collect::<Value>()).into_response()
}

/// One dimension for each word, and one that all texts share.
fn embed(body: &Value) -> Response {
    let texts = body["inputs"].as_array().cloned().unwrap_or_default();
    if texts.is_empty() || texts.len() > MOST || !texts.iter().all(Value::is_string) {
        return error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "batch size > maximum allowed batch size",
            "Validation",
        );
    }
    let vector = |text: &Value| {
        let text = text.as_str().unwrap_or_default().to_lowercase();
        let words = WORDS
            .iter()
            .map(|(word, _)| if text.contains(word) { 1.0 } else { 0.0 });
        Value::from(words.chain([0.3]).collect::<Vec<f64>>())
    };
    Json(texts.iter().map(vector).collect::<Value>()).into_response()
}
