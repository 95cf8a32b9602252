//! The one place where requests are made and read: credentials, routes, sessions.
//!
//! **Invariant: a login that was refused is not tried again for a while.** The helpdesk may lock an agent after some failed
//! logins (`PasswordMaxLoginFailed`), and every further request would be one.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use otai_plugin::{
    Failure, Host, Request,
    serde_json::{Map, Value},
    tracing,
};

use crate::{
    errors::{self, Said},
    params::Settings,
};

/// How long a refused login is not tried again; doubles up to an hour.
const REST: Duration = Duration::from_secs(300);
const LONGEST_REST: Duration = Duration::from_secs(3600);
/// For the web server's home page, which is asked for only to see whether there is one.
const HOME: Duration = Duration::from_secs(5);

/// The operations of the GenericInterface that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Search,
    Get,
    Update,
    Create,
    Session,
}

impl Op {
    pub(crate) const ALL: [Self; 5] = [Self::Search, Self::Get, Self::Update, Self::Create, Self::Session];

    pub(crate) fn default_route(self) -> Option<&'static str> {
        match self {
            Self::Search => Some("ticket-search"),
            Self::Get => Some("ticket-get"),
            Self::Update => Some("ticket-update"),
            Self::Create => Some("ticket-create"),
            Self::Session => None,
        }
    }

    pub(crate) fn default_method(self) -> &'static str {
        if self == Self::Update { "PUT" } else { "POST" }
    }

    /// Its route may hold the ticket's id.
    pub(crate) fn has_ticket(self) -> bool {
        matches!(self, Self::Get | Self::Update)
    }

    fn reads(self) -> bool {
        matches!(self, Self::Search | Self::Get | Self::Session)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Search => "TicketSearch",
            Self::Get => "TicketGet",
            Self::Update => "TicketUpdate",
            Self::Create => "TicketCreate",
            Self::Session => "SessionCreate",
        })
    }
}

/// Sends requests to one web service.
pub(crate) struct Client {
    host: Host,
    pub(crate) settings: Settings,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The web service has answered.
    heard: bool,
    session: Option<String>,
    /// Until when nothing is sent, how long that rest is, and what the admin is told.
    locked: Option<(Instant, Duration, Failure)>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn new(host: Host, settings: Settings) -> Self {
        Self {
            host,
            settings,
            kept: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls an operation. `tickets` are the ids that it is about, if any.
    ///
    /// A session that the helpdesk no longer knows is made anew, once; a login that it does not accept is a failure for every
    /// ticket.
    pub(crate) async fn ask(&self, op: Op, tickets: &[i64], body: Map<String, Value>) -> Result<Said, Failure> {
        if let Some((until, _, failure)) = &self.kept().locked
            && Instant::now() < *until
        {
            return Err(failure.clone());
        }
        let (said, session) = if self.settings.route(Op::Session).is_some() {
            self.in_session(op, tickets, body).await?
        } else {
            let login = self.login();
            (self.send(op, tickets, body, login).await?, false)
        };
        if matches!(&said, Said::Refused(refusal) if refusal.is_auth()) {
            return Err(self.locked_out(op, session));
        }
        self.kept().locked = None;
        Ok(said)
    }

    fn login(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("UserLogin", self.settings.username.clone().into()),
            ("Password", self.settings.password.expose().into()),
        ]
    }

    /// With the kept session, or a new one. The flag: it was a session that was refused, not the login.
    async fn in_session(&self, op: Op, tickets: &[i64], body: Map<String, Value>) -> Result<(Said, bool), Failure> {
        let kept = self.kept().session.clone();
        let (session, fresh) = match kept {
            Some(session) => (session, false),
            None => match self.open().await? {
                Ok(session) => (session, true),
                Err(said) => return Ok((said, false)),
            },
        };
        let id = |session: &str| vec![("SessionID", session.into())];
        let said = self.send(op, tickets, body.clone(), id(&session)).await?;
        if fresh || !matches!(&said, Said::Refused(refusal) if refusal.is_auth()) {
            return Ok((said, true));
        }
        tracing::info!("the session has ended: opening a new one");
        self.forget(&session);
        let newer = self.kept().session.clone();
        let session = match newer {
            Some(session) => session,
            None => match self.open().await? {
                Ok(session) => session,
                Err(said) => return Ok((said, false)),
            },
        };
        Ok((self.send(op, tickets, body, id(&session)).await?, true))
    }

    /// Forgets a session, unless another request has replaced it already.
    fn forget(&self, session: &str) {
        let mut kept = self.kept();
        if kept.session.as_deref() == Some(session) {
            kept.session = None;
        }
    }

    async fn open(&self) -> Result<Result<String, Said>, Failure> {
        let said = self.send(Op::Session, &[], Map::new(), self.login()).await?;
        let Said::Done(answer) = &said else {
            return Ok(Err(said));
        };
        let Some(session) = answer
            .get("SessionID")
            .and_then(Value::as_str)
            .filter(|id| !id.is_empty())
        else {
            return Err(Failure::retry("SessionCreate gave no session"));
        };
        self.kept().session = Some(session.to_owned());
        Ok(Ok(session.to_owned()))
    }

    fn locked_out(&self, op: Op, session: bool) -> Failure {
        let mut kept = self.kept();
        kept.session = None;
        let rest = kept
            .locked
            .as_ref()
            .map_or(REST, |(_, rest, _)| (*rest * 2).min(LONGEST_REST));
        let user = otai_plugin::text::short(&self.settings.username);
        let what = if session {
            format!(
                "the helpdesk does not accept its own session for {op}: the web service changes credentials on the way, or \
                 requests arrive from changing addresses (`SessionCheckRemoteIP`); leave `SessionCreate` out of `operation_urls`"
            )
        } else {
            format!(
                "the helpdesk does not accept the login `{user}`: set `username` and `password` to those of a valid agent"
            )
        };
        let minutes = rest.as_secs() / 60;
        let told = Failure::refused(format!(
            "{what} (so that no lock-out follows, it is tried again in {minutes} minutes, or after a restart)"
        ));
        kept.locked = Some((Instant::now() + rest, rest, told.clone()));
        told
    }

    async fn send(
        &self,
        op: Op,
        tickets: &[i64],
        mut body: Map<String, Value>,
        credentials: Vec<(&str, Value)>,
    ) -> Result<Said, Failure> {
        let request = self.request(op, tickets, {
            body.extend(credentials.into_iter().map(|(key, value)| (key.to_owned(), value)));
            body
        })?;
        match self.host.http(request).await {
            Ok(response) => {
                self.kept().heard = true;
                errors::read(op, &self.settings, &response)
            }
            Err(Failure::Retry {
                message,
                after_ms: None,
            }) if self.is_silent().await => Err(Failure::retry(format!(
                "{message}; {}",
                errors::nothing_said(&self.settings)
            ))),
            Err(failure) => Err(failure),
        }
    }

    /// The web service has not answered once, and the web server before it does: Znuny closes the connection on a request to a
    /// service that it does not have.
    async fn is_silent(&self) -> bool {
        if self.kept().heard {
            return false;
        }
        let home = Request::get(format!("{}/", self.settings.origin())).timeout(HOME);
        self.host.http(home).await.is_ok()
    }

    fn request(&self, op: Op, tickets: &[i64], mut body: Map<String, Value>) -> Result<Request, Failure> {
        let settings = &self.settings;
        let Some(route) = settings.route(op) else {
            return Err(Failure::rejected(format!("`operation_urls` names no route for {op}")));
        };
        let ids: Vec<String> = tickets.iter().map(i64::to_string).collect();
        let path = route.path.replace(":TicketID", &ids.join(","));
        if path == route.path && !tickets.is_empty() {
            let id = match tickets {
                [one] => Value::from(*one),
                many => Value::from(many),
            };
            body.insert("TicketID".into(), id);
        }
        let url = format!("{}/{path}", settings.service_url);
        let mut request = match route.method.as_str() {
            "GET" => body
                .iter()
                .flat_map(|(name, value)| pairs(name, value))
                .fold(Request::get(url), |request, (name, value)| request.query(name, &value)),
            "PUT" => Request::put(url).json(&body)?,
            other => {
                let mut request = Request::post(url).json(&body)?;
                request.method = other.to_owned();
                request
            }
        };
        if let Some(timeout) = settings.timeout {
            request = request.timeout(timeout);
        }
        Ok(if op.reads() { request.reading() } else { request })
    }
}

/// A parameter for the query string, where a list is a name given several times.
fn pairs<'a>(name: &'a str, value: &Value) -> Vec<(&'a str, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(all) if name == "TicketID" => vec![(name, all.iter().map(text).collect::<Vec<_>>().join(","))],
        Value::Array(all) => all.iter().map(|value| (name, text(value))).collect(),
        value => vec![(name, text(value))],
    }
}
