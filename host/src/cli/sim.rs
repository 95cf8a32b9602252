use std::{net::SocketAddr, path::PathBuf};

use clap::Subcommand;
use otai_sim::{DeskKind, Flavour, Options, Rate, Row};

use super::{CliError, run::stop_signal, with_cause};
use crate::demo_tickets::{DemoTicket, demo_tickets};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    desk: Desk,
}

#[derive(Debug, Subcommand)]
enum Desk {
    /// A Freshdesk: its REST API v2, and /_sim to look behind it
    Freshdesk(Flags),
    /// A Zammad: its REST API v1, and /_sim to look behind it
    Zammad(Flags),
    /// A Znuny or OTOBO: the REST side of their generic interface, and /_sim to look behind it
    Znuny(ZnunyFlags),
}

impl Desk {
    /// What it is called, what all have in common, and what it alone is told.
    fn open(self) -> (&'static str, Flags, Options) {
        match self {
            Self::Freshdesk(flags) => ("Freshdesk", flags, Options::default()),
            Self::Zammad(flags) => {
                let options = Options {
                    desk: DeskKind::Zammad,
                    ..Options::default()
                };
                ("Zammad", flags, options)
            }
            Self::Znuny(znuny) => {
                let options = Options {
                    desk: DeskKind::Znuny,
                    flavour: znuny.flavour,
                    time_zone: znuny.time_zone,
                    ..Options::default()
                };
                ("Znuny", znuny.flags, options)
            }
        }
    }
}

#[derive(Debug, clap::Args)]
struct ZnunyFlags {
    #[command(flatten)]
    flags: Flags,
    /// The system and version to play: znuny-6.5.15, znuny-6.5.1 or otobo-11.
    #[arg(long, value_name = "SYSTEM", default_value = "znuny-6.5.15")]
    flavour: Flavour,
    /// The system's time zone: UTC, minutes east of it, a name like Europe/Berlin or a POSIX rule.
    #[arg(long, value_name = "ZONE", default_value = "UTC", allow_hyphen_values = true)]
    time_zone: String,
}

#[derive(Debug, clap::Args)]
struct Flags {
    /// Where to listen; an address of this machine, port 0 for any free port.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8085")]
    listen: SocketAddr,
    /// The API key, token or password that is accepted.
    #[arg(long, value_name = "KEY", visible_aliases = ["token", "password"])]
    api_key: String,
    /// A CSV file with the columns subject, body, type, queue, priority, language, tags (| between tags).
    #[arg(long, value_name = "FILE.csv")]
    tickets: Option<PathBuf>,
    /// Instead of a file: so many of otai's own synthetic tickets.
    #[arg(long, value_name = "N", conflicts_with = "tickets")]
    demo_tickets: Option<usize>,
    /// The share of the rows that are closed tickets with their true values; the rest is open and new.
    #[arg(long, value_name = "SHARE", default_value_t = 0.8)]
    history: f64,
    /// So many requests in so many seconds, then 429 [default: no limit].
    #[arg(long, value_name = "N/SECONDS")]
    rate: Option<Rate>,
    /// For ids and dice.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(super) async fn sim(args: Args) -> Result<u8, CliError> {
    let (name, args, own) = args.desk.open();
    let tickets = match (&args.tickets, args.demo_tickets) {
        (Some(file), _) => otai_sim::read_csv(file).map_err(|e| CliError::WrongUse(with_cause(&e)))?,
        (None, Some(count)) => rows(demo_tickets(count, args.seed)),
        (None, None) => Vec::new(),
    };
    let count = tickets.len();
    let options = Options {
        listen: args.listen,
        api_key: args.api_key,
        tickets,
        history: args.history,
        rate: args.rate,
        seed: args.seed,
        ..own
    };
    let sim = otai_sim::start(options)
        .await
        .map_err(|e| CliError::WrongUse(with_cause(&e)))?;
    println!(
        "{name} simulator at {} with {count} tickets; {}/_sim/journal shows every request",
        sim.base_url(),
        sim.base_url()
    );
    let mut stop = stop_signal();
    // The channel closes only with the process.
    let _ = stop.wait_for(|stop| *stop).await;
    sim.stop().await;
    Ok(0)
}

pub(super) fn rows(tickets: Vec<DemoTicket>) -> Vec<Row> {
    let row = |t: DemoTicket| Row {
        subject: t.subject,
        body: t.body,
        kind: t.kind.to_owned(),
        queue: t.queue.to_owned(),
        priority: t.priority.to_owned(),
        language: t.language.to_owned(),
        tags: t.tags.into_iter().map(str::to_owned).collect(),
    };
    tickets.into_iter().map(row).collect()
}
