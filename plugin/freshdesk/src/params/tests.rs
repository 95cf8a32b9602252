use super::*;

fn params(domain: &str) -> Params {
    Params {
        domain: domain.into(),
        api_key: Secret::from("canary-key"),
        base_url: None,
        requests_per_minute: None,
        share: None,
        overlap: None,
    }
}

fn refused(params: &Params, field: &str) -> String {
    match Settings::new(params).unwrap_err() {
        Failure::Rejected {
            message,
            field: Some(named),
            every_ticket: false,
        } if named == field => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_domain_may_be_written_in_every_form_that_people_paste() {
    for domain in [
        "yourcompany",
        " YourCompany ",
        "yourcompany.freshdesk.com",
        "https://yourcompany.freshdesk.com",
        "https://yourcompany.freshdesk.com/",
        "HTTPS://yourcompany.freshdesk.com//",
    ] {
        let settings = Settings::new(&params(domain)).unwrap();
        assert_eq!(settings.base, "https://yourcompany.freshdesk.com", "{domain}");
        assert_eq!(settings.network().origins, ["https://yourcompany.freshdesk.com"]);
    }
}

#[test]
fn the_address_of_a_portal_is_refused_with_the_host_that_is_needed() {
    for domain in [
        "support.customer.com",
        "https://support.customer.com/",
        "yourcompany.freshworks.com",
        "freshdesk.com",
    ] {
        let message = refused(&params(domain), "domain");
        assert!(
            message.contains("portal") && message.contains("yourcompany.freshdesk.com"),
            "{domain}: {message}"
        );
    }
}

#[test]
fn what_is_no_domain_is_refused() {
    let long = "x".repeat(64);
    for domain in [
        "",
        "  ",
        "your company",
        "-x",
        "x-",
        "a.b.freshdesk.com",
        "x/y",
        "x.freshdesk.com/a/tickets",
        "x:443",
        "u@x",
        "../x",
        ".freshdesk.com",
        "https://",
        "http://x.freshdesk.com",
        "${DOMAIN}",
        "x?y",
        "münchen",
        &long,
    ] {
        assert!(!refused(&params(domain), "domain").is_empty(), "{domain}");
    }
}

#[test]
fn a_key_that_was_not_filled_in_has_its_own_sentence() {
    let with = |key: &str| Params {
        api_key: Secret::from(key),
        ..params("x")
    };
    assert!(refused(&with(" \n"), "api_key").contains("is empty"));
    assert!(refused(&with("${FRESHDESK_API_KEY}"), "api_key").contains("environment variable"));
    assert!(refused(&with("two words"), "api_key").contains("copy it again"));
    assert!(!refused(&with("canary:key"), "api_key").contains("canary"));
    assert_eq!(Settings::new(&with("abc\n")).unwrap().key.expose(), "abc");
}

#[test]
fn plain_http_is_for_this_machine_only() {
    let with = |url: &str| Params {
        base_url: Some(url.into()),
        ..params("x")
    };
    for (url, base, origin) in [
        (
            "http://127.0.0.1:8080/",
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080",
        ),
        ("http://127.9.9.9", "http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:81", "http://[::1]:81", "http://[::1]:81"),
        (
            "HTTP://localhost:81/api/v2/",
            "http://localhost:81",
            "http://localhost:81",
        ),
        (
            "https://proxy.example/fd/",
            "https://proxy.example/fd",
            "https://proxy.example",
        ),
    ] {
        let settings = Settings::new(&with(url)).unwrap();
        assert_eq!((settings.base.as_str(), settings.origin.as_str()), (base, origin));
    }
    for url in [
        "",
        "proxy.example",
        "http://proxy.example",
        "http://127.0.0.1.evil.example",
        "http://128.0.0.1",
        "ftp://127.0.0.1",
        "https://",
        "https://user@proxy.example",
        "https://x:0",
        "https://x:99999",
        "https://x y",
        "https://x/?a=b",
        "http://localhost@evil.example",
        "http://[::1].evil.example",
        "http://127.0.0.1\\@evil.example",
    ] {
        assert!(!refused(&with(url), "base_url").is_empty(), "{url}");
    }
}

#[test]
fn numbers_and_times_have_bounds() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refused(
            &Params {
                requests_per_minute: Some(bad),
                ..params("x")
            },
            "requests_per_minute",
        );
        refused(
            &Params {
                share: Some(bad),
                ..params("x")
            },
            "share",
        );
    }
    refused(
        &Params {
            share: Some(1.01),
            ..params("x")
        },
        "share",
    );
    let limits = Settings::new(&Params {
        share: Some(1.0),
        requests_per_minute: Some(20.0),
        ..params("x")
    })
    .unwrap()
    .network()
    .limits;
    assert_eq!(
        (limits.share, limits.requests_per_minute, limits.assumed_per_minute),
        (Some(1.0), Some(20.0), Some(40.0))
    );
    assert_eq!(Settings::new(&params("x")).unwrap().network().limits.share, Some(0.5));

    let with = |text: &str| Params {
        overlap: Some(text.into()),
        ..params("x")
    };
    for (text, seconds) in [("90s", 90), ("2m", 120), ("0s", 0), ("1h", 3600), (" 1m 30s ", 90)] {
        assert_eq!(Settings::new(&with(text)).unwrap().overlap, seconds, "{text}");
    }
    for text in ["", "90", "-5s", "61m", "soon"] {
        refused(&with(text), "overlap");
    }
    assert_eq!(Settings::new(&params("x")).unwrap().overlap, 90);
}

#[test]
fn the_key_is_in_no_debug_output() {
    let params = params("x");
    let settings = Settings::new(&params).unwrap();
    assert!(!format!("{params:?}{settings:?}").contains("canary"));
}
