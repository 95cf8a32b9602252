//! What an admin is told about the desk: who we are, which names there are, what could go wrong.

use std::collections::BTreeMap;

use otai_plugin::{
    model::{Catalog, Status},
    names,
};

use crate::{account::Account, fields::Fields, fields::Step, params::Settings};

/// The first version whose search knows conditions and whose names otai relies on.
const OLDEST: u32 = 4;
/// Names that one sentence lists.
const LISTED: usize = 5;

/// Puts together what account, form and settings say. `version` as Zammad tells it, where it does.
pub(crate) fn catalog(account: &Account, fields: &Fields, settings: &Settings, version: Option<&str>) -> Catalog {
    let mut queues = fields.open_groups.clone();
    if !fields.groups_listed {
        queues.extend(
            settings
                .inbox
                .iter()
                .filter(|name| !fields.open_groups.contains(name))
                .cloned(),
        );
    }
    let used = fields
        .states
        .iter()
        .filter(|state| state.active || state.step.settled().is_some());
    let mut unlisted = Vec::new();
    if !fields.groups_listed {
        unlisted.push("queue".to_owned());
    }
    if !fields.attributes_listed {
        unlisted.extend(["type".to_owned(), "custom_fields".to_owned()]);
    }
    Catalog {
        account: account.name(),
        queues,
        priorities: fields.priorities.iter().map(|(name, _)| name.clone()).collect(),
        unset: unset(fields, settings),
        types: fields.types().to_vec(),
        statuses: used
            .map(|state| Status {
                name: state.name.clone(),
                fresh: matches!(state.step, Step::New | Step::Open),
                closed: state.step.settled().is_some(),
            })
            .collect(),
        custom_fields: fields.custom.iter().map(|one| one.field.clone()).collect(),
        unlisted,
        free_tags: true,
        requests_per_minute: None,
        warnings: warnings(account, fields, settings, version),
    }
}

fn unset(fields: &Fields, settings: &Settings) -> BTreeMap<String, Vec<String>> {
    let mut unset = BTreeMap::from([("queue".to_owned(), settings.inbox.clone())]);
    if let Some(name) = &fields.default_priority {
        unset.insert("priority".to_owned(), vec![name.clone()]);
    }
    let kind = fields.kind.iter().map(|kind| ("type".to_owned(), kind));
    let custom = fields
        .custom
        .iter()
        .map(|one| (format!("custom_fields.{}", one.field.name), one));
    for (field, attribute) in kind.chain(custom) {
        if let Some(default) = &attribute.default {
            unset.insert(field, vec![default.clone()]);
        }
    }
    unset
}

fn warnings(account: &Account, fields: &Fields, settings: &Settings, version: Option<&str>) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |text: String| warnings.push(text);
    if settings.address.plain_http {
        warn(
            "`allow_http: true`: token or password and all tickets cross the network in the clear, so whoever sits on the way can read \
             them and use the credentials; better give Zammad a certificate"
                .into(),
        );
    }
    if settings.any_certificate {
        warn(
            "`verify: false`: any certificate is trusted, so whoever sits on the way can read and change everything"
                .into(),
        );
    }
    if let Some(old) = version.filter(|version| major(version).is_some_and(|major| major < OLDEST)) {
        let old: String = old
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || ".-".contains(*c))
            .take(30)
            .collect();
        warn(format!(
            "Zammad {old} is older than {OLDEST}.0, the first version that otai is made for"
        ));
    }
    if account.is_inactive() {
        warn("the user of these credentials is not active: they may stop working at any time".into());
    }
    if account.is_customer() {
        warn(
            "the user of these credentials is a customer and sees only its own tickets: give it the role of an agent"
                .into(),
        );
    }
    if fields.groups_listed {
        for name in settings.inbox.iter().filter(|name| !fields.open_groups.contains(name)) {
            let hint = names::hint(name, fields.open_groups.iter().map(String::as_str));
            warn(format!(
                "`inbox` names the group \"{name}\", which Zammad does not have{hint}"
            ));
        }
    } else {
        warn(
            "the credentials may not list the groups (permission `admin.group`): otai knows those of `inbox` and those that the user \
             has of its own, and only moving a ticket shows whether another name exists"
                .into(),
        );
    }
    if !fields.attributes_listed {
        warn(
            "the credentials may not list the attributes of tickets (permission `admin.object`): types and custom fields are taken from \
             the tickets, as text, and only writing them shows whether a value exists"
                .into(),
        );
    }
    warnings.extend(rights(account, fields, settings));
    warnings
}

/// What the user may not do, as far as that shows: rights of its roles are not told, so a user without any of its own may have
/// all of them.
fn rights(account: &Account, fields: &Fields, settings: &Settings) -> Vec<String> {
    if account.groups.is_empty() {
        return Vec::new();
    }
    let (inbox, others): (Vec<&String>, Vec<&String>) = fields
        .open_groups
        .iter()
        .partition(|name| settings.inbox.contains(name));
    let without = |groups: Vec<&String>, rights: &[&str]| {
        let lacks = |name: &&String| !rights.iter().all(|right| account.may(name, right));
        let lacking: Vec<String> = groups
            .into_iter()
            .filter(lacks)
            .map(|name| format!("\"{name}\""))
            .collect();
        let more = match lacking.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let first: Vec<String> = lacking.into_iter().take(LISTED).collect();
        (!first.is_empty()).then(|| format!("{}{more}", first.join(", ")))
    };
    let here = without(inbox, &["read", "change"]).map(|names| {
        format!("the user has no `read` and `change` of its own on {names}, where tickets arrive: they are invisible or cannot be written, unless a role gives it")
    });
    let there = without(others, &["create"]).map(|names| {
        format!("the user has no `create` of its own on {names}: tickets cannot be moved there, unless a role gives it")
    });
    here.into_iter().chain(there).collect()
}

fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use otai_plugin::serde_json::{self, json};

    use super::*;
    use crate::{fields::tests::own, params::tests::settings};

    fn me() -> Account {
        serde_json::from_str(include_str!("../tests/fixtures/users_me.json")).unwrap()
    }

    #[test]
    fn a_sound_desk_has_no_warnings() {
        let catalog = catalog(&me(), &own(), &settings(json!({})), Some("6.4.1-1722"));
        assert_eq!(catalog.warnings, [""; 0]);
        assert_eq!(catalog.account, "Otto Automat <otto@desk.example>");
        assert_eq!(catalog.queues, ["Users", "Billing", "Hardware", "Support::2nd Level"]);
        assert_eq!(catalog.priorities, ["1 low", "2 normal", "3 high"]);
        assert_eq!(
            json!(catalog.unset),
            json!({"queue": ["Users"], "priority": ["2 normal"], "custom_fields.product": ["none"]})
        );
        let of = |wanted: fn(&Status) -> bool| {
            let names = catalog.statuses.iter().filter(|s| wanted(s)).map(|s| s.name.as_str());
            names.collect::<Vec<_>>()
        };
        assert_eq!(of(|s| s.fresh), ["new", "open", "in Arbeit"]);
        assert_eq!(of(|s| s.closed), ["closed", "merged", "removed", "erledigt"]);
        assert!(catalog.unlisted.is_empty() && catalog.free_tags && catalog.custom_fields.len() == 7);
    }

    #[test]
    fn everything_that_could_surprise_is_told() {
        let account: Account = serde_json::from_value(json!({"id": 7, "active": false, "roles": ["Customer"],
            "groups": {"Users": ["read"], "Billing": ["full"], "Hardware": ["create"]}}))
        .unwrap();
        let changes =
            json!({"base_url": "http://desk.house", "allow_http": true, "verify": false, "inbox": ["Users", "Eingan"]});
        let settings = settings(changes);
        let warnings = catalog(&account, &own(), &settings, Some("3.6.0")).warnings;
        for word in [
            "in the clear",
            "`verify: false`",
            "3.6.0 is older",
            "not active",
            "a customer",
            "\"Eingan\"",
            "on \"Users\", where tickets arrive",
            "no `create` of its own on \"Support::2nd Level\"",
        ] {
            assert!(warnings.iter().any(|w| w.contains(word)), "{word}: {warnings:?}");
        }
        assert_eq!(warnings.len(), 8, "{warnings:?}");
    }

    #[test]
    fn what_may_not_be_listed_is_told_with_the_right_that_would_list_it() {
        let mut fields = own();
        (fields.groups_listed, fields.attributes_listed) = (false, false);
        fields.open_groups = vec!["Billing".into()];
        let catalog = catalog(&me(), &fields, &settings(json!({})), None);
        assert_eq!(catalog.queues, ["Billing", "Users"]);
        assert_eq!(catalog.unlisted, ["queue", "type", "custom_fields"]);
        for right in ["admin.group", "admin.object"] {
            assert!(
                catalog.warnings.iter().any(|w| w.contains(right)),
                "{:?}",
                catalog.warnings
            );
        }
    }

    #[test]
    fn a_user_whose_rights_come_from_roles_is_not_suspected() {
        let account = Account::default();
        assert!(rights(&account, &own(), &settings(json!({}))).is_empty());
    }
}
