//! What a label means, as the config says it: one text, or a description with examples.

use std::fmt;

use otai_plugin::schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

otai_plugin::params! {
    /// What a label means.
    pub struct LabelHint {
        /// One or two sentences, in the language of the tickets. May be left out where there are examples.
        #[serde(default)]
        pub description: String,
        /// Sentences as customers write them.
        #[serde(default)]
        pub examples: Vec<String>,
    }
}

/// What a label means: a description, or a description and examples.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(crate = "otai_plugin::schemars", untagged)]
pub enum LabelInWords {
    /// The description alone.
    Description(String),
    /// Description and examples.
    Hint(LabelHint),
}

impl LabelInWords {
    /// What the label means, in one or two sentences; may be blank.
    pub fn description(&self) -> &str {
        match self {
            Self::Description(description) => description,
            Self::Hint(hint) => &hint.description,
        }
    }

    /// Sentences as customers write them.
    pub fn examples(&self) -> &[String] {
        match self {
            Self::Description(_) => &[],
            Self::Hint(hint) => &hint.examples,
        }
    }

    /// Everything that is said of label `name`, ready to be embedded. A blank description says nothing, and then a name that may be
    /// "Q4" does not either.
    pub(super) fn sentences(&self, name: &str) -> Vec<String> {
        let description = self.description().trim();
        let described = (!description.is_empty()).then(|| format!("{name}: {description}"));
        described.into_iter().chain(self.examples().iter().cloned()).collect()
    }
}

// By hand, because serde's derive for "either" forgets what was wrong with a mapping.
impl<'de> Deserialize<'de> for LabelInWords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = LabelInWords;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("what the label means: a text, or a mapping with `description` and `examples`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<LabelInWords, E> {
                Ok(LabelInWords::Description(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LabelInWords, A::Error> {
                LabelHint::deserialize(MapAccessDeserializer::new(map)).map(LabelInWords::Hint)
            }
        }
        deserializer.deserialize_any(Either)
    }
}
