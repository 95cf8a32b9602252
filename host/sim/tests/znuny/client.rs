//! Calls of the web service, and a simulator seeded like the installation that was recorded.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use otai_sim::{DeskKind, Flavour, Options, Row, Running, start};
use serde_json::{Value, json};

pub(crate) use crate::common::Got;

pub(crate) const KEY: &str = "test-key";

impl Got {
    /// The code of an error object.
    pub(crate) fn code(&self) -> String {
        self.json()["Error"]["ErrorCode"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// What a search found.
    pub(crate) fn ids(&self) -> Vec<u64> {
        let ids = self.json()["TicketID"].clone();
        let id = |v: &Value| v.as_str().and_then(|s| s.parse().ok());
        ids.as_array().into_iter().flatten().filter_map(id).collect()
    }
}

/// Sends bytes and reads what comes until the server closes, which may be nothing.
pub(crate) fn bytes(sim: &Running, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(sim.addr())?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A request of its own connection.
pub(crate) fn request(method: &str, path: &str, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n");
    for (key, value) in headers {
        text.push_str(&format!("{key}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// One call of a route of a service, as an agent logs in.
pub(crate) fn call_as(sim: &Running, login: &str, route: &str, mut body: Value) -> Got {
    body["UserLogin"] = json!(login);
    body["Password"] = json!(KEY);
    plain(sim, route, &body)
}

pub(crate) fn call(sim: &Running, route: &str, body: Value) -> Got {
    call_as(sim, "open_ticket_ai", route, body)
}

/// The same with exactly this body, under the prefix that all systems here have.
pub(crate) fn plain(sim: &Running, route: &str, body: &Value) -> Got {
    let path = format!("/otobo/nph-genericinterface.pl/Webservice/OtaiPlain/{route}");
    let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
    let sent = request("POST", &path, &headers, body.to_string().as_bytes());
    Got::read(&bytes(sim, &sent).unwrap()).unwrap()
}

pub(crate) fn control(sim: &Running, method: &str, path: &str, body: Value) -> Value {
    let (status, value) = sim.control(method, path, Some(body).filter(|b| !b.is_null()));
    assert_eq!(status, 200, "{method} {path}: {value}");
    value
}

/// A system without tickets.
pub(crate) async fn empty(flavour: Flavour) -> Running {
    open(flavour, Vec::new()).await
}

pub(crate) async fn open(flavour: Flavour, tickets: Vec<Row>) -> Running {
    start(Options {
        desk: DeskKind::Znuny,
        api_key: KEY.into(),
        flavour,
        tickets,
        ..Options::default()
    })
    .await
    .unwrap()
}

/// A system like the recorded one: ticket 1 where nobody of us sees it, then `n` more. `seconds` are the ids with which a
/// second of their making began, because tickets of one second are sorted by id.
pub(crate) async fn seeded(flavour: Flavour, n: u64, seconds: &[u64]) -> Running {
    let sim = empty(flavour).await;
    let mut tickets = vec![json!({ "Title": "Welcome", "Queue": "Raw", "age_seconds": 9000 })];
    let subjects = [
        "VPN drops",
        "Rechnung doppelt",
        "Password reset",
        "Toner empty",
        "Vacation days",
    ];
    let priorities = ["3 normal", "3 normal", "2 low", "4 high"];
    for no in 1..=n {
        let queue = match (no % 5, no % 7) {
            (0, _) => "Restricted",
            (_, 0) => "IT-Support",
            _ => "Incoming",
        };
        let age = 4000 - seconds.iter().filter(|s| **s <= no + 1).count();
        let mut ticket = json!({
            "Title": format!("{} [seed {no:03}]", subjects[(no as usize - 1) % 5]),
            "Queue": queue,
            "State": if no % 6 == 0 { "open" } else { "new" },
            "Priority": priorities[no as usize % 4],
            "CustomerUser": if no % 2 == 1 { "carla.customer" } else { "dieter.kunde" },
            "Body": "Guten Tag, bitte prüfen Sie das.",
            "age_seconds": age,
        });
        if no % 8 == 0 {
            ticket["DynamicField"] = json!({ "OtaiLabel": format!("seed-label-{no}") });
        }
        tickets.push(ticket);
    }
    control(&sim, "POST", "/tickets", json!(tickets));
    sim
}
