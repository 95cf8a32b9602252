//! What belongs to the account and not to a ticket: groups, agents, types, fields, and what the key's agent may do.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::freshdesk::fields::{self, Field, FieldKind};
use crate::time::{self, DAY};

/// A group, which is Freshdesk's word for a queue.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: u64,
    pub(crate) name: String,
}

/// An agent of the helpdesk.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) group_ids: Vec<u64>,
}

/// A status with its two labels.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    pub(crate) id: u64,
    pub(crate) label: String,
    pub(crate) label_for_customers: String,
}

/// Which tickets the key's agent sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    Global,
    Group,
    Restricted,
}

#[derive(Debug)]
pub(crate) struct Account {
    /// Every id but a ticket's starts here: 12 digits, 15x000000000, as in real accounts.
    pub(crate) base: u64,
    pub(crate) founded: i64,
    pub(crate) groups: Vec<Group>,
    next_group: u64,
    pub(crate) agents: Vec<Agent>,
    pub(crate) types: Vec<String>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) fields: Vec<Field>,
    pub(crate) product_name: String,
    pub(crate) suspended: bool,
    pub(crate) api_enabled: bool,
    pub(crate) scope: Scope,
    /// What the agent's role forbids, e.g. `ticket_edit`, `note`, `admin`, `field:group_id`.
    pub(crate) deny: BTreeSet<String>,
}

const STATUSES: [(u64, &str, &str); 7] = [
    (2, "Open", "Being Processed"),
    (3, "Pending", "Awaiting your Reply"),
    (4, "Resolved", "This ticket has been Resolved"),
    (5, "Closed", "This ticket has been Closed"),
    (6, "Waiting on Customer", "Awaiting your Reply"),
    (7, "Waiting on Third Party", "Being Processed"),
    (8, "In Klärung", "In Bearbeitung"),
];

impl Account {
    pub(crate) fn new(seed: u64, now: i64) -> Self {
        let base = (150 + seed % 10) * 1_000_000_000;
        let agent = |n: u64, name: &str, email: &str| Agent {
            id: base + 900_000 + n,
            name: name.into(),
            email: email.into(),
            group_ids: Vec::new(),
        };
        Self {
            base,
            founded: now - 240 * DAY,
            groups: Vec::new(),
            next_group: base + 201_001,
            agents: vec![
                agent(1, "Classifier Bot", "bot@northwind.example"),
                agent(2, "Ida Bergmann", "ida.bergmann@northwind.example"),
            ],
            types: Vec::new(),
            statuses: STATUSES
                .iter()
                .map(|(id, label, customers)| Status {
                    id: *id,
                    label: (*label).into(),
                    label_for_customers: (*customers).into(),
                })
                .collect(),
            fields: fields::custom(base),
            product_name: "Northwind Shop".into(),
            suspended: false,
            api_enabled: true,
            scope: Scope::Global,
            deny: BTreeSet::new(),
        }
    }

    pub(crate) fn product_id(&self) -> u64 {
        self.base + 70_001
    }

    pub(crate) fn email_config_id(&self) -> u64 {
        self.base + 47_211
    }

    /// The agent to whom the API key belongs.
    pub(crate) fn me(&self) -> u64 {
        self.base + 900_001
    }

    /// The agent who acts when a test plays a human.
    pub(crate) fn human(&self) -> u64 {
        self.base + 900_002
    }

    /// Adds a group, or finds the one of that name. Groups stay in alphabetical order.
    pub(crate) fn add_group(&mut self, name: &str) -> u64 {
        if let Some(group) = self.groups.iter().find(|g| g.name == name) {
            return group.id;
        }
        let id = self.next_group;
        self.next_group += 1;
        let key = |name: &str| (name.to_lowercase(), name.to_owned());
        let at = self.groups.partition_point(|g| key(&g.name) < key(name));
        self.groups.insert(
            at,
            Group {
                id,
                name: name.to_owned(),
            },
        );
        id
    }

    pub(crate) fn add_type(&mut self, label: &str) {
        if !self.types.iter().any(|t| t == label) {
            self.types.push(label.to_owned());
        }
    }

    pub(crate) fn group(&self, id: u64) -> Option<&Group> {
        self.groups.iter().find(|g| g.id == id)
    }

    pub(crate) fn denies(&self, what: &str) -> bool {
        self.deny.contains(what)
    }

    /// Names of all custom fields, those of nested levels included.
    pub(crate) fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().flat_map(|f| {
            let (second, third) = match &f.kind {
                FieldKind::Nested { level2, level3, .. } => (Some(level2.as_str()), Some(level3.as_str())),
                _ => (None, None),
            };
            [Some(f.name.as_str()), second, third].into_iter().flatten()
        })
    }

    pub(crate) fn show_group(&self, group: &Group, single: bool) -> Value {
        let at = time::show(self.founded);
        let mut shown = json!({
            "id": group.id, "name": group.name, "description": null, "escalate_to": null, "unassigned_for": null,
            "business_hour_id": null, "group_type": "support_agent_group", "created_at": at, "updated_at": at,
            "auto_ticket_assign": 0, "agent_availability_status": false,
        });
        if single {
            let members: Vec<u64> = self
                .agents
                .iter()
                .filter(|a| a.group_ids.contains(&group.id))
                .map(|a| a.id)
                .collect();
            shown["agent_ids"] = json!(members);
            shown["allow_agents_to_change_availability"] = json!(true);
        }
        shown
    }

    pub(crate) fn show_agent(&self, agent: &Agent, now: i64) -> Value {
        let at = time::show(self.founded);
        let scope = match (agent.id == self.me(), self.scope) {
            (true, Scope::Group) => 2,
            (true, Scope::Restricted) => 3,
            _ => 1,
        };
        json!({
            "id": agent.id, "org_agent_id": "1010999990000012345", "available": false, "occasional": false,
            "signature": null, "ticket_scope": scope, "type": "support_agent", "role_ids": [self.base + 10_001],
            "group_ids": agent.group_ids, "skill_ids": [], "deactivated": false, "available_since": null,
            "last_active_at": time::show(now), "focus_mode": true, "scope": scope, "api_key_enabled": true,
            "agent_operational_status": "offline", "contribution_group_ids": [], "org_group_ids": [],
            "org_contribution_group_ids": [],
            "availability": [{ "channel": "ticket", "available": false, "available_since": null }],
            "created_at": at, "updated_at": at,
            "contact": {
                "active": true, "email": agent.email, "job_title": null, "language": "en",
                "last_login_at": time::show(now), "mobile": null, "name": agent.name, "phone": null,
                "time_zone": "Berlin", "created_at": at, "updated_at": at, "avatar": null,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_alphabetical_and_ids_twelve_digits_of_the_seed() {
        let mut account = Account::new(1, 1_700_000_000);
        for name in ["beta", "Alpha", "Gamma", "beta"] {
            account.add_group(name);
        }
        let names: Vec<&str> = account.groups.iter().map(|g| g.name.as_str()).collect();
        assert_eq!(names, ["Alpha", "beta", "Gamma"]);
        assert!(account.groups.iter().all(|g| g.id.to_string().starts_with("151000")));
        assert_eq!(account.me().to_string().len(), 12);
    }

    #[test]
    fn nested_choices_are_lists_of_one_key_objects() {
        let account = Account::new(1, 1_700_000_000);
        let all = fields::show_all(&account);
        let nested = all.iter().find(|f| f["type"] == "nested_field").unwrap();
        assert_eq!(nested["choices"][0]["Billing"][0]["Invoice"][0], "Duplicate");
        assert_eq!(nested["choices"][0]["Billing"][1]["Refund"], json!([]));
        assert_eq!(nested["nested_ticket_fields"][0]["level"], 2);
        assert!(account.field_names().any(|n| n == "cf_item"));
    }
}
