//! The address of a helpdesk, as admins paste it.

use std::net::IpAddr;

use crate::Failure;

/// Where a helpdesk answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host, perhaps port and path; no slash at the end.
    pub base: String,
    /// Scheme, host and port of `base`: what [`crate::model::Network::origins`] wants.
    pub origin: String,
    /// True if what is sent goes to another machine without encryption: what [`crate::model::Network::plain_http`] wants.
    pub plain_http: bool,
}

impl Address {
    /// Checks the parameter `field`: https, or http to this machine. `tails` are endings that people paste with it and that are
    /// cut off, as `/api/v1`.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with the field and what it must be.
    pub fn new(field: &str, url: &str, tails: &[&str]) -> Result<Self, Failure> {
        Self::parse(field, url, tails, " (http is for 127.0.0.1, [::1], localhost)")
    }

    /// The same for a server in the house: with `allow_http`, the word of the admin, also http to another machine, unless that
    /// is certainly on the internet. The service has a parameter of that name.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with the field and what it must be.
    pub fn in_house(field: &str, url: &str, tails: &[&str], allow_http: bool) -> Result<Self, Failure> {
        let wrong = |message: &str| Err(Failure::rejected_field(field, message));
        if !allow_http {
            let advice = "; if that network is yours and trusted, set `allow_http: true`";
            return Self::parse(field, url, tails, advice);
        }
        let (scheme, rest) = parts(field, url, tails)?;
        let authority = rest.split('/').next().unwrap_or_default();
        let host = host_of(authority).unwrap_or_default();
        let plain_http = scheme == "http" && !is_loopback(host);
        if plain_http && is_public(host) {
            return wrong(
                "must be https: this address is on the internet, where everybody on the way could read what is sent",
            );
        }
        Ok(Self::of(&scheme, rest, plain_http))
    }

    fn parse(field: &str, url: &str, tails: &[&str], advice: &str) -> Result<Self, Failure> {
        let (scheme, rest) = parts(field, url, tails)?;
        let host = host_of(rest.split('/').next().unwrap_or_default()).unwrap_or_default();
        if scheme == "http" && !is_loopback(host) {
            let message =
                format!("must be https: over plain http everybody on the way can read the tickets and the key{advice}");
            return Err(Failure::rejected_field(field, message));
        }
        Ok(Self::of(&scheme, rest, false))
    }

    fn of(scheme: &str, rest: &str, plain_http: bool) -> Self {
        let authority = rest.split('/').next().unwrap_or_default();
        Self {
            base: format!("{scheme}://{rest}"),
            origin: format!("{scheme}://{authority}"),
            plain_http,
        }
    }
}

/// Scheme and what follows it.
fn parts<'a>(field: &str, url: &'a str, tails: &[&str]) -> Result<(String, &'a str), Failure> {
    let wrong = |message: &str| Err(Failure::rejected_field(field, message));
    let mut url = url.trim().trim_end_matches('/');
    if url.is_empty() {
        return wrong("is empty: write an address such as https://desk.example.com");
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
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "https" && scheme != "http" {
        return wrong("must begin with https:// or http://");
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let clean = |b: u8| b.is_ascii_graphic() && !b"?#@\\\"<>".contains(&b);
    if host_of(authority).is_none() || !rest.bytes().all(clean) {
        return wrong("must be scheme, host, perhaps port and path, and nothing else");
    }
    Ok((scheme, rest))
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
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// True for an address of which it is certain that it lies outside every private network; of a name nobody can tell.
fn is_public(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => !(ip.is_private() || ip.is_link_local() || ip.is_loopback() || is_shared(ip.octets())),
        Ok(IpAddr::V6(ip)) => !(ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback()),
        Err(_) => false,
    }
}

/// 100.64.0.0/10 (RFC 6598): what mesh VPNs give their members.
fn is_shared(octets: [u8; 4]) -> bool {
    octets[0] == 100 && octets[1] & 0b1100_0000 == 64
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
                plain_http: false,
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
            ("ftp://127.0.0.1", "must begin with"),
            ("https://u:p@desk.example", "nothing else"),
            ("https://desk.example?x=1", "nothing else"),
            ("https://desk.example:99999", "nothing else"),
            ("https:///x", "nothing else"),
        ] {
            let message = address(url).unwrap_err();
            assert!(message.contains(word), "{url}: {message}");
        }
    }

    #[test]
    fn plain_http_to_another_machine_in_the_house_needs_the_admins_word() {
        let house = |url: &str, allowed: bool| Address::in_house("base_url", url, &[], allowed);
        for url in [
            "http://gpu:8000",
            "http://10.0.0.5:8000",
            "http://192.168.1.9",
            "http://[fd00::1]:80",
            "http://100.64.0.9",
        ] {
            assert!(
                house(url, false)
                    .unwrap_err()
                    .to_string()
                    .contains("; if that network is yours"),
                "{url}"
            );
            assert!(house(url, true).unwrap().plain_http, "{url}");
        }
        assert!(!house("http://127.0.0.1:1", true).unwrap().plain_http);
        assert!(!house("https://gpu", true).unwrap().plain_http);
        for url in [
            "http://8.8.8.8",
            "http://[2001:4860:4860::8888]:80",
            "http://100.128.0.1",
        ] {
            assert!(house(url, true).unwrap_err().to_string().contains("internet"), "{url}");
        }
        assert!(house("https://gpu:0", true).is_err() && house("https://gpu/a b", true).is_err());
    }
}
