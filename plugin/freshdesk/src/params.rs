//! From what the config says to what is used: the host, the key, the limits.

use otai_plugin::{
    Address, Failure, Secret, checks,
    model::{Limits, Network},
};

otai_plugin::params! {
    /// Which Freshdesk account, and how to get in.
    pub struct Params {
        /// The account: `yourcompany`, or `yourcompany.freshdesk.com`. Not the address of your own portal
        /// (`support.yourcompany.com`): the API does not answer there.
        pub domain: String,
        /// The API key of an agent: log in as that agent, open the profile settings, "View API key". Its agent should see all
        /// tickets and may edit their properties and add notes; nothing else is needed. Give otai an agent of its own.
        pub api_key: Secret,
        /// Send everything here instead of to `https://DOMAIN.freshdesk.com`: a proxy (`https://…`), or a simulator on this
        /// machine (`http://127.0.0.1:PORT`).
        #[serde(default)]
        pub base_url: Option<String>,
        /// Never more requests a minute than this. Default: `share` of what Freshdesk grants the account.
        #[serde(default)]
        pub requests_per_minute: Option<f64>,
        /// The part of the account's requests a minute that otai takes, above 0 and at most 1; the rest is for your other
        /// integrations. Default 0.5.
        #[serde(default)]
        pub share: Option<f64>,
        /// How far each poll reads back over what the last one saw, with a unit: `90s`, `2m`; at most `1h`. Default `90s`.
        #[serde(default)]
        pub overlap: Option<String>,
    }
}

/// Before the server has said what it grants: fits the smallest plan that has an API at all (trial, 50 a minute).
const ASSUMED_PER_MINUTE: f64 = 40.0;
/// The part of the account that otai takes.
const SHARE: f64 = 0.5;
/// Where the key is found.
const KEY: &str = "Freshdesk shows it in the agent's profile settings under \"View API key\"";
/// Seconds read again at each poll.
const OVERLAP: i64 = 90;

/// Parameters that were found sound.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `https://yourcompany.freshdesk.com`, without a slash at the end.
    pub(crate) base: String,
    /// Scheme, host and port of `base`.
    pub(crate) origin: String,
    pub(crate) key: Secret,
    /// Seconds.
    pub(crate) overlap: i64,
    requests_per_minute: Option<f64>,
    share: f64,
}

impl Settings {
    /// Checks every parameter.
    pub(crate) fn new(params: &Params) -> Result<Self, Failure> {
        let account = account(&params.domain)?;
        let url = match &params.base_url {
            Some(url) => url.clone(),
            None => format!("https://{account}.freshdesk.com"),
        };
        let Address { base, origin, .. } = Address::new("base_url", &url, &["/api/v2"])?;
        let share = params.share.unwrap_or(SHARE);
        if !(share > 0.0 && share <= 1.0) {
            return Err(Failure::rejected_field(
                "share",
                "must be above 0 and at most 1, for example 0.5",
            ));
        }
        Ok(Self {
            origin,
            base,
            // A colon would end the user name of Basic authentication.
            key: checks::secret("api_key", &params.api_key, KEY, &[':'])?,
            overlap: checks::overlap(params.overlap.as_deref(), OVERLAP)?,
            requests_per_minute: checks::per_minute(params.requests_per_minute)?,
            share,
        })
    }

    /// Where requests go and how Freshdesk speaks of limits (Freshdesk API v2 reference, "Rate Limit").
    pub(crate) fn network(&self) -> Network {
        Network {
            origins: vec![self.origin.clone()],
            limits: Limits {
                requests_per_minute: self.requests_per_minute,
                at_once: None,
                assumed_per_minute: Some(ASSUMED_PER_MINUTE),
                share: Some(self.share),
                total_header: Some("x-ratelimit-total".into()),
                remaining_header: Some("x-ratelimit-remaining".into()),
                used_header: Some("x-ratelimit-used-currentrequest".into()),
            },
            ..Network::default()
        }
    }
}

/// `yourcompany` of `yourcompany`, `yourcompany.freshdesk.com` or `https://yourcompany.freshdesk.com/`.
fn account(domain: &str) -> Result<String, Failure> {
    let wrong = |message: &str| Err(Failure::rejected_field("domain", message));
    let lower = domain.trim().to_ascii_lowercase();
    if lower.is_empty() {
        return wrong("is empty: write the first part of yourcompany.freshdesk.com");
    }
    if lower.contains("${") {
        return wrong("still holds `${…}`: the environment variable was not filled in");
    }
    if lower.starts_with("http://") {
        return wrong("Freshdesk answers https only: write https://, or just yourcompany");
    }
    let host = lower.strip_prefix("https://").unwrap_or(&lower).trim_end_matches('/');
    let name = host.strip_suffix(".freshdesk.com").unwrap_or(host);
    let sound = |label: &str| {
        let legal = label
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        legal && !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    if sound(name) {
        return Ok(name.to_owned());
    }
    if name == host && host.contains('.') && host.split('.').all(sound) {
        return wrong(
            "is the address of a portal, where the API does not answer: write the account's own host, \
             yourcompany.freshdesk.com (in Freshdesk under Admin > Portals, or in the address that agents log in at)",
        );
    }
    wrong(
        "is not the name of a Freshdesk account: write yourcompany or yourcompany.freshdesk.com, without path or blanks",
    )
}

#[cfg(test)]
mod tests;
