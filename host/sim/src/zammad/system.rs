//! What belongs to the system and not to a ticket: users, groups, states, attributes, settings, and what our user may do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::zammad::fields::{self, Field};
use crate::zammad::show::time_ms;

/// The user to whom the token belongs.
pub(crate) const ME: u64 = 2;
/// The agent who acts when a test plays a human.
pub(crate) const HUMAN: u64 = 3;
/// States with their types' ids.
pub(crate) const STATES: [(u64, &str, u64); 6] = [
    (1, "new", 1),
    (2, "open", 2),
    (3, "pending reminder", 3),
    (4, "closed", 5),
    (5, "merged", 6),
    (6, "pending close", 4),
];

#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: u64,
    pub(crate) login: String,
    pub(crate) firstname: String,
    pub(crate) lastname: String,
    /// 1 administrator, 2 agent, 3 customer.
    pub(crate) role: u64,
}

impl User {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.firstname, self.lastname).trim().to_owned()
    }
}

/// A core workflow that takes values away: 422, masked.
#[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Workflow {
    /// `group_id`, `priority_id`, `state_id`, or an attribute.
    pub(crate) field: String,
    /// Names (or, for attributes, values) that it does not offer.
    pub(crate) forbid: Vec<String>,
}

/// What a test may switch; every switch is a key of `POST /_sim/account`.
#[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Access by token, and by password.
    pub(crate) api_token_access: bool,
    pub(crate) api_password_access: bool,
    pub(crate) maintenance: bool,
    pub(crate) user_active: bool,
    pub(crate) token_expired: bool,
    /// What the user's roles permit, and which of it the token carries. `admin` includes `admin.object`.
    pub(crate) user_permissions: BTreeSet<String>,
    pub(crate) token_permissions: BTreeSet<String>,
    /// Rights per group name: `read`, `create`, `change`, `overview`, `full`. A group that is not named has `full`.
    pub(crate) group_rights: BTreeMap<String, BTreeSet<String>>,
    /// Whether a search with a query asks an index.
    pub(crate) elasticsearch: bool,
    /// Up to 6.4 an un-expanded search answers an object, and totals are unknown.
    pub(crate) old_search: bool,
    /// Whether everybody may make new tags.
    pub(crate) tag_new: bool,
    pub(crate) workflows: Vec<Workflow>,
}

impl Default for Settings {
    fn default() -> Self {
        let agent = || BTreeSet::from(["ticket.agent".to_owned()]);
        Self {
            api_token_access: true,
            api_password_access: true,
            maintenance: false,
            user_active: true,
            token_expired: false,
            user_permissions: agent(),
            token_permissions: agent(),
            group_rights: BTreeMap::new(),
            elasticsearch: false,
            old_search: false,
            tag_new: true,
            workflows: Vec::new(),
        }
    }
}

/// Whether a list of permissions includes one: itself or what stands above it.
pub(crate) fn permits(list: &BTreeSet<String>, permission: &str) -> bool {
    list.iter().any(|p| {
        permission
            .strip_prefix(p.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

#[derive(Debug)]
pub(crate) struct System {
    pub(crate) founded_ms: i64,
    pub(crate) users: BTreeMap<u64, User>,
    /// Names by id; a nested group's is its full path.
    pub(crate) groups: BTreeMap<u64, String>,
    pub(crate) priorities: Vec<(u64, String)>,
    pub(crate) fields: Vec<Field>,
    /// Every tag that exists.
    pub(crate) tags: BTreeSet<String>,
    pub(crate) settings: Settings,
}

impl System {
    pub(crate) fn new(now_ms: i64, types: &[String]) -> Self {
        let user = |id, login: &str, firstname: &str, lastname: &str, role| {
            let user = User {
                id,
                login: login.into(),
                firstname: firstname.into(),
                lastname: lastname.into(),
                role,
            };
            (id, user)
        };
        Self {
            founded_ms: now_ms - 240 * 86_400_000,
            users: BTreeMap::from([
                user(1, "-", "-", "", 3),
                user(ME, "otai.bot@northwind.example", "Classifier", "Bot", 2),
                user(HUMAN, "ida.bergmann@northwind.example", "Ida", "Bergmann", 2),
                user(4, "admin@northwind.example", "Ada", "Min", 1),
            ]),
            groups: BTreeMap::from([(1, "Users".to_owned())]),
            priorities: ["1 low", "2 normal", "3 high"]
                .map(str::to_owned)
                .into_iter()
                .zip(1..)
                .map(|(n, i)| (i, n))
                .collect(),
            fields: fields::all(types),
            tags: BTreeSet::new(),
            settings: Settings::default(),
        }
    }

    /// Adds a group, or finds the one of that name.
    pub(crate) fn add_group(&mut self, name: &str) -> u64 {
        if let Some(id) = self.group_id(name) {
            return id;
        }
        let id = self.groups.keys().last().map_or(1, |last| last + 1);
        self.groups.insert(id, name.to_owned());
        id
    }

    pub(crate) fn group_id(&self, name: &str) -> Option<u64> {
        self.groups.iter().find(|(_, n)| *n == name).map(|(id, _)| *id)
    }

    /// Finds a customer or makes one, as an e-mail of a stranger does.
    pub(crate) fn add_customer(&mut self, email: &str, name: &str) -> u64 {
        if let Some(user) = self.user(email) {
            return user.id;
        }
        let id = self.users.keys().last().map_or(1, |last| last + 1);
        let (firstname, lastname) = name.split_once(' ').unwrap_or((name, ""));
        let user = User {
            id,
            login: email.to_lowercase(),
            firstname: firstname.to_owned(),
            lastname: lastname.to_owned(),
            role: 3,
        };
        self.users.insert(id, user);
        id
    }

    /// A user by login or e-mail address, which are the same here.
    pub(crate) fn user(&self, login: &str) -> Option<&User> {
        let login = login.to_lowercase();
        self.users.values().find(|u| u.login == login)
    }

    pub(crate) fn login(&self, id: u64) -> Option<&str> {
        self.users.get(&id).map(|u| u.login.as_str())
    }

    pub(crate) fn priority(&self, id: u64) -> Option<&str> {
        self.priorities.iter().find(|(i, _)| *i == id).map(|(_, n)| n.as_str())
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// Whether our user has a right in a group.
    pub(crate) fn may(&self, right: &str, group: u64) -> bool {
        let rights = self
            .groups
            .get(&group)
            .and_then(|name| self.settings.group_rights.get(name));
        rights.is_none_or(|r| r.contains(right) || r.contains("full"))
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.settings.user_permissions.contains("admin")
    }

    pub(crate) fn show_group(&self, id: u64, name: &str, expand: bool) -> Value {
        let at = time_ms(self.founded_ms);
        let agents: Vec<&User> = self.users.values().filter(|u| u.role < 3).collect();
        let mut shown = json!({
            "id": id, "signature_id": null, "email_address_id": null, "name": name, "assignment_timeout": null,
            "follow_up_possible": "yes", "reopen_time_in_days": null, "follow_up_assignment": true, "active": true,
            "shared_drafts": true, "note": null, "updated_by_id": 1, "created_by_id": 1, "created_at": at,
            "updated_at": at, "name_last": name.rsplit("::").next(),
            "parent_id": name.rsplit_once("::").and_then(|(parent, _)| self.group_id(parent)),
            "user_ids": agents.iter().map(|u| u.id).collect::<Vec<_>>(),
        });
        if expand {
            shown["users"] = agents.iter().map(|u| json!(u.login)).collect();
            shown["created_by"] = json!("-");
            shown["updated_by"] = json!("-");
        }
        shown
    }

    pub(crate) fn show_user(&self, user: &User, expand: bool) -> Value {
        let at = time_ms(self.founded_ms);
        let group_ids: serde_json::Map<String, Value> = self
            .groups
            .keys()
            .filter(|_| user.role < 3)
            .map(|id| (id.to_string(), json!(["full"])))
            .collect();
        let mut shown = json!({
            "id": user.id, "organization_id": null, "login": user.login, "firstname": user.firstname,
            "lastname": user.lastname, "email": if user.id == 1 { "" } else { user.login.as_str() }, "image": null,
            "image_source": null, "web": "", "phone": "", "fax": "", "mobile": "", "department": "", "street": "",
            "zip": "", "city": "", "country": "", "address": "", "vip": false, "verified": false,
            "active": user.id != 1, "note": "", "last_login": null, "source": null, "login_failed": 0,
            "out_of_office": false, "out_of_office_start_at": null, "out_of_office_end_at": null,
            "out_of_office_replacement_id": null, "preferences": {}, "updated_by_id": 1, "created_by_id": 1,
            "created_at": at, "updated_at": at, "role_ids": [user.role], "organization_ids": [],
            "authorization_ids": [], "overview_sorting_ids": [], "group_ids": group_ids,
        });
        if expand {
            let role = match user.role {
                1 => "Admin",
                2 => "Agent",
                _ => "Customer",
            };
            shown["roles"] = json!([role]);
            shown["organization"] = Value::Null;
            shown["created_by"] = json!("-");
            shown["updated_by"] = json!("-");
        }
        shown
    }

    pub(crate) fn show_state(&self, (id, name, kind): (u64, &str, u64)) -> Value {
        let at = time_ms(self.founded_ms);
        json!({
            "id": id, "state_type_id": kind, "name": name, "next_state_id": null, "ignore_escalation": id > 2,
            "default_create": id == 1, "default_follow_up": id == 2, "note": null, "active": true,
            "updated_by_id": 1, "created_by_id": 1, "created_at": at, "updated_at": at,
        })
    }

    pub(crate) fn show_priority(&self, id: u64, name: &str) -> Value {
        let at = time_ms(self.founded_ms);
        json!({
            "id": id, "name": name, "default_create": id == 2, "ui_icon": null, "ui_color": null, "note": null,
            "active": true, "updated_by_id": 1, "created_by_id": 1, "created_at": at, "updated_at": at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_above_a_permission_includes_it() {
        let list = BTreeSet::from(["admin".to_owned(), "ticket.agent".to_owned()]);
        assert!(permits(&list, "admin.object") && permits(&list, "ticket.agent"));
        assert!(!permits(&list, "administrator") && !permits(&list, "ticket.customer"));
    }

    #[test]
    fn rights_are_full_unless_said_otherwise() {
        let mut system = System::new(0, &[]);
        let sales = system.add_group("Sales");
        assert!(system.may("create", sales));
        system
            .settings
            .group_rights
            .insert("Sales".into(), BTreeSet::from(["read".into()]));
        assert!(system.may("read", sales) && !system.may("create", sales) && system.may("change", 1));
    }
}
