use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use otai_interface::model::{Example, ModelCard, Train};

use super::{
    CliError,
    history::{LookBack, from_desk, now},
    learn,
    setup::setup,
    table::table,
    with_cause,
};
use crate::lesson;

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
    /// Ticket system: how far back closed tickets count, in months since their last change [default: 12].
    #[arg(long, value_name = "MONTHS", value_parser = clap::value_parser!(u32).range(1..=1200))]
    months: Option<u32>,
    /// The same in days.
    #[arg(long, value_name = "DAYS", hide = true, conflicts_with = "months", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: Option<u32>,
    /// Learn with this encoder as well: a folder in the form of Hugging Face [default: the one of the config's classifier].
    #[arg(long, value_name = "DIR", conflicts_with = "no_encoder")]
    encoder: Option<PathBuf>,
    /// Learn without the encoder of the config.
    #[arg(long)]
    no_encoder: bool,
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
        let encoder = learn::encoder_dir(args.encoder, args.no_encoder, config)?;
        let model = learn::model_dir(args.model, config, &args.config);
        let classifier = learn::classifier(&model, encoder.as_deref(), config, &args.config)?;
        ((lesson.examples, lesson.multi_label), model, classifier)
    } else {
        let setup = setup(&args.config)?;
        let encoder = learn::encoder_dir(args.encoder, args.no_encoder, Some(setup.config()))?;
        let look_back = args.days.map_or(
            LookBack::Months(args.months.unwrap_or(LookBack::MONTHS)),
            LookBack::Days,
        );
        let model = learn::model_dir(args.model, Some(setup.config()), &args.config);
        // Before an hour of reading: what cannot learn says so now.
        let classifier = learn::classifier(&model, encoder.as_deref(), Some(setup.config()), &args.config)?;
        let lesson = from_desk(&setup, &args.from, look_back).await?;
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
