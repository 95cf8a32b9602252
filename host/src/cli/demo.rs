//! Everything on one machine: a simulated Freshdesk with synthetic tickets, training, triage, report. What `otai run` does is
//! done here by the same code, through the real plugins and over HTTP.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use otai_sim::Options;
use serde::Serialize;
use serde_json::Value;

use super::{
    CliError, NEEDS_HUMAN,
    history::{LookBack, from_desk},
    learn,
    run::{Mode, stop_signal, triage},
    setup::setup,
    sim::rows,
    table::table,
    train::{show, teach},
    versus::{Side, side, versus},
    with_cause,
};
use crate::{
    demo_tickets::demo_tickets,
    pipeline::{Decided, Ending, Observer, Summary},
};

/// Decisions that the table shows.
const SHOWN: usize = 12;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How many synthetic tickets; four of five are the history to learn from.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    tickets: usize,
    /// Same seed, same tickets.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Learn with this encoder (a folder in the form of Hugging Face) and without it, triage with it, compare both.
    #[arg(long, value_name = "DIR")]
    encoder: Option<PathBuf>,
    /// Leave the simulated helpdesk up at the end, until Ctrl-C.
    #[arg(long)]
    keep: bool,
    /// A summary as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    tickets: u64,
    written: u64,
    left_to_human: u64,
    parked: u64,
    accuracy: Accuracy,
    coverage: f64,
    http_requests: u64,
    seconds: f64,
    /// With `--encoder`: the same open tickets, classified by the model that learnt with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    with_encoder: Option<Side>,
    /// With `--encoder`: the same, by the model that learnt without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    without_encoder: Option<Side>,
}

#[derive(Serialize)]
pub(super) struct Accuracy {
    pub(super) queue: Option<f64>,
    pub(super) priority: Option<f64>,
}

struct Line {
    id: String,
    subject: String,
    fields: Vec<String>,
}

pub(super) async fn demo(args: Args) -> Result<u8, CliError> {
    let started = Instant::now();
    let encoder = learn::encoder_dir(args.encoder.clone(), false, None)?;
    let say = |text: &str| {
        if !args.json {
            println!("{text}");
        }
    };
    let folder = tempfile::tempdir().map_err(|e| CliError::NeedsHuman(format!("no temporary folder: {e}")))?;

    let key = "demo-key";
    let tickets = demo_tickets(args.tickets, args.seed);
    let options = Options {
        api_key: key.to_owned(),
        tickets: rows(tickets.clone()),
        seed: args.seed,
        ..Options::default()
    };
    let sim = otai_sim::start(options)
        .await
        .map_err(|e| CliError::NeedsHuman(with_cause(&e)))?;
    say(&format!(
        "1. A simulated Freshdesk at {} with {} tickets. They are synthetic: a generator wrote them for this demo.",
        sim.base_url(),
        args.tickets
    ));
    let config = folder.path().join("config.yml");
    let mut text = format!(
        "ticket_systems:\n  freshdesk:\n    use: otai_freshdesk:FreshdeskTicketsystemService\n    params:\n      \
         domain: demo\n      base_url: {}\n      api_key: {key}\n",
        sim.base_url()
    );
    if let Some(encoder) = &encoder {
        let model = folder.path().join("models/default");
        let params = serde_json::json!({ "model": model, "encoder": encoder });
        text += &format!(
            "classifiers:\n  default:\n    use: otai_local_ai:TrainedClassificationService\n    params: {params}\n"
        );
    }
    std::fs::write(&config, &text).map_err(|e| CliError::NeedsHuman(format!("{}: {e}", config.display())))?;

    say("\n2. Learning from its closed tickets, on this machine alone.");
    let (before, sides) = {
        let setup = setup(&config)?;
        let lesson = from_desk(&setup, "freshdesk", LookBack::Months(LookBack::MONTHS)).await?;
        let model = learn::model_dir(None, Some(setup.config()), &config);
        let mut sides = (None, None);
        if encoder.is_some() {
            say("\nWithout the encoder:");
            let lexical = learn::classifier(
                &folder.path().join("models/lexical"),
                None,
                Some(setup.config()),
                &config,
            )?;
            let card = teach(&lexical, lesson.clone(), args.seed).await?;
            if !args.json {
                show(&card, Path::new("kept in a temporary folder"));
            }
            sides.1 = Some(side(&lexical, &tickets).await?);
            say("\nWith the encoder:");
        }
        let classifier = learn::classifier(&model, encoder.as_deref(), Some(setup.config()), &config)?;
        let card = teach(&classifier, lesson, args.seed).await?;
        if !args.json {
            show(&card, Path::new("kept in a temporary folder"));
        }
        if encoder.is_some() {
            sides.0 = Some(side(&classifier, &tickets).await?);
        }
        (setup.services.requests(), sides)
    };

    say("\n3. Triaging its open tickets through the Freshdesk plugin.");
    let lines = Arc::new(Mutex::new(Vec::<Line>::new()));
    let bar = super::train::spinner("triage".to_owned());
    let observer: Observer = {
        let (lines, bar) = (Arc::clone(&lines), bar.clone());
        Arc::new(move |decided: &Decided<'_>| {
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push(line(decided));
            bar.set_message(format!("triage: {} tickets", lines.len()));
        })
    };
    let mode = Mode {
        once: true,
        dry_run: false,
    };
    let (summary, end) = triage(setup(&config)?, mode, observer, stop_signal()).await?;
    bar.finish_and_clear();
    end?;

    let score = sim.score();
    let (with_encoder, without_encoder) = sides;
    let report = Report {
        with_encoder,
        without_encoder,
        ..report(
            &summary,
            &score,
            before + summary.http_requests,
            started.elapsed().as_secs_f64(),
        )
    };
    if args.json {
        println!("{}", serde_json::to_string(&report).unwrap_or_default());
    } else {
        decisions(&lines.lock().unwrap_or_else(PoisonError::into_inner));
        println!("\n4. Against the truth, which only the simulator knows:");
        scores(&score);
        if let (Some(with), Some(without)) = (&report.with_encoder, &report.without_encoder) {
            println!("\nBoth models on the same open tickets, from a confidence of 0.8 on:");
            println!("{}", versus(with, without));
        }
        println!(
            "\n{} tickets: {} written, {} left to a human, {} set aside; {} HTTP requests, {:.1} s in all.",
            report.tickets, report.written, report.left_to_human, report.parked, report.http_requests, report.seconds
        );
        go_on();
    }
    if args.keep {
        eprintln!(
            "The simulated helpdesk stays up at {} (API key `{key}`); Ctrl-C ends it.",
            sim.base_url()
        );
        let mut stop = stop_signal();
        let _ = stop.wait_for(|stop| *stop).await;
    }
    sim.stop().await;
    Ok(if report.parked > 0 { NEEDS_HUMAN } else { 0 })
}

fn line(decided: &Decided<'_>) -> Line {
    let shown = |field: &str| match (decided.ending, decided.decision.fields.get(field)) {
        (Ending::Written | Ending::Left, Some(decision)) => {
            let text = decision.to_string();
            if text.starts_with("left:") {
                "-".to_owned()
            } else {
                text
            }
        }
        _ => "-".to_owned(),
    };
    Line {
        id: decided.ticket.id.clone(),
        subject: decided.ticket.subject.chars().take(44).collect(),
        fields: ["queue", "priority", "type", "tags"].map(shown).to_vec(),
    }
}

fn decisions(lines: &[Line]) {
    let mut table = table(&["TICKET", "SUBJECT", "QUEUE", "PRIORITY", "TYPE", "TAGS"]);
    for line in lines.iter().take(SHOWN) {
        let mut row = vec![line.id.clone(), line.subject.clone()];
        row.extend(line.fields.iter().cloned());
        table.add_row(row);
    }
    println!("{table}");
    println!(
        "... and {} more; in brackets the confidence, `-` is left to a human",
        lines.len().saturating_sub(SHOWN)
    );
}

fn share(score: &Value, field: &str, key: &str) -> Option<f64> {
    score.get(field)?.get(key)?.as_f64()
}

fn scores(score: &Value) {
    let percent = |n: Option<f64>| n.map_or_else(|| "-".to_owned(), |n| format!("{:.1} %", n * 100.0));
    let mut table = table(&["FIELD", "WRITTEN", "RIGHT OF THOSE", "COVERAGE"]);
    for field in ["queue", "priority", "type", "tags"] {
        let written = score
            .get(field)
            .and_then(|f| f.get("written"))
            .and_then(Value::as_u64)
            .unwrap_or_default();
        let (right, coverage) = (share(score, field, "accuracy"), share(score, field, "coverage"));
        table.add_row([field.to_owned(), written.to_string(), percent(right), percent(coverage)]);
    }
    println!("{table}");
}

fn report(summary: &Summary, score: &Value, http_requests: u64, seconds: f64) -> Report {
    Report {
        tickets: summary.tickets,
        written: summary.written,
        left_to_human: summary.left_to_human,
        parked: summary.parked,
        accuracy: Accuracy {
            queue: share(score, "queue", "accuracy"),
            priority: share(score, "priority", "accuracy"),
        },
        coverage: share(score, "queue", "coverage").unwrap_or_default(),
        http_requests,
        seconds,
        with_encoder: None,
        without_encoder: None,
    }
}

fn go_on() {
    println!(
        "\nWith your own helpdesk: write config.yml

ticket_systems:
  freshdesk:
    use: otai_freshdesk:FreshdeskTicketsystemService
    params:
      domain: yourcompany
      api_key: ${{FRESHDESK_API_KEY}}

and then
    otai check                      is everything right?
    otai train --from freshdesk     learn from your closed tickets
    otai run --dry-run              what would it write, and why?
    otai run                        triage"
    );
}
