//! The plugin against the suite that every backend passes, over the simulated Freshdesk.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use otai_conformance::{Body, Desk, Fault, New, Note, Seen, Settle, field, members, statuses};
use otai_freshdesk::FreshdeskTicketsystemService;
use otai_plugin::{
    model::{Catalog, Change, FieldKind, Ticket},
    serde_json::{self, Map, Value, json},
    text,
};
use otai_sim::{Background, Options};

const KEY: &str = "canary-key-7f3a";
const PRIORITIES: [&str; 4] = ["Low", "Medium", "High", "Urgent"];
const STATUSES: [(u64, &str); 7] = [
    (2, "Open"),
    (3, "Pending"),
    (4, "Resolved"),
    (5, "Closed"),
    (6, "Waiting on Customer"),
    (7, "Waiting on Third Party"),
    (8, "In Klärung"),
];
/// Level 2 and 3 of `cf_category`.
const BELOW: [&str; 2] = ["cf_subcategory", "cf_item"];

struct Freshdesk {
    sim: Background,
    key: &'static str,
}

impl Freshdesk {
    fn start() -> Self {
        let options = Options {
            api_key: KEY.to_owned(),
            ..Options::default()
        };
        let sim = Background::start(options).unwrap();
        Self { sim, key: KEY }
    }

    fn add_fault(&self, fault: Value) {
        self.sim.tell("POST", "/faults", Some(fault));
    }
}

impl Desk for Freshdesk {
    type Service = FreshdeskTicketsystemService;

    fn params(&mut self) -> Value {
        json!({"domain": "acme", "api_key": self.key, "base_url": self.sim.base_url()})
    }

    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned()]
    }

    fn truth(&mut self) -> Catalog {
        let account = self.sim.tell("GET", "/account", None);
        let category = [
            "Billing",
            "Billing > Invoice",
            "Billing > Invoice > Duplicate",
            "Billing > Invoice > Wrong amount",
            "Billing > Refund",
            "Technical",
            "Technical > Login",
            "Technical > Login > Password reset",
            "Technical > Login > MFA",
        ];
        let lanes = ["First line", "Second line"];
        Catalog {
            queues: self.sim.named("groups").into_iter().map(|(_, name)| name).collect(),
            priorities: PRIORITIES.map(Into::into).into(),
            types: serde_json::from_value(account["types"].clone()).unwrap(),
            statuses: statuses(STATUSES.map(|(_, name)| name)),
            custom_fields: vec![
                field("cf_category", "Category", FieldKind::Choice, &category),
                field("cf_team_lane", "Team lane", FieldKind::Choice, &lanes),
                field("cf_order_no", "Order no", FieldKind::Text, &[]),
                field("cf_vip", "VIP", FieldKind::Checkbox, &[]),
                field("cf_ai_triaged", "AI triaged", FieldKind::Checkbox, &[]),
                field("cf_score", "Score", FieldKind::Decimal, &[]),
                field("cf_seats", "Seats", FieldKind::Integer, &[]),
                field("cf_purchased_on", "Purchased on", FieldKind::Date, &[]),
                field("cf_history", "History", FieldKind::Text, &[]),
            ],
            free_tags: true,
            ..Catalog::default()
        }
    }

    fn open(&mut self, ticket: &New) -> Option<String> {
        let mut body = json!({"subject": ticket.subject, "status": 2, "email": "mara@customer.example"});
        match &ticket.body {
            Body::Html(html) => body["description"] = html.as_str().into(),
            Body::Plain(plain) => {
                body["description"] = format!("<div>{}</div>", text::to_html(plain)).into();
                body["description_text"] = plain.as_str().into();
            }
        }
        let made = self.sim.tell("POST", "/tickets", Some(body));
        Some(made["ids"][0].to_string())
    }

    fn edit(&mut self, id: &str, change: &Change) {
        let mut set = Map::new();
        if let Some(queue) = &change.queue {
            let groups = self.sim.named("groups");
            let group = groups.iter().find(|(_, name)| name == queue).unwrap();
            set.insert("group_id".into(), group.0.into());
        }
        if let Some(priority) = &change.priority {
            let place = PRIORITIES.iter().position(|p| p == priority).unwrap();
            set.insert("priority".into(), (place + 1).into());
        }
        if let Some(kind) = &change.kind {
            set.insert("type".into(), kind.as_str().into());
        }
        if !change.add_tags.is_empty() {
            let mut tags = self.look(id).unwrap().ticket.tags;
            tags.extend(change.add_tags.clone());
            set.insert("tags".into(), tags.into());
        }
        let mut custom = Map::new();
        for (name, value) in &change.custom_fields {
            match value.as_str().filter(|_| name == "cf_category") {
                Some(path) => {
                    let mut levels = path.split(" > ");
                    for key in ["cf_category", BELOW[0], BELOW[1]] {
                        custom.insert(key.into(), levels.next().map_or(Value::Null, Value::from));
                    }
                }
                None => drop(custom.insert(name.clone(), value.clone())),
            }
        }
        if !custom.is_empty() {
            set.insert("custom_fields".into(), custom.into());
        }
        self.sim.tell("PATCH", &format!("/tickets/{id}"), Some(set.into()));
    }

    fn settle(&mut self, id: &str, how: Settle) -> bool {
        let set = match how {
            Settle::Closed => json!({"status": 5}),
            Settle::Deleted => json!({"deleted": true}),
            Settle::Merged => {
                let body = Body::Plain(String::new());
                let primary = self
                    .open(&New {
                        subject: "The other".into(),
                        body,
                    })
                    .unwrap();
                // In Freshdesk only the API merges.
                let numbers = [primary, id.to_owned()].map(|id| id.parse::<u64>().unwrap());
                let body = json!({"primary_id": numbers[0], "ticket_ids": [numbers[1]]});
                // `canary-key-7f3a:X`
                let key = "Basic Y2FuYXJ5LWtleS03ZjNhOlg=";
                assert_eq!(self.sim.request("PUT", "/api/v2/tickets/merge", key, &body), 204);
                return true;
            }
        };
        self.sim.tell("PATCH", &format!("/tickets/{id}"), Some(set));
        true
    }

    fn look(&mut self, id: &str) -> Option<Seen> {
        let (status, shown) = self.sim.control("GET", &format!("/tickets/{id}"), None);
        if status != 200 || shown["deleted"] == true {
            return None;
        }
        let text = |key: &str| shown[key].as_str().map(str::to_owned);
        let group = shown["group_id"].as_u64();
        let groups = self.sim.named("groups");
        let mut custom: BTreeMap<String, Value> = serde_json::from_value(shown["custom_fields"].clone()).unwrap();
        let below = BELOW.map(|key| custom.remove(key).filter(|v| !v.is_null()));
        if let Some(Value::String(path)) = custom.get_mut("cf_category") {
            for level in below.iter().flatten() {
                *path += " > ";
                *path += level.as_str().unwrap();
            }
        }
        custom.retain(|_, value| !value.is_null());
        let ticket = Ticket {
            id: id.to_owned(),
            subject: text("subject").unwrap_or_default(),
            body: text("description_text").unwrap_or_default(),
            queue: groups
                .into_iter()
                .find(|(id, _)| Some(*id) == group)
                .map(|(_, name)| name),
            priority: shown["priority"]
                .as_u64()
                .map(|n| PRIORITIES[n as usize - 1].to_owned()),
            status: STATUSES
                .iter()
                .find(|(n, _)| shown["status"] == *n)
                .map(|(_, name)| (*name).to_owned()),
            kind: text("type"),
            tags: serde_json::from_value(shown["tags"].clone()).unwrap(),
            custom_fields: custom,
            ..Ticket::default()
        };
        let notes = shown["conversations"].as_array().unwrap().iter();
        let notes = notes.map(|n| Note {
            text: n["body"].as_str().unwrap_or_default().to_owned(),
            public: n["private"] != true || n["to_emails"].as_array().is_some_and(|to| !to.is_empty()),
        });
        let rest = [
            "requester_id",
            "responder_id",
            "source",
            "due_by",
            "fr_due_by",
            "spam",
            "cc_emails",
            "company_id",
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
            Fault::WrongCredentials => self.key = "another-key",
            Fault::NoRight { id } => self.add_fault(json!({
                "match": {"method": "PUT", "path": format!("/api/v2/tickets/{id}")},
                "kind": "status", "status": 403, "code": "access_denied",
            })),
            Fault::Limit { seconds } => {
                self.add_fault(json!({"kind": "status", "status": 429, "retry_after": seconds}));
            }
        }
        true
    }

    fn heal(&mut self) {
        self.key = KEY;
        self.sim.clear_faults();
    }
}

#[test]
fn freshdesk_conforms() {
    let report = otai_conformance::run(&mut Freshdesk::start());
    report.assert();
    assert!(report.skipped().is_empty(), "{report}");
}
