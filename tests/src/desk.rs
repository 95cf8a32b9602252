//! A simulated helpdesk in this process, and tickets whose right decision is known.

use std::{
    collections::BTreeMap,
    sync::OnceLock,
    time::{Duration, Instant},
};

use otai_sim::{DeskKind, Entry, Fault, Options, Row};
use serde_json::Value;
use tokio::runtime::Runtime;

/// The key of every simulated desk.
pub const KEY: &str = "canary-key-8f3a1c";

/// One runtime for all desks and engines of a test process.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().expect("a runtime")
    })
}

/// A simulated desk. Stops when dropped.
#[derive(Debug)]
pub struct Desk {
    sim: otai_sim::Running,
    kind: DeskKind,
}

impl Desk {
    /// A desk whose tickets are all open.
    #[must_use]
    pub fn open(rows: Vec<Row>) -> Self {
        Self::start(Options {
            tickets: rows,
            history: 0.0,
            ..Options::default()
        })
    }

    /// A desk with the key that every [`crate::Place`] has in its environment.
    #[must_use]
    pub fn start(options: Options) -> Self {
        let options = Options {
            api_key: KEY.to_owned(),
            ..options
        };
        Self {
            kind: options.desk,
            sim: runtime()
                .block_on(otai_sim::start(options))
                .expect("the simulator starts"),
        }
    }

    /// What `use:` and `params:` say of it in a config, each line indented by four.
    #[must_use]
    pub fn system(&self) -> String {
        let (service, params) = match self.kind {
            DeskKind::Freshdesk => (
                "otai_freshdesk:FreshdeskTicketsystemService",
                "domain: yourcompany, api_key: \"${FRESHDESK_API_KEY}\", base_url: \"BASE\"",
            ),
            DeskKind::Zammad => (
                "otai_zammad:ZammadTicketsystemService",
                "base_url: \"BASE\", access_token: \"${FRESHDESK_API_KEY}\"",
            ),
            DeskKind::Znuny => (
                "otai_otobo_znuny:OTOBOZnunyTicketSystemService",
                "base_url: \"BASE/znuny/nph-genericinterface.pl\", password: \"${FRESHDESK_API_KEY}\"",
            ),
        };
        let params = params.replace("BASE", &self.base_url());
        format!("    use: {service}\n    params: {{ {params} }}")
    }

    /// What became of every open row, in words that mean the same for every helpdesk.
    #[must_use]
    pub fn decisions(&self) -> Vec<Value> {
        let all = self.control("GET", "/decisions", Value::Null);
        all.as_array().cloned().unwrap_or_default()
    }

    /// Where it listens.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.sim.base_url()
    }

    /// A call of the control interface that must work.
    #[track_caller]
    pub fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let body = Some(body).filter(|b| !b.is_null());
        let (status, answer) = self.sim.control(method, path, body);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    /// Makes tickets; gives their ids.
    pub fn create(&self, tickets: Value) -> Vec<u64> {
        let made = self.control("POST", "/tickets", tickets);
        made["ids"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect()
    }

    /// A ticket as it is, with its revisions.
    #[must_use]
    pub fn ticket(&self, id: u64) -> Value {
        self.control("GET", &format!("/tickets/{id}"), Value::Null)
    }

    /// Switches faults on, written as the control interface takes them.
    pub fn faults(&self, faults: Value) {
        let faults: Vec<Fault> = serde_json::from_value(faults).expect("faults");
        self.sim.add_faults(faults);
    }

    /// Switches all faults off.
    pub fn heal(&self) {
        self.sim.clear_faults();
    }

    /// How often the faults struck.
    #[must_use]
    pub fn struck(&self) -> u64 {
        self.sim.faults().iter().map(|fault| fault.struck).sum()
    }

    /// All requests, or those of one method.
    #[must_use]
    pub fn journal(&self, method: Option<&str>) -> Vec<Entry> {
        self.sim.journal(0, method)
    }

    /// Forgets all requests.
    pub fn forget(&self) {
        self.sim.clear_journal();
    }

    /// Requests that change something.
    #[must_use]
    pub fn writes(&self) -> Vec<Entry> {
        self.journal(None)
            .into_iter()
            .filter(|entry| entry.method != "GET")
            .collect()
    }

    /// Writes of each ticket that reached the desk, and those that took effect.
    #[must_use]
    pub fn puts(&self) -> (BTreeMap<u64, u64>, BTreeMap<u64, u64>) {
        let counts = self.sim.counts();
        let read = |key: &str| {
            let per_ticket = counts[key]["per_ticket"].as_object().cloned().unwrap_or_default();
            per_ticket
                .iter()
                .filter_map(|(id, n)| Some((id.parse().ok()?, n.as_u64()?)))
                .collect()
        };
        (read("puts"), read("applied_puts"))
    }

    /// How well the open rows were classified.
    #[must_use]
    pub fn score(&self) -> Value {
        self.sim.score()
    }

    /// The id of a group.
    #[must_use]
    pub fn group(&self, name: &str) -> u64 {
        let account = self.control("GET", "/account", Value::Null);
        let groups = account["groups"].as_array().cloned().unwrap_or_default();
        groups
            .iter()
            .find(|g| g["name"] == name)
            .and_then(|g| g["id"].as_u64())
            .unwrap_or_else(|| panic!("no group {name}"))
    }

    /// Waits until `ready` holds of this desk.
    #[track_caller]
    pub fn wait_until(&self, what: &str, seconds: u64, mut ready: impl FnMut(&Self) -> bool) {
        let end = Instant::now() + Duration::from_secs(seconds);
        while !ready(self) {
            assert!(Instant::now() < end, "{what}: not within {seconds} s");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What has to become of a ticket made by [`row`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// Name of the group.
    pub queue: &'static str,
    /// Freshdesk's number; Low is 1 and nothing is written for it.
    pub priority: u64,
    /// Type.
    pub kind: &'static str,
}

const QUEUES: [(&str, &str); 3] = [("invoice", "Billing"), ("printer", "Hardware"), ("vpn", "Network")];
const KINDS: [(&str, &str); 2] = [("broken", "Incident"), ("please", "Question")];
const PRIORITIES: [(&str, &str, u64); 3] = [
    ("sometime", "low", 1),
    ("soon", "high", 3),
    ("immediately", "urgent", 4),
];

/// What the words of [`row`] `n` mean.
#[must_use]
pub fn want(n: usize) -> Want {
    Want {
        queue: QUEUES[n % 3].1,
        priority: PRIORITIES[n / 2 % 3].2,
        kind: KINDS[n % 2].1,
    }
}

/// A ticket of which the words say everything. Every third has a tag. No two have the same words, since a learner leaves
/// repetitions out and does not see numbers.
#[must_use]
pub fn row(n: usize) -> Row {
    const NAMES: [&str; 16] = [
        "anna", "boris", "carla", "dennis", "elena", "fabian", "greta", "hugo", "ines", "jonas", "klara", "lukas",
        "mona", "nils", "olga", "peter",
    ];
    let (queue, kind, priority) = (QUEUES[n % 3], KINDS[n % 2], PRIORITIES[n / 2 % 3]);
    let tag = if n.is_multiple_of(3) { " refund" } else { "" };
    let (first, second, third) = (NAMES[n % 16], NAMES[n / 16 % 16], NAMES[n / 256 % 16]);
    Row {
        subject: format!("About the {} of case {n}", queue.0),
        body: format!(
            "Hello, my {} is {}, I need it {}{tag}. Regards, {first} from the team of {second} and {third}",
            queue.0, kind.0, priority.0
        ),
        kind: kind.1.to_owned(),
        queue: queue.1.to_owned(),
        priority: priority.1.to_owned(),
        language: "en".to_owned(),
        tags: tag.split_whitespace().map(str::to_owned).collect(),
    }
}

/// So many of them.
#[must_use]
pub fn rows(n: usize) -> Vec<Row> {
    (0..n).map(row).collect()
}
