use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which values a helpdesk really has, and who we are there. Nothing outside it is ever written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Catalog {
    /// Who the credentials belong to, for the admin to recognise.
    pub account: String,
    /// Names of the queues.
    pub queues: Vec<String>,
    /// Names of the priorities, lowest first.
    pub priorities: Vec<String>,
    /// Field (`queue`, `priority`, `type`, `custom_fields.NAME`) → values that a ticket has when nobody chose one: they count as
    /// unset. In a helpdesk where each ticket lies in some queue, those are the queues where new mail arrives.
    pub unset: BTreeMap<String, Vec<String>>,
    /// Names of the types.
    pub types: Vec<String>,
    /// All statuses.
    pub statuses: Vec<Status>,
    /// All custom fields.
    pub custom_fields: Vec<CustomField>,
    /// Of `queue`, `priority`, `type`, `status` and `custom_fields` those whose names the helpdesk does not list. What stands
    /// above was configured or seen on tickets; others may exist, and only writing them shows it.
    pub unlisted: Vec<String>,
    /// True if a tag may be any text.
    pub free_tags: bool,
    /// Requests a minute that the helpdesk grants the whole account, if it says so.
    pub requests_per_minute: Option<f64>,
    /// What the credentials may not do, or what else an admin should know, one sentence each.
    pub warnings: Vec<String>,
}

/// One status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// Name.
    pub name: String,
    /// Tickets in it wait for somebody to look at them: what a pipeline takes when its config names no status.
    pub fresh: bool,
    /// Tickets in it are finished.
    pub closed: bool,
}

/// One custom field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomField {
    /// Technical name, as the config writes it.
    pub name: String,
    /// What agents see.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// All values of a [`FieldKind::Choice`]; those of a nested field are paths `"A > B"`, each prefix included.
    pub choices: Vec<String>,
}

/// What a custom field holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// True or false.
    Checkbox,
    /// One of [`CustomField::choices`].
    Choice,
    /// `YYYY-MM-DD`.
    Date,
    /// Something that otai cannot write.
    #[default]
    #[serde(other)]
    Other,
}
