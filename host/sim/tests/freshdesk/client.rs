//! A client small enough to see every byte: what a library would hide is what these tests are about.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use otai_sim::{Options, Row, Running, start};
use serde_json::Value;

pub(crate) const KEY: &str = "test-key";
/// `test-key:X` in base 64.
pub(crate) const BASIC: &str = "Basic dGVzdC1rZXk6WA==";

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// `(field, code)` of every wrong field.
    pub(crate) fn errors(&self) -> Vec<(String, String)> {
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let errors = self.json()["errors"].clone();
        errors
            .as_array()
            .unwrap()
            .iter()
            .map(|e| (text(&e["field"]), text(&e["code"])))
            .collect()
    }
}

/// Sends bytes as they are and reads until the server closes.
pub(crate) fn raw(addr: SocketAddr, request: &[u8], timeout: Duration) -> io::Result<Got> {
    let mut stream = TcpStream::connect(addr)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.write_all(request)?;
    let mut bytes = Vec::new();
    let mut piece = [0u8; 65_536];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => bytes.extend_from_slice(&piece[..n]),
            // What came before a broken connection still counts, if there was anything.
            Err(_) if !bytes.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    let end = bytes
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .ok_or(io::ErrorKind::InvalidData)?;
    Ok(Got {
        status,
        head,
        body: bytes[end + 4..].to_vec(),
    })
}

/// One call with the key.
pub(crate) fn try_call(
    sim: &Running,
    method: &str,
    path: &str,
    body: Option<&Value>,
    timeout: Duration,
) -> io::Result<Got> {
    let path = if path.starts_with("/_sim") {
        path.to_owned()
    } else {
        format!("/api/v2{path}")
    };
    let body = body.map(Value::to_string).unwrap_or_default();
    let kind = if body.is_empty() {
        ""
    } else {
        "Content-Type: application/json\r\n"
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {BASIC}\r\nUser-Agent: tests\r\nConnection: close\r\n{kind}Content-Length: {}\r\n\r\n",
        sim.addr(),
        body.len()
    );
    raw(sim.addr(), format!("{head}{body}").as_bytes(), timeout)
}

pub(crate) fn call(sim: &Running, method: &str, path: &str, body: Option<Value>) -> Got {
    try_call(sim, method, path, body.as_ref(), Duration::from_secs(10)).unwrap()
}

pub(crate) fn get(sim: &Running, path: &str) -> Got {
    call(sim, "GET", path, None)
}

pub(crate) fn put(sim: &Running, path: &str, body: Value) -> Got {
    call(sim, "PUT", path, Some(body))
}

pub(crate) fn post(sim: &Running, path: &str, body: Value) -> Got {
    call(sim, "POST", path, Some(body))
}

/// A simulator with so many rows, the first of them history.
pub(crate) async fn sim_with(rows: usize, change: impl FnOnce(&mut Options)) -> Running {
    let tickets = (0..rows)
        .map(|i| Row {
            subject: format!("Subject {i}"),
            body: format!("Body {i}\nwith <two> lines & more"),
            kind: ["Incident", "Request"][i % 2].into(),
            queue: ["Hardware", "Billing", "VPN"][i % 3].into(),
            priority: ["low", "Medium", "high", "Critical"][i % 4].into(),
            language: "en".into(),
            tags: vec![["alpha", "beta"][i % 2].into()],
        })
        .collect();
    let mut options = Options {
        api_key: KEY.into(),
        tickets,
        index_lag: Duration::from_millis(200),
        sla_delay: Duration::from_millis(300),
        ..Options::default()
    };
    change(&mut options);
    start(options).await.unwrap()
}

pub(crate) async fn sim(rows: usize) -> Running {
    sim_with(rows, |_| {}).await
}

pub(crate) fn sleep(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}
