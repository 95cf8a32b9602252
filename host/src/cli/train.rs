use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use otai_interface::model::{Example, FieldKind, Find, ModelCard, Ticket, Train};
use serde_json::Value;

use super::{
    CliError, learn,
    patience::{A_FEW, patiently},
    run::stop_signal,
    setup::{Setup, setup},
    table::table,
    with_cause,
};
use crate::{
    config::{Mark, Pipeline},
    lesson,
    pipeline::{Templates, classify::people},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A CSV file, or the name of a ticket system in the config (learns from its closed tickets).
    #[arg(long, value_name = "FILE.csv|TICKETSYSTEM")]
    from: String,
    /// Where to keep the model [default: where the config looks for it, or models/default].
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// CSV: the columns that make up the text, in this order [default: subject and body].
    #[arg(long, value_name = "COLUMN", num_args = 1..)]
    text: Vec<String>,
    /// CSV: what to learn and where it stands [default: queue, priority, type, tags from the columns of these names].
    #[arg(long, value_name = "FIELD=COLUMN", num_args = 1..)]
    target: Vec<String>,
    /// Ticket system: how far back closed tickets count, in days since their last change.
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    days: u64,
    /// Same seed and examples, same model.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The model's card as JSON.
    #[arg(long)]
    json: bool,
    /// The config; may be absent for a CSV file.
    #[arg(long, value_name = "FILE", default_value = "config.yml")]
    config: PathBuf,
}

pub(super) async fn train(args: Args) -> Result<u8, CliError> {
    let looks_like_a_file = args.from.contains(['.', '/', '\\']) || Path::new(&args.from).is_file();
    let (lesson, model, classifier) = if looks_like_a_file {
        let loaded = learn::config_if_any(&args.config)?;
        let config = loaded.as_ref().map(|l| &l.config);
        let lesson = lesson::read_csv(Path::new(&args.from), &args.text, &args.target)
            .map_err(|e| CliError::WrongUse(with_cause(&e)))?;
        eprintln!(
            "{} examples from {} ({} rows skipped)",
            lesson.examples.len(),
            args.from,
            lesson.skipped
        );
        let model = learn::model_dir(args.model, config, &args.config);
        let classifier = learn::classifier(&model, config, &args.config)?;
        ((lesson.examples, lesson.multi_label), model, classifier)
    } else {
        let setup = setup(&args.config)?;
        let lesson = from_desk(&setup, &args.from, args.days).await?;
        let model = learn::model_dir(args.model, Some(setup.config()), &args.config);
        let classifier = learn::classifier(&model, Some(setup.config()), &args.config)?;
        (lesson, model, classifier)
    };
    let card = teach(&classifier, lesson, args.seed).await?;
    if args.json {
        println!("{}", serde_json::to_string(&card).unwrap_or_default());
    } else {
        show(&card, &model);
    }
    Ok(0)
}

/// Trains, with a sign of life on the terminal.
pub(super) async fn teach(
    classifier: &crate::registry::Classifier,
    (examples, multi_label): (Vec<Example>, Vec<String>),
    seed: u64,
) -> Result<ModelCard, CliError> {
    let bar = spinner(format!("learning from {} examples", examples.len()));
    let lesson = Train {
        examples,
        multi_label,
        seed,
        created_at: now().to_string(),
    };
    let card = classifier.train(&lesson).await;
    bar.finish_and_clear();
    card.map_err(|e| CliError::WrongUse(e.to_string()))
}

/// The closed tickets of a helpdesk with the values that agents gave them.
pub(super) async fn from_desk(setup: &Setup, name: &str, days: u64) -> Result<(Vec<Example>, Vec<String>), CliError> {
    let names = || setup.desks.keys().map(String::as_str);
    let desk = setup.desks.get(name).ok_or_else(|| {
        let hint = crate::config::nearest(name, names()).map_or_else(
            || format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
            |n| format!("did you mean `{n}`?"),
        );
        CliError::WrongUse(format!(
            "`{name}` is neither a file nor a ticket system of the config; {hint}"
        ))
    })?;
    let human = |e: otai_interface::Failure| CliError::NeedsHuman(format!("{name}: {e}"));
    let mut stop = stop_signal();
    let catalog = patiently(name, A_FEW, &mut stop, || desk.catalog())
        .await
        .map_err(human)?;
    let spec = setup.config().pipelines.values().find(|p| p.ticket_system == name);
    let text = spec.map_or(Pipeline::TEXT, |p| &p.text);
    let templates = Templates::new(text, None, &[]).map_err(|e| CliError::WrongUse(e.to_string()))?;
    let closed: BTreeSet<&str> = catalog
        .statuses
        .iter()
        .filter(|s| s.closed)
        .map(|s| s.name.as_str())
        .collect();
    let learnt: BTreeSet<&str> = catalog
        .custom_fields
        .iter()
        .filter(|f| matches!(f.kind, FieldKind::Choice | FieldKind::Checkbox))
        .map(|f| f.name.as_str())
        .collect();
    let mark = spec.and_then(|p| p.mark.as_ref());

    let bar = spinner(format!("reading closed tickets of {name}"));
    let since = now().checked_sub(jiff::SignedDuration::from_hours(
        i64::try_from(days.min(36_500) * 24).unwrap_or(0),
    ));
    let mut find = Find {
        cursor: None,
        since: since.ok().map(|t| t.to_string()),
    };
    let mut examples: BTreeMap<String, Example> = BTreeMap::new();
    loop {
        let page = patiently(name, A_FEW, &mut stop, || desk.find_tickets(&find))
            .await
            .map_err(human)?;
        for ticket in &page.tickets {
            if ticket.status.as_deref().is_some_and(|s| closed.contains(s))
                && ticket.settled.as_deref() != Some("spam")
                && let Ok(text) = templates.text(ticket)
            {
                examples.insert(
                    ticket.id.clone(),
                    Example {
                        text,
                        labels: labels(ticket, &learnt, mark),
                        names: people(ticket),
                    },
                );
            }
        }
        bar.set_message(format!("reading closed tickets of {name}: {}", examples.len()));
        find.cursor = Some(page.cursor);
        if !page.more {
            break;
        }
    }
    bar.finish_and_clear();
    eprintln!("{} closed tickets of the last {days} days from {name}", examples.len());
    if examples.is_empty() {
        return Err(CliError::NeedsHuman(format!(
            "{name} has no closed ticket of the last {days} days to learn from: raise --days, or train from a CSV file"
        )));
    }
    Ok((examples.into_values().collect(), vec!["tags".to_owned()]))
}

fn labels(ticket: &Ticket, custom: &BTreeSet<&str>, mark: Option<&Mark>) -> BTreeMap<String, Vec<String>> {
    let mut labels = BTreeMap::new();
    for (field, value) in [
        ("queue", &ticket.queue),
        ("priority", &ticket.priority),
        ("type", &ticket.kind),
    ] {
        if let Some(value) = value {
            labels.insert(field.to_owned(), vec![value.clone()]);
        }
    }
    let ours = |tag: &&String| !matches!(mark, Some(Mark::Tag(mark)) if mark == *tag);
    labels.insert("tags".to_owned(), ticket.tags.iter().filter(ours).cloned().collect());
    for (name, value) in &ticket.custom_fields {
        let is_mark = matches!(mark, Some(Mark::CustomField(mark)) if mark == name);
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(flag) => flag.to_string(),
            _ => continue,
        };
        if custom.contains(name.as_str()) && !is_mark {
            labels.insert(format!("custom_fields.{name}"), vec![text]);
        }
    }
    labels
}

pub(super) fn show(card: &ModelCard, model: &Path) {
    let mut table = table(&["FIELD", "LABELS", "ACCURACY", "MACRO-F1", "CALIBRATION ERROR"]);
    let percent = |n: Option<f64>| n.map_or_else(|| "-".to_owned(), |n| format!("{:.1} %", n * 100.0));
    for (field, known) in &card.fields {
        let labels = known.labels.len().to_string();
        table.add_row([
            field.clone(),
            labels,
            percent(known.accuracy),
            percent(known.macro_f1),
            percent(known.calibration_error),
        ]);
    }
    println!("{table}");
    println!("by cross-validation over {} examples", card.examples);
    for remark in &card.remarks {
        println!("{remark}");
    }
    println!("model: {}", model.display());
}

pub(super) fn spinner(message: String) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn now() -> Timestamp {
    let now = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
    now.round(jiff::Unit::Second).unwrap_or(now)
}
