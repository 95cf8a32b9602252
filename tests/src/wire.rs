//! HTTP to this machine without a client library: what a helpdesk really answered, and a place on the way that counts.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::Value;

/// Sends JSON and gives status and body. HTTP 1.0, so that the answer ends with its connection.
#[must_use]
pub fn exchange(at: SocketAddr, method: &str, path: &str, body: &Value) -> (u16, String) {
    let body = body.to_string();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: {at}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(at).expect("the helpdesk listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_default(), body.to_owned())
}

/// Passes requests on to a server and counts them by the last part of their path. Ends when dropped.
#[derive(Debug)]
pub struct Counter {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    ended: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Seen {
    counts: BTreeMap<String, usize>,
    bodies: Vec<(String, Value)>,
}

impl Counter {
    /// Stands before this server.
    #[must_use]
    pub fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let counter = Self {
            address: listener.local_addr().expect("an address"),
            seen: Arc::default(),
            ended: Arc::default(),
        };
        let (seen, ended) = (Arc::clone(&counter.seen), Arc::clone(&counter.ended));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                let seen = Arc::clone(&seen);
                // A client or server that goes away in the middle ends its own request and nothing else.
                std::thread::spawn(move || drop(pass(client, server, &seen)));
            }
        });
        counter
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("no thread panics")
    }

    /// Requests to this route.
    #[must_use]
    pub fn count(&self, route: &str) -> usize {
        self.seen().counts.get(route).copied().unwrap_or_default()
    }

    /// All requests.
    #[must_use]
    pub fn total(&self) -> usize {
        self.seen().counts.values().sum()
    }

    /// Forgets all requests.
    pub fn forget(&self) {
        *self.seen() = Seen::default();
    }

    /// What was sent to this route.
    #[must_use]
    pub fn bodies(&self, route: &str) -> Vec<Value> {
        let seen = self.seen();
        seen.bodies
            .iter()
            .filter(|(r, _)| r == route)
            .map(|(_, body)| body.clone())
            .collect()
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

/// One request and its answer; the connection ends with it.
fn pass(mut client: TcpStream, server: SocketAddr, seen: &Mutex<Seen>) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut chunk = [0; 8192];
    let head = loop {
        if let Some(end) = request.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        match client.read(&mut chunk)? {
            0 => return Ok(()),
            n => request.extend_from_slice(&chunk[..n]),
        }
    };
    let text = String::from_utf8_lossy(&request[..head]).into_owned();
    let header = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.trim().to_owned())
    };
    let length: usize = header("content-length")
        .and_then(|n| n.parse().ok())
        .unwrap_or_default();
    while request.len() < head + 4 + length {
        match client.read(&mut chunk)? {
            0 => return Ok(()),
            n => request.extend_from_slice(&chunk[..n]),
        }
    }
    let path = text
        .split(' ')
        .nth(1)
        .unwrap_or_default()
        .split('?')
        .next()
        .unwrap_or_default();
    let route = path.rsplit('/').next().unwrap_or_default().to_owned();
    let body = serde_json::from_slice(&request[head + 4..]).unwrap_or_default();
    {
        let mut seen = seen.lock().expect("no thread panics");
        *seen.counts.entry(route.clone()).or_default() += 1;
        seen.bodies.push((route, body));
    }
    let mut upstream = TcpStream::connect(server)?;
    upstream.write_all(&closing(&text))?;
    upstream.write_all(&request[head + 4..])?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    // Znuny promises to keep the connection, whatever it was asked.
    let Some(end) = answer.windows(4).position(|w| w == b"\r\n\r\n") else {
        return client.write_all(&answer);
    };
    client.write_all(&closing(&String::from_utf8_lossy(&answer[..end])))?;
    client.write_all(&answer[end + 4..])
}

/// A head that ends the connection.
fn closing(head: &str) -> Vec<u8> {
    let kept: Vec<&str> = head
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"))
        .collect();
    format!("{}\r\nConnection: close\r\n\r\n", kept.join("\r\n")).into_bytes()
}
