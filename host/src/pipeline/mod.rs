//! One ticket's way through the host, in batches: intake, claim, classify, decide, intend, write, close.
//!
//! **Every noted ticket ends `done` or `parked` with a reason; nothing is written twice; a person's value is never replaced.**
//! The store keeps the first half of that promise (see [`crate::state`]), [`doubt`] the second.

mod classify;
pub mod decide;
pub mod doubt;
pub mod eligible;
mod intake;
pub(crate) mod pace;
pub(crate) mod people;
mod report;
mod route;
mod said;
mod text;
mod work;
mod write;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use otai_interface::{Failure, model::Catalog};
use tokio::{sync::watch, time::Instant};

pub use report::{Decided, Ending, Observer, Summary};
pub use said::Said;
pub use text::{TemplateError, Templates};

use route::Routes;

use crate::{
    config,
    language::Language,
    registry::{Classifier, TicketSystem},
    state::{Store, StoreError},
};

/// How long a run that shall end waits for tickets that are in doubt or set aside for a moment.
const PATIENCE: Duration = Duration::from_secs(100);
/// A run that shall end does so if nothing was finished for this long.
const STUCK: Duration = Duration::from_secs(300);
/// Tries to ask for a page in a run that shall end.
const ASKS: u32 = 5;
/// Helpdesks stamp changes in whole seconds. What we write in the second in which a long walk through the list begins could
/// not be told from what the walk has still to read, so the first write waits until that second is over.
const STAMP: Duration = Duration::from_secs(1);
/// Admins rename queues and types; a catalog older than this is read again.
const CATALOG_AGE: Duration = Duration::from_secs(3600);
/// After a refusal it is read again at once, but not more often than this.
const CATALOG_REST: Duration = Duration::from_secs(30);

/// A pipeline that can run.
pub struct Pipeline {
    name: String,
    spec: config::Pipeline,
    desk: Arc<TicketSystem>,
    classifiers: BTreeMap<String, Arc<Classifier>>,
    routes: Routes,
    store: Arc<dyn Store>,
    templates: Templates,
    catalog: RwLock<Known>,
    held: intake::Held,
    pace: pace::Pace,
    observer: Observer,
    stop: watch::Receiver<bool>,
}

/// What we know of the helpdesk.
struct Known {
    catalog: Arc<Catalog>,
    read: Instant,
    /// When it was last read because of a refusal.
    refused: Option<Instant>,
}

/// Why a pipeline stopped before its end.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StopReason {
    /// The helpdesk or its plugin cannot go on.
    #[error("{0}")]
    Desk(Failure),
    /// The state cannot be written; without it nothing may be sent.
    #[error(transparent)]
    State(#[from] StoreError),
}

/// Everything that a pipeline needs.
pub struct Parts {
    /// Its key in the config.
    pub name: String,
    /// What the config says.
    pub spec: config::Pipeline,
    /// The helpdesk.
    pub desk: Arc<TicketSystem>,
    /// Those that the fields name.
    pub classifiers: BTreeMap<String, Arc<Classifier>>,
    /// Classifier → languages that it reads; none: all of them.
    pub languages: BTreeMap<String, Vec<Language>>,
    /// The state.
    pub store: Arc<dyn Store>,
    /// Compiled from the spec.
    pub templates: Templates,
    /// Just read.
    pub catalog: Catalog,
    /// Told of each decision.
    pub observer: Observer,
    /// True: finish what is begun and end.
    pub stop: watch::Receiver<bool>,
}

impl Pipeline {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts {
            name,
            spec,
            desk,
            classifiers,
            languages,
            store,
            templates,
            catalog,
            observer,
            stop,
        } = parts;
        let routes = Routes::new(&spec, &languages);
        let catalog = RwLock::new(Known {
            catalog: Arc::new(catalog),
            read: Instant::now(),
            refused: None,
        });
        Self {
            name,
            spec,
            desk,
            classifiers,
            routes,
            store,
            templates,
            catalog,
            held: intake::Held::default(),
            pace: pace::Pace::default(),
            observer,
            stop,
        }
    }

    /// Works until everything that waits is decided or set aside.
    ///
    /// # Errors
    /// [`StopReason`]; the summary says what was done before.
    pub async fn run_once(&self) -> (Summary, Result<(), StopReason>) {
        let mut summary = Summary::of(&self.spec);
        let end = self.drain(&mut summary, true).await;
        summary.parked = self.store.due(&self.name).await.map_or(0, |due| due.parked + due.held);
        summary.tickets = summary.written + summary.left_to_human + summary.parked;
        (summary, end)
    }

    /// Works for ever: asks at every interval, goes on after every failure, ends when told.
    ///
    /// # Errors
    /// [`StopReason::State`]: without a state nothing may be sent.
    pub async fn run_forever(&self) -> (Summary, Result<(), StopReason>) {
        let mut summary = Summary::of(&self.spec);
        let mut stop = self.stop.clone();
        while !*stop.borrow() {
            let asked = Instant::now();
            match self.drain(&mut summary, false).await {
                Ok(()) => {}
                Err(StopReason::Desk(failure)) => tracing::error!(pipeline = self.name, "will try again: {failure}"),
                Err(state) => return (summary, Err(state)),
            }
            let next = match self.store.due(&self.name).await {
                Ok(due) => due.next.map_or(self.spec.every, |next| next.min(self.spec.every)),
                Err(e) => return (summary, Err(e.into())),
            };
            // A ticket that becomes due earlier is worked on without asking the helpdesk for a page.
            let wake = asked + self.spec.every;
            let due = (Instant::now() + next).min(wake);
            tokio::select! {
                () = tokio::time::sleep_until(due) => {}
                _ = stop.changed() => {}
            }
            while due < wake && Instant::now() < wake && !*stop.borrow() {
                match self.work_through(&mut summary).await {
                    Ok(_) | Err(StopReason::Desk(_)) => {}
                    Err(state) => return (summary, Err(state)),
                }
                let next = self
                    .store
                    .due(&self.name)
                    .await
                    .ok()
                    .and_then(|d| d.next)
                    .unwrap_or(self.spec.every);
                tokio::select! {
                    () = tokio::time::sleep_until((Instant::now() + next.max(Duration::from_millis(200))).min(wake)) => {}
                    _ = stop.changed() => {}
                }
            }
        }
        (summary, Ok(()))
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.catalog.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.known().catalog)
    }

    /// Reads the catalog again if the one at hand is old.
    async fn renew_catalog(&self) {
        if self.known().read.elapsed() >= CATALOG_AGE {
            self.read_catalog().await;
        }
    }

    /// Reads the catalog again, because a value of it was refused.
    async fn doubt_catalog(&self) {
        let doubted = {
            let mut known = self.catalog.write().unwrap_or_else(PoisonError::into_inner);
            let lately = known.refused.is_some_and(|at| at.elapsed() < CATALOG_REST);
            if !lately {
                known.refused = Some(Instant::now());
            }
            !lately
        };
        if doubted {
            self.read_catalog().await;
        }
    }

    async fn read_catalog(&self) {
        match self.desk.catalog().await {
            Ok(fresh) => {
                let mut known = self.catalog.write().unwrap_or_else(PoisonError::into_inner);
                (known.catalog, known.read) = (Arc::new(fresh), Instant::now());
            }
            Err(failure) => tracing::warn!(pipeline = self.name, "the catalog could not be read again: {failure}"),
        }
    }

    fn stopping(&self) -> bool {
        *self.stop.borrow()
    }
}
