//! From what the config says to what is used: the address, one way to get in, the limits.

use std::time::Duration;

use otai_plugin::{
    Address, Failure, Request, Secret, checks,
    model::{Limits, Network},
    serde_json::Value,
};

otai_plugin::params! {
    /// Which Zammad, and how to get in: with `access_token`, with `username` and `password`, or with `bearer_token`.
    pub struct Params {
        /// Where Zammad answers: `https://support.yourcompany.com`. A path is kept, `/api/v1` at its end is not needed.
        pub base_url: String,
        /// Allow plain http to another machine, for a Zammad in a network that is yours and trusted: everybody on the way can read
        /// the tickets and the credentials. Default false.
        #[serde(default)]
        pub allow_http: bool,
        /// An access token of an agent (avatar > Profile > Token Access) with the permission `ticket.agent`. With `admin.group`
        /// and `admin.object` besides, otai also knows all groups and attributes. The agent needs `read` and `change` on the groups
        /// where tickets arrive and `create` on those that they are moved to. Give otai an agent of its own.
        #[serde(default)]
        pub access_token: Option<Secret>,
        /// Login of an agent, together with `password`. An access token is better: it can do less and be taken away.
        #[serde(default)]
        pub username: Option<String>,
        /// Password of `username`.
        #[serde(default)]
        pub password: Option<Secret>,
        /// An OAuth2 token.
        #[serde(default)]
        pub bearer_token: Option<Secret>,
        /// How long an answer may take, with a unit: `30s`, `1m`; a plain number means seconds. Default: as long as otai waits for
        /// any server.
        #[serde(default)]
        #[schemars(extend("type" = ["string", "number", "null"]))]
        pub timeout: Option<Value>,
        /// `true`: the server's certificate must be trusted (the default). A path: a PEM file with further certificates to trust.
        /// `false`: any certificate will do, so that nothing is known of who answers.
        #[serde(default)]
        #[schemars(extend("type" = ["boolean", "string", "null"], "format" = "path"))]
        pub verify: Option<Value>,
        /// Names of the groups in which new tickets arrive. Each ticket of Zammad lies in some group; in these it counts as not
        /// sorted yet. Default `[Users]`.
        #[serde(default)]
        pub inbox: Option<Vec<String>>,
        /// Never more requests a minute than this. Zammad itself has no limit; a proxy before it may have one.
        #[serde(default)]
        pub requests_per_minute: Option<f64>,
        /// How far each poll reads back over what the last one saw, with a unit: `90s`, `2m`; at most `1h`. Default `90s`.
        #[serde(default)]
        pub overlap: Option<String>,
        /// Requests on the way at a time, 1 to 32. Default 4.
        #[serde(default)]
        pub at_once: Option<usize>,
    }
}

/// The ticket API has no limit of its own (Zammad's `config/initializers/rack_attack.rb`), and what spares a small server is
/// `at_once`. So this is only not to be in the way: measured with 600, a run over 300 tickets took 180 s instead of 12, and 172
/// writes waited so long for their turn that the ticket had to be read again first.
const ASSUMED_PER_MINUTE: f64 = 3000.0;
/// Seconds read again at each poll.
const OVERLAP: i64 = 90;
/// Where tickets arrive in a Zammad that nobody has changed: its first group.
const INBOX: &str = "Users";
/// Rows on a full page of changes. Zammad's search gives up to 200, but the texts of new ones are read page by page while others are
/// written, and must not be old before their turn comes.
const PER_PAGE: f64 = 100.0;
const AT_ONCE: usize = 4;
const MOST_AT_ONCE: usize = 32;
/// Longest wait for an answer, in seconds.
const LONGEST_TIMEOUT: f64 = 600.0;
/// Where a token is found.
const TOKEN: &str = "Zammad makes one under avatar > Profile > Token Access";

/// The way in.
#[derive(Debug, Clone)]
enum Way {
    Token(Secret),
    Password(Secret, Secret),
    Bearer(Secret),
}

/// Parameters that were found sound.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) address: Address,
    way: Way,
    /// Groups that count as "no queue chosen".
    pub(crate) inbox: Vec<String>,
    /// Seconds.
    pub(crate) overlap: i64,
    pub(crate) at_once: usize,
    /// Any certificate will do.
    pub(crate) any_certificate: bool,
    ca_file: Option<String>,
    timeout: Option<Duration>,
    requests_per_minute: Option<f64>,
}

impl Settings {
    /// Checks every parameter.
    pub(crate) fn new(params: &Params) -> Result<Self, Failure> {
        let (any_certificate, ca_file) = verify(params.verify.as_ref())?;
        Ok(Self {
            address: Address::in_house("base_url", &params.base_url, &["/api/v1", "/api"], params.allow_http)?,
            way: way(params)?,
            inbox: inbox(params.inbox.as_deref())?,
            overlap: checks::overlap(params.overlap.as_deref(), OVERLAP)?,
            at_once: checks::count("at_once", params.at_once, AT_ONCE, MOST_AT_ONCE)?,
            any_certificate,
            ca_file,
            timeout: timeout(params.timeout.as_ref())?,
            requests_per_minute: checks::per_minute(params.requests_per_minute)?,
        })
    }

    /// Where requests go.
    pub(crate) fn network(&self) -> Network {
        Network {
            origins: vec![self.address.origin.clone()],
            plain_http: self.address.plain_http,
            ca_file: self.ca_file.clone(),
            any_certificate: self.any_certificate,
            limits: Limits {
                requests_per_minute: self.requests_per_minute,
                assumed_per_minute: Some(ASSUMED_PER_MINUTE),
                at_once: u32::try_from(self.at_once).ok(),
                ..Limits::default()
            },
            ..Network::default()
        }
    }

    /// Rows of one page of changes. If they are new, their texts must be read in one call of the host, so there are no more than the
    /// allowance lets through in a minute.
    pub(crate) fn per_page(&self) -> usize {
        let per_minute = self.requests_per_minute.unwrap_or(ASSUMED_PER_MINUTE);
        per_minute.clamp(1.0, PER_PAGE) as usize
    }

    /// Credentials and patience.
    pub(crate) fn dress(&self, request: Request) -> Request {
        let request = match &self.way {
            Way::Token(token) => request.header("authorization", format!("Token token={}", token.expose())),
            Way::Password(user, password) => request.basic_auth(user, password.expose()),
            Way::Bearer(token) => request.bearer(token),
        };
        match self.timeout {
            Some(time) => request.timeout(time),
            None => request,
        }
    }
}

fn way(params: &Params) -> Result<Way, Failure> {
    let wrong = |field: &str, message: &str| Err(Failure::rejected_field(field, message));
    // Quotes, commas and semicolons end a token in this header.
    let token = |secret: &Secret| checks::secret("access_token", secret, TOKEN, &['"', ',', ';']);
    match (
        &params.access_token,
        &params.username,
        &params.password,
        &params.bearer_token,
    ) {
        (Some(secret), None, None, None) => token(secret).map(Way::Token),
        (None, None, None, Some(secret)) => {
            checks::secret("bearer_token", secret, "write the OAuth2 token", &[]).map(Way::Bearer)
        }
        (None, Some(user), Some(password), None) => {
            let user = plain("username", &Secret::from(user.as_str()))?;
            if user.expose().contains(':') {
                return wrong(
                    "username",
                    "must not hold a colon: use the e-mail address, or better an `access_token`",
                );
            }
            Ok(Way::Password(user, plain("password", password)?))
        }
        (None, None, None, None) => wrong(
            "access_token",
            &format!("is missing: {TOKEN}; or write `username` and `password`, or `bearer_token`"),
        ),
        (None, Some(_), None, None) => wrong("password", "is missing: `username` needs it"),
        (None, None, Some(_), None) => wrong("username", "is missing: `password` needs it"),
        (Some(_), ..) => wrong(
            "access_token",
            "is one way to get in and there is another one in the config: keep only one of them",
        ),
        (None, ..) => wrong(
            "bearer_token",
            "is one way to get in and there is another one in the config: keep only one of them",
        ),
    }
}

/// A login or a password: blanks inside are people's own choice.
fn plain(field: &str, secret: &Secret) -> Result<Secret, Failure> {
    let secret = checks::password(field, secret, "write that of an agent of Zammad")?;
    if secret.expose().chars().any(char::is_control) {
        return Err(Failure::rejected_field(
            field,
            "holds a line break or another control character: copy it again",
        ));
    }
    Ok(secret)
}

fn inbox(names: Option<&[String]>) -> Result<Vec<String>, Failure> {
    let Some(names) = names else {
        return Ok(vec![INBOX.to_owned()]);
    };
    if names.iter().any(|name| name.trim().is_empty()) {
        return Err(Failure::rejected_field(
            "inbox",
            "holds an empty name: write the names of groups",
        ));
    }
    Ok(names.iter().map(|name| name.trim().to_owned()).collect())
}

/// Any certificate, or a file with more of them.
fn verify(value: Option<&Value>) -> Result<(bool, Option<String>), Failure> {
    let wrong = || {
        Err(Failure::rejected_field(
            "verify",
            "must be true, false (without quotes), or the path of a PEM file with certificates",
        ))
    };
    match value {
        None | Some(Value::Null | Value::Bool(true)) => Ok((false, None)),
        Some(Value::Bool(false)) => Ok((true, None)),
        Some(Value::String(path)) => {
            // The host has made it a whole path by now.
            let name = path
                .rsplit(['/', '\\'])
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            match name.as_str() {
                "" | "true" | "false" | "yes" | "no" => wrong(),
                _ if path.contains("${") => wrong(),
                _ => Ok((false, Some(path.clone()))),
            }
        }
        Some(_) => wrong(),
    }
}

fn timeout(value: Option<&Value>) -> Result<Option<Duration>, Failure> {
    let seconds = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => match text.trim().parse::<f64>() {
            Ok(plain) => Some(plain),
            Err(_) => checks::seconds(text).map(|seconds| seconds as f64),
        },
        Some(_) => None,
    };
    match seconds {
        Some(seconds) if seconds > 0.0 && seconds <= LONGEST_TIMEOUT => Ok(Some(Duration::from_secs_f64(seconds))),
        _ => Err(Failure::rejected_field(
            "timeout",
            "must be a time above 0 and at most 10m, for example 30s",
        )),
    }
}

#[cfg(test)]
pub(crate) mod tests;
