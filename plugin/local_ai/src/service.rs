//! The learner as a service of a plugin: what crosses the border, and nothing that is learned or judged.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use otai_plugin::model::{Classified, Classify, FieldCard, Label, ModelCard, Prediction, Thresholds, Train};
use otai_plugin::{ClassificationService, Failure, Host, tracing};

use crate::asked::{self, EncoderPrecision};
use crate::card::{AtPrecision, Card};
use crate::memory::Changes;
use crate::model::Model;
use crate::names::without_names;
use crate::reopened::Reopened;
use crate::train::{Example, TrainOptions, train};

otai_plugin::params! {
    /// A model that otai trained on tickets of your own.
    pub struct TrainedClassificationParams {
        /// Folder of the model; `otai train` makes it.
        #[schemars(extend("format" = "path"))]
        pub model: PathBuf,
        /// Threads that training and an encoder may use; all cores if left out.
        #[serde(default)]
        pub threads: Option<usize>,
        /// Training: folder of a sentence encoder (all-MiniLM-L6-v2, multilingual-e5-small …) that joins the words. Its files are
        /// copied into the model's folder, so this is not needed for classifying.
        #[serde(default)]
        #[schemars(extend("format" = "path"))]
        pub encoder: Option<PathBuf>,
        /// Training: how the encoder computes, then and later.
        #[serde(default)]
        pub precision: EncoderPrecision,
    }
}

/// Classifies with a model trained on the customer's own tickets, on this machine.
///
/// The model is read when it is first asked for, and again when `otai train` has replaced it: a running host need not be
/// restarted.
pub struct TrainedClassificationService {
    params: TrainedClassificationParams,
    opened: Reopened<Model>,
}

/// Why a text unlike all others is left.
const OUTSIDE: &str = "it is unlike the texts that the model learned from";
/// What a model of words alone says of itself. The figures are those of Banking77 (10,003 texts; ten per label) with all-MiniLM-L6-v2.
const NO_ENCODER: &str = "only words were learned; a sentence encoder (`otai train --encoder DIR`) also learns what they mean: on a public \
                          set of 77 intents it makes 91 % right decisions 94 %, and with ten examples a label far more";

impl ClassificationService for TrainedClassificationService {
    type Params = TrainedClassificationParams;
    const CPU_BOUND: bool = true;

    fn new(params: TrainedClassificationParams, _: Host) -> Result<Self, Failure> {
        asked::folder(
            "model",
            &params.model,
            "name the folder that holds, or will hold, the trained model",
        )?;
        asked::threads(params.threads)?;
        Ok(Self {
            params,
            opened: Reopened::default(),
        })
    }

    async fn model(&self) -> Result<ModelCard, Failure> {
        Ok(card(self.current()?.card(), &self.params.model))
    }

    async fn classify(&self, batch: Classify) -> Result<Classified, Failure> {
        let model = self.current()?;
        let texts: Vec<Cow<'_, str>> = batch
            .texts
            .iter()
            .map(|text| without_names(&text.text, &text.names))
            .collect();
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let wanted = |field: &str| batch.fields.is_empty() || batch.fields.iter().any(|wanted| wanted == field);
        let predictions = model.classify(&texts).into_iter().map(|prediction| {
            let leave = prediction.outside.then(|| OUTSIDE.to_owned());
            let fields = prediction
                .fields
                .into_iter()
                .filter(|(field, _)| wanted(field))
                .map(|(field, labels)| {
                    let label = |l: crate::Scored<'_>| Label {
                        precision: Some(l.precision),
                        ..Label::new(l.label, l.probability)
                    };
                    (field.to_owned(), labels.into_iter().map(label).collect())
                });
            Prediction {
                leave,
                ..Prediction::of(fields.collect())
            }
        });
        Ok(Classified {
            predictions: predictions.collect(),
        })
    }

    async fn train(&self, lesson: Train) -> Result<ModelCard, Failure> {
        let options = TrainOptions {
            seed: lesson.seed,
            multi_label_fields: lesson.multi_label.into_iter().collect(),
            threads: self.params.threads.unwrap_or(0),
            created: lesson.created_at,
            encoder: self.params.encoder.clone(),
            memory: Some(self.params.model.clone()),
            precision: self.params.precision.into(),
            ..TrainOptions::default()
        };
        let examples: Vec<Example> = lesson
            .examples
            .into_iter()
            .map(|e| Example {
                text: without_names(&e.text, &e.names).into_owned(),
                labels: e.labels,
            })
            .collect();
        let model = train(&examples, &options, &|step| tracing::info!("{step}"))
            .map_err(|error| Failure::rejected(sentence(&error)))?;
        model
            .save(&self.params.model)
            .map_err(|error| Failure::rejected_field("model", sentence(&error)))?;
        let told = card(model.card(), &self.params.model);
        self.opened.put(&self.params.model, model);
        Ok(told)
    }
}

impl TrainedClassificationService {
    /// The model as it now lies in its folder.
    fn current(&self) -> Result<Arc<Model>, Failure> {
        let folder = &self.params.model;
        self.opened.get(folder, || {
            let model = Model::load(folder, self.params.threads.unwrap_or(0))
                .map_err(|error| Failure::refused(sentence(&error)))?;
            tracing::debug!(folder = %folder.display(), features = model.card().features, "model read");
            Ok(model)
        })
    }
}

/// An error with its causes in one sentence.
pub(crate) fn sentence(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The card as it crosses the border.
fn card(card: &Card, folder: &Path) -> ModelCard {
    let field = |field: &crate::FieldCard| FieldCard {
        labels: field.labels.clone(),
        multi_label: field.multi_label,
        // "The first label was right" means nothing where several may be.
        accuracy: (!field.multi_label).then_some(field.accuracy),
        macro_f1: Some(field.macro_f1),
        calibration_error: Some(field.calibration_error),
        thresholds: field.precisions.iter().map(thresholds).collect(),
    };
    ModelCard {
        name: folder.display().to_string(),
        created_at: card.created.clone(),
        examples: card.texts,
        fields: card
            .fields
            .iter()
            .map(|(name, told)| (name.clone(), field(told)))
            .collect(),
        made_of: made_of(card),
        remarks: remarks(card),
    }
}

fn thresholds(at: &AtPrecision) -> Thresholds {
    Thresholds {
        precision: at.wanted,
        coverage: at.coverage,
        labels: at.labels.clone(),
    }
}

fn made_of(card: &Card) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::from([
        ("otai".to_owned(), card.otai.clone()),
        ("data".to_owned(), card.data_sha256.clone()),
        ("seed".to_owned(), card.seed.to_string()),
    ]);
    parts.extend(card.encoder_sha256.clone().map(|hash| ("encoder".to_owned(), hash)));
    parts
}

/// What the admin should know, one sentence each.
fn remarks(card: &Card) -> Vec<String> {
    let mut remarks = Vec::new();
    let counts = [
        (card.duplicates, "examples repeat an earlier one and were left out"),
        (card.empty, "examples have no words and were left out"),
        (
            card.conflicting,
            "texts occur with different labels; all of them were kept",
        ),
    ];
    remarks.extend(
        counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}")),
    );
    if let Some(Changes { new, corrected, gone }) = card.changes {
        remarks.push(format!(
            "since the training before {new} texts are new, {corrected} have other labels and {gone} are gone"
        ));
    }
    if card.encoder_sha256.is_none() {
        remarks.push(NO_ENCODER.to_owned());
    }
    for (name, reason) in &card.left_out_fields {
        remarks.push(format!("{name} was not learned: {reason}"));
    }
    for (name, field) in &card.fields {
        if field.ambiguous > 0 {
            remarks.push(format!(
                "{name}: {} examples name several labels and were skipped; list {name} as multi-label if that is meant",
                field.ambiguous
            ));
        }
        // A helpdesk may have hundreds of rare tags: one sentence for each reason, not for each tag.
        let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (label, reason) in &field.left_out {
            by_reason.entry(reason).or_default().push(label);
        }
        for (reason, labels) in by_reason {
            let named = labels
                .iter()
                .take(10)
                .map(|label| format!("{label:?}"))
                .collect::<Vec<_>>()
                .join(", ");
            let more = if labels.len() > 10 {
                format!(" and {} more", labels.len() - 10)
            } else {
                String::new()
            };
            remarks.push(format!("{name}: {named}{more} left out ({reason})"));
        }
    }
    remarks
}
