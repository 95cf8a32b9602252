//! A Znuny, real or simulated: the same logins, queues, fields and web services, so that the same test runs against both.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use otai_sim::{DeskKind, Options};
use serde_json::{Map, Value, json};

use crate::{
    Config, Place, Running, built,
    desk::runtime,
    wire::{self, Counter},
};

/// The queue that belongs to these tests: nothing else lies there.
pub const INBOX: &str = "Büro";
/// May do everything, also in the queue that otai must not see.
const ALICE: &str = "alice.agent";
const CUSTOMER: &str = "carla.customer";
const PASSWORD: &str = "canary-password-5d1e";
const PROGRAM: &str = "/znuny/nph-genericinterface.pl";

/// What the words of the tests' tickets mean.
const WORDS: &str = "      words:
        queue: { invoice: Billing, printer: IT-Support, vpn: \"IT-Support::Network\", moon: Nowhere, vault: Restricted }
        priority: { soon: 4 high, immediately: 5 very high }
        custom_fields.OtaiTopic: { invoice: billing, printer: hr, vpn: network }
";

const FIELDS: &str = "    fields:
      queue: { classifier: keyword }
      priority: { classifier: keyword }
      custom_fields.OtaiTopic: { classifier: keyword }
";

/// A Znuny, with a counter before it.
#[derive(Debug)]
pub struct Znuny {
    /// Every request of otai passes here.
    pub counter: Counter,
    address: SocketAddr,
    password: String,
    admin: String,
    _sim: Option<otai_sim::Running>,
    /// One test at a time uses the real one.
    _turn: Option<MutexGuard<'static, ()>>,
}

impl Znuny {
    /// A simulated one.
    #[must_use]
    pub fn simulated() -> Self {
        let options = Options {
            desk: DeskKind::Znuny,
            api_key: PASSWORD.to_owned(),
            history: 0.0,
            ..Options::default()
        };
        let sim = runtime()
            .block_on(otai_sim::start(options))
            .expect("the simulator starts");
        let address = sim.base_url();
        Self::at(&address, [PASSWORD.to_owned(), PASSWORD.to_owned()], Some(sim), None)
    }

    /// The real one, if `OTAI_REAL_ZNUNY=1`: that of the environment (`ZNUNY_BASE_URL`, `ZNUNY_PASSWORD`), or one that the shared
    /// tool brings up. Otherwise it says why there is none.
    #[must_use]
    pub fn real() -> Option<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        static FOUND: OnceLock<Option<(String, [String; 2])>> = OnceLock::new();
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let (url, passwords) = FOUND.get_or_init(real_server).clone()?;
        let znuny = Self::at(&url, passwords, None, Some(turn));
        znuny.sweep();
        Some(znuny)
    }

    fn at(
        url: &str,
        [password, admin]: [String; 2],
        sim: Option<otai_sim::Running>,
        turn: Option<MutexGuard<'static, ()>>,
    ) -> Self {
        let authority = url.split("://").nth(1).and_then(|rest| rest.split('/').next());
        let address: SocketAddr = authority.and_then(|a| a.parse().ok()).expect("an address with a port");
        Self {
            counter: Counter::before(address),
            address,
            password,
            admin,
            _sim: sim,
            _turn: turn,
        }
    }

    /// A call past the counter, as an agent or with other credentials in the body.
    #[track_caller]
    pub fn call(&self, route: &str, body: Value) -> Value {
        let mut all = json!({ "UserLogin": ALICE, "Password": self.password });
        if body.get("CustomerUserLogin").is_some() {
            all.as_object_mut().expect("an object").remove("UserLogin");
        }
        let fields = all.as_object_mut().expect("an object");
        fields.extend(body.as_object().cloned().unwrap_or_default());
        let path = format!("{PROGRAM}/Webservice/OtaiPlain/{route}");
        let (status, text) = wire::exchange(self.address, "POST", &path, &all);
        let answer: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{route}: {status} {text} ({e})"));
        assert!(
            status == 200 && answer.get("Error").is_none(),
            "{route}: {status} {answer}"
        );
        answer
    }

    /// Makes a ticket of a customer in [`INBOX`].
    #[track_caller]
    pub fn create(&self, title: &str, body: &str, content_type: &str) -> u64 {
        let made = self.call(
            "ticket-create",
            json!({
                "Ticket": {
                    "Title": format!("znuny-plugin {title}"), "Queue": INBOX, "State": "new", "Priority": "3 normal",
                    "Type": "Unclassified", "CustomerUser": CUSTOMER,
                },
                "Article": {
                    "Subject": title, "Body": body, "ContentType": content_type, "SenderType": "customer",
                    "CommunicationChannel": "Email", "IsVisibleForCustomer": 1,
                    "From": "Carla Customer <carla.customer@acme.example.test>",
                },
            }),
        );
        number(&made["TicketID"]).unwrap_or_else(|| panic!("no id: {made}"))
    }

    /// The same with plain text.
    #[track_caller]
    pub fn say(&self, body: &str) -> u64 {
        self.create("A question", body, "text/plain; charset=utf-8")
    }

    /// A ticket as it is, with all articles.
    #[track_caller]
    pub fn ticket(&self, id: u64) -> Value {
        self.call(
            "ticket-get",
            json!({ "TicketID": id, "AllArticles": 1, "DynamicFields": 1 }),
        )["Ticket"][0]
            .clone()
    }

    /// Texts of those articles of these tickets that the customer sees.
    #[track_caller]
    pub fn seen_by_the_customer(&self, ids: &[u64]) -> Vec<String> {
        let answer = self.call(
            "ticket-get",
            json!({ "CustomerUserLogin": CUSTOMER, "TicketID": ids, "AllArticles": 1 }),
        );
        let tickets = answer["Ticket"].as_array().cloned().unwrap_or_default();
        assert_eq!(tickets.len(), ids.len(), "a customer sees his own tickets");
        let articles = tickets
            .iter()
            .flat_map(|t| t["Article"].as_array().cloned().unwrap_or_default());
        articles
            .map(|a| a["Body"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// How often each kind of entry stands in the history of these tickets.
    #[track_caller]
    pub fn history(&self, ids: &[u64]) -> BTreeMap<u64, BTreeMap<String, usize>> {
        let answer = self.call("ticket-history", json!({ "TicketID": ids }));
        let mut all = BTreeMap::new();
        for ticket in answer["TicketHistory"].as_array().into_iter().flatten() {
            let kinds: &mut BTreeMap<String, usize> =
                all.entry(number(&ticket["TicketID"]).unwrap_or_default()).or_default();
            for entry in ticket["History"].as_array().into_iter().flatten() {
                *kinds
                    .entry(entry["HistoryType"].as_str().unwrap_or_default().to_owned())
                    .or_default() += 1;
            }
        }
        all
    }

    /// Closes what an earlier test left in [`INBOX`].
    fn sweep(&self) {
        let open = self.call(
            "ticket-search",
            json!({ "Queues": [INBOX], "StateType": ["new", "open"], "Limit": 10000 }),
        );
        for id in open["TicketID"].as_array().into_iter().flatten() {
            self.call(
                "ticket-update",
                json!({ "TicketID": id, "Ticket": { "State": "closed successful" } }),
            );
        }
    }

    /// Ends a session.
    pub fn end_session(&self, session: &str) {
        let admin = json!({ "UserLogin": "root@localhost", "Password": self.admin, "SessionID": session });
        self.call("session-remove", admin);
    }

    /// A folder with a config for this Znuny. `params` replace those of the ticket system; `pipeline` are further lines.
    #[must_use]
    pub fn place(&self, params: Value, pipeline: &str) -> Place {
        let mut all: Map<String, Value> = json!({
            "base_url": format!("http://{}{PROGRAM}", self.counter.address()),
            "username": "open_ticket_ai",
            "password": "${ZNUNY_PASSWORD}",
            "webservice_name": "OtaiPlain",
            "operation_urls": { "SessionCreate": "session-create" },
            "queues": [INBOX],
            "inbox": [INBOX],
        })
        .as_object()
        .cloned()
        .unwrap_or_default();
        all.extend(params.as_object().cloned().unwrap_or_default());
        all.retain(|_, value| !value.is_null());
        let params: String = all
            .iter()
            .map(|(key, value)| format!("      {key}: {value}\n"))
            .collect();
        let system = format!("    use: otai_otobo_znuny:OTOBOZnunyTicketSystemService\n    params:\n{params}");
        let keyword = format!("    use: otai_test_keyword:KeywordClassificationService\n    params:\n{WORDS}");
        let config = Config::default()
            .any_system("znuny", &system)
            .classifier("keyword", &keyword)
            .pipeline("triage", &format!("    ticket_system: znuny\n{FIELDS}{pipeline}"));
        Place::new(config)
    }

    /// Starts otai there, with the password in the environment.
    #[must_use]
    pub fn start(&self, place: &Place, args: &[&str]) -> Running {
        let mut command = place.command(args);
        command.env("ZNUNY_PASSWORD", &self.password);
        Running::start(command)
    }

    /// One run to its end; gives its summary.
    #[track_caller]
    pub fn run_once(&self, place: &Place) -> Value {
        self.run(place, 0)
    }

    /// One run that ends with this code; 1 if tickets are set aside.
    #[track_caller]
    pub fn run(&self, place: &Place, code: i32) -> Value {
        let ended = self
            .start(place, &["run", "--once", "--json"])
            .wait(std::time::Duration::from_secs(150));
        ended.says(code, &[]);
        assert!(!ended.stderr.contains(&self.password), "the password was logged");
        ended.json()
    }
}

/// Ids come as numbers and as text.
fn number(id: &Value) -> Option<u64> {
    id.as_u64().or_else(|| id.as_str()?.parse().ok())
}

fn real_server() -> Option<(String, [String; 2])> {
    if std::env::var("OTAI_REAL_ZNUNY").as_deref() != Ok("1") {
        println!("skipped: OTAI_REAL_ZNUNY is not 1, so there is no real Znuny");
        return None;
    }
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let all = |of: &dyn Fn(&str) -> Option<String>| {
        let passwords = [of("ZNUNY_PASSWORD")?, of("ZNUNY_ADMIN_PASSWORD")?];
        Some((of("ZNUNY_BASE_URL")?, passwords))
    };
    if let Some(found) = all(&set) {
        return Some(found);
    }
    let tool: &Path = &built().workspace.join("../shared/tools/znuny-up.sh");
    if !tool.is_file() {
        println!(
            "skipped: no ZNUNY_BASE_URL in the environment, and no {}",
            tool.display()
        );
        return None;
    }
    let output = Command::new("bash").arg(tool).output().expect("bash runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stdout);
    let of = |name: &str| {
        told.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
            .map(str::to_owned)
    };
    all(&of)
}
