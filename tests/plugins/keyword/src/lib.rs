//! A classifier for tests: the first known word of a text decides, so every decision can be foretold.

use std::collections::BTreeMap;

use otai_plugin::{ClassificationService, Failure, Host, model::*};

otai_plugin::params! {
    /// Which words mean what.
    pub struct Params {
        /// Field, then word, then label.
        pub words: BTreeMap<String, BTreeMap<String, String>>,
        /// How sure it claims to be.
        #[serde(default = "sure")]
        pub confidence: f32,
        /// How long it thinks about a text.
        #[serde(default)]
        pub slow_ms: u64,
        /// Words with which a text is left alone, and why.
        #[serde(default)]
        pub leave: BTreeMap<String, String>,
        /// Label, and how often it claims to be right with it. A label that is absent was not measured.
        #[serde(default)]
        pub precision: BTreeMap<String, f32>,
        /// The card says for each of these precisions which labels get there.
        #[serde(default)]
        pub thresholds: Vec<f64>,
    }
}

fn sure() -> f32 {
    1.0
}

/// Classifies by words.
pub struct KeywordClassificationService(Params);

impl ClassificationService for KeywordClassificationService {
    type Params = Params;
    const CPU_BOUND: bool = true;

    fn new(params: Params, _: Host) -> Result<Self, Failure> {
        Ok(Self(params))
    }

    async fn model(&self) -> Result<ModelCard, Failure> {
        let thresholds = |words: &BTreeMap<String, String>, wanted: f64| Thresholds {
            precision: wanted,
            coverage: 1.0,
            labels: words
                .values()
                .filter(|label| self.0.precision.get(*label).is_some_and(|p| *p >= wanted as f32))
                .map(|label| (label.clone(), self.0.confidence))
                .collect(),
        };
        let card = |words: &BTreeMap<String, String>| FieldCard {
            labels: words.values().map(|label| (label.clone(), 1)).collect(),
            thresholds: self
                .0
                .thresholds
                .iter()
                .map(|wanted| thresholds(words, *wanted))
                .collect(),
            ..FieldCard::default()
        };
        let mut fields: BTreeMap<String, FieldCard> = self.0.words.iter().map(|(f, w)| (f.clone(), card(w))).collect();
        if let Some(tags) = fields.get_mut("tags") {
            tags.multi_label = true;
        }
        Ok(ModelCard {
            name: "keywords".into(),
            examples: 1,
            fields,
            ..ModelCard::default()
        })
    }

    async fn classify(&self, batch: Classify) -> Result<Classified, Failure> {
        let predictions = batch
            .texts
            .iter()
            .map(|text| self.predict(&text.text, &batch.fields))
            .collect();
        Ok(Classified { predictions })
    }
}

impl KeywordClassificationService {
    fn predict(&self, text: &str, fields: &[String]) -> Prediction {
        std::thread::sleep(std::time::Duration::from_millis(self.0.slow_ms));
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        let known = |field: &String| {
            let labels = self.0.words.get(field)?;
            let all = words.iter().filter_map(|word| labels.get(*word));
            let labels = all.map(|label| Label {
                precision: self.0.precision.get(label).copied(),
                ..Label::new(label, self.0.confidence)
            });
            Some((field.clone(), labels.collect()))
        };
        Prediction {
            labels: fields.iter().filter_map(known).collect(),
            leave: words.iter().find_map(|word| self.0.leave.get(*word)).cloned(),
        }
    }
}

otai_plugin::export_plugin!(KeywordPlugin {
    classifier: KeywordClassificationService
});
