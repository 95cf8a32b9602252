//! Agents with their rights and customers.
//!
//! A right belongs to an agent and a group of queues, as in the product; a test may also set it for one queue, which is
//! the same as giving that queue a group of its own. `rw` stands for every right, and nothing else stands for another.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::Queue;

pub(super) type Rights = BTreeSet<String>;

#[derive(Debug, Clone)]
pub(super) struct Agent {
    pub(super) id: u64,
    pub(super) login: String,
    pub(super) password: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) email: String,
    /// An invalid agent cannot log in.
    pub(super) valid: bool,
    pub(super) groups: BTreeMap<u64, Rights>,
    /// Instead of what the queue's group gives.
    pub(super) queues: BTreeMap<u64, Rights>,
    pub(super) failed_logins: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub(super) login: String,
    pub(super) password: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) company: String,
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    Agent(u64),
    Customer(String),
}

#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) agents: Vec<Agent>,
    pub(super) customers: Vec<Customer>,
    /// `PasswordMaxLoginFailed`: so many wrong passwords lock an agent out; 0 means never.
    pub(super) max_failed: u32,
}

/// The owner of tickets that nobody has taken, and the agent in whose name customers write.
pub(super) const ROOT: u64 = 1;
pub(super) const ALL_RIGHTS: [&str; 7] = ["ro", "move_into", "create", "note", "owner", "priority", "rw"];

impl Agent {
    pub(super) fn full_name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    pub(super) fn may(&self, right: &str, queue: &Queue) -> bool {
        let rights = self.queues.get(&queue.id).or_else(|| self.groups.get(&queue.group));
        rights.is_some_and(|r| r.contains(right) || r.contains("rw"))
    }
}

impl People {
    pub(super) fn add_agent(&mut self, login: &str, password: &str, groups: &[(u64, &[&str])]) -> u64 {
        let id = self.agents.iter().map(|a| a.id).max().unwrap_or(0) + 1;
        let rights = |list: &[&str]| list.iter().map(|r| (*r).to_owned()).collect();
        let mail: String = login
            .chars()
            .map(|c| if c.is_ascii_lowercase() || c == '.' { c } else { '-' })
            .collect();
        self.agents.push(Agent {
            id,
            login: login.to_owned(),
            password: password.to_owned(),
            first: "Seed".to_owned(),
            last: login.to_owned(),
            email: format!("{mail}@znuny.example.test"),
            valid: true,
            groups: groups.iter().map(|(group, list)| (*group, rights(list))).collect(),
            queues: BTreeMap::new(),
            failed_logins: 0,
        });
        id
    }

    /// `first.last` becomes a customer of a company.
    pub(super) fn add_customer(&mut self, login: &str, password: &str, company: &str) {
        let name: Vec<String> = login
            .split('.')
            .map(|part| {
                let mut letters = part.chars();
                letters
                    .next()
                    .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
            })
            .collect();
        self.customers.push(Customer {
            login: login.to_owned(),
            password: password.to_owned(),
            name: name.join(" "),
            email: format!("{login}@{company}.example.test"),
            company: company.to_owned(),
        });
    }

    pub(super) fn agent(&self, id: u64) -> Option<&Agent> {
        self.agents.iter().find(|a| a.id == id)
    }

    pub(super) fn agent_named(&self, login: &str) -> Option<&Agent> {
        self.agents.iter().find(|a| a.login == login)
    }

    pub(super) fn login_of(&self, id: u64) -> &str {
        self.agent(id).map_or("", |a| &a.login)
    }

    pub(super) fn customer(&self, login: &str) -> Option<&Customer> {
        self.customers.iter().find(|c| c.login == login)
    }

    /// Checks an agent's password, and counts when it is wrong.
    pub(super) fn log_in(&mut self, login: &str, password: &str) -> Option<u64> {
        let most = self.max_failed;
        let agent = self.agents.iter_mut().find(|a| a.login == login && a.valid)?;
        if password.is_empty() || agent.password != password {
            agent.failed_logins += 1;
            if most > 0 && agent.failed_logins >= most {
                agent.valid = false;
            }
            return None;
        }
        agent.failed_logins = 0;
        Some(agent.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> People {
        let mut people = People::default();
        people.add_agent("bot", "pw", &[(4, &["ro", "note"])]);
        people.add_agent("boss", "pw", &[(4, &["rw"])]);
        people
    }

    #[test]
    fn only_rw_stands_for_other_rights() {
        let people = people();
        let queue = |group| Queue {
            id: 7,
            name: "Q".into(),
            group,
        };
        let (bot, boss) = (people.agent(1).unwrap(), people.agent(2).unwrap());
        assert!(bot.may("note", &queue(4)) && !bot.may("move", &queue(4)) && !bot.may("ro", &queue(5)));
        assert!(boss.may("move", &queue(4)) && boss.may("close", &queue(4)));
        let mut narrowed = boss.clone();
        narrowed.queues.insert(7, Rights::new());
        assert!(
            !narrowed.may("ro", &queue(4)),
            "what stands for one queue replaces the group's rights"
        );
    }

    #[test]
    fn failed_logins_lock_an_agent_out_only_if_told_to() {
        let mut people = people();
        for _ in 0..9 {
            assert!(people.log_in("bot", "wrong").is_none());
        }
        assert_eq!(people.log_in("bot", "pw"), Some(1));
        people.max_failed = 2;
        assert!(people.log_in("bot", "").is_none() && people.log_in("bot", "x").is_none());
        assert!(people.log_in("bot", "pw").is_none() && people.log_in("nobody", "pw").is_none());
    }
}
