//! Addresses at which no helpdesk is.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use crate::desk::runtime;

/// Something at an address. Ends when dropped.
#[derive(Debug)]
pub struct Stranger {
    url: String,
    task: Option<JoinHandle<()>>,
}

impl Stranger {
    /// A port at which nobody listens.
    #[must_use]
    pub fn refusing() -> Self {
        let (listener, port) = listener();
        drop(listener);
        Self {
            url: format!("http://127.0.0.1:{port}"),
            task: None,
        }
    }

    /// A server for `localhost` whose certificate nobody has signed.
    #[must_use]
    pub fn with_its_own_certificate() -> Self {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(vec![own.cert.der().clone()], key)
            })
            .expect("a server's settings");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (listener, port) = listener();
        let task = runtime().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Who does not trust the certificate goes away.
                drop(acceptor.accept(stream).await);
            }
        });
        Self {
            url: format!("https://localhost:{port}"),
            task: Some(task),
        }
    }

    /// A web server that speaks plain http where https is asked for.
    #[must_use]
    pub fn without_tls() -> Self {
        let (listener, port) = listener();
        let task = runtime().spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut hello = [0; 1024];
                let _ = stream.read(&mut hello).await;
                let _ = stream
                    .write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                    .await;
            }
        });
        Self {
            url: format!("https://localhost:{port}"),
            task: Some(task),
        }
    }

    /// `SCHEME://HOST:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

fn listener() -> (TcpListener, u16) {
    let listener = runtime().block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}
