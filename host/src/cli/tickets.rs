use clap::Subcommand;

use super::{CliError, ConfigFile, table::table, with_cause};
use crate::{
    config,
    state::{SqliteStore, Store, StoreError},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: ConfigFile,
    /// As JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything known about one ticket
    Explain {
        /// The helpdesk's id.
        ticket: String,
    },
    /// Takes up set-aside tickets again (all, or the ones named) at the next run
    Retry {
        /// The helpdesk's ids.
        tickets: Vec<String>,
    },
}

pub(super) async fn tickets(args: Args) -> Result<u8, CliError> {
    let loaded = config::load(&args.config.config).map_err(|e| CliError::WrongUse(e.to_string()))?;
    let config = &loaded.config;
    let file = config.state.file(&config.dir);
    // Looking needs no lock, so it works beside a running daemon.
    let open = || {
        if matches!(args.command, Some(Command::Retry { .. })) {
            SqliteStore::open(&file)
        } else {
            SqliteStore::in_memory_copy(Some(&file))
        }
    };
    let store = open().map_err(wrong)?;
    match &args.command {
        None => {
            let mut all = Vec::new();
            for pipeline in config.pipelines.keys() {
                let counts = store.counts(pipeline).await.map_err(wrong)?;
                let parked = store.parked(pipeline).await.map_err(wrong)?;
                all.push((pipeline, counts, parked));
            }
            if args.json {
                let all: Vec<_> = all
                    .iter()
                    .map(|(pipeline, counts, parked)| serde_json::json!({ "pipeline": pipeline, "counts": counts, "parked": parked }))
                    .collect();
                println!("{}", serde_json::json!(all));
                return Ok(0);
            }
            for (pipeline, c, parked) in &all {
                println!(
                    "{pipeline}: {} written, {} left to a human, {} gone, {} waiting, {} set aside",
                    c.done_written,
                    c.done_left,
                    c.done_gone,
                    c.new + c.leased + c.intended,
                    c.parked
                );
                let mut table = table(&["TICKET", "TRIES", "NEXT TRY", "WHY"]);
                for p in parked {
                    let until = p
                        .until
                        .map_or_else(|| "when you say `otai tickets retry`".to_owned(), |t| t.to_string());
                    table.add_row([&p.ticket, &p.attempts.to_string(), &until, &p.why]);
                }
                if !parked.is_empty() {
                    println!("{table}");
                }
            }
        }
        Some(Command::Explain { ticket }) => {
            let mut known = false;
            for pipeline in config.pipelines.keys() {
                if let Some(row) = store.explain(pipeline, ticket).await.map_err(wrong)? {
                    known = true;
                    println!("{}", serde_json::to_string_pretty(&row).unwrap_or_default());
                }
            }
            if !known {
                return Err(CliError::WrongUse(format!(
                    "ticket {ticket} was never taken up by a pipeline of this config"
                )));
            }
        }
        Some(Command::Retry { tickets }) => {
            let mut count = 0;
            for pipeline in config.pipelines.keys() {
                if tickets.is_empty() {
                    count += store.retry(pipeline, None).await.map_err(wrong)?;
                }
                for ticket in tickets {
                    count += store.retry(pipeline, Some(ticket)).await.map_err(wrong)?;
                }
            }
            println!("{count} tickets will be taken up again");
        }
    }
    Ok(0)
}

fn wrong(error: StoreError) -> CliError {
    CliError::WrongUse(with_cause(&error))
}
