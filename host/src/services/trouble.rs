//! Why no answer came, in a sentence that says what to do.

use std::error::Error;

use otai_interface::Failure;
use rustls::CertificateError;

/// What an admin can do about a certificate, where the helpdesk stands in the house.
const TRUST: &str = "if your own house signed it, add the certificate of its authority to this machine's trusted ones, or name its \
                     PEM file in the params where the service has one for that (`ca_file`, `verify`)";

/// The failure that an error of the client means. `place`: method, server and path.
pub(super) fn on_the_way(place: &str, error: &reqwest::Error) -> Failure {
    if let Some(tls) = tls(error) {
        return match tls {
            rustls::Error::InvalidCertificate(why) => Failure::refused(format!(
                "{place}: the server's certificate is not trusted: {}",
                certificate(why)
            )),
            other => Failure::retry(format!(
                "{place}: cannot agree on an encrypted connection ({other}): does this port speak https, with TLS 1.2 or newer?"
            )),
        };
    }
    let reason = reason(error);
    if error.is_builder() {
        return Failure::bug(format!("{place}: the request cannot be sent ({reason})"));
    }
    Failure::retry(if error.is_timeout() {
        format!("{place}: no answer in time ({reason})")
    } else if error.is_connect() {
        format!(
            "{place}: cannot connect ({reason}): is the address right and the server up, or does a firewall or a proxy stand between?"
        )
    } else {
        format!("{place}: the answer broke off ({reason})")
    })
}

/// The innermost reason.
fn reason(error: &reqwest::Error) -> String {
    let chain = std::iter::successors(error.source(), |error| (*error).source());
    chain.last().map_or_else(|| "no answer".to_owned(), ToString::to_string)
}

/// The TLS library's error, which lies inside one of the operating system's kind.
fn tls(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref() {
            return Some(tls);
        }
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn certificate(why: &CertificateError) -> String {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired (or this machine's clock is wrong): renew it on the server".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet: is this machine's clock right?".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host name: write the address with the name that the certificate is for".to_owned()
        }
        CertificateError::UnknownIssuer => format!("nobody known to this machine has signed it; {TRUST}"),
        // What the verifier says of a certificate that signs itself and calls itself an authority.
        CertificateError::Other(_) => format!("it is not one that an authority made for this server; {TRUST}"),
        other => format!("{other}"),
    }
}
