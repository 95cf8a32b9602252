//! The simulated Znuny, and the hands behind it.

use std::{thread::sleep, time::Duration};

use otai_conformance::{Desk, Fault, New, Seen, Settle};
use otai_otobo_znuny::OTOBOZnunyTicketSystemService;
use otai_plugin::{
    model::{Catalog, Change},
    serde_json::{self, Value, json},
};
use otai_sim::{Background, DeskKind, Options};

use crate::{AGENT, INBOX, LAST, TAG_VALUES, TAGS, message, seen, truth, wanted};

const PASSWORD: &str = "canary-password-7f3a";

pub(crate) struct Znuny {
    sim: Background,
    password: &'static str,
    session: bool,
}

impl Znuny {
    pub(crate) fn start(session: bool) -> Self {
        let options = Options {
            desk: DeskKind::Znuny,
            api_key: PASSWORD.to_owned(),
            ..Options::default()
        };
        let znuny = Self {
            sim: Background::start(options).unwrap(),
            password: PASSWORD,
            session,
        };
        znuny.post(
            "/fields",
            json!({"name": TAGS, "kind": "multiselect", "values": TAG_VALUES}),
        );
        znuny.post("/types", json!({"name": "Incident"}));
        znuny
    }

    #[track_caller]
    fn post(&self, path: &str, body: Value) -> Value {
        self.sim.tell("POST", path, Some(body))
    }

    #[track_caller]
    fn set(&self, id: &str, set: impl Into<Value>) {
        self.sim.tell("PATCH", &format!("/tickets/{id}"), Some(set.into()));
    }

    /// What the agent may do in [`LAST`].
    fn rights(&self, right: &str) {
        self.post("/agents", json!({"login": AGENT, "queues": {LAST: [right]}}));
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
        let account = self.sim.tell("GET", "/account", None);
        Catalog {
            types: serde_json::from_value(account["types"].clone()).unwrap(),
            free_tags: true,
            ..truth()
        }
    }

    fn page(&self) -> usize {
        50
    }

    fn open(&mut self, ticket: &New) -> Option<String> {
        let (body, kind) = message(&ticket.body);
        let made = self.post(
            "/tickets",
            json!({"Title": ticket.subject, "Queue": INBOX, "Body": body, "ContentType": kind}),
        );
        Some(made["ids"][0].to_string())
    }

    fn edit(&mut self, id: &str, change: &Change) {
        let (mut set, mut fields) = wanted(change);
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
            Settle::Deleted => drop(self.sim.tell("DELETE", &format!("/tickets/{id}"), None)),
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
