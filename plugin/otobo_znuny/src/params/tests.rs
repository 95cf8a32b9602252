use otai_plugin::serde_json::{self, Value, json};

use super::*;

pub(crate) fn with(more: Value) -> Result<Settings, Failure> {
    let mut all = json!({"base_url": "https://desk.example/znuny/nph-genericinterface.pl", "password": "canary"});
    for (key, value) in more.as_object().unwrap() {
        all[key] = value.clone();
    }
    Settings::new(&serde_json::from_value(all).unwrap())
}

pub(crate) fn settings() -> Settings {
    with(json!({})).unwrap()
}
