//! Who a ticket is from, so that a model learns nothing about a person.

use otai_interface::model::Ticket;

/// The names to be masked in a ticket's text.
///
/// Of an e-mail address what stands before the `@`, but only if it reads like a person's (`max.muster`): people sign with it and
/// log in with it. A single word is as often a mailbox (`billing@`, `vpn@`), and just the word on which the queue hangs.
pub(crate) fn people(ticket: &Ticket) -> Vec<String> {
    let person = ticket.requester.as_ref();
    let name = person.and_then(|person| person.name.clone());
    let address = person.and_then(|person| person.email.as_deref());
    let login = address.and_then(login).map(str::to_owned);
    let mut names: Vec<String> = name
        .into_iter()
        .chain(login)
        .filter(|name| !name.trim().is_empty())
        .collect();
    names.dedup();
    names
}

fn login(address: &str) -> Option<&str> {
    let (login, _) = address.split_once('@')?;
    let mut parts = login.split(['.', '_', '-']);
    let two = login.contains(['.', '_', '-']);
    (two && parts.all(|part| part.chars().count() > 1 && part.chars().all(char::is_alphabetic))).then_some(login)
}

#[cfg(test)]
mod tests {
    use otai_interface::model::Requester;

    use super::*;

    #[test]
    fn names_are_masked_and_mailboxes_are_not() {
        for (name, email, wanted) in [
            (
                Some("Max Muster"),
                Some("max.muster@example.com"),
                &["Max Muster", "max.muster"][..],
            ),
            (Some("max.muster"), Some("max.muster@example.com"), &["max.muster"]),
            (None, Some("anna_schmidt@example.com"), &["anna_schmidt"]),
            (Some("Accounting"), Some("billing@example.com"), &["Accounting"]),
            (Some(" "), Some("vpn@example.com"), &[]),
            (None, Some("m.muster@example.com"), &[]),
            (None, Some("printer-2@example.com"), &[]),
            (None, Some("no address"), &[]),
            (None, None, &[]),
        ] {
            let ticket = Ticket {
                requester: Some(Requester {
                    id: "1".into(),
                    name: name.map(str::to_owned),
                    email: email.map(str::to_owned),
                }),
                ..Ticket::default()
            };
            assert_eq!(people(&ticket), wanted, "{name:?} {email:?}");
        }
        assert!(people(&Ticket::default()).is_empty());
    }
}
