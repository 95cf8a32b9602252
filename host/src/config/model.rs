use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::threshold::Threshold;
use crate::language::Language;

/// What `config.yml` means, with every default filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The file, as the admin named it.
    pub file: PathBuf,
    /// Its folder, absolute; relative paths in the file start there.
    pub dir: PathBuf,
    /// Where to look for plugins first; absolute.
    pub plugins_dir: Option<PathBuf>,
    /// Plugins to load, by crate name. Default: those that `use:` names.
    pub plugins: Vec<String>,
    /// Where the memory of the triage lives.
    pub state: StatePath,
    /// At least one.
    pub ticket_systems: BTreeMap<String, Service>,
    /// At least one.
    pub classifiers: BTreeMap<String, Service>,
    /// At least one.
    pub pipelines: BTreeMap<String, Pipeline>,
}

/// `state:` as the config writes it: the path of a SQLite file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatePath(pub(super) String);

impl StatePath {
    /// The text of the config.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file, seen from `dir`, the folder of the config.
    #[must_use]
    pub fn file(&self, dir: &Path) -> PathBuf {
        dir.join(&self.0)
    }
}

impl Default for StatePath {
    fn default() -> Self {
        Self("state/otai.db".to_owned())
    }
}

/// A ticket system or a classifier: `use: plugin:Injectable` and its `params`.
#[derive(Clone, PartialEq)]
pub struct Service {
    /// Crate name of the plugin.
    pub plugin: String,
    /// Which of the plugin's injectables.
    pub injectable: String,
    /// A JSON object, secrets included: `Debug` hides its values, and nothing else may show them.
    pub params: Value,
    /// Classifiers only: the languages that it reads; empty for all of them.
    pub languages: Vec<Language>,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self
            .params
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key)
            .collect();
        f.debug_struct("Service")
            .field("plugin", &self.plugin)
            .field("injectable", &self.injectable)
            .field("languages", &self.languages)
            .field("params", &format_args!("{keys:?} (values hidden)"))
            .finish()
    }
}

/// Which tickets of one ticket system are triaged, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// Key in [`Config::ticket_systems`].
    pub ticket_system: String,
    /// Time from one question for new tickets to the next.
    pub every: Duration,
    /// Which tickets.
    pub find: FindFilter,
    /// Template of the text that is classified.
    pub text: String,
    /// Field (`queue`, `priority`, `type`, `tags`, `custom_fields.NAME`) → how it is filled. At least one.
    pub fields: BTreeMap<String, FieldRule>,
    /// What may be written over.
    pub overwrite: Overwrite,
    /// How a ticket shows that it was done.
    pub mark: Option<Mark>,
    /// Template of a private note; none by default.
    pub note: Option<String>,
    /// Decide everything, write nothing.
    pub dry_run: bool,
}

impl Pipeline {
    /// Default of [`Pipeline::every`].
    pub const EVERY: Duration = Duration::from_secs(60);
    /// Default of [`Pipeline::text`].
    pub const TEXT: &str = "{{ ticket.subject }}\n{{ ticket.body }}";
    /// Fields of a pipeline that names none.
    pub const FIELDS: [&str; 4] = ["queue", "priority", "type", "tags"];
}

/// Which tickets a pipeline takes. Applied on our side where the helpdesk cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindFilter {
    /// Names of statuses; `None`: those that the helpdesk's catalog calls fresh.
    pub status: Option<Vec<String>>,
    /// Names of queues, `None` among them: tickets in no queue. As a whole `None`: every queue.
    pub queue: Option<Vec<Option<String>>>,
    /// How far the very first question looks back.
    pub since: Duration,
}

impl Default for FindFilter {
    fn default() -> Self {
        // A month: what an agent may still have open, and a volume that a first run can digest.
        Self {
            status: None,
            queue: None,
            since: Duration::from_secs(30 * 86_400),
        }
    }
}

/// How one field is filled.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldRule {
    /// Keys in [`Config::classifiers`], at least one: the first that reads the ticket's language is asked. A ticket whose
    /// language is not known goes to the first of them.
    pub classifiers: Vec<String>,
    /// Below it, [`FieldRule::otherwise`] applies.
    pub threshold: Threshold,
    /// What to do when the classifier is not sure. Applies neither to a text that the classifier wants to be left alone nor
    /// to a label of which the threshold's figure is not known: a value for the unsure would be a decision on them too.
    pub otherwise: Otherwise,
    /// Labels are added to what the ticket has; true for tags and for nothing else.
    pub add: bool,
    /// Label of the model → value of the helpdesk, where they differ.
    pub labels: BTreeMap<String, String>,
}

impl FieldRule {
    /// The threshold of a rule that names none: at most one wrong decision in five where the model is calibrated.
    pub const MIN_CONFIDENCE: f64 = 0.8;

    /// All defaults.
    #[must_use]
    pub fn new(field: &str, classifier: &str) -> Self {
        Self {
            classifiers: vec![classifier.to_owned()],
            threshold: Threshold::Confidence(Self::MIN_CONFIDENCE),
            otherwise: Otherwise::Leave,
            add: field == "tags",
            labels: BTreeMap::new(),
        }
    }
}

/// What happens to a field when the classifier is not sure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Otherwise {
    /// Leave it to a human.
    #[default]
    Leave,
    /// Write this value.
    Value(String),
}

/// Which values may be written over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// Only a field that has none.
    #[default]
    IfUnset,
    /// Also a value that nobody changed since the ticket was first seen.
    IfUnchanged,
    /// Any value.
    Always,
}

/// How a ticket shows that it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// A custom field, set to true or to a text.
    CustomField(String),
    /// A tag.
    Tag(String),
}
