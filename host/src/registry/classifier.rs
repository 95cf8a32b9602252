use std::{sync::Arc, time::Duration};

use otai_interface::{
    Failure,
    abi::{Answer, ClassifierObject},
    model::{Classified, Classify, ModelCard, Train},
};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;

use super::call::{encode, wait};
use crate::services::CallScope;

const CLASSIFY: Duration = Duration::from_secs(300);
const TRAIN: Duration = Duration::from_secs(24 * 3600);

/// A classifier, on this side of the border.
pub struct Classifier {
    object: Arc<ClassifierObject>,
    /// One permit a core, for a service that keeps one busy; `None` for one that waits for a server.
    cores: Option<Arc<Semaphore>>,
}

impl Classifier {
    pub(super) fn new(object: ClassifierObject, cpu_bound: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            object: Arc::new(object),
            cores: cpu_bound.then(|| Arc::new(Semaphore::new(cores))),
        }
    }

    /// What the model knows.
    ///
    /// # Errors
    /// Any [`Failure`]
    pub async fn model(&self) -> Result<ModelCard, Failure> {
        self.call("model", CLASSIFY, |object| object.model(encode(&()))).await
    }

    /// One prediction for each text.
    ///
    /// # Errors
    /// Any [`Failure`]; also if the plugin gave another number of predictions than there are texts, or a confidence or
    /// precision that is none.
    pub async fn classify(&self, batch: &Classify) -> Result<Classified, Failure> {
        let body = encode(batch);
        let classified: Classified = self
            .call("classify", CLASSIFY, move |object| object.classify(body))
            .await?;
        let all = || classified.predictions.iter().flat_map(|p| p.labels.values().flatten());
        let told = all().map(|label| ("confidence", label.confidence));
        let measured = all().filter_map(|label| Some(("precision", label.precision?)));
        if let Some((what, bad)) = told.chain(measured).find(|(_, share)| !(0.0..=1.0).contains(share)) {
            return Err(Failure::bug(format!(
                "classify: a {what} of {bad} does not lie between 0 and 1"
            )));
        }
        if classified.predictions.len() == batch.texts.len() {
            Ok(classified)
        } else {
            let (got, wanted) = (classified.predictions.len(), batch.texts.len());
            Err(Failure::bug(format!("classify: {got} predictions for {wanted} texts")))
        }
    }

    /// Learns from examples.
    ///
    /// # Errors
    /// Any [`Failure`]
    pub async fn train(&self, lesson: &Train) -> Result<ModelCard, Failure> {
        let body = encode(lesson);
        self.call("train", TRAIN, move |object| object.train(body)).await
    }

    async fn call<T: DeserializeOwned + Send + 'static>(
        &self,
        op: &'static str,
        time: Duration,
        call: impl FnOnce(&ClassifierObject) -> Answer + Send + 'static,
    ) -> Result<T, Failure> {
        let Some(cores) = &self.cores else {
            return CallScope::within(time).run(wait(op, time, call(&self.object))).await;
        };
        let permit = Arc::clone(cores).acquire_owned().await;
        let object = Arc::clone(&self.object);
        let runtime = tokio::runtime::Handle::current();
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            runtime.block_on(wait(op, time, call(&object)))
        });
        work.await.unwrap_or_else(|e| Err(Failure::bug(format!("{op}: {e}"))))
    }
}
