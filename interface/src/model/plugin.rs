use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a plugin says of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PluginDescription {
    /// Crate name: what stands before the colon in `use:`.
    pub name: String,
    /// Crate version.
    pub version: String,
    /// What it offers.
    pub injectables: Vec<Injectable>,
}

/// One thing that a config can name as `plugin:Name`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Injectable {
    /// What stands after the colon in `use:`.
    pub name: String,
    /// Which trait it implements.
    pub kind: InjectableKind,
    /// JSON Schema of its `params`.
    pub params: Value,
    /// True if its calls keep a core busy, so the host runs them apart from everything that waits for a network.
    pub cpu_bound: bool,
}

/// Which trait an injectable implements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InjectableKind {
    /// `TicketSystemService`
    TicketSystem,
    /// `ClassificationService`
    Classifier,
    /// Something that this host is too old for.
    #[default]
    #[serde(other)]
    Unknown,
}
