//! Who asks: sessions, logins and passwords.

use serde_json::{Map, Value, json};

use super::people::Caller;
use super::transport::{Done, Stop};
use super::value::{given, truthy};
use super::world::Znuny;

impl Znuny {
    /// A session, if the request names one, is all that counts; a good password beside a bad one is not looked at.
    pub(super) fn auth(&mut self, data: &Map<String, Value>, now: i64) -> Option<Caller> {
        if let Some(session) = given(data, "SessionID") {
            return self.sessions.get(&session, now).map(|s| s.who.clone());
        }
        let password = given(data, "Password").unwrap_or_default();
        if let Some(login) = given(data, "UserLogin") {
            return self.people.log_in(&login, &password).map(Caller::Agent);
        }
        let login = given(data, "CustomerUserLogin")?;
        let customer = self.people.customer(&login)?;
        (!password.is_empty() && customer.password == password).then_some(Caller::Customer(login))
    }

    /// Whether [`Znuny::auth`] would let a request in, without counting or forgetting anything.
    pub(super) fn knows(&self, data: &Map<String, Value>, now: i64) -> bool {
        if let Some(session) = given(data, "SessionID") {
            return self.sessions.good(&session, now);
        }
        let password = given(data, "Password").unwrap_or_default();
        let login = |key| given(data, key);
        match (login("UserLogin"), login("CustomerUserLogin")) {
            (Some(login), _) => self
                .people
                .agents
                .iter()
                .any(|a| a.login == login && a.valid && a.password == password),
            (None, Some(login)) => self.people.customer(&login).is_some_and(|c| c.password == password),
            (None, None) => false,
        }
    }

    /// Updates and creations tell what is missing before they try it.
    pub(super) fn auth_strictly(
        &mut self,
        operation: &str,
        data: &Map<String, Value>,
        now: i64,
    ) -> Result<Caller, Stop> {
        let named = truthy(data.get("UserLogin")) || truthy(data.get("CustomerUserLogin"));
        let missing = |what: &str| Err(Stop::refused(operation, "MissingParameter", what));
        if !named && !truthy(data.get("SessionID")) {
            return missing("UserLogin, CustomerUserLogin or SessionID is required!");
        }
        if named && !truthy(data.get("Password")) {
            return missing("Password or SessionID is required!");
        }
        self.auth(data, now)
            .ok_or_else(|| Stop::refused(operation, "AuthFail", "User could not be authenticated!"))
    }

    pub(super) fn session_create(&mut self, data: &Map<String, Value>, now: i64) -> Done {
        let refused = |code, text| Err(Stop::refused("SessionCreate", code, text));
        if !truthy(data.get("Password")) {
            return refused("MissingParameter", "Password parameter is missing!");
        }
        let mut login = data.clone();
        login.remove("SessionID");
        match self.auth(&login, now) {
            Some(who) => Ok(json!({ "SessionID": self.sessions.create(who, now) })),
            None => refused("AuthFail", "Authorization failing!"),
        }
    }

    pub(super) fn session_get(&mut self, data: &Map<String, Value>, now: i64) -> Done {
        let refused = |code, text| Err(Stop::refused("SessionGet", code, text));
        let Some(id) = given(data, "SessionID") else {
            return refused("MissingParameter", "SessionID is missing!");
        };
        let Some(session) = self.sessions.get(&id, now).cloned() else {
            return refused("SessionInvalid", "SessionID is Invalid!");
        };
        let started = session.started.to_string();
        let (login, first, last, email, number, kind) = match &session.who {
            Caller::Agent(id) => match self.people.agent(*id) {
                Some(a) => (&a.login, &a.first, &a.last, &a.email, id.to_string(), "User"),
                None => return refused("SessionInvalid", "SessionID is Invalid!"),
            },
            Caller::Customer(login) => match self.people.customer(login) {
                Some(c) => (login, &c.name, &c.company, &c.email, login.clone(), "Customer"),
                None => return refused("SessionInvalid", "SessionID is Invalid!"),
            },
        };
        let full = format!("{first} {last}");
        let shown: [(&str, &str); 13] = [
            ("SessionSource", "GenericInterface"),
            ("UserEmail", email),
            ("UserFirstname", first),
            ("UserFullname", &full),
            ("UserID", &number),
            ("UserLastLogin", &started),
            ("UserLastRequest", &session.last_request.to_string()),
            ("UserLastname", last),
            ("UserLogin", login),
            ("UserRemoteAddr", "127.0.0.1"),
            ("UserRemoteUserAgent", "none"),
            ("UserSessionStart", &started),
            ("UserType", kind),
        ];
        let shown: Vec<Value> = shown
            .iter()
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        Ok(json!({ "SessionData": shown }))
    }

    /// Wants a login besides the session, and only an agent's own one.
    pub(super) fn session_remove(&mut self, mut data: Map<String, Value>, now: i64) -> Done {
        let refused = |code, text| Err(Stop::refused("SessionRemove", code, text));
        let Some(id) = given(&data, "SessionID") else {
            return refused("MissingParameter", "SessionID parameter is missing!");
        };
        data.remove("SessionID");
        let Some(who) = self.auth(&data, now) else {
            return refused("AuthFail", "Authorization failed!");
        };
        if self.sessions.get(&id, now).is_some_and(|s| s.who != who) {
            return refused("AuthFail", "Authorization failed! User needs to be in group admin.");
        }
        self.sessions.remove(&id);
        Ok(json!({ "Success": 1 }))
    }
}
