//! Which servers may be spoken to, and how far a certificate is trusted.

use std::time::Duration;

use otai_interface::model::Network;
use reqwest::{Url, redirect};

use super::trust;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept where the plugin does not know better.
const IDLE: Duration = Duration::from_secs(30);
/// Why an instance cannot have a network.
#[derive(Debug, thiserror::Error)]
pub enum HttpSetup {
    /// An origin that is not one, or plain http to another machine.
    #[error("`{origin}` is not allowed as a server: {why}")]
    Origin {
        /// As the plugin gave it.
        origin: String,
        /// Why not.
        why: &'static str,
    },
    /// The file with further certificates cannot be used.
    #[error("the certificate file `{file}` {why}")]
    Certificates {
        /// As the config names it.
        file: String,
        /// Why not.
        why: String,
    },
    /// The TLS library found nothing to stand on.
    #[error("cannot set up TLS")]
    Tls(#[source] reqwest::Error),
}

/// The origin of a server that may be spoken to: https, or http on this machine.
pub(crate) fn allowed(origin: &str) -> Result<String, HttpSetup> {
    allowed_with(origin, false)
}

/// The same; with `plain_http` also http to other machines, because the admin trusts the network between.
pub(super) fn allowed_with(origin: &str, plain_http: bool) -> Result<String, HttpSetup> {
    let refuse = |why| HttpSetup::Origin {
        origin: origin.to_owned(),
        why,
    };
    let url = Url::parse(origin).map_err(|_| refuse("it is not a URL such as https://desk.example"))?;
    match url.scheme() {
        "https" => {}
        "http" if plain_http || loopback(&url) => {}
        "http" => {
            return Err(refuse(
                "plain http would show the key to everybody on the way: write https",
            ));
        }
        _ => return Err(refuse("only https is spoken")),
    }
    Ok(url.origin().ascii_serialization())
}

pub(super) fn loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_matches(['[', ']']);
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    })
}

pub(crate) fn client(on_this_machine: bool) -> Result<reqwest::Client, HttpSetup> {
    client_for(&Network::default(), on_this_machine)
}

/// The client of an instance that asked for this network.
pub(super) fn client_for(network: &Network, on_this_machine: bool) -> Result<reqwest::Client, HttpSetup> {
    // Fails only if a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || {
        let builder = reqwest::Client::builder()
            .user_agent(concat!("otai/", env!("CARGO_PKG_VERSION")))
            // An answer that points elsewhere would take the key there.
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(network.idle_ms.map_or(IDLE, Duration::from_millis))
            .tls_danger_accept_invalid_certs(network.any_certificate);
        if on_this_machine { builder.no_proxy() } else { builder }
    };
    let named = network.ca_file.as_deref().map(named).transpose()?;
    if let Some(tls) = named.filter(|_| !network.any_certificate) {
        return builder().tls_backend_preconfigured(tls).build().map_err(HttpSetup::Tls);
    }
    builder().build().or_else(|_| {
        // A slim container has no certificates of its own; reqwest then fails even for plain http.
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
        let roots = roots.filter_map(|der| reqwest::Certificate::from_der(der).ok());
        builder().tls_certs_only(roots).build().map_err(HttpSetup::Tls)
    })
}

/// TLS that also trusts the certificates of a PEM file.
fn named(file: &str) -> Result<rustls::ClientConfig, HttpSetup> {
    let wrong = |why: String| HttpSetup::Certificates {
        file: file.to_owned(),
        why,
    };
    let pem = std::fs::read(file).map_err(|e| wrong(format!("cannot be read: {e}")))?;
    let all = trust::certificates(&pem)
        .ok_or_else(|| wrong("holds no certificate: it must be PEM, with `-----BEGIN CERTIFICATE-----`".to_owned()))?;
    trust::trusting(all).map_err(|e| wrong(format!("holds something that is no certificate: it must be PEM ({e})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        assert_eq!(
            allowed("https://acme.freshdesk.com/").unwrap(),
            "https://acme.freshdesk.com"
        );
        assert_eq!(allowed("http://127.0.0.1:80").unwrap(), "http://127.0.0.1");
        assert!(allowed("http://localhost:8080").is_ok() && allowed("http://[::1]:8080").is_ok());
        assert!(
            allowed("http://acme.freshdesk.com")
                .unwrap_err()
                .to_string()
                .contains("write https")
        );
        assert_eq!(
            allowed_with("http://gpu.example:8080", true).unwrap(),
            "http://gpu.example:8080"
        );
        assert!(allowed_with("ftp://gpu.example", true).is_err());
        assert!(allowed("http://127.0.0.1.evil.example").is_err());
        assert!(allowed("ftp://127.0.0.1").is_err() && allowed("acme").is_err());
    }

    #[test]
    fn a_certificate_file_that_is_none_is_named() {
        let with = |file: &str| Network {
            ca_file: Some(file.to_owned()),
            ..Network::default()
        };
        let missing = client_for(&with("/nowhere/ca.pem"), false).unwrap_err().to_string();
        assert!(
            missing.contains("/nowhere/ca.pem") && missing.contains("cannot be read"),
            "{missing}"
        );
        let folder = tempfile::TempDir::new().unwrap();
        for content in [
            "",
            "hello",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            let file = folder.path().join("ca.pem");
            std::fs::write(&file, content).unwrap();
            let wrong = client_for(&with(&file.display().to_string()), false)
                .unwrap_err()
                .to_string();
            assert!(wrong.contains("PEM"), "{content}: {wrong}");
        }
    }
}
