use std::sync::atomic::{AtomicUsize, Ordering};

use otai_interface::model::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::services::Sent;

#[tokio::test]
async fn a_request_to_a_stranger_is_not_sent() {
    let services = Arc::new(Services::default());
    let network = Network {
        origins: vec!["https://desk.example".into()],
        ..Network::default()
    };
    let http = Http::new(&network, &services).unwrap();
    let request = HttpRequest {
        method: "GET".into(),
        url: "https://desk.example.evil.example/api".into(),
        headers: Vec::new().into(),
        body: Vec::new().into(),
        options: Vec::new().into(),
    };
    let failure = http.send(request).await.err().unwrap();
    assert!(
        failure.is_for_every_ticket() && failure.to_string().contains("not a server of this service"),
        "{failure}"
    );
    assert_eq!(services.requests(), 0);
}

/// A server for `localhost` whose certificate nobody signed, and the certificate as PEM. Answers every request with 204 and
/// tells how many it worked on at a time.
async fn house(slow: Duration) -> (String, String, Arc<AtomicUsize>) {
    house_with(slow, |_| {}).await
}

/// The same with another certificate.
async fn house_with(
    slow: Duration,
    change: impl FnOnce(&mut rcgen::CertificateParams),
) -> (String, String, Arc<AtomicUsize>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    change(&mut params);
    let cert = params.self_signed(&key).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let told = Arc::clone(&most);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, now, most) = (acceptor.clone(), Arc::clone(&now), Arc::clone(&most));
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut chunk = [0; 4096];
                while stream.read(&mut chunk).await.is_ok_and(|n| n > 0) {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::time::sleep(slow).await;
                    now.fetch_sub(1, Ordering::SeqCst);
                    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                }
            });
        }
    });
    (format!("https://localhost:{port}"), cert.pem(), told)
}

fn get(url: &str) -> HttpRequest {
    HttpRequest {
        method: "GET".into(),
        url: url.into(),
        headers: Vec::new().into(),
        body: Vec::new().into(),
        options: Vec::new().into(),
    }
}

#[tokio::test]
async fn a_certificate_made_in_the_house_is_trusted_only_if_the_admin_names_it() {
    let (url, pem, _) = house(Duration::ZERO).await;
    let services = Arc::new(Services::default());
    let network = |change: &dyn Fn(&mut Network)| {
        let mut network = Network {
            origins: vec![url.clone()],
            ..Network::default()
        };
        change(&mut network);
        Http::new(&network, &services).unwrap()
    };
    let failure = network(&|_| {}).send(get(&url)).await.err().unwrap();
    assert!(
        failure.is_for_every_ticket() && failure.to_string().contains("not trusted"),
        "{failure}"
    );

    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, pem).unwrap();
    let file = file.display().to_string();
    let trusting = network(&|network| network.ca_file = Some(file.clone()));
    assert_eq!(trusting.send(get(&url)).await.unwrap().status, 204);

    let blind = network(&|network| network.any_certificate = true);
    assert_eq!(blind.send(get(&url)).await.unwrap().status, 204);
}

/// What `openssl req -x509` makes calls itself an authority, and no authority may stand for a server; named by the admin it may,
/// but only for its own name and as long as it is valid.
#[tokio::test]
async fn a_named_certificate_that_calls_itself_an_authority_may_be_the_servers_own() {
    let authority = |params: &mut rcgen::CertificateParams| {
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    };
    let folder = tempfile::TempDir::new().unwrap();
    let trusting = |name: &str, url: &str, pem: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, pem).unwrap();
        let network = Network {
            origins: vec![url.to_owned()],
            ca_file: Some(file.display().to_string()),
            ..Network::default()
        };
        Http::new(&network, &Arc::new(Services::default())).unwrap()
    };
    let (url, pem, _) = house_with(Duration::ZERO, authority).await;
    assert_eq!(
        trusting("own.pem", &url, &pem).send(get(&url)).await.unwrap().status,
        204
    );

    let (other, other_pem, _) = house_with(Duration::ZERO, authority).await;
    for (pem, url, word) in [
        (&other_pem, &url, "not one that an authority"),
        (&pem, &other, "not one that an authority"),
    ] {
        let failure = trusting("other.pem", url, pem).send(get(url)).await.err().unwrap();
        assert!(failure.to_string().contains(word), "{failure}");
    }
    let (url, pem, _) = house_with(Duration::ZERO, |params| {
        authority(params);
        params.subject_alt_names = vec![rcgen::SanType::DnsName("elsewhere.example".try_into().unwrap())];
    })
    .await;
    let failure = trusting("name.pem", &url, &pem).send(get(&url)).await.err().unwrap();
    assert!(failure.to_string().contains("another host name"), "{failure}");
    let (url, pem, _) = house_with(Duration::ZERO, |params| {
        authority(params);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    })
    .await;
    let failure = trusting("old.pem", &url, &pem).send(get(&url)).await.err().unwrap();
    assert!(failure.to_string().contains("expired"), "{failure}");
}

#[tokio::test]
async fn a_server_gets_no_more_requests_at_a_time_than_it_takes() {
    let (url, _, most) = house(Duration::from_millis(50)).await;
    let network = Network {
        origins: vec![url.clone()],
        any_certificate: true,
        limits: Limits {
            at_once: Some(2),
            ..Limits::default()
        },
        ..Network::default()
    };
    let http = Http::new(&network, &Arc::new(Services::default())).unwrap();
    let all = futures::future::join_all((0..8).map(|_| http.send(get(&url)))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_question_that_is_sent_as_a_post_leaves_nothing_in_doubt() {
    let services = Arc::new(Services::default());
    // Nobody answers: a server that accepts and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let network = Network {
        origins: vec![url.clone()],
        ..Network::default()
    };
    let http = Http::new(&network, &services).unwrap();
    for (reads, sent) in [(true, Sent::No), (false, Sent::Maybe)] {
        let options = RequestOptions {
            timeout_ms: Some(100),
            reads,
            ..RequestOptions::default()
        };
        let request = HttpRequest {
            method: "POST".into(),
            body: b"{}".to_vec().into(),
            options: serde_json::to_vec(&options).unwrap().into(),
            ..get(&url)
        };
        let scope = CallScope::under_lease(Duration::from_secs(50), Instant::now() + Duration::from_secs(60));
        let failure = Arc::clone(&scope).run(http.send(request)).await.err().unwrap();
        assert!(failure.to_string().contains("no answer in time"), "{failure}");
        assert_eq!(scope.sent(), sent, "reads: {reads}");
    }
}

#[tokio::test]
async fn a_write_under_a_lease_that_is_nearly_over_is_not_sent_whatever_the_allowance() {
    let services = Arc::new(Services::default());
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    for limits in [
        Limits::default(),
        Limits {
            requests_per_minute: Some(600.0),
            ..Limits::default()
        },
    ] {
        let network = Network {
            origins: vec![url.clone()],
            limits,
            ..Network::default()
        };
        let http = Http::new(&network, &services).unwrap();
        let request = HttpRequest {
            method: "PUT".into(),
            ..get(&url)
        };
        let scope = CallScope::under_lease(Duration::from_secs(50), Instant::now() + Duration::from_secs(20));
        let failure = Arc::clone(&scope).run(http.send(request)).await.err().unwrap();
        assert!(failure.to_string().contains("too little of the lease"), "{failure}");
        // To be tried again after a pause that grows, not at once.
        assert!(matches!(failure, Failure::Retry { after_ms: None, .. }), "{failure:?}");
        assert_eq!(scope.sent(), Sent::No);
    }
}
