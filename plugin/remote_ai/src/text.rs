//! What of a ticket is sent: its beginning, without the names of its people.

use std::collections::BTreeSet;

use otai_plugin::model::Text;

/// What stands for a name.
const NAME: &str = "[name]";
/// Shorter parts of a name ("de", "J") are words of every other text, too.
const SHORTEST_PART: usize = 3;

/// The text as it is sent, at most `max_chars` characters; `None` if nothing is in it.
pub(crate) fn outgoing(text: &Text, max_chars: usize) -> Option<String> {
    let masked = mask(text.text.trim(), &text.names);
    let end = masked.char_indices().nth(max_chars).map_or(masked.len(), |(at, _)| at);
    let sent = masked[..end].trim_end();
    (!sent.is_empty()).then(|| sent.to_owned())
}

/// Replaces every part of a name where it stands as a word, spelt as in the name.
fn mask(text: &str, names: &[String]) -> String {
    let parts: BTreeSet<&str> = names
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()))
        .filter(|part| part.chars().count() >= SHORTEST_PART)
        .collect();
    if parts.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let of_a_word = first.is_alphanumeric();
        let end = rest
            .find(|c: char| c.is_alphanumeric() != of_a_word)
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        out.push_str(if parts.contains(piece) { NAME } else { piece });
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str, names: &[&str], max_chars: usize) -> Option<String> {
        let text = Text {
            text: text.to_owned(),
            names: names.iter().map(|n| (*n).to_owned()).collect(),
            ..Text::default()
        };
        outgoing(&text, max_chars)
    }

    #[test]
    fn names_do_not_leave() {
        let text = "Hi, Jörg Müller-Lang here. Mr. LANG, Müllerei, Jo de Wit";
        let masked = "Hi, [name] [name]-[name] here. Mr. LANG, Müllerei, Jo de [name]";
        assert_eq!(sent(text, &["Jörg Müller-Lang", "Jo de Wit"], 1000).unwrap(), masked);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(sent("ääää öööö", &[], 5).unwrap(), "ääää");
        assert_eq!(sent("abc", &[], 3).unwrap(), "abc");
        assert_eq!(sent(" \n ", &[], 3), None);
        // Masked first: the cut must not leave half a name.
        assert_eq!(sent("I am Barbara", &["Barbara"], 8).unwrap(), "I am [na");
    }
}
