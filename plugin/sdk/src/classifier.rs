use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{
    Failure, Host,
    model::{Classified, Classify, ModelCard, Network, Train},
};

/// Texts in, labels with calibrated confidence out.
///
/// ```
/// use std::collections::BTreeMap;
/// use otai_plugin::{ClassificationService, Failure, Host, model::*};
///
/// otai_plugin::params! {
///     /// One word decides.
///     pub struct Params {
///         /// The word.
///         pub word: String,
///         /// The queue for texts that contain it.
///         pub queue: String,
///     }
/// }
///
/// pub struct WordClassificationService(Params);
///
/// impl ClassificationService for WordClassificationService {
///     type Params = Params;
///     const CPU_BOUND: bool = true;
///
///     fn new(params: Params, _: Host) -> Result<Self, Failure> {
///         Ok(Self(params))
///     }
///
///     async fn model(&self) -> Result<ModelCard, Failure> {
///         let queue = FieldCard { labels: BTreeMap::from([(self.0.queue.clone(), 0)]), ..FieldCard::default() };
///         Ok(ModelCard { name: "one word".into(), fields: BTreeMap::from([("queue".into(), queue)]), ..ModelCard::default() })
///     }
///
///     async fn classify(&self, batch: Classify) -> Result<Classified, Failure> {
///         let label = |text: &Text| match text.text.contains(&self.0.word) {
///             true => vec![Label::new(&self.0.queue, 1.0)],
///             false => vec![],
///         };
///         let predict = |text| Prediction::of(BTreeMap::from([("queue".to_owned(), label(text))]));
///         Ok(Classified { predictions: batch.texts.iter().map(predict).collect() })
///     }
/// }
///
/// otai_plugin::export_plugin!(WordPlugin { classifier: WordClassificationService });
/// # fn main() {}
/// ```
pub trait ClassificationService: Send + Sync + Sized + 'static {
    /// What the config's `params` hold; see [`crate::params!`].
    type Params: DeserializeOwned + JsonSchema;

    /// True if `classify` and `train` keep a core busy; the host then runs them apart from everything that waits for a network.
    const CPU_BOUND: bool = false;

    /// Checks the parameters and keeps them. No I/O: it also runs in `otai check --offline`.
    ///
    /// # Errors
    /// [`Failure::rejected_field`] names the parameter that is wrong.
    fn new(params: Self::Params, host: Host) -> Result<Self, Failure>;

    /// Where requests may go; the default is nowhere.
    fn network(&self) -> Network {
        Network::default()
    }

    /// What the model knows; loads it if need be.
    ///
    /// # Errors
    /// [`Failure::refused`] if there is no usable model, with what to do.
    fn model(&self) -> impl Future<Output = Result<ModelCard, Failure>> + Send;

    /// One prediction for each text, in the same order.
    ///
    /// # Errors
    /// Any [`Failure`]; it counts for the whole batch.
    fn classify(&self, batch: Classify) -> impl Future<Output = Result<Classified, Failure>> + Send;

    /// Learns from examples and keeps the result; killed in the middle, the old model stays whole.
    ///
    /// # Errors
    /// [`Failure::Rejected`] where the service cannot learn, or not from these examples.
    fn train(&self, lesson: Train) -> impl Future<Output = Result<ModelCard, Failure>> + Send {
        let _ = lesson;
        async { Err(Failure::rejected("this classifier cannot be trained")) }
    }
}
