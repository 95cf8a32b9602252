//! Starting and stopping a simulator.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::listener::{Kill, Sockets};
use crate::options::{Options, StartError};

/// How long `stop` waits for answers under way before it cuts them off.
const GRACE: Duration = Duration::from_secs(1);

/// A running simulator. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    all: Kill,
    quit: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Starts a simulated Freshdesk account on a loopback address.
pub async fn start(options: Options) -> Result<Running, StartError> {
    options.check()?;
    let addr = options.listen;
    let listen = |source| StartError::Listen { addr, source };
    let inner = TcpListener::bind(addr).await.map_err(listen)?;
    let addr = inner.local_addr().map_err(listen)?;
    let all = Kill::default();
    let (quit, mut quitting) = watch::channel(false);
    let app = Router::new().fallback(async |ConnectInfo(_kill): ConnectInfo<Kill>, _r: Request| "");
    let service = app.into_make_service_with_connect_info::<Kill>();
    let sockets = Sockets { inner, all: all.clone() };
    let task = tokio::spawn(async move {
        let signal = async move {
            // An error means that the handle is gone: the same wish.
            let _ = quitting.wait_for(|q| *q).await;
        };
        let _ = axum::serve(sockets, service).with_graceful_shutdown(signal).await;
    });
    Ok(Running { addr, all, quit, task })
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
