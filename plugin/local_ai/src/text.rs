//! Every text becomes words of a fixed shape, in time linear in the characters looked at, and without what identifies a person.
//!
//! Digits, e-mail addresses and URLs are masked *before* anything is counted, so no account number and no address can enter a
//! vocabulary. Tags, entities and control characters are what mail gateways leave behind; they carry no meaning and are dropped.
//! Names of people are words like any other here; what keeps most of them out of a model is that a feature must occur in at
//! least two texts ([`crate::space`]).
//!
//! ```text
//! "Hi &amp; <b>help</b>, max@firma.de can't pay 1234 €!"  →  " hi help ＠ cant pay 0000 € ! "
//! ```

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// How many characters of one text are looked at. A ticket's matter stands at its beginning; what follows is quoted mail.
/// 20,000 characters are about forty times the mean ticket of the public support data set (470).
pub const MAX_CHARS: usize = 20_000;

/// Digits beyond the fifth are not counted: the length of a number tells a fee from an account number, and no more is wanted.
const MAX_DIGITS: usize = 5;

/// What stands for an e-mail address; a full-width letter that NFC text of tickets does not use on its own.
const EMAIL: &str = "＠";
/// What stands for a URL.
const URL: &str = "／";

/// The words of one text, in a buffer that is used again for the next text.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Words with one space before, between and after: every n-gram is a slice of this string.
    pub(crate) line: String,
    /// Byte ranges of the words within `line`.
    pub(crate) spans: Vec<(usize, usize)>,
    clean: String,
}

impl Words {
    /// Replaces the contents by the words of `text`.
    pub(crate) fn read(&mut self, text: &str) {
        self.line.clear();
        self.spans.clear();
        self.line.push(' ');
        let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(at, _)| at);
        let mut clean = std::mem::take(&mut self.clean);
        clean.clear();
        strip_markup(&text[..end], &mut clean);
        for token in clean.split_whitespace() {
            self.token(token);
        }
        self.clean = clean;
    }

    /// Takes what stood between two spaces apart into masked words and single symbols.
    fn token(&mut self, token: &str) {
        if is_url(token) {
            self.word(URL);
        } else if is_email(token) {
            self.word(EMAIL);
        } else if matches!(is_nfc_quick(token.chars()), IsNormalized::Yes) {
            self.pieces(token.chars());
        } else {
            self.pieces(token.nfc());
        }
    }

    fn pieces(&mut self, chars: impl Iterator<Item = char>) {
        let mut start = self.line.len();
        let mut digits = 0;
        for c in chars {
            if c.is_numeric() {
                digits += 1;
                if digits <= MAX_DIGITS {
                    self.line.push('0');
                }
                continue;
            }
            if c.is_alphabetic() {
                digits = 0;
                // The small form of the Turkish capital İ ends in a combining dot, which would part it from an i.
                self.line.extend(c.to_lowercase().filter(|c| c.is_alphabetic()));
            } else if !matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}') {
                // "can't" stays one word and keeps its negation; any other sign ends the word.
                digits = 0;
                self.close(start);
                start = self.line.len();
                if is_symbol(c) {
                    self.line.push(c);
                    self.close(start);
                    start = self.line.len();
                }
            }
        }
        self.close(start);
    }

    fn word(&mut self, word: &str) {
        let start = self.line.len();
        self.line.push_str(word);
        self.close(start);
    }

    fn close(&mut self, start: usize) {
        if self.line.len() > start {
            self.spans.push((start, self.line.len()));
            self.line.push(' ');
        }
    }
}

/// Signs that mean something on their own: questions, exclamations, currencies, emoji. Brackets, commas and dashes do not.
fn is_symbol(c: char) -> bool {
    match c {
        '?' | '!' | '$' | '%' | '+' => true,
        c if c.is_ascii() => false,
        '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}' | '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' => true,
        _ => false,
    }
}

fn is_url(token: &str) -> bool {
    token.contains("://") || token.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("www."))
}

fn is_email(token: &str) -> bool {
    token.split_once('@').is_some_and(|(name, host)| {
        name.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.'))
            && host.starts_with(char::is_alphanumeric)
    })
}

/// Copies `text` without tags, entities, control and invisible characters. Linear: no character is looked at more than twice.
fn strip_markup(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '<' || c == '&' || is_invisible(c)) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let Some(first) = tail.chars().next() else { break };
        let len = match first {
            '<' => tag_len(tail),
            '&' => entity_len(tail),
            _ => None,
        };
        if len.is_none() && matches!(first, '<' | '&') || len.is_some() || first.is_control() {
            out.push(' ');
        }
        rest = &tail[len.unwrap_or(first.len_utf8())..];
    }
    out.push_str(rest);
}

/// Control characters, and those that direct writing or join glyphs without being seen.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The length of the tag that `tail` begins with, if it is one: "<" before a letter, "/" or "!" and a ">" before the next "<".
fn tag_len(tail: &str) -> Option<usize> {
    let inside = &tail[1..];
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
        return None;
    }
    let end = inside.find(['<', '>'])?;
    inside[end..].starts_with('>').then_some(end + 2)
}

/// The length of the entity that `tail` begins with ("&nbsp;", "&#8217;"), if it is one. The longest name wanted has 8 letters.
fn entity_len(tail: &str) -> Option<usize> {
    let end = tail.bytes().take(12).position(|b| b == b';')?;
    let name = tail[1..end].strip_prefix('#').unwrap_or(&tail[1..end]);
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        let mut words = Words::default();
        words.read(text);
        assert!(
            words
                .spans
                .iter()
                .all(|(from, to)| !words.line[*from..*to].contains(' '))
        );
        words.line
    }

    #[test]
    fn words_are_masked_and_lower_case() {
        for (text, wanted) in [
            (
                "Hi &amp; <b>help</b>, max@firma.de can't pay 1234 €!",
                " hi help ＠ cant pay 0000 € ! ",
            ),
            (
                "max.muster+x@a.example: siehe https://a.example/?t=Max oder WWW.a.example, Max <m@a.example>",
                " ＠ siehe ／ oder ／ max ",
            ),
            ("IBAN DE89 3704004405, INV-77", " iban de00 00000 inv 00 "),
            ("ÄRGER ΣΊΣΥΦΟΣ İ", " ärger σίσυφοσ i "),
            (
                "a < b > c <br/> d<!-- x -->e &nbsp;f &; &unknown g",
                " a b c d e f unknown g ",
            ),
            (
                "nul\0byte soft\u{ad}hyphen zero\u{200b}width",
                " nul byte softhyphen zerowidth ",
            ),
            ("👍 ok🎉", " 👍 ok 🎉 "),
            ("مرحبا ١٢٣ \u{202e}abc", " مرحبا 000 abc "),
            ("e\u{301}te\u{301}", " été "),
            ("", " "),
            (" \t\n\0<p></p>…", " "),
        ] {
            assert_eq!(line(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn no_digit_and_no_address_survives() {
        let text = "Order 4711-0815 ½ ٣ by anna.b@shop.example see http://x.example/?mail=anna";
        let line = line(text);
        assert!(!line.chars().any(|c| c.is_numeric() && c != '0'), "{line}");
        assert!(!line.contains("anna") && !line.contains("example"), "{line}");
    }

    #[test]
    fn what_is_long_is_cut_at_a_character() {
        let long = "ß".repeat(MAX_CHARS - 1) + "→xyz";
        assert_eq!(line(&long).trim().chars().count(), MAX_CHARS - 1);
    }

    #[test]
    fn nesting_takes_no_longer_than_text() {
        // A megabyte each; a quadratic reader would need minutes even for the first 20,000 characters of thousands of tickets.
        for piece in ["<a", "&a", "<", "&#1", "a@", "://", "'", "\0", "\u{301}"] {
            let text = piece.repeat(1_000_000 / piece.len());
            let started = std::time::Instant::now();
            line(&text);
            assert!(
                started.elapsed().as_millis() < 500,
                "{piece:?} took {:?}",
                started.elapsed()
            );
        }
    }
}
