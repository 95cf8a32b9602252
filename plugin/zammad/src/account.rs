//! Who the credentials belong to, as `/users/me` tells with `expand=true`.

use std::collections::BTreeMap;

use otai_plugin::{serde::Deserialize, serde_json::Value};

/// The user.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde")]
pub(crate) struct Account {
    /// Without it the answer is something else's.
    #[serde(rename = "id")]
    _id: i64,
    login: Option<String>,
    firstname: Option<String>,
    lastname: Option<String>,
    email: Option<String>,
    active: Option<bool>,
    roles: Option<Vec<String>>,
    /// Name of a group → rights that the user has there of its own; those of its roles are not told.
    #[serde(default)]
    pub(crate) groups: BTreeMap<String, Value>,
}

impl Account {
    /// For the admin to recognise.
    pub(crate) fn name(&self) -> String {
        let parts = [&self.firstname, &self.lastname].into_iter().flatten();
        let name: Vec<&str> = parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        let name = name.join(" ");
        let mail = self
            .email
            .as_deref()
            .filter(|mail| !mail.is_empty())
            .or(self.login.as_deref());
        match mail {
            Some(mail) if !name.is_empty() => format!("{name} <{mail}>"),
            Some(mail) => mail.to_owned(),
            None => name,
        }
    }

    pub(crate) fn is_inactive(&self) -> bool {
        self.active == Some(false)
    }

    /// True if it is told to be a customer and nothing else: then only its own tickets are visible.
    pub(crate) fn is_customer(&self) -> bool {
        let roles = self.roles.as_deref().unwrap_or_default();
        !roles.is_empty() && roles.iter().all(|role| role == "Customer")
    }

    /// True if the user has this right of its own.
    pub(crate) fn may(&self, group: &str, right: &str) -> bool {
        let rights = self.groups.get(group).and_then(Value::as_array).into_iter().flatten();
        let mut rights = rights.filter_map(Value::as_str);
        rights.any(|has| has == right || has == "full")
    }
}

#[cfg(test)]
mod tests {
    use otai_plugin::{
        merged,
        serde_json::{self, json},
    };

    use super::*;

    fn account(value: Value) -> Account {
        serde_json::from_value(merged(json!({"id": 7}), value)).unwrap()
    }

    #[test]
    fn what_has_no_id_is_no_account() {
        for other in [json!({}), json!([]), json!({"error": "x"})] {
            assert!(serde_json::from_value::<Account>(other).is_err());
        }
    }

    #[test]
    fn an_account_is_named_by_what_it_has() {
        let full = json!({"firstname": "Otto", "lastname": " Automat ", "email": "bot@desk.example", "login": "bot"});
        assert_eq!(account(full).name(), "Otto Automat <bot@desk.example>");
        assert_eq!(
            account(json!({"login": "bot", "firstname": "", "email": ""})).name(),
            "bot"
        );
        assert_eq!(account(json!({})).name(), "");
    }

    #[test]
    fn rights_are_its_own_or_none() {
        let one = account(
            json!({"roles": ["Agent"], "groups": {"Users": ["read", "change"], "Billing": ["full"], "X": "full"}}),
        );
        assert!(one.may("Users", "change") && !one.may("Users", "create") && one.may("Billing", "create"));
        assert!(!one.may("Nowhere", "read") && !one.may("X", "read") && !one.is_customer());
        assert!(account(json!({"roles": ["Customer"]})).is_customer() && !account(json!({})).is_customer());
    }
}
