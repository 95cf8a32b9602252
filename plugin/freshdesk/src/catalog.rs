//! What an admin is told about the account: who we are, which names there are, what could go wrong.

use otai_plugin::{
    model::{Catalog, Status},
    serde::Deserialize,
};

use crate::fields::{self, Custom, Fields};

/// `/agents/me`
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde")]
pub(crate) struct Agent {
    /// Without it the answer is something else's.
    #[serde(rename = "id")]
    _id: i64,
    ticket_scope: Option<i64>,
    api_key_enabled: Option<bool>,
    deactivated: Option<bool>,
    contact: Option<Contact>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Contact {
    name: Option<String>,
    email: Option<String>,
}

/// The lowest priority, which Freshdesk gives when nobody chose one.
const LOW: i64 = 1;

/// Puts together what agent and form say.
pub(crate) fn catalog(agent: &Agent, fields: &Fields, requests_per_minute: Option<f64>) -> Catalog {
    let names = |all: &[(String, i64)]| all.iter().map(|(name, _)| name.clone()).collect();
    let low = fields.priorities.iter().find(|(_, number)| *number == LOW);
    let statuses = fields.statuses.iter().map(|(name, id)| Status {
        name: name.clone(),
        fresh: fields::is_fresh(*id),
        closed: fields::is_closed(*id),
    });
    Catalog {
        account: account(agent),
        queues: names(&fields.groups),
        priorities: names(&fields.priorities),
        unset: low
            .map(|(name, _)| ("priority".to_owned(), vec![name.clone()]))
            .into_iter()
            .collect(),
        types: fields.types.clone(),
        statuses: statuses.collect(),
        custom_fields: fields.custom.iter().map(Custom::model).collect(),
        free_tags: true,
        unlisted: Vec::new(),
        requests_per_minute,
        warnings: warnings(agent, fields),
    }
}

fn account(agent: &Agent) -> String {
    let contact = agent.contact.as_ref();
    let name = contact.and_then(|c| c.name.as_deref()).unwrap_or_default();
    match contact.and_then(|c| c.email.as_deref()) {
        Some(email) if !name.is_empty() => format!("{name} <{email}>"),
        Some(email) => email.to_owned(),
        None => name.to_owned(),
    }
}

fn warnings(agent: &Agent, fields: &Fields) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |text: String| warnings.push(text);
    match agent.ticket_scope {
        Some(2) => warn("the key's agent sees only tickets of its own groups: all others are silently missing; set its ticket scope to \"Global access\"".into()),
        Some(1) | None => {}
        Some(_) => warn("the key's agent sees only tickets assigned to it: all others are silently missing; set its ticket scope to \"Global access\"".into()),
    }
    if agent.api_key_enabled == Some(false) {
        warn("Freshdesk says that the API key of this agent is not enabled: it may stop working at any time".into());
    }
    if agent.deactivated == Some(true) {
        warn("the key's agent is deactivated: the key may stop working at any time".into());
    }
    for custom in &fields.custom {
        let (name, label) = (&custom.name, &custom.label);
        if custom.required {
            warn(format!(
                "agents must fill `{name}` (\"{label}\"): Freshdesk may refuse every update of a ticket where it is empty; \
                 let otai fill it, or make it optional under Admin > Ticket Fields"
            ));
        } else if custom.required_for_closure {
            warn(format!(
                "`{name}` (\"{label}\") is required to close a ticket: Freshdesk may refuse updates of tickets that were closed \
                 without it"
            ));
        }
    }
    if fields.groups.is_empty() {
        warn("the account has no groups, so there are no queues to choose from".into());
    }
    if !fields.statuses.iter().any(|(_, id)| fields::is_fresh(*id)) {
        warn("the status 2 (Open) is missing among the ticket fields: name the statuses to be read in `find`".into());
    }
    warnings
}

#[cfg(test)]
mod tests {
    use otai_plugin::serde_json;

    use super::*;

    fn own() -> (Agent, Fields) {
        let agent = serde_json::from_slice(include_bytes!("../tests/fixtures/agents_me.json")).unwrap();
        (
            agent,
            Fields::read(include_bytes!("../tests/fixtures/ticket_fields.json")).unwrap(),
        )
    }

    #[test]
    fn a_sound_account_has_no_warnings() {
        let (agent, fields) = own();
        let catalog = catalog(&agent, &fields, Some(400.0));
        assert_eq!(catalog.warnings, [""; 0]);
        assert_eq!(catalog.account, "Classifier Bot <bot@northwind.example>");
        assert_eq!(catalog.queues, ["Billing", "Hardware", "Netzwerk & VPN"]);
        assert_eq!(catalog.priorities, ["Low", "Medium", "High", "Urgent"]);
        assert_eq!(catalog.unset["priority"], ["Low"]);
        assert_eq!(catalog.requests_per_minute, Some(400.0));
        assert!(catalog.free_tags);
        let open: Vec<&str> = catalog
            .statuses
            .iter()
            .filter(|s| s.fresh)
            .map(|s| s.name.as_str())
            .collect();
        let closed: Vec<&str> = catalog
            .statuses
            .iter()
            .filter(|s| s.closed)
            .map(|s| s.name.as_str())
            .collect();
        assert_eq!((open, closed), (vec!["Open"], vec!["Resolved", "Closed"]));
        assert_eq!(catalog.custom_fields.len(), 8);
    }

    #[test]
    fn everything_that_could_surprise_is_told() {
        let (mut agent, mut fields) = own();
        agent.ticket_scope = Some(2);
        agent.api_key_enabled = Some(false);
        agent.deactivated = Some(true);
        fields.custom[1].required = true;
        fields.custom[2].required_for_closure = true;
        fields.groups.clear();
        fields.statuses.clear();
        let warnings = catalog(&agent, &fields, None).warnings;
        for word in [
            "own groups",
            "not enabled",
            "deactivated",
            "`cf_team_lane`",
            "required to close",
            "no groups",
            "status 2",
        ] {
            assert!(warnings.iter().any(|w| w.contains(word)), "{word}: {warnings:?}");
        }
        agent.ticket_scope = Some(3);
        assert!(catalog(&agent, &fields, None).warnings[0].contains("assigned to it"));
    }
}
