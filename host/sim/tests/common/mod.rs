//! A client small enough to see every byte: what a library would hide is what these tests are about.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

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
    #[allow(dead_code, reason = "only Freshdesk answers so")]
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
