//! Webhooks of triggers: what Zammad sends to whom.

use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::courier::Sending;
use crate::webhooks::{Webhooks, wants};

/// A webhook with the trigger that fires it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hook {
    /// `http://HOST:PORT/PATH`; there is no TLS here.
    pub(crate) url: String,
    /// Signs the body.
    #[serde(default)]
    pub(crate) token: Option<String>,
    #[serde(default = "trigger")]
    pub(crate) trigger: String,
    /// `created`, `updated`; both if empty.
    #[serde(default)]
    pub(crate) events: Vec<String>,
    /// Waits before the repetitions. Zammad's are 10, 20, 30 and 40 seconds.
    #[serde(default = "shortened")]
    pub(crate) retries_ms: Vec<u64>,
}

fn trigger() -> String {
    "tell otai".to_owned()
}

fn shortened() -> Vec<u64> {
    vec![100, 200, 300, 400]
}

impl Webhooks<Hook> {
    /// `delivery` is the same for all attempts of one delivery.
    pub(crate) fn announce(&mut self, body: &Value, created: bool, delivery: &str) {
        let event = if created { "created" } else { "updated" };
        let body = body.to_string();
        self.send(|hook| {
            if !wants(&hook.events, event) {
                return None;
            }
            let mut headers = vec![
                ("User-Agent".to_owned(), "Zammad User Agent".to_owned()),
                ("X-Zammad-Trigger".to_owned(), hook.trigger.clone()),
                ("X-Zammad-Delivery".to_owned(), delivery.to_owned()),
            ];
            if let Some(token) = &hook.token {
                headers.push(("X-Hub-Signature".to_owned(), signature(token, &body)));
            }
            Some(Sending {
                url: hook.url.clone(),
                headers,
                body: body.clone(),
                retries_ms: hook.retries_ms.clone(),
            })
        });
    }
}

/// `sha1=` and the HMAC-SHA1 of the raw body in hexadecimal.
fn signature(token: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    let tag = hmac::sign(&key, body.as_bytes());
    let hex: String = tag.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    format!("sha1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_signed_as_rfc_2202_says() {
        // Its second test case.
        let want = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        assert_eq!(signature("Jefe", "what do ya want for nothing?"), want);
    }
}
