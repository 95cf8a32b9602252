use otai_plugin::{
    merged,
    serde_json::{self, json},
};

use super::*;

fn params(changes: Value) -> Params {
    let all = json!({"base_url": "https://desk.example", "access_token": "canary-token"});
    serde_json::from_value(merged(all, changes)).unwrap()
}

/// Settings of the defaults and these changes.
pub(crate) fn settings(changes: Value) -> Settings {
    Settings::new(&params(changes)).unwrap()
}

fn refused(changes: Value, field: &str) -> String {
    match Settings::new(&params(changes)).unwrap_err() {
        Failure::Rejected {
            message,
            field: Some(named),
            every_ticket: false,
        } if named == field => {
            assert!(!message.contains("canary"), "{message}");
            message
        }
        other => panic!("{other:?}"),
    }
}

fn authorization(changes: Value) -> String {
    let request = settings(changes).dress(Request::get("https://desk.example"));
    let header = request.headers.into_iter().find(|(name, _)| name == "authorization");
    header.unwrap().1
}

#[test]
fn an_address_may_be_written_in_every_form_that_people_paste() {
    for url in [
        "https://desk.example",
        " HTTPS://desk.example/ ",
        "https://desk.example/api/v1",
        "https://desk.example/api/v1/",
        "https://desk.example/api/",
    ] {
        let settings = settings(json!({"base_url": url}));
        assert_eq!(settings.address.base, "https://desk.example", "{url}");
        assert_eq!(settings.network().origins, ["https://desk.example"]);
    }
    assert_eq!(
        settings(json!({"base_url": "https://x.example/zammad/api/v1"}))
            .address
            .base,
        "https://x.example/zammad"
    );
    assert!(refused(json!({"base_url": "http://desk.example"}), "base_url").contains("https"));
}

#[test]
fn plain_http_in_the_house_needs_the_admins_word() {
    let of = |url: &str| settings(json!({"base_url": url, "allow_http": true}));
    for url in ["http://zammad.house:3000", "http://10.0.0.5/api/v1"] {
        assert!(refused(json!({ "base_url": url }), "base_url").contains("`allow_http: true`"));
        assert!(of(url).network().plain_http, "{url}");
    }
    for url in ["https://desk.example", "http://127.0.0.1:3000", "http://localhost"] {
        assert!(!of(url).network().plain_http, "nothing leaves in the clear: {url}");
    }
    assert!(refused(json!({"base_url": "http://8.8.8.8", "allow_http": true}), "base_url").contains("internet"));
}

#[test]
fn there_is_exactly_one_way_in() {
    assert_eq!(authorization(json!({})), "Token token=canary-token");
    assert_eq!(authorization(json!({"access_token": "4711"})), "Token token=4711");
    assert_eq!(
        authorization(json!({"access_token": null, "bearer_token": "b\n"})),
        "Bearer b"
    );
    let password = json!({"access_token": null, "username": "otto", "password": "p w:ä"});
    // base64 of "otto:p w:ä"
    assert_eq!(authorization(password), "Basic b3R0bzpwIHc6w6Q=");
    for (changes, field, word) in [
        (json!({"access_token": null}), "access_token", "is missing"),
        (json!({"access_token": null, "username": "x"}), "password", "is missing"),
        (
            json!({"access_token": null, "password": "canary"}),
            "username",
            "is missing",
        ),
        (
            json!({"username": "x", "password": "canary"}),
            "access_token",
            "only one",
        ),
        (json!({"bearer_token": "canary"}), "access_token", "only one"),
        (
            json!({"access_token": null, "bearer_token": "canary", "username": "x"}),
            "bearer_token",
            "only one",
        ),
        (
            json!({"access_token": null, "username": "a:b", "password": "canary"}),
            "username",
            "colon",
        ),
        (json!({"access_token": " "}), "access_token", "is empty"),
        (
            json!({"access_token": "${ZAMMAD_TOKEN}"}),
            "access_token",
            "environment variable",
        ),
        (json!({"access_token": "two canaries"}), "access_token", "copy it again"),
        (json!({"access_token": "canary\",x"}), "access_token", "copy it again"),
        (
            json!({"access_token": null, "bearer_token": "canary\u{7}x"}),
            "bearer_token",
            "copy it again",
        ),
        (
            json!({"access_token": null, "username": "x", "password": "${PW}"}),
            "password",
            "environment variable",
        ),
        (
            json!({"access_token": null, "username": "x", "password": "canary\nx"}),
            "password",
            "copy it again",
        ),
        (
            json!({"access_token": null, "username": "x", "password": ""}),
            "password",
            "is empty",
        ),
    ] {
        let message = refused(changes, field);
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn the_certificate_is_checked_unless_somebody_says_otherwise() {
    let network = |verify: Value| settings(json!({"verify": verify})).network();
    for verify in [Value::Null, json!(true)] {
        let network = network(verify);
        assert_eq!((network.any_certificate, network.ca_file), (false, None));
    }
    assert!(network(json!(false)).any_certificate);
    let file = network(json!("/etc/ssl/house.pem"));
    assert_eq!(
        (file.any_certificate, file.ca_file.as_deref()),
        (false, Some("/etc/ssl/house.pem"))
    );
    for wrong in [
        json!("false"),
        json!("/etc/otai/false"),
        json!(""),
        json!(0),
        json!("${CA}"),
        json!(["x"]),
    ] {
        refused(json!({"verify": wrong}), "verify");
    }
}

#[test]
fn a_timeout_has_a_unit_or_means_seconds() {
    let of = |timeout: Value| settings(json!({"timeout": timeout})).dress(Request::get("x")).timeout;
    assert_eq!(of(Value::Null), None);
    for (text, seconds) in [
        (json!("30s"), 30.0),
        (json!(30), 30.0),
        (json!(2.5), 2.5),
        (json!("30"), 30.0),
        (json!("1m 5s"), 65.0),
    ] {
        assert_eq!(of(text), Some(Duration::from_secs_f64(seconds)));
    }
    for wrong in [
        json!(0),
        json!("0s"),
        json!(-1),
        json!("soon"),
        json!("11m"),
        json!(true),
        json!("NaN"),
        json!("inf"),
    ] {
        refused(json!({"timeout": wrong}), "timeout");
    }
}

#[test]
fn limits_have_bounds_and_a_page_is_never_larger_than_a_minute() {
    let limits = settings(json!({})).network().limits;
    assert_eq!(
        (limits.requests_per_minute, limits.assumed_per_minute, limits.at_once),
        (None, Some(3000.0), Some(4))
    );
    assert_eq!((settings(json!({})).per_page(), settings(json!({})).overlap), (100, 90));
    let slow = settings(json!({"requests_per_minute": 20, "at_once": 1, "overlap": "2m"}));
    assert_eq!((slow.per_page(), slow.at_once, slow.overlap), (20, 1, 120));
    assert_eq!(settings(json!({"requests_per_minute": 0.5})).per_page(), 1);
    assert_eq!(settings(json!({"requests_per_minute": 6000})).per_page(), 100);
    for (changes, field) in [
        (json!({"at_once": 0}), "at_once"),
        (json!({"at_once": 33}), "at_once"),
        (json!({"requests_per_minute": 0}), "requests_per_minute"),
        (json!({"overlap": "2h"}), "overlap"),
        (json!({"inbox": ["Users", " "]}), "inbox"),
    ] {
        refused(changes, field);
    }
    assert_eq!(settings(json!({})).inbox, ["Users"]);
    assert_eq!(
        settings(json!({"inbox": [" Eingang ", "Web"]})).inbox,
        ["Eingang", "Web"]
    );
}

#[test]
fn no_secret_is_in_any_debug_output() {
    let params = params(json!({"access_token": null, "username": "x", "password": "canary-password"}));
    let settings = Settings::new(&params).unwrap();
    assert!(!format!("{params:?}{settings:?}").contains("canary"));
}
