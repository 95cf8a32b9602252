use std::fmt;
use std::path::Path;

use super::model::Config;
use super::problem::{Problem, Problems};
use super::reader::Reader;
use super::source::{self, Source};
use super::{check, merge, secret};

/// A config without problems, and where everything in it stands, for what is found out later.
pub struct Loaded {
    /// The meaning.
    pub config: Config,
    /// What is odd but does no harm; after [`read`], what is wrong stands among it.
    pub warnings: Vec<Problem>,
    pub(super) source: Source,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded")
            .field("config", &self.config)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// Reads the config at `path`, with the environment of this process.
///
/// # Errors
/// Everything that is wrong with it, at once.
pub fn load(path: &Path) -> Result<Loaded, Problems> {
    load_with(path, &|name| std::env::var(name).ok())
}

/// [`load`], but goes as far as can be gone: only a file without any meaning is an error, so that what plugins have to say of
/// the rest can be said in the same breath. Such a config must not be run.
///
/// # Errors
/// The file cannot be read, or it is no YAML.
pub fn read(path: &Path) -> Result<Loaded, Problems> {
    meaning(path, &source::read(path)?, &|name| std::env::var(name).ok())
}

/// [`load`] with another environment.
///
/// # Errors
/// Like [`load`].
pub fn load_with(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Problems> {
    understand(path, &source::read(path)?, env)
}

/// The meaning of `bytes`, which were read from `path`.
pub(super) fn understand(path: &Path, bytes: &[u8], env: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Problems> {
    let loaded = meaning(path, bytes, env)?;
    if loaded.warnings.iter().any(|problem| !problem.warning) {
        return Err(Problems(loaded.warnings));
    }
    Ok(loaded)
}

fn meaning(path: &Path, bytes: &[u8], env: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Problems> {
    let text = source::text(path, bytes)?;
    let (mut value, source) = source::parse(path, text).map_err(Problems::new)?;
    let mut problems = Vec::new();
    merge::merge(&mut value, &mut Vec::new(), &source, &mut problems);
    // Without the working directory nothing can be resolved against it; the relative path is then as good as it gets.
    let file = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let dir = file.parent().unwrap_or(Path::new("")).to_path_buf();
    let mut reader = Reader {
        source,
        text,
        secrets: secret::Keeper { dir: &dir, env },
        problems,
    };
    let config = check::config(&mut reader, &value);
    let Reader { source, problems, .. } = reader;
    let Problems(warnings) = Problems::new(problems);
    Ok(Loaded {
        config,
        warnings,
        source,
    })
}

impl Loaded {
    /// A problem with what stands at `path`, such as `["pipelines", "triage", "text"]`; if the file leaves that to a
    /// default, at the nearest place that has to do with it.
    pub fn problem(&self, path: &[&str], message: impl Into<String>, help: Option<String>) -> Problem {
        let path: Vec<_> = path
            .iter()
            .flat_map(|key| split(key))
            .map(|key| (*key).to_owned())
            .collect();
        self.source.at(&self.written(path), message, help)
    }

    /// `path` as the file writes it.
    fn written(&self, path: Vec<String>) -> Vec<String> {
        let found = |path: &[String]| self.source.map.find(path).1;
        if let [section, name, ..] = path.as_slice()
            && section == "pipelines"
            && !found(&["pipelines".to_owned()])
            && let Some(pipeline) = self.config.pipelines.get(name)
        {
            return vec!["ticket_systems".to_owned(), pipeline.ticket_system.clone()];
        }
        // `custom_fields.NAME` may be one key or two.
        if let Some(index) = path.iter().position(|key| key == "custom_fields")
            && let Some(name) = path.get(index + 1)
        {
            let dotted = format!("custom_fields.{name}");
            let mut other = path.clone();
            other.splice(index..=index + 1, [dotted]);
            if found(&other[..=index]) {
                return other;
            }
        }
        path
    }
}

/// `custom_fields.NAME` is two keys when nested and one when not; asked for as two, it is found either way.
fn split<'a>(key: &'a &'a str) -> Vec<&'a str> {
    match key.strip_prefix("custom_fields.") {
        Some(name) => vec!["custom_fields", name],
        None => vec![key],
    }
}
