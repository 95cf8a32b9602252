use std::{collections::BTreeMap, sync::Arc, time::Instant};

use otai_interface::model::ModelCard;
use tokio::sync::watch;

use super::{
    CliError, ConfigFile, NEEDS_HUMAN,
    setup::{Setup, setup},
    start::Start,
    with_cause,
};
use crate::{
    pipeline::{Decided, Observer, Summary},
    state::{SqliteStore, Store},
};

/// After a first SIGTERM or Ctrl-C, what is on its way may take this long.
const GRACE: std::time::Duration = std::time::Duration::from_secs(10);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    /// End when every waiting ticket is decided.
    #[arg(long)]
    once: bool,
    /// Print what would be written and why; write nothing, remember nothing. Implies --once.
    #[arg(long)]
    dry_run: bool,
    /// The summary as JSON (with --once or --dry-run).
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args) -> Result<u8, CliError> {
    let started = Instant::now();
    let stop = stop_signal();
    let setup = setup(&args.config.config)?;
    let dry_run = args.dry_run || setup.config().pipelines.values().all(|p| p.dry_run);
    let observer: Observer = match (dry_run, args.json) {
        (true, true) => Arc::new(print_json),
        (true, false) => Arc::new(print),
        (false, _) => Arc::new(|_: &Decided<'_>| {}),
    };
    let (summary, end) = triage(
        setup,
        Mode {
            once: args.once || args.dry_run,
            dry_run: args.dry_run,
        },
        observer,
        stop,
    )
    .await?;
    let summary = Summary {
        seconds: started.elapsed().as_secs_f64(),
        ..summary
    };
    if args.json {
        println!("{}", serde_json::to_string(&summary).unwrap_or_default());
    } else if args.once || dry_run {
        say(&summary, dry_run);
    }
    match end {
        Err(error) => Err(error),
        Ok(()) if summary.parked > 0 => Ok(NEEDS_HUMAN),
        Ok(()) => Ok(0),
    }
}

/// How to run.
#[derive(Clone, Copy)]
pub(super) struct Mode {
    pub(super) once: bool,
    pub(super) dry_run: bool,
}

/// Runs every pipeline of a set-up; also what `demo` does.
pub(super) async fn triage(
    setup: Setup,
    mode: Mode,
    observer: Observer,
    stop: watch::Receiver<bool>,
) -> Result<(Summary, Result<(), CliError>), CliError> {
    for warning in &setup.warnings {
        tracing::warn!("{warning}");
    }
    let state = setup.config().state.file(&setup.config().dir);
    let store: Arc<dyn Store> = Arc::new(
        if mode.dry_run {
            SqliteStore::in_memory_copy(Some(&state))
        } else {
            SqliteStore::open(&state)
        }
        .map_err(|e| CliError::WrongUse(with_cause(&e)))?,
    );
    let models = models(&setup).await?;
    let mut templates = setup.templates;
    let alone = setup.loaded.config.pipelines.len() == 1;
    let runs = setup.loaded.config.pipelines.iter().filter_map(|(name, spec)| {
        let start = Start {
            name,
            spec,
            loaded: &setup.loaded,
            classifiers: &setup.classifiers,
            models: &models,
            desk: setup.desks.get(&spec.ticket_system)?,
            templates: templates.remove(name)?,
            store: &store,
            observer: &observer,
            stop: stop.clone(),
        };
        Some(async move {
            let pipeline = match start.pipeline(mode).await {
                Ok(pipeline) => pipeline,
                Err(error) => {
                    // The others go on, so it must not wait for their end to be said.
                    if !alone {
                        tracing::error!(pipeline = name, "{error}");
                    }
                    return Err(error);
                }
            };
            Ok(if mode.once {
                pipeline.run_once().await
            } else {
                pipeline.run_forever().await
            })
        })
    });
    let (ended, failed): (Vec<_>, Vec<_>) = futures::future::join_all(runs)
        .await
        .into_iter()
        .partition(Result::is_ok);
    let mut failed = failed.into_iter().filter_map(Result::err);
    if ended.is_empty()
        && let Some(error) = failed.next()
    {
        return Err(error);
    }
    let mut summary = Summary::default();
    let mut end = failed.next().map_or(Ok(()), Err);
    for (one, ended) in ended.into_iter().flatten() {
        summary.add(&one);
        end = end.and(ended.map_err(|reason| CliError::NeedsHuman(reason.to_string())));
    }
    summary.http_requests = setup.services.requests();
    Ok((summary, end))
}

/// The card of every classifier that a pipeline uses; a missing model is said before the first ticket.
pub(super) async fn models(setup: &Setup) -> Result<BTreeMap<String, ModelCard>, CliError> {
    let mut models = BTreeMap::new();
    for (name, classifier) in &setup.classifiers {
        let used = setup
            .config()
            .pipelines
            .values()
            .flat_map(|p| p.fields.values())
            .any(|rule| rule.classifiers.contains(name));
        if used {
            let card = classifier
                .model()
                .await
                .map_err(|e| CliError::WrongUse(format!("classifier {name}: {e}")))?;
            models.insert(name.clone(), card);
        }
    }
    Ok(models)
}

fn print_json(decided: &Decided<'_>) {
    let fields: BTreeMap<_, _> = decided
        .decision
        .fields
        .iter()
        .map(|(f, d)| (f, d.to_string()))
        .collect();
    let (ticket, change) = (&decided.ticket.id, &decided.decision.change);
    println!(
        "{}",
        serde_json::json!({ "pipeline": decided.pipeline, "ticket": ticket, "change": change, "fields": fields })
    );
}

fn print(decided: &Decided<'_>) {
    let ticket = &decided.ticket.id;
    let verb = if decided.decision.change.is_empty() {
        "would be left to a human"
    } else {
        "would be written"
    };
    println!("ticket {ticket} {verb}");
    for (field, decision) in &decided.decision.fields {
        println!("    {field}: {decision}");
    }
}

fn say(summary: &Summary, dry_run: bool) {
    let Summary {
        tickets,
        written,
        left_to_human,
        parked,
        http_requests,
        seconds,
        fields,
    } = summary;
    let would = if dry_run { "would be " } else { "" };
    println!(
        "{tickets} tickets in {seconds:.1} s: {written} {would}written, {left_to_human} left to a human, {parked} set aside; \
         {http_requests} HTTP requests"
    );
    if *tickets > 0 {
        for (field, count) in fields {
            println!(
                "    {field}: {count} {would}written, coverage {:.1} %",
                *count as f64 * 100.0 / *tickets as f64
            );
        }
    }
    if *parked > 0 {
        println!("    `otai tickets` says why tickets are set aside");
    }
}

/// True after the first SIGTERM or Ctrl-C. The second one, or the end of the grace, ends the process: a job that is cut off is
/// taken up again at the next start.
pub(super) fn stop_signal() -> watch::Receiver<bool> {
    let (send, receive) = watch::channel(false);
    tokio::spawn(async move {
        signal().await;
        tracing::info!("stopping: finishing what is on its way");
        // Nobody listening any more means that the run has ended.
        let _ = send.send(true);
        tokio::select! {
            () = signal() => {}
            () = tokio::time::sleep(GRACE) => {}
        }
        tracing::warn!("stopped before everything was finished; the next start goes on");
        std::process::exit(i32::from(NEEDS_HUMAN));
    });
    receive
}

async fn signal() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}
