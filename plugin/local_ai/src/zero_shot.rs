//! Labels in words, without a single example from the past, as a service of a plugin.

mod hint;
mod params;
mod places;

use std::collections::BTreeMap;
use std::sync::Arc;

use otai_encoder::{Encoder, Options};
use otai_plugin::model::{Classified, Classify, FieldCard, ModelCard, Prediction};
use otai_plugin::{ClassificationService, Failure, Host, tracing};

use crate::batch::{left, predict, wants};
use crate::reopened::{Reopened, made_of};
use crate::service::sentence;
pub use hint::{LabelHint, LabelInWords};
pub use params::ZeroShotClassificationParams;
use places::{Places, units};

/// Why a text far from all labels is left.
const UNLIKE: &str = "it is unlike every description";

/// Gives each text the labels whose descriptions and examples are nearest to it in meaning, on this machine.
///
/// ```yaml
/// classifiers:
///   in_words:
///     use: otai_local_ai:ZeroShotClassificationService
///     params:
///       encoder: models/all-MiniLM-L6-v2
///       fields:
///         queue:
///           Billing: invoices, payments and refunds
///           Network: { description: "vpn, wifi and internet", examples: ["I cannot get online"] }
/// ```
///
/// A label lies where the mean of the unit vectors of "label: description" and of its examples points. In a field that holds one
/// label, confidence is the softmax over the labels of cosine similarity / `temperature`; in `tags`, where each label stands alone,
/// it is the sigmoid of (cosine similarity - `tag_similarity`) / `temperature`. It says which label is nearest and by how much, not
/// how often that is right. A field of which no label is as near as `min_similarity` gets none; a text for which that holds in every
/// field wanted is left. One pass of the encoder serves all fields.
#[derive(Debug)]
pub struct ZeroShotClassificationService {
    params: ZeroShotClassificationParams,
    opened: Reopened<Opened>,
}

/// An encoder with the places of the labels among its vectors.
#[derive(Debug)]
struct Opened {
    encoder: Encoder,
    fields: BTreeMap<String, Places>,
}

impl ClassificationService for ZeroShotClassificationService {
    type Params = ZeroShotClassificationParams;
    const CPU_BOUND: bool = true;

    fn new(params: ZeroShotClassificationParams, _: Host) -> Result<Self, Failure> {
        params.check()?;
        Ok(Self {
            params,
            opened: Reopened::default(),
        })
    }

    async fn model(&self) -> Result<ModelCard, Failure> {
        let opened = self.current()?;
        let field = |(field, labels): (&String, &BTreeMap<String, LabelInWords>)| {
            let card = FieldCard {
                labels: labels
                    .iter()
                    .map(|(label, words)| (label.clone(), words.examples().len()))
                    .collect(),
                multi_label: field == MULTI_LABEL,
                ..FieldCard::default()
            };
            (field.clone(), card)
        };
        let folder = &self.params.encoder;
        Ok(ModelCard {
            name: folder.display().to_string(),
            fields: self.params.fields.iter().map(field).collect(),
            made_of: made_of(folder, "encoder", opened.encoder.fingerprint())?,
            remarks: self.remarks(&opened),
            ..ModelCard::default()
        })
    }

    async fn classify(&self, batch: Classify) -> Result<Classified, Failure> {
        let opened = self.current()?;
        let fields: Vec<(&String, &Places)> = opened.fields.iter().filter(|(field, _)| wants(&batch, field)).collect();
        if fields.is_empty() {
            return Ok(Classified {
                predictions: vec![Prediction::default(); batch.texts.len()],
            });
        }
        let one = |vector: Option<&[f32]>| {
            let Some(vector) = vector else {
                return left("the encoder gave a vector that is none");
            };
            let answers: Vec<_> = fields
                .iter()
                .map(|(field, places)| ((*field).clone(), self.answer(field, places, vector)))
                .collect();
            if answers.iter().all(|(_, labels)| labels.is_none()) {
                return left(UNLIKE);
            }
            Prediction::of(
                answers
                    .into_iter()
                    .map(|(f, labels)| (f, labels.unwrap_or_default()))
                    .collect(),
            )
        };
        let answer = |texts: &[&str]| {
            units(&mut opened.encoder.embed(texts).into_values(), opened.encoder.dim())
                .map(one)
                .collect()
        };
        Ok(predict(&batch.texts, answer))
    }
}

/// The field that holds any number of labels.
const MULTI_LABEL: &str = "tags";

impl ZeroShotClassificationService {
    /// The labels of one field for the text with this vector; `None` if all of them are too far from it.
    fn answer(&self, field: &str, places: &Places, vector: &[f32]) -> Option<Vec<otai_plugin::model::Label>> {
        let similar = places.similarities(vector);
        let best = similar.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        if best < self.params.min_similarity {
            return None;
        }
        if field == MULTI_LABEL {
            places.many(&similar, self.params.tag_similarity, self.params.temperature)
        } else {
            places.one(&similar, self.params.temperature)
        }
    }

    /// The encoder as it now lies in its folder, with the labels.
    fn current(&self) -> Result<Arc<Opened>, Failure> {
        let folder = &self.params.encoder;
        self.opened.get(folder, || {
            let options = Options {
                precision: self.params.precision.into(),
                threads: self.params.threads.unwrap_or(0),
            };
            let encoder = Encoder::open(folder, &options).map_err(|error| Failure::refused(sentence(&error)))?;
            let places = |(field, labels): (&String, &BTreeMap<String, LabelInWords>)| {
                Ok((field.clone(), Places::new(field, labels, &encoder)?))
            };
            let fields = self.params.fields.iter().map(places).collect::<Result<_, Failure>>()?;
            let opened = Opened { encoder, fields };
            tracing::debug!(folder = %folder.display(), fields = opened.fields.len(), "encoder read, labels embedded");
            if let Some(remark) = self.alike(&opened) {
                tracing::warn!("{remark}");
            }
            Ok(opened)
        })
    }

    /// What the admin should know, one sentence each.
    fn remarks(&self, opened: &Opened) -> Vec<String> {
        let tokens = opened.encoder.max_tokens();
        let mut remarks = vec![
            format!("the encoder reads the first {tokens} tokens of a text"),
            "the confidence of zero-shot labels is not calibrated: compare some decisions with the truth".to_owned(),
        ];
        remarks.extend(self.alike(opened));
        remarks
    }

    /// A warning if the encoder finds even different tags as similar as a tag should be to its texts: every text would get all.
    fn alike(&self, opened: &Opened) -> Option<String> {
        let alike = opened.fields.get(MULTI_LABEL)?.alike()?;
        let wanted = self.params.tag_similarity;
        (alike >= wanted).then(|| {
            format!(
                "this encoder finds different tags similar by {alike:.2} in the mean, and a tag is given from {wanted:.2} on: raise \
                 `tag_similarity`"
            )
        })
    }
}
