//! Hugging Face text-embeddings-inference: many texts a request, labels of its model or labels in words.

mod chunks;
mod info;
mod nearest;
mod params;
mod refusal;
mod scores;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use otai_plugin::{
    ClassificationService, Failure, Host, Response, answers,
    model::{Classified, Classify, FieldCard, Label, ModelCard, Network, Prediction},
    serde_json::json,
    tracing,
};

pub use params::{LabelHint, TeiParams, ZeroShot};

use crate::{
    engine::Engine,
    text,
    trouble::{Trouble, left},
};
use chunks::{Numbered, chunks};
use info::Info;
use nearest::Places;
use params::Settings;

/// One text-embeddings-inference server.
///
/// ```yaml
/// classifiers:
///   bert:
///     use: otai_remote_ai:TextEmbeddingsInferenceService
///     params:
///       base_url: https://gpu.example:8080
///       field: queue
/// ```
#[derive(Debug)]
pub struct TextEmbeddingsInferenceService {
    engine: Engine,
    settings: Settings,
    info: Mutex<Option<Arc<Info>>>,
    places: Mutex<Option<Arc<Places>>>,
}

/// Field → labels of one text, or why there are none.
type Row = Result<Vec<Label>, &'static str>;

impl ClassificationService for TextEmbeddingsInferenceService {
    type Params = TeiParams;

    fn new(params: TeiParams, host: Host) -> Result<Self, Failure> {
        let settings = Settings::new(&params)?;
        Ok(Self {
            engine: Engine::new(host, &settings.address, settings.key.as_ref(), settings.timeout),
            settings,
            info: Mutex::default(),
            places: Mutex::default(),
        })
    }

    fn network(&self) -> Network {
        self.settings.network()
    }

    async fn model(&self) -> Result<ModelCard, Failure> {
        let info = self.ask_info().await?;
        let labels = match &self.settings.zero_shot {
            Some(zero_shot) => zero_shot.labels.keys().cloned().collect(),
            None => info.labels()?,
        };
        let mut remarks = Vec::new();
        if self.settings.zero_shot.is_some() {
            remarks.push(
                "the confidence of zero-shot labels is not calibrated: compare some decisions with the truth".into(),
            );
        }
        if let Some(tokens) = info.max_input_length {
            remarks.push(format!("the model reads the first {tokens} tokens of a text"));
        }
        let field = FieldCard {
            labels: labels.into_iter().map(|label| (label, 0)).collect(),
            multi_label: self.settings.field == "tags",
            ..FieldCard::default()
        };
        Ok(ModelCard {
            name: info.name(),
            fields: BTreeMap::from([(self.settings.field.clone(), field)]),
            remarks,
            ..ModelCard::default()
        })
    }

    async fn classify(&self, batch: Classify) -> Result<Classified, Failure> {
        let mut predictions = vec![Prediction::default(); batch.texts.len()];
        if !batch.fields.contains(&self.settings.field) {
            return Ok(Classified { predictions });
        }
        let mut texts: Vec<Numbered> = Vec::with_capacity(batch.texts.len());
        for (index, text) in batch.texts.iter().enumerate() {
            match text::outgoing(text, self.settings.max_text_chars) {
                Some(text) => texts.push((index, text)),
                None => predictions[index] = left("the text is empty"),
            }
        }
        if texts.is_empty() {
            return Ok(Classified { predictions });
        }
        let most = self.most_at_a_time().await?;
        let requests = chunks(&texts, most).into_iter().map(|chunk| self.chunk(&texts[chunk]));
        let answers: Vec<Vec<(usize, Prediction)>> = stream::iter(requests)
            .buffered(self.settings.concurrency)
            .try_collect()
            .await?;
        for (index, prediction) in answers.into_iter().flatten() {
            predictions[index] = prediction;
        }
        Ok(Classified { predictions })
    }
}

impl TextEmbeddingsInferenceService {
    async fn ask_info(&self) -> Result<Arc<Info>, Failure> {
        let response = self.engine.get("/info").await?;
        let info: Info = answers::read(
            "the engine",
            &self.success(response).map_err(|trouble| match trouble {
                Trouble::Call(failure) => failure,
                Trouble::Text(why) => Failure::bug(why),
            })?,
        )?;
        match self.settings.zero_shot {
            Some(_) => info.embeds()?,
            None => drop(info.labels()?),
        }
        let info = Arc::new(info);
        *self.info.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&info));
        Ok(info)
    }

    /// Texts in one request: what the admin wants and what the engine allows.
    async fn most_at_a_time(&self) -> Result<usize, Failure> {
        let known = self.info.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let info = match known {
            Some(info) => info,
            None => self.ask_info().await?,
        };
        let allowed = info
            .max_client_batch_size
            .filter(|n| *n > 0)
            .unwrap_or(self.settings.batch);
        Ok(self.settings.batch.min(allowed))
    }

    /// Predictions for one request's texts. A request that is refused for one of its texts is halved until that one is alone.
    async fn chunk(&self, texts: &[Numbered]) -> Result<Vec<(usize, Prediction)>, Failure> {
        let mut done = Vec::with_capacity(texts.len());
        let mut todo = vec![texts];
        while let Some(texts) = todo.pop() {
            match self.rows(texts).await {
                Ok(rows) => {
                    let prediction = |(text, row): (&Numbered, Row)| (text.0, self.prediction(row));
                    done.extend(texts.iter().zip(rows).map(prediction));
                }
                Err(Trouble::Call(failure)) => return Err(failure),
                Err(Trouble::Text(_)) if texts.len() > 1 => {
                    tracing::debug!(texts = texts.len(), "the engine refuses one of these texts: halved");
                    let (one, two) = texts.split_at(texts.len() / 2);
                    todo.extend([two, one]);
                }
                Err(Trouble::Text(why)) => done.extend(texts.iter().map(|(index, _)| (*index, left(why.clone())))),
            }
        }
        Ok(done)
    }

    fn prediction(&self, row: Row) -> Prediction {
        match row {
            Ok(labels) => Prediction::of(BTreeMap::from([(self.settings.field.clone(), labels)])),
            Err(why) => left(why),
        }
    }

    async fn rows(&self, texts: &[Numbered]) -> Result<Vec<Row>, Trouble> {
        match &self.settings.zero_shot {
            None => self.predict(texts).await,
            Some(zero_shot) => self.nearest(zero_shot, texts).await,
        }
    }

    /// Each text is a list of its own: a list of two strings would be taken for one pair (issue
    /// text-embeddings-inference#747).
    async fn predict(&self, texts: &[Numbered]) -> Result<Vec<Row>, Trouble> {
        let inputs: Vec<[&str; 1]> = texts.iter().map(|(_, text)| [text.as_str()]).collect();
        let body = json!({ "inputs": inputs, "raw_scores": false, "truncate": true });
        let response = self.success(self.engine.post("/predict", &body).await?)?;
        let rows = scores::read(&response, texts.len())?;
        Ok(rows.into_iter().map(scores::labels).collect())
    }

    async fn nearest(&self, zero_shot: &ZeroShot, texts: &[Numbered]) -> Result<Vec<Row>, Trouble> {
        let places = self.places(zero_shot).await?;
        let texts: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        let vectors = self.embed(&texts).await?;
        if vectors.iter().flatten().any(|vector| !places.fits(vector)) {
            // Served by another model than when the labels were embedded.
            *self.places.lock().unwrap_or_else(PoisonError::into_inner) = None;
            return Err(Failure::retry(
                "the engine's embeddings have another length than before: was its model changed?",
            )
            .into());
        }
        let row = |vector: Option<Vec<f64>>| {
            let vector = vector.ok_or("the engine gave an embedding that is none")?;
            Ok(places.labels(&vector, self.settings.temperature))
        };
        Ok(vectors.into_iter().map(row).collect())
    }

    async fn embed(&self, texts: &[&str]) -> Result<Vec<Option<Vec<f64>>>, Trouble> {
        let body = json!({ "inputs": texts, "normalize": true, "truncate": true });
        let response = self.success(self.engine.post("/embed", &body).await?)?;
        Ok(nearest::read(&response, texts.len())?)
    }

    /// The labels' places, embedded at the first need.
    async fn places(&self, zero_shot: &ZeroShot) -> Result<Arc<Places>, Failure> {
        if let Some(places) = self.places.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Ok(places);
        }
        let most = self.most_at_a_time().await?;
        let mut labels = Vec::with_capacity(zero_shot.labels.len());
        for (label, hint) in &zero_shot.labels {
            let sentences: Vec<&str> = std::iter::once(&hint.description)
                .chain(&hint.examples)
                .map(String::as_str)
                .collect();
            let mut vectors = Vec::with_capacity(sentences.len());
            for sentences in sentences.chunks(most) {
                vectors.extend(self.embed(sentences).await.map_err(|trouble| match trouble {
                    Trouble::Call(failure) => failure,
                    Trouble::Text(why) => {
                        Failure::refused(format!("description or examples of label `{label}`: {why}"))
                    }
                })?);
            }
            labels.push((label.clone(), vectors));
        }
        let places = Arc::new(Places::new(labels)?);
        *self.places.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&places));
        Ok(places)
    }

    fn success(&self, response: Response) -> Result<Response, Trouble> {
        match response.status {
            200..300 => Ok(response),
            _ => Err(refusal::trouble(&self.engine.address.base, &response)),
        }
    }
}
