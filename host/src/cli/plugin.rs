mod new;

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use clap::Subcommand;
use otai_interface::{abi::ABI, model::InjectableKind};
use serde::Serialize;

use super::{CliError, ConfigFile, table::table, with_cause};
use crate::{
    config,
    loader::{self, LoadedPlugin, Lock, SearchPath},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Every plugin in the plugins folder
    List {
        #[command(flatten)]
        config: ConfigFile,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Loads a plugin file in a process of its own and says what is in it
    Check {
        /// The library.
        file: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
        /// Load it in this very process.
        #[arg(long, hide = true)]
        here: bool,
    },
    /// Writes a new plugin for a helpdesk: a crate that compiles, with tests, to be made yours
    New(new::Args),
    /// Writes the SHA-256 of the plugins to otai.lock; from then on a changed file is refused
    Pin {
        #[command(flatten)]
        config: ConfigFile,
    },
}

pub(super) async fn plugin(args: Args) -> Result<u8, CliError> {
    match args.command {
        Command::List { config, json } => list(&config.config, json),
        Command::Check { file, json, here: true } => check_here(&file, json),
        Command::Check {
            file,
            json,
            here: false,
        } => check(&file, json).await,
        Command::New(args) => new::new(&args),
        Command::Pin { config } => pin(&config.config),
    }
}

#[derive(Serialize)]
struct Entry {
    name: String,
    version: String,
    file: PathBuf,
    abi: u32,
    injectables: Vec<String>,
    trust: String,
    sha256: String,
}

impl From<&LoadedPlugin> for Entry {
    fn from(plugin: &LoadedPlugin) -> Self {
        let kind = |kind| match kind {
            InjectableKind::TicketSystem => "ticket system",
            InjectableKind::Classifier => "classifier",
            InjectableKind::Unknown => "of a kind that this host does not know",
        };
        let injectables = plugin
            .description
            .injectables
            .iter()
            .map(|i| format!("{} ({})", i.name, kind(i.kind)));
        Self {
            name: plugin.description.name.clone(),
            version: plugin.description.version.clone(),
            file: plugin.file.clone(),
            abi: ABI,
            injectables: injectables.collect(),
            trust: plugin.trust.to_string(),
            sha256: plugin.sha256.clone(),
        }
    }
}

/// The config may be absent: plugins can be looked at before there is one.
fn places(file: &Path) -> Result<(PathBuf, SearchPath, Lock), CliError> {
    let dir = file
        .parent()
        .filter(|d| !d.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
        .to_owned();
    let configured = config::load(file).ok().and_then(|loaded| loaded.config.plugins_dir);
    let lock = Lock::read(&dir).map_err(|e| CliError::WrongUse(with_cause(&e)))?;
    let places = SearchPath::new(configured.as_deref(), &dir);
    Ok((dir, places, lock))
}

fn list(config: &Path, json: bool) -> Result<u8, CliError> {
    let (_, places, lock) = places(config)?;
    let mut entries = Vec::new();
    let mut refused = Vec::new();
    for (name, file) in loader::list(&places) {
        match loader::load_file(&file, Some(&name), &lock) {
            Ok(plugin) => entries.push(Entry::from(&plugin)),
            Err(e) => refused.push(e.to_string()),
        }
    }
    if json {
        println!("{}", serde_json::json!({ "plugins": entries, "refused": refused }));
        return Ok(0);
    }
    let mut table = table(&["NAME", "VERSION", "ABI", "TRUST", "OFFERS", "FILE"]);
    for e in &entries {
        let file = e.file.display().to_string();
        table.add_row([
            &e.name,
            &e.version,
            &e.abi.to_string(),
            &e.trust,
            &e.injectables.join(", "),
            &file,
        ]);
    }
    println!("{table}");
    for sentence in &refused {
        println!("{sentence}");
    }
    if entries.is_empty() && refused.is_empty() {
        println!(
            "no plugins in {}",
            places
                .0
                .iter()
                .map(|p| p.display().to_string())
                .collect::<Vec<_>>()
                .join(", ")
        );
    }
    Ok(0)
}

/// A library that crashes while it is loaded takes the child with it, and not us.
async fn check(file: &Path, json: bool) -> Result<u8, CliError> {
    let exe = std::env::current_exe().map_err(|e| CliError::NeedsHuman(format!("cannot find myself: {e}")))?;
    let mut child = tokio::process::Command::new(exe);
    child.args(["plugin", "check", "--here"]).arg(file).stdin(Stdio::null());
    if json {
        child.arg("--json");
    }
    let status = child
        .status()
        .await
        .map_err(|e| CliError::NeedsHuman(format!("cannot start a child: {e}")))?;
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Err(CliError::WrongUse(format!(
            "plugin file {} kills the process that loads it (signal {signal})",
            file.display()
        )));
    }
    Ok(status.code().and_then(|c| u8::try_from(c).ok()).unwrap_or(2))
}

fn check_here(file: &Path, json: bool) -> Result<u8, CliError> {
    let plugin = loader::load_file(file, None, &Lock::default()).map_err(|e| CliError::WrongUse(e.to_string()))?;
    let entry = Entry::from(&plugin);
    if json {
        println!(
            "{}",
            serde_json::json!({ "plugin": entry, "description": plugin.description })
        );
    } else {
        println!(
            "{}: {} {}, ABI {}, offers {}",
            file.display(),
            entry.name,
            entry.version,
            entry.abi,
            entry.injectables.join(", ")
        );
    }
    Ok(0)
}

fn pin(config: &Path) -> Result<u8, CliError> {
    let (dir, places, _) = places(config)?;
    let mut lock = Lock::default();
    let found = loader::list(&places);
    for (name, file) in &found {
        let plugin =
            loader::load_file(file, Some(name), &Lock::default()).map_err(|e| CliError::WrongUse(e.to_string()))?;
        lock.pin(name, &plugin.sha256);
        println!("{name} {}", plugin.sha256);
    }
    let file = lock.write(&dir).map_err(|e| CliError::WrongUse(with_cause(&e)))?;
    println!("{} plugins pinned in {}", found.len(), file.display());
    Ok(0)
}
