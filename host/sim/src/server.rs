//! Starting and stopping a simulator.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::faults::Fault;
use crate::gate::{self, Sim};
use crate::journal::Entry;
use crate::listener::{Kill, Sockets};
use crate::options::{Options, StartError};
use crate::query::Query;
use crate::world::World;
use crate::{control, courier};

/// How long `stop` waits for answers under way before it cuts them off.
const GRACE: Duration = Duration::from_secs(1);

/// A running simulator. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    sim: Arc<Sim>,
    all: Kill,
    quit: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Starts a simulated helpdesk on a loopback address.
pub async fn start(options: Options) -> Result<Running, StartError> {
    options.check()?;
    let addr = options.listen;
    let listen = |source| StartError::Listen { addr, source };
    let inner = TcpListener::bind(addr).await.map_err(listen)?;
    let addr = inner.local_addr().map_err(listen)?;
    let all = Kill::default();
    let (quit, mut quitting) = watch::channel(false);
    let sim = Sim::new(World::new(&options)?, format!("http://{addr}"));
    tokio::spawn(courier::run(sim.clone(), quit.subscribe()));
    let app = Router::new().fallback(gate::serve).with_state(sim.clone());
    let service = app.into_make_service_with_connect_info::<Kill>();
    let sockets = Sockets {
        inner,
        all: all.clone(),
        idle: options.desk.keeps_alive(),
    };
    let task = tokio::spawn(async move {
        let signal = async move {
            // An error means that the handle is gone: the same wish.
            let _ = quitting.wait_for(|q| *q).await;
        };
        let _ = axum::serve(sockets, service).with_graceful_shutdown(signal).await;
    });
    Ok(Running {
        addr,
        sim,
        all,
        quit,
        task,
    })
}

impl Running {
    /// The address on which it listens, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Switches faults on, beside those that are on already.
    pub fn add_faults(&self, faults: Vec<Fault>) {
        self.sim.world().faults.add(faults);
    }

    /// The faults that are on, with how often they have struck.
    pub fn faults(&self) -> Vec<Fault> {
        self.sim.world().faults.list().to_vec()
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.sim.world().faults.clear();
    }

    /// Requests after number `since`, of one method if given.
    pub fn journal(&self, since: u64, method: Option<&str>) -> Vec<Entry> {
        self.sim.world().journal.read(since, method).cloned().collect()
    }

    /// Forgets all requests and their counts.
    pub fn clear_journal(&self) {
        self.sim.world().journal.clear();
    }

    /// How often what was asked for, as `GET /_sim/counts` gives it.
    pub fn counts(&self) -> Value {
        self.sim.world().journal.counts()
    }

    /// How well the open rows were classified, as `GET /_sim/score` gives it.
    pub fn score(&self) -> Value {
        self.sim.world().desk.score()
    }

    /// Any call of the control interface without HTTP: `control("PATCH", "/tickets/7", Some(body))` gives status and
    /// body of the answer. The path may carry a query.
    pub fn control(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        control::run(&self.sim, method, path, &Query::parse(query), body)
    }

    /// Waits until the simulator ends, which it does only after [`Running::stop`] or a drop of the runtime.
    pub async fn wait(&mut self) {
        let _ = (&mut self.task).await;
    }

    /// Stops listening, lets answers under way finish for a second, then closes every connection.
    pub async fn stop(mut self) {
        self.quit.send_replace(true);
        if tokio::time::timeout(GRACE, self.wait()).await.is_err() {
            self.task.abort();
        }
        self.all.now();
    }
}
