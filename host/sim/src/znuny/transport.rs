//! From bytes to an operation and back: the layers at which a request can fail before anything looks at its meaning.
//!
//! The order is the real one: address, service, route, length, body. An ordinary refusal of an operation is a success
//! here (HTTP 200), and only what went wrong on the way is told by a status.

use serde_json::{Map, Value, json};

use super::service::{Kind, Service};
use super::value::spelled;
use super::world::Znuny;

/// A request as the web server hands it over.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// A header's value, by its lower-case name.
    pub(crate) header: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) body: &'a [u8],
}

/// What the client gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// An answer with its content type.
    Answer(u16, Option<&'static str>, Vec<u8>),
    /// Silence, then a closed connection: the process had nothing to say.
    Silence,
    /// Bytes that are no HTTP, then a closed connection: the process died.
    Noise(Vec<u8>),
}

/// How an operation ends.
pub(super) type Done = Result<Value, Stop>;

/// Why an operation gives no data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// An ordinary refusal: an error object, HTTP 200.
    Refused(String, String),
    /// It failed midway: HTTP 500 with a fault string.
    Fault(String),
}

/// What a request is about.
#[derive(Debug, Default)]
pub(crate) struct About {
    pub(super) pattern: String,
    pub(super) kind: Option<Kind>,
    pub(super) ticket: Option<u64>,
    pub(super) authorized: bool,
    pub(super) data: Map<String, Value>,
}

/// What an operation may know of its setting.
pub(super) struct Setting {
    pub(super) kind: Kind,
    pub(super) route: String,
    pub(super) include_ticket_data: bool,
}

const JSON: &str = "application/json; charset=UTF-8";
const TEXT: &str = "text/plain; charset=UTF-8";
const NOT_FOUND: &str = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n\
    <html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n\
    <p>The requested URL was not found on this server.</p>\n</body></html>\n";
const CRASHED: &str = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n\
    <html><head>\n<title>500 Internal Server Error</title>\n</head><body>\n<h1>Internal Server Error</h1>\n\
    <p>The server encountered an internal error.</p>\n</body></html>\n";
const HEADERS: [(&str, &str); 5] = [
    ("x-otrs-header-userlogin", "UserLogin"),
    ("x-otrs-header-customeruserlogin", "CustomerUserLogin"),
    ("x-otrs-header-sessionid", "SessionID"),
    ("x-otrs-header-password", "Password"),
    ("x-otrs-header-twofactortoken", "TwoFactorToken"),
];

impl Stop {
    /// A refusal; the message carries the operation's name in front, as all but one do.
    pub(super) fn refused(operation: &str, code: &str, message: &str) -> Self {
        Self::Refused(format!("{operation}.{code}"), format!("{operation}: {message}"))
    }
}

impl Reply {
    fn plain(status: u16, text: &str) -> Self {
        Self::Answer(status, Some(TEXT), text.as_bytes().to_vec())
    }

    fn of(done: Done) -> Self {
        let (status, kind, value) = match done {
            Ok(value) => (200, JSON, value),
            Err(Stop::Refused(code, message)) => {
                let error = json!({ "Error": { "ErrorCode": code, "ErrorMessage": message } });
                (200, JSON, error)
            }
            Err(Stop::Fault(text)) => (500, TEXT, json!({ "faultcode": "Server", "faultstring": text })),
        };
        Self::Answer(status, Some(kind), value.to_string().into_bytes())
    }
}

impl Znuny {
    /// Answers one request.
    pub(crate) fn answer(&mut self, call: &Call<'_>, now: i64) -> Reply {
        let otobo = self.flavour.otobo();
        let mut segments = call.path.trim_start_matches('/').splitn(5, '/');
        let prefix = segments.next().unwrap_or_default();
        let script = segments.next().unwrap_or_default();
        if script != "nph-genericinterface.pl" || !self.flavour.prefixes().contains(&prefix) {
            let kind = if otobo {
                "text/html"
            } else {
                "text/html; charset=iso-8859-1"
            };
            return Reply::Answer(404, Some(kind), NOT_FOUND.as_bytes().to_vec());
        }
        let (way, name) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
        let name = decode(name);
        let service = self.services.0.iter().find(|s| match way {
            "Webservice" => s.name == name,
            "WebserviceID" => s.id.to_string() == name,
            _ => false,
        });
        let Some(service) = service.filter(|s| s.valid) else {
            // One server process gives up without a word, the other is caught by what runs it.
            return if otobo {
                Reply::Answer(500, None, Vec::new())
            } else {
                Reply::Silence
            };
        };
        let uri = match segments.next() {
            Some(rest) => format!("/{rest}"),
            None => call.path.to_owned(),
        };
        let read = match self.read(service, call, &uri) {
            Ok(read) => read,
            Err(reply) => return reply,
        };
        let (setting, data) = read;
        Reply::of(self.operate(&setting, data, now))
    }

    fn read(&self, service: &Service, call: &Call<'_>, uri: &str) -> Result<(Setting, Map<String, Value>), Reply> {
        let found = service
            .find(call.method, uri)
            .filter(|(o, _)| o.kind != Kind::SessionRemove || self.flavour.has_session_remove());
        let Some((operation, captured)) = found else {
            let text = format!("HTTP::REST Error while determine Operation for request URI '{uri}'.");
            return Err(Reply::plain(500, &text));
        };
        let mut outside = parse_query(call.query);
        for (name, value) in captured {
            outside.insert(name, Value::String(decode(&value)));
        }
        if self.flavour.reads_headers() {
            for (header, key) in HEADERS {
                if let Some(value) = (call.header)(header).filter(|v| !v.is_empty()) {
                    outside.insert(key.to_owned(), Value::String(value));
                }
            }
        }
        let mut data = match call.body {
            [] => Map::new(),
            _ if matches!(call.method, "GET" | "HEAD") => Map::new(),
            body => {
                if service.max_length.is_some_and(|most| body.len() as u64 > most) {
                    return Err(Reply::plain(413, "Payload Too Large"));
                }
                self.parse_body(call, body)?
            }
        };
        data.extend(outside);
        if let Some(login) = &service.user_login
            && let Some(own) = data.get_mut("UserLogin")
        {
            *own = Value::String(login.clone());
        }
        let setting = Setting {
            kind: operation.kind,
            route: operation.route.clone(),
            include_ticket_data: operation.include_ticket_data,
        };
        Ok((setting, data))
    }

    fn parse_body(&self, call: &Call<'_>, body: &[u8]) -> Result<Map<String, Value>, Reply> {
        let kind = (call.header)("content-type").unwrap_or_default().to_ascii_lowercase();
        let form = kind.starts_with("application/x-www-form-urlencoded");
        if form && call.method == "POST" && !self.flavour.otobo() {
            return Err(Reply::plain(500, "Could not read input data"));
        }
        let undecoded = || Reply::plain(500, "Error while decoding request content.");
        let value: Value = match kind
            .split_once("charset=")
            .map(|(_, c)| c.trim_matches(['"', '\'', ' ']))
        {
            Some("iso-8859-1" | "latin1") => {
                let text: String = body.iter().map(|b| char::from(*b)).collect();
                serde_json::from_str(&text)
            }
            _ => serde_json::from_slice(body),
        }
        .map_err(|_| undecoded())?;
        match value {
            Value::Object(map) if !map.is_empty() => Ok(map),
            Value::Array(list) if !list.is_empty() => Err(if self.flavour.otobo() {
                Reply::Answer(500, Some("text/plain"), b"Internal Server Error".to_vec())
            } else {
                Reply::Noise(CRASHED.as_bytes().to_vec())
            }),
            Value::Object(_) | Value::Array(_) => Err(Reply::plain(500, "Unsupported request content structure.")),
            other if super::value::truthy(Some(&other)) => {
                Err(Reply::plain(500, "Unsupported request content structure."))
            }
            _ => Err(undecoded()),
        }
    }

    fn operate(&mut self, setting: &Setting, data: Map<String, Value>, now: i64) -> Done {
        match setting.kind {
            Kind::SessionCreate => self.session_create(&data, now),
            Kind::SessionGet => self.session_get(&data, now),
            Kind::SessionRemove => self.session_remove(data, now),
            Kind::TicketCreate => self.ticket_create(data, setting, now),
            Kind::TicketGet => self.ticket_get(&data, now),
            Kind::TicketHistoryGet => self.ticket_history_get(&data, now),
            Kind::TicketSearch => self.ticket_search(&data, now),
            Kind::TicketUpdate => self.ticket_update(data, setting, now),
        }
    }

    /// What a request is about, for the journal: the route as it was set up, the one ticket it names, and whether its
    /// credentials are good.
    pub(crate) fn describe(&self, call: &Call<'_>, now: i64) -> About {
        let mut segments = call.path.trim_start_matches('/').splitn(5, '/').skip(2);
        let (way, name) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
        let (uri, name) = (format!("/{}", segments.next().unwrap_or_default()), decode(name));
        let by_id = way == "WebserviceID";
        let mut services = self.services.0.iter();
        let service = services.find(|s| {
            if by_id {
                s.id.to_string() == name
            } else {
                s.name == name
            }
        });
        let Some((setting, data)) = service.and_then(|s| self.read(s, call, &uri).ok()) else {
            return About::default();
        };
        let list = |id: &Value| spelled(id).parse().ok();
        let number = || data.get("TicketNumber").and_then(|n| self.by_number(&spelled(n)));
        About {
            pattern: setting.route,
            kind: Some(setting.kind),
            ticket: data.get("TicketID").and_then(list).or_else(number),
            authorized: self.knows(&data, now),
            data,
        }
    }
}

fn parse_query(query: &str) -> Map<String, Value> {
    let mut found = Map::new();
    for part in query.split([';', '&']).filter(|p| !p.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let (key, value) = (decode(key), Value::String(decode(&value.replace('+', "%20"))));
        match found.get_mut(&key) {
            None => drop(found.insert(key, value)),
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    found
}

/// Undoes percent encoding. What is no UTF-8 afterwards is replaced.
fn decode(text: &str) -> String {
    let hex = |b: &u8| char::from(*b).to_digit(16).map(|d| d as u8);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at + 1).and_then(hex).zip(bytes.get(at + 2).and_then(hex));
        match (byte, pair) {
            (b'%', Some((high, low))) => {
                out.push(high << 4 | low);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_key_of_a_query_becomes_a_list() {
        let query = parse_query("Queues=A&Queues=HR+%26+B%C3%BCro;Limit=1&x");
        assert_eq!(
            Value::Object(query),
            json!({"Queues": ["A", "HR & Büro"], "Limit": "1", "x": ""})
        );
        assert_eq!(decode("%zz%4"), "%zz%4");
    }
}
