//! The address of a helpdesk, as admins paste it.

use std::net::Ipv4Addr;

use crate::Failure;

/// Where a helpdesk answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host, perhaps port and path; no slash at the end.
    pub base: String,
    /// Scheme, host and port of `base`: what [`crate::model::Network::origins`] wants.
    pub origin: String,
}

impl Address {
    /// Checks the parameter `field`. `tails` are endings that people paste with it and that are cut off, as `/api/v1`.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with the field and what it must be: https, or http to this machine.
    pub fn new(field: &str, url: &str, tails: &[&str]) -> Result<Self, Failure> {
        let wrong = |message: &str| Err(Failure::rejected_field(field, message));
        let mut url = url.trim().trim_end_matches('/');
        if url.is_empty() {
            return wrong("is empty: write the address of the helpdesk, as https://desk.example.com");
        }
        if url.contains("${") {
            return wrong("still holds `${…}`: the environment variable was not filled in");
        }
        for tail in tails {
            url = url.strip_suffix(tail).unwrap_or(url).trim_end_matches('/');
        }
        let Some((scheme, rest)) = url.split_once("://") else {
            return wrong("must begin with https://, or with http:// and an address of this machine");
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let clean = |b: u8| b.is_ascii_graphic() && !b"?#@\\\"<>".contains(&b);
        let Some(host) = host_of(authority).filter(|_| rest.bytes().all(clean)) else {
            return wrong("must be scheme, host, perhaps port and path, and nothing else");
        };
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "https" && (scheme != "http" || !is_loopback(host)) {
            return wrong(
                "must be https: over plain http the key could be read on the way (http is for 127.0.0.1, [::1], localhost)",
            );
        }
        Ok(Self {
            base: format!("{scheme}://{rest}"),
            origin: format!("{scheme}://{authority}"),
        })
    }
}

/// Host of `host`, `host:port`, `[v6]`, `[v6]:port`.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = if let Some(v6) = authority.strip_prefix('[') {
        let (host, after) = v6.split_once(']')?;
        (
            host,
            if after.is_empty() {
                None
            } else {
                Some(after.strip_prefix(':')?)
            },
        )
    } else {
        authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port)))
    };
    let sound = port.is_none_or(|p| p.parse::<u16>().is_ok_and(|p| p > 0));
    (sound && !host.is_empty()).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host == "::1" || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Result<Address, String> {
        Address::new("base_url", url, &["/api/v1"]).map_err(|failure| match failure {
            Failure::Rejected { message, field, .. } => {
                assert_eq!(field.as_deref(), Some("base_url"));
                message
            }
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn an_address_may_be_written_in_every_form_that_people_paste() {
        for (url, base, origin) in [
            ("https://desk.example", "https://desk.example", "https://desk.example"),
            (
                " HTTPS://desk.example:8443/sub/ ",
                "https://desk.example:8443/sub",
                "https://desk.example:8443",
            ),
            (
                "https://desk.example/api/v1/",
                "https://desk.example",
                "https://desk.example",
            ),
            (
                "http://127.0.0.1:8080//",
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080",
            ),
            ("http://[::1]:80", "http://[::1]:80", "http://[::1]:80"),
        ] {
            let wanted = Address {
                base: base.into(),
                origin: origin.into(),
            };
            assert_eq!(address(url), Ok(wanted), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_it_must_be() {
        for (url, word) in [
            ("", "empty"),
            ("${DESK_URL}", "environment"),
            ("desk.example", "https://"),
            ("http://desk.example", "must be https"),
            ("http://127.0.0.1.evil.example", "must be https"),
            ("ftp://127.0.0.1", "must be https"),
            ("https://u:p@desk.example", "nothing else"),
            ("https://desk.example?x=1", "nothing else"),
            ("https://desk.example:99999", "nothing else"),
            ("https:///x", "nothing else"),
        ] {
            let message = address(url).unwrap_err();
            assert!(message.contains(word), "{url}: {message}");
        }
    }
}
