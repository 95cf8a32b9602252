//! The plugin against the suite that every backend passes, over the simulated Zammad.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use otai_conformance::{Body, Desk, Fault, New, Note, Seen, Settle, field, members, statuses};
use otai_plugin::{
    model::{Catalog, Change, FieldKind, Ticket},
    serde_json::{self, Map, Value, json},
};
use otai_sim::{Background, DeskKind, Options};
use otai_zammad::ZammadTicketsystemService;

const TOKEN: &str = "canary-token-7f3a";
/// Where its rights can be taken away. The last group, so that the suite moves nothing there.
const LOCKED: &str = "Board";
const TYPES: [&str; 5] = ["Feature Request", "Incident", "Problem", "Question", "Refund"];
const STATES: [&str; 6] = ["new", "open", "pending reminder", "pending close", "closed", "merged"];
/// The attributes that an administrator has added.
const ADDED: [&str; 6] = ["area", "escalated", "seats", "reference", "category", "topics"];

struct Zammad {
    sim: Background,
    token: &'static str,
    /// Between the levels of a tree, as the plugin gives them.
    level: &'static str,
}

impl Zammad {
    /// With an agent that may list everything.
    fn start() -> Self {
        let zammad = Self::plain(" > ");
        let rights = ["ticket.agent", "admin.group", "admin.object"];
        zammad.switch(json!({"user_permissions": rights, "token_permissions": rights}));
        zammad
    }

    /// With an agent that may not list the attributes of tickets.
    fn plain(level: &'static str) -> Self {
        let options = Options {
            desk: DeskKind::Zammad,
            api_key: TOKEN.to_owned(),
            ..Options::default()
        };
        let zammad = Self {
            sim: Background::start(options).unwrap(),
            token: TOKEN,
            level,
        };
        for name in ["Support::2nd Level", LOCKED] {
            zammad.sim.tell("POST", "/groups", Some(json!({ "name": name })));
        }
        zammad
    }

    fn switch(&self, switches: Value) {
        self.sim.tell("POST", "/account", Some(switches));
    }

    fn set(&self, id: &str, values: impl Into<Value>) {
        self.sim.tell("PATCH", &format!("/tickets/{id}"), Some(values.into()));
    }
}

impl Desk for Zammad {
    type Service = ZammadTicketsystemService;

    fn params(&mut self) -> Value {
        json!({"base_url": self.sim.base_url(), "access_token": self.token})
    }

    fn secrets(&self) -> Vec<String> {
        vec![TOKEN.to_owned()]
    }

    fn truth(&mut self) -> Catalog {
        let category = [
            "Hardware",
            "Hardware::Printer",
            "Hardware::Laptop",
            "Software",
            "Software::Mail",
        ];
        let category = category.map(|path| path.replace("::", self.level));
        Catalog {
            queues: self.sim.named("groups").into_iter().map(|(_, name)| name).collect(),
            priorities: ["1 low", "2 normal", "3 high"].map(Into::into).into(),
            types: TYPES.map(Into::into).into(),
            statuses: statuses(STATES),
            custom_fields: vec![
                field("area", "Area", FieldKind::Choice, &["it", "hr", "fac"]),
                field("escalated", "Escalated", FieldKind::Checkbox, &[]),
                field("seats", "Seats", FieldKind::Integer, &[]),
                field("reference", "Reference", FieldKind::Text, &[]),
                field(
                    "category",
                    "Category",
                    FieldKind::Choice,
                    &category.each_ref().map(String::as_str),
                ),
                field("topics", "Topics", FieldKind::Other, &[]),
            ],
            free_tags: true,
            ..Catalog::default()
        }
    }

    fn open(&mut self, ticket: &New) -> Option<String> {
        let (kind, body) = match &ticket.body {
            Body::Html(html) => ("text/html", html),
            Body::Plain(plain) => ("text/plain", plain),
        };
        let new =
            json!({"title": ticket.subject, "body": body, "content_type": kind, "email": "mara@customer.example"});
        let made = self.sim.tell("POST", "/tickets", Some(new));
        Some(made["ids"][0].to_string())
    }

    fn edit(&mut self, id: &str, change: &Change) {
        let mut set = Map::new();
        let named = [
            ("group", &change.queue),
            ("priority", &change.priority),
            ("type", &change.kind),
        ];
        for (key, value) in named {
            if let Some(value) = value {
                set.insert(key.into(), value.as_str().into());
            }
        }
        if !change.add_tags.is_empty() {
            let mut tags = self.look(id).unwrap().ticket.tags;
            tags.extend(change.add_tags.clone());
            set.insert("tags".into(), tags.into());
        }
        for (name, value) in &change.custom_fields {
            let value = match value.as_str().filter(|_| name == "category") {
                Some(path) => path.replace(self.level, "::").into(),
                None => value.clone(),
            };
            set.insert(name.clone(), value);
        }
        self.set(id, set);
    }

    fn settle(&mut self, id: &str, how: Settle) -> bool {
        match how {
            Settle::Closed => self.set(id, json!({"state": "closed"})),
            Settle::Deleted => drop(self.sim.tell("DELETE", &format!("/tickets/{id}"), None)),
            // In Zammad only the API merges: the articles go to the other ticket, which is named by its number.
            Settle::Merged => {
                let subject = "The other".to_owned();
                let body = Body::Plain(String::new());
                let other = self.open(&New { subject, body }).unwrap();
                let other = self.sim.tell("GET", &format!("/tickets/{other}"), None);
                let path = format!("/api/v1/ticket_merge/{id}/{}", other["number"].as_str().unwrap());
                let token = format!("Token token={TOKEN}");
                assert_eq!(self.sim.request("PUT", &path, &token, &json!({})), 200);
                let merged = self.sim.tell("GET", &format!("/tickets/{id}"), None);
                assert_eq!(merged["state"], "merged");
            }
        }
        true
    }

    fn look(&mut self, id: &str) -> Option<Seen> {
        let (status, shown) = self.sim.control("GET", &format!("/tickets/{id}"), None);
        if status != 200 {
            return None;
        }
        let text = |key: &str| shown[key].as_str().map(str::to_owned);
        let mut custom = members(&shown, ADDED);
        if let Some(Value::String(path)) = custom.get_mut("category") {
            *path = path.replace("::", self.level);
        }
        let mut articles = shown["articles"].as_array().unwrap().iter();
        let first = articles.next().and_then(|a| a["body"].as_str()).unwrap_or_default();
        let ticket = Ticket {
            id: id.to_owned(),
            subject: text("title").unwrap_or_default(),
            body: first.to_owned(),
            queue: text("group"),
            priority: text("priority"),
            status: text("state"),
            kind: text("type"),
            tags: serde_json::from_value(shown["tags"].clone()).unwrap(),
            custom_fields: custom,
            ..Ticket::default()
        };
        let notes = articles.map(|article| Note {
            text: article["body"].as_str().unwrap_or_default().to_owned(),
            public: article["internal"] != true,
        });
        let rest = [
            "owner_id",
            "customer_id",
            "organization_id",
            "number",
            "note",
            "pending_time",
            "close_at",
            "create_article_type_id",
        ];
        Some(Seen {
            ticket,
            notes: notes.collect(),
            rest: members(&shown, rest),
        })
    }

    fn writes(&mut self) -> u64 {
        self.sim.writes()
    }

    fn fault(&mut self, fault: &Fault) -> bool {
        match fault {
            Fault::WrongCredentials => self.token = "another-token",
            Fault::NoRight { id } => {
                self.set(id, json!({"group": LOCKED}));
                self.switch(json!({"group_rights": {LOCKED: ["read"]}}));
            }
            // Zammad has no limit of its own; a proxy before it may have one.
            Fault::Limit { seconds } => {
                let limit = json!({"kind": "status", "status": 429, "retry_after": seconds});
                self.sim.tell("POST", "/faults", Some(limit));
            }
        }
        true
    }

    fn heal(&mut self) {
        self.token = TOKEN;
        self.sim.clear_faults();
        self.switch(json!({"group_rights": {}}));
    }
}

#[test]
fn zammad_conforms() {
    let report = otai_conformance::run(&mut Zammad::start());
    report.assert();
    assert!(report.skipped().is_empty(), "{report}");
}

/// Names of attributes are then known only from the tickets, and values only to Zammad.
#[test]
fn zammad_conforms_for_an_agent_that_may_not_list_the_attributes() {
    let report = otai_conformance::run(&mut Zammad::plain("::"));
    report.assert();
    assert!(report.skipped().is_empty(), "{report}");
}
