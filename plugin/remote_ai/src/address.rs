//! Where an engine answers: https, plain http to this machine, or plain http to a network that the admin says he trusts.

use std::net::IpAddr;

use otai_plugin::Failure;

/// A checked `base_url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Without a slash at the end.
    pub(crate) base: String,
    /// Scheme, host and port of `base`.
    pub(crate) origin: String,
    /// True if texts go to another machine without encryption.
    pub(crate) plain_http: bool,
}

impl Address {
    /// Checks `url`; `endpoints` are paths that people copy along with it and that are cut off.
    pub(crate) fn new(url: &str, allow_http: bool, endpoints: &[&str]) -> Result<Self, Failure> {
        let wrong = |message: &str| Err(Failure::rejected_field("base_url", message));
        let mut url = url.trim().trim_end_matches('/');
        for endpoint in endpoints {
            url = url.strip_suffix(endpoint).unwrap_or(url).trim_end_matches('/');
        }
        let Some((scheme, rest)) = url.split_once("://") else {
            return wrong("must begin with https://, or with http:// for an engine on this machine");
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let clean = |b: u8| b.is_ascii_graphic() && !b"?#@\\\"<>".contains(&b);
        let Some(host) = host_of(authority).filter(|_| rest.bytes().all(clean)) else {
            return wrong("must be scheme, host, perhaps port and path, and nothing else");
        };
        let scheme = scheme.to_ascii_lowercase();
        let plain_http = scheme == "http" && !is_loopback(host);
        match scheme.as_str() {
            "https" => {}
            "http" if !plain_http => {}
            "http" if is_public(host) => {
                return wrong(
                    "must be https: this address is on the internet, where everybody on the way could read the tickets",
                );
            }
            "http" if allow_http => {}
            "http" => {
                return wrong(
                    "must be https: over plain http everybody on the way can read tickets and key; if that network is yours \
                     and trusted, set `allow_http: true`",
                );
            }
            _ => return wrong("must begin with https:// or http://"),
        }
        Ok(Self {
            origin: format!("{scheme}://{authority}"),
            base: format!("{scheme}://{rest}"),
            plain_http,
        })
    }
}

/// Host of `host`, `host:port`, `[v6]`, `[v6]:port`.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => {
            let (host, after) = v6.split_once(']')?;
            let port = match after {
                "" => None,
                after => Some(after.strip_prefix(':')?),
            };
            (host, port)
        }
        None => authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port))),
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

    fn base(url: &str, allow_http: bool) -> Result<String, String> {
        let address = Address::new(url, allow_http, &["/chat/completions"]);
        address.map(|a| a.base).map_err(|e| e.to_string())
    }

    #[test]
    fn an_address_is_taken_as_people_copy_it() {
        assert_eq!(
            base(" https://gpu.example/v1/ ", false).unwrap(),
            "https://gpu.example/v1"
        );
        let copied = "http://127.0.0.1:8000/v1/chat/completions";
        assert_eq!(base(copied, false).unwrap(), "http://127.0.0.1:8000/v1");
        let address = Address::new("HTTP://[::1]:8000/v1", false, &[]).unwrap();
        assert_eq!(
            (address.origin.as_str(), address.plain_http),
            ("http://[::1]:8000", false)
        );
    }

    #[test]
    fn plain_http_to_another_machine_needs_the_admins_word() {
        for url in [
            "http://gpu:8000",
            "http://10.0.0.5:8000",
            "http://192.168.1.9",
            "http://[fd00::1]:80",
            "http://100.64.0.9",
        ] {
            assert!(base(url, false).unwrap_err().contains("allow_http: true"), "{url}");
            assert!(Address::new(url, true, &[]).unwrap().plain_http, "{url}");
        }
        for url in ["http://127.0.0.1.evil.example", "http://localhost.example"] {
            assert!(base(url, false).is_err(), "{url}");
        }
    }

    #[test]
    fn plain_http_to_the_internet_is_refused_whatever_the_admin_says() {
        for url in [
            "http://8.8.8.8",
            "http://[2001:4860:4860::8888]:80",
            "http://100.128.0.1",
        ] {
            assert!(base(url, true).unwrap_err().contains("internet"), "{url}");
        }
    }

    #[test]
    fn what_is_no_plain_address_is_refused() {
        for url in [
            "gpu:8000",
            "ftp://gpu",
            "https://user@gpu",
            "https://gpu?x=1",
            "https://",
            "https://gpu:0",
            "https://gpu:99999",
            "https://gpu/a b",
        ] {
            assert!(base(url, true).is_err(), "{url}");
        }
    }
}
