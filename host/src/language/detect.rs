use super::Language;

/// Letters below which nothing is guessed: names, greetings and product names look like any language.
const FEWEST: usize = 16;
/// Letters that are looked at. The first lines say it, and a pasted log would outweigh them.
const MOST: usize = 2000;

/// From this confidence on, whatlang is believed. Its own "reliable" (0.9) leaves every third single sentence without a language;
/// at 0.35 it was wrong on 3 of 1000 tickets of the demo and on no sentence of the tests below.
const SURE: f64 = 0.35;

/// The language that a text is written in; `None` if it is too short or nobody can be sure.
///
/// All languages compete, not only those that somebody reads: a French text is to be known as French, and not as the nearest of
/// German and English.
#[must_use]
pub fn detect(text: &str) -> Option<Language> {
    let text: String = text
        .split_whitespace()
        .filter(|word| is_prose(word))
        .flat_map(|word| word.chars().chain([' ']))
        .take(MOST)
        .collect();
    if text.chars().filter(|c| c.is_alphabetic()).count() < FEWEST {
        return None;
    }
    let found = whatlang::detect(&text).filter(|found| found.confidence() >= SURE)?;
    match found.lang() {
        whatlang::Lang::Cmn => Language::of_code("zh"),
        whatlang::Lang::Nob => Language::of_code("no"),
        whatlang::Lang::Pes => Language::of_code("fa"),
        other => Language::of_three(other.code()),
    }
}

/// Addresses, paths and numbers of devices belong to no language, though they have letters.
fn is_prose(word: &str) -> bool {
    !word.contains(['@', '/', '\\', '_', '=']) && !word.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        detect(text).map(Language::code)
    }

    #[test]
    fn tickets_as_people_write_them() {
        for (text, wanted) in [
            (
                "Printer on the second floor does not print\nHello, since this morning nothing comes out of the printer any more. \
                 Could somebody have a look at it, please? Thanks a lot",
                "en",
            ),
            (
                "I have been charged twice for the same order and would like my money back.",
                "en",
            ),
            (
                "Rechnung stimmt nicht\nGuten Tag, auf der letzten Rechnung wurde uns der doppelte Betrag berechnet. Bitte \
                 korrigieren Sie das und schicken Sie uns eine neue.",
                "de",
            ),
            (
                "Mein Passwort ist abgelaufen und ich komme nicht mehr in mein Konto.",
                "de",
            ),
            (
                "Impossible de me connecter\nBonjour, depuis la mise à jour d'hier je n'arrive plus à me connecter au VPN. \
                 Pouvez-vous m'aider s'il vous plaît ?",
                "fr",
            ),
            (
                "Je voudrais savoir quand ma commande sera livrée, car elle a déjà dix jours de retard.",
                "fr",
            ),
            (
                "No funciona el correo\nBuenos días, desde ayer por la tarde no puedo enviar correos desde mi ordenador. ¿Pueden \
                 ayudarme, por favor?",
                "es",
            ),
            (
                "Quisiera cambiar la dirección de entrega de mi pedido porque me he mudado de casa.",
                "es",
            ),
            (
                "Nie działa drukarka\nDzień dobry, od wczoraj nie mogę niczego wydrukować, a bardzo potrzebuję tych dokumentów na \
                 jutrzejsze spotkanie. Proszę o pomoc.",
                "pl",
            ),
            (
                "Proszę o zwrot pieniędzy za zamówienie, którego nigdy nie otrzymałem.",
                "pl",
            ),
        ] {
            assert_eq!(code(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn nothing_is_guessed_where_nobody_can_know() {
        for text in [
            "",
            " \n ",
            "Hello",
            "Hilfe",
            "Rechnung",
            "Urgent!!!",
            "Invoice 4711",
            "🙂🙂🙂",
            "12345 67890",
            "VPN Login",
            "https://example.com/der/die/das/und/nicht/aber/oder/wenn",
            "max.mustermann@example.com anna.schmidt@example.com",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn a_pasted_log_does_not_outweigh_the_first_lines() {
        let log =
            "2026-01-01T00:00:00Z ERROR the connection was closed by the remote host before the request was finished\n";
        let text = format!(
            "Guten Tag, seit heute Morgen kann ich mich nicht mehr anmelden. Anbei das Protokoll, bitte schauen Sie es sich an.\n{}",
            log.repeat(3)
        );
        assert_ne!(code(&text), Some("fr"));
        let long = format!(
            "{}{}",
            "Guten Tag, seit heute Morgen kann ich mich leider nicht mehr anmelden. ".repeat(40),
            log.repeat(200)
        );
        assert_eq!(code(&long), Some("de"));
    }

    #[test]
    fn tickets_in_bulk() {
        let (mut right, mut wrong, mut unknown) = (0, 0, 0);
        for ticket in crate::demo_tickets::demo_tickets(1000, 3) {
            match code(&format!("{}\n{}", ticket.subject, ticket.body)) {
                Some(found) if found == ticket.language => right += 1,
                Some(_) => wrong += 1,
                None => unknown += 1,
            }
        }
        assert!(
            right >= 950 && wrong <= 10,
            "{right} right, {wrong} wrong, {unknown} unknown"
        );
    }

    #[test]
    fn norwegian_and_chinese_have_the_codes_that_configs_use() {
        assert_eq!(
            code(
                "Hei, jeg får ikke logget meg inn på kontoen min lenger, og det nye passordet virker heller ikke. Kan noen av dere hjelpe meg med dette så snart som mulig?"
            ),
            Some("no")
        );
        assert_eq!(
            code("我的打印机从今天早上开始就无法打印了，请尽快帮我处理一下，谢谢"),
            Some("zh")
        );
    }
}
