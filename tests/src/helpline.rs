//! Helpline, the helpdesk of the SDK's guide: its API, and nothing that knows otai.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Json, Router,
    body::{Bytes, to_bytes},
    extract::Request,
    http::StatusCode,
};
use serde_json::{Value, json};

use crate::desk::runtime;

/// The token that it accepts.
pub const HELPLINE_TOKEN: &str = "canary-helpline-77d0";
const GROUPS: [(u64, &str); 3] = [(501, "Billing"), (502, "Hardware"), (503, "Network")];
const PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];

#[derive(Debug, Default)]
struct World {
    tickets: Vec<Value>,
    comments: Vec<(u64, Value)>,
    writes: Vec<(u64, Value)>,
}

/// A running Helpline. Its tickets are made once, before it starts.
#[derive(Debug)]
pub struct Helpline {
    url: String,
    world: Arc<Mutex<World>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Helpline {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Helpline {
    /// With new tickets of these texts, numbered from 1.
    #[must_use]
    pub fn open(texts: &[&str]) -> Self {
        let ticket = |(n, text): (usize, &&str)| {
            json!({
                "id": n + 1, "subject": format!("Case {n}"), "description": text, "group_id": null, "priority": null,
                "type": null, "status": "new", "tags": ["web"], "assignee_id": 9, "created_at": "2026-09-01T10:00:00Z",
                "updated_at": format!("2026-09-01T10:{:02}:{:02}Z", n / 60 % 60, n % 60),
            })
        };
        let tickets = texts.iter().enumerate().map(ticket).collect();
        let world = Arc::new(Mutex::new(World {
            tickets,
            ..World::default()
        }));
        let behind = Arc::clone(&world);
        let app = Router::new().fallback(move |request: Request| {
            let world = Arc::clone(&behind);
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
                let key = parts.headers.get("x-api-token").and_then(|v| v.to_str().ok());
                let (status, answer) = match key == Some(HELPLINE_TOKEN) {
                    true => lock(&world).answer(parts.method.as_str(), &parts.uri, &body),
                    false => (401, json!({ "error": "Couldn't authenticate you" })),
                };
                (StatusCode::from_u16(status).expect("a status"), Json(answer))
            }
        });
        let listener = runtime()
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let task = runtime().spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self { url, world, task }
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A ticket as it is.
    #[must_use]
    pub fn ticket(&self, id: u64) -> Value {
        let world = lock(&self.world);
        world.tickets.iter().find(|t| t["id"] == id).cloned().expect("a ticket")
    }

    /// Comments of a ticket.
    #[must_use]
    pub fn comments(&self, id: u64) -> Vec<Value> {
        let world = lock(&self.world);
        let own = world.comments.iter().filter(|(of, _)| *of == id);
        own.map(|(_, comment)| comment.clone()).collect()
    }

    /// Which ticket was written with what, in order.
    #[must_use]
    pub fn writes(&self) -> Vec<(u64, Value)> {
        lock(&self.world).writes.clone()
    }
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    fn answer(&mut self, method: &str, uri: &axum::http::Uri, body: &Bytes) -> (u16, Value) {
        let missing = (404, json!({ "error": "RecordNotFound" }));
        let Some(path) = uri.path().strip_prefix("/api/v2/") else {
            return missing;
        };
        match (method, path) {
            ("GET", "users/me.json") => return (200, json!({ "user": { "id": 9, "name": "Robin Bot" } })),
            ("GET", "groups.json") => {
                let groups = GROUPS.map(|(id, name)| json!({ "id": id, "name": name }));
                return (200, json!({ "groups": groups, "count": 3 }));
            }
            ("GET", "tickets.json") => return self.list(uri.query().unwrap_or_default()),
            _ => {}
        }
        let parts: Vec<&str> = path.trim_end_matches(".json").split('/').collect();
        let ["tickets", id, rest @ ..] = parts.as_slice() else {
            return missing;
        };
        let place = id
            .parse()
            .ok()
            .and_then(|id: u64| self.tickets.iter().position(|t| t["id"] == id));
        match (method, rest, place) {
            ("GET", [], Some(at)) => (200, json!({ "ticket": self.tickets[at] })),
            ("GET", ["comments"], Some(at)) => {
                let id = self.tickets[at]["id"].as_u64().unwrap_or_default();
                let own = self.comments.iter().filter(|(of, _)| *of == id);
                (200, json!({ "comments": own.map(|(_, c)| c).collect::<Vec<_>>() }))
            }
            ("PUT", [], Some(at)) => self.put(at, &serde_json::from_slice(body).unwrap_or_default()),
            _ => missing,
        }
    }

    fn list(&self, query: &str) -> (u16, Value) {
        let of = |name: &str| query.split('&').find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
        let number = |name| of(name).and_then(|n| n.parse::<usize>().ok());
        let (Some(since), Some(page), Some(per_page)) = (of("updated_since"), number("page"), number("per_page"))
        else {
            return (400, json!({ "error": "InvalidParameter" }));
        };
        // One form of time throughout, so that texts sort as times do.
        let at = |t: &Value| t["updated_at"].as_str().unwrap_or_default().to_owned();
        let mut rows: Vec<&Value> = self.tickets.iter().filter(|t| *at(t) >= *since).collect();
        rows.sort_by_key(|t| at(t));
        let rows: Vec<&Value> = rows.into_iter().skip((page - 1) * per_page).take(per_page).collect();
        (200, json!({ "tickets": rows, "next_page": null }))
    }

    fn put(&mut self, at: usize, body: &Value) -> (u16, Value) {
        let Some(set) = body["ticket"].as_object() else {
            return (
                422,
                json!({ "error": "RecordInvalid", "description": "ticket is missing" }),
            );
        };
        let known = |key: &str, value: &Value| match key {
            "group_id" => GROUPS.iter().any(|(id, _)| value == id),
            "priority" => PRIORITIES.iter().any(|name| value == name),
            "type" | "tags" | "comment" => true,
            _ => false,
        };
        if let Some((key, _)) = set.iter().find(|(key, value)| !known(key, value)) {
            return (
                422,
                json!({ "error": "RecordInvalid", "details": { key: "is invalid" } }),
            );
        }
        let id = self.tickets[at]["id"].as_u64().unwrap_or_default();
        self.writes.push((id, Value::Object(set.clone())));
        for (key, value) in set {
            match key.as_str() {
                "comment" => self.comments.push((id, value.clone())),
                _ => self.tickets[at][key] = value.clone(),
            }
        }
        self.tickets[at]["updated_at"] = "2026-09-02T08:00:00Z".into();
        (200, json!({ "ticket": self.tickets[at] }))
    }
}
