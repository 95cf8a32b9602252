//! The plugin against the suite that every backend passes, over the simulated Znuny: once with login and password in each
//! request, once in a session.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{thread::sleep, time::Duration};

use otai_conformance::{Body, Desk, Fault, New, Note, Seen, Settle};
use otai_otobo_znuny::OTOBOZnunyTicketSystemService;
use otai_plugin::{
    model::{Catalog, Change, CustomField, FieldKind, Status, Ticket},
    serde_json::{self, Map, Value, json},
};
use otai_sim::{DeskKind, Options, Running};
use tokio::runtime::Runtime;

const PASSWORD: &str = "canary-password-7f3a";
const AGENT: &str = "open_ticket_ai";
/// The queue in which tickets arrive, and the last one, which the suite writes nothing into.
const INBOX: &str = "Incoming";
const LAST: &str = "Büro";
const QUEUES: [&str; 7] = [
    INBOX,
    "IT-Support",
    "IT-Support::Network",
    "Billing",
    "HR & Payroll",
    "Unclassified",
    LAST,
];
const PRIORITIES: [&str; 5] = ["1 very low", "2 low", "3 normal", "4 high", "5 very high"];
/// A multiselect: there a tag is one of its values, so these are those that the suite adds.
const TAGS: &str = "Tags";
const TAG_VALUES: [&str; 2] = ["by-hand", "by-otai"];

struct Znuny {
    sim: Running,
    password: &'static str,
    session: bool,
    _runtime: Runtime,
}

impl Znuny {
    fn start(session: bool) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let options = Options {
            desk: DeskKind::Znuny,
            api_key: PASSWORD.to_owned(),
            ..Options::default()
        };
        let sim = runtime.block_on(otai_sim::start(options)).unwrap();
        let znuny = Self {
            sim,
            password: PASSWORD,
            session,
            _runtime: runtime,
        };
        znuny.post(
            "/fields",
            json!({"name": TAGS, "kind": "multiselect", "values": TAG_VALUES}),
        );
        znuny
    }

    #[track_caller]
    fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.sim.control(method, path, body);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    #[track_caller]
    fn post(&self, path: &str, body: Value) -> Value {
        self.control("POST", path, Some(body))
    }

    #[track_caller]
    fn set(&self, id: &str, set: impl Into<Value>) {
        self.control("PATCH", &format!("/tickets/{id}"), Some(set.into()));
    }

    /// What the agent may do in [`LAST`].
    fn rights(&self, right: &str) {
        self.post("/agents", json!({"login": AGENT, "queues": {LAST: [right]}}));
    }
}

fn field(name: &str, kind: FieldKind, choices: &[&str]) -> CustomField {
    CustomField {
        name: name.into(),
        label: name.into(),
        kind,
        choices: choices.iter().map(|c| (*c).to_owned()).collect(),
    }
}

impl Desk for Znuny {
    type Service = OTOBOZnunyTicketSystemService;

    fn params(&mut self) -> Value {
        let mut params = json!({
            "base_url": format!("{}/znuny/nph-genericinterface.pl", self.sim.base_url()),
            "username": AGENT,
            "password": self.password,
            "webservice_name": "OtaiPlain",
            "inbox": [INBOX],
            "tags_field": TAGS,
        });
        if self.session {
            params["operation_urls"] = json!({"SessionCreate": "session-create"});
        }
        params
    }

    fn secrets(&self) -> Vec<String> {
        vec![PASSWORD.to_owned()]
    }

    fn truth(&mut self) -> Catalog {
        let account = self.control("GET", "/account", None);
        let status = |name: &str| Status {
            name: name.into(),
            ..Status::default()
        };
        Catalog {
            // Those of which the agent knows.
            queues: QUEUES.map(Into::into).into(),
            priorities: PRIORITIES.map(Into::into).into(),
            types: serde_json::from_value(account["types"].clone()).unwrap(),
            statuses: ["new", "open", "closed successful", "merged"].map(status).into(),
            custom_fields: vec![
                field("OtaiLabel", FieldKind::Text, &[]),
                field("OtaiConfidence", FieldKind::Text, &[]),
                field("OtaiSummary", FieldKind::Text, &[]),
                field("OtaiTopic", FieldKind::Choice, &["billing", "network", "hr"]),
                field("OtaiReviewed", FieldKind::Checkbox, &[]),
                field("OtaiReviewedAt", FieldKind::Other, &[]),
            ],
            free_tags: true,
            ..Catalog::default()
        }
    }

    fn page(&self) -> usize {
        50
    }

    fn open(&mut self, ticket: &New) -> Option<String> {
        let (body, kind) = match &ticket.body {
            Body::Html(html) => (html, "text/html; charset=utf-8"),
            Body::Plain(plain) => (plain, "text/plain; charset=utf-8"),
        };
        let made = self.post(
            "/tickets",
            json!({"Title": ticket.subject, "Queue": INBOX, "Body": body, "ContentType": kind}),
        );
        Some(made["ids"][0].to_string())
    }

    fn edit(&mut self, id: &str, change: &Change) {
        let mut set = Map::new();
        for (key, name) in [
            ("Queue", &change.queue),
            ("Priority", &change.priority),
            ("Type", &change.kind),
        ] {
            if let Some(name) = name {
                set.insert(key.into(), name.as_str().into());
            }
        }
        let value = |value: &Value| {
            value
                .as_bool()
                .map_or_else(|| value.clone(), |yes| i64::from(yes).into())
        };
        let mut fields: Map<String, Value> = change
            .custom_fields
            .iter()
            .map(|(name, v)| (name.clone(), value(v)))
            .collect();
        if !change.add_tags.is_empty() {
            let mut tags = self.look(id).unwrap().ticket.tags;
            tags.extend(change.add_tags.clone());
            fields.insert(TAGS.into(), tags.into());
        }
        if !fields.is_empty() {
            set.insert("DynamicField".into(), fields.into());
        }
        self.set(id, set);
    }

    fn settle(&mut self, id: &str, how: Settle) -> bool {
        match how {
            Settle::Closed => self.set(id, json!({"State": "closed successful"})),
            Settle::Deleted => drop(self.control("DELETE", &format!("/tickets/{id}"), None)),
            Settle::Merged => {
                let other = self.post("/tickets", json!({"Title": "The other", "Queue": INBOX}));
                self.post(&format!("/tickets/{id}/merge"), json!({"into": other["ids"][0]}));
            }
        }
        true
    }

    fn look(&mut self, id: &str) -> Option<Seen> {
        let (status, shown) = self.sim.control("GET", &format!("/tickets/{id}"), None);
        (status == 200).then(|| seen(&shown))
    }

    fn writes(&mut self) -> u64 {
        let counts = self.sim.counts();
        let of = |key: &str| counts[key]["total"].as_u64().unwrap();
        of("applied_puts") + of("notes")
    }

    fn fault(&mut self, fault: &Fault) -> bool {
        match fault {
            Fault::WrongCredentials => self.password = "another-password",
            Fault::NoRight { id } => {
                // Rights belong to queues there.
                self.set(id, json!({"Queue": LAST}));
                self.rights("ro");
            }
            // It knows no limits; that of a proxy before it is HTTP's.
            Fault::Limit { .. } => return false,
        }
        true
    }

    fn heal(&mut self) {
        self.password = PASSWORD;
        self.rights("rw");
    }

    /// Long times pass in the helpdesk alone: the plugin measures lengths on its own clock, so what was there is older then and
    /// its windows reach no further.
    fn pass(&mut self, seconds: u64) -> bool {
        match seconds {
            0..=5 => sleep(Duration::from_secs(seconds)),
            _ => drop(self.post("/clock", json!({"advance_seconds": seconds}))),
        }
        true
    }
}

/// From what the helpdesk shows of a ticket: the members of TicketGet, with all articles.
fn seen(shown: &Value) -> Seen {
    let text = |key: &str| shown[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let set = |field: &&Value| !field["Value"].is_null() && field["Value"] != "";
    let fields = shown["DynamicField"].as_array().into_iter().flatten().filter(set);
    let mut custom_fields: std::collections::BTreeMap<String, Value> = fields
        .map(|field| (field["Name"].as_str().unwrap().to_owned(), field["Value"].clone()))
        .collect();
    if let Some(reviewed) = custom_fields.get_mut("OtaiReviewed") {
        *reviewed = (*reviewed == 1).into();
    }
    let tags = custom_fields.remove(TAGS).unwrap_or_else(|| json!([]));
    let articles = shown["Article"].as_array().unwrap();
    let body = |article: &Value| article["Body"].as_str().unwrap_or_default().to_owned();
    let note = |article: &Value| Note {
        text: body(article),
        public: article["IsVisibleForCustomer"] != 0 && article["IsVisibleForCustomer"] != "0",
    };
    let rest = [
        "TicketNumber",
        "Owner",
        "Responsible",
        "Lock",
        "CustomerID",
        "CustomerUserID",
        "StateType",
        "ArchiveFlag",
        "Service",
        "SLA",
    ];
    Seen {
        ticket: Ticket {
            subject: text("Title").unwrap_or_default(),
            body: articles.first().map(body).unwrap_or_default(),
            queue: text("Queue"),
            priority: text("Priority"),
            status: text("State"),
            kind: text("Type"),
            tags: serde_json::from_value(tags).unwrap(),
            custom_fields,
            ..Ticket::default()
        },
        notes: articles.iter().skip(1).map(note).collect(),
        rest: rest.map(|key| (key.to_owned(), shown[key].clone())).into(),
    }
}

fn conforms(session: bool) {
    let report = otai_conformance::run(&mut Znuny::start(session));
    report.assert();
    assert!(report.skipped().is_empty(), "{report}");
}

#[test]
fn znuny_conforms_with_a_password_in_each_request() {
    conforms(false);
}

#[test]
fn znuny_conforms_in_a_session() {
    conforms(true);
}
