//! How one pipeline begins: its helpdesk is asked what it has, and the config checked against that.

use std::{collections::BTreeMap, sync::Arc};

use otai_interface::model::ModelCard;
use tokio::sync::watch;

use super::{
    CliError,
    patience::{A_FEW, patiently},
    run::Mode,
};
use crate::{
    config::{self, Loaded, Problems},
    pipeline::{Observer, Parts, Pipeline, Templates},
    registry::{Classifier, TicketSystem},
    state::Store,
};

/// What one pipeline is made of. Each begins by itself: a helpdesk that is down must not keep the others waiting.
pub(super) struct Start<'a> {
    pub(super) name: &'a str,
    pub(super) spec: &'a config::Pipeline,
    pub(super) loaded: &'a Loaded,
    pub(super) classifiers: &'a BTreeMap<String, Arc<Classifier>>,
    pub(super) models: &'a BTreeMap<String, ModelCard>,
    pub(super) desk: &'a Arc<TicketSystem>,
    pub(super) templates: Templates,
    pub(super) store: &'a Arc<dyn Store>,
    pub(super) observer: &'a Observer,
    pub(super) stop: watch::Receiver<bool>,
}

impl Start<'_> {
    /// Asks the helpdesk what it has, and checks the config against it.
    pub(super) async fn pipeline(mut self, mode: Mode) -> Result<Pipeline, CliError> {
        let system = &self.spec.ticket_system;
        let tries = if mode.once { A_FEW } else { u32::MAX };
        let catalog = patiently(system, tries, &mut self.stop, || self.desk.catalog())
            .await
            .map_err(|e| CliError::NeedsHuman(format!("{system}: {e}")))?;
        let (warnings, errors): (Vec<_>, Vec<_>) = self
            .loaded
            .check_catalog(self.name, &catalog, self.models)
            .into_iter()
            .partition(|p| p.warning);
        let doubts = self.loaded.check_precision(self.name, self.models);
        for warning in warnings.into_iter().chain(doubts) {
            tracing::warn!("{warning}");
        }
        if !errors.is_empty() {
            return Err(CliError::WrongUse(Problems(errors).to_string()));
        }
        for warning in &catalog.warnings {
            tracing::warn!(ticket_system = system, "{warning}");
        }
        let per_minute = self.desk.allowance().map(|a| a.per_minute());
        tracing::info!(
            pipeline = self.name,
            ticket_system = system,
            account = catalog.account,
            per_minute,
            "ready"
        );
        let mut spec = self.spec.clone();
        spec.dry_run |= mode.dry_run;
        let used = self
            .classifiers
            .iter()
            .filter(|(c, _)| spec.fields.values().any(|rule| rule.classifiers.contains(c)));
        let languages = self.loaded.config.classifiers.iter();
        Ok(Pipeline::new(Parts {
            name: self.name.to_owned(),
            classifiers: used
                .map(|(name, classifier)| (name.clone(), Arc::clone(classifier)))
                .collect(),
            languages: languages
                .map(|(name, service)| (name.clone(), service.languages.clone()))
                .collect(),
            spec,
            desk: Arc::clone(self.desk),
            store: Arc::clone(self.store),
            templates: self.templates,
            catalog,
            observer: Arc::clone(self.observer),
            stop: self.stop,
        }))
    }
}
