use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use indicatif::{ProgressBar, ProgressStyle};
use otai_interface::model::{Classify, Example, FieldCard, Prediction, Text};
use tokio::{sync::watch, time::Instant};

use super::{
    CliError, learn,
    patience::{A_FEW, patiently},
    setup::setup,
    with_cause,
};
use crate::{config::nearest, lesson, pipeline::pace::Pace, registry::Classifier};

/// Texts classified in one call, at most.
const BATCH: usize = 256;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The model's folder [default: as for `train`].
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Measure a classifier of the config instead, whatever it is: a Hugging Face model, labels that were only described, an
    /// engine elsewhere.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["model", "encoder", "no_encoder"])]
    classifier: Option<String>,
    /// The encoder that the model was trained with [default: the one of the config's classifier].
    #[arg(long, value_name = "DIR", conflicts_with = "no_encoder")]
    encoder: Option<PathBuf>,
    /// Do not use the encoder of the config.
    #[arg(long)]
    no_encoder: bool,
    /// A CSV file with the true values.
    #[arg(long, value_name = "FILE.csv")]
    on: PathBuf,
    /// The columns that make up the text, in this order [default: subject and body].
    #[arg(long, value_name = "COLUMN", num_args = 1..)]
    text: Vec<String>,
    /// What to measure and where the truth stands [default: queue, priority, type, tags].
    #[arg(long, value_name = "FIELD=COLUMN", num_args = 1..)]
    target: Vec<String>,
    /// Of the decisions taken, this share shall be right: at which confidence, and for how many texts? Answered twice: with a
    /// threshold found on this file, and with the model's own thresholds, as `min_precision` would.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    precision: f64,
    /// Confidence from which a decision is taken.
    #[arg(long, value_name = "CONFIDENCE", default_value_t = 0.8)]
    threshold: f64,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// The config; may be absent.
    #[arg(long, value_name = "FILE", default_value = "config.yml")]
    config: PathBuf,
}

pub(super) async fn evaluate(args: Args) -> Result<u8, CliError> {
    for (name, share) in [("--precision", args.precision), ("--threshold", args.threshold)] {
        if !(0.0..=1.0).contains(&share) {
            return Err(CliError::WrongUse(format!("{name} lies between 0 and 1, not {share}")));
        }
    }
    let lesson =
        lesson::read_csv(&args.on, &args.text, &args.target).map_err(|e| CliError::WrongUse(with_cause(&e)))?;
    let (classifier, rules) = classifier(&args)?;
    let card = classifier.model().await.map_err(|e| {
        CliError::WrongUse(match &args.classifier {
            Some(name) => format!("classifier {name}: {e}"),
            None => e.to_string(),
        })
    })?;

    let asked = &lesson.fields;
    let fields: Vec<String> = asked.iter().filter(|f| card.fields.contains_key(*f)).cloned().collect();
    if fields.is_empty() {
        let known: Vec<&str> = card.fields.keys().map(String::as_str).collect();
        return Err(CliError::WrongUse(format!(
            "the model knows {}, the file has {}: name the right columns with --target FIELD=COLUMN",
            known.join(", "),
            asked.join(", ")
        )));
    }
    let mut predictions = predictions(&classifier, &lesson.examples, &fields).await?;
    let multi: Vec<String> = card
        .fields
        .iter()
        .filter(|(_, f)| f.multi_label)
        .map(|(n, _)| n.clone())
        .collect();
    let labels = |(name, field): (&String, &FieldCard)| (name.clone(), field.labels.keys().cloned().collect());
    let mut question = lesson::Question {
        fields,
        multi,
        known: card.fields.iter().map(labels).collect(),
        precision: args.precision,
        threshold: args.threshold,
    };
    lesson::spell(&mut predictions, &mut question, &lesson.examples, &rules);
    let report = lesson::measure(&lesson.examples, &predictions, &question);
    if args.json {
        println!("{}", serde_json::to_string(&report).unwrap_or_default());
    } else {
        println!("{}", lesson::table(&report));
    }
    Ok(0)
}

/// Field → what a pipeline makes of a classifier's labels.
type Rules = BTreeMap<String, BTreeMap<String, String>>;

/// The one that the config names, with the rules of the first pipeline that asks it, or the trained one, which needs no config.
fn classifier(args: &Args) -> Result<(Arc<Classifier>, Rules), CliError> {
    if let Some(name) = &args.classifier {
        let mut setup = setup(&args.config)?;
        let mut rules = Rules::new();
        for (field, rule) in setup.config().pipelines.values().flat_map(|p| &p.fields) {
            if rule.classifiers.contains(name) {
                rules.entry(field.clone()).or_insert_with(|| rule.labels.clone());
            }
        }
        let classifier = setup.classifiers.remove(name).ok_or_else(|| {
            let names = || setup.classifiers.keys().map(String::as_str);
            let hint = nearest(name, names()).map_or_else(
                || format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
                |n| format!("did you mean `{n}`?"),
            );
            CliError::WrongUse(format!("`{name}` is no classifier of the config; {hint}"))
        })?;
        return Ok((classifier, rules));
    }
    let loaded = learn::config_if_any(&args.config)?;
    let config = loaded.as_ref().map(|l| &l.config);
    let model = learn::model_dir(args.model.clone(), config, &args.config);
    let encoder = learn::encoder_dir(args.encoder.clone(), args.no_encoder, config)?;
    let classifier = learn::classifier(&model, encoder.as_deref(), config, &args.config)?;
    Ok((Arc::new(classifier), Rules::new()))
}

/// What a model says of the texts of these examples, in their order.
pub(super) async fn predictions(
    classifier: &Classifier,
    examples: &[Example],
    fields: &[String],
) -> Result<Vec<Prediction>, CliError> {
    let mut predictions = Vec::with_capacity(examples.len());
    let pace = Pace::default();
    let (_never, mut stop) = watch::channel(false);
    let bar = progress(examples.len());
    let mut left = examples;
    while !left.is_empty() {
        let (batch, rest) = left.split_at(pace.batch().min(BATCH).min(left.len()));
        let text = |example: &Example| Text {
            text: example.text.clone(),
            names: example.names.clone(),
            ..Text::default()
        };
        let batch = Classify {
            texts: batch.iter().map(text).collect(),
            fields: fields.to_vec(),
        };
        let begin = Instant::now();
        let classified = patiently("classifier", A_FEW, &mut stop, || classifier.classify(&batch)).await;
        pace.took(batch.texts.len(), begin.elapsed());
        predictions.extend(classified.map_err(|e| CliError::NeedsHuman(e.to_string()))?.predictions);
        bar.set_position(predictions.len() as u64);
        left = rest;
    }
    bar.finish_and_clear();
    Ok(predictions)
}

fn progress(texts: usize) -> ProgressBar {
    let bar = ProgressBar::new(texts as u64);
    if let Ok(style) = ProgressStyle::with_template("classifying {wide_bar} {pos} of {len} texts, {eta} left") {
        bar.set_style(style);
    }
    bar
}
