//! A simulator for tests that are no `async` code: it runs beside them, and what it refuses is a panic.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::ops::Deref;

use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::options::{Options, StartError};
use crate::server::{Running, start};

/// A [`Running`] simulator with a thread of its own. It ends when it is dropped.
#[derive(Debug)]
pub struct Background {
    running: Running,
    _runtime: Runtime,
}

impl Deref for Background {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl Background {
    /// Starts a simulated helpdesk. Not for `async` code: that has a runtime, and [`start`].
    pub fn start(options: Options) -> Result<Self, StartError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(StartError::Runtime)?;
        let running = runtime.block_on(start(options))?;
        Ok(Self {
            running,
            _runtime: runtime,
        })
    }

    /// A call of the control interface that has to work.
    ///
    /// # Panics
    /// If it is refused.
    #[track_caller]
    pub fn tell(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.running.control(method, path, body);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    /// The names in one list of `GET /_sim/account`, each with its id.
    #[must_use]
    pub fn named(&self, list: &str) -> Vec<(u64, String)> {
        let account = self.tell("GET", "/account", None);
        let entries = account[list].as_array().into_iter().flatten();
        entries
            .filter_map(|entry| Some((entry["id"].as_u64()?, entry["name"].as_str()?.to_owned())))
            .collect()
    }

    /// Requests that changed a ticket, in whatever way, since the journal was cleared.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.running.counts()["writes"]["total"].as_u64().unwrap_or(0)
    }

    /// A request of the helpdesk's API with a JSON body, by somebody whose `Authorization` is this; gives the status.
    ///
    /// # Panics
    /// If nothing that is HTTP comes back.
    #[track_caller]
    #[must_use]
    pub fn request(&self, method: &str, path: &str, authorization: &str, body: &Value) -> u16 {
        let body = body.to_string();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\nContent-Type: application/json\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut answer = Vec::new();
        let exchange = TcpStream::connect(self.running.addr()).and_then(|mut stream| {
            stream.write_all(request.as_bytes())?;
            stream.read_to_end(&mut answer)
        });
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        let Some(status) = status else {
            panic!("{method} {path}: no answer ({exchange:?})");
        };
        status
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::DeskKind;

    fn sim() -> Background {
        let options = Options {
            desk: DeskKind::Zammad,
            api_key: "key".into(),
            ..Options::default()
        };
        Background::start(options).unwrap()
    }

    #[test]
    fn it_answers_without_a_runtime_of_the_test_and_counts_what_was_written() {
        let sim = sim();
        sim.tell("POST", "/tickets", Some(json!({"title": "One", "body": "x"})));
        let ask = |key: &str, body| sim.request("PUT", "/api/v1/tickets/1", &format!("Token token={key}"), &body);
        assert_eq!((ask("key", json!({"priority": "3 high"})), sim.writes()), (200, 1));
        // Field and note in one request are one write; what is refused is none.
        let both = json!({"priority": "1 low", "article": {"body": "x"}});
        assert_eq!((ask("key", both), sim.writes()), (200, 2));
        assert_eq!((ask("key", json!({"priority": "none"})), sim.writes()), (422, 2));
        assert_eq!((ask("wrong", json!({"priority": "3 high"})), sim.writes()), (401, 2));
        assert_eq!(sim.named("groups")[0], (1, "Users".to_owned()));
        assert_eq!(sim.named("nothing"), []);
    }

    #[test]
    #[should_panic(expected = "POST /nowhere")]
    fn what_is_refused_is_a_panic() {
        sim().tell("POST", "/nowhere", None);
    }
}
