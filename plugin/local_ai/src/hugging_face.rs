//! A sequence classifier that somebody trained elsewhere, as a service of a plugin.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use otai_encoder::{OpenError, Options, SequenceClassifier};
use otai_plugin::model::{Classified, Classify, FieldCard, ModelCard, Prediction};
use otai_plugin::{ClassificationService, Failure, Host, tracing};

use crate::asked::{self, EncoderPrecision};
use crate::batch::{left, predict, wants};
use crate::reopened::{Reopened, made_of};
use crate::scores;
use crate::service::sentence;

otai_plugin::params! {
    /// A sequence classifier in the form of Hugging Face, fine-tuned elsewhere.
    pub struct HFClassificationParams {
        /// Folder of the model: `config.json` with the names of the labels (`id2label`), `tokenizer.json`, `model.safetensors`.
        /// `otai model add` gets one.
        #[schemars(extend("format" = "path"))]
        pub model: PathBuf,
        /// The field that the labels are for: `queue`, `priority`, `type`, `tags` or `custom_fields.NAME`. Default `queue`.
        #[serde(default = "queue")]
        pub field: String,
        /// Threads that the model may use; all cores if left out.
        #[serde(default)]
        pub threads: Option<usize>,
        /// How the model computes.
        #[serde(default)]
        pub precision: EncoderPrecision,
    }
}

fn queue() -> String {
    "queue".to_owned()
}

/// Classifies with a transformer that was trained elsewhere, on this machine.
///
/// ```yaml
/// classifiers:
///   bert:
///     use: otai_local_ai:HFClassificationService
///     params: { model: models/my-classifier, field: queue }
/// ```
///
/// The model is read when it is first asked for, and again when files in its folder have changed. Its confidence is the softmax of
/// its scores, or the sigmoid of each where its config says `multi_label_classification`; nobody calibrated it on the customer's
/// tickets.
#[derive(Debug)]
pub struct HFClassificationService {
    params: HFClassificationParams,
    opened: Reopened<SequenceClassifier>,
}

impl ClassificationService for HFClassificationService {
    type Params = HFClassificationParams;
    const CPU_BOUND: bool = true;

    fn new(params: HFClassificationParams, _: Host) -> Result<Self, Failure> {
        asked::folder("model", &params.model, "name the folder of a sequence classifier")?;
        if params.field.trim().is_empty() {
            return Err(Failure::rejected_field(
                "field",
                "`field` is empty: write queue, or leave it out",
            ));
        }
        asked::threads(params.threads)?;
        Ok(Self {
            params,
            opened: Reopened::default(),
        })
    }

    async fn model(&self) -> Result<ModelCard, Failure> {
        let model = self.current()?;
        let folder = &self.params.model;
        let field = FieldCard {
            labels: model.labels().iter().map(|label| (label.clone(), 0)).collect(),
            multi_label: model.multi_label(),
            ..FieldCard::default()
        };
        Ok(ModelCard {
            name: folder.display().to_string(),
            fields: BTreeMap::from([(self.params.field.clone(), field)]),
            made_of: made_of(folder, "model", model.fingerprint())?,
            remarks: remarks(&model),
            ..ModelCard::default()
        })
    }

    async fn classify(&self, batch: Classify) -> Result<Classified, Failure> {
        let model = self.current()?;
        if !wants(&batch, &self.params.field) {
            return Ok(Classified {
                predictions: vec![Prediction::default(); batch.texts.len()],
            });
        }
        let names = model.labels();
        let read = if model.multi_label() { scores::many } else { scores::one };
        let row = |scores: &[f32]| match read(names, scores) {
            Some(labels) => Prediction::of(BTreeMap::from([(self.params.field.clone(), labels)])),
            None => left("the model gave a score that is no number"),
        };
        let answer = |texts: &[&str]| model.logits(texts).chunks_exact(names.len()).map(row).collect();
        Ok(predict(&batch.texts, answer))
    }
}

impl HFClassificationService {
    /// The model as it now lies in its folder.
    fn current(&self) -> Result<Arc<SequenceClassifier>, Failure> {
        let folder = &self.params.model;
        self.opened.get(folder, || {
            let options = Options {
                precision: self.params.precision.into(),
                threads: self.params.threads.unwrap_or(0),
            };
            let model = SequenceClassifier::open(folder, &options).map_err(|error| match error {
                OpenError::NoHead { .. } => Failure::refused(format!(
                    "{} is an encoder without a classification head: name it as `encoder` of ZeroShotClassificationService or \
                     TrainedClassificationService, or use a model trained for sequence classification",
                    folder.display()
                )),
                error => Failure::refused(sentence(&error)),
            })?;
            if model.labels().len() < 2 && !model.multi_label() {
                return Err(Failure::refused(format!(
                    "the model in {} has a single label, so there is nothing to decide: use a model with several",
                    folder.display()
                )));
            }
            tracing::debug!(folder = %folder.display(), labels = model.labels().len(), "model read");
            Ok(model)
        })
    }
}

/// What the admin should know, one sentence each.
fn remarks(model: &SequenceClassifier) -> Vec<String> {
    let how = if model.multi_label() { "sigmoid" } else { "softmax" };
    let mut remarks = vec![
        format!("the model reads the first {} tokens of a text", model.max_tokens()),
        format!(
            "the confidence is the model's own {how}, not calibrated on your tickets: compare decisions of a dry run with the truth"
        ),
    ];
    // What transformers calls labels that nobody named.
    if model.labels().iter().all(|label| label.starts_with("LABEL_")) {
        remarks.push(
            "the model's labels have no names of their own: say what they mean under `labels` in the pipeline, or in id2label of its \
             config.json"
                .to_owned(),
        );
    }
    remarks
}
