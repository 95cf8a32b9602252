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
        let card = |words: &BTreeMap<String, String>| FieldCard {
            labels: words.values().map(|label| (label.clone(), 1)).collect(),
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
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        let known = |field: &String| {
            let labels = self.0.words.get(field)?;
            let all = words.iter().filter_map(|word| labels.get(*word));
            let labels = all.map(|label| Label::new(label, self.0.confidence));
            Some((field.clone(), labels.collect()))
        };
        Prediction::of(fields.iter().filter_map(known).collect())
    }
}

otai_plugin::export_plugin!(KeywordPlugin {
    classifier: KeywordClassificationService
});
