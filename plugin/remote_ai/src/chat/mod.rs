//! A language model behind an OpenAI-compatible API: one request a ticket for all its fields, labels in words.

mod answer;
mod confidence;
mod flat;
mod models;
mod params;
mod refusal;
mod remembered;
mod request;

use std::collections::BTreeMap;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use otai_plugin::{
    ClassificationService, Failure, Host, answers,
    model::{Classified, Classify, FieldCard, Label, ModelCard, Network, Prediction, Text},
    tracing,
};

pub use params::{ChatParams, Logprobs, Structured};

use crate::{
    engine::Engine,
    text,
    trouble::{Trouble, left},
};
use answer::{Choice, Completion};
use confidence::Spelling;
use params::Settings;
use remembered::Remembered;
use request::{Fields, TAGS};

/// One model of one OpenAI-compatible engine.
///
/// ```yaml
/// classifiers:
///   llm:
///     use: otai_remote_ai:OpenAICompatibleClassificationService
///     params:
///       base_url: http://127.0.0.1:11434/v1
///       model: qwen3:8b
///       labels:
///         queue: { Billing: "invoices, refunds, payments", Network: "vpn, wifi, internet" }
///         priority: { Low: "a wish or question", High: "somebody cannot work" }
/// ```
#[derive(Debug)]
pub struct OpenAICompatibleClassificationService {
    engine: Engine,
    settings: Settings,
    remembered: Remembered,
}

impl ClassificationService for OpenAICompatibleClassificationService {
    type Params = ChatParams;

    fn new(params: ChatParams, host: Host) -> Result<Self, Failure> {
        let settings = Settings::new(&params)?;
        Ok(Self {
            engine: Engine::new(host, &settings.address, settings.key.as_ref(), settings.timeout),
            settings,
            remembered: Remembered::default(),
        })
    }

    fn network(&self) -> Network {
        self.settings.network()
    }

    async fn model(&self) -> Result<ModelCard, Failure> {
        let response = self.engine.get("/models").await?;
        let remark = models::remark(&self.settings, &response)?;
        if let Some(remark) = &remark {
            tracing::warn!("{remark}");
        }
        let card = |(field, labels): (&String, &BTreeMap<String, String>)| {
            let card = FieldCard {
                labels: labels.keys().map(|label| (label.clone(), 0)).collect(),
                multi_label: field == TAGS,
                ..FieldCard::default()
            };
            (field.clone(), card)
        };
        Ok(ModelCard {
            name: self.settings.model.clone(),
            fields: self.settings.labels.iter().map(card).collect(),
            remarks: remark.into_iter().collect(),
            ..ModelCard::default()
        })
    }

    async fn classify(&self, batch: Classify) -> Result<Classified, Failure> {
        let fields: Fields = self
            .settings
            .labels
            .iter()
            .filter(|(field, _)| batch.fields.contains(field))
            .map(|(field, labels)| (field.clone(), labels.clone()))
            .collect();
        if fields.is_empty() {
            let predictions = vec![Prediction::default(); batch.texts.len()];
            return Ok(Classified { predictions });
        }
        // By number: over references the compiler does not see that the future may change threads.
        let requests = (0..batch.texts.len()).map(|index| self.predict(&fields, &batch.texts[index]));
        // Dropped as a whole when one fails or the host gives up; what was answered is remembered.
        let predictions = stream::iter(requests)
            .buffered(self.settings.concurrency)
            .try_collect()
            .await?;
        Ok(Classified { predictions })
    }
}

impl OpenAICompatibleClassificationService {
    /// The prediction for a text: remembered or asked for.
    async fn predict(&self, fields: &Fields, text: &Text) -> Result<Prediction, Failure> {
        let Some(text) = text::outgoing(text, self.settings.max_text_chars) else {
            return Ok(left("the text is empty"));
        };
        let names: Vec<String> = fields.keys().cloned().collect();
        if let Some(prediction) = self.remembered.get(&names, &text) {
            return Ok(prediction);
        }
        let prediction = match self.ask(fields, &text).await {
            Ok(choice) => self.judge(fields, choice.as_ref()),
            Err(Trouble::Text(why)) => left(why),
            Err(Trouble::Call(failure)) => return Err(failure),
        };
        self.remembered.put(&names, &text, &prediction);
        Ok(prediction)
    }

    async fn ask(&self, fields: &Fields, text: &str) -> Result<Option<Choice>, Trouble> {
        let body = request::body(&self.settings, fields, text);
        let response = self.engine.post("/chat/completions", &body).await?;
        match response.status {
            200..300 => Ok(answers::read::<Completion>("the engine", &response)?
                .choices
                .into_iter()
                .next()),
            _ => Err(refusal::trouble(&self.settings, &response, text)),
        }
    }

    /// Labels with their confidence, or the reason why a human decides.
    fn judge(&self, fields: &Fields, choice: Option<&Choice>) -> Prediction {
        let checked = choice.ok_or(answer::Unusable::NoChoice).and_then(|choice| {
            let content = answer::content(choice)?;
            Ok((choice, content, answer::chosen(content, fields)?))
        });
        let (choice, content, chosen) = match checked {
            Ok(checked) => checked,
            Err(unusable) => return left(unusable.to_string()),
        };
        let tokens = choice
            .logprobs
            .as_ref()
            .and_then(|logprobs| logprobs.content.as_deref());
        let spelling = tokens.and_then(|tokens| Spelling::new(content, tokens));
        let mut labels = BTreeMap::new();
        for field in chosen {
            let Some(known) = fields.get(&field.field) else {
                continue;
            };
            let mut of_field = Vec::with_capacity(field.labels.len());
            for spot in &field.labels {
                let measured = spelling.as_ref().and_then(|spelling| spelling.confidence(spot, known));
                let Some(confidence) = measured.or(self.settings.confidence_without_logprobs) else {
                    return left(
                        "the engine gives no probabilities, so nothing says how sure the model is: set \
                         `confidence_without_logprobs` to decide all the same",
                    );
                };
                of_field.push(Label::new(&spot.text, confidence as f32));
            }
            of_field.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
            labels.insert(field.field, of_field);
        }
        Prediction::of(labels)
    }
}
