//! The commands. Data on stdout, logs on stderr; exit code 0: done, 1: something needs a human, 2: wrong use.

mod check;
mod demo;
mod evaluate;
mod history;
mod init;
mod learn;
mod model;
mod patience;
mod plugin;
mod run;
mod setup;
mod sim;
mod start;
mod table;
mod telemetry;
mod tickets;
mod train;
mod versus;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// Ticket triage on your own machine: reads tickets from the helpdesk, decides queue, priority, type and tags, writes them back.
#[derive(Debug, Parser)]
#[command(name = "otai", version, about, propagate_version = true)]
struct Args {
    #[command(subcommand)]
    command: Command,
    /// More lines in the log: -v debug, -vv trace (OTAI_LOG=otai=debug,... picks).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// The log as JSON lines.
    #[arg(long, global = true)]
    log_json: bool,
}

#[derive(Debug, clap::Args)]
struct ConfigFile {
    /// The config.
    #[arg(long, value_name = "FILE", default_value = "config.yml")]
    config: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows everything on this machine alone: a simulated helpdesk, training, triage, report
    Demo(demo::Args),
    /// Writes a first config
    Init(init::Args),
    /// Triages tickets
    Run(run::Args),
    /// Finds every mistake in the config, and asks the helpdesk whether it agrees
    Check(check::Args),
    /// Learns from a CSV file or from the helpdesk's closed tickets
    Train(train::Args),
    /// Measures a model on a CSV file with known answers
    Evaluate(evaluate::Args),
    /// Models: what they know, which there are, get one
    Model(model::Args),
    /// What happened to tickets, and what to do about it
    Tickets(tickets::Args),
    /// Plugins: list, check, pin
    Plugin(plugin::Args),
    /// A simulated helpdesk on this machine
    Sim(sim::Args),
}

/// How a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// Exit code 2.
    #[error("{0}")]
    WrongUse(String),
    /// Exit code 1.
    #[error("{0}")]
    NeedsHuman(String),
}

impl CliError {
    fn code(&self) -> u8 {
        match self {
            Self::NeedsHuman(_) => 1,
            Self::WrongUse(_) => 2,
        }
    }
}

/// Exit code of a command that did its work but leaves something to a human.
const NEEDS_HUMAN: u8 = 1;

/// Parses the command line, runs the command and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    telemetry::start(args.verbose, args.log_json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("otai: the runtime cannot start: {e}");
            return ExitCode::from(NEEDS_HUMAN);
        }
    };
    let code = runtime.block_on(async {
        match args.command {
            Command::Demo(args) => demo::demo(args).await,
            Command::Init(args) => init::init(&args),
            Command::Run(args) => run::run(args).await,
            Command::Check(args) => check::check(args).await,
            Command::Train(args) => train::train(args).await,
            Command::Evaluate(args) => evaluate::evaluate(args).await,
            Command::Model(args) => model::model(args).await,
            Command::Tickets(args) => tickets::tickets(args).await,
            Command::Plugin(args) => plugin::plugin(args).await,
            Command::Sim(args) => sim::sim(args).await,
        }
    });
    // Plugins are never unloaded, and a classifier that is still at work must not keep the process.
    runtime.shutdown_background();
    match code {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("otai: {error}");
            ExitCode::from(error.code())
        }
    }
}

/// An error with the reason that it carries but does not repeat.
fn with_cause(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
