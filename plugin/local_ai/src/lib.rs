//! Classifiers for otai that run on this machine.
//!
//! [`train()`] learns every field of a helpdesk (queue, priority, type, tags, custom fields) from tickets that people have
//! labelled: on the CPU, without a download, in seconds. [`Model::classify`] answers with calibrated probabilities, so that a
//! threshold means what it says. No text leaves the machine, and none is kept in the model.
//!
//! ```
//! use otai_local_ai::{Example, TrainOptions, train};
//!
//! let said = [("Network", "vpn router wifi"), ("Network", "wifi is down"), ("Network", "no vpn today"),
//!     ("Billing", "refund my invoice"), ("Billing", "wrong invoice"), ("Billing", "invoice and refund")];
//! let example = |(queue, text): (&str, &str)| Example {
//!     text: text.to_owned(),
//!     labels: [("queue".to_owned(), vec![queue.to_owned()])].into(),
//! };
//! let model = train(&said.map(example), &TrainOptions::default(), &|step| println!("{step}"))?;
//! let predictions = model.classify(&["the wifi again"]);
//! assert_eq!(predictions[0].field("queue")[0].label, "Network");
//! # Ok::<(), otai_local_ai::TrainError>(())
//! ```
//!
//! | step | module |
//! |---|---|
//! | examples → distinct texts with numbered labels | `corpus` |
//! | text → masked words | `text` |
//! | words → sparse rows of TF-IDF weighted n-grams | `space`, `rows` |
//! | texts → dense rows of a sentence encoder, if there is one | `meaning`, `fourier` |
//! | rows → one linear machine per label | `solver` |
//! | out-of-fold scores, choice of the strength | `validate` |
//! | scores → probabilities | `calibrate` |
//! | probabilities → how often such decisions are right | `precision` |
//! | what is told about it | `report` |
//! | all of it in order | [`train()`] |
//! | texts → labels | [`Model`] |
//! | model ⇄ folder | `store` |
//! | all of it as a service of a plugin | [`TrainedClassificationService`] |
//!
//! Two more services need no training here; they share what goes to a model (`batch`), how scores become labels (`scores`) and when
//! a folder is read again (`reopened`):
//!
//! | service | labels |
//! |---|---|
//! | [`HFClassificationService`] | those of a sequence classifier that was trained elsewhere |
//! | [`ZeroShotClassificationService`] | described in words, found by a sentence encoder |

mod asked;
mod batch;
mod calibrate;
mod card;
mod corpus;
mod fourier;
mod hugging_face;
mod matrix;
mod meaning;
mod memory;
pub mod metrics;
mod model;
mod names;
mod precision;
mod reopened;
mod replace;
mod report;
mod rows;
mod scores;
mod service;
mod solver;
mod space;
mod store;
mod text;
mod train;
mod validate;
mod zero_shot;

pub use asked::EncoderPrecision;
pub use card::{AtPrecision, Card, FieldCard, Threshold};
pub use hugging_face::{HFClassificationParams, HFClassificationService};
pub use memory::Changes;
pub use model::{MAX_ANSWERS, MIN_TAG_PROBABILITY, Model, Prediction, Scored};
pub use service::{TrainedClassificationParams, TrainedClassificationService};
pub use store::{CARD_FILE, LoadError, MODEL_FILE, SaveError};
pub use text::MAX_CHARS;
pub use train::{Example, TrainError, TrainOptions, train};
pub use zero_shot::{LabelHint, LabelInWords, ZeroShotClassificationParams, ZeroShotClassificationService};

otai_plugin::export_plugin!(LocalAiPlugin {
    classifier: TrainedClassificationService,
    classifier: HFClassificationService,
    classifier: ZeroShotClassificationService,
});
