//! Webhooks of automation rules: what Freshdesk sends to whom.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::courier::Sending;
use crate::freshdesk::account::Account;
use crate::freshdesk::people::People;
use crate::freshdesk::ticket::Ticket;
use crate::webhooks::{Webhooks, wants};

/// An automation rule with the action "trigger webhook".
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hook {
    /// `http://HOST:PORT/PATH`; there is no TLS here.
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) content: HookContent,
    /// `created`, `updated`; both if empty.
    #[serde(default)]
    pub(crate) events: Vec<String>,
    #[serde(default)]
    pub(crate) headers: Vec<(String, String)>,
    /// Waits before the repetitions after a failure. Freshdesk's are 5, 30 and 60 minutes.
    #[serde(default = "shortened")]
    pub(crate) retries_ms: Vec<u64>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HookContent {
    /// Freshdesk's own wrapped object.
    #[default]
    Simple,
    /// Only the id and the event, which is what we recommend.
    Minimal,
}

fn shortened() -> Vec<u64> {
    vec![200, 1000, 2000]
}

impl Webhooks<Hook> {
    pub(crate) fn announce(&mut self, account: &Account, people: &People, ticket: &Ticket, event: &str, created: bool) {
        let name = if created { "created" } else { "updated" };
        self.send(|hook| {
            if !wants(&hook.events, name) {
                return None;
            }
            let body = match hook.content {
                HookContent::Simple => simple(account, people, ticket, event),
                HookContent::Minimal => json!({ "ticket_id": ticket.id, "event": format!("ticket_{name}") }),
            };
            let mut headers = vec![("User-Agent".to_owned(), "freshdesk-webhook".to_owned())];
            headers.extend(hook.headers.iter().cloned());
            Some(Sending {
                url: hook.url.clone(),
                headers,
                body: body.to_string(),
                retries_ms: hook.retries_ms.clone(),
            })
        });
    }
}

/// The content of tick boxes: labels instead of numbers, everything in one wrapper.
fn simple(account: &Account, people: &People, ticket: &Ticket, event: &str) -> Value {
    let status = account
        .statuses
        .iter()
        .find(|s| s.id == ticket.status)
        .map(|s| s.label.as_str());
    let priority = ["Low", "Medium", "High", "Urgent"].get((ticket.priority as usize).wrapping_sub(1));
    let group = ticket.group_id.and_then(|id| account.group(id)).map_or("", |g| &g.name);
    let contact = people.contacts.get(&ticket.requester_id);
    let url = format!("https://northwind.freshdesk.com/helpdesk/tickets/{}", ticket.id);
    json!({ "freshdesk_webhook": {
        "ticket_id": ticket.id, "ticket_subject": ticket.subject, "ticket_description": ticket.content.html(),
        "ticket_url": url, "ticket_tags": ticket.tags.join(","), "ticket_group_name": group, "ticket_agent_name": "",
        "ticket_status": status, "ticket_priority": priority,
        "ticket_ticket_type": ticket.kind.as_deref().unwrap_or_default(), "ticket_company_name": "",
        "ticket_contact_name": contact.map(|c| c.name.as_str()),
        "ticket_contact_email": contact.and_then(|c| c.email.as_deref()), "triggered_event": event,
    }})
}
