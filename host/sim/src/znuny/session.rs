//! Sessions made by `SessionCreate`.
//!
//! Using a session does not keep it alive: the interface never notes a later request (seen on Znuny 6.5.15, where
//! `UserLastRequest` stays what it was at the login). So the idle time ends a session just as the total time does, counted
//! from its creation.

use std::collections::HashMap;

use crate::dice::Dice;

use super::people::Caller;

#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) who: Caller,
    pub(super) started: i64,
    pub(super) last_request: i64,
}

#[derive(Debug)]
pub(super) struct Sessions {
    open: HashMap<String, Session>,
    dice: Dice,
    /// `SessionMaxTime`, seconds.
    pub(super) max_time: i64,
    /// `SessionMaxIdleTime`, seconds.
    pub(super) max_idle: i64,
    /// How many have been made.
    pub(super) made: u64,
}

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl Sessions {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            open: HashMap::new(),
            dice: Dice::new(seed ^ 0x5e55_1017),
            max_time: 57_600,
            max_idle: 7200,
            made: 0,
        }
    }

    pub(super) fn create(&mut self, who: Caller, now: i64) -> String {
        let id: String = (0..32)
            .map(|_| char::from(LETTERS[(self.dice.next() % LETTERS.len() as u64) as usize]))
            .collect();
        self.made += 1;
        let session = Session {
            who,
            started: now,
            last_request: now,
        };
        self.open.insert(id.clone(), session);
        id
    }

    /// A session that is still good. One that has run out is forgotten.
    pub(super) fn get(&mut self, id: &str, now: i64) -> Option<&Session> {
        if !self.good(id, now) {
            self.open.remove(id);
        }
        self.open.get(id)
    }

    pub(super) fn good(&self, id: &str, now: i64) -> bool {
        let lasting = |s: &Session| now - self.max_idle < s.last_request && now - self.max_time < s.started;
        self.open.get(id).is_some_and(lasting)
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.open.remove(id);
    }

    /// Ends all sessions and says how many there were.
    pub(super) fn expire_all(&mut self) -> usize {
        std::mem::take(&mut self.open).len()
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_does_not_keep_a_session_alive() {
        let mut sessions = Sessions::new(1);
        let id = sessions.create(Caller::Agent(2), 1000);
        for now in [1001, 4000, 8199] {
            assert!(sessions.get(&id, now).is_some(), "{now}");
        }
        assert!(sessions.get(&id, 8200).is_none() && sessions.get(&id, 1001).is_none());
    }

    #[test]
    fn the_total_time_counts_too() {
        let mut sessions = Sessions::new(1);
        sessions.max_idle = i64::MAX / 2;
        let id = sessions.create(Caller::Agent(2), 0);
        assert!(sessions.get(&id, 57_599).is_some() && sessions.get(&id, 57_600).is_none());
        assert!(sessions.get("nope", 0).is_none());
        assert_ne!(
            sessions.create(Caller::Agent(2), 0),
            sessions.create(Caller::Agent(2), 0)
        );
        assert_eq!(sessions.expire_all(), 2);
    }
}
