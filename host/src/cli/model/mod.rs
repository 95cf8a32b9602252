//! `otai model`: the folders below `models/`.

mod add;
mod card;
mod check;
mod list;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::CliError;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
    /// The config, beside which the folder `models` is; may be absent.
    #[arg(long, value_name = "FILE", default_value = "config.yml", global = true)]
    config: PathBuf,
    /// As JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What a trained model knows: labels, accuracy, and which precision it reaches from which confidence on
    Card {
        /// The model's folder [default: as for `train`].
        #[arg(long, value_name = "DIR")]
        model: Option<PathBuf>,
    },
    /// All models beside the config
    List,
    /// Opens a model and says whether it can be used
    Check {
        /// The model's folder.
        dir: PathBuf,
    },
    /// Copies an encoder into `models`, from a folder or from a Hugging Face hub
    Add(add::Args),
}

pub(super) async fn model(args: Args) -> Result<u8, CliError> {
    let place = Place {
        config: args.config,
        json: args.json,
    };
    match args.command {
        Command::Card { model } => card::card(model, &place).await,
        Command::List => list::list(&place),
        Command::Check { dir } => check::check(&dir, &place).await,
        Command::Add(args) => add::add(args, &place).await,
    }
}

/// Where the models are, and how to speak of them.
struct Place {
    config: PathBuf,
    json: bool,
}

impl Place {
    fn models(&self) -> PathBuf {
        let dir = self.config.parent().filter(|dir| !dir.as_os_str().is_empty());
        dir.unwrap_or(Path::new(".")).join("models")
    }
}

/// Bytes for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..=999_999 => format!("{:.0} kB", (bytes as f64 / 1e3).ceil()),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
