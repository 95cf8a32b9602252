//! A New Desk in memory: as much of it as the plugin speaks to, and the hands behind it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeMap,
    marker::PhantomData,
    sync::{Arc, Mutex, MutexGuard},
};

use otai_conformance::{Body, Desk, Fault, New, Note, Seen, Server, Settle, field, members, statuses};
use otai_plugin::{
    Request, Response, TicketSystemService,
    model::{Catalog, Change, FieldKind, Ticket},
    now,
    serde_json::{self, Map, Value, json},
    time,
};

const TOKEN: &str = "canary-token-91c2";
const QUEUES: [(u64, &str); 3] = [(11, "Inbox"), (12, "Billing"), (13, "Technik")];
const PRIORITIES: [&str; 3] = ["low", "normal", "high"];
const TYPES: [&str; 2] = ["Question", "Incident"];
const STATUSES: [&str; 4] = ["open", "waiting", "closed", "merged"];
const AREAS: [&str; 2] = ["north", "south"];

/// What the helpdesk knows.
#[derive(Default)]
struct World {
    tickets: BTreeMap<u64, Value>,
    last: u64,
    /// Ticket, text, visible to the customer.
    notes: Vec<(u64, String, bool)>,
    writes: u64,
    /// Seconds that its clock is ahead of ours.
    ahead: i64,
    no_right: Option<String>,
    limit: Option<u64>,
}

/// The helpdesk, its server and the plugin that is tried on it.
pub(crate) struct Simulated<S> {
    world: Arc<Mutex<World>>,
    server: Server,
    token: &'static str,
    extra: Map<String, Value>,
    plugin: PhantomData<S>,
}

impl<S> Simulated<S> {
    /// An empty one.
    pub(crate) fn start() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        let behind = Arc::clone(&world);
        let server = Server::start(move |request| behind.lock().unwrap().answer(&request)).unwrap();
        Self {
            world,
            server,
            token: TOKEN,
            extra: Map::new(),
            plugin: PhantomData,
        }
    }

    /// One more parameter for the plugin.
    #[allow(dead_code, reason = "not every plugin has one")]
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.extra.insert(name.to_owned(), value);
        self
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

fn reply(status: u16, body: &Value) -> Response {
    Response::of(status, &[("content-type", "application/json")], &body.to_string())
}

impl World {
    fn now(&self) -> i64 {
        now() + self.ahead
    }

    /// What the server says to a request.
    fn answer(&mut self, request: &Request) -> Response {
        let mut answer = self.handle(request);
        answer
            .headers
            .extend(time::to_http_date(self.now()).map(|date| ("date".to_owned(), date)));
        answer
    }

    fn handle(&mut self, request: &Request) -> Response {
        let bearer = format!("Bearer {TOKEN}");
        if !request
            .headers
            .iter()
            .any(|(name, value)| name == "authorization" && *value == bearer)
        {
            return reply(401, &json!({"error": "who are you?"}));
        }
        if let Some(seconds) = self.limit {
            let mut answer = reply(429, &json!({}));
            answer.headers.push(("retry-after".into(), seconds.to_string()));
            return answer;
        }
        let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["api", "me"]) => reply(200, &json!({"name": "Triage Bot"})),
            ("GET", ["api", "form"]) => reply(200, &form()),
            ("GET", ["api", "tickets"]) => self.list(query),
            (method, ["api", "tickets", id, rest @ ..]) => {
                let id: u64 = id.parse().unwrap();
                match (method, rest, self.tickets.contains_key(&id)) {
                    (_, _, false) => reply(404, &json!({})),
                    ("GET", [], true) => reply(200, &self.tickets[&id]),
                    ("PUT", [], true) if self.no_right == Some(id.to_string()) => reply(403, &json!({})),
                    ("PUT", [], true) => self.put(id, &body),
                    ("GET", ["notes"], true) => {
                        let notes = self.notes.iter().filter(|(of, ..)| *of == id);
                        reply(200, &notes.map(|(_, text, _)| json!({ "text": text })).collect())
                    }
                    ("POST", ["notes"], true) => {
                        self.writes += 1;
                        let text = body["text"].as_str().unwrap_or_default().to_owned();
                        self.notes.push((id, text, body["internal"] != true));
                        reply(201, &json!({}))
                    }
                    _ => reply(405, &json!({})),
                }
            }
            _ => reply(404, &json!({})),
        }
    }

    fn list(&self, query: &str) -> Response {
        let of = |name: &str| {
            query
                .split('&')
                .find_map(|p| p.strip_prefix(name)?.strip_prefix('='))
                .unwrap()
        };
        let since = time::second(of("changed_since")).unwrap();
        let (per_page, page): (usize, usize) = (of("per_page").parse().unwrap(), of("page").parse().unwrap());
        let at = |t: &Value| time::second(t["updated_at"].as_str().unwrap()).unwrap();
        let mut rows: Vec<&Value> = self.tickets.values().filter(|t| at(t) >= since).collect();
        rows.sort_by_key(|t| (at(t), t["id"].as_u64()));
        reply(
            200,
            &rows
                .into_iter()
                .skip((page - 1) * per_page)
                .take(per_page)
                .cloned()
                .collect(),
        )
    }

    /// Sets the keys that are given, all or none.
    fn put(&mut self, id: u64, set: &Value) -> Response {
        let queue = set.get("queue_id");
        if queue.is_some_and(|q| !QUEUES.iter().any(|(id, _)| q == id)) {
            return reply(422, &json!({"error": "no such queue"}));
        }
        self.writes += 1;
        self.set(id, set);
        reply(200, &self.tickets[&id])
    }

    fn set(&mut self, id: u64, set: &Value) {
        let now = time::instant(self.now());
        let ticket = self.tickets.get_mut(&id).unwrap();
        for (key, value) in set.as_object().unwrap() {
            match value.as_object().filter(|_| key == "fields") {
                Some(fields) => fields.iter().for_each(|(k, v)| ticket["fields"][k] = v.clone()),
                None => ticket[key] = value.clone(),
            }
        }
        ticket["updated_at"] = now.into();
    }
}

fn form() -> Value {
    json!({
        "queues": QUEUES.map(|(id, name)| json!({"id": id, "name": name})),
        "priorities": PRIORITIES,
        "types": TYPES,
        "fields": [{"name": "area", "label": "Area", "choices": AREAS}, {"name": "order", "label": "Order", "choices": []}],
    })
}

impl<S: TicketSystemService> Desk for Simulated<S> {
    type Service = S;

    fn params(&mut self) -> Value {
        let mut params = self.extra.clone();
        params.insert("url".into(), self.server.url().into());
        params.insert("token".into(), self.token.into());
        params.into()
    }

    fn secrets(&self) -> Vec<String> {
        vec![TOKEN.to_owned()]
    }

    fn truth(&mut self) -> Catalog {
        Catalog {
            queues: QUEUES.map(|(_, name)| name.into()).into(),
            priorities: PRIORITIES.map(Into::into).into(),
            types: TYPES.map(Into::into).into(),
            statuses: statuses(STATUSES),
            custom_fields: vec![
                field("area", "Area", FieldKind::Choice, &AREAS),
                field("order", "Order", FieldKind::Text, &[]),
            ],
            free_tags: true,
            ..Catalog::default()
        }
    }

    fn page(&self) -> usize {
        50
    }

    fn open(&mut self, ticket: &New) -> Option<String> {
        let mut world = self.world();
        world.last += 1;
        let id = world.last;
        let (message, html) = match &ticket.body {
            Body::Plain(text) => (text, false),
            Body::Html(text) => (text, true),
        };
        let at = time::instant(world.now());
        let row = json!({
            "id": id, "subject": ticket.subject, "message": message, "html": html, "queue_id": 11, "priority": null, "type": null,
            "status": "open", "tags": [], "fields": {}, "from": "mara@customer.example", "owner": "Ida", "created_at": at,
            "updated_at": at,
        });
        world.tickets.insert(id, row);
        Some(id.to_string())
    }

    fn edit(&mut self, id: &str, change: &Change) {
        let mut set = json!({ "fields": change.custom_fields });
        if let Some(queue) = &change.queue {
            set["queue_id"] = QUEUES.iter().find(|(_, name)| name == queue).unwrap().0.into();
        }
        for (key, value) in [("priority", &change.priority), ("type", &change.kind)] {
            if let Some(value) = value {
                set[key] = value.as_str().into();
            }
        }
        if !change.add_tags.is_empty() {
            let there = self.look(id).unwrap().ticket.tags;
            set["tags"] = json!([there, change.add_tags.clone()].concat());
        }
        self.world().set(id.parse().unwrap(), &set);
    }

    fn settle(&mut self, id: &str, how: Settle) -> bool {
        let id: u64 = id.parse().unwrap();
        match how {
            Settle::Closed => self.world().set(id, &json!({"status": "closed"})),
            Settle::Merged => self.world().set(id, &json!({"status": "merged"})),
            Settle::Deleted => drop(self.world().tickets.remove(&id)),
        }
        true
    }

    fn look(&mut self, id: &str) -> Option<Seen> {
        let world = self.world();
        let number: u64 = id.parse().unwrap();
        let row = world.tickets.get(&number)?;
        let text = |key: &str| row[key].as_str().map(str::to_owned);
        let notes = world.notes.iter().filter(|(of, ..)| *of == number);
        Some(Seen {
            ticket: Ticket {
                id: id.to_owned(),
                subject: text("subject").unwrap(),
                body: text("message").unwrap(),
                queue: QUEUES
                    .iter()
                    .find(|(id, _)| row["queue_id"] == *id)
                    .map(|(_, name)| (*name).into()),
                priority: text("priority"),
                status: text("status"),
                kind: text("type"),
                tags: serde_json::from_value(row["tags"].clone()).unwrap(),
                custom_fields: serde_json::from_value(row["fields"].clone()).unwrap(),
                ..Ticket::default()
            },
            notes: notes
                .map(|(_, text, public)| Note {
                    text: text.clone(),
                    public: *public,
                })
                .collect(),
            rest: members(row, ["owner", "from", "html", "created_at"]),
        })
    }

    fn writes(&mut self) -> u64 {
        self.world().writes
    }

    fn fault(&mut self, fault: &Fault) -> bool {
        match fault {
            Fault::WrongCredentials => self.token = "wrong-token",
            Fault::NoRight { id } => self.world().no_right = Some(id.clone()),
            Fault::Limit { seconds } => self.world().limit = Some(*seconds),
        }
        true
    }

    fn heal(&mut self) {
        self.token = TOKEN;
        let mut world = self.world();
        world.no_right = None;
        world.limit = None;
    }

    fn pass(&mut self, seconds: u64) -> bool {
        self.world().ahead += i64::try_from(seconds).unwrap();
        true
    }
}
