//! A real Znuny with the hands of `alice.agent`, and a counter of the plugin's writes before it.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread::sleep,
    time::Duration,
};

use otai_conformance::{Desk, Fault, New, Seen, Server, Settle};
use otai_otobo_znuny::OTOBOZnunyTicketSystemService;
use otai_plugin::{
    Response,
    model::{Catalog, Change},
    serde_json::{self, Map, Value, json},
};

use crate::{AGENT, INBOX, message, seen, truth, wanted};

pub(crate) struct Znuny {
    /// `HOST:PORT`, and the path up to the program.
    address: String,
    program: String,
    password: String,
    wrong: bool,
    session: String,
    writes: Arc<AtomicU64>,
    before: Server,
    opened: Vec<String>,
}

impl Znuny {
    /// The one of `ZNUNY_BASE_URL` and `ZNUNY_PASSWORD`, if `OTAI_REAL_ZNUNY=1`.
    pub(crate) fn of_environment() -> Option<Self> {
        let of = |name| std::env::var(name).ok();
        of("OTAI_REAL_ZNUNY").filter(|on| on == "1")?;
        let (url, password) = (of("ZNUNY_BASE_URL")?, of("ZNUNY_PASSWORD")?);
        let (address, path) = url.strip_prefix("http://")?.split_once('/')?;
        let writes = Arc::new(AtomicU64::new(0));
        let (counter, server) = (Arc::clone(&writes), address.to_owned());
        let before = Server::start(move |request| {
            let (status, body) = exchange(&server, &request.method, &request.url, &request.body);
            let done = status == 200 && !body.starts_with(b"{\"Error\"");
            if request.url.ends_with("/ticket-update") && done {
                counter.fetch_add(1, SeqCst);
            }
            Response {
                status,
                headers: vec![("content-type".into(), "application/json".into())],
                body,
            }
        });
        let mut znuny = Self {
            address: address.to_owned(),
            program: format!("/{path}"),
            password,
            wrong: false,
            session: String::new(),
            writes,
            before: before.unwrap(),
            opened: Vec::new(),
        };
        let login = json!({"UserLogin": "alice.agent", "Password": znuny.password});
        znuny.session = znuny.send("session-create", &login)["SessionID"]
            .as_str()
            .unwrap()
            .to_owned();
        Some(znuny)
    }

    fn send(&self, route: &str, body: &Value) -> Value {
        let path = format!("{}/Webservice/OtaiPlain/{route}", self.program);
        let (status, answer) = exchange(&self.address, "POST", &path, body.to_string().as_bytes());
        assert_eq!(status, 200, "{route}");
        serde_json::from_slice(&answer).unwrap()
    }

    /// As alice.
    fn ask(&self, route: &str, mut body: Value) -> Value {
        body["SessionID"] = self.session.as_str().into();
        self.send(route, &body)
    }

    #[track_caller]
    fn update(&self, id: &str, mut body: Value) {
        body["TicketID"] = id.into();
        let answer = self.ask("ticket-update", body);
        assert_eq!(answer["Error"], Value::Null);
    }

    /// Closes everything that was opened: nobody is to wait for it.
    pub(crate) fn sweep(&mut self) {
        for id in std::mem::take(&mut self.opened) {
            self.settle(&id, Settle::Closed);
        }
    }
}

/// One request on a connection of its own. HTTP/1.0: the answer ends with the connection and comes in no chunks.
fn exchange(address: &str, method: &str, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&answer[..end])
        .split(' ')
        .nth(1)
        .unwrap()
        .parse();
    (status.unwrap(), answer[end + 4..].to_vec())
}

impl Desk for Znuny {
    type Service = OTOBOZnunyTicketSystemService;

    fn params(&mut self) -> Value {
        json!({
            "base_url": format!("{}{}", self.before.url(), self.program),
            "username": AGENT,
            "password": if self.wrong { "another-password" } else { &self.password },
            "webservice_name": "OtaiPlain",
            "operation_urls": {"SessionCreate": "session-create"},
            "inbox": [INBOX],
        })
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.password.clone(), self.session.clone()]
    }

    fn truth(&mut self) -> Catalog {
        truth()
    }

    fn page(&self) -> usize {
        50
    }

    fn open(&mut self, ticket: &New) -> Option<String> {
        let (body, kind) = message(&ticket.body);
        if body.is_empty() {
            return None;
        }
        let made = self.ask(
            "ticket-create",
            json!({
                "Ticket": {
                    "Title": ticket.subject, "Queue": INBOX, "State": "new", "Priority": "3 normal", "Type": "Unclassified",
                    "CustomerUser": "carla.customer",
                },
                "Article": {
                    "Subject": ticket.subject, "Body": body, "ContentType": kind, "SenderType": "customer",
                    "CommunicationChannel": "Internal", "IsVisibleForCustomer": 1,
                },
            }),
        );
        let id = made["TicketID"].as_str().unwrap().to_owned();
        self.opened.push(id.clone());
        Some(id)
    }

    fn edit(&mut self, id: &str, change: &Change) {
        let (set, fields) = wanted(change);
        let mut body = Map::new();
        if !set.is_empty() {
            body.insert("Ticket".into(), set.into());
        }
        if !fields.is_empty() {
            let fields: Vec<Value> = fields
                .into_iter()
                .map(|(name, value)| json!({"Name": name, "Value": value}))
                .collect();
            body.insert("DynamicField".into(), fields.into());
        }
        self.update(id, body.into());
    }

    fn settle(&mut self, id: &str, how: Settle) -> bool {
        let state = match how {
            Settle::Closed => "closed successful",
            // Only the web interface merges; this is how it leaves the ticket behind.
            Settle::Merged => "merged",
            Settle::Deleted => return false,
        };
        self.update(id, json!({"Ticket": {"State": state}}));
        true
    }

    fn look(&mut self, id: &str) -> Option<Seen> {
        let read = self.ask(
            "ticket-get",
            json!({"TicketID": id, "AllArticles": 1, "DynamicFields": 1}),
        );
        Some(seen(read["Ticket"].get(0)?))
    }

    fn writes(&mut self) -> u64 {
        self.writes.load(SeqCst)
    }

    fn fault(&mut self, fault: &Fault) -> bool {
        self.wrong = *fault == Fault::WrongCredentials;
        self.wrong
    }

    fn heal(&mut self) {
        self.wrong = false;
    }

    /// Each walk repeats what changed in the last minutes, so a quiet time is longer than a test waits.
    fn pass(&mut self, seconds: u64) -> bool {
        let short = seconds <= 2;
        if short {
            sleep(Duration::from_secs(seconds));
        }
        short
    }
}
