//! A client small enough to see every byte: what a library would hide is what these tests are about.

#![allow(dead_code, reason = "each simulator's tests use a part")]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use otai_sim::Row;
use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Got {
    /// Splits an answer; `None` if it is no HTTP.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        let body = bytes[end + 4..].to_vec();
        Some(Self { status, head, body })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {:?}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
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
    Got::read(&bytes).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// A request on a connection of its own, with these header lines (each ends with a line break) and this body, JSON if there is one.
pub(crate) fn request(addr: SocketAddr, method: &str, path: &str, headers: &str, body: Option<&Value>) -> Vec<u8> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let kind = match body.is_empty() {
        true => "",
        false => "Content-Type: application/json\r\n",
    };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n{headers}{kind}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A path of the control interface as it is, any other behind the prefix of the API.
pub(crate) fn below(prefix: &str, path: &str) -> String {
    match path.starts_with("/_sim") {
        true => path.to_owned(),
        false => format!("{prefix}{path}"),
    }
}

/// So many rows of a data set, every value in turn.
pub(crate) fn rows(count: usize) -> Vec<Row> {
    (0..count)
        .map(|i| Row {
            subject: format!("Subject {i}"),
            body: format!("Body {i}\nwith <two> lines & more"),
            kind: ["Incident", "Request"][i % 2].into(),
            queue: ["Hardware", "Billing", "VPN"][i % 3].into(),
            priority: ["low", "Medium", "high", "Critical"][i % 4].into(),
            language: "en".into(),
            tags: vec![["alpha", "beta"][i % 2].into()],
        })
        .collect()
}
